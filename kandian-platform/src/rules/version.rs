//! Versions of platforms and clients. E-41, E-165.

use std::fmt;
use std::str::FromStr;

use kandian_proto::value::InvalidValue;

use crate::store::Release;

/// Most numbers in a version.
const PARTS: usize = 4;

/// A version of numbers with dots between, compared number by number: 1.10 is later than 1.9, and 1 is 1.0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Dotted([u32; PARTS]);

impl Dotted {
    /// 1.0, the version of all platforms of this specification (`CmsVer`).
    pub const ONE: Self = Self([1, 0, 0, 0]);
}

impl FromStr for Dotted {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        let none = || InvalidValue { expected: "a version of one to four numbers with dots between" };
        let mut parts = [0; PARTS];
        for (at, part) in text.trim().split('.').enumerate() {
            // A sign is no digit, though `parse` takes one.
            let is_number = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
            let value = part.parse().ok().filter(|_| is_number).ok_or_else(none)?;
            *parts.get_mut(at).ok_or_else(none)? = value;
        }
        Ok(Self(parts))
    }
}

impl fmt::Display for Dotted {
    /// At least two numbers, and no zeros behind them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let length = self.0.iter().rposition(|&part| part != 0).map_or(2, |last| (last + 1).max(2));
        let shown: Vec<_> = self.0.iter().take(length).map(ToString::to_string).collect();
        f.write_str(&shown.join("."))
    }
}

/// A client that the group platform offers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ClientKind {
    /// For Android phones.
    Android,
    /// For iPhones.
    Ios,
    /// For Windows.
    Windows,
}

impl ClientKind {
    /// All of them, in the order of §6.1.
    pub const ALL: [Self; 3] = [Self::Android, Self::Ios, Self::Windows];

    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Android => "android",
            Self::Ios => "ios",
            Self::Windows => "windows",
        }
    }

    /// The letter before its versions, as in `A-1.0`.
    #[must_use]
    pub const fn letter(self) -> char {
        match self {
            Self::Android => 'A',
            Self::Ios => 'I',
            Self::Windows => 'W',
        }
    }

    /// The numbers of a version of this client, with its letter before them or without; `None` for any other text, which
    /// clients may send as they like (E-165).
    #[must_use]
    pub fn version(self, text: &str) -> Option<Dotted> {
        let text = text.trim();
        let numbers = match text.split_once('-') {
            Some((letter, numbers))
                if letter.eq_ignore_ascii_case(self.letter().encode_utf8(&mut [0; 4])) =>
            {
                numbers
            }
            Some(_) => return None,
            None => text,
        };
        numbers.parse().ok()
    }
}

impl fmt::Display for ClientKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for ClientKind {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        let found = Self::ALL.into_iter().find(|kind| kind.name() == text);
        found.ok_or(InvalidValue { expected: "android, ios or windows" })
    }
}

/// The client that users of a province platform of this version get: that of the highest version not above its own.
///
#[must_use]
pub fn offered(releases: &[Release], client: ClientKind, platform: Dotted) -> Option<&Release> {
    let fit = releases.iter().filter(|release| release.client == client && release.from <= platform);
    fit.max_by_key(|release| release.from)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dotted(text: &str) -> Dotted {
        text.parse().unwrap()
    }

    /// E-41: 1, 1.0 and 1.6.2 are versions, and numbers count as numbers.
    #[test]
    fn e41_versions_are_compared_by_their_numbers() {
        assert_eq!((dotted("1"), dotted(" 1.0.0 ")), (Dotted::ONE, Dotted::ONE));
        assert!(
            dotted("1.10") > dotted("1.9") && dotted("1.6.2") > Dotted::ONE && dotted("2") > dotted("1.99")
        );
        for (text, shown) in [("1", "1.0"), ("1.6.2", "1.6.2"), ("0", "0.0"), ("1.0.0.7", "1.0.0.7")] {
            assert_eq!(dotted(text).to_string(), shown);
        }
        for text in ["", ".", "1.", "1..2", "-1", "+1", "1.0.0.0.0", "4294967296", "1.a", "１.0", "A-1.0"] {
            assert!(text.parse::<Dotted>().is_err(), "{text:?}");
        }
    }

    /// E-165: what is no version of this client is none.
    #[test]
    fn e165_any_text_may_come() {
        let android = |text| ClientKind::Android.version(text);
        assert_eq!(
            (android("A-1.0"), android("a-1.0"), android("1.0")),
            (Some(Dotted::ONE), Some(Dotted::ONE), Some(Dotted::ONE))
        );
        for text in ["I-1.0", "W-1.0", "A-", "A", "", "A--1", "beta", "A-1.0 beta", "安卓-1.0"] {
            assert_eq!(android(text), None, "{text:?}");
        }
        for kind in ClientKind::ALL {
            assert_eq!(kind.name().parse(), Ok(kind));
        }
    }
    /// the version of the platform chooses, and none is offered to platforms that are older than all releases.
    #[test]
    fn platforms_get_the_client_that_fits() {
        let release = |from: &str| Release {
            client: ClientKind::Android,
            from: dotted(from),
            version: format!("A-{from}"),
            minimum: Dotted::ONE,
            url: "http://kandian.189.cn/a.apk".parse().unwrap(),
        };
        let releases = [release("1.0"), release("1.10"), release("1.6.2")];
        let version =
            |platform| offered(&releases, ClientKind::Android, dotted(platform)).map(|r| &*r.version);
        assert_eq!((version("1.0"), version("1.6.1")), (Some("A-1.0"), Some("A-1.0")));
        assert_eq!((version("1.9"), version("1.10")), (Some("A-1.6.2"), Some("A-1.10")));
        assert_eq!((version("2"), version("0.9")), (Some("A-1.10"), None));
        assert_eq!(offered(&releases, ClientKind::Ios, dotted("2")), None);
    }
}
