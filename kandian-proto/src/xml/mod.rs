//! The only place that reads and writes XML.
//!
//! Reading has two paths into one flat tree ([`Document`]): a well-formed document goes through
//! quick-xml; one that is not is read again by a recovering tokenizer, which accepts what the errata
//! say to accept and reports every repair as a [`Diagnostic`]. (The plainest documents take a short cut
//! past quick-xml.) Typed messages are then read from the tree by one piece of code for all, so strict
//! and lenient reading can only differ in what they refuse, never in what they understand.
//!
//! Nothing here is unbounded: see [`Limits`].

mod chars;
mod diagnostic;
mod document;
mod encode;
mod error;
mod field;
mod limits;
mod notes;
mod outline;
mod plain;
mod read;
mod recover;
mod redact;
mod scalar;
#[cfg(test)]
mod shown;
mod source;
mod strict;
mod unknown;

pub use diagnostic::{Diagnostic, DiagnosticKind};
pub(crate) use document::Builder;
pub use document::{Document, Element};
pub(crate) use encode::XmlWriter;
pub use encode::{
    DECLARATION, EncodeError, EncodeErrorKind, FieldWriter, WriteEntry, WriteGroup, WriteScalar,
};
pub use error::{DecodeError, DecodeErrorKind};
pub(crate) use field::write_conditional;
pub use field::{Entry, Field, FieldInfo, Group, Shape, Within};
pub use limits::Limits;
pub(crate) use notes::{Mode, Notes};
pub use outline::{Outline, outline};
pub use read::GroupReader;
pub use redact::redacted;
pub use scalar::{Scalar, ScalarKind, Tolerated};
pub(crate) use source::Source;
pub use unknown::{PathStep, RawElement, UnknownElement};

pub(crate) use chars::excerpt;
#[cfg(feature = "soap")]
pub(crate) use {chars::is_xml_char, document::local_name};

/// Reads the tree of a document. In strict mode a document that is not well-formed is an error; in
/// lenient mode it is repaired.
pub(crate) fn parse<'a>(source: &'a Source<'_>, notes: &mut Notes) -> Result<Document<'a>, DecodeError> {
    let mut builder = Builder::new(&source.text, notes.limits);
    parse_into(&mut builder, source, notes)?;
    Ok(builder.finish())
}

/// [`parse`], which leaves in `builder` what was read before an error.
pub(crate) fn parse_into<'a>(
    builder: &mut Builder<'a>,
    source: &'a Source<'_>,
    notes: &mut Notes,
) -> Result<(), DecodeError> {
    if chars::first_illegal(&source.text).is_none() {
        if plain::parse(&source.text, source.body, builder) {
            return Ok(());
        }
        builder.clear();
        let before = notes.diagnostics.len();
        match strict::parse(&source.text, source.body, builder, notes) {
            Ok(()) => return Ok(()),
            Err(strict::Stop::Refused(error)) => return Err(error),
            Err(strict::Stop::IllFormed) => {}
        }
        notes.diagnostics.truncate(before);
        builder.clear();
    }
    let repairs = notes.repairs;
    recover::parse(&source.text, source.body, builder, notes)?;
    if notes.repairs == repairs {
        // Strict reading must not accept what no XML parser accepts.
        notes.note_document(DiagnosticKind::NotWellFormed, None, source.body)?;
    }
    Ok(())
}

/// The tree by the short cut alone, when it takes the document; for comparing the paths.
#[cfg(any(test, feature = "fuzz"))]
pub(crate) fn parse_plain<'a>(source: &'a Source<'_>, limits: Limits) -> Option<Document<'a>> {
    let mut builder = Builder::new(&source.text, limits);
    let legal = chars::first_illegal(&source.text).is_none();
    let taken = legal && plain::parse(&source.text, source.body, &mut builder);
    taken.then(|| builder.finish())
}

/// The tree by quick-xml alone, when the document is well-formed; for comparing the paths.
#[cfg(any(test, feature = "fuzz"))]
pub(crate) fn parse_well_formed<'a>(source: &'a Source<'_>, notes: &mut Notes) -> Option<Document<'a>> {
    let mut builder = Builder::new(&source.text, notes.limits);
    let legal = chars::first_illegal(&source.text).is_none();
    let taken = legal && strict::parse(&source.text, source.body, &mut builder, notes).is_ok();
    taken.then(|| builder.finish())
}

/// The tree by the recovering path alone, for comparing the paths.
#[cfg(feature = "fuzz")]
pub(crate) fn parse_recovering<'a>(
    source: &'a Source<'_>,
    notes: &mut Notes,
) -> Result<Document<'a>, DecodeError> {
    let mut builder = Builder::new(&source.text, notes.limits);
    recover::parse(&source.text, source.body, &mut builder, notes)?;
    Ok(builder.finish())
}
