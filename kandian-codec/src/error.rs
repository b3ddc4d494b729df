//! Why a stream cannot go on, and why a frame was not written.

use thiserror::Error;

/// The stream cannot be decoded any further.
///
/// Every variant names the position in the stream, in bytes since the start of the link or
/// capture. [`decode`](crate::decode()) counts from the start of its input. A decoder that has
/// returned an error returns the same error from then on.
///
/// A wrong digest is not an error of the stream; see [`Item::BadDigest`](crate::Item::BadDigest).
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum FrameError {
    /// A frame had to begin here and does not: the peer counts LEN differently, sends something
    /// else than this protocol, or lost bytes. The link must be closed (E-62).
    #[error("byte {offset}: {found:02X} where the frame start FA F5 needs {expected:02X}")]
    BadMagic {
        /// Position of the wrong byte.
        offset: u64,
        /// The byte of FA F5 that belongs there.
        expected: u8,
        /// The byte that was received.
        found: u8,
    },

    /// LEN is higher than the caller's limit; the frame is refused before its DATA arrives.
    #[error("byte {offset}: LEN says {len} bytes of DATA, the limit is {limit}")]
    PayloadTooLong {
        /// Position of the first byte of the frame.
        offset: u64,
        /// What LEN says, in bytes.
        len: usize,
        /// The limit in force, in bytes.
        limit: usize,
    },

    /// The stream ended inside a frame: the peer closed early, or LEN is larger than what it sent.
    #[error("byte {offset}: the stream ended after {have} of {need} bytes of a frame")]
    Truncated {
        /// Position of the first byte of the frame.
        offset: u64,
        /// Bytes of the frame that arrived.
        have: usize,
        /// Bytes of the whole frame; the shortest possible, 24, while LEN has not arrived.
        need: usize,
    },

    /// Under [`ResyncPolicy::Scan`](crate::ResyncPolicy::Scan), the stream is so full of false
    /// frame starts that looking for true ones would cost too much: it is hostile or not a
    /// capture of this protocol.
    #[error(
        "byte {offset}: too many false frame starts ({hashed} bytes hashed for {received} received, \
         at most {limit} per byte)",
        limit = crate::HASH_BUDGET
    )]
    HashBudgetExhausted {
        /// Position of the frame start that was one too many.
        offset: u64,
        /// Bytes hashed until then.
        hashed: u64,
        /// Bytes of the stream looked at until then.
        received: u64,
    },
}

impl FrameError {
    /// Position in the stream the error is about, in bytes since its start.
    #[must_use]
    pub const fn offset(&self) -> u64 {
        match self {
            Self::BadMagic { offset, .. }
            | Self::PayloadTooLong { offset, .. }
            | Self::Truncated { offset, .. }
            | Self::HashBudgetExhausted { offset, .. } => *offset,
        }
    }

    /// Moves the position from "since this slice" to "since the start of the stream".
    pub(crate) const fn shifted(mut self, base: u64) -> Self {
        match &mut self {
            Self::BadMagic { offset, .. }
            | Self::PayloadTooLong { offset, .. }
            | Self::Truncated { offset, .. }
            | Self::HashBudgetExhausted { offset, .. } => *offset += base,
        }
        self
    }
}

/// A frame was not written. Nothing has been added to the output.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum EncodeError {
    /// DATA is longer than the limit, or than LEN can express (E-63).
    #[error("DATA has {len} bytes, the limit is {limit}")]
    PayloadTooLong {
        /// Bytes of DATA.
        len: usize,
        /// The limit in force, in bytes.
        limit: usize,
    },

    /// The output slice cannot take the whole frame.
    #[error("the frame takes {needed} bytes, more than the output has")]
    BufferTooSmall {
        /// Bytes of the whole frame.
        needed: usize,
    },
}

/// A combination of [`DecoderOptions`](crate::DecoderOptions) that cannot work.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum OptionsError {
    /// Scanning tells true frames from false ones by their digest, so it must be verified.
    #[error("resync policy `scan` needs digest policy `verify`")]
    ScanNeedsVerify,
}

/// A name that is none of a policy's.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("unknown policy; it is one of {expected}")]
pub struct ParsePolicyError {
    /// The names that would do.
    pub(crate) expected: &'static str,
}
