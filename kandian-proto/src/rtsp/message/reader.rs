//! Bytes of a connection into messages and frames.

use core::fmt;

use bytes::{Buf, Bytes, BytesMut};

use super::head::Head;
use super::{MessageError, MessageErrorKind as Kind, Request, Response};

/// Longest head, in bytes. Players send some 300, with a URL of 200.
pub const MAX_HEAD_BYTES: usize = 8 << 10;

/// Most header lines.
pub const MAX_FIELDS: usize = 64;

/// Longest body, in bytes. Descriptions have some 500; clients send none at all.
pub const MAX_BODY_BYTES: usize = 64 << 10;

/// Most bytes that wait to be read: the longest message, and the longest frame before it.
pub const MAX_HELD_BYTES: usize = MAX_HEAD_BYTES + MAX_BODY_BYTES + (64 << 10);

/// What a connection brings.
#[derive(Clone, PartialEq, Eq)]
pub enum Item {
    /// A request.
    Request(Request),
    /// An answer.
    Response(Response),
    /// A frame: `$`, a channel, a length, and a packet of RTP or RTCP (RFC 2326 §10.12).
    Frame {
        /// The channel that SETUP agreed on.
        channel: u8,
        /// The packet.
        data: Bytes,
    },
}

/// Frames hold what a camera saw; only their length is shown.
impl fmt::Debug for Item {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Request(request) => request.fmt(f),
            Self::Response(response) => response.fmt(f),
            Self::Frame { channel, data } => write!(f, "Frame(channel {channel}, {} bytes)", data.len()),
        }
    }
}

/// Takes bytes in pieces of any size and gives messages and frames. It holds at most [`MAX_HELD_BYTES`].
pub struct Reader {
    held: BytesMut,
    /// Bytes of `held` in which no end of a head is.
    scanned: usize,
    /// Where `held` begins in the connection.
    offset: u64,
    most_body: usize,
    /// A head whose body is missing.
    head: Option<Head>,
}

/// What is held may be a URL with a token.
impl fmt::Debug for Reader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Reader({} bytes held, at byte {})", self.held.len(), self.offset)
    }
}

impl Default for Reader {
    fn default() -> Self {
        Self::for_client()
    }
}

impl Reader {
    /// For what a device or gateway receives. Clients need no bodies, and get room for parameters.
    #[must_use]
    pub fn for_server() -> Self {
        Self { held: BytesMut::new(), scanned: 0, offset: 0, most_body: MAX_BODY_BYTES, head: None }
    }

    /// For what a client receives.
    #[must_use]
    pub fn for_client() -> Self {
        Self::for_server()
    }

    /// Takes bytes. Fetch what they completed with [`Reader::next_item`].
    ///
    /// # Errors
    /// When more wait to be read than [`MAX_HELD_BYTES`].
    pub fn push(&mut self, bytes: &[u8]) -> Result<(), MessageError> {
        if self.held.len() + bytes.len() > MAX_HELD_BYTES {
            return Err(self.error(Kind::TooMuch, self.held.len()));
        }
        self.held.extend_from_slice(bytes);
        Ok(())
    }

    /// The next message or frame that is whole.
    ///
    /// # Errors
    /// When what comes next is none. It stays so: the reader is of no more use.
    pub fn next_item(&mut self) -> Result<Option<Item>, MessageError> {
        if self.head.is_none() {
            self.skip_empty_lines();
            match self.held.first() {
                None => return Ok(None),
                Some(b'$') => return Ok(self.frame()),
                Some(byte) if !byte.is_ascii_alphabetic() => return Err(self.error(Kind::NotRtsp(*byte), 0)),
                Some(_) => self.read_head()?,
            }
        }
        Ok(self.message())
    }

    /// Whether a message or a frame has begun and is not whole.
    #[must_use]
    pub fn is_within(&self) -> bool {
        self.head.is_some() || !self.held.is_empty()
    }

    /// Bytes held.
    #[must_use]
    pub fn held(&self) -> usize {
        self.held.len()
    }

    fn frame(&mut self) -> Option<Item> {
        let &[_, channel, high, low] = self.held.first_chunk()?;
        let length = usize::from(u16::from_be_bytes([high, low]));
        if self.held.len() < 4 + length {
            return None;
        }
        self.advance(4);
        let data = self.split(length);
        Some(Item::Frame { channel, data })
    }

    fn message(&mut self) -> Option<Item> {
        let head = self.head.take_if(|head| self.held.len() >= head.body_bytes)?;
        let body = self.split(head.body_bytes);
        Some(match head.first {
            super::head::First::Request { method, url, is_version_1 } => {
                Item::Request(Request { method, url, is_version_1, headers: head.headers, body })
            }
            super::head::First::Response(status) => {
                Item::Response(Response { status, headers: head.headers, body })
            }
        })
    }

    /// Reads the head when it is whole.
    fn read_head(&mut self) -> Result<(), MessageError> {
        let Some(length) = self.head_length() else {
            if self.held.len() > MAX_HEAD_BYTES {
                return Err(self.error(Kind::HeadTooLong, MAX_HEAD_BYTES));
            }
            return Ok(());
        };
        if length > MAX_HEAD_BYTES {
            return Err(self.error(Kind::HeadTooLong, MAX_HEAD_BYTES));
        }
        let bytes = self.held.get(..length).unwrap_or_default();
        let head = Head::parse(bytes, self.most_body).map_err(|(kind, at)| self.error(kind, at))?;
        self.advance(length);
        self.head = Some(head);
        Ok(())
    }

    /// The length of the head up to and with the empty line. Each byte is looked at once, however the pieces fall.
    fn head_length(&mut self) -> Option<usize> {
        let from = self.scanned.saturating_sub(2);
        let rest = self.held.get(from..)?;
        for (index, _) in rest.iter().enumerate().filter(|(_, byte)| **byte == b'\n') {
            match rest.get(index + 1..) {
                Some([b'\n', ..]) => return Some(from + index + 2),
                Some([b'\r', b'\n', ..]) => return Some(from + index + 3),
                _ => {}
            }
        }
        self.scanned = self.held.len();
        None
    }

    /// Some players end a body with a line of its own.
    fn skip_empty_lines(&mut self) {
        let count = self.held.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        self.advance(count);
    }

    fn advance(&mut self, count: usize) {
        if count > 0 {
            self.held.advance(count);
            self.offset += count as u64;
            self.scanned = 0;
        }
    }

    fn split(&mut self, length: usize) -> Bytes {
        self.offset += length as u64;
        self.scanned = 0;
        self.held.split_to(length).freeze()
    }

    fn error(&self, kind: Kind, at: usize) -> MessageError {
        MessageError { kind, offset: self.offset + at as u64 }
    }
}
