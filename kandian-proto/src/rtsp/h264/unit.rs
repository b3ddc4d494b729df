//! Access units, and the parameter sets a decoder needs first.

use bytes::Bytes;

use super::{MAX_NALS, NalType, annex_b};

/// One picture with all that belongs to it: its NAL units in order, without start codes.
#[derive(Clone, Copy, Debug)]
pub struct AccessUnit<'a> {
    /// The part of the stream, start codes included.
    pub stream: &'a [u8],
}

impl<'a> AccessUnit<'a> {
    /// Its NAL units, at most [`MAX_NALS`].
    pub fn nals(self) -> impl Iterator<Item = &'a [u8]> {
        annex_b(self.stream).take(MAX_NALS)
    }

    /// Whether decoding can begin here.
    #[must_use]
    pub fn is_idr(self) -> bool {
        self.nals().any(|nal| NalType::of(nal) == NalType::IDR)
    }
}

/// The access units of a byte stream with start codes: a recording, or what an encoder gave. The last one ends with
/// the stream.
pub fn access_units(stream: &[u8]) -> impl Iterator<Item = AccessUnit<'_>> {
    let mut rest = stream;
    core::iter::from_fn(move || {
        let mut has_slice = false;
        let mut end = rest.len();
        for nal in annex_b(rest) {
            let kind = NalType::of(nal);
            // A slice whose first macroblock is number 0, which the code `1` says, begins a picture.
            let is_first = kind.is_slice() && nal.get(1).is_some_and(|byte| byte & 0x80 != 0);
            if has_slice && (is_first || kind.begins_access_unit()) {
                end = begin_of(rest, nal);
                break;
            }
            has_slice |= kind.is_slice();
        }
        let (unit, after) = rest.split_at(end);
        rest = after;
        (!unit.is_empty() && annex_b(unit).next().is_some()).then_some(AccessUnit { stream: unit })
    })
}

/// Where the start code before a NAL unit of this stream begins.
fn begin_of(stream: &[u8], nal: &[u8]) -> usize {
    // `nal` is a part of `stream`, and three bytes of start code stand before it.
    let code = (nal.as_ptr() as usize).saturating_sub(stream.as_ptr() as usize).saturating_sub(3);
    let zeros = stream.get(..code).unwrap_or_default().iter().rev().take_while(|byte| **byte == 0).count();
    code - zeros
}

/// The newest parameter sets of a stream. They go into the SDP, and before each IDR picture that comes without them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ParameterSets {
    /// Sequence parameter set; empty while there is none.
    pub sps: Bytes,
    /// Picture parameter set; empty while there is none.
    pub pps: Bytes,
}

impl ParameterSets {
    /// Longest set that is kept. Real ones have some tens of bytes; the SDP carries them in one line.
    pub const MOST_BYTES: usize = 512;

    /// Both sets of a stream or an access unit.
    #[must_use]
    pub fn of(stream: &[u8]) -> Self {
        let mut sets = Self::default();
        annex_b(stream).take(MAX_NALS).for_each(|nal| sets.take(nal));
        sets
    }

    /// Takes a NAL unit; keeps it when it is a set. Copies only when it differs from the one that is kept.
    pub fn take(&mut self, nal: &[u8]) {
        let kept = match NalType::of(nal) {
            NalType::SPS => &mut self.sps,
            NalType::PPS => &mut self.pps,
            _ => return,
        };
        if nal.len() <= Self::MOST_BYTES && *kept != nal {
            *kept = Bytes::copy_from_slice(nal);
        }
    }

    /// Whether both are there.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        !self.sps.is_empty() && !self.pps.is_empty()
    }

    /// Profile, constraints and level, for `profile-level-id` of the SDP; `None` before there is an SPS.
    #[must_use]
    pub fn profile_level_id(&self) -> Option<[u8; 3]> {
        self.sps.get(1..4)?.try_into().ok()
    }
}
