//! What a slice of a picture says first.

use super::bits::Bits;
use super::nal::NalType;

/// Whether a NAL unit is a slice of a B-picture, which may be shown before a picture that came before it (H.264 §7.4.3). What is
/// no slice, or too short, is none.
///
/// ```
/// use kandian_proto::rtsp::h264::is_b_slice;
/// assert!(is_b_slice(&[0x01, 0b1010_0000]));
/// assert!(!is_b_slice(&[0x41, 0b1110_0000]));
/// ```
#[must_use]
pub fn is_b_slice(nal: &[u8]) -> bool {
    if NalType::of(nal) != NalType::SLICE {
        return false;
    }
    let mut bits = Bits::new(nal.get(1..).unwrap_or_default());
    let kind = bits.unsigned().and_then(|_first_macroblock| bits.unsigned());
    // 6 is 1, and says that all slices of the picture are so.
    matches!(kind, Ok(1 | 6))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The two numbers of B, wherever the slice begins, and nothing else.
    #[test]
    fn kinds_of_slices() {
        let b: [&[u8]; 4] =
            [&[0x01, 0xA0], &[0x01, 0x9C], &[0x21, 0b0100_1000], &[0x01, 0b0000_1111, 0b0010_0000]];
        assert!(b.into_iter().all(is_b_slice));
        let others: [&[u8]; 7] =
            [&[0x41, 0xE0], &[0x41, 0x98], &[0x65, 0xA0], &[0x41, 0x9A], &[0x01], &[], &[0x01, 0, 0]];
        assert!(!others.into_iter().any(is_b_slice));
    }
}
