//! The frame (报文) and its header. Spec §7.4.1, table 1.
//!
//! ```text
//! FA F5 | CMD 1 | SEQ 2 | Remark 1 | LEN 2 | DATA LEN | MD5 16
//! ```
//!
//! Numbers are big-endian; LEN counts DATA only (E-60, E-63).

use core::fmt;

use bytes::Bytes;
use nom::bytes::streaming::tag;
use nom::number::streaming::{be_u8, be_u16};
use nom::{Err, IResult, Parser};

use crate::{Command, FrameError};

/// The two bytes every frame begins with (起始字头). Spec §7.4.2.
pub const MAGIC: [u8; 2] = [0xFA, 0xF5];

/// Bytes before DATA: HEAD, CMD, SEQ, Remark and LEN (E-60).
pub const HEADER_LEN: usize = 8;

/// Bytes of the digest after DATA: MD5 in raw form, not hex text (E-61).
pub const DIGEST_LEN: usize = 16;

/// Bytes of a frame besides DATA; also the length of the shortest frame, because DATA may be
/// empty (E-63).
pub const OVERHEAD: usize = HEADER_LEN + DIGEST_LEN;

/// Most bytes of DATA that LEN can express. Spec §7.4.7.
pub const MAX_PAYLOAD: usize = 65_535;

/// Most bytes of DATA to send to a deployed device. Their receive buffer is 4096 bytes for the
/// whole frame, and a longer one makes them close the link (E-63).
pub const DEVICE_MAX_PAYLOAD: usize = 4_096 - OVERHEAD;

/// The eight bytes before DATA, taken apart. Spec §7.4.1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Header {
    /// CMD (命令字), what the frame is about.
    pub command: Command,
    /// SEQ (流水号), 0–65535. A confirmation carries the SEQ of its request; deployed devices do
    /// not always keep to that (E-65).
    pub seq: u16,
    /// Remark (保留字段). Sent as 0, accepted with any value (E-64).
    pub remark: u8,
    /// LEN (数据长度), bytes of DATA without header and digest (E-63).
    pub len: u16,
}

impl Header {
    /// Bytes of the whole frame this header announces, 24–65559.
    #[must_use]
    pub const fn wire_len(&self) -> usize {
        OVERHEAD + self.len as usize
    }

    /// The header as it goes on the wire.
    #[must_use]
    pub const fn to_bytes(&self) -> [u8; HEADER_LEN] {
        let [seq_high, seq_low] = self.seq.to_be_bytes();
        let [len_high, len_low] = self.len.to_be_bytes();
        [MAGIC[0], MAGIC[1], self.command.0, seq_high, seq_low, self.remark, len_high, len_low]
    }

    /// Reads a header from the start of `input`; `None` when `input` is too short to have one.
    ///
    /// # Errors
    ///
    /// [`FrameError::BadMagic`] as soon as one byte shows that no frame starts here, with offsets
    /// counted from the start of `input`.
    #[inline]
    pub fn parse(input: &[u8]) -> Result<Option<Self>, FrameError> {
        match header(input) {
            Ok((_, header)) => Ok(Some(header)),
            Err(Err::Incomplete(_)) => Ok(None),
            Err(_) => Err(bad_magic(input)),
        }
    }
}

#[inline]
fn header(input: &[u8]) -> IResult<&[u8], Header> {
    (tag(MAGIC.as_slice()), be_u8, be_u16, be_u8, be_u16)
        .map(|(_, command, seq, remark, len)| Header { command: Command(command), seq, remark, len })
        .parse(input)
}

/// Names the byte that is wrong. It depends on the bytes alone and not on how many follow, so
/// that the error is the same however the stream is cut.
#[cold]
fn bad_magic(input: &[u8]) -> FrameError {
    match input {
        [first, second, ..] if *first == MAGIC[0] => {
            FrameError::BadMagic { offset: 1, expected: MAGIC[1], found: *second }
        }
        _ => FrameError::BadMagic {
            offset: 0,
            expected: MAGIC[0],
            found: input.first().copied().unwrap_or_default(),
        },
    }
}

/// A frame whose payload is borrowed from the bytes it was decoded from. Spec §7.4.1.
///
/// `Debug` prints the length of the payload and never its text, which may hold passwords.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct FrameRef<'a> {
    /// CMD (命令字), what the frame is about.
    pub command: Command,
    /// SEQ (流水号), 0–65535 (E-65).
    pub seq: u16,
    /// Remark (保留字段). Sent as 0, accepted with any value (E-64).
    pub remark: u8,
    /// DATA (数据): the XML text, as bytes. May be empty (E-63).
    pub payload: &'a [u8],
}

impl<'a> FrameRef<'a> {
    /// A frame with Remark 0, as every sender must write it (E-64).
    #[must_use]
    pub const fn new(command: Command, seq: u16, payload: &'a [u8]) -> Self {
        Self { command, seq, remark: 0, payload }
    }

    /// Bytes this frame takes on the wire.
    #[must_use]
    pub const fn wire_len(&self) -> usize {
        OVERHEAD + self.payload.len()
    }

    /// Copies the frame out of the buffer it was decoded from.
    ///
    /// The copy is exactly as long as the payload: a frame kept in a queue never holds a large
    /// receive buffer in memory.
    #[must_use]
    pub fn to_owned(&self) -> Frame {
        Frame {
            command: self.command,
            seq: self.seq,
            remark: self.remark,
            payload: Bytes::copy_from_slice(self.payload),
        }
    }
}

/// A frame that owns its payload. Spec §7.4.1.
///
/// Cloning shares the payload. `Debug` prints its length and never its text.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Frame {
    /// CMD (命令字), what the frame is about.
    pub command: Command,
    /// SEQ (流水号), 0–65535 (E-65).
    pub seq: u16,
    /// Remark (保留字段). Sent as 0, accepted with any value (E-64).
    pub remark: u8,
    /// DATA (数据): the XML text, as bytes. May be empty (E-63).
    pub payload: Bytes,
}

impl Frame {
    /// A frame with Remark 0, as every sender must write it (E-64).
    #[must_use]
    pub fn new(command: Command, seq: u16, payload: impl Into<Bytes>) -> Self {
        Self { command, seq, remark: 0, payload: payload.into() }
    }

    /// The same frame, borrowed.
    #[must_use]
    pub fn as_frame_ref(&self) -> FrameRef<'_> {
        FrameRef { command: self.command, seq: self.seq, remark: self.remark, payload: &self.payload }
    }

    /// Bytes this frame takes on the wire.
    #[must_use]
    pub fn wire_len(&self) -> usize {
        self.as_frame_ref().wire_len()
    }
}

impl From<FrameRef<'_>> for Frame {
    fn from(frame: FrameRef<'_>) -> Self {
        frame.to_owned()
    }
}

impl<'a> From<&'a Frame> for FrameRef<'a> {
    fn from(frame: &'a Frame) -> Self {
        frame.as_frame_ref()
    }
}

impl fmt::Debug for FrameRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        debug_frame("FrameRef", self, f)
    }
}

impl fmt::Debug for Frame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        debug_frame("Frame", &self.as_frame_ref(), f)
    }
}

fn debug_frame(name: &str, frame: &FrameRef<'_>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    f.debug_struct(name)
        .field("command", &frame.command)
        .field("seq", &frame.seq)
        .field("remark", &frame.remark)
        .field("payload", &format_args!("{} bytes", frame.payload.len()))
        .finish()
}
