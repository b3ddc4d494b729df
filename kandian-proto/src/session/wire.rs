//! Frames of one connection, with the rule about wrong digests.

use kandian_codec::{
    Command, CommandRange, DecoderOptions, DigestPolicy, DigestVerdict, FrameDecoder, FrameError, FrameRef,
    Item, MAX_PAYLOAD, encode,
};

use super::SendError;
use crate::command::Opaque;
use crate::time::Millis;

/// Wrong digests in a row that close the link (E-62).
pub(crate) const STRIKES: u8 = 3;

/// What the bytes of a connection hold.
pub(crate) enum Received<'a> {
    Frame {
        frame: FrameRef<'a>,
        /// Its digest is wrong, and the policy lets it pass.
        tolerated: bool,
    },
    WrongDigest {
        command: Command,
        in_a_row: u8,
    },
}

/// The receiving half of a connection.
#[derive(Debug, Default)]
pub(crate) struct Wire {
    decoder: FrameDecoder,
    strikes: u8,
}

impl Wire {
    pub(crate) fn new(digest: DigestPolicy) -> Self {
        let options = DecoderOptions::new().with_digest(digest);
        // Only scanning can be refused.
        Self { decoder: FrameDecoder::with_options(options).unwrap_or_default(), strikes: 0 }
    }

    /// Changes what becomes of wrong digests, from the next frame on.
    pub(crate) fn set_digest(&mut self, digest: DigestPolicy) {
        // Only scanning can be refused.
        let _ = self.decoder.set_digest(digest);
    }

    /// The next frame of the input.
    pub(crate) fn next<'s, 'i: 's>(
        &'s mut self,
        input: &mut &'i [u8],
    ) -> Result<Option<Received<'s>>, FrameError> {
        let item = self.decoder.decode(input)?;
        Ok(match item {
            Some(Item::Frame { frame, digest, .. }) => {
                self.strikes = 0;
                let tolerated = digest == DigestVerdict::Bad;
                Some(Received::Frame { frame, tolerated })
            }
            Some(Item::BadDigest { header, .. }) => {
                self.strikes = self.strikes.saturating_add(1);
                Some(Received::WrongDigest { command: header.command, in_a_row: self.strikes })
            }
            Some(_) | None => None,
        })
    }
}

/// Whether a message may be sent as a vendor's own.
pub(crate) fn check_vendor(message: &Opaque) -> Result<(), SendError> {
    if message.command.range() != CommandRange::Vendor {
        return Err(SendError::NotVendor(message.command));
    }
    if message.xml.len() > MAX_PAYLOAD { Err(SendError::TooLong(message.xml.len())) } else { Ok(()) }
}

/// The bytes of a frame. The document was written within the limit of LEN.
pub(crate) fn frame(command: Command, seq: u16, document: &[u8]) -> Vec<u8> {
    let frame = FrameRef::new(command, seq, document);
    let mut bytes = Vec::with_capacity(frame.wire_len());
    // Documents are written within the limit of LEN, see `Profile::max_document`.
    let written = encode(&frame, &mut bytes, MAX_PAYLOAD);
    debug_assert!(written.is_ok(), "a document longer than LEN can say");
    bytes
}

/// The earlier of two deadlines, each with its reason.
pub(crate) fn sooner<K>(a: Option<(Millis, K)>, b: Option<(Millis, K)>) -> Option<(Millis, K)> {
    match (a, b) {
        (Some(a), Some(b)) => Some(if b.0 < a.0 { b } else { a }),
        (a, b) => a.or(b),
    }
}
