//! What can be wrong with the bytes of an RTSP connection.

use super::{MAX_FIELDS, MAX_HEAD_BYTES, MAX_HELD_BYTES};

/// Bytes that are no RTSP message this module takes: what is wrong, and at which byte of the connection. What follows
/// cannot be found again; answer with 400 and close.
///
/// ```
/// use kandian_proto::rtsp::message::{MessageErrorKind, Reader};
/// let mut reader = Reader::for_server();
/// reader.push(b"OPTIONS * RTSP/1.0\r\nContent-Length: x\r\n\r\n")?;
/// let error = reader.next_item().unwrap_err();
/// assert_eq!((error.kind, error.offset), (MessageErrorKind::Length, 36));
/// assert_eq!(error.to_string(), "at byte 36: Content-Length is not a decimal number");
/// # Ok::<(), kandian_proto::rtsp::message::MessageError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[error("at byte {offset}: {kind}")]
pub struct MessageError {
    /// What is wrong.
    pub kind: MessageErrorKind,
    /// Where, counted from 0 at the first byte of the connection.
    pub offset: u64,
}

/// Kinds of [`MessageError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum MessageErrorKind {
    /// The peer speaks another protocol.
    #[error("0x{0:02X} begins neither an RTSP message nor a frame")]
    NotRtsp(u8),
    /// The first line is neither a request nor an answer.
    #[error("the first line is neither a request nor an answer")]
    FirstLine,
    /// The head is too long.
    #[error("the head is longer than {MAX_HEAD_BYTES} bytes")]
    HeadTooLong,
    /// There are too many header lines.
    #[error("more than {MAX_FIELDS} header lines")]
    TooManyFields,
    /// A control character other than a tab in the head.
    #[error("control character 0x{0:02X} in the head")]
    Control(u8),
    /// The length of the body is no number.
    #[error("Content-Length is not a decimal number")]
    Length,
    /// Two lengths of the body that differ.
    #[error("a second Content-Length that differs from the first")]
    TwoLengths,
    /// The body is too long.
    #[error("the body is longer than {limit} bytes")]
    BodyTooLong {
        /// The limit.
        limit: usize,
    },
    /// More came than is held back while an earlier request is served.
    #[error("more than {MAX_HELD_BYTES} bytes wait to be read")]
    TooMuch,
}
