//! Elements that a message does not define, kept so that they can be written back.

use core::fmt;

/// An element that the message does not define: a vendor's extension, or a misspelling that nobody
/// has seen before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownElement {
    /// Where it stood: the groups from the root down, each with its index in its list.
    pub parent: Vec<PathStep>,
    /// The element itself.
    pub element: RawElement,
    /// Offset in the bytes as received.
    pub offset: usize,
}

/// One level of the place of an [`UnknownElement`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PathStep {
    /// Wire name of the group.
    pub name: &'static str,
    /// Index of the entry in its list; 0 for the root and for single groups.
    pub index: usize,
}

/// An element as it was read: name, text or children. Attributes are not kept.
///
/// No type says which of these elements hold secrets, so `Debug` shows how long a text is and not the
/// text. Show it with [`is_secret_name`](crate::is_secret_name) and [`mask_text`](crate::mask_text) in
/// between.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct RawElement {
    /// Name of the element.
    pub name: String,
    /// Its text, with entities resolved; empty when it has children.
    pub text: String,
    /// Its children, in order.
    pub children: Vec<RawElement>,
}

impl fmt::Debug for RawElement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = format_args!("{} bytes", self.text.len());
        let mut shown = f.debug_struct("RawElement");
        shown.field("name", &self.name).field("text", &text).field("children", &self.children).finish()
    }
}
