//! URLs. They are kept as text: the specification's play URLs and what deployed platforms hand out do
//! not all follow RFC 3986.

use core::fmt;
use core::str::FromStr;

use super::InvalidValue;
use crate::mask_url;
use crate::xml::{Scalar, ScalarKind, Tolerated};

/// A URL (`LcmsUrl`, `McuUrl`, `UpdateUrl` …) as the peer wrote it. Spec §5, §6.1, §9.1; E-36.
///
/// Strict reading wants a scheme (`://`) and no white space or control characters; lenient reading
/// does without the scheme. Nothing else is checked.
///
/// **A URL of a peer is hostile.** It may name the loopback address, an internal host, a file or
/// another scheme: decide where you connect before you do, and never put it into a header or a shell.
///
/// **It may hold a secret**: a play token or a password. `Debug` and JSON (unless revealed) mask these
/// parts; `Display` and [`as_str`](Url::as_str) give the whole.
///
/// ```
/// use kandian_proto::value::Url;
/// let url: Url = "http://198.51.100.5:8098/tykd/DeviceRegisterServlet".parse()?;
/// assert_eq!(url.as_str(), "http://198.51.100.5:8098/tykd/DeviceRegisterServlet");
/// assert!("http://a b/".parse::<Url>().is_err());
/// # Ok::<(), kandian_proto::value::InvalidValue>(())
/// ```
///
/// Play URLs are read by [`PlayUrl`](crate::play::PlayUrl).
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Url(String);

/// A URL that may be missing: the empty text says "none" (支持为空字符串). Spec §7.5.1, §7.5.11, §8.7; E-162.
///
/// What [`Url`] says about checks and about hostile peers holds here, too.
///
/// ```
/// use kandian_proto::value::{Url, UrlOrEmpty};
/// assert_eq!(UrlOrEmpty::NONE.url(), None);
/// let url = UrlOrEmpty::from("rtsp://192.0.2.1:554/realplay".parse::<Url>()?);
/// assert_eq!(url.url().map(Url::as_str), Some("rtsp://192.0.2.1:554/realplay"));
/// # Ok::<(), kandian_proto::value::InvalidValue>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UrlOrEmpty(Option<Url>);

impl Url {
    /// A text that is known to have a scheme and nothing that is refused.
    pub(crate) const fn from_checked(text: String) -> Self {
        Self(text)
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl UrlOrEmpty {
    /// No URL.
    pub const NONE: Self = Self(None);

    /// The URL, if there is one.
    #[must_use]
    pub fn url(&self) -> Option<&Url> {
        self.0.as_ref()
    }

    /// The text; empty when there is no URL.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_ref().map_or("", Url::as_str)
    }

    /// Whether there is no URL.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_none()
    }
}

impl From<Url> for UrlOrEmpty {
    fn from(url: Url) -> Self {
        Self(Some(url))
    }
}

impl From<Option<Url>> for UrlOrEmpty {
    fn from(url: Option<Url>) -> Self {
        Self(url)
    }
}

impl FromStr for Url {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        Self::parse(text).ok_or(InvalidValue::of::<Self>())
    }
}

impl FromStr for UrlOrEmpty {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        Self::parse(text).ok_or(InvalidValue::of::<Self>())
    }
}

impl AsRef<str> for Url {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl fmt::Debug for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Url").field(&mask_url(&self.0)).finish()
    }
}

impl fmt::Display for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for UrlOrEmpty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

fn is_plain(text: &str) -> bool {
    !text.is_empty() && !text.chars().any(|c| c.is_whitespace() || c.is_control())
}

impl Scalar for Url {
    const KIND: ScalarKind = ScalarKind::Url;
    const EXPECTED: &'static str = "a URL with a scheme";

    fn parse(text: &str) -> Option<Self> {
        Self::may_be_sent(text).then(|| Self(text.to_owned()))
    }

    fn may_be_sent(text: &str) -> bool {
        text.find("://").is_some_and(|at| at > 0) && is_plain(text)
    }

    fn tolerate(text: &str) -> Option<Tolerated<Self>> {
        let value = is_plain(text).then(|| Self(text.to_owned()))?;
        Some(Tolerated::unprinted(value, "has no scheme"))
    }

    fn write(&self, out: &mut dyn fmt::Write) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

impl Scalar for UrlOrEmpty {
    const KIND: ScalarKind = ScalarKind::Url;
    const EXPECTED: &'static str = "a URL with a scheme, or nothing";

    fn parse(text: &str) -> Option<Self> {
        if text.is_empty() { Some(Self::NONE) } else { Url::parse(text).map(Self::from) }
    }

    fn tolerate(text: &str) -> Option<Tolerated<Self>> {
        Url::tolerate(text).map(|read| read.map(Self::from))
    }

    fn may_be_sent(text: &str) -> bool {
        text.is_empty() || Url::may_be_sent(text)
    }

    fn write(&self, out: &mut dyn fmt::Write) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checks() {
        assert!(Url::parse("rtsp://h:554/realplay?devid=1&hashtoken=2").is_some());
        for text in ["", "198.51.100.11:9084", "://x", "http://a b", "http://a\r\nHost: b", "http://a\u{85}"]
        {
            assert_eq!(Url::parse(text), None, "{text}");
        }
        assert!(Url::tolerate("198.51.100.11:9084").is_some());
        for text in ["", "a b", "a\nb"] {
            assert_eq!(Url::tolerate(text), None, "{text}");
        }
        assert_eq!(Url::empty(), None);
    }

    #[test]
    fn printed_without_its_secrets() {
        let url = Url::parse("rtsp://u:p@h/realplay?hashtoken=6f1e").expect("a URL");
        assert_eq!(format!("{url:?}"), "Url(\"rtsp://u:***@h/realplay?hashtoken=***\")");
        assert!(!format!("{:?}", UrlOrEmpty::from(url)).contains("6f1e"));
    }

    // E-162
    #[test]
    fn empty_is_a_value() {
        assert_eq!(UrlOrEmpty::parse(""), Some(UrlOrEmpty::NONE));
        assert_eq!(UrlOrEmpty::default(), UrlOrEmpty::NONE);
        assert_eq!(UrlOrEmpty::parse("x"), None);
        assert_eq!(UrlOrEmpty::tolerate("x").map(|t| t.value.to_string()), Some("x".into()));
    }
}
