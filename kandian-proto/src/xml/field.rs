//! How a field of a message describes itself, and how it is read and written.

use super::encode::{EncodeError, EncodeErrorKind, FieldWriter};
use super::error::{DecodeError, DecodeErrorKind};
use super::read::GroupReader;
use super::scalar::{Scalar, ScalarKind};
use crate::Erratum;

/// What the macro knows about one field; the catalogue of the specification is compared with it.
#[derive(Debug)]
#[non_exhaustive]
pub struct FieldInfo {
    /// Wire name: the start tag of the specification's sample.
    pub name: &'static str,
    /// Member name in Rust.
    pub rust_name: &'static str,
    /// Other printed spellings, accepted on receipt.
    pub aliases: &'static [&'static str],
    /// Shape and, for groups, their fields.
    pub shape: Shape,
    /// Set when a missing or empty element is tolerated, with the erratum that says so.
    pub absent: Option<Erratum>,
    /// Set for elements struck out of the specification: read, never sent.
    pub received_only: Option<Erratum>,
    /// Set for an element that has a meaning under a condition only, with the erratum that says so.
    pub only_if: Option<Erratum>,
    /// Set where the numbers of the type are not all allowed.
    pub within: Option<Within>,
    /// Set for texts without blanks, with the erratum about blanks in them.
    pub without_blanks: Option<Erratum>,
    /// Fewest entries of a list.
    pub at_least: usize,
    /// Most entries of a list that the specification allows.
    pub at_most: Option<usize>,
    /// Unit of the value, such as `MB`; empty when it has none.
    pub unit: &'static str,
    /// Erratum about the number of entries.
    pub at_most_erratum: Option<Erratum>,
    /// For the `Result` of an [`Outcome`](crate::Outcome): the fields of the success body.
    pub body: &'static [FieldInfo],
    /// True when the success body stands on the wire right after this field.
    pub body_follows: bool,
}

impl FieldInfo {
    /// A field of the type without clauses; the macros override what differs.
    #[doc(hidden)]
    #[must_use]
    pub const fn of<T: Field>(
        name: &'static str,
        rust_name: &'static str,
        aliases: &'static [&'static str],
    ) -> Self {
        Self {
            name,
            rust_name,
            aliases,
            shape: T::SHAPE,
            absent: None,
            received_only: None,
            only_if: None,
            within: None,
            without_blanks: None,
            at_least: 0,
            at_most: None,
            unit: "",
            at_most_erratum: None,
            body: T::BODY,
            body_follows: false,
        }
    }

    /// Whether the element name is this field's, in any printed spelling.
    #[must_use]
    pub fn is_called(&self, name: &str) -> bool {
        self.name == name || self.aliases.contains(&name)
    }
}

/// The numbers that one field allows, where its type allows more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Within {
    /// The smallest number.
    pub first: u64,
    /// The largest number.
    pub last: u64,
    /// The erratum that says so.
    pub erratum: Erratum,
    /// The range as a noun phrase, such as `a frame rate to set (5 to 25)`.
    pub expected: &'static str,
}

impl Within {
    #[doc(hidden)]
    #[must_use]
    pub const fn new(first: u64, last: u64, erratum: Erratum, expected: &'static str) -> Self {
        Self { first, last, erratum, expected }
    }

    /// Whether the number is in the range.
    #[must_use]
    pub const fn contains(&self, number: u64) -> bool {
        self.first <= number && number <= self.last
    }
}

/// The shapes a field can have.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Shape {
    /// One leaf element.
    Required(ScalarKind),
    /// At most one leaf element.
    Optional(ScalarKind),
    /// Any number of groups of the same name.
    List(&'static [FieldInfo]),
    /// At most one group.
    OptionalGroup(&'static [FieldInfo]),
}

/// A member of a message: knows how to find itself among the children of an element.
pub trait Field: Sized {
    /// Its shape.
    const SHAPE: Shape;

    /// Fields that belong to it but stand on the level of the message: the body of a success.
    const BODY: &'static [FieldInfo] = &[];

    /// Reads it.
    ///
    /// # Errors
    /// When the element is missing or its content is not acceptable.
    fn read_field(reader: &mut GroupReader<'_, '_>, info: &'static FieldInfo) -> Result<Self, DecodeError>;

    /// Writes it.
    ///
    /// # Errors
    /// When a value cannot be written under the writer's profile.
    fn write_field(&self, info: &'static FieldInfo, writer: &mut dyn FieldWriter) -> Result<(), EncodeError>;
}

/// A set of fields: a message, a nested group or the body of a success.
pub trait Group: Sized {
    /// Its fields, in wire order.
    const FIELDS: &'static [FieldInfo];

    /// Reads the fields from the children of an element.
    ///
    /// # Errors
    /// See [`DecodeError`].
    fn read(reader: &mut GroupReader<'_, '_>) -> Result<Self, DecodeError>;

    /// Writes the fields in wire order.
    ///
    /// # Errors
    /// See [`EncodeError`].
    fn write(&self, writer: &mut dyn FieldWriter) -> Result<(), EncodeError>;
}

impl<T: Scalar> Field for T {
    const SHAPE: Shape = Shape::Required(T::KIND);

    fn read_field(reader: &mut GroupReader<'_, '_>, info: &'static FieldInfo) -> Result<Self, DecodeError> {
        reader.required(info)
    }

    fn write_field(&self, info: &'static FieldInfo, writer: &mut dyn FieldWriter) -> Result<(), EncodeError> {
        writer.scalar(info, self)
    }
}

impl<T: Scalar> Field for Option<T> {
    const SHAPE: Shape = Shape::Optional(T::KIND);

    fn read_field(reader: &mut GroupReader<'_, '_>, info: &'static FieldInfo) -> Result<Self, DecodeError> {
        reader.optional(info)
    }

    fn write_field(&self, info: &'static FieldInfo, writer: &mut dyn FieldWriter) -> Result<(), EncodeError> {
        match self {
            Some(value) if info.received_only.is_none() => writer.scalar(info, value),
            _ => Ok(()),
        }
    }
}

/// Writes a field that has a meaning only when `applies`; it must then be there.
pub(crate) fn write_conditional<T: Scalar>(
    value: Option<&T>,
    info: &'static FieldInfo,
    applies: bool,
    writer: &mut dyn FieldWriter,
) -> Result<(), EncodeError> {
    let wrong = |kind| Err(EncodeError::new(kind, format!("{}/{}", writer.path(), info.name)));
    match (value, applies) {
        (Some(value), true) => writer.scalar(info, value),
        (None, false) => Ok(()),
        (Some(_), false) => wrong(EncodeErrorKind::NotApplicable(info.name)),
        (None, true) => wrong(EncodeErrorKind::NoValue(info.name)),
    }
}

/// A [`Group`] that stands in an element of its own; implemented by the `group!` macro.
pub trait Entry: Group {}

impl<G: Entry> Field for Vec<G> {
    const SHAPE: Shape = Shape::List(G::FIELDS);

    fn read_field(reader: &mut GroupReader<'_, '_>, info: &'static FieldInfo) -> Result<Self, DecodeError> {
        let nodes = reader.take_list(info)?;
        let mut entries = Self::with_capacity(nodes.len());
        for node in nodes {
            let index = entries.len();
            if let Some(entry) = reader.group::<G>(node, info, index)? {
                entries.push(entry);
            }
        }
        reader.check_count(info, entries.len())?;
        Ok(entries)
    }

    fn write_field(&self, info: &'static FieldInfo, writer: &mut dyn FieldWriter) -> Result<(), EncodeError> {
        writer.list(info, self.len(), &mut |index, writer| match self.get(index) {
            Some(entry) => entry.write(writer),
            None => Ok(()),
        })
    }
}

/// Why a missing element is an error.
pub(crate) fn missing(info: &'static FieldInfo, path: String, offset: usize) -> DecodeError {
    DecodeError::new(DecodeErrorKind::MissingElement { name: info.name }, path, offset)
}
