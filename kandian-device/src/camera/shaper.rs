//! Makes pictures that a stage can show out of whatever comes.

use bytes::{Bytes, BytesMut};
use kandian_proto::rtsp::h264::{MAX_NALS, NalType, ParameterSets, annex_b, is_b_slice};

/// What comes before each NAL unit.
const START: &[u8] = &[0, 0, 0, 1];

/// What is said once of a live source with B-frames.
pub(super) const DISORDER: &str = "its pictures may not be in the order of time (B-frames), players then show them jerkily; have it send the baseline profile";

/// Keeps the parameter sets of a stream, puts them before each IDR picture that comes without them, and begins with the
/// first picture that stands by itself.
#[derive(Debug, Default)]
pub(super) struct Shaper {
    sets: ParameterSets,
    has_begun: bool,
    has_b_frames: bool,
}

/// A picture that is fit to be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Shaped {
    pub(super) is_key: bool,
    pub(super) data: Bytes,
}

impl Shaper {
    /// With what is known of a stream before it begins: from its description, or from the head of a file.
    pub(super) fn new(sets: ParameterSets) -> Self {
        Self { sets, ..Self::default() }
    }

    /// Takes an access unit with start codes; gives nothing when there is no picture in it, or none that can be shown yet.
    pub(super) fn unit(&mut self, data: Bytes) -> Option<Shaped> {
        let (mut has_sets, mut is_idr, mut is_picture) = ((false, false), false, false);
        for nal in annex_b(&data).take(MAX_NALS) {
            match NalType::of(nal) {
                NalType::SPS => has_sets.0 = true,
                NalType::PPS => has_sets.1 = true,
                NalType::IDR => is_idr = true,
                _ => {}
            }
            is_picture |= NalType::of(nal).is_slice();
            self.has_b_frames |= is_b_slice(nal);
            self.sets.take(nal);
        }
        let is_key = is_idr && self.sets.is_complete();
        if !is_picture || !is_key && !self.has_begun {
            return None;
        }
        self.has_begun = true;
        let data = if is_key && has_sets != (true, true) { self.with_sets(&data) } else { data };
        Some(Shaped { is_key, data })
    }

    /// Whether there were pictures that may be shown before one that came before them. Nothing puts them into order: a live
    /// picture would have to wait for it.
    pub(super) const fn has_b_frames(&self) -> bool {
        self.has_b_frames
    }

    /// Both sets, then what is no set.
    fn with_sets(&self, data: &[u8]) -> Bytes {
        let sets = [&self.sets.sps[..], &self.sets.pps[..]].into_iter();
        let others = annex_b(data)
            .take(MAX_NALS)
            .filter(|nal| !matches!(NalType::of(nal), NalType::SPS | NalType::PPS | NalType::DELIMITER));
        let mut out = BytesMut::with_capacity(data.len() + self.sets.sps.len() + self.sets.pps.len() + 16);
        for nal in sets.chain(others) {
            out.extend_from_slice(START);
            out.extend_from_slice(nal);
        }
        out.freeze()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SPS: &[u8] = &[0, 0, 1, 0x67, 0x42, 0xC0, 0x1E];
    const PPS: &[u8] = &[0, 0, 1, 0x68, 0xCE];
    const IDR: &[u8] = &[0, 0, 1, 0x65, 0x88, 0x80];
    const NEXT: &[u8] = &[0, 0, 1, 0x41, 0x9A];

    fn kinds(shaped: &Shaped) -> Vec<u8> {
        annex_b(&shaped.data).map(|nal| NalType::of(nal).0).collect()
    }

    fn unit(shaper: &mut Shaper, nals: &[&[u8]]) -> Option<Shaped> {
        shaper.unit(nals.concat().into())
    }

    /// Nothing comes before a picture that stands by itself, and every such picture has its sets before it.
    #[test]
    fn sets_come_before_pictures() {
        let mut shaper = Shaper::default();
        assert_eq!(unit(&mut shaper, &[NEXT]), None);
        assert_eq!(unit(&mut shaper, &[IDR]), None, "there are no sets yet");
        assert_eq!(unit(&mut shaper, &[SPS, PPS]), None, "sets alone are no picture");
        let first = unit(&mut shaper, &[IDR]).unwrap();
        assert_eq!((first.is_key, kinds(&first)), (true, vec![7, 8, 5]));
        let next = unit(&mut shaper, &[NEXT]).unwrap();
        assert_eq!((next.is_key, kinds(&next)), (false, vec![1]));
        let whole = unit(&mut shaper, &[SPS, PPS, IDR]).unwrap();
        assert_eq!(whole.data, [SPS, PPS, IDR].concat(), "what is complete stays as it is");
    }

    /// Pictures that are not in the order of time are noticed.
    #[test]
    fn b_frames() {
        let mut shaper = Shaper::default();
        unit(&mut shaper, &[SPS, PPS, IDR]).unwrap();
        unit(&mut shaper, &[NEXT]).unwrap();
        assert!(!shaper.has_b_frames());
        unit(&mut shaper, &[&[0, 0, 1, 0x01, 0xA8]]).unwrap();
        assert!(shaper.has_b_frames());
    }

    /// A camera that changes its size midway says so in new sets, of which one may have stayed the same.
    #[test]
    fn sets_may_change() {
        let mut shaper = Shaper::default();
        unit(&mut shaper, &[SPS, PPS, IDR]).unwrap();
        let other: &[u8] = &[0, 0, 1, 0x67, 0x42, 0xC0, 0x28];
        let changed = unit(&mut shaper, &[other, IDR]).unwrap();
        let nals: Vec<_> = annex_b(&changed.data).collect();
        assert_eq!(nals[..2], [&other[3..], &PPS[3..]]);
        let later = unit(&mut shaper, &[IDR]).unwrap();
        assert_eq!(annex_b(&later.data).next(), Some(&other[3..]));
    }
}
