//! NAL units, access units, parameter sets.

use kandian_proto::rtsp::h264::{
    MAX_NALS, NalType, ParameterSets, Sps, SpsError, access_units, annex_b, avcc,
};
use proptest::prelude::*;

/// what a camera sends before a picture belongs to it, and slices of one picture stay together.
#[test]
fn r10_12_access_units() {
    let nals: [&[u8]; 9] = [
        &[0x67, 0x42, 0, 30, 0xD9],
        &[0x68, 0xCE],
        &[0x65, 0x88, 1],
        &[0x65, 0x40, 2], // a second slice of the same picture
        &[0x41, 0x9A, 3],
        &[0x06, 5, 1, 1],
        &[0x41, 0x9A, 4],
        &[0x09, 0xF0],
        &[0x41, 0x9A, 5],
    ];
    for long in [false, true] {
        let code: &[u8] = if long { &[0, 0, 0, 1] } else { &[0, 0, 1] };
        let stream: Vec<u8> = nals.iter().flat_map(|nal| [code, nal].concat()).collect();
        let units: Vec<_> = access_units(&stream).collect();
        let sizes: Vec<_> = units.iter().map(|unit| unit.nals().count()).collect();
        assert_eq!(sizes, [4, 1, 2, 2]);
        assert_eq!(units.iter().map(|unit| unit.is_idr()).collect::<Vec<_>>(), [true, false, false, false]);
        let again: Vec<u8> = units.iter().flat_map(|unit| unit.stream.to_vec()).collect();
        assert_eq!(again, stream, "nothing is lost between units");
        assert!(units.iter().all(|unit| unit.stream.starts_with(code)));
    }
}

/// the sets that the SDP carries, and that an SDP carries only as long as they are short.
#[test]
fn r10_1_parameter_sets() {
    let stream =
        [&[0, 0, 1, 0x67, 0x64, 0, 0x28, 1][..], &[0, 0, 1, 0x68, 0xEE, 1], &[0, 0, 1, 0x65, 0x88]].concat();
    let mut sets = ParameterSets::of(&stream);
    assert!(sets.is_complete());
    assert_eq!(sets.profile_level_id(), Some([0x64, 0, 0x28]));
    sets.take(&[&[0x67][..], &[1; ParameterSets::MOST_BYTES]].concat());
    assert_eq!(sets.sps[..], [0x67, 0x64, 0, 0x28, 1]);
    assert_eq!(ParameterSets::default().profile_level_id(), None);
}

/// Parameter sets of x264, with cropping and a high profile.
#[test]
fn sizes_of_pictures() {
    for (hex, size) in [
        // x264, high profile, 1920x1080: 1088 lines less 8.
        ("67640028ACD940780227E5C044000003000400000300C83C60C658", (1_920, 1_080)),
        // x264, high profile, 1280x720.
        ("6764001FACD9405005BB011000000300100000030300F1831960", (1_280, 720)),
    ] {
        let nal: Vec<u8> =
            (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect();
        let sps = Sps::parse(&nal).unwrap();
        assert_eq!((sps.width, sps.height), size, "{hex}");
        assert_eq!(sps.profile_level_id[..], nal[1..4]);
        // Cut anywhere before the size, it is refused, and never read beyond its end.
        for length in 0..6 {
            assert!(Sps::parse(&nal[..length]).is_err());
        }
    }
    assert_eq!(Sps::parse(&[0x68, 1, 2, 3]), Err(SpsError::Kind));
}

/// Writes parameter sets, bit by bit.
struct Bits(Vec<bool>);

impl Bits {
    fn bits(&mut self, count: u32, value: u64) {
        self.0.extend((0..count).rev().map(|bit| value >> bit & 1 == 1));
    }

    fn unsigned(&mut self, value: u64) {
        let length = (value + 1).ilog2();
        self.bits(length, 0);
        self.bits(length + 1, value + 1);
    }

    /// The NAL unit, with the bytes that keep start codes out of it.
    fn nal(mut self, profile: u8) -> Vec<u8> {
        self.bits(1, 1);
        let mut out = vec![0x67, profile, 0, 30];
        let mut zeros = 0;
        for byte in self.0.chunks(8) {
            let byte = (0..8).fold(0, |sum, bit| sum << 1 | u8::from(byte.get(bit) == Some(&true)));
            if zeros == 2 && byte <= 3 {
                out.push(3);
                zeros = 0;
            }
            zeros = if byte == 0 { zeros + 1 } else { 0 };
            out.push(byte);
        }
        out
    }
}

proptest! {
    /// Any size, cropping, order of pictures and interlacing.
    #[test]
    fn sizes_as_written(
        (width, height, crop, order, interlaced, high) in
            (1_u64..1_025, 1_u64..513, proptest::option::of([0_u64..4, 0..4, 0..4, 0..4]), 0_u64..3, any::<bool>(), any::<bool>()),
    ) {
        let mut bits = Bits(Vec::new());
        bits.unsigned(0);
        if high {
            bits.unsigned(1);
            bits.unsigned(0);
            bits.unsigned(0);
            bits.bits(1, 0);
            // One list that is all there, with steps of 0.
            bits.bits(1, 1);
            bits.bits(1, 1);
            (0..16).for_each(|_| bits.unsigned(0));
            bits.bits(7, 0);
        }
        bits.unsigned(4);
        bits.unsigned(order);
        match order {
            0 => bits.unsigned(2),
            1 => {
                bits.bits(1, 0);
                bits.unsigned(7);
                bits.unsigned(8);
                bits.unsigned(2);
                bits.unsigned(1);
                bits.unsigned(2);
            }
            _ => {}
        }
        bits.unsigned(1);
        bits.bits(1, 0);
        bits.unsigned(width - 1);
        bits.unsigned(height - 1);
        bits.bits(1, u64::from(!interlaced));
        if interlaced {
            bits.bits(1, 0);
        }
        bits.bits(1, 1);
        bits.bits(1, u64::from(crop.is_some()));
        crop.into_iter().flatten().for_each(|side| bits.unsigned(side));
        bits.bits(1, 0);
        let nal = bits.nal(if high { 100 } else { 66 });

        let fields = if interlaced { 2 } else { 1 };
        let [left, right, top, bottom] = crop.unwrap_or_default();
        let expected = (
            (width * 16).checked_sub((left + right) * 2).filter(|width| *width > 0),
            (height * 16 * fields).checked_sub((top + bottom) * 2 * fields).filter(|height| *height > 0),
        );
        match (Sps::parse(&nal), expected) {
            (Ok(sps), (Some(width), Some(height))) => {
                prop_assert_eq!((u64::from(sps.width), u64::from(sps.height)), (width, height));
            }
            (read, expected) => prop_assert_eq!((read, expected.0.is_none() || expected.1.is_none()), (Err(SpsError::Size), true)),
        }
    }

    /// Hostile input is read to its end, once, and gives bounded results.
    #[test]
    fn hostile_streams(bytes in proptest::collection::vec(prop_oneof![4 => Just(0u8), 2 => Just(1u8), 1 => any::<u8>()], 0..2_000)) {
        let total: usize = annex_b(&bytes).map(<[u8]>::len).sum();
        prop_assert!(total <= bytes.len());
        prop_assert!(annex_b(&bytes).all(|nal| !nal.is_empty() && nal.last() != Some(&0)));
        for unit in access_units(&bytes) {
            prop_assert!(unit.nals().count() <= MAX_NALS);
        }
        for length_bytes in 0..6 {
            prop_assert!(avcc(&bytes, length_bytes).map(<[u8]>::len).sum::<usize>() <= bytes.len());
        }
        let _ = Sps::parse(&bytes);
        let _ = Sps::parse(&[&[0x67, 100, 0, 40][..], &bytes].concat());
        let _ = NalType::of(&bytes);
    }
}
