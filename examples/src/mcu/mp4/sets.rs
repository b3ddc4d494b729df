//! Parameter sets.

use bytes::Bytes;
use kandian_proto::rtsp::h264::{NalType, Sps, SpsError, annex_b};

/// The parameter sets of a stream: most have one of each, and some have several picture parameter sets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in super::super) struct Sets {
    pub(super) sps: Vec<Bytes>,
    pub(super) pps: Vec<Bytes>,
}

/// More than any encoder of a camera sends.
const MOST_SETS: usize = 8;

impl Sets {
    /// Those in an access unit or a description, with start codes.
    pub(in super::super) fn of(stream: &[u8]) -> Self {
        let mut sets = Self::default();
        annex_b(stream).for_each(|nal| sets.take(nal));
        sets
    }

    /// Takes a NAL unit if it is a set.
    pub(in super::super) fn take(&mut self, nal: &[u8]) {
        let list = match NalType::of(nal) {
            NalType::SPS => &mut self.sps,
            NalType::PPS => &mut self.pps,
            _ => return,
        };
        if list.len() < MOST_SETS && !list.iter().any(|known| known == nal) {
            list.push(Bytes::copy_from_slice(nal));
        }
    }

    /// Whether pictures can be decoded with them.
    pub(in super::super) fn is_complete(&self) -> bool {
        !self.sps.is_empty() && !self.pps.is_empty()
    }

    /// These sets after those of a new picture; `None` when they stay as they are.
    pub(in super::super) fn changed_by(&self, new: &Self) -> Option<Self> {
        let is_known = |list: &[Bytes], of: &[Bytes]| of.iter().all(|nal| list.contains(nal));
        if is_known(&self.sps, &new.sps) && is_known(&self.pps, &new.pps) {
            return None;
        }
        let or = |new: &[Bytes], old: &[Bytes]| if new.is_empty() { old.to_vec() } else { new.to_vec() };
        Some(Self { sps: or(&new.sps, &self.sps), pps: or(&new.pps, &self.pps) })
    }

    /// With start codes, for a decoder.
    pub(in super::super) fn to_stream(&self) -> Vec<u8> {
        self.sps.iter().chain(&self.pps).flat_map(|nal| [&[0, 0, 0, 1], &nal[..]].concat()).collect()
    }

    /// What the first of them says.
    pub(in super::super) fn read(&self) -> Result<Sps, SpsError> {
        self.sps.first().map_or(Err(SpsError::TooShort), |sps| Sps::parse(sps))
    }
}
