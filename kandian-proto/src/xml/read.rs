//! Reading the fields of a message from the children of one element.

mod leftovers;
mod lists;

use super::chars::{excerpt, is_space, trim};
use super::diagnostic::DiagnosticKind as Kind;
use super::document::Document;
use super::error::{DecodeError, DecodeErrorKind};
use super::field::{Entry, FieldInfo, missing};
use super::notes::Notes;
use super::scalar::{Scalar, ScalarKind};
use super::unknown::PathStep;
use crate::Erratum;
use crate::secret::{MASK, find_mention, mask_url};
use crate::value::number::padded;

/// The groups from the root down to the one that is read.
struct Place<'p> {
    outer: Option<&'p Self>,
    step: PathStep,
}

impl Place<'_> {
    fn steps(&self) -> Vec<PathStep> {
        let mut steps = self.outer.map(Self::steps).unwrap_or_default();
        steps.push(self.step);
        steps
    }

    fn root(&self) -> &'static str {
        self.outer.map_or(self.step.name, Self::root)
    }
}

/// Hands out the children of one element to the fields that ask for them, in wire order, and says
/// what was left over. The `message!` macro drives it.
pub struct GroupReader<'r, 'd> {
    document: &'d Document<'d>,
    notes: &'r mut Notes,
    node: usize,
    /// The child that comes next when the document keeps the order of the specification.
    next: usize,
    /// Whether a child before `next` may have been passed over. As long as none was, the search for an
    /// element starts there.
    passed_over: bool,
    /// The child that was handed out last.
    last: usize,
    fields: &'static [FieldInfo],
    place: Place<'r>,
}

impl core::fmt::Debug for GroupReader<'_, '_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("GroupReader").field("path", &self.document.path(self.node)).finish_non_exhaustive()
    }
}

impl<'r, 'd> GroupReader<'r, 'd> {
    /// Starts with the children of the root.
    pub(crate) fn new(
        document: &'d Document<'d>,
        node: usize,
        name: &'static str,
        fields: &'static [FieldInfo],
        notes: &'r mut Notes,
    ) -> Result<Self, DecodeError> {
        Self::at(document, node, Place { outer: None, step: PathStep { name, index: 0 } }, fields, notes)
    }

    fn at(
        document: &'d Document<'d>,
        node: usize,
        place: Place<'r>,
        fields: &'static [FieldInfo],
        notes: &'r mut Notes,
    ) -> Result<Self, DecodeError> {
        let mut reader =
            Self { document, notes, node, next: node + 1, passed_over: false, last: node, fields, place };
        reader.check_text()?;
        Ok(reader)
    }

    fn note(&mut self, kind: Kind, erratum: Option<Erratum>, node: usize) -> Result<(), DecodeError> {
        let document = self.document;
        let offset = document.nodes[node].offset;
        self.notes.note(kind, erratum.map(|e| e.0), offset, || document.path(node))
    }

    fn error(&self, kind: DecodeErrorKind, node: usize) -> DecodeError {
        DecodeError::new(kind, self.document.path(node), self.document.nodes[node].offset)
    }

    fn missing(&self, info: &'static FieldInfo) -> DecodeError {
        missing(info, self.document.path(self.node), self.document.nodes[self.node].offset)
    }

    /// Character data directly inside a group means nothing (E-05).
    fn check_text(&mut self) -> Result<(), DecodeError> {
        let node = &self.document.nodes[self.node];
        let text = trim(&node.text);
        if text.is_empty() {
            return Ok(());
        }
        let secret = node.text_suspect || find_mention(text, 0).is_some();
        let shown = if secret { MASK.to_owned() } else { excerpt(text) };
        self.note(Kind::StrayText(shown), Some(Erratum(5)), self.node)
    }

    fn mark(&mut self, node: usize) {
        self.document.nodes[node].taken.set(true);
        self.last = node;
    }

    /// The element of a field, or `None` when there is none. Of several the first is taken, whichever
    /// of its spellings it has.
    pub(crate) fn take(&mut self, info: &'static FieldInfo) -> Result<Option<usize>, DecodeError> {
        let nodes = &self.document.nodes;
        let from = if self.passed_over { self.node + 1 } else { self.next };
        let wanted = |&i: &usize| !nodes[i].taken.get() && info.is_called(nodes[i].name);
        let Some(index) = self.document.children_from(self.node, from).find(wanted) else {
            return Ok(None);
        };
        self.mark(index);
        self.note_name(index, info)?;
        self.note_order(index, info)?;
        Ok(Some(index))
    }

    fn note_name(&mut self, index: usize, info: &'static FieldInfo) -> Result<(), DecodeError> {
        let name = self.document.nodes[index].name;
        if name == info.name {
            return Ok(());
        }
        let kind = Kind::Alias { expected: info.name, found: excerpt(name) };
        self.note(kind, leftovers::alias_erratum(name), index)
    }

    fn note_order(&mut self, index: usize, info: &'static FieldInfo) -> Result<(), DecodeError> {
        if index < self.next {
            return self.note(Kind::OutOfOrder(info.name), Some(Erratum(6)), index);
        }
        self.passed_over |= index != self.next;
        self.next = self.document.nodes[index].end;
        Ok(())
    }

    /// Reads a group; `None` when it holds no known element and is dropped (E-05).
    pub(crate) fn group<G: Entry>(
        &mut self,
        node: usize,
        info: &'static FieldInfo,
        index: usize,
    ) -> Result<Option<G>, DecodeError> {
        let known = |i: usize| G::FIELDS.iter().any(|f| f.is_called(self.document.nodes[i].name));
        if !self.document.children(node).any(known) {
            self.note(Kind::EmptyGroup(info.name), Some(Erratum(5)), node)?;
            return Ok(None);
        }
        let place = Place { outer: Some(&self.place), step: PathStep { name: info.name, index } };
        let mut reader = GroupReader::at(self.document, node, place, G::FIELDS, self.notes)?;
        let group = G::read(&mut reader)?;
        reader.finish()?;
        Ok(Some(group))
    }

    /// Reads the value of a leaf; `None` when it is empty and its type has no meaning for that.
    pub(crate) fn scalar<T: Scalar>(
        &mut self,
        node: usize,
        info: &'static FieldInfo,
    ) -> Result<Option<T>, DecodeError> {
        let element = &self.document.nodes[node];
        if element.end != node + 1 {
            return Err(self.error(DecodeErrorKind::NotALeaf { expected: T::EXPECTED }, node));
        }
        let text: &str = &element.text;
        #[cfg(feature = "json")]
        if self.notes.mode == super::notes::Mode::Json && is_masked::<T>(text) {
            return Err(self.error(DecodeErrorKind::MaskedSecret, node));
        }
        match T::parse(text) {
            Some(value) => self.narrowed(value, text, node, info).map(Some),
            None => self.deviant(text, node, info),
        }
    }

    /// A value of the type, where the field may allow less.
    fn narrowed<T: Scalar>(
        &mut self,
        value: T,
        text: &str,
        node: usize,
        info: &'static FieldInfo,
    ) -> Result<T, DecodeError> {
        if let Some(within) = info.within
            && value.as_integer().is_some_and(|n| !within.contains(n))
        {
            let what = "is outside the range of this element; kept as it is";
            let kind = Kind::Value { expected: within.expected, found: shown::<T>(text), what };
            self.note(kind, Some(within.erratum), node)?;
        }
        if let Some(erratum) = info.without_blanks
            && text.bytes().any(is_space)
        {
            let plain: String = text.split(|c: char| c.is_ascii() && is_space(c as u8)).collect();
            self.note(Kind::BlanksInside(info.name), Some(erratum), node)?;
            return Ok(T::parse(&plain).unwrap_or(value));
        }
        Ok(value)
    }

    /// A text that is not the canonical form of any value.
    fn deviant<T: Scalar>(
        &mut self,
        text: &str,
        node: usize,
        info: &'static FieldInfo,
    ) -> Result<Option<T>, DecodeError> {
        let trimmed = trim(text);
        if trimmed.len() != text.len() && !trimmed.is_empty() {
            self.note(Kind::SurroundingSpace(info.name), Some(Erratum(9)), node)?;
            if let Some(value) = T::parse(trimmed) {
                return self.narrowed(value, trimmed, node, info).map(Some);
            }
        }
        // Where a range is given, a number outside the table is an error: what its type maps into the
        // table elsewhere must not be carried out here.
        let listed = || padded(trimmed).is_some_and(|n| T::parse(&n.to_string()).is_some());
        if info.within.is_none() || trimmed.is_empty() || listed() {
            if let Some(read) = T::tolerate(trimmed) {
                let found = shown::<T>(trimmed);
                let kind = Kind::Value { expected: T::EXPECTED, found, what: read.what };
                self.note(kind, read.erratum, node)?;
                return self.narrowed(read.value, trimmed, node, info).map(Some);
            }
            if trimmed.is_empty() {
                return Ok(None);
            }
        }
        let kind = DecodeErrorKind::BadValue { expected: T::EXPECTED, found: shown::<T>(trimmed) };
        Err(self.error(kind, node))
    }

    /// Reads a required leaf.
    pub(crate) fn required<T: Scalar>(&mut self, info: &'static FieldInfo) -> Result<T, DecodeError> {
        let Some(node) = self.take(info)? else { return Err(self.missing(info)) };
        match self.scalar(node, info)? {
            Some(value) => Ok(value),
            None => self.stand_in(node, info),
        }
    }

    /// Reads a leaf that may be left out.
    pub(crate) fn optional<T: Scalar>(&mut self, info: &'static FieldInfo) -> Result<Option<T>, DecodeError> {
        let Some(node) = self.take(info)? else { return Ok(None) };
        if info.received_only.is_some() {
            self.note(Kind::Struck(info.name), info.received_only, node)?;
            // Nothing depends on the value, so no value is an error.
            let text = trim(&self.document.nodes[node].text);
            return Ok(T::parse(text).or_else(|| T::tolerate(text).map(|read| read.value)));
        }
        let value = self.scalar::<T>(node, info)?;
        if value.is_none() {
            let erratum = info.absent.unwrap_or(Erratum(100));
            self.note(Kind::EmptyValue(info.name), Some(erratum), node)?;
        }
        Ok(value)
    }

    /// Reads a leaf whose absence an erratum tolerates.
    ///
    /// # Errors
    /// When the content is not acceptable.
    #[doc(hidden)]
    pub fn leaf_or_default<T: Scalar + Default>(
        &mut self,
        info: &'static FieldInfo,
    ) -> Result<T, DecodeError> {
        let Some(node) = self.take(info)? else {
            self.note(Kind::MissingElement(info.name), info.absent, self.node)?;
            return Ok(T::default());
        };
        if let Some(value) = self.scalar(node, info)? {
            return Ok(value);
        }
        self.note(Kind::EmptyValue(info.name), info.absent, node)?;
        Ok(T::default())
    }

    /// Reads a leaf that must be there when `applies`, and means nothing otherwise.
    ///
    /// # Errors
    /// When it applies and is missing, or its content is not acceptable.
    #[doc(hidden)]
    pub fn conditional<T: Scalar>(
        &mut self,
        info: &'static FieldInfo,
        applies: bool,
    ) -> Result<Option<T>, DecodeError> {
        if applies {
            return self.required(info).map(Some);
        }
        if let Some(node) = self.take(info)? {
            self.note(Kind::NotApplicable(info.name), info.only_if, node)?;
        }
        Ok(None)
    }

    /// Remarks that the field read last does not begin with `prefix`.
    ///
    /// # Errors
    /// None: it is a remark.
    #[doc(hidden)]
    pub fn remark_prefix(
        &mut self,
        info: &'static FieldInfo,
        text: &str,
        prefix: &str,
        erratum: Erratum,
    ) -> Result<(), DecodeError> {
        if text.starts_with(prefix) {
            return Ok(());
        }
        let kind = Kind::OtherPrefix { name: info.name, prefix: excerpt(prefix) };
        self.note(kind, Some(erratum), self.last)
    }

    /// Reads a single nested group.
    ///
    /// # Errors
    /// When its content is not acceptable.
    #[doc(hidden)]
    pub fn optional_group<G: Entry>(&mut self, info: &'static FieldInfo) -> Result<Option<G>, DecodeError> {
        match self.take(info)? {
            Some(node) => self.group(node, info, 0),
            None => Ok(None),
        }
    }

    /// What an empty element means to its type.
    fn stand_in<T: Scalar>(&mut self, node: usize, info: &'static FieldInfo) -> Result<T, DecodeError> {
        let Some(read) = T::empty() else {
            let kind = DecodeErrorKind::BadValue { expected: T::EXPECTED, found: String::new() };
            return Err(self.error(kind, node));
        };
        self.note(Kind::EmptyValue(info.name), info.absent.or(read.erratum), node)?;
        Ok(read.value)
    }
}

/// Whether a secret was replaced by its mask.
#[cfg(feature = "json")]
fn is_masked<T: Scalar>(text: &str) -> bool {
    match T::KIND {
        ScalarKind::Secret => text == MASK,
        ScalarKind::Url => crate::secret::is_masked_url(text),
        _ => false,
    }
}

/// Text of a peer for an error: shortened, and masked when it is a secret.
fn shown<T: Scalar>(text: &str) -> String {
    match T::KIND {
        ScalarKind::Secret => MASK.to_owned(),
        ScalarKind::Url => excerpt(&mask_url(text)),
        _ => excerpt(text),
    }
}

#[cfg(test)]
mod tests;
