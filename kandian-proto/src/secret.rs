//! Text that must never be printed by accident.

mod names;
mod text;

use core::fmt;

use crate::xml::{Scalar, ScalarKind};

pub use names::is_secret_name;
pub(crate) use names::{find_mention, is_wire_name};
#[cfg(feature = "json")]
pub(crate) use text::is_masked_url;
pub use text::{mask_text, mask_url};

/// What stands for a secret wherever one would be shown.
pub const MASK: &str = "***";

/// A device key, password, access key, session or other secret.
///
/// It neither prints nor serialises in clear: `Debug` shows [`MASK`], JSON shows [`MASK`] unless the
/// message is wrapped in `Reveal`, and reading [`MASK`] back from JSON is an error, so that a masked
/// document can never overwrite a password with asterisks. On the wire (XML) it is clear text, as the
/// specification has it (E-166).
///
/// ```
/// use kandian_proto::Secret;
/// let key = Secret::from("K7M2P9Q4");
/// assert_eq!(format!("{key:?}"), "***");
/// assert!(key.matches("K7M2P9Q4"));
/// assert_eq!(key.reveal(), "K7M2P9Q4");
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// The text in clear. Every call is a place where a secret may leak; grep for it.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// True when no secret is set.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Compares without stopping at the first difference, so that the time taken does not tell how
    /// much of a guess was right. The length is not hidden.
    #[must_use]
    pub fn matches(&self, other: &str) -> bool {
        let (a, b) = (self.0.as_bytes(), other.as_bytes());
        a.len() == b.len() && core::hint::black_box(a.iter().zip(b).fold(0, |acc, (x, y)| acc | (x ^ y))) == 0
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(MASK)
    }
}

impl Scalar for Secret {
    const KIND: ScalarKind = ScalarKind::Secret;
    const EXPECTED: &'static str = "a secret";

    fn parse(text: &str) -> Option<Self> {
        String::parse(text).map(Self)
    }

    fn may_be_sent(text: &str) -> bool {
        String::may_be_sent(text)
    }

    fn write(&self, out: &mut dyn fmt::Write) -> fmt::Result {
        out.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn never_printed() {
        assert_eq!(format!("{:?} {:#?}", Secret::from("hunter2"), Secret::from("hunter2")), "*** ***");
    }

    #[test]
    fn comparison() {
        assert!(Secret::from("").matches(""));
        assert!(!Secret::from("abc").matches("abd"));
        assert!(!Secret::from("abc").matches("abcd"));
    }
}
