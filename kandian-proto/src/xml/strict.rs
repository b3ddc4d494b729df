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
    let mut reader = Reader::from_str(&text[body..]);
    loop {
        let event = reader.read_event().map_err(|_| Stop::IllFormed)?;
        let at = body + usize::try_from(reader.buffer_position()).map_err(|_| Stop::IllFormed)?;
        match event {
            Event::Start(tag) => start(text, &tag, at - 1, builder, notes)?,
            Event::Empty(tag) => {
                start(text, &tag, at - 2, builder, notes)?;
                builder.close();
            }
            Event::End(_) => builder.close(),
            Event::Text(chunk) => {
                if builder.innermost().is_some() {
                    builder.text(chunk.into_inner())?;
                } else if !trim(&chunk).is_empty() {
                    return Err(Stop::IllFormed);
                }
            }
            Event::CData(chunk) if builder.innermost().is_some() => builder.text(chunk.into_inner())?,
            Event::GeneralRef(name) if builder.innermost().is_some() => {
                builder.character(resolve_reference(&name).ok_or(Stop::IllFormed)?)?;
            }
            Event::Comment(_) | Event::PI(_) => {}
            Event::DocType(_) => {
                return Err(DecodeError::new(DecodeErrorKind::Doctype, builder.open_path(), at).into());
            }
            Event::Eof => break,
            Event::CData(_) | Event::GeneralRef(_) | Event::Decl(_) => return Err(Stop::IllFormed),
        }
    }
    if builder.is_complete() { Ok(()) } else { Err(Stop::IllFormed) }
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
    let name = &text[name_at..name_at + tag.name().as_ref().len()];
    if builder.is_complete() || !is_name(name) {
        return Err(Stop::IllFormed);
    }
    builder.open(name, name_at - 1)?;
    if !trim(tag.attributes_raw()).is_empty() {
        if tag.attributes().any(|a| a.is_err()) {
            return Err(Stop::IllFormed);
        }
        let kind = DiagnosticKind::Attributes(super::chars::excerpt(name));
        notes.note(kind, None, name_at - 1, || builder.open_path())?;
    }
    Ok(())
}
