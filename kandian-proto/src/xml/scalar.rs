//! What a leaf element may hold: the contract between a value type and the XML layer.

use core::fmt;

use crate::Erratum;

/// The JSON and WSDL shape of a leaf.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ScalarKind {
    /// A decimal integer; a number in JSON, `xsd:int` in the WSDL.
    Integer,
    /// Text; a string in JSON and in the WSDL.
    Text,
    /// Text that must never be printed: masked in JSON unless revealed on purpose.
    Secret,
    /// A URL. The password and the tokens in it are masked as a secret is.
    Url,
}

/// A value that an element without children holds.
///
/// `parse` takes exactly what the specification allows, `tolerate` what the errata add to that.
/// Both see the text after entities are resolved and, for `tolerate`, without surrounding space.
pub trait Scalar: Sized {
    /// Shape in JSON and in the WSDL.
    const KIND: ScalarKind;
    /// Short English noun phrase for error texts, such as `a port number (0 to 65535)`.
    const EXPECTED: &'static str;

    /// Reads the one canonical form; `None` when `text` is not of that form.
    fn parse(text: &str) -> Option<Self>;

    /// Reads a form that deployed equipment sends although the specification does not allow it.
    fn tolerate(_text: &str) -> Option<Tolerated<Self>> {
        None
    }

    /// What an element without text means when a peer is read leniently; `None` where a guess would be
    /// dangerous (which camera? which policy?). It says nothing about a missing element: whether that
    /// is tolerated is said by the field.
    fn empty() -> Option<Tolerated<Self>> {
        None
    }

    /// Whether `text`, which `write` made, may be sent: whatever strict reading takes. Ids and tokens
    /// that another party made are sent on as they came.
    fn may_be_sent(text: &str) -> bool {
        Self::parse(text).is_some()
    }

    /// Writes the canonical form, unescaped.
    ///
    /// # Errors
    /// When the value has no canonical form, or `out` refuses the text.
    fn write(&self, out: &mut dyn fmt::Write) -> fmt::Result;

    /// The value as a number, for [`ScalarKind::Integer`] types.
    fn as_integer(&self) -> Option<u64> {
        None
    }

    /// What a code means, in English and in the words of the specification.
    fn meaning(&self) -> Option<(&'static str, &'static str)> {
        None
    }
}

/// A value read from a form outside the specification, and why that form is accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Tolerated<T> {
    /// What was understood.
    pub value: T,
    /// The erratum that says to accept the form, where there is one.
    pub erratum: Option<Erratum>,
    /// What was accepted, as the rest of the sentence "the value …", such as
    /// `has no leading zeros; read as HH:MM`.
    pub what: &'static str,
}

impl<T> Tolerated<T> {
    /// A value accepted because of erratum `number`.
    pub const fn new(value: T, number: u16, what: &'static str) -> Self {
        Self { value, erratum: Some(Erratum(number)), what }
    }

    /// A value accepted although no erratum speaks of its form.
    pub const fn unprinted(value: T, what: &'static str) -> Self {
        Self { value, erratum: None, what }
    }
}
