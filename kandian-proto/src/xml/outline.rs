//! The known fields of a document as plain text, whatever their values.

use super::chars::trim;
use super::document::Element;
use super::error::DecodeError;
use super::field::{FieldInfo, Shape};
use super::limits::Limits;
use super::notes::{Mode, Notes};
use super::{Diagnostic, ScalarKind};
use crate::codec::read_bytes;
use crate::secret::MASK;

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

/// Reads `bytes` leniently and lists the fields that `fields` defines, in document order. Unknown
/// elements, repeated scalars and groups without a known field are left out.
///
/// # Errors
/// When not even the tree can be read.
pub fn outline(
    bytes: &[u8],
    root: &'static str,
    fields: &'static [FieldInfo],
    limits: Limits,
    show_secrets: bool,
) -> Result<(Outline, Vec<Diagnostic>), DecodeError> {
    let mut notes = Notes::new(Mode::Lenient, limits);
    let fields =
        read_bytes(bytes, &mut notes, |document, _| Ok(known_fields(document.root(), fields, show_secrets)))?;
    Ok((Outline { name: root, text: None, fields }, notes.diagnostics))
}

fn known_fields(element: Element<'_, '_>, fields: &'static [FieldInfo], show_secrets: bool) -> Vec<Outline> {
    let mut out: Vec<Outline> = Vec::new();
    for child in element.children() {
        let all = fields.iter().flat_map(|f| core::iter::once(f).chain(f.body));
        let Some(info) = all.into_iter().find(|f| f.is_called(child.name())) else { continue };
        let read = match info.shape {
            Shape::List(inner) | Shape::OptionalGroup(inner) => {
                let fields = known_fields(child, inner, show_secrets);
                if fields.is_empty() {
                    continue;
                }
                Outline { name: info.name, text: None, fields }
            }
            Shape::Required(kind) | Shape::Optional(kind) => {
                let text = if kind == ScalarKind::Secret && !show_secrets {
                    MASK.to_owned()
                } else {
                    folded(child.text())
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
