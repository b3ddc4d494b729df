//! Where a reader puts what it has to say about a document.

use super::diagnostic::{Diagnostic, DiagnosticKind};
use super::error::{DecodeError, DecodeErrorKind};
use super::limits::Limits;
use super::unknown::UnknownElement;
use crate::Erratum;

/// How deviations are treated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// The first deviation is an error.
    Strict,
    /// Deviations become diagnostics.
    Lenient,
    /// Like lenient, and the mask of a secret is refused as its value.
    #[cfg(feature = "json")]
    Json,
}

/// Diagnostics and unknown elements gathered while one document is read.
#[derive(Debug)]
pub(crate) struct Notes {
    pub(crate) mode: Mode,
    pub(crate) limits: Limits,
    /// Whether attributes are worth a remark; in SOAP every element may have some.
    attributes: bool,
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// How many repairs were noted.
    pub(crate) repairs: usize,
    /// Diagnostics left out because of [`Limits::diagnostics`].
    pub(crate) dropped: usize,
    pub(crate) unknown: Vec<UnknownElement>,
}

impl Notes {
    pub(crate) fn new(mode: Mode, limits: Limits) -> Self {
        Self {
            mode,
            limits,
            attributes: true,
            repairs: 0,
            diagnostics: Vec::new(),
            dropped: 0,
            unknown: Vec::new(),
        }
    }

    /// For SOAP, where attributes are part of the envelope.
    #[cfg(feature = "soap")]
    pub(crate) fn without_attributes(mode: Mode, limits: Limits) -> Self {
        Self { attributes: false, ..Self::new(mode, limits) }
    }

    /// Records a deviation, or refuses the document because of it in strict mode. The path is only
    /// built when it is needed.
    pub(crate) fn note(
        &mut self,
        kind: DiagnosticKind,
        erratum: Option<u16>,
        offset: usize,
        path: impl FnOnce() -> String,
    ) -> Result<(), DecodeError> {
        if !self.attributes && matches!(kind, DiagnosticKind::Attributes(_)) {
            return Ok(());
        }
        let is_repair = kind.is_repair();
        self.repairs += usize::from(is_repair);
        let strict = self.mode == Mode::Strict;
        if self.is_full() {
            self.dropped += 1;
            return Ok(());
        }
        let found = Diagnostic { kind, erratum: erratum.map(Erratum), path: path(), offset };
        if strict && is_repair {
            let path = found.path.clone();
            return Err(DecodeError::new(DecodeErrorKind::NotStrict(Box::new(found)), path, offset));
        }
        if !strict {
            self.diagnostics.push(found);
        }
        Ok(())
    }

    /// True when a further deviation would only be counted; then its texts need not be made.
    pub(crate) fn is_full(&self) -> bool {
        self.mode != Mode::Strict && self.diagnostics.len() >= self.limits.diagnostics
    }

    /// Records a deviation outside any element.
    pub(crate) fn note_document(
        &mut self,
        kind: DiagnosticKind,
        erratum: Option<u16>,
        offset: usize,
    ) -> Result<(), DecodeError> {
        self.note(kind, erratum, offset, String::new)
    }
}
