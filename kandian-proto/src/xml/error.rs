//! Why bytes could not be read as a message.

use core::fmt;

use crate::Erratum;

/// Bytes that could not be read: what is wrong, in which element, at which byte.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DecodeError {
    /// What is wrong.
    pub kind: DecodeErrorKind,
    /// Path of the element, such as `LOGIN_REQ/DevID`; empty outside the root.
    pub path: String,
    /// Offset of the defect in the bytes as received, counted from 0.
    pub offset: usize,
}

impl DecodeError {
    /// An error at a place.
    pub fn new(kind: DecodeErrorKind, path: impl Into<String>, offset: usize) -> Self {
        Self { kind, path: path.into(), offset }
    }

    /// The erratum that describes the defect, where there is one.
    #[must_use]
    pub fn erratum(&self) -> Option<Erratum> {
        match &self.kind {
            DecodeErrorKind::NotStrict(found) => found.erratum,
            DecodeErrorKind::NoBytes => Some(Erratum(63)),
            _ => None,
        }
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.path.is_empty() {
            write!(f, "at byte {}: {}", self.offset, self.kind)
        } else {
            write!(f, "{} at byte {}: {}", self.path, self.offset, self.kind)
        }
    }
}

impl core::error::Error for DecodeError {}

/// Kinds of [`DecodeError`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DecodeErrorKind {
    /// A limit of [`Limits`](super::Limits) was reached.
    #[error("{what} exceeds the limit of {limit}")]
    Limit {
        /// What was too large, such as `the nesting of elements`.
        what: &'static str,
        /// The limit.
        limit: usize,
    },
    /// A document type definition. The protocol has none, and entity definitions are a way to
    /// make a small document huge.
    #[error("a document type definition (<!DOCTYPE …>) is refused")]
    Doctype,
    /// No bytes at all, such as the DATA of a frame with LEN 0 (E-63).
    #[error("there is no document: the message is empty")]
    NoBytes,
    /// No element in the bytes at all.
    #[error("no XML element found")]
    NoElement,
    /// The document ends inside an element.
    #[error("the document ends before `</{open}>`")]
    Truncated {
        /// Name of the innermost element that is still open.
        open: String,
    },
    /// The root element is not the one of the expected message.
    #[error("the root element is `{found}`, expected `{expected}`")]
    UnexpectedRoot {
        /// What the message calls for.
        expected: &'static str,
        /// What came, shortened.
        found: String,
    },
    /// The root element belongs to no message of this interface.
    #[error("no message with the root element `{found}` exists here")]
    UnknownRoot {
        /// What came, shortened.
        found: String,
    },
    /// A required element is missing and nothing sensible can stand for it.
    #[error("the required element `{name}` is missing")]
    MissingElement {
        /// Wire name of the element.
        name: &'static str,
    },
    /// The text of an element is not a value of its type.
    #[error("`{found}` is not {expected}")]
    BadValue {
        /// What the element must hold.
        expected: &'static str,
        /// What it holds, shortened; `***` for secrets.
        found: String,
    },
    /// The element should hold text but holds elements.
    #[error("the element holds other elements where {expected} is due")]
    NotALeaf {
        /// What the element must hold.
        expected: &'static str,
    },
    /// The masked form of a secret was given as its value.
    #[error("the mask of a secret is not its value")]
    MaskedSecret,
    /// Strict reading only: the document deviates from the specification in a way that lenient
    /// reading repairs.
    #[error("{}", .0.kind)]
    NotStrict(Box<super::Diagnostic>),
}
