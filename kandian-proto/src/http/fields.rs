//! The header fields of a message.

use core::fmt;
use core::ops::Range;
use std::borrow::Cow;

use super::head::trimmed;

/// The header fields of a message, in their order. Lines without a colon, and names that are none, are left out.
///
/// Names are compared without regard to case. Values are whatever the peer sent: bytes that are no UTF-8 are
/// replaced, and control characters do not occur. They may hold cookies and credentials, so `Debug` shows the
/// names only.
///
/// ```
/// use kandian_proto::http::{Limits, RequestReader};
/// let mut reader = RequestReader::new(Limits::REQUEST);
/// let request = reader.push(b"GET / HTTP/1.0\nHOST : a\nstray\nForwarded: for=192.0.2.9\n\n")?.unwrap();
/// assert_eq!(request.fields.first("host").as_deref(), Some("a"));
/// assert_eq!(request.fields.all("forwarded").collect::<Vec<_>>(), ["for=192.0.2.9"]);
/// assert_eq!(request.fields.len(), 2);
/// # Ok::<(), kandian_proto::http::HttpError>(())
/// ```
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Fields {
    head: Vec<u8>,
    spans: Vec<Span>,
}

/// Where a field lies in the head.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) name: Range<usize>,
    pub(super) value: Range<usize>,
}

impl Span {
    /// The field in a line that begins at `at`; `None` when the line is no field.
    pub(super) fn of(line: &[u8], at: usize) -> Option<Self> {
        let colon = line.iter().position(|b| *b == b':')?;
        let (name, _) = trimmed(&line[..colon]);
        if name.is_empty() || !name.iter().all(|b| is_token(*b)) {
            return None;
        }
        let (value, before) = trimmed(&line[colon + 1..]);
        let start = at + colon + 1 + before;
        Some(Self { name: at..at + name.len(), value: start..start + value.len() })
    }
}

impl Fields {
    pub(super) const fn new(head: Vec<u8>, spans: Vec<Span>) -> Self {
        Self { head, spans }
    }

    /// The value of the first field with this name.
    #[must_use]
    pub fn first(&self, name: &str) -> Option<Cow<'_, str>> {
        self.iter().find(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// The values of all fields with this name.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = Cow<'a, str>> {
        self.iter().filter(move |(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// Names and values.
    pub fn iter(&self) -> impl Iterator<Item = (&str, Cow<'_, str>)> {
        self.spans.iter().map(|span| {
            let value = String::from_utf8_lossy(self.bytes(&span.value));
            (self.name(span), value)
        })
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.spans.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }

    fn name(&self, span: &Span) -> &str {
        // A token is ASCII.
        core::str::from_utf8(self.bytes(&span.name)).unwrap_or_default()
    }

    fn bytes(&self, range: &Range<usize>) -> &[u8] {
        self.head.get(range.clone()).unwrap_or_default()
    }

    /// Bytes held.
    pub(super) fn held(&self) -> usize {
        self.head.capacity() + self.spans.capacity() * size_of::<Span>()
    }
}

impl fmt::Debug for Fields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.spans.iter().map(|span| self.name(span))).finish()
    }
}

/// The characters of a field name. RFC 9110 §5.6.2.
fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}
