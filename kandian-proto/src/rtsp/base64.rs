//! The letters in which an SDP carries parameter sets, and a request a password.

const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

pub(in crate::rtsp) fn encode(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let number =
            group.iter().chain(&[0, 0]).take(3).fold(0_usize, |sum, byte| sum << 8 | usize::from(*byte));
        for index in 0..4 {
            let letter = LETTERS[number >> (18 - 6 * index) & 63];
            out.push(if index <= group.len() { char::from(letter) } else { '=' });
        }
    }
    out
}

/// Bytes of a text; `None` when it has other letters. Padding may be missing, as some devices leave it out.
pub(in crate::rtsp) fn decode(text: &str) -> Option<Vec<u8>> {
    let letters = text.trim_end_matches('=').as_bytes();
    let mut out = Vec::with_capacity(letters.len() * 3 / 4);
    for group in letters.chunks(4) {
        let mut number = 0_usize;
        for letter in group {
            number = number << 6 | LETTERS.iter().position(|other| other == letter)?;
        }
        let bytes = match group.len() {
            2 => 1,
            3 => 2,
            4 => 3,
            _ => return None,
        };
        number <<= 6 * (4 - group.len());
        out.extend((0..bytes).map(|index| (number >> (16 - 8 * index)) as u8));
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vectors_of_rfc_4648() {
        for (bytes, text) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
        ] {
            assert_eq!(encode(bytes.as_bytes()), text);
            assert_eq!(decode(text).as_deref(), Some(bytes.as_bytes()));
            assert_eq!(decode(text.trim_end_matches('=')).as_deref(), Some(bytes.as_bytes()));
        }
        assert_eq!(encode(&[0xFB, 0xFF]), "+/8=");
        assert_eq!((decode("A"), decode("Zm9v!"), decode("Zg-_")), (None, None, None));
    }
}
