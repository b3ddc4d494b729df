//! Writing messages as XML.

use core::fmt;
use std::borrow::Cow;
use std::io;

use quick_xml::Writer;
use quick_xml::events::{BytesEnd, BytesStart, BytesText, Event};

use super::chars::{is_name, is_space, is_xml_char};
use super::field::FieldInfo;
use super::scalar::{Scalar, ScalarKind};
use super::unknown::{PathStep, RawElement, UnknownElement};
use crate::profile::Profile;

/// The first bytes of every document (E-01).
pub const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" ?>";

/// A message that cannot be sent as it is: our caller's mistake, never the peer's.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct EncodeError {
    /// What is wrong.
    pub kind: EncodeErrorKind,
    /// Path of the element.
    pub path: String,
}

impl EncodeError {
    /// An error at a place.
    pub fn new(kind: EncodeErrorKind, path: impl Into<String>) -> Self {
        Self { kind, path: path.into() }
    }
}

impl fmt::Display for EncodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.kind)
    }
}

impl core::error::Error for EncodeError {}

/// Kinds of [`EncodeError`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EncodeErrorKind {
    /// A value that stands for "not said", such as `OrUnchanged::Unchanged`, an empty id or no time.
    #[error("the required element `{0}` has no value")]
    NoValue(&'static str),
    /// A value that strict reading refuses, such as a code outside its table.
    #[error("the value is not {expected}")]
    NotCanonical {
        /// What the element must hold.
        expected: &'static str,
    },
    /// An element that has no meaning beside the value of another one.
    #[error("`{0}` has no meaning in this message")]
    NotApplicable(&'static str),
    /// A value that damages the peer, or that it takes for another one.
    #[error("the value harms this peer; it must be {expected}")]
    Harmful {
        /// What the element must hold.
        expected: &'static str,
    },
    /// A character that XML does not allow.
    #[error("the value holds the character U+{0:04X}, which XML does not allow")]
    IllegalCharacter(u32),
    /// White space at the ends of a value; readers remove it, so the value would change.
    #[error("the value begins or ends with white space")]
    SurroundingSpace,
    /// A value longer than the peer's buffer (E-37).
    #[error("the value has {length} bytes; the peer keeps {limit}")]
    TooLong {
        /// Length in bytes.
        length: usize,
        /// The limit of the profile.
        limit: usize,
    },
    /// Legacy firmware keeps the first word only.
    #[error("the value holds a space; the peer would keep the first word only")]
    InnerSpace,
    /// The whole document is longer than the peer's buffer.
    #[error("the document has {length} bytes; the peer accepts {limit}")]
    DocumentTooLong {
        /// Length in bytes.
        length: usize,
        /// The limit of the profile.
        limit: usize,
    },
    /// More list entries than the specification allows or the peer reads.
    #[error("{count} entries; at most {limit} may be sent")]
    TooManyEntries {
        /// How many there are.
        count: usize,
        /// The limit of the profile.
        limit: usize,
    },
    /// Fewer list entries than the specification demands.
    #[error("{count} entries; at least {limit} are due")]
    TooFewEntries {
        /// How many there are.
        count: usize,
        /// The specification's minimum.
        limit: usize,
    },
    /// `Outcome::Failure` with the code of success.
    #[error("a refusal carries the code of success")]
    SuccessWithoutBody,
    /// An unknown element whose name is no XML name.
    #[error("`{0}` is not an element name")]
    BadName(String),
}

/// A [`Scalar`] without its constructor side, so that writers need no type parameter.
pub trait WriteScalar {
    /// Shape.
    fn kind(&self) -> ScalarKind;
    /// Canonical text.
    ///
    /// # Errors
    /// When the value has no canonical form, or `out` refuses the text.
    fn write_text(&self, out: &mut dyn fmt::Write) -> fmt::Result;
    /// Whether the canonical text may be sent.
    fn may_be_sent(&self, text: &str) -> bool;
    /// What an element of the type holds, as a noun phrase.
    fn expected(&self) -> &'static str;
    /// The value as a number, for integers.
    fn integer(&self) -> Option<u64>;
    /// What a code means, in English and in the words of the specification.
    fn meaning(&self) -> Option<(&'static str, &'static str)>;
}

impl<T: Scalar> WriteScalar for T {
    fn kind(&self) -> ScalarKind {
        T::KIND
    }

    fn write_text(&self, out: &mut dyn fmt::Write) -> fmt::Result {
        self.write(out)
    }

    fn may_be_sent(&self, text: &str) -> bool {
        T::may_be_sent(text)
    }

    fn expected(&self) -> &'static str {
        T::EXPECTED
    }

    fn integer(&self) -> Option<u64> {
        self.as_integer()
    }

    fn meaning(&self) -> Option<(&'static str, &'static str)> {
        Scalar::meaning(self)
    }
}

/// Writes the entry of a list that has the given index.
pub type WriteEntry<'a> = &'a mut dyn FnMut(usize, &mut dyn FieldWriter) -> Result<(), EncodeError>;

/// Writes the fields of a group.
pub type WriteGroup<'a> = &'a mut dyn FnMut(&mut dyn FieldWriter) -> Result<(), EncodeError>;

/// Where a message writes its fields: XML, JSON.
pub trait FieldWriter {
    /// One leaf.
    ///
    /// # Errors
    /// When the value does not fit.
    fn scalar(&mut self, info: &'static FieldInfo, value: &dyn WriteScalar) -> Result<(), EncodeError>;

    /// One group.
    ///
    /// # Errors
    /// When a value in it does not fit.
    fn group(&mut self, info: &'static FieldInfo, fields: WriteGroup<'_>) -> Result<(), EncodeError>;

    /// A list of groups.
    ///
    /// # Errors
    /// When a value in it does not fit.
    fn list(
        &mut self,
        info: &'static FieldInfo,
        len: usize,
        entry: WriteEntry<'_>,
    ) -> Result<(), EncodeError>;

    /// Where the writer stands, for errors.
    fn path(&self) -> String;
}

/// Writes one document.
pub(crate) struct XmlWriter<'a> {
    out: Writer<&'a mut Vec<u8>>,
    profile: Profile,
    place: Vec<PathStep>,
    unknown: &'a [UnknownElement],
    scratch: String,
}

impl<'a> XmlWriter<'a> {
    pub(crate) fn new(out: &'a mut Vec<u8>, profile: Profile, unknown: &'a [UnknownElement]) -> Self {
        Self { out: Writer::new(out), profile, place: Vec::new(), unknown, scratch: String::new() }
    }

    /// Writes an element around `fields`, then the unknown elements that stood there: extensions go
    /// last, because some firmware takes the first element of a name at any depth.
    pub(crate) fn element(
        &mut self,
        name: &'static str,
        index: usize,
        fields: WriteGroup<'_>,
    ) -> Result<(), EncodeError> {
        self.place.push(PathStep { name, index });
        self.event(Event::Start(BytesStart::new(name)))?;
        fields(self)?;
        let unknown = self.unknown;
        for kept in unknown {
            if kept.parent == self.place {
                self.raw(&kept.element)?;
            }
        }
        self.event(Event::End(BytesEnd::new(name)))?;
        self.place.pop();
        Ok(())
    }

    fn raw(&mut self, element: &RawElement) -> Result<(), EncodeError> {
        if !is_name(&element.name) {
            return Err(self.error(EncodeErrorKind::BadName(super::chars::excerpt(&element.name))));
        }
        self.event(Event::Start(BytesStart::new(element.name.as_str())))?;
        if element.children.is_empty() {
            self.check_characters(&element.text)?;
            self.text(&element.text)?;
        }
        for child in &element.children {
            self.raw(child)?;
        }
        self.event(Event::End(BytesEnd::new(element.name.as_str())))
    }

    fn event(&mut self, event: Event<'_>) -> Result<(), EncodeError> {
        // Writing into a vector cannot fail; the signature of io::Write says it could.
        let written: io::Result<()> = self.out.write_event(event);
        debug_assert!(written.is_ok());
        Ok(())
    }

    fn text(&mut self, text: &str) -> Result<(), EncodeError> {
        let mut escaped = quick_xml::escape::escape(text);
        if escaped.contains('\r') {
            // A raw carriage return would be read back as a line feed.
            escaped = Cow::Owned(escaped.replace('\r', "&#13;"));
        }
        self.event(Event::Text(BytesText::from_escaped(escaped)))
    }

    fn error(&self, kind: EncodeErrorKind) -> EncodeError {
        EncodeError { kind, path: self.path() }
    }

    fn check_characters(&self, text: &str) -> Result<(), EncodeError> {
        match super::chars::first_illegal(text).and_then(|at| text[at..].chars().next()) {
            Some(c) => {
                debug_assert!(!is_xml_char(c));
                Err(self.error(EncodeErrorKind::IllegalCharacter(u32::from(c))))
            }
            None => Ok(()),
        }
    }

    /// Whether the text of a field may be sent as it is.
    fn check(
        &self,
        info: &'static FieldInfo,
        value: &dyn WriteScalar,
        text: &str,
    ) -> Result<(), EncodeErrorKind> {
        if let Err(error) = self.check_characters(text) {
            return Err(error.kind);
        }
        let bytes = text.as_bytes();
        if bytes.first().is_some_and(|&b| is_space(b)) || bytes.last().is_some_and(|&b| is_space(b)) {
            return Err(EncodeErrorKind::SurroundingSpace);
        }
        let root = self.place.first().map_or("", |step| step.name);
        if let Some(limit) = self.profile.max_text(root, info.name).filter(|&limit| text.len() > limit) {
            return Err(EncodeErrorKind::TooLong { length: text.len(), limit });
        }
        let says_none = || text.is_empty() && self.profile.sends_empty(root, info.name);
        if !(value.may_be_sent(text) || says_none()) {
            return Err(match text {
                "" => EncodeErrorKind::NoValue(info.name),
                _ => EncodeErrorKind::NotCanonical { expected: value.expected() },
            });
        }
        if let (Some(within), Some(number)) = (info.within, value.integer())
            && !within.contains(number)
        {
            return Err(EncodeErrorKind::NotCanonical { expected: within.expected });
        }
        let has_blanks = || bytes.iter().copied().any(is_space);
        if info.without_blanks.is_some() && has_blanks() {
            return Err(EncodeErrorKind::NotCanonical { expected: "text without blanks" });
        }
        if self.profile.refuses_inner_space() && has_blanks() {
            return Err(EncodeErrorKind::InnerSpace);
        }
        match self.profile.demands(root, info.name, text) {
            Some(expected) => Err(EncodeErrorKind::Harmful { expected }),
            None => Ok(()),
        }
    }
}

impl FieldWriter for XmlWriter<'_> {
    fn scalar(&mut self, info: &'static FieldInfo, value: &dyn WriteScalar) -> Result<(), EncodeError> {
        let mut scratch = core::mem::take(&mut self.scratch);
        scratch.clear();
        let checked = match value.write_text(&mut scratch) {
            Ok(()) => self.check(info, value, &scratch),
            Err(_) => Err(EncodeErrorKind::NoValue(info.name)),
        };
        if let Err(kind) = checked {
            return Err(EncodeError::new(kind, format!("{}/{}", self.path(), info.name)));
        }
        for name in core::iter::once(info.name).chain(self.profile.second_spelling(info.name)) {
            self.event(Event::Start(BytesStart::new(name)))?;
            self.text(&scratch)?;
            self.event(Event::End(BytesEnd::new(name)))?;
        }
        self.scratch = scratch;
        Ok(())
    }

    fn group(&mut self, info: &'static FieldInfo, fields: WriteGroup<'_>) -> Result<(), EncodeError> {
        self.element(info.name, 0, fields)
    }

    fn list(
        &mut self,
        info: &'static FieldInfo,
        len: usize,
        entry: WriteEntry<'_>,
    ) -> Result<(), EncodeError> {
        if len < info.at_least {
            return Err(self.error(EncodeErrorKind::TooFewEntries { count: len, limit: info.at_least }));
        }
        let limit = self.profile.max_entries(info.name).or(info.at_most);
        if let Some(limit) = limit.filter(|&limit| len > limit) {
            return Err(self.error(EncodeErrorKind::TooManyEntries { count: len, limit }));
        }
        for index in 0..len {
            self.element(info.name, index, &mut |writer| entry(index, writer))?;
        }
        Ok(())
    }

    fn path(&self) -> String {
        let names: Vec<_> = self.place.iter().map(|step| step.name).collect();
        names.join("/")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::device::SetChannelRequest;
    use crate::value::{FrameSize, StreamType};
    use crate::{DevId, encode};

    #[test]
    fn errors_name_the_element_and_what_it_must_hold() {
        let device: DevId = "81100000001".parse().unwrap();
        let request = SetChannelRequest::new(device, 0_u16, StreamType::MAIN).frame_size(FrameSize(4));
        let error = encode(&request, Profile::Spec).unwrap_err();
        let expected = FrameSize::EXPECTED;
        assert_eq!(error.kind, EncodeErrorKind::NotCanonical { expected });
        assert_eq!(error.to_string(), format!("SET_CHANNEL_REQ/FrameSize: the value is not {expected}"));
    }

    /// Writers see of a value what its type says.
    #[test]
    fn values_without_their_types() {
        let mut text = String::new();
        let code: &dyn WriteScalar = &FrameSize::HD_720P;
        code.write_text(&mut text).unwrap();
        assert_eq!((code.kind(), text.as_str(), code.integer()), (ScalarKind::Integer, "1", Some(1)));
        assert_eq!(code.expected(), FrameSize::EXPECTED);
        assert_eq!(code.meaning(), Scalar::meaning(&FrameSize::HD_720P));
        assert!(
            code.meaning().is_some_and(|(english, original)| !english.is_empty() && !original.is_empty())
        );
        assert!(code.may_be_sent("1") && !code.may_be_sent("4"));
        let words: &dyn WriteScalar = &"3".to_owned();
        assert_eq!((words.kind(), words.integer(), words.meaning()), (ScalarKind::Text, None, None));
    }
}
