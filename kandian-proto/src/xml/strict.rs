//! The well-formed path: quick-xml events into a [`Document`](super::Document).

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::chars::{is_name, resolve_reference, trim};
use super::diagnostic::DiagnosticKind;
use super::document::Builder;
use super::error::DecodeError;
use super::notes::Notes;

/// Why the well-formed path stopped.
pub(crate) enum Stop {
    /// The document is not well-formed, or has a document type; the recovering reader may still read it,
    /// or says what is wrong.
    IllFormed,
    /// The document exceeds a limit.
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
            Ok(Event::Eof) => break,
            // The recovering reader refuses document types, and knows where they start.
            Ok(Event::CData(_) | Event::GeneralRef(_) | Event::Decl(_) | Event::DocType(_)) | Err(_) => {
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
    if !trim(tag.attributes_raw()).is_empty() {
        if tag.attributes().any(|a| a.is_err()) {
            return Err(Stop::IllFormed);
        }
        let kind = DiagnosticKind::Attributes(builder.open_label());
        notes.note(kind, None, name_at - 1, || builder.open_path())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{Stop, parse};
    use crate::xml::shown::{compare, diagnostic, error, tree};
    use crate::xml::{Builder, Limits, Mode, Notes};

    /// Reads the text behind five bytes that stand for a declaration.
    fn well_formed(text: &str) -> Vec<String> {
        let text = format!("12345{text}");
        let limits = Limits::FRAME.with_depth(2);
        let mut notes = Notes::new(Mode::Lenient, limits);
        let mut builder = Builder::new(&text, limits);
        let first = match parse(&text, 5, &mut builder, &mut notes) {
            Ok(()) => tree(&builder.finish()),
            Err(Stop::Refused(found)) => error(&found),
            Err(Stop::IllFormed) => "ill-formed".to_owned(),
        };
        std::iter::once(first).chain(notes.diagnostics.iter().map(diagnostic)).collect()
    }

    #[test]
    fn well_formed_documents() {
        compare(
            &[
                ("<R/>", &["R@5"]),
                (" \n<R></R>\t\r\n", &["R@7"]),
                ("<R ><a>1</a><b >2</b ></R >", &["R@5(a@9\"1\" b@17\"2\")"]),
                ("<R><a> 1\r\n2 </a><b/></R>", &["R@5(a@8\" 1\\n2 \" b@21)"]),
                ("<R>a<b/>c<d/> </R>", &["R@5\"ac\"(b@9 d@14)"]),
                ("<R><!-- <a> --><a/><?p <b>?><b/></R>", &["R@5(a@20 b@33)"]),
                ("<!-- x --><?p?><R/><!-- > --> <?p?>", &["R@20"]),
                ("<R>1&lt;2&#x26;&#51;</R>", &["R@5\"1<2&3\""]),
                ("<R>a<![CDATA[<&b]]>c</R>", &["R@5\"a<&bc\""]),
                ("<设备>1</设备>", &["设备@5\"1\""]),
                (
                    "<R><a b='x>y'/><b  c=\"'>\" >1</b></R>",
                    &["R@5(a@8 b@20\"1\")", "8 R/a Attributes(\"a\")", "20 R/b Attributes(\"b\")"],
                ),
            ],
            well_formed,
        );
    }

    #[test]
    fn ill_formed_documents() {
        for text in [
            "",
            " ",
            "x",
            "<R>",
            "<R></r>",
            "</R>",
            "<R/><R/>",
            "<R/>x",
            "x<R/>",
            "<1/>",
            "< R/>",
            "<R></ R>",
            "\u{FEFF}<R/>",
            "<R>&nbsp;</R>",
            "<R>&</R>",
            "&amp;<R/>",
            "<R/>&amp;",
            "<![CDATA[]]><R/>",
            "<R/><![CDATA[]]>",
            "<R><!-- </R>",
            "<R a=1/>",
            "<R a/>",
            "<R a='1' a='2'/>",
            "<!DOCTYPE R><R/>",
            "<R><?xml version='1.0'?></R>",
            "<R><a",
            "<R><a b='></a></R>",
        ] {
            assert_eq!(well_formed(text), ["ill-formed"], "{text}");
        }
    }

    #[test]
    fn limits() {
        let nesting = "Limit { what: \"the nesting of elements\", limit: 2 }";
        assert_eq!(well_formed("<R><a><b/></a></R>"), [format!("11 - {nesting}")]);
    }
}
