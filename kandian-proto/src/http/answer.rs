//! Answers, as a device reads them. Spec §5, §7.2.1; E-27, E-36, E-50.

use core::fmt;

use super::body::Framed;
use super::document::located_document;
use super::framing::Framing;
use super::head::{is_blank, trimmed};
use super::reader::{First, Reader, Whole};
use super::request::Version;
use super::{Fields, HttpError, HttpErrorKind as Kind, Limits};
use crate::session::{HttpAnswer, Ticket};

/// An answer.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Answer {
    /// The status. 200 is worth reading, and 401 says that no province has claimed the device (E-27).
    pub status: u16,
    /// The reason phrase, for the log; bytes that are no UTF-8 are replaced.
    pub reason: String,
    /// The header fields.
    pub fields: Fields,
    /// The body as it was sent. It may hold the account of the FTP server.
    pub body: Vec<u8>,
}

impl Answer {
    /// The document, wherever it stands in the body: from `<?xml` on, or else without a byte order mark and without
    /// white space and NULs around it.
    #[must_use]
    pub fn document(&self) -> &[u8] {
        located_document(&self.body)
    }

    /// The answer as [`Input::HttpAnswer`](crate::session::Input) takes it.
    #[must_use]
    pub fn for_session(&self, ticket: Ticket) -> HttpAnswer<'_> {
        HttpAnswer { ticket, status: Some(self.status), body: self.document() }
    }
}

/// The body may hold an account; only its length is shown.
impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (status, reason, fields) = (self.status, &self.reason, &self.fields);
        write!(f, "Answer({status} {reason:?}, {fields:?}, {} bytes)", self.body.len())
    }
}

/// Reads the answer to a request, in pieces of any size. What follows it is ignored.
///
/// A device may talk to any server, so besides what [`RequestReader`](super::RequestReader) bears: any
/// `Content-Type` (a front end in the field says `application/json`), no reason phrase, interim answers (1xx), a
/// body in chunks, by length, or up to where the server closes. Where a length stands beside chunks, the chunks
/// count (RFC 9112 §6.3): nothing but the body of this one answer can go wrong.
///
/// ```
/// use kandian_proto::http::{AnswerReader, Limits};
/// let mut reader = AnswerReader::new(Limits::ANSWER);
/// let answer = reader.push(b"HTTP/1.1 401 NO\r\ncontent-length: 0\r\n\r\n")?.expect("a whole answer");
/// assert_eq!((answer.status, answer.reason.as_str()), (401, "NO"));
/// # Ok::<(), kandian_proto::http::HttpError>(())
/// ```
#[derive(Debug)]
pub struct AnswerReader(Reader<StatusLine>);

impl AnswerReader {
    /// A reader for one connection.
    #[must_use]
    pub const fn new(limits: Limits) -> Self {
        Self(Reader::new(limits))
    }

    /// Takes a piece; the answer, once it is whole, and `None` ever after.
    ///
    /// # Errors
    /// The first defect; the same one from then on.
    pub fn push(&mut self, piece: &[u8]) -> Result<Option<Answer>, HttpError> {
        Ok(self.0.push(piece)?.map(Answer::from))
    }

    /// The server has closed the connection, or the time for the answer is over: the answer, if that makes it whole.
    /// `None` when it was given before.
    ///
    /// # Errors
    /// What is missing, or the defect that was found before.
    pub fn end(&mut self) -> Result<Option<Answer>, HttpError> {
        Ok(self.0.end()?.map(Answer::from))
    }

    /// The status, once its line is there and until the answer is given. Where the rest is too long or defective,
    /// it still says more than "no answer": give the session the status and an empty body.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        self.0.first().map(|line| line.status)
    }

    /// Bytes of memory held for the answer at the moment.
    #[must_use]
    pub fn allocated(&self) -> usize {
        self.0.held()
    }
}

impl From<Whole<StatusLine>> for Answer {
    fn from(whole: Whole<StatusLine>) -> Self {
        let StatusLine { status, reason } = whole.first;
        Self { status, reason, fields: whole.fields, body: whole.body }
    }
}

struct StatusLine {
    status: u16,
    reason: String,
}

impl First for StatusLine {
    fn parse(line: &[u8], at: usize) -> Result<Self, HttpError> {
        let bad = |index: usize| HttpError::new(Kind::StatusLine, at + index);
        let end = line.iter().position(|b| is_blank(*b)).ok_or(bad(0))?;
        let (version, rest) = line.split_at(end);
        Version::read(version).ok_or(bad(0))?;
        let (rest, before) = trimmed(rest);
        let end = rest.iter().position(|b| is_blank(*b)).unwrap_or(rest.len());
        let (status, reason) = rest.split_at(end);
        let status = match status {
            [b'1'..=b'9', _, _] => core::str::from_utf8(status).ok().and_then(|text| text.parse().ok()),
            _ => None,
        };
        let status = status.ok_or(bad(version.len() + before))?;
        Ok(Self { status, reason: String::from_utf8_lossy(trimmed(reason).0).into_owned() })
    }

    fn framed(&self, framing: &Framing) -> Result<Option<Framed>, HttpError> {
        Ok(match (self.status, framing.chunked, framing.length) {
            (100..=199, ..) => None,
            // These have no body, whatever the head says.
            (204 | 304, ..) => Some(Framed::Length { bytes: 0, at: 0 }),
            (_, Some(_), _) => Some(Framed::Chunks),
            (_, None, Some((bytes, at))) => Some(Framed::Length { bytes, at }),
            (_, None, None) => Some(Framed::Close),
        })
    }

    fn held(&self) -> usize {
        self.reason.capacity()
    }
}
