//! Elements that a message does not define, kept so that they can be written back.

use core::fmt;

/// An element that the message does not define: a vendor's extension, or a misspelling that nobody
/// has seen before.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct UnknownElement {
    /// Where it stood: the groups from the root down, each with its index in its list.
    pub parent: Vec<PathStep>,
    /// The element itself.
    pub element: RawElement,
    /// Offset in the bytes as received; 0 for one that was made here.
    pub offset: usize,
}

impl UnknownElement {
    /// An element to be written behind the fields of the group at `parent`.
    ///
    /// ```
    /// use kandian_proto::message::device::RebootResponse;
    /// use kandian_proto::value::GenericResult;
    /// use kandian_proto::xml::{PathStep, RawElement, UnknownElement};
    /// use kandian_proto::{DevId, Profile, encode_with_unknown};
    ///
    /// let answer = RebootResponse::new(GenericResult::OK).dev_id("81100000001".parse::<DevId>()?);
    /// let place = vec![PathStep::new("REBOOT_RES", 0)];
    /// let extension = UnknownElement::new(place, RawElement::leaf("X_Delay", "5"));
    /// let xml = encode_with_unknown(&answer, &[extension], Profile::Spec)?;
    /// assert!(xml.ends_with(b"</DevID><X_Delay>5</X_Delay></REBOOT_RES>"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub const fn new(parent: Vec<PathStep>, element: RawElement) -> Self {
        Self { parent, element, offset: 0 }
    }
}

/// One level of the place of an [`UnknownElement`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PathStep {
    /// Wire name of the group.
    pub name: &'static str,
    /// Index of the entry in its list; 0 for the root and for single groups.
    pub index: usize,
}

impl PathStep {
    /// The entry `index` of the groups called `name`.
    #[must_use]
    pub const fn new(name: &'static str, index: usize) -> Self {
        Self { name, index }
    }
}

/// An element as it was read: name, text or children. Attributes are not kept.
///
/// No type says which of these elements hold secrets, so `Debug` shows how long a text is and not the
/// text. Show it with [`is_secret_name`](crate::is_secret_name) and [`mask_text`](crate::mask_text) in
/// between.
#[derive(Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
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

impl RawElement {
    /// An element that holds text.
    pub fn leaf(name: impl Into<String>, text: impl Into<String>) -> Self {
        Self { name: name.into(), text: text.into(), children: Vec::new() }
    }

    /// An element that holds elements.
    pub fn group(name: impl Into<String>, children: Vec<Self>) -> Self {
        Self { name: name.into(), text: String::new(), children }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_show_the_length_of_their_texts() {
        let element = RawElement::group("G", vec![RawElement::leaf("DevKey", "SEKRET1")]);
        assert_eq!((element.name.as_str(), element.text.as_str(), element.children.len()), ("G", "", 1));
        let leaf = &element.children[0];
        assert_eq!((leaf.name.as_str(), leaf.text.as_str(), leaf.children.len()), ("DevKey", "SEKRET1", 0));
        assert_eq!(
            format!("{element:?}"),
            "RawElement { name: \"G\", text: 0 bytes, children: \
             [RawElement { name: \"DevKey\", text: 7 bytes, children: [] }] }"
        );
    }
}
