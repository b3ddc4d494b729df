//! Requests, as a platform reads them. Spec §5, §7.2.1; R-5.7, R-7.15.

use core::fmt;

use super::body::Framed;
use super::document::trimmed_document;
use super::framing::Framing;
use super::head::{is_blank, trimmed};
use super::reader::{First, Reader, Whole};
use super::{Fields, HttpError, HttpErrorKind as Kind, Limits, NotHttp};
use crate::mask_url;

/// What a client waits for that sent `Expect: 100-continue`. See [`RequestReader::take_continue`].
pub const CONTINUE: &[u8] = b"HTTP/1.1 100 Continue\r\n\r\n";

/// A request.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Request {
    /// The method.
    pub method: Method,
    /// The target as it was sent: a path, a whole URL, or nothing. Bytes that are no UTF-8 are replaced.
    pub target: String,
    /// The version.
    pub version: Version,
    /// The header fields.
    pub fields: Fields,
    /// The body as it was sent. It holds the device key.
    pub body: Vec<u8>,
}

/// The methods that are told apart, whatever their case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Method {
    /// POST, the only one of the specification.
    Post,
    /// GET: somebody looks at the address with a browser, or a monitor asks whether the port answers.
    Get,
    /// HEAD, whose answer has no body.
    Head,
    /// Any other.
    Other,
}

/// The version of HTTP.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Version {
    /// HTTP/1.0.
    Http10,
    /// HTTP/1.1; what calls itself a later 1.x is read as that.
    Http11,
}

impl Request {
    /// The path of the target: without scheme, host and parameters; empty when the target names none.
    #[must_use]
    pub fn path(&self) -> &str {
        let target = self.target.as_str();
        let target = &target[..target.find(['?', '#']).unwrap_or(target.len())];
        match target.split_once("://") {
            Some((scheme, rest)) if !scheme.contains('/') => rest.find('/').map_or("", |at| &rest[at..]),
            _ => target,
        }
    }

    /// The document in the body: without a byte order mark, and without white space and NULs around it.
    #[must_use]
    pub fn document(&self) -> &[u8] {
        trimmed_document(&self.body)
    }
}

/// The body holds a key, and the target may; only the length and a masked target are shown.
impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (method, target, version) = (self.method, mask_url(&self.target), self.version);
        write!(f, "Request({method:?} {target:?} {version:?}, {:?}, ", self.fields)?;
        write!(f, "{} bytes)", self.body.len())
    }
}

/// Reads one request of a connection, in pieces of any size. What follows it is ignored: answer it and close.
///
/// # What is read
///
/// Besides what HTTP/1.0 and 1.1 allow: an empty target (`POST  HTTP/1.1`), methods in lower case, lines that end
/// with LF alone, empty lines before the request, blanks before a colon, lines without one, no `Host`, the same
/// length twice, any `Content-Type` or none (E-36), bytes above 0x7F everywhere.
///
/// A POST without a length ends where the client closes its half of the connection, in either version: firmware
/// that leaves the length out means that. See [`RequestReader::ends_at_close`].
///
/// # What is refused
///
/// What is no HTTP, see [`NotHttp`]; what two readers could cut differently; control characters in
/// the head; what is longer than the [`Limits`]. An error is final. Methods other than POST are no error of
/// reading: [`Routes::find`](super::Routes::find) refuses them.
///
/// ```
/// use kandian_proto::http::{Limits, Method, RequestReader};
/// let mut reader = RequestReader::new(Limits::REQUEST);
/// assert_eq!(reader.push(b"POST  HTTP/1.1\r\nContent-Length: 17\r\n")?, None);
/// let request = reader.push(b"\r\n\n<REGISTER_REQ/>\n")?.expect("a whole request");
/// assert_eq!((request.method, request.target.as_str()), (Method::Post, ""));
/// assert_eq!(request.document(), b"<REGISTER_REQ/>");
/// # Ok::<(), kandian_proto::http::HttpError>(())
/// ```
#[derive(Debug)]
pub struct RequestReader {
    reader: Reader<RequestLine>,
    continued: bool,
}

impl RequestReader {
    /// A reader for one connection.
    #[must_use]
    pub const fn new(limits: Limits) -> Self {
        Self { reader: Reader::new(limits), continued: false }
    }

    /// Takes a piece; the request, once it is whole, and `None` ever after.
    ///
    /// # Errors
    /// The first defect; the same one from then on.
    pub fn push(&mut self, piece: &[u8]) -> Result<Option<Request>, HttpError> {
        Ok(self.reader.push(piece)?.map(Request::from))
    }

    /// The client has closed its half of the connection, or the time for the request is over: the request, if that
    /// makes it whole. `None` when it was given before.
    ///
    /// # Errors
    /// What is missing, or the defect that was found before.
    pub fn end(&mut self) -> Result<Option<Request>, HttpError> {
        Ok(self.reader.end()?.map(Request::from))
    }

    /// The bytes to send when the client waits for leave to send its body (`Expect: 100-continue`); once. Ask
    /// after every [`push`](Self::push): such a client sends nothing more without it, or only after a second.
    #[must_use]
    pub fn take_continue(&mut self) -> Option<&'static [u8]> {
        let is_new = self.reader.first().is_some_and(|line| line.version == Version::Http11);
        let is_due = is_new && !self.continued && self.reader.expects_continue();
        self.continued |= is_due;
        is_due.then_some(CONTINUE)
    }

    /// Whether the head is there and only [`end`](Self::end) ends the body, because no length was sent. A client
    /// that keeps its half open waits for an answer all the same: call `end` when nothing has come for a second.
    #[must_use]
    pub const fn ends_at_close(&self) -> bool {
        self.reader.ends_at_close()
    }

    /// The target, once the first line is there and until the request is given; for the log of an error.
    #[must_use]
    pub fn target(&self) -> Option<&str> {
        self.reader.first().map(|line| line.target.as_str())
    }

    /// Bytes of memory held for the request at the moment.
    #[must_use]
    pub fn allocated(&self) -> usize {
        self.reader.held()
    }
}

impl From<Whole<RequestLine>> for Request {
    fn from(whole: Whole<RequestLine>) -> Self {
        let RequestLine { method, target, version } = whole.first;
        Self { method, target, version, fields: whole.fields, body: whole.body }
    }
}

struct RequestLine {
    method: Method,
    target: String,
    version: Version,
}

impl First for RequestLine {
    fn parse(line: &[u8], at: usize) -> Result<Self, HttpError> {
        let end = line.iter().position(|b| is_blank(*b)).unwrap_or(line.len());
        let (method, rest) = line.split_at(end);
        if let Some(bad) = method.iter().position(|b| !b.is_ascii_alphabetic() && *b != b'-') {
            return Err(HttpError::new(Kind::Method, at + bad));
        }
        if method == b"PROXY" {
            return Err(HttpError::new(NotHttp::Proxy.into(), at));
        }
        let (rest, before) = trimmed(rest);
        let version_at = rest.iter().rposition(|b| is_blank(*b)).map_or(0, |blank| blank + 1);
        let (target, version) = rest.split_at(version_at);
        let rest_at = at + end + before;
        let version = Version::read(version).ok_or(HttpError::new(Kind::Version, rest_at + version_at))?;
        let (target, _) = trimmed(target);
        if let Some(blank) = target.iter().position(|b| is_blank(*b)) {
            return Err(HttpError::new(Kind::TargetSpace, rest_at + blank));
        }
        let target = String::from_utf8_lossy(target).into_owned();
        Ok(Self { method: Method::read(method), target, version })
    }

    fn framed(&self, framing: &Framing) -> Result<Option<Framed>, HttpError> {
        let framed = match (framing.length, framing.chunked) {
            (Some((_, at)), Some(other)) => {
                return Err(HttpError::new(Kind::LengthAndChunks, at.max(other)));
            }
            (None, Some(at)) if self.version == Version::Http10 => {
                return Err(HttpError::new(Kind::ChunksTooOld, at));
            }
            (None, Some(_)) => Framed::Chunks,
            (Some((bytes, at)), None) => Framed::Length { bytes, at },
            (None, None) if self.method == Method::Post => Framed::Close,
            (None, None) => Framed::Length { bytes: 0, at: 0 },
        };
        Ok(Some(framed))
    }

    fn held(&self) -> usize {
        self.target.capacity()
    }
}

impl Method {
    fn read(name: &[u8]) -> Self {
        match name {
            _ if name.eq_ignore_ascii_case(b"POST") => Self::Post,
            _ if name.eq_ignore_ascii_case(b"GET") => Self::Get,
            _ if name.eq_ignore_ascii_case(b"HEAD") => Self::Head,
            _ => Self::Other,
        }
    }
}

impl Version {
    /// `HTTP/1.x`; `None` for other texts and other versions.
    pub(super) fn read(text: &[u8]) -> Option<Self> {
        let minor = text.split_at_checked(7).filter(|(start, _)| start.eq_ignore_ascii_case(b"HTTP/1."))?.1;
        match minor {
            b"0" => Some(Self::Http10),
            [digit] if digit.is_ascii_digit() => Some(Self::Http11),
            _ => None,
        }
    }
}
