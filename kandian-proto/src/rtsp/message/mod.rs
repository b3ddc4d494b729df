//! RTSP messages, and the frames between them. RFC 2326; R-10.1 to R-10.7; E-172.
//!
//! Own code instead of a library, because players and devices write what a strict parser refuses (lines that end with
//! LF alone, names in any case, a request line in several pieces), and because each length has to be bounded before
//! memory is taken for it.
//!
//! ```
//! use kandian_proto::rtsp::message::{Item, Method, Reader, Request, Response, Status};
//! let mut reader = Reader::for_server();
//! reader.push(b"$\0\0\x03rtpOPTIONS rtsp://192.0.2.1/ RTSP/1.0\ncseq: 7\n")?;
//! let Some(Item::Frame { channel: 0, data }) = reader.next_item()? else { panic!() };
//! assert_eq!(&data[..], b"rtp");
//! assert_eq!(reader.next_item()?, None); // the head is not whole
//! reader.push(b"\n")?;
//! let Some(Item::Request(request)) = reader.next_item()? else { panic!() };
//! assert_eq!((request.method, request.cseq()), (Method::Options, Some(7)));
//! let answer = Response::new(Status::OK).header("CSeq", 7).header("Public", "OPTIONS, DESCRIBE");
//! assert_eq!(answer.to_bytes(), "RTSP/1.0 200 OK\r\nCSeq: 7\r\nPublic: OPTIONS, DESCRIBE\r\n\r\n");
//! # Ok::<(), kandian_proto::rtsp::message::MessageError>(())
//! ```

mod error;
mod head;
mod headers;
mod range;
mod reader;
mod status;

pub use error::{MessageError, MessageErrorKind};
pub use headers::{Headers, SessionHeader, TrackInfo, parse_rtp_info, write_rtp_info};
pub use range::{InvalidRange, Range, Scale, Start};
pub use reader::{Item, MAX_BODY_BYTES, MAX_FIELDS, MAX_HEAD_BYTES, MAX_HELD_BYTES, Reader};
pub use status::{Method, Status};

use core::fmt;

use bytes::{BufMut, Bytes, BytesMut};

use crate::secret::mask_url;

/// A request.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Request {
    /// What is asked for.
    pub method: Method,
    /// What it is about: an URL, or `*`. It may hold a token.
    pub url: String,
    /// Whether the version is one this module speaks, 1.0.
    pub is_version_1: bool,
    /// Its header fields.
    pub headers: Headers,
    /// Its body.
    pub body: Bytes,
}

/// An answer.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Response {
    /// The status.
    pub status: Status,
    /// Its header fields.
    pub headers: Headers,
    /// Its body.
    pub body: Bytes,
}

impl Request {
    /// A request without header fields.
    #[must_use]
    pub fn new(method: Method, url: impl Into<String>) -> Self {
        let (headers, body) = (Headers::default(), Bytes::new());
        Self { method, url: url.into(), is_version_1: true, headers, body }
    }

    /// The same with a header field. Control characters, which would end the line, become blanks.
    #[must_use]
    pub fn header(mut self, name: &str, value: impl fmt::Display) -> Self {
        self.headers.push(name, &value.to_string());
        self
    }

    /// The number that its answer repeats.
    #[must_use]
    pub fn cseq(&self) -> Option<u32> {
        self.headers.cseq()
    }

    /// The request as it is sent.
    #[must_use]
    pub fn to_bytes(&self) -> Bytes {
        let url = if self.url.is_empty() { "*" } else { &self.url };
        let line = format!("{} {} RTSP/1.0", self.method, printable(url, |c| c == ' '));
        write(&line, &self.headers, &self.body)
    }
}

impl Response {
    /// An answer without header fields.
    #[must_use]
    pub fn new(status: Status) -> Self {
        Self { status, headers: Headers::default(), body: Bytes::new() }
    }

    /// The same with a header field. Control characters, which would end the line, become blanks.
    #[must_use]
    pub fn header(mut self, name: &str, value: impl fmt::Display) -> Self {
        self.headers.push(name, &value.to_string());
        self
    }

    /// The same with a body; its length is written with it.
    #[must_use]
    pub fn body(mut self, kind: &str, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self.header("Content-Type", kind)
    }

    /// The number of the request it answers.
    #[must_use]
    pub fn cseq(&self) -> Option<u32> {
        self.headers.cseq()
    }

    /// The answer as it is sent.
    #[must_use]
    pub fn to_bytes(&self) -> Bytes {
        let line = format!("RTSP/1.0 {} {}", self.status.0, self.status.reason());
        write(&line, &self.headers, &self.body)
    }
}

fn write(line: &str, headers: &Headers, body: &Bytes) -> Bytes {
    let mut out = BytesMut::with_capacity(256 + body.len());
    out.put_slice(line.as_bytes());
    out.put_slice(b"\r\n");
    for (name, value) in headers.iter().filter(|(name, _)| !name.eq_ignore_ascii_case("Content-Length")) {
        out.put_slice(format!("{name}: {value}\r\n").as_bytes());
    }
    if !body.is_empty() {
        out.put_slice(format!("Content-Length: {}\r\n", body.len()).as_bytes());
    }
    out.put_slice(b"\r\n");
    out.put_slice(body);
    out.freeze()
}

/// A text that cannot end a line or a word before its time.
fn printable(text: &str, is_bad: impl Fn(char) -> bool) -> String {
    text.chars().map(|c| if c.is_control() || is_bad(c) { '_' } else { c }).collect()
}

/// The URL may hold a token, header fields credentials.
impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (method, headers, length) = (self.method, &self.headers, self.body.len());
        write!(f, "Request({method} {}, {headers:?}, {length} bytes)", mask_url(&self.url))
    }
}

/// Header fields may hold credentials, and bodies addresses with tokens.
impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Response({}, {:?}, {} bytes)", self.status, self.headers, self.body.len())
    }
}
