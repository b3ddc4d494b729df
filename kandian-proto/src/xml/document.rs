//! A document as a flat tree that borrows its names and texts from the input.

use std::borrow::Cow;
use std::cell::Cell;

use super::chars::{self, trim};
use super::error::{DecodeError, DecodeErrorKind};
use super::limits::Limits;
use super::unknown::RawElement;
use crate::secret::{MASK, find_mention, is_secret_name, is_wire_name};

/// Elements of a small message fit without growing the vector.
const USUAL_ELEMENTS: usize = 16;

/// No parent: the root, or nothing open.
const NONE: usize = usize::MAX;

#[derive(Debug, Clone)]
pub(crate) struct Node<'a> {
    pub(crate) name: &'a str,
    pub(crate) text: Cow<'a, str>,
    /// Offset of the `<` of its start tag in the decoded text.
    pub(crate) offset: usize,
    parent: usize,
    /// Index one past its last descendant; its next sibling, if it has one, stands there. 0 while the
    /// element is open.
    pub(crate) end: usize,
    /// Set when a field has read it.
    pub(crate) taken: Cell<bool>,
    /// It may be a piece of a secret instead of an element, because a secret before it has no certain
    /// end.
    pub(crate) suspect: bool,
    /// Its own text follows a secret and may belong to it.
    pub(crate) text_suspect: bool,
}

impl Node<'_> {
    /// Whether what the element holds must not be shown, by its name.
    pub(crate) fn is_secret(&self) -> bool {
        is_secret_name(self.name)
    }
}

/// An XML document after well-formedness checks or repair, before any message is read from it.
///
/// Elements lie in document order in one vector; an element's children follow it directly.
#[derive(Debug, Clone)]
pub struct Document<'a> {
    pub(crate) nodes: Vec<Node<'a>>,
}

impl<'a> Document<'a> {
    /// The root element.
    #[must_use]
    pub fn root(&self) -> Element<'_, 'a> {
        Element { document: self, index: 0 }
    }

    /// Indices of the children of a node.
    pub(crate) fn children(&self, parent: usize) -> ChildIndices<'_, 'a> {
        self.children_from(parent, parent + 1)
    }

    /// Indices of the children of a node, beginning with this one.
    pub(crate) fn children_from(&self, parent: usize, first: usize) -> ChildIndices<'_, 'a> {
        let end = self.nodes.get(parent).map_or(0, |n| n.end);
        ChildIndices { nodes: &self.nodes, next: first, end }
    }

    /// Path of a node for people: `ROOT/Video[1]/FrameSize`, with an index where the name repeats.
    pub(crate) fn path(&self, mut index: usize) -> String {
        let mut steps = Vec::new();
        while let Some(node) = self.nodes.get(index) {
            let mut step = self.label(index);
            if node.parent != NONE {
                let same = |i: &usize| self.nodes[*i].name == node.name;
                if self.children(node.parent).filter(same).count() > 1 {
                    let before = self.children(node.parent).filter(same).take_while(|&i| i != index).count();
                    step = format!("{step}[{before}]");
                }
            }
            steps.push(step);
            index = node.parent;
        }
        steps.reverse();
        steps.join("/")
    }

    /// The name of a node for people: masked when it stands inside a secret, or may be a piece of one.
    pub(crate) fn label(&self, index: usize) -> String {
        label(&self.nodes, index)
    }

    /// A copy of an element with all below it. The depth is bounded by [`Limits::depth`].
    pub(crate) fn to_raw(&self, index: usize) -> RawElement {
        let node = &self.nodes[index];
        let children: Vec<_> = self.children(index).map(|i| self.to_raw(i)).collect();
        let text = if children.is_empty() { trim(&node.text).to_owned() } else { String::new() };
        RawElement { name: node.name.to_owned(), text, children }
    }
}

/// One element of a [`Document`].
#[derive(Clone, Copy, Debug)]
pub struct Element<'d, 'a> {
    document: &'d Document<'a>,
    pub(crate) index: usize,
}

impl<'d, 'a> Element<'d, 'a> {
    fn node(&self) -> &'d Node<'a> {
        &self.document.nodes[self.index]
    }

    /// Its name, with the prefix if it has one.
    #[must_use]
    pub fn name(&self) -> &'a str {
        self.node().name
    }

    /// Its name without a namespace prefix.
    #[must_use]
    pub fn local_name(&self) -> &'a str {
        local_name(self.node().name)
    }

    /// Its text with entities resolved and without white space at the ends; for an element with
    /// children, the text before and between them.
    #[must_use]
    pub fn text(&self) -> &'d str {
        trim(&self.node().text)
    }

    /// Offset of its start tag in the decoded text.
    #[must_use]
    pub fn offset(&self) -> usize {
        self.node().offset
    }

    /// Its child elements, in order.
    pub fn children(&self) -> impl Iterator<Item = Element<'d, 'a>> + use<'d, 'a> {
        let document = self.document;
        document.children(self.index).map(move |index| Element { document, index })
    }
}

/// See [`Document::label`]. Names that the specification prints tell nothing.
fn label(nodes: &[Node<'_>], index: usize) -> String {
    let Some(node) = nodes.get(index) else { return String::new() };
    if (node.suspect || is_inside_secret(nodes, node.parent)) && !is_wire_name(node.name) {
        return MASK.to_owned();
    }
    chars::excerpt(node.name)
}

/// Whether a node or one of its ancestors is secret.
fn is_inside_secret(nodes: &[Node<'_>], mut index: usize) -> bool {
    while let Some(node) = nodes.get(index) {
        if node.is_secret() {
            return true;
        }
        index = node.parent;
    }
    false
}

/// A qualified name without its prefix.
pub(crate) fn local_name(name: &str) -> &str {
    name.rsplit_once(':').map_or(name, |(_, local)| local)
}

pub(crate) struct ChildIndices<'d, 'a> {
    nodes: &'d [Node<'a>],
    next: usize,
    end: usize,
}

impl Iterator for ChildIndices<'_, '_> {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        if self.next >= self.end {
            return None;
        }
        let index = self.next;
        self.next = self.nodes.get(index)?.end;
        Some(index)
    }
}

/// Builds a [`Document`] within limits. Both readers, strict and recovering, go through it.
#[derive(Debug)]
pub(crate) struct Builder<'a> {
    nodes: Vec<Node<'a>>,
    open: usize,
    depth: usize,
    limits: Limits,
    /// Whether the document holds carriage returns at all; hardly any does.
    carriage_returns: bool,
    /// A secret was closed by something else than its end tag: nobody knows where it ends.
    tainted: bool,
}

impl<'a> Builder<'a> {
    /// For a document of this text.
    pub(crate) fn new(text: &str, limits: Limits) -> Self {
        let carriage_returns = text.as_bytes().contains(&b'\r');
        Self {
            nodes: Vec::with_capacity(USUAL_ELEMENTS),
            open: NONE,
            depth: 0,
            limits,
            carriage_returns,
            tainted: false,
        }
    }

    /// Starts again with an empty document.
    pub(crate) fn clear(&mut self) {
        self.nodes.clear();
        self.open = NONE;
        self.depth = 0;
        self.tainted = false;
    }

    fn limit(what: &'static str, limit: usize, offset: usize) -> DecodeError {
        DecodeError::new(DecodeErrorKind::Limit { what, limit }, "", offset)
    }

    pub(crate) fn open(&mut self, name: &'a str, offset: usize) -> Result<(), DecodeError> {
        let l = &self.limits;
        if name.len() > l.name_bytes {
            return Err(Self::limit("the length of an element name in bytes", l.name_bytes, offset));
        }
        if self.depth >= l.depth {
            return Err(Self::limit("the nesting of elements", l.depth, offset));
        }
        if self.nodes.len() >= l.elements {
            return Err(Self::limit("the number of elements", l.elements, offset));
        }
        let index = self.nodes.len();
        self.nodes.push(Node {
            name,
            text: Cow::Borrowed(""),
            offset,
            parent: self.open,
            end: 0,
            taken: Cell::new(false),
            suspect: self.tainted,
            text_suspect: false,
        });
        self.open = index;
        self.depth += 1;
        Ok(())
    }

    /// Adds text as it stands in the document (references already resolved or absent).
    pub(crate) fn text(&mut self, text: &'a str) -> Result<(), DecodeError> {
        if self.carriage_returns {
            return self.text_copy(&chars::normalize_line_ends(text));
        }
        let leaf = self.innermost_is_leaf();
        self.suspect_text(leaf, text);
        let Some(node) = self.nodes.get_mut(self.open) else { return Ok(()) };
        if node.text.is_empty() {
            node.text = Cow::Borrowed(text);
        } else if leaf || !trim(text).is_empty() {
            // Space between the children of a group is layout; inside a leaf it is text.
            node.text.to_mut().push_str(text);
        }
        self.check_text()
    }

    /// Adds text that had to be changed; its line ends are normal already.
    pub(crate) fn text_copy(&mut self, text: &str) -> Result<(), DecodeError> {
        let leaf = self.innermost_is_leaf();
        self.suspect_text(leaf, text);
        let Some(node) = self.nodes.get_mut(self.open) else { return Ok(()) };
        if leaf || !trim(text).is_empty() {
            node.text.to_mut().push_str(text);
        }
        self.check_text()
    }

    /// Adds text that comes from no document, so that its line ends stay as they are.
    #[cfg(feature = "json")]
    pub(crate) fn value(&mut self, text: &'a str) -> Result<(), DecodeError> {
        if let Some(node) = self.nodes.get_mut(self.open) {
            node.text = Cow::Borrowed(text);
        }
        self.check_text()
    }

    /// Adds one character that a reference stood for.
    pub(crate) fn character(&mut self, c: char) -> Result<(), DecodeError> {
        if let Some(node) = self.nodes.get_mut(self.open) {
            node.text.to_mut().push(c);
        }
        self.check_text()
    }

    /// Remembers that text between elements follows a secret.
    fn suspect_text(&mut self, leaf: bool, text: &str) {
        if !leaf && !trim(text).is_empty() && self.is_guarded() {
            let open = self.open;
            if let Some(node) = self.nodes.get_mut(open) {
                node.text_suspect = true;
            }
        }
    }

    fn check_text(&self) -> Result<(), DecodeError> {
        let Some(node) = self.nodes.get(self.open) else { return Ok(()) };
        if node.text.len() <= self.limits.text_bytes {
            return Ok(());
        }
        let limit = self.limits.text_bytes;
        let kind = DecodeErrorKind::Limit { what: "the length of a text in bytes", limit };
        Err(DecodeError::new(kind, self.open_path(), node.offset))
    }

    /// Closes the innermost open element.
    pub(crate) fn close(&mut self) {
        let end = self.nodes.len();
        if let Some(node) = self.nodes.get_mut(self.open) {
            node.end = end;
            self.open = node.parent;
            self.depth -= 1;
        }
    }

    /// Closes the innermost open element without its end tag.
    pub(crate) fn close_loosely(&mut self) {
        self.tainted |= is_inside_secret(&self.nodes, self.open);
        self.close();
    }

    /// Closes everything that is still open; returns the leaf among it, whose text has no end.
    pub(crate) fn close_all(&mut self) -> Option<usize> {
        let leaf = Some(self.open).filter(|_| self.innermost_is_leaf());
        while self.open != NONE {
            self.close();
        }
        leaf
    }

    /// Whether text at this place may belong to a secret: inside of one, right behind one, or anywhere
    /// behind one whose end is not certain.
    pub(crate) fn is_guarded(&self) -> bool {
        self.tainted
            || is_inside_secret(&self.nodes, self.open)
            || self.last_child().is_some_and(|index| self.nodes[index].is_secret())
    }

    /// The last element inside the innermost open one.
    fn last_child(&self) -> Option<usize> {
        let mut index = self.nodes.len().checked_sub(1).filter(|&last| last != self.open)?;
        while self.nodes[index].parent != self.open {
            index = self.nodes[index].parent;
        }
        Some(index)
    }

    /// Text of the document for a message to people: shortened, masked where it may belong to a secret.
    pub(crate) fn shown(&self, text: &str) -> String {
        if self.is_guarded() || find_mention(text, 0).is_some() {
            MASK.to_owned()
        } else {
            chars::excerpt(text)
        }
    }

    /// A name in a tag at this place, for people. Names that the specification prints tell nothing.
    pub(crate) fn label(&self, name: &str) -> String {
        if self.is_guarded() && !is_wire_name(name) { MASK.to_owned() } else { chars::excerpt(name) }
    }

    /// Name of the innermost open element, for people.
    pub(crate) fn open_label(&self) -> String {
        label(&self.nodes, self.open)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// True once the root has been opened and closed.
    pub(crate) fn is_complete(&self) -> bool {
        self.open == NONE && !self.nodes.is_empty()
    }

    /// Name of the innermost open element.
    pub(crate) fn innermost(&self) -> Option<&'a str> {
        self.nodes.get(self.open).map(|n| n.name)
    }

    /// True when the innermost open element has no children so far.
    pub(crate) fn innermost_is_leaf(&self) -> bool {
        self.open != NONE && self.open + 1 == self.nodes.len()
    }

    /// True when the innermost open element is the root.
    pub(crate) fn is_root(&self) -> bool {
        self.open == 0
    }

    /// How many levels must be closed until an element called `name` is closed; 0 for the innermost.
    pub(crate) fn levels_to(&self, name: &str) -> Option<usize> {
        let mut index = self.open;
        let mut levels = 0;
        while let Some(node) = self.nodes.get(index) {
            if node.name == name {
                return Some(levels);
            }
            index = node.parent;
            levels += 1;
        }
        None
    }

    /// Path of the innermost open element.
    pub(crate) fn open_path(&self) -> String {
        let mut steps = Vec::new();
        let mut index = self.open;
        while let Some(node) = self.nodes.get(index) {
            steps.push(label(&self.nodes, index));
            index = node.parent;
        }
        steps.reverse();
        steps.join("/")
    }

    pub(crate) fn finish(self) -> Document<'a> {
        Document { nodes: self.nodes }
    }
}

#[cfg(test)]
mod tests;
