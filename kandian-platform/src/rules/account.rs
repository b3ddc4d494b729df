//! What an account and its password look like.

use std::fmt;
use std::str::FromStr;

use kandian_proto::Secret;
use serde::{Deserialize, Serialize};

/// The account of a user: a mobile number of eleven digits (spec §8.1, `Account`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Mobile(u64);

/// Why a text is no mobile number. It quotes nothing: people type passwords into the wrong field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a mobile number has eleven digits and begins with 1, such as 18912345678; +86 before it is left out"
)]
pub struct NotMobile;

const SMALLEST: u64 = 10_000_000_000;
const LARGEST: u64 = 19_999_999_999;

impl FromStr for Mobile {
    type Err = NotMobile;

    /// Takes spaces around it and the country's prefix off.
    fn from_str(text: &str) -> Result<Self, NotMobile> {
        let text = text.trim();
        let digits = text.strip_prefix("+86").unwrap_or(text).trim_start();
        if digits.len() != 11 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(NotMobile);
        }
        let number = digits.parse().map_err(|_| NotMobile)?;
        if (SMALLEST..=LARGEST).contains(&number) { Ok(Self(number)) } else { Err(NotMobile) }
    }
}

impl TryFrom<String> for Mobile {
    type Error = NotMobile;

    fn try_from(text: String) -> Result<Self, NotMobile> {
        text.parse()
    }
}

impl From<Mobile> for String {
    fn from(mobile: Mobile) -> Self {
        mobile.to_string()
    }
}

impl Mobile {
    /// The number as it stands in a log: enough to recognise it by who knows it.
    #[must_use]
    pub fn masked(self) -> String {
        let text = self.to_string();
        format!("{}****{}", text.get(..3).unwrap_or_default(), text.get(7..).unwrap_or_default())
    }
}

impl fmt::Display for Mobile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Bytes of a password, at least. Six digits are what a short message brings; guessing has limits of its own.
const SHORTEST: usize = 6;
/// At most: clients of the time have room for as many (E-37).
const LONGEST: usize = 31;

/// Why a password is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BadPassword {
    /// Too short or too long.
    #[error("a password has {SHORTEST} to {LONGEST} bytes")]
    Length,
    /// It holds something that cannot be typed on every client.
    #[error("a password consists of letters, digits and signs of ASCII, without spaces")]
    Characters,
    /// It is the account, or one character again and again.
    #[error("this password is the first that anybody would try")]
    Obvious,
}

/// Checks a password that somebody chose.
///
/// # Errors
///
/// [`BadPassword`].
pub fn check_password(account: Mobile, password: &Secret) -> Result<(), BadPassword> {
    let text = password.reveal();
    if !(SHORTEST..=LONGEST).contains(&text.len()) {
        return Err(BadPassword::Length);
    }
    if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(BadPassword::Characters);
    }
    let first = text.as_bytes().first();
    let one_character = text.bytes().all(|byte| Some(&byte) == first);
    if one_character || account.to_string().ends_with(text) || text.ends_with(&account.to_string()) {
        return Err(BadPassword::Obvious);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mobile_numbers() {
        for text in ["18912345678", " 18912345678\n", "+8618912345678", "+86 18912345678"] {
            assert_eq!(
                text.parse::<Mobile>().map(|m| m.to_string()),
                Ok("18912345678".to_owned()),
                "{text:?}"
            );
        }
        for text in [
            "",
            "1891234567",
            "189123456789",
            "28912345678",
            "08912345678",
            "1891234567a",
            "１８９１２３４５６７８",
            "+1891234567",
        ] {
            assert_eq!(text.parse::<Mobile>(), Err(NotMobile), "{text:?}");
        }
    }

    #[test]
    fn passwords() {
        let check = |text: &str| check_password("18912345678".parse().unwrap(), &Secret::from(text));
        for (text, expected) in [
            ("482913", Ok(())),
            ("Kandian!2014", Ok(())),
            ("12345", Err(BadPassword::Length)),
            (&"a1".repeat(16), Err(BadPassword::Length)),
            ("pass word", Err(BadPassword::Characters)),
            ("密码密码", Err(BadPassword::Characters)),
            ("111111", Err(BadPassword::Obvious)),
            ("345678", Err(BadPassword::Obvious)),
            ("18912345678", Err(BadPassword::Obvious)),
        ] {
            assert_eq!(check(text), expected, "{text}");
        }
    }
}
