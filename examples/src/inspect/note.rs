//! Everything there is to say about a frame or document besides its content.

use std::fmt;

use kandian_proto::{DecodeError, Diagnostic, Erratum};

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Severity {
    /// Worth knowing; well within the specification.
    Remark,
    /// Outside the specification, accepted all the same.
    Repair,
    /// Could not be read.
    Error,
}

/// One thing to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Note {
    pub(super) severity: Severity,
    /// Short name for programs, such as `tag_space`.
    pub(super) kind: String,
    pub(super) erratum: Option<Erratum>,
    /// Path of the element, or empty.
    pub(super) path: String,
    /// Byte in DATA or in the document; for what is wrong with a stream, in the stream.
    pub(super) offset: u64,
    pub(super) text: String,
    /// What to try, or empty.
    pub(super) advice: &'static str,
}

impl Note {
    pub(super) fn new(severity: Severity, kind: &str, offset: u64, text: impl Into<String>) -> Self {
        let (kind, text) = (kind.to_owned(), text.into());
        Self { severity, kind, erratum: None, path: String::new(), offset, text, advice: "" }
    }

    pub(super) fn erratum(self, number: u16) -> Self {
        Self { erratum: Some(Erratum(number)), ..self }
    }

    pub(super) fn advice(self, advice: &'static str) -> Self {
        Self { advice, ..self }
    }
}

impl From<&Diagnostic> for Note {
    fn from(diagnostic: &Diagnostic) -> Self {
        let severity = if diagnostic.is_repair() { Severity::Repair } else { Severity::Remark };
        let kind = variant_name(&diagnostic.kind);
        let mut note = Self::new(severity, &kind, diagnostic.offset as u64, diagnostic.kind.to_string());
        note.erratum = diagnostic.erratum;
        note.path.clone_from(&diagnostic.path);
        note
    }
}

impl From<&DecodeError> for Note {
    fn from(error: &DecodeError) -> Self {
        let kind = variant_name(&error.kind);
        let mut note = Self::new(Severity::Error, &kind, error.offset as u64, error.kind.to_string());
        note.erratum = error.erratum();
        note.path.clone_from(&error.path);
        note
    }
}

/// The name of an enum's variant in snake case: what `Debug` writes first. Formatting stops there, so
/// the variant's content is never looked at.
pub(super) fn variant_name(value: &dyn fmt::Debug) -> String {
    struct Name(String);

    impl fmt::Write for Name {
        fn write_str(&mut self, text: &str) -> fmt::Result {
            for c in text.chars() {
                match c {
                    'A'..='Z' if self.0.is_empty() => self.0.push(c.to_ascii_lowercase()),
                    'A'..='Z' => self.0.extend(['_', c.to_ascii_lowercase()]),
                    'a'..='z' | '0'..='9' => self.0.push(c),
                    _ => return Err(fmt::Error),
                }
            }
            Ok(())
        }
    }

    let mut name = Name(String::new());
    let _ = fmt::write(&mut name, format_args!("{value:?}"));
    name.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use kandian_codec::SkipReason;
    use kandian_proto::DiagnosticKind;

    #[test]
    fn names_of_variants() {
        assert_eq!(variant_name(&DiagnosticKind::TagSpace("</DevID>".to_owned())), "tag_space");
        assert_eq!(variant_name(&DiagnosticKind::Gbk { declared: "declared" }), "gbk");
        assert_eq!(variant_name(&SkipReason::PayloadTooLong), "payload_too_long");
    }
}
