//! The fields of a message as rows of a table.

use kandian_proto::command::OPERATIONS;
use kandian_proto::xml::{
    EncodeError, FieldInfo, FieldWriter, Outline, RawElement, ScalarKind, Shape, UnknownElement, WriteEntry,
    WriteGroup, WriteScalar,
};
use kandian_proto::{MASK, Payload};

use super::dispatch;

/// One row.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) depth: usize,
    pub(super) name: String,
    pub(super) cell: Cell,
}

/// What stands beside the name.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Cell {
    Value {
        text: String,
        unit: &'static str,
        meaning: Option<&'static str>,
    },
    /// Fields follow; the entries of a list have a number, counted from 0 as in paths.
    Group(Option<usize>),
    /// A list without entries.
    NoEntries,
}

/// The rows of a message; nothing for one that is not defined.
pub(super) fn of_message(message: &Payload, show_secrets: bool) -> Vec<Row> {
    let mut rows = Rows { rows: Vec::new(), depth: 0, show_secrets };
    // Collecting rows cannot fail; what a message refuses to send can still be shown up to there.
    let _ = dispatch::write_fields(message, &mut rows);
    rows.rows
}

/// The rows of an outline.
pub(super) fn of_outline(outline: &Outline) -> Vec<Row> {
    let mut rows = Vec::new();
    outline_rows(outline, 0, &mut rows);
    rows
}

fn outline_rows(outline: &Outline, depth: usize, rows: &mut Vec<Row>) {
    for field in &outline.fields {
        let cell = match &field.text {
            Some(text) => Cell::Value { text: text.clone(), unit: "", meaning: None },
            None => Cell::Group(None),
        };
        rows.push(Row { depth, name: field.name.to_owned(), cell });
        outline_rows(field, depth + 1, rows);
    }
}

/// The rows of elements that the message does not define, each with its full path.
pub(super) fn of_unknown(unknown: &[UnknownElement], show_secrets: bool) -> Vec<Row> {
    let mut rows = Vec::new();
    for element in unknown {
        let groups: Vec<_> =
            element.parent.iter().skip(1).map(|step| format!("{}[{}]/", step.name, step.index)).collect();
        raw_rows(&element.element, &groups.concat(), 0, show_secrets, &mut rows);
    }
    rows
}

fn raw_rows(element: &RawElement, prefix: &str, depth: usize, show_secrets: bool, rows: &mut Vec<Row>) {
    let secret = !show_secrets && is_secret(&element.name);
    let cell = if secret || element.children.is_empty() {
        let text = if secret { MASK.to_owned() } else { element.text.clone() };
        Cell::Value { text, unit: "", meaning: None }
    } else {
        Cell::Group(None)
    };
    rows.push(Row { depth, name: format!("{prefix}{}", element.name), cell });
    if !secret {
        element.children.iter().for_each(|child| raw_rows(child, "", depth + 1, show_secrets, rows));
    }
}

/// Whether an element of this name holds a secret in any message. Names are compared without regard
/// to case, because this guards messages that no type describes.
fn is_secret(name: &str) -> bool {
    fn any(fields: &[FieldInfo], name: &str) -> bool {
        fields.iter().any(|field| {
            let here = match field.shape {
                Shape::Required(kind) | Shape::Optional(kind) => {
                    kind == ScalarKind::Secret && called(field, name)
                }
                Shape::List(inner) | Shape::OptionalGroup(inner) => any(inner, name),
                _ => false,
            };
            here || any(field.body, name)
        })
    }
    fn called(field: &FieldInfo, name: &str) -> bool {
        field.name.eq_ignore_ascii_case(name)
            || field.aliases.iter().any(|alias| alias.eq_ignore_ascii_case(name))
    }
    let name = name.rsplit(':').next().unwrap_or(name);
    OPERATIONS.iter().any(|row| any(row.request.fields, name) || any(row.response.fields, name))
}

/// The text of a message that no type describes, with what would be secret elsewhere masked.
pub(super) fn opaque_text(bytes: &[u8], show_secrets: bool) -> String {
    let text = String::from_utf8_lossy(bytes);
    if show_secrets {
        return text.into_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut pieces = text.split('<');
    out.push_str(pieces.next().unwrap_or_default());
    for piece in pieces {
        out.push('<');
        let (tag, content) = piece.split_once('>').unwrap_or((piece, ""));
        let name = tag.trim_start().split(|c: char| c.is_whitespace() || c == '/').next().unwrap_or_default();
        if content.trim().is_empty() || !is_secret(name) {
            out.push_str(piece);
        } else {
            out.push_str(tag);
            out.push('>');
            out.push_str(MASK);
        }
    }
    out
}

struct Rows {
    rows: Vec<Row>,
    depth: usize,
    show_secrets: bool,
}

impl Rows {
    fn push(&mut self, info: &FieldInfo, cell: Cell) {
        self.rows.push(Row { depth: self.depth, name: info.name.to_owned(), cell });
    }

    fn inner(&mut self, write: impl FnOnce(&mut Self) -> Result<(), EncodeError>) -> Result<(), EncodeError> {
        self.depth += 1;
        let written = write(self);
        self.depth -= 1;
        written
    }
}

impl FieldWriter for Rows {
    fn scalar(&mut self, info: &'static FieldInfo, value: &dyn WriteScalar) -> Result<(), EncodeError> {
        let mut text = String::new();
        // Writing into a string cannot fail.
        let _ = value.write_text(&mut text);
        if value.kind() == ScalarKind::Secret && !self.show_secrets && !text.is_empty() {
            MASK.clone_into(&mut text);
        }
        let meaning = value.meaning().map(|(english, _)| english);
        self.push(info, Cell::Value { text, unit: info.unit, meaning });
        Ok(())
    }

    fn group(&mut self, info: &'static FieldInfo, fields: WriteGroup<'_>) -> Result<(), EncodeError> {
        self.push(info, Cell::Group(None));
        self.inner(|rows| fields(rows))
    }

    fn list(
        &mut self,
        info: &'static FieldInfo,
        len: usize,
        entry: WriteEntry<'_>,
    ) -> Result<(), EncodeError> {
        if len == 0 {
            self.push(info, Cell::NoEntries);
        }
        for index in 0..len {
            self.push(info, Cell::Group(Some(index)));
            self.inner(|rows| entry(index, rows))?;
        }
        Ok(())
    }

    fn path(&self) -> String {
        String::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_of_messages_that_no_type_describes() {
        let text =
            "<V_REQ>\n<DevKey>K7M2P9Q4</DevKey><devkey> x </devkey><Mode>KD-100</Mode><DevKey/></V_REQ>";
        let masked = opaque_text(text.as_bytes(), false);
        assert_eq!(
            masked,
            "<V_REQ>\n<DevKey>***</DevKey><devkey>***</devkey><Mode>KD-100</Mode><DevKey/></V_REQ>"
        );
        assert_eq!(opaque_text(text.as_bytes(), true), text);
        assert_eq!(opaque_text(b"<DevKey>cut off", false), "<DevKey>***");
    }
}
