//! The core: one frame from the start of a slice. Spec §7.4.

use crate::digest::digest;
use crate::{
    DIGEST_LEN, DecoderOptions, Digest, DigestPolicy, DigestVerdict, FrameError, FrameRef, HEADER_LEN,
    Header, OVERHEAD,
};

/// What the start of a slice holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status<F> {
    /// A whole frame that the digest policy lets through.
    Complete {
        /// The frame.
        frame: F,
        /// Bytes of the slice it takes; the next frame starts behind them.
        consumed: usize,
        /// What became of its digest.
        digest: DigestVerdict,
    },
    /// A whole frame with a wrong digest, under [`DigestPolicy::Verify`]. Drop it and go on behind
    /// it (E-62).
    BadDigest {
        /// Its header.
        header: Header,
        /// Bytes of the slice it takes; the next frame starts behind them.
        consumed: usize,
        /// The digest the bytes have.
        expected: Digest,
        /// The digest the frame carries.
        found: Digest,
    },
    /// The start of a frame, so far without fault.
    Incomplete {
        /// Bytes missing at least, never 0. Exact once the header is there; before, the distance
        /// to the shortest frame.
        needed: usize,
    },
}

/// Decodes one frame from the start of `input`. Spec §7.4.
///
/// Nothing is copied and nothing allocated. `options.resync` is not looked at: a slice is judged
/// from its first byte. For a stream that arrives in pieces use
/// [`FrameDecoder`](crate::FrameDecoder).
///
/// ```
/// use kandian_codec::{Command, DecoderOptions, FrameRef, MAX_PAYLOAD, Status, decode, encode};
///
/// let mut wire = Vec::new();
/// encode(&FrameRef::new(Command::HEARTBEAT, 7, b"<HEARTBEAT_REQ/>"), &mut wire, MAX_PAYLOAD)?;
///
/// assert_eq!(decode(&wire[..5], DecoderOptions::new())?, Status::Incomplete { needed: 19 });
/// let Status::Complete { frame, consumed, .. } = decode(&wire, DecoderOptions::new())? else {
///     return Err("one whole frame was written".into());
/// };
/// assert_eq!((frame.command, frame.seq, consumed), (Command::HEARTBEAT, 7, wire.len()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// [`FrameError::BadMagic`] and [`FrameError::PayloadTooLong`], as soon as the bytes present can no
/// longer become a frame. Offsets count from the start of `input`.
#[inline]
pub fn decode(input: &[u8], options: DecoderOptions) -> Result<Status<FrameRef<'_>>, FrameError> {
    let parts = match locate(input, options.max_payload)? {
        Located::Whole(parts) => parts,
        Located::Incomplete { needed } => return Ok(Status::Incomplete { needed }),
    };
    let consumed = parts.header.wire_len();
    let frame = parts.frame();
    Ok(match parts.check(options.digest) {
        Checked::Pass(digest) => Status::Complete { frame, consumed, digest },
        Checked::Fail { expected, found } => {
            Status::BadDigest { header: parts.header, consumed, expected, found }
        }
    })
}

/// The bytes of one whole frame, not yet hashed.
#[derive(Clone, Copy)]
pub(crate) struct Parts<'a> {
    pub(crate) header: Header,
    /// Header and DATA, which the digest covers.
    pub(crate) signed: &'a [u8],
    digest: &'a Digest,
}

pub(crate) enum Located<'a> {
    Whole(Parts<'a>),
    Incomplete { needed: usize },
}

pub(crate) enum Checked {
    Pass(DigestVerdict),
    Fail { expected: Digest, found: Digest },
}

/// Finds the end of the frame at the start of `input` without hashing anything.
#[inline]
pub(crate) fn locate(input: &[u8], max_payload: usize) -> Result<Located<'_>, FrameError> {
    let Some(header) = Header::parse(input)? else {
        return Ok(Located::Incomplete { needed: OVERHEAD.saturating_sub(input.len()) });
    };
    let len = usize::from(header.len);
    if len > max_payload {
        return Err(FrameError::PayloadTooLong { offset: 0, len, limit: max_payload });
    }
    let wire_len = header.wire_len();
    let whole = input.get(..wire_len).and_then(<[u8]>::split_last_chunk::<DIGEST_LEN>);
    Ok(match whole {
        Some((signed, digest)) => Located::Whole(Parts { header, signed, digest }),
        None => Located::Incomplete { needed: wire_len.saturating_sub(input.len()) },
    })
}

impl<'a> Parts<'a> {
    #[inline]
    pub(crate) fn frame(&self) -> FrameRef<'a> {
        let Header { command, seq, remark, .. } = self.header;
        FrameRef { command, seq, remark, payload: self.signed.get(HEADER_LEN..).unwrap_or_default() }
    }

    /// Compares the digest as far as the policy asks for it.
    #[inline]
    pub(crate) fn check(&self, policy: DigestPolicy) -> Checked {
        if policy == DigestPolicy::Ignore {
            return Checked::Pass(DigestVerdict::Unchecked);
        }
        let expected = digest(self.signed);
        if expected == *self.digest {
            Checked::Pass(DigestVerdict::Ok)
        } else if policy == DigestPolicy::Report {
            Checked::Pass(DigestVerdict::Bad)
        } else {
            Checked::Fail { expected, found: *self.digest }
        }
    }
}
