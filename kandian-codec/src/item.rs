//! What a decoder finds in a stream.

use crate::{Digest, DigestVerdict, Frame, FrameRef, Header};

/// One thing found in a stream. Offsets are in bytes since the start of the stream.
///
/// The items of a stream are the same however it is cut into pieces, and together they cover
/// every byte once, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Item<'a> {
    /// A frame that the digest policy lets through.
    Frame {
        /// Position of its first byte.
        offset: u64,
        /// The frame, borrowed until the decoder is called again.
        frame: FrameRef<'a>,
        /// What became of its digest.
        digest: DigestVerdict,
    },
    /// A frame with a wrong digest, withheld. Only with
    /// [`DigestPolicy::Verify`](crate::DigestPolicy::Verify) and
    /// [`ResyncPolicy::Close`](crate::ResyncPolicy::Close). Do not answer it; close the link after
    /// three in a row (E-62).
    BadDigest {
        /// Position of its first byte.
        offset: u64,
        /// Its header, to name it in a log. Any byte of it may be damaged.
        header: Header,
        /// The digest the bytes have.
        expected: Digest,
        /// The digest the frame carries.
        found: Digest,
    },
    /// Bytes in which no frame starts. Only with [`ResyncPolicy::Scan`](crate::ResyncPolicy::Scan).
    /// All bytes between two frames are one item.
    Skipped {
        /// Position of the first of them.
        offset: u64,
        /// How many there are.
        bytes: u64,
        /// What is wrong with the first of them. Others may have other faults.
        reason: SkipReason,
    },
}

impl Item<'_> {
    /// Position of the first byte of the item, in bytes since the start of the stream.
    #[must_use]
    pub const fn offset(&self) -> u64 {
        match self {
            Self::Frame { offset, .. } | Self::BadDigest { offset, .. } | Self::Skipped { offset, .. } => {
                *offset
            }
        }
    }

    /// Bytes of the stream that the item covers.
    #[must_use]
    pub const fn wire_len(&self) -> u64 {
        match self {
            Self::Frame { frame, .. } => frame.wire_len() as u64,
            Self::BadDigest { header, .. } => header.wire_len() as u64,
            Self::Skipped { bytes, .. } => *bytes,
        }
    }

    /// Copies the item, and with it a frame's payload, out of the decoder.
    #[must_use]
    pub fn to_owned(&self) -> OwnedItem {
        match *self {
            Self::Frame { offset, frame, digest } => {
                OwnedItem::Frame { offset, frame: frame.to_owned(), digest }
            }
            Self::BadDigest { offset, header, expected, found } => {
                OwnedItem::BadDigest { offset, header, expected, found }
            }
            Self::Skipped { offset, bytes, reason } => OwnedItem::Skipped { offset, bytes, reason },
        }
    }
}

/// An [`Item`] that owns its frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OwnedItem {
    /// See [`Item::Frame`].
    Frame {
        /// Position of its first byte.
        offset: u64,
        /// The frame.
        frame: Frame,
        /// What became of its digest.
        digest: DigestVerdict,
    },
    /// See [`Item::BadDigest`].
    BadDigest {
        /// Position of its first byte.
        offset: u64,
        /// Its header.
        header: Header,
        /// The digest the bytes have.
        expected: Digest,
        /// The digest the frame carries.
        found: Digest,
    },
    /// See [`Item::Skipped`].
    Skipped {
        /// Position of the first of the bytes.
        offset: u64,
        /// How many there are.
        bytes: u64,
        /// What is wrong with the first of them.
        reason: SkipReason,
    },
}

/// Why no frame starts at a position.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SkipReason {
    /// It does not begin with FA F5.
    NotMagic,
    /// LEN is higher than the limit.
    PayloadTooLong,
    /// The digest is wrong: a damaged frame, a wrong LEN, or FA F5 by chance.
    BadDigest,
    /// The stream ends before the frame does.
    Truncated,
}
