//! Answers to what is no exchange: an error of HTTP, another path, a platform that is too busy.

use std::borrow::Cow;

use super::{HttpError, HttpErrorKind as Kind};

/// A status, with a reason phrase that recorders of 2014 survive: they copy its first word into four bytes, so it
/// has at most three letters, and they look for the next line when there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Status {
    code: u16,
    reason: &'static str,
}

impl Status {
    /// 200, with the one phrase that those recorders take for success.
    pub const OK: Self = Self { code: 200, reason: "OK" };
    /// 400: what came is no request that can be understood.
    pub const BAD_REQUEST: Self = Self { code: 400, reason: "Bad Request" };
    /// 401: no province has claimed the device (E-27).
    pub const UNASSIGNED: Self = Self { code: 401, reason: "NO" };
    /// 404: nothing is offered at this path.
    pub const NOT_FOUND: Self = Self { code: 404, reason: "Not Found" };
    /// 405: not POST.
    pub const NOT_ALLOWED: Self = Self { code: 405, reason: "Not Allowed" };
    /// 408: the request did not come in time.
    pub const TOO_SLOW: Self = Self { code: 408, reason: "Too Slow" };
    /// 413: the body is too long.
    pub const TOO_LARGE: Self = Self { code: 413, reason: "Too Large" };
    /// 415: the body is compressed.
    pub const NOT_SUPPORTED: Self = Self { code: 415, reason: "Not Supported" };
    /// 429: too many requests from one place.
    pub const TOO_MANY: Self = Self { code: 429, reason: "Too Many" };
    /// 431: the head is too long.
    pub const HEAD_TOO_LARGE: Self = Self { code: 431, reason: "Too Large" };
    /// 500: something went wrong here.
    pub const FAILED: Self = Self { code: 500, reason: "Our Fault" };
    /// 503: not now, because the platform is busy or stopping.
    pub const NOT_NOW: Self = Self { code: 503, reason: "Not Now" };
    /// 505: a version that is not spoken.
    pub const VERSION: Self = Self { code: 505, reason: "Not HTTP/1" };

    /// The number.
    #[must_use]
    pub const fn code(self) -> u16 {
        self.code
    }

    /// The phrase.
    #[must_use]
    pub const fn reason(self) -> &'static str {
        self.reason
    }
}

/// An answer that is no document: a status and a sentence for whoever looks into it.
///
/// What belongs to one of the two exchanges is answered with 200 and a `Result` instead, however wrong the document
/// is: [`malformed`](super::malformed).
///
/// ```
/// use kandian_proto::http::{Refusal, Status};
/// let bytes = Refusal::new(Status::NOT_NOW, "the platform is stopping; come again").to_bytes();
/// assert!(bytes.starts_with(b"HTTP/1.1 503 Not Now\r\nContent-Type: text/plain;charset=UTF-8\r\n"));
/// assert!(bytes.ends_with(b"\r\n\r\nthe platform is stopping; come again\n"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    status: Status,
    text: Cow<'static, str>,
    has_body: bool,
}

impl Refusal {
    /// A refusal with a sentence, which must not repeat what the client sent.
    #[must_use]
    pub fn new(status: Status, text: impl Into<Cow<'static, str>>) -> Self {
        Self { status, text: text.into(), has_body: true }
    }

    /// The same for HEAD: only the head.
    #[must_use]
    pub fn without_body(self) -> Self {
        Self { has_body: false, ..self }
    }

    /// Its status.
    #[must_use]
    pub const fn status(&self) -> Status {
        self.status
    }

    /// The bytes, to be sent in one write.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let text = self.text.trim_end();
        let allow = if self.status == Status::NOT_ALLOWED { "Allow: POST\r\n" } else { "" };
        let mut out = format!(
            "HTTP/1.1 {} {}\r\nContent-Type: text/plain;charset=UTF-8\r\nContent-Length: {}\r\n{allow}\
             Connection: close\r\n\r\n",
            self.status.code,
            self.status.reason,
            text.len() + 1,
        );
        if self.has_body {
            out.push_str(text);
            out.push('\n');
        }
        out.into_bytes()
    }
}

impl From<HttpError> for Refusal {
    fn from(error: HttpError) -> Self {
        let status = match error.kind {
            Kind::HeadTooLong { .. } | Kind::TooManyFields { .. } => Status::HEAD_TOO_LARGE,
            Kind::BodyTooLong { .. } | Kind::ChunkOverhead { .. } => Status::TOO_LARGE,
            Kind::Compressed => Status::NOT_SUPPORTED,
            Kind::Version => Status::VERSION,
            _ => Status::BAD_REQUEST,
        };
        Self::new(status, error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Status; 13] = [
        Status::OK,
        Status::BAD_REQUEST,
        Status::UNASSIGNED,
        Status::NOT_FOUND,
        Status::NOT_ALLOWED,
        Status::TOO_SLOW,
        Status::TOO_LARGE,
        Status::NOT_SUPPORTED,
        Status::TOO_MANY,
        Status::HEAD_TOO_LARGE,
        Status::FAILED,
        Status::NOT_NOW,
        Status::VERSION,
    ];

    /// The reason phrase fits into the four bytes that a recorder of 2014 has for its first word, and only 200 is
    /// success to it.
    #[test]
    fn phrases_are_short() {
        for status in ALL {
            let word = status.reason().split(' ').next().unwrap();
            assert!((1..=3).contains(&word.len()), "{status:?}");
            assert_eq!(word == "OK", status.code() == 200, "{status:?}");
        }
    }
}
