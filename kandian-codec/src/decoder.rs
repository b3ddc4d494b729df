//! A decoder for streams that arrive in pieces.

use crate::buffer::Buffer;
use crate::decode::{Checked, Located, Parts, locate};
use crate::resync::{Gap, Meter, distance, skip_reason};
use crate::{
    DecoderOptions, Digest, DigestPolicy, DigestVerdict, FrameError, FrameRef, HEADER_LEN, Header, Item,
    OptionsError, ResyncPolicy, SkipReason,
};

/// Decodes a stream that arrives in pieces of any size. One per link and direction.
///
/// # How to call it
///
/// Hand each piece to [`decode`](Self::decode) until it returns `None`; by then it has taken the
/// whole piece. At the end of the stream call [`finish`](Self::finish) until it returns `None`. An
/// error is final: both functions return the same one from then on.
///
/// # What it costs
///
/// A frame that lies wholly inside a piece is lent from that piece, without a copy and without
/// memory of the decoder's own. A frame cut by the end of a piece is copied into a buffer, which
/// grows with the bytes that arrive and never beyond one frame of the longest allowed length
/// (65559 bytes by default). Once empty it is given back on the next call, except for at most
/// 512 bytes.
#[derive(Debug, Default)]
pub struct FrameDecoder {
    options: DecoderOptions,
    buffer: Buffer,
    /// Stream offset of the first byte that is neither in an item nor in `gap`.
    offset: u64,
    meter: Meter,
    gap: Gap,
    /// The frame at the front of `buffer` has passed its digest, and waits for the gap before it to
    /// be reported first.
    verified: bool,
    failed: Option<FrameError>,
}

/// Where the bytes of a found frame are.
enum Place<'i> {
    Input(&'i [u8]),
    /// The last so many bytes consumed from the buffer. Not a slice, because the buffer must not be
    /// borrowed while the search goes on.
    Buffer(usize),
}

/// An item whose frame is not borrowed yet.
enum Step<'i> {
    Idle,
    Frame { offset: u64, header: Header, place: Place<'i>, digest: DigestVerdict },
    BadDigest { offset: u64, header: Header, expected: Digest, found: Digest },
    Skipped { offset: u64, bytes: u64, reason: SkipReason },
}

impl FrameDecoder {
    /// A decoder with the default options.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A decoder with these options.
    ///
    /// # Errors
    ///
    /// [`OptionsError::ScanNeedsVerify`].
    pub fn with_options(options: DecoderOptions) -> Result<Self, OptionsError> {
        Ok(Self { options: options.validated()?, ..Self::default() })
    }

    /// Changes what is done with digests, from the next frame on: once a login says who the peer is, its
    /// quirks can be allowed for.
    ///
    /// # Errors
    ///
    /// [`OptionsError::ScanNeedsVerify`]; nothing has changed then.
    pub fn set_digest(&mut self, digest: DigestPolicy) -> Result<(), OptionsError> {
        self.options = self.options.with_digest(digest).validated()?;
        Ok(())
    }

    /// Finds the next item, taking bytes from the front of `input`. `None` says that all of `input`
    /// is taken and more is needed.
    ///
    /// The item borrows from `input` or from the decoder, until the next call.
    ///
    /// # Errors
    ///
    /// [`FrameError::BadMagic`] and [`FrameError::PayloadTooLong`] under [`ResyncPolicy::Close`],
    /// [`FrameError::HashBudgetExhausted`] under [`ResyncPolicy::Scan`]. Offsets count from the
    /// start of the stream.
    #[inline]
    pub fn decode<'s, 'i: 's>(&'s mut self, input: &mut &'i [u8]) -> Result<Option<Item<'s>>, FrameError> {
        let step = self.step(input, false)?;
        Ok(self.lend(step))
    }

    /// Finds what the end of the stream settles. Call it until it returns `None`.
    ///
    /// Under [`ResyncPolicy::Close`] that is at most the error. Under [`ResyncPolicy::Scan`]
    /// an unfinished frame was a false start after all: true frames inside it come out here, and
    /// the rest as [`Item::Skipped`].
    ///
    /// # Errors
    ///
    /// [`FrameError::Truncated`] under [`ResyncPolicy::Close`] when the stream ended inside a
    /// frame, [`FrameError::HashBudgetExhausted`] under [`ResyncPolicy::Scan`].
    pub fn finish(&mut self) -> Result<Option<Item<'_>>, FrameError> {
        let step = self.step(&mut &[][..], true)?;
        Ok(self.lend(step))
    }

    /// The options this decoder was made with.
    #[must_use]
    pub const fn options(&self) -> DecoderOptions {
        self.options
    }

    /// Bytes taken from the stream so far.
    #[must_use]
    pub fn received(&self) -> u64 {
        self.offset + self.buffer.pending().len() as u64
    }

    /// Bytes of an unfinished frame held at the moment.
    #[must_use]
    pub fn buffered(&self) -> usize {
        self.buffer.pending().len()
    }

    /// Bytes of memory the buffer occupies at the moment.
    #[must_use]
    pub fn allocated(&self) -> usize {
        self.buffer.capacity()
    }

    /// Bytes hashed so far: at most one for each byte handed in, and under [`ResyncPolicy::Scan`] at
    /// most [`HASH_BUDGET`](crate::HASH_BUDGET).
    #[must_use]
    pub const fn hashed(&self) -> u64 {
        self.meter.hashed
    }

    #[inline]
    fn step<'i>(&mut self, input: &mut &'i [u8], ending: bool) -> Result<Step<'i>, FrameError> {
        if let Some(error) = &self.failed {
            return Err(error.clone());
        }
        self.buffer.reclaim();
        self.search(input, ending).inspect_err(|error| self.failed = Some(error.clone()))
    }

    /// Looks at the bytes held, or, when there are none, directly at `input`.
    #[inline]
    fn search<'i>(&mut self, input: &mut &'i [u8], ending: bool) -> Result<Step<'i>, FrameError> {
        loop {
            let held = !self.buffer.is_empty();
            let window = if held { self.buffer.pending() } else { *input };
            match locate(window, self.options.max_payload) {
                Ok(Located::Whole(parts)) => {
                    let trusted = core::mem::take(&mut self.verified);
                    let checked = judge(&mut self.meter, self.options, self.offset, trusted, &parts)?;
                    let header = parts.header;
                    if let Some(step) = self.settle(input, header, checked) {
                        return Ok(step);
                    }
                }
                Ok(Located::Incomplete { needed }) => {
                    let have = window.len();
                    let want = if held { needed } else { have };
                    if self.buffer.fill(input, want, have + needed) > 0 {
                        continue;
                    }
                    if !ending || have == 0 {
                        return Ok(if ending { self.report_gap() } else { Step::Idle });
                    }
                    self.cut_short(have, have + needed)?;
                }
                Err(refusal) if self.options.resync == ResyncPolicy::Close => {
                    return Err(refusal.shifted(self.offset));
                }
                Err(refusal) => self.skip(input, skip_reason(&refusal)),
            }
        }
    }

    /// Decides what to do with a whole frame. `None` continues the search behind its first byte.
    #[inline]
    fn settle<'i>(&mut self, input: &mut &'i [u8], header: Header, checked: Checked) -> Option<Step<'i>> {
        let offset = self.offset;
        let wire_len = header.wire_len();
        match checked {
            Checked::Pass(_) if self.gap.is_open() => {
                // The caller gets to see the gap first. Keeping the frame here spares a second
                // digest, and trusts nobody to hand in the same bytes again.
                if self.buffer.is_empty() {
                    self.buffer.fill(input, wire_len, wire_len);
                }
                self.verified = true;
                Some(self.report_gap())
            }
            Checked::Pass(digest) => {
                let place = self.consume(input, wire_len);
                Some(Step::Frame { offset, header, place, digest })
            }
            Checked::Fail { .. } if self.options.resync == ResyncPolicy::Scan => {
                self.skip(input, SkipReason::BadDigest);
                None
            }
            Checked::Fail { expected, found } => {
                self.consume(input, wire_len);
                Some(Step::BadDigest { offset, header, expected, found })
            }
        }
    }

    /// The stream ended after `have` of `need` bytes of a frame, all of them in the buffer.
    fn cut_short(&mut self, have: usize, need: usize) -> Result<(), FrameError> {
        if self.options.resync == ResyncPolicy::Close {
            return Err(FrameError::Truncated { offset: self.offset, have, need });
        }
        self.meter.credit(self.offset + have as u64);
        self.skip(&mut &[][..], SkipReason::Truncated);
        Ok(())
    }

    /// Passes over the position looked at, up to the next one where a frame may start.
    fn skip(&mut self, input: &mut &[u8], reason: SkipReason) {
        let window = if self.buffer.is_empty() { *input } else { self.buffer.pending() };
        let bytes = distance(window);
        self.gap.extend(bytes, reason);
        self.consume(input, bytes);
    }

    fn report_gap<'i>(&mut self) -> Step<'i> {
        match self.gap.close(self.offset) {
            Some((offset, bytes, reason)) => Step::Skipped { offset, bytes, reason },
            None => Step::Idle,
        }
    }

    #[inline]
    fn consume<'i>(&mut self, input: &mut &'i [u8], count: usize) -> Place<'i> {
        self.offset += count as u64;
        if !self.buffer.is_empty() {
            self.buffer.consume(count);
            return Place::Buffer(count);
        }
        let (taken, rest) = input.split_at_checked(count).unwrap_or_default();
        *input = rest;
        Place::Input(taken)
    }

    #[inline]
    fn lend<'s, 'i: 's>(&'s self, step: Step<'i>) -> Option<Item<'s>> {
        Some(match step {
            Step::Idle => return None,
            Step::Frame { offset, header, place, digest } => {
                let wire = match place {
                    Place::Input(wire) => wire,
                    Place::Buffer(count) => self.buffer.consumed(count),
                };
                Item::Frame { offset, frame: borrow(header, wire), digest }
            }
            Step::BadDigest { offset, header, expected, found } => {
                Item::BadDigest { offset, header, expected, found }
            }
            Step::Skipped { offset, bytes, reason } => Item::Skipped { offset, bytes, reason },
        })
    }
}

/// Compares the digest, within the budget where there is one. A frame that has passed before is not
/// hashed again.
#[inline]
fn judge(
    meter: &mut Meter,
    options: DecoderOptions,
    offset: u64,
    trusted: bool,
    parts: &Parts<'_>,
) -> Result<Checked, FrameError> {
    if trusted {
        return Ok(Checked::Pass(DigestVerdict::Ok));
    }
    meter.credit(offset + parts.header.wire_len() as u64);
    if options.resync == ResyncPolicy::Scan {
        meter.charge(offset, parts.signed.len())?;
    } else if options.digest != DigestPolicy::Ignore {
        meter.count(parts.signed.len());
    }
    Ok(parts.check(options.digest))
}

#[inline]
fn borrow(header: Header, wire: &[u8]) -> FrameRef<'_> {
    let Header { command, seq, remark, len } = header;
    let payload = HEADER_LEN..HEADER_LEN + usize::from(len);
    FrameRef { command, seq, remark, payload: wire.get(payload).unwrap_or_default() }
}
