//! Trees and what was noted beside them, as text that tests compare.

use super::{Builder, DecodeError, Diagnostic, Document, Element, Limits, Mode, Notes};

/// `R@0"text"(a@3"1" b@10)`: names with the offsets of their start tags, texts, children. The text of a
/// leaf stands as it is, the text between elements without white space at its ends.
pub(super) fn tree(document: &Document<'_>) -> String {
    element(document, document.root())
}

fn element(document: &Document<'_>, at: Element<'_, '_>) -> String {
    let children: Vec<_> = at.children().map(|child| element(document, child)).collect();
    let text = if children.is_empty() { &document.nodes[at.index].text } else { at.text() };
    let text = if text.is_empty() { String::new() } else { format!("{text:?}") };
    let children = if children.is_empty() { String::new() } else { format!("({})", children.join(" ")) };
    format!("{}@{}{text}{children}", at.name(), at.offset())
}

/// `7 R/a BareAmpersand E-94`: offset, path, kind, erratum.
pub(super) fn diagnostic(found: &Diagnostic) -> String {
    let Diagnostic { kind, erratum, path, offset } = found;
    let erratum = erratum.map(|id| format!(" {id}")).unwrap_or_default();
    let path = if path.is_empty() { "-" } else { path };
    format!("{offset} {path} {kind:?}{erratum}")
}

/// `7 R/a NoElement`: the same for an error.
pub(super) fn error(found: &DecodeError) -> String {
    let DecodeError { kind, path, offset } = found;
    let path = if path.is_empty() { "-" } else { path };
    format!("{offset} {path} {kind:?}")
}

/// What a reader makes of a text, leniently: the tree or the error, then the diagnostics.
pub(super) fn read<'a>(
    text: &'a str,
    limits: Limits,
    reader: impl FnOnce(&mut Builder<'a>, &mut Notes) -> Result<(), DecodeError>,
) -> Vec<String> {
    let mut notes = Notes::new(Mode::Lenient, limits);
    let mut builder = Builder::new(text, limits);
    let first = match reader(&mut builder, &mut notes) {
        Ok(()) => tree(&builder.finish()),
        Err(found) => error(&found),
    };
    std::iter::once(first).chain(notes.diagnostics.iter().map(diagnostic)).collect()
}

/// Reads every text of a table and shows all that came out otherwise than the table says.
#[track_caller]
pub(super) fn compare(table: &[(&str, &[&str])], read: impl Fn(&str) -> Vec<String>) {
    let wrong: String = table
        .iter()
        .map(|(text, expected)| (text, expected, read(text)))
        .filter(|(_, expected, found)| found != *expected)
        .map(|(text, expected, found)| format!("{text:?}\n  is       {found:?}\n  and not  {expected:?}\n"))
        .collect();
    assert!(wrong.is_empty(), "{wrong}");
}
