//! The token in a play URL. Spec §7.5.5, §7.5.23.

use core::fmt;
use core::str::FromStr;

use super::InvalidValue;
use crate::MASK;
use crate::xml::{Scalar, ScalarKind, Tolerated};

/// A play token (`HashToken`): made by the platform, single use, valid for one minute.
/// Spec §7.5.5, §7.5.23; E-91.
///
/// To everyone but the platform it is opaque, so it is kept and sent on letter by letter. What the
/// platform of this project makes is 32 lower-case hexadecimal digits; lenient reading takes 1 to 64
/// ASCII letters and digits. Look a token up with [`HashToken::matches_ignore_case`]: `==` compares
/// letter by letter.
///
/// Whoever knows the token may watch the camera: `Debug` and JSON mask it, as they mask a
/// [`Secret`](crate::Secret).
///
/// ```
/// use kandian_proto::value::HashToken;
/// let token = HashToken::from([0x6f; 16]);
/// assert_eq!(token.as_str(), "6f6f6f6f6f6f6f6f6f6f6f6f6f6f6f6f");
/// assert!(token.matches_ignore_case("6F6F6F6F6F6F6F6F6F6F6F6F6F6F6F6F"));
/// assert_eq!(format!("{token:?}"), "HashToken(***)");
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HashToken(String);

impl HashToken {
    /// A token of 1 to 64 ASCII letters and digits.
    ///
    /// # Errors
    /// When `text` is anything else.
    pub fn new(text: impl Into<String>) -> Result<Self, InvalidValue> {
        let text = text.into();
        if (1..=64).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric()) {
            return Ok(Self(text));
        }
        Err(InvalidValue::of::<Self>())
    }

    /// The text in full. Keep it out of logs.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether `other` is the same token in any mixture of cases (E-91). Takes the same time
    /// wherever the first difference is; the length is not hidden.
    #[must_use]
    pub fn matches_ignore_case(&self, other: &str) -> bool {
        let (a, b) = (self.0.as_bytes(), other.as_bytes());
        let differences =
            a.iter().zip(b).fold(0, |acc, (x, y)| acc | (x.to_ascii_lowercase() ^ y.to_ascii_lowercase()));
        a.len() == b.len() && core::hint::black_box(differences) == 0
    }

    /// The token in lower case: the key to store and look tokens up by.
    #[must_use]
    pub fn to_lookup_key(&self) -> String {
        self.0.to_ascii_lowercase()
    }
}

impl From<[u8; 16]> for HashToken {
    /// The canonical form of a digest or of random bytes: lower-case hexadecimal.
    fn from(bytes: [u8; 16]) -> Self {
        const DIGITS: [char; 16] =
            ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'];
        let nibbles = bytes.iter().flat_map(|b| [b >> 4, b & 15]);
        Self(nibbles.map(|n| DIGITS[usize::from(n)]).collect())
    }
}

impl FromStr for HashToken {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        Self::new(text)
    }
}

impl fmt::Debug for HashToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HashToken({MASK})")
    }
}

impl Scalar for HashToken {
    const KIND: ScalarKind = ScalarKind::Secret;
    const EXPECTED: &'static str = "a token (32 lower-case hexadecimal digits)";

    fn parse(text: &str) -> Option<Self> {
        let is_digit = |b| matches!(b, b'0'..=b'9' | b'a'..=b'f');
        (text.len() == 32 && text.bytes().all(is_digit)).then(|| Self(text.to_owned()))
    }

    fn tolerate(text: &str) -> Option<Tolerated<Self>> {
        let what = "is not 32 lower-case hexadecimal digits; up to 64 letters and digits are accepted";
        Self::new(text).ok().map(|token| Tolerated::new(token, 91, what))
    }

    /// A device repeats the token of a URL letter by letter, whoever made it.
    fn may_be_sent(text: &str) -> bool {
        !text.is_empty()
    }

    fn write(&self, out: &mut dyn fmt::Write) -> fmt::Result {
        out.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Erratum;

    // E-91
    #[test]
    fn tokens() {
        let lower = "0123456789abcdef0123456789abcdef";
        assert!(HashToken::parse(lower).is_some());
        assert_eq!(HashToken::parse(&lower.to_uppercase()), None);
        let read = HashToken::tolerate(&lower.to_uppercase());
        assert_eq!(read.as_ref().map(|t| t.erratum), Some(Some(Erratum(91))));
        assert_eq!(read.map(|t| t.value.matches_ignore_case(lower)), Some(true));
        assert!(HashToken::tolerate(&"z".repeat(64)).is_some());
        for text in ["", "a-b", "a b", "令牌", &"z".repeat(65)] {
            assert_eq!(HashToken::tolerate(text), None, "{text}");
        }
        assert_eq!(HashToken::empty(), None);
    }

    #[test]
    fn never_printed() {
        let token = HashToken::from([0x6f; 16]);
        assert_eq!(format!("{token:?}"), "HashToken(***)");
    }

    #[test]
    fn comparison() {
        let token = HashToken::new("abC1").expect("letters");
        assert!(token.matches_ignore_case("ABc1"));
        assert!(!token.matches_ignore_case("ABc"));
        assert!(!token.matches_ignore_case("ABc12"));
        assert!(!token.matches_ignore_case("ABd1"));
    }
}
