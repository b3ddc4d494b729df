//! Frames of one direction of a link.

use std::io;

use kandian_codec::{
    DecoderOptions, DigestPolicy, DigestVerdict, FrameDecoder, FrameError, FrameRef, Item, OptionsError,
    ResyncPolicy, SkipReason,
};

use super::message::read_data;
use super::note::{Note, Severity};
use super::output::Output;
use super::report::{Place, Report, Subject};

const SCAN: &str = "--scan looks for the next frame";

/// A stream of frames.
#[derive(Debug)]
pub(super) struct FrameStream {
    decoder: FrameDecoder,
    /// Position in the stream of the decoder's first byte.
    base: u64,
    /// The decoder met something it cannot go on from; the rest is not looked at.
    stopped: bool,
}

impl FrameStream {
    /// A stream whose first byte stands at `base`, which is read frame by frame, whatever the digests
    /// say, or searched for frames with a correct digest.
    pub(super) fn at(base: u64, scan: bool) -> Result<Self, OptionsError> {
        let options = DecoderOptions::new();
        let options = if scan {
            options.with_digest(DigestPolicy::Verify).with_resync(ResyncPolicy::Scan)
        } else {
            options.with_digest(DigestPolicy::Report).with_resync(ResyncPolicy::Close)
        };
        Ok(Self { decoder: FrameDecoder::with_options(options)?, base, stopped: false })
    }

    /// True when further bytes are not looked at.
    pub(super) fn stopped(&self) -> bool {
        self.stopped
    }

    /// Reads the next bytes of the stream.
    pub(super) fn feed(&mut self, place: Place, mut bytes: &[u8], out: &mut Output<'_>) -> io::Result<()> {
        while !self.stopped {
            match self.decoder.decode(&mut bytes) {
                Ok(Some(item)) => out.report(&describe(place, self.base, item, out.show_secrets))?,
                Ok(None) => break,
                Err(error) => self.stop(place, &error, out)?,
            }
        }
        Ok(())
    }

    /// Reads what the end of the stream settles.
    pub(super) fn finish(&mut self, place: Place, out: &mut Output<'_>) -> io::Result<()> {
        while !self.stopped {
            match self.decoder.finish() {
                Ok(Some(item)) => out.report(&describe(place, self.base, item, out.show_secrets))?,
                Ok(None) => break,
                Err(error) => self.stop(place, &error, out)?,
            }
        }
        self.stopped = true;
        Ok(())
    }

    fn stop(&mut self, place: Place, error: &FrameError, out: &mut Output<'_>) -> io::Result<()> {
        self.stopped = true;
        let (kind, count, what, advice) = match *error {
            FrameError::BadMagic { .. } => ("bad_magic", 0, "no frame starts here", SCAN),
            FrameError::PayloadTooLong { .. } => ("payload_too_long", 0, "no frame starts here", SCAN),
            FrameError::Truncated { have, .. } => {
                let advice = "either the end is missing or LEN is wrong; --scan looks for frames inside";
                ("truncated", have as u64, "an unfinished frame", advice)
            }
            _ => (
                "hash_budget_exhausted",
                0,
                "too many false frame starts",
                "is this a stream of this protocol?",
            ),
        };
        let offset = self.base + error.offset();
        // The decoder counts from its own start; the position is said anew here.
        let text = error.to_string();
        let text = text.split_once(": ").map_or(text.as_str(), |(_, text)| text);
        let note = Note::new(Severity::Error, kind, offset, text).advice(advice);
        out.report(&Report::bytes(place, offset, count, what, note))
    }
}

fn describe(place: Place, base: u64, item: Item<'_>, show_secrets: bool) -> Report {
    let offset = base + item.offset();
    match item {
        Item::Frame { frame, digest, .. } => frame_report(place, offset, frame, digest, show_secrets),
        Item::BadDigest { header, .. } => {
            let text = format!("the digest of this {} frame is wrong", header.command);
            let note = Note::new(Severity::Error, "bad_digest", offset, text);
            Report::bytes(place, offset, header.wire_len() as u64, "a damaged frame", note)
        }
        Item::Skipped { bytes, reason, .. } => {
            let (kind, text) = match reason {
                SkipReason::NotMagic => ("not_magic", "they do not begin with FA F5"),
                SkipReason::PayloadTooLong => ("payload_too_long", "LEN is above the limit"),
                SkipReason::BadDigest => {
                    ("bad_digest", "the digest of the frame that seems to start here is wrong")
                }
                SkipReason::Truncated => ("truncated", "the frame that seems to start here has no end"),
                _ => ("skipped", "no frame starts here"),
            };
            let note = Note::new(Severity::Error, kind, offset, text);
            Report::bytes(place, offset, bytes, "skipped", note)
        }
    }
}

fn frame_report(
    place: Place,
    offset: u64,
    frame: FrameRef<'_>,
    digest: DigestVerdict,
    show_secrets: bool,
) -> Report {
    let (reading, mut notes, more_notes) =
        read_data(frame.command, place.sender, frame.payload, show_secrets);
    if digest == DigestVerdict::Bad {
        let text = "the digest is wrong: the frame is damaged, or its sender computes something else";
        notes.insert(0, Note::new(Severity::Error, "bad_digest", 0, text).erratum(61));
    }
    if frame.remark != 0 {
        let text = format!("Remark is {:02X}H; it is sent as 00H and ignored on receipt", frame.remark);
        notes.push(Note::new(Severity::Remark, "remark", 0, text).erratum(64));
    }
    let subject =
        Subject::Frame { command: frame.command, seq: frame.seq, payload: frame.payload.len(), digest };
    Report { place, offset, subject, reading, notes, more_notes }
}
