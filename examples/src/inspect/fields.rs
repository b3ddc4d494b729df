//! The fields of a message as rows of a table.

use kandian_proto::xml::{
    EncodeError, FieldInfo, FieldWriter, Outline, RawElement, ScalarKind, WriteEntry, WriteGroup,
    WriteScalar, redacted,
};
use kandian_proto::{MASK, Payload, is_secret_name, mask_text, mask_url};

use super::dispatch;
use super::report::Reading;

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

/// The rows of elements that the message does not define, each with its full path. Which of them hold
/// secrets, only their names tell.
pub(super) fn of_unknown(reading: &Reading, show_secrets: bool) -> Vec<Row> {
    let mut rows = Vec::new();
    for element in &reading.unknown {
        let groups: Vec<_> =
            element.parent.iter().skip(1).map(|step| format!("{}[{}]/", step.name, step.index)).collect();
        let prefix = groups.concat();
        if !show_secrets && reading.doubtful.contains(&element.offset) {
            let cell = Cell::Value { text: MASK.to_owned(), unit: "", meaning: None };
            rows.push(Row { depth: 0, name: format!("{prefix}{MASK}"), cell });
        } else {
            raw_rows(&element.element, &prefix, 0, show_secrets, &mut rows);
        }
    }
    rows
}

fn raw_rows(element: &RawElement, prefix: &str, depth: usize, show_secrets: bool, rows: &mut Vec<Row>) {
    let secret = !show_secrets && is_secret_name(&element.name);
    let cell = if secret || element.children.is_empty() {
        let text = match element.text.as_str() {
            text if show_secrets => text.to_owned(),
            "" if element.children.is_empty() => String::new(),
            _ if secret => MASK.to_owned(),
            text => mask_text(text).into_owned(),
        };
        Cell::Value { text, unit: "", meaning: None }
    } else {
        Cell::Group(None)
    };
    rows.push(Row { depth, name: format!("{prefix}{}", element.name), cell });
    if !secret {
        element.children.iter().for_each(|child| raw_rows(child, "", depth + 1, show_secrets, rows));
    }
}

/// The text of a message that no type describes.
pub(super) fn opaque_text(bytes: &[u8], show_secrets: bool) -> String {
    if show_secrets { String::from_utf8_lossy(bytes).into_owned() } else { redacted(bytes) }
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
        match value.kind() {
            _ if self.show_secrets || text.is_empty() => {}
            ScalarKind::Secret => MASK.clone_into(&mut text),
            ScalarKind::Url => text = mask_url(&text).into_owned(),
            _ => {}
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
