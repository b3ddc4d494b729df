//! What the header fields say about the body.

use super::head::trimmed;
use super::{HttpError, HttpErrorKind as Kind};

/// Where the body ends, as far as the head says it. What follows from it differs between requests and answers.
#[derive(Clone, Copy)]
pub(super) struct Framing {
    /// Its length, and where that stands in the stream.
    pub(super) length: Option<(u64, usize)>,
    /// Where the stream says that it comes in chunks.
    pub(super) chunked: Option<usize>,
    /// Whether the client waits for `100 Continue` before it sends the body.
    pub(super) expects_continue: bool,
}

impl Framing {
    pub(super) const NONE: Self = Self { length: None, chunked: None, expects_continue: false };

    /// Takes a field; whether it is one that says where the body ends.
    pub(super) fn field(&mut self, name: &[u8], value: &[u8], at: usize) -> Result<bool, HttpError> {
        if name.eq_ignore_ascii_case(b"Content-Length") {
            return self.length(value, at).map(|()| true);
        }
        if name.eq_ignore_ascii_case(b"Transfer-Encoding") {
            return self.transfer_encoding(value, at).map(|()| true);
        }
        if name.eq_ignore_ascii_case(b"Content-Encoding") {
            let plain = value.is_empty() || value.eq_ignore_ascii_case(b"identity");
            return if plain { Ok(false) } else { Err(HttpError::new(Kind::Compressed, at)) };
        }
        if name.eq_ignore_ascii_case(b"Expect") {
            self.expects_continue |= value.eq_ignore_ascii_case(b"100-continue");
        }
        Ok(false)
    }

    /// A list of equal lengths is one that a proxy has joined. RFC 9110 §8.6.
    fn length(&mut self, value: &[u8], at: usize) -> Result<(), HttpError> {
        for part in value.split(|b| *b == b',') {
            let length = number(trimmed(part).0).ok_or(HttpError::new(Kind::Length, at))?;
            match self.length {
                Some((first, _)) if first != length => return Err(HttpError::new(Kind::TwoLengths, at)),
                Some(_) => {}
                None => self.length = Some((length, at)),
            }
        }
        Ok(())
    }

    fn transfer_encoding(&mut self, value: &[u8], at: usize) -> Result<(), HttpError> {
        if self.chunked.is_some() || !value.eq_ignore_ascii_case(b"chunked") {
            return Err(HttpError::new(Kind::TransferEncoding, at));
        }
        self.chunked = Some(at);
        Ok(())
    }
}

/// A decimal number; one that is too large for the type is as large as the type allows, and so above any limit.
fn number(digits: &[u8]) -> Option<u64> {
    if digits.is_empty() {
        return None;
    }
    digits.iter().try_fold(0_u64, |number, digit| {
        let digit = char::from(*digit).to_digit(10)?;
        Some(number.saturating_mul(10).saturating_add(u64::from(digit)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers() {
        assert_eq!(number(b"0"), Some(0));
        assert_eq!(number(b"00200"), Some(200));
        assert_eq!(number(b"99999999999999999999999"), Some(u64::MAX));
        for text in ["", "+1", "-1", "0x1", "1 1", "1.0", "\u{0661}"] {
            assert_eq!(number(text.as_bytes()), None, "{text}");
        }
    }

    /// Two huge numbers that differ do not pass for the same one unseen: both are above any limit.
    #[test]
    fn huge_lengths() {
        let mut framing = Framing::NONE;
        framing.length(b"99999999999999999999999, 88888888888888888888888", 7).unwrap();
        assert_eq!(framing.length, Some((u64::MAX, 7)));
    }
}
