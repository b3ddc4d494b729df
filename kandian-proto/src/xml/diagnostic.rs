//! What was wrong with a document that could be read all the same.

use core::fmt;

use crate::Erratum;

/// One deviation from the specification that lenient reading accepted.
///
/// The [`Display`](fmt::Display) form is a sentence for the engineer who wrote the peer's firmware:
///
/// ```
/// use kandian_proto::{decode, message::device::HeartbeatResponse};
/// let read = decode::<HeartbeatResponse>(
///     b"<?xml version=\"1.0\" encoding=\"UTF-8\" ?><HEARTBEAT_RES>\
///       <DevID>81100000001</ DevID><Time>20140318103000</Time></HEARTBEAT_RES>",
/// )?;
/// assert_eq!(
///     read.diagnostics[0].to_string(),
///     "HEARTBEAT_RES/DevID at byte 72: white space after `<`, after `</` or around a tag name; \
///      write `</DevID>` (E-02)",
/// );
/// # Ok::<(), kandian_proto::DecodeError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Diagnostic {
    /// What deviates.
    pub kind: DiagnosticKind,
    /// The erratum that says to accept it, where there is one.
    pub erratum: Option<Erratum>,
    /// Path of the element, such as `ABILITYUP_REQ/Video[1]/FrameSize`; list entries count from 0.
    pub path: String,
    /// Offset in the bytes as received, counted from 0.
    pub offset: usize,
}

impl Diagnostic {
    /// See [`DiagnosticKind::is_repair`].
    #[must_use]
    pub fn is_repair(&self) -> bool {
        self.kind.is_repair()
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.path.is_empty() {
            write!(f, "{} ", self.path)?;
        }
        write!(f, "at byte {}: {}", self.offset, self.kind)?;
        match self.erratum {
            Some(id) => write!(f, " ({id})"),
            None => Ok(()),
        }
    }
}

/// Kinds of [`Diagnostic`]. Texts taken from the document are shortened.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DiagnosticKind {
    /// A UTF-8 byte order mark.
    #[error("a byte order mark stands before the document; leave it out")]
    ByteOrderMark,
    /// White space or other bytes before the declaration or the root.
    #[error("{bytes} bytes stand before the document; its first byte must be `<`")]
    LeadingBytes {
        /// How many.
        bytes: usize,
    },
    /// No `<?xml …?>`.
    #[error("the XML declaration is missing; some firmware rejects the document without it")]
    MissingDeclaration,
    /// A declaration whose encoding or form is not the one of the specification.
    #[error("the XML declaration is malformed ({what}); write `<?xml version=\"1.0\" encoding=\"UTF-8\" ?>`")]
    BadDeclaration {
        /// What is wrong with it.
        what: &'static str,
    },
    /// The bytes are not UTF-8 and were decoded from GBK (GB2312, GB18030).
    #[error("the text is {declared} GBK, not UTF-8; it was converted")]
    Gbk {
        /// `declared` or `undeclared`.
        declared: &'static str,
    },
    /// The bytes are neither UTF-8 nor GBK; undecodable ones became U+FFFD.
    #[error("a byte is neither UTF-8 nor GBK; it was replaced by U+FFFD")]
    InvalidBytes,
    /// A control character that XML does not allow; it was removed.
    #[error("the control character U+{0:04X} is not allowed in XML; it was removed")]
    IllegalCharacter(u32),
    /// White space inside a tag.
    #[error("white space after `<`, after `</` or around a tag name; write `{0}`")]
    TagSpace(String),
    /// An end tag with another name closed the element.
    #[error("`</{found}>` closes `<{open}>`; write `</{open}>`")]
    MismatchedEnd {
        /// Name in the start tag.
        open: String,
        /// Name in the end tag.
        found: String,
    },
    /// Elements were still open where their parent was closed.
    #[error("`<{0}>` is never closed; it was closed with its parent")]
    UnclosedElement(String),
    /// An end tag that matches no open element.
    #[error("`</{0}>` closes nothing; it was ignored")]
    StrayEnd(String),
    /// `&` that starts no entity reference.
    #[error("a bare `&`; write `&amp;`")]
    BareAmpersand,
    /// An entity reference that XML does not define.
    #[error("the entity `&{0};` is not defined; it was kept as text")]
    UnknownEntity(String),
    /// `<` that starts no tag.
    #[error("a `<` that starts no tag was kept as text; write `&lt;`")]
    BareLessThan,
    /// A comment, processing instruction or CDATA section without its end or otherwise malformed.
    #[error("malformed markup (`{0}`) was skipped")]
    MalformedMarkup(String),
    /// Attributes on an element. The protocol has none; they are ignored.
    #[error("the attributes of `<{0}>` are ignored")]
    Attributes(String),
    /// Bytes after the end of the root element.
    #[error("{bytes} bytes after the end of the root element were ignored")]
    TrailingBytes {
        /// How many.
        bytes: usize,
    },
    /// Text directly inside an element that holds elements.
    #[error("text between elements (`{0}`) was ignored")]
    StrayText(String),
    /// A list entry or group without any known element.
    #[error("an empty `<{0}>` entry was dropped")]
    EmptyGroup(&'static str),
    /// Another printed spelling of the element's name.
    #[error("the element is called `{found}`; write `{expected}`")]
    Alias {
        /// The specification's name.
        expected: &'static str,
        /// The name found.
        found: String,
    },
    /// The element stands at another place than in the specification's sample.
    #[error("`{0}` stands out of order")]
    OutOfOrder(&'static str),
    /// The element occurs again; the first one was taken.
    #[error("`{0}` occurs more than once; the first one was taken")]
    Duplicate(&'static str),
    /// An element that the message does not define. It is kept in `unknown`.
    #[error("`{0}` is not defined for this message; it was kept aside")]
    UnknownElement(String),
    /// A required element is missing and a neutral value stands for it.
    #[error("the required element `{0}` is missing; its neutral value was assumed")]
    MissingElement(&'static str),
    /// An element that must hold a value is empty.
    #[error("`{0}` is empty; its neutral value was assumed")]
    EmptyValue(&'static str),
    /// White space before or after a value.
    #[error("white space around the value of `{0}` was removed")]
    SurroundingSpace(&'static str),
    /// A value in a form outside the specification.
    #[error("{} {what}; expected {expected}", quoted(found))]
    Value {
        /// What the element should hold.
        expected: &'static str,
        /// What it holds, shortened; `***` for secrets.
        found: String,
        /// Why it was accepted and as what.
        what: &'static str,
    },
    /// An element that was struck out of the specification.
    #[error("`{0}` was struck out of the specification; do not send it")]
    Struck(&'static str),
    /// An element that has no meaning beside the value of another one.
    #[error("`{0}` has no meaning in this message and was ignored")]
    NotApplicable(&'static str),
    /// A value that should begin with the value of another element. It is read as it is.
    #[error("`{name}` does not begin with `{prefix}`")]
    OtherPrefix {
        /// Wire name.
        name: &'static str,
        /// What it should begin with.
        prefix: String,
    },
    /// White space inside a value that has none.
    #[error("white space inside the value of `{0}` was removed")]
    BlanksInside(&'static str),
    /// Success-only content in a refusal.
    #[error("`{0}` belongs to a success and was ignored, because Result is not success")]
    BodyOnFailure(&'static str),
    /// More list entries than the specification allows.
    #[error("{found} `{name}` entries; at most {limit} are specified")]
    TooManyEntries {
        /// Wire name.
        name: &'static str,
        /// How many came.
        found: usize,
        /// How many may come.
        limit: usize,
    },
    /// One more level around the entries of a list.
    #[error("an extra `<{found}>` level around the `{name}` entries was removed")]
    ListWrapper {
        /// Wire name of the entries.
        name: &'static str,
        /// Name of the extra level.
        found: String,
    },
    /// A spelling seen in the field but printed nowhere in the specification.
    #[error("the field spelling `{found}` was read as `{expected}`")]
    FieldSpelling {
        /// The specification's name.
        expected: &'static str,
        /// The name found.
        found: String,
    },
    /// Not XML, in a way that changed nothing.
    #[error("the document is not well-formed XML")]
    NotWellFormed,
    /// SOAP parameters one level down.
    #[error("the parameters stand one level down, inside `<{0}>`")]
    ParameterWrapper(String),
}

impl DiagnosticKind {
    /// True when the document had to be repaired or guessed at; false for a remark about a document
    /// that is well within the specification. Strict reading refuses repairs and ignores remarks.
    #[must_use]
    pub fn is_repair(&self) -> bool {
        !matches!(self, Self::Attributes(_) | Self::OtherPrefix { .. })
    }
}

/// A value as it stands in a sentence; nothing in quotes would be easy to overlook.
fn quoted(value: &str) -> String {
    if value.is_empty() { "the value".to_owned() } else { format!("`{value}`") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences() {
        let value = |found: &str| DiagnosticKind::Value {
            expected: "a port",
            found: found.to_owned(),
            what: "is read as 0",
        };
        for (path, kind, erratum, sentence) in [
            (
                "",
                DiagnosticKind::ByteOrderMark,
                1,
                "at byte 7: a byte order mark stands before the document; leave it out (E-01)",
            ),
            ("", DiagnosticKind::BareAmpersand, 0, "at byte 7: a bare `&`; write `&amp;`"),
            ("R/a", DiagnosticKind::BareAmpersand, 94, "R/a at byte 7: a bare `&`; write `&amp;` (E-94)"),
            ("R", value("-1"), 0, "R at byte 7: `-1` is read as 0; expected a port"),
            ("R", value(""), 0, "R at byte 7: the value is read as 0; expected a port"),
        ] {
            let erratum = Some(Erratum(erratum)).filter(|e| e.0 > 0);
            let diagnostic = Diagnostic { kind, erratum, path: path.to_owned(), offset: 7 };
            assert_eq!(diagnostic.to_string(), sentence);
        }
    }
}
