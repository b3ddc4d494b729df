//! The well-formed path: quick-xml events into a [`Document`](super::Document).

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::chars::{is_name, resolve_reference, trim};
use super::diagnostic::DiagnosticKind;
use super::document::Builder;
use super::error::{DecodeError, DecodeErrorKind};
use super::notes::Notes;

/// Why the well-formed path stopped.
pub(crate) enum Stop {
    /// The document is not well-formed; the recovering reader may still read it.
    IllFormed,
    /// The document must not be read at all.
    Refused(DecodeError),
}

impl From<DecodeError> for Stop {
    fn from(error: DecodeError) -> Self {
        Self::Refused(error)
    }
}

/// Reads `text[body..]`, which starts after the XML declaration.
pub(crate) fn parse<'a>(
    text: &'a str,
    body: usize,
    builder: &mut Builder<'a>,
    notes: &mut Notes,
) -> Result<(), Stop> {
    let rest = text.get(body..).ok_or(Stop::IllFormed)?;
    // quick-xml would pass over it as over the first bytes of a document, and count it as nothing.
    if rest.starts_with('\u{FEFF}') {
        return Err(Stop::IllFormed);
    }
    let mut reader = Reader::from_str(rest);
    loop {
        // Matched in place, and texts taken from the input by position: moving the event, or a text
        // out of it, was measured to cost a third of the whole reading.
        match reader.read_event() {
            Ok(Event::Start(tag)) => start(text, &tag, position(&reader, body)? - 1, builder, notes)?,
            Ok(Event::Empty(tag)) => {
                start(text, &tag, position(&reader, body)? - 2, builder, notes)?;
                builder.close();
            }
            Ok(Event::End(_)) => builder.close(),
            Ok(Event::Text(chunk)) => {
                let chunk = slice(text, position(&reader, body)?, chunk.len())?;
                if builder.innermost().is_some() {
                    builder.text(chunk)?;
                } else if !trim(chunk).is_empty() {
                    return Err(Stop::IllFormed);
                }
            }
            Ok(Event::CData(chunk)) if builder.innermost().is_some() => {
                let end = position(&reader, body)?.saturating_sub("]]>".len());
                builder.text(slice(text, end, chunk.len())?)?;
            }
            Ok(Event::GeneralRef(name)) if builder.innermost().is_some() => {
                builder.character(resolve_reference(&name).ok_or(Stop::IllFormed)?)?;
            }
            Ok(Event::Comment(_) | Event::PI(_)) => {}
            Ok(Event::DocType(_)) => {
                let at = position(&reader, body)?;
                return Err(DecodeError::new(DecodeErrorKind::Doctype, builder.open_path(), at).into());
            }
            Ok(Event::Eof) => break,
            Ok(Event::CData(_) | Event::GeneralRef(_) | Event::Decl(_)) | Err(_) => {
                return Err(Stop::IllFormed);
            }
        }
    }
    if builder.is_complete() { Ok(()) } else { Err(Stop::IllFormed) }
}

/// Offset in the text just after the event that was read last.
fn position(reader: &Reader<&[u8]>, body: usize) -> Result<usize, Stop> {
    usize::try_from(reader.buffer_position()).map(|at| body + at).map_err(|_| Stop::IllFormed)
}

/// The bytes of the document up to `end`. Positions come from quick-xml; should it ever count otherwise
/// than this path, the recovering one reads the document instead.
fn slice(text: &str, end: usize, length: usize) -> Result<&str, Stop> {
    end.checked_sub(length).and_then(|start| text.get(start..end)).ok_or(Stop::IllFormed)
}

/// Opens the element of a start tag. `content_end` is where the text between `<` and `>` (or `/>`)
/// ends; all offsets follow from it, because quick-xml reports where an event ends, not where it
/// starts.
fn start<'a>(
    text: &'a str,
    tag: &BytesStart<'_>,
    content_end: usize,
    builder: &mut Builder<'a>,
    notes: &mut Notes,
) -> Result<(), Stop> {
    let name_at = content_end - tag.len();
    let length = tag.name().as_ref().len();
    let name = slice(text, name_at + length, length)?;
    if builder.is_complete() || !is_name(name) {
        return Err(Stop::IllFormed);
    }
    builder.open(name, name_at - 1)?;
    if tag.len() > name.len() && !trim(tag.attributes_raw()).is_empty() {
        if tag.attributes().any(|a| a.is_err()) {
            return Err(Stop::IllFormed);
        }
        let kind = DiagnosticKind::Attributes(builder.open_label());
        notes.note(kind, None, name_at - 1, || builder.open_path())?;
    }
    Ok(())
}
