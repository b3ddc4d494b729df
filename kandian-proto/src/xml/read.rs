//! Reading the fields of a message from the children of one element.

use super::chars::{excerpt, trim};
use super::diagnostic::DiagnosticKind as Kind;
use super::document::Document;
use super::error::{DecodeError, DecodeErrorKind};
use super::field::{Entry, FieldInfo, missing};
use super::notes::Notes;
use super::scalar::{Scalar, ScalarKind};
use super::unknown::{PathStep, UnknownElement};
use crate::Erratum;
use crate::secret::{MASK, find_mention, mask_url};

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
}

/// Hands out the children of one element to the fields that ask for them, in wire order, and says
/// what was left over. The `message!` macro drives it.
pub struct GroupReader<'r, 'd> {
    document: &'d Document<'d>,
    notes: &'r mut Notes,
    node: usize,
    /// The child that comes next when the document keeps the order of the specification.
    next: usize,
    /// Children read so far, to know at the end whether any was left.
    taken: usize,
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
        notes: &'r mut Notes,
    ) -> Result<Self, DecodeError> {
        let place = Place { outer: None, step: PathStep { name, index: 0 } };
        let mut reader = Self { document, notes, node, next: node + 1, taken: 0, place };
        reader.check_text()?;
        Ok(reader)
    }

    fn end(&self) -> usize {
        self.document.nodes[self.node].end
    }

    fn note(&mut self, kind: Kind, erratum: Option<Erratum>, node: usize) -> Result<(), DecodeError> {
        let document = self.document;
        let offset = document.nodes[node].offset;
        self.notes.note(kind, erratum.map(|e| e.0), offset, || document.path(node))
    }

    fn error(&self, kind: DecodeErrorKind, node: usize) -> DecodeError {
        DecodeError::new(kind, self.document.path(node), self.document.nodes[node].offset)
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
        self.taken += 1;
    }

    /// The element of a field, or `None` when there is none.
    pub(crate) fn take(&mut self, info: &'static FieldInfo) -> Result<Option<usize>, DecodeError> {
        if self.next < self.end() {
            let node = &self.document.nodes[self.next];
            if node.name == info.name {
                let index = self.next;
                self.next = node.end;
                self.mark(index);
                return Ok(Some(index));
            }
        }
        let found =
            self.search(|name| name == info.name).or_else(|| self.search(|name| info.is_called(name)));
        let Some(index) = found else { return Ok(None) };
        self.mark(index);
        self.note_name(index, info)?;
        self.note_order(index, info)?;
        Ok(Some(index))
    }

    fn search(&self, wanted: impl Fn(&str) -> bool) -> Option<usize> {
        let nodes = &self.document.nodes;
        self.document.children(self.node).find(|&i| !nodes[i].taken.get() && wanted(nodes[i].name))
    }

    fn note_name(&mut self, index: usize, info: &'static FieldInfo) -> Result<(), DecodeError> {
        let name = self.document.nodes[index].name;
        if name == info.name {
            return Ok(());
        }
        let kind = Kind::Alias { expected: info.name, found: excerpt(name) };
        self.note(kind, alias_erratum(name), index)
    }

    fn note_order(&mut self, index: usize, info: &'static FieldInfo) -> Result<(), DecodeError> {
        if index < self.next {
            return self.note(Kind::OutOfOrder(info.name), Some(Erratum(6)), index);
        }
        self.next = self.document.nodes[index].end;
        Ok(())
    }

    /// The elements of a list, wherever they stand.
    pub(crate) fn take_list(&mut self, info: &'static FieldInfo) -> Result<Vec<usize>, DecodeError> {
        let mut found = Vec::new();
        while self.next < self.end() && self.document.nodes[self.next].name == info.name {
            found.push(self.next);
            self.mark(self.next);
            self.next = self.document.nodes[self.next].end;
        }
        if self.taken_all() {
            return Ok(found);
        }
        let elsewhere: Vec<_> = self
            .document
            .children(self.node)
            .filter(|&i| !self.document.nodes[i].taken.get() && info.is_called(self.document.nodes[i].name))
            .collect();
        for index in elsewhere {
            self.mark(index);
            self.note_name(index, info)?;
            self.note_order(index, info)?;
            found.push(index);
        }
        if found.is_empty() { self.unwrap_list(info) } else { Ok(found) }
    }

    fn taken_all(&self) -> bool {
        self.next >= self.end() && {
            let nodes = &self.document.nodes;
            self.document.children(self.node).all(|i| nodes[i].taken.get())
        }
    }

    /// One extra level around the entries of a list, such as `<DeviceList>` (E-152).
    fn unwrap_list(&mut self, info: &'static FieldInfo) -> Result<Vec<usize>, DecodeError> {
        let document = self.document;
        let is_wrapper = |&i: &usize| {
            let mut children = document.children(i).peekable();
            !document.nodes[i].taken.get()
                && children.peek().is_some()
                && children.all(|c| info.is_called(document.nodes[c].name))
        };
        let Some(wrapper) = document.children(self.node).find(is_wrapper) else { return Ok(Vec::new()) };
        self.mark(wrapper);
        let found = document.label(wrapper);
        self.note(Kind::ListWrapper { name: info.name, found }, Some(Erratum(152)), wrapper)?;
        self.note_order(wrapper, info)?;
        Ok(document.children(wrapper).collect())
    }

    /// Checks the number of entries against the specification and the limits.
    pub(crate) fn check_count(&mut self, info: &'static FieldInfo, count: usize) -> Result<(), DecodeError> {
        let limit = self.notes.limits.list_entries;
        if count > limit {
            let kind = DecodeErrorKind::Limit { what: "the number of list entries", limit };
            return Err(self.error(kind, self.node));
        }
        if count < info.at_least {
            return Err(missing(info, self.document.path(self.node), self.document.nodes[self.node].offset));
        }
        match info.at_most {
            Some(limit) if count > limit => {
                let kind = Kind::TooManyEntries { name: info.name, found: count, limit };
                self.note(kind, info.at_most_erratum, self.node)
            }
            _ => Ok(()),
        }
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
        let mut reader =
            GroupReader { document: self.document, notes: self.notes, node, next: node + 1, taken: 0, place };
        reader.check_text()?;
        let group = G::read(&mut reader)?;
        reader.finish(G::FIELDS)?;
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
        let parsed = T::parse(text);
        if info.received_only.is_some() {
            self.note(Kind::Struck(info.name), info.received_only, node)?;
        }
        if parsed.is_some() {
            return Ok(parsed);
        }
        let trimmed = trim(text);
        if trimmed.len() != text.len() && !trimmed.is_empty() {
            self.note(Kind::SurroundingSpace(info.name), Some(Erratum(9)), node)?;
            if let Some(value) = T::parse(trimmed) {
                return Ok(Some(value));
            }
        }
        if let Some(read) = T::tolerate(trimmed) {
            let found = shown::<T>(trimmed);
            self.note(Kind::Value { expected: T::EXPECTED, found, what: read.what }, read.erratum, node)?;
            return Ok(Some(read.value));
        }
        if trimmed.is_empty() {
            return Ok(None);
        }
        Err(self.error(DecodeErrorKind::BadValue { expected: T::EXPECTED, found: shown::<T>(trimmed) }, node))
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
        let node = self.take(info)?;
        if let Some(node) = node
            && let Some(value) = self.scalar(node, info)?
        {
            return Ok(value);
        }
        self.note_stand_in(node, info)?;
        Ok(T::default())
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

    /// The neutral value for a required element that is missing (`node` is `None`) or empty.
    pub(crate) fn stand_in<T: Scalar>(
        &mut self,
        node: Option<usize>,
        info: &'static FieldInfo,
    ) -> Result<T, DecodeError> {
        let Some(value) = T::empty() else {
            return Err(match node {
                None => missing(info, self.document.path(self.node), self.document.nodes[self.node].offset),
                Some(node) => {
                    let kind = DecodeErrorKind::BadValue { expected: T::EXPECTED, found: String::new() };
                    self.error(kind, node)
                }
            });
        };
        self.note_stand_in(node, info)?;
        Ok(value)
    }

    /// Says that a neutral value was assumed.
    pub(crate) fn note_stand_in(
        &mut self,
        node: Option<usize>,
        info: &'static FieldInfo,
    ) -> Result<(), DecodeError> {
        match node {
            Some(node) => self.note(Kind::EmptyValue(info.name), info.absent, node),
            None => self.note(Kind::MissingElement(info.name), info.absent, self.node),
        }
    }

    /// Says that an empty optional element was read as absent (E-100).
    pub(crate) fn note_empty(&mut self, node: usize, info: &'static FieldInfo) -> Result<(), DecodeError> {
        self.note(Kind::EmptyValue(info.name), Some(info.absent.unwrap_or(Erratum(100))), node)
    }

    /// Ignores the body of a message whose Result is not success (E-12).
    #[doc(hidden)]
    pub fn ignore_body(&mut self, fields: &'static [FieldInfo]) -> Result<(), DecodeError> {
        for info in fields {
            for index in self.document.children(self.node) {
                let node = &self.document.nodes[index];
                if !node.taken.get() && info.is_called(node.name) && info.received_only.is_none() {
                    self.mark(index);
                    self.next = self.next.max(self.document.nodes[index].end);
                    self.note(Kind::BodyOnFailure(info.name), Some(Erratum(12)), index)?;
                }
            }
        }
        Ok(())
    }

    /// Says what no field asked for: repetitions and unknown elements.
    pub(crate) fn finish(mut self, fields: &'static [FieldInfo]) -> Result<(), DecodeError> {
        if self.taken_all() {
            return Ok(());
        }
        for index in self.document.children(self.node) {
            let node = &self.document.nodes[index];
            if node.taken.get() {
                continue;
            }
            let all = fields.iter().flat_map(|f| core::iter::once(f).chain(f.body));
            match all.into_iter().find(|f| f.is_called(node.name)) {
                Some(info) => self.note(Kind::Duplicate(info.name), None, index)?,
                None => self.keep_unknown(index)?,
            }
        }
        Ok(())
    }

    fn keep_unknown(&mut self, index: usize) -> Result<(), DecodeError> {
        let name = self.document.nodes[index].name;
        let erratum = match name {
            "Result" => 10,
            _ => 73,
        };
        self.note(Kind::UnknownElement(self.document.label(index)), Some(Erratum(erratum)), index)?;
        let offset = self.document.nodes[index].offset;
        let element = self.document.to_raw(index);
        self.notes.unknown.push(UnknownElement { parent: self.place.steps(), element, offset });
        Ok(())
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

/// The erratum about a second spelling.
fn alias_erratum(name: &str) -> Option<Erratum> {
    Some(Erratum(match name {
        "UpnpPort" | "LocalPort" | "TurnRealyIP" => 3,
        "Model" => 23,
        "EStorgeSpace" => 77,
        "PTZFlag" | "PtzFlag" => 82,
        "InUse" | "InUser" => 106,
        "StorgeSpace" => 112,
        "StorageFlag" | "StorgeFlag" => 133,
        _ => return None,
    }))
}
