//! NAL units out of a byte stream with start codes, or out of one with lengths.

/// Most NAL units that are taken out of one access unit. Encoders cut a picture into some tens of slices at most;
/// the bound keeps a stream of nothing but start codes from becoming a list.
pub const MAX_NALS: usize = 256;

/// The NAL units of a byte stream with start codes (H.264 annex B), three or four bytes long in any mixture. Zeros
/// around them and empty units are left out, and so is what stands before the first start code.
pub fn annex_b(stream: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = start_code(stream).map(|at| &stream[at + 3..]);
    core::iter::from_fn(move || {
        loop {
            let here = rest?;
            let next = start_code(here);
            let (nal, after) = match next {
                Some(at) => (&here[..at], Some(&here[at + 3..])),
                None => (here, None),
            };
            rest = after;
            // A NAL unit ends with a bit that is set, so zeros at its end belong to the stream.
            let length = nal.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
            if length > 0 {
                return Some(&nal[..length]);
            }
        }
    })
}

/// Where the next `00 00 01` is.
fn start_code(bytes: &[u8]) -> Option<usize> {
    let mut from = 0;
    // Looks at every third byte until one is 0 or 1.
    while let Some(window) = bytes.get(from..from + 3) {
        match window {
            [0, 0, 1] => return Some(from),
            [_, _, 0] => from += 1,
            [_, _, 1] => from += 3,
            _ => from += 3,
        }
    }
    None
}

/// The NAL units of a stream with lengths (AVCC, as in MP4 files), each length in `length_bytes` bytes, which is 1, 2
/// or 4. Ends at the first unit that is not whole; empty ones are left out.
pub fn avcc(stream: &[u8], length_bytes: usize) -> impl Iterator<Item = &[u8]> {
    let mut rest = stream;
    core::iter::from_fn(move || {
        loop {
            let (length, after) = rest.split_at_checked(length_bytes)?;
            if !matches!(length_bytes, 1 | 2 | 4) {
                return None;
            }
            let length = length.iter().fold(0_usize, |sum, byte| sum << 8 | usize::from(*byte));
            let (nal, after) = after.split_at_checked(length)?;
            rest = after;
            if !nal.is_empty() {
                return Some(nal);
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn start_codes_of_both_lengths() {
        for (stream, nals) in [
            (&b""[..], &[][..]),
            (b"\x00\x00\x01", &[]),
            (b"junk\x00\x00\x01\x65a", &[&b"\x65a"[..]]),
            (b"\x00\x00\x00\x01\x67\x01\x00\x00\x01\x68\x02", &[b"\x67\x01", b"\x68\x02"]),
            (
                b"\x00\x00\x01\x67\x00\x00\x00\x00\x01\x68\x00\x00\x03\x00\x00",
                &[b"\x67", b"\x68\x00\x00\x03"],
            ),
            (b"\x00\x00\x01\x00\x00\x01\x00\x00\x01\x41\x80", &[b"\x41\x80"]),
            (b"\x00\x00\x01\x01\x00\x00\x01\x01", &[b"\x01", b"\x01"]),
            (b"\x01\x00\x01\x00\x00", &[]),
        ] {
            assert_eq!(annex_b(stream).collect::<Vec<_>>(), nals, "{stream:02X?}");
        }
    }

    #[test]
    fn lengths() {
        assert_eq!(avcc(b"\0\0\0\x02ab\0\0\0\0\0\0\0\x01c", 4).collect::<Vec<_>>(), [&b"ab"[..], b"c"]);
        assert_eq!(avcc(b"\0\x02ab\0\x09c", 2).collect::<Vec<_>>(), [&b"ab"[..]]);
        assert_eq!(avcc(b"\xFF\xFF\xFF\xFFab", 4).count(), 0);
        assert_eq!(avcc(b"abc", 0).count() + avcc(b"abc", 3).count() + avcc(b"", 4).count(), 0);
    }
}
