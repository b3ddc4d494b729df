//! Lists: entries side by side, wherever they stand, and levels that a peer puts around them.

use super::{DecodeError, DecodeErrorKind, Erratum, FieldInfo, GroupReader, Kind, trim};

/// What a peer appends to the name of an entry to name the level around the entries.
const LIST_ENDINGS: [&str; 3] = ["List", "s", "es"];

impl GroupReader<'_, '_> {
    /// The elements of a list, wherever they stand, in the order of the document.
    pub(crate) fn take_list(&mut self, info: &'static FieldInfo) -> Result<Vec<usize>, DecodeError> {
        let document = self.document;
        let mut found = Vec::new();
        for index in document.children(self.node) {
            let node = &document.nodes[index];
            if node.taken.get() {
                continue;
            }
            if info.is_called(node.name) {
                self.mark(index);
                self.note_name(index, info)?;
                self.note_order(index, info)?;
                found.push(index);
            } else if self.is_wrapper(index, info) {
                self.unwrap(index, info, &mut found)?;
            }
        }
        Ok(found)
    }

    /// Whether an element is one extra level around the entries of a list, such as `<DeviceList>`
    /// (E-152): an element unknown to the message that holds entries, or an empty one whose name says so.
    fn is_wrapper(&self, index: usize, info: &'static FieldInfo) -> bool {
        let nodes = &self.document.nodes;
        let node = &nodes[index];
        if self.is_known(node.name) {
            return false;
        }
        if node.end == index + 1 {
            let ending = node.name.strip_prefix(info.name);
            return ending.is_some_and(|e| LIST_ENDINGS.contains(&e)) && trim(&node.text).is_empty();
        }
        self.document.children(index).any(|child| info.is_called(nodes[child].name))
    }

    /// Takes the entries out of the level around them. What else is in it is kept aside.
    fn unwrap(
        &mut self,
        wrapper: usize,
        info: &'static FieldInfo,
        found: &mut Vec<usize>,
    ) -> Result<(), DecodeError> {
        let document = self.document;
        self.mark(wrapper);
        let kind = Kind::ListWrapper { name: info.name, found: document.label(wrapper) };
        self.note(kind, Some(Erratum(152)), wrapper)?;
        self.note_order(wrapper, info)?;
        for child in document.children(wrapper) {
            if info.is_called(document.nodes[child].name) {
                self.note_name(child, info)?;
                found.push(child);
            } else {
                self.keep_unknown(child)?;
            }
        }
        Ok(())
    }

    /// Checks the number of entries against the specification and the limits.
    pub(crate) fn check_count(&mut self, info: &'static FieldInfo, count: usize) -> Result<(), DecodeError> {
        let limit = self.notes.limits.list_entries;
        if count > limit {
            let kind = DecodeErrorKind::Limit { what: "the number of list entries", limit };
            return Err(self.error(kind, self.node));
        }
        if count < info.at_least {
            return Err(self.missing(info));
        }
        match info.at_most {
            Some(limit) if count > limit => {
                let kind = Kind::TooManyEntries { name: info.name, found: count, limit };
                self.note(kind, info.at_most_erratum, self.node)
            }
            _ => Ok(()),
        }
    }
}
