//! What can be wrong with an HTTP message.

/// Bytes that are no HTTP message this module takes: what is wrong, and at which byte of the connection.
///
/// The first defect counts, and it is the same however the bytes were cut into pieces.
///
/// ```
/// use kandian_proto::http::{HttpErrorKind, Limits, RequestReader};
/// let mut reader = RequestReader::new(Limits::REQUEST);
/// let error = reader.push(b"POST / HTTP/1.1\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n").unwrap_err();
/// assert_eq!((error.kind, error.offset), (HttpErrorKind::TwoLengths, 52));
/// assert_eq!(error.to_string(), "at byte 52: a second Content-Length that differs from the first");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("at byte {offset}: {kind}")]
pub struct HttpError {
    /// What is wrong.
    pub kind: HttpErrorKind,
    /// Where, counted from 0 at the first byte of the connection; what is missing, is missing here.
    pub offset: usize,
}

impl HttpError {
    pub(super) const fn new(kind: HttpErrorKind, offset: usize) -> Self {
        Self { kind, offset }
    }
}

/// Kinds of [`HttpError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HttpErrorKind {
    /// The peer speaks another protocol.
    #[error(transparent)]
    NotHttp(#[from] NotHttp),
    /// The first word is no method.
    #[error("the request does not begin with a method such as POST")]
    Method,
    /// White space inside the request target. None at all is fine.
    #[error("white space inside the request target; write it as %20")]
    TargetSpace,
    /// The request line does not end with a version that is spoken here.
    #[error("the request line does not end with HTTP/1.0 or HTTP/1.1")]
    Version,
    /// The answer does not begin with a version and a status.
    #[error("the answer does not begin with HTTP/1.0 or HTTP/1.1 and a status of three digits")]
    StatusLine,
    /// The head is too long.
    #[error("the head is longer than {limit} bytes")]
    HeadTooLong {
        /// The limit.
        limit: usize,
    },
    /// There are too many header lines.
    #[error("more than {limit} header lines")]
    TooManyFields {
        /// The limit.
        limit: usize,
    },
    /// A control character other than a tab in the head. It has no meaning there, and another reader may end a line
    /// at it.
    #[error("control character 0x{0:02X} in the head")]
    Control(u8),
    /// A CR that no LF follows.
    #[error("a CR without an LF")]
    BareCr,
    /// The length of the body is no number.
    #[error("Content-Length is not a decimal number")]
    Length,
    /// Two lengths of the body that differ.
    #[error("a second Content-Length that differs from the first")]
    TwoLengths,
    /// The length or the framing of the body goes on in the next line, or seems to.
    #[error("white space at the start of the line after Content-Length or Transfer-Encoding")]
    FoldedFraming,
    /// A transfer coding other than `chunked`, or more than one.
    #[error("a Transfer-Encoding other than a single chunked")]
    TransferEncoding,
    /// Both a length and chunks: two readers could cut the body differently.
    #[error("both Content-Length and Transfer-Encoding: chunked")]
    LengthAndChunks,
    /// Chunks in a request of HTTP/1.0, which does not have them.
    #[error("Transfer-Encoding in a request of HTTP/1.0")]
    ChunksTooOld,
    /// The body is compressed.
    #[error("the body is compressed (Content-Encoding); the document must be sent plain")]
    Compressed,
    /// The body is too long.
    #[error("the body is longer than {limit} bytes")]
    BodyTooLong {
        /// The limit.
        limit: usize,
    },
    /// A chunk does not begin with its size.
    #[error("a chunk does not begin with a line that holds its size in hexadecimal digits")]
    ChunkSize,
    /// A chunk does not end where its size says.
    #[error("a chunk goes on beyond its size")]
    ChunkEnd,
    /// Sizes of chunks, extensions and trailers are too long altogether.
    #[error("more than {limit} bytes of chunk sizes, extensions and trailers")]
    ChunkOverhead {
        /// The limit.
        limit: usize,
    },
    /// The peer closed before it sent anything.
    #[error("the connection ended before anything was sent")]
    NothingSent,
    /// The peer closed inside the head.
    #[error("the connection ended inside the head, before its empty line")]
    EndInHead,
    /// The peer closed inside a body whose length it had announced.
    #[error("the connection ended {missing} bytes before the end that Content-Length announced")]
    EndInBody {
        /// How many bytes are missing.
        missing: usize,
    },
    /// The peer closed inside a chunked body.
    #[error("the connection ended before the last chunk")]
    EndInChunks,
}

/// What a peer seems to speak instead of HTTP, by its first byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotHttp {
    /// TLS.
    #[error("this is TLS; devices speak plain HTTP, so the URL begins with http://")]
    Tls,
    /// A frame of chapter 7.4.
    #[error("this is a frame (FA F5); frames belong to the TCP access port, 8588 by default")]
    Frame,
    /// A document that no head stands before.
    #[error("this is a document without an HTTP head")]
    Document,
    /// The header of the PROXY protocol.
    #[error("this is a PROXY protocol header, which is not expected here")]
    Proxy,
    /// Something else.
    #[error("byte 0x{0:02X} does not begin an HTTP message")]
    Other(u8),
}

impl NotHttp {
    /// What begins with `byte`, behind `skipped` bytes of empty lines.
    pub(super) const fn of(byte: u8, skipped: usize) -> Self {
        match byte {
            // A handshake, or the alert with which a TLS server answers plain text.
            0x15 | 0x16 => Self::Tls,
            0xFA => Self::Frame,
            b'<' => Self::Document,
            // CR LF CR LF NUL begins the signature of its version 2.
            0 if skipped == 4 => Self::Proxy,
            other => Self::Other(other),
        }
    }
}
