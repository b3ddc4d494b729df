//! The known fields of a document as plain text, whatever their values.

use super::chars::trim;
use super::document::Element;
use super::error::DecodeError;
use super::field::{FieldInfo, Shape};
use super::limits::Limits;
use super::notes::{Mode, Notes};
use super::source::Source;
use super::{Builder, Diagnostic, ScalarKind, parse_into};
use crate::secret::{MASK, mask_url};

/// What a document says, field by field, without typing the values.
///
/// A tool shows it when a message cannot be read because one value is beyond understanding; the
/// specification's own samples, whose values are Chinese explanations, can only be read this way.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Outline {
    /// The specification's name of the field, or of the root.
    pub name: &'static str,
    /// The text of a leaf, white space folded to single blanks; secrets masked unless asked for. `None` for groups.
    pub text: Option<String>,
    /// The fields of a group.
    pub fields: Vec<Outline>,
}

/// Reads `bytes` leniently and lists the fields that `fields` defines, in document order: those of the
/// root, or of what stands in the Body of a SOAP envelope. Unknown elements, repeated scalars and groups
/// without a known field are left out. A document that ends too early is read up to there; a value that
/// is cut off ends with `…`.
///
/// # Errors
/// When there is not even a root element.
pub fn outline(
    bytes: &[u8],
    root: &'static str,
    fields: &'static [FieldInfo],
    limits: Limits,
    show_secrets: bool,
) -> Result<(Outline, Vec<Diagnostic>), DecodeError> {
    let mut notes = Notes::new(Mode::Lenient, limits);
    let source = Source::prepare(bytes, &mut notes)?;
    let settled = notes.diagnostics.len();
    let mut builder = Builder::new(&source.text, limits);
    let mut result = parse_into(&mut builder, &source, &mut notes);
    let mut cut = None;
    if result.is_err() && !builder.is_empty() {
        cut = builder.close_all();
        result = Ok(());
    }
    source.in_raw_offsets(result, &mut notes, settled)?;
    let document = builder.finish();
    let fields = known_fields(parameters(document.root()), fields, cut, show_secrets);
    Ok((Outline { name: root, text: None, fields }, notes.diagnostics))
}

/// The element whose children are the fields.
fn parameters<'d, 'a>(root: Element<'d, 'a>) -> Element<'d, 'a> {
    let body = root.children().find(|e| root.local_name() == "Envelope" && e.local_name() == "Body");
    body.and_then(|body| body.children().next()).unwrap_or(root)
}

fn known_fields(
    element: Element<'_, '_>,
    fields: &'static [FieldInfo],
    cut: Option<usize>,
    show_secrets: bool,
) -> Vec<Outline> {
    let mut out: Vec<Outline> = Vec::new();
    for child in element.children() {
        let all = fields.iter().flat_map(|f| core::iter::once(f).chain(f.body));
        let Some(info) = all.into_iter().find(|f| f.is_called(child.local_name())) else { continue };
        let read = match info.shape {
            Shape::List(inner) | Shape::OptionalGroup(inner) => {
                let fields = known_fields(child, inner, cut, show_secrets);
                if fields.is_empty() {
                    continue;
                }
                Outline { name: info.name, text: None, fields }
            }
            Shape::Required(kind) | Shape::Optional(kind) => {
                let end = if cut == Some(child.index) { "…" } else { "" };
                let text = folded(child.text()) + end;
                let text = match kind {
                    _ if show_secrets || text.is_empty() => text,
                    ScalarKind::Secret => MASK.to_owned(),
                    ScalarKind::Url => mask_url(&text).into_owned(),
                    _ => text,
                };
                Outline { name: info.name, text: Some(text), fields: Vec::new() }
            }
        };
        if matches!(info.shape, Shape::List(_)) || !out.iter().any(|o| o.name == info.name) {
            out.push(read);
        }
    }
    out
}

/// White space folded to single blanks.
fn folded(text: &str) -> String {
    trim(text).split_ascii_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Message;
    use crate::message::client::VideoPlayResponse;
    use crate::message::device::LoginRequest;

    fn shown(document: &str) -> Vec<String> {
        let info = LoginRequest::INFO;
        let (outline, _) =
            outline(document.as_bytes(), info.root, info.fields, Limits::FRAME, false).unwrap();
        outline.fields.iter().map(|f| format!("{}={}", f.name, f.text.as_deref().unwrap_or("?"))).collect()
    }

    #[test]
    fn a_document_is_read_up_to_where_it_ends() {
        let start = "<LOGIN_REQ><DevVer>V1</DevVer><DevKey>SEKRET1</DevKey><DevID>811";
        assert_eq!(shown(start), ["DevVer=V1", "DevKey=***", "DevID=811…"]);
        assert_eq!(shown(&format!("{start}</Dev")), ["DevVer=V1", "DevKey=***", "DevID=811…"]);
        assert_eq!(shown(&format!("{start}</DevID>")), ["DevVer=V1", "DevKey=***", "DevID=811"]);
        assert_eq!(shown("<LOGIN_REQ><DevKey>SEK"), ["DevKey=***"]);
        let info = LoginRequest::INFO;
        assert!(outline(b"<LOGIN_REQ", info.root, info.fields, Limits::FRAME, false).is_err());
    }

    #[test]
    fn an_envelope_is_looked_into() {
        let document = "<s:Envelope><s:Body><n:Login><n:DevVer>V1</n:DevVer>";
        assert_eq!(shown(document), ["DevVer=V1"]);
        let header = document.replace("<s:Body>", "<s:Header><n:DevVer>V0</n:DevVer></s:Header><s:Body>");
        assert_eq!(shown(&header), ["DevVer=V1"]);
        // Only there.
        assert_eq!(shown("<LOGIN_REQ><Body><a><DevVer>V1</DevVer></a></Body><DevVer>V2"), ["DevVer=V2…"]);
    }

    #[test]
    fn secrets_are_shown_when_asked_for() {
        let info = VideoPlayResponse::INFO;
        let url = "<LocalPlayUrl>rtsp://u:SEKRET1@h/</LocalPlayUrl>";
        let document = format!("<MCU_VIDEO_PLAY_RES>{url}<UpnpPlayUrl/></MCU_VIDEO_PLAY_RES>");
        for (show, text) in [(false, "rtsp://u:***@h/"), (true, "rtsp://u:SEKRET1@h/")] {
            let (outline, _) =
                outline(document.as_bytes(), info.root, info.fields, Limits::FRAME, show).unwrap();
            let texts: Vec<_> = outline.fields.iter().map(|f| f.text.as_deref()).collect();
            assert_eq!(texts, [Some(text), Some("")]);
        }
    }
}
