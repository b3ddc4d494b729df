//! A time of day.

use core::fmt;
use core::str::FromStr;

use crate::value::InvalidValue;
use crate::xml::{Scalar, ScalarKind, Tolerated};

/// A time of day to the minute (`HH:MM`), 00:00 to 23:59. Spec §7.5.13, §7.5.14, §7.5.24, §7.5.25; E-119.
///
/// A day ends with 23:59, that minute included; a period across midnight is two entries on two days.
/// Lenient reading takes `8:5`, a full-width colon, seconds (dropped), and `24:00`, which it reads as
/// 23:59.
///
/// ```
/// use kandian_proto::{time::ClockTime, xml::Scalar};
/// let time: ClockTime = "08:05".parse()?;
/// assert_eq!((time.hour(), time.minute(), time.minutes()), (8, 5, 485));
/// assert_eq!(ClockTime::tolerate("8：5").map(|read| read.value), Some(time));
/// assert_eq!(ClockTime::tolerate("24:00").map(|read| read.value), Some(ClockTime::LAST));
/// # Ok::<(), kandian_proto::value::InvalidValue>(())
/// ```
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClockTime(u16);

impl ClockTime {
    /// 00:00.
    pub const MIDNIGHT: Self = Self(0);
    /// 23:59, the last minute of the day.
    pub const LAST: Self = Self(24 * 60 - 1);

    /// A time of day; `None` when the clock does not show it.
    #[must_use]
    pub const fn new(hour: u8, minute: u8) -> Option<Self> {
        if hour < 24 && minute < 60 { Some(Self(hour as u16 * 60 + minute as u16)) } else { None }
    }

    /// Minutes since midnight, 0 to 1439.
    #[must_use]
    pub const fn minutes(self) -> u16 {
        self.0
    }

    /// Hour, 0 to 23.
    #[must_use]
    pub const fn hour(self) -> u8 {
        (self.0 / 60) as u8
    }

    /// Minute, 0 to 59.
    #[must_use]
    pub const fn minute(self) -> u8 {
        (self.0 % 60) as u8
    }
}

impl FromStr for ClockTime {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        Self::parse(text).ok_or(InvalidValue::of::<Self>())
    }
}

impl fmt::Display for ClockTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.hour(), self.minute())
    }
}

/// `ClockTime(08:05)`.
impl fmt::Debug for ClockTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ClockTime({self})")
    }
}

/// One or two digits.
fn part(text: &str) -> Option<u8> {
    let is_number = (1..=2).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    if is_number { text.parse().ok() } else { None }
}

impl Scalar for ClockTime {
    const KIND: ScalarKind = ScalarKind::Text;
    const EXPECTED: &'static str = "a time of day (HH:MM)";

    fn parse(text: &str) -> Option<Self> {
        let (hour, minute) = text.split_once(':')?;
        if hour.len() != 2 || minute.len() != 2 {
            return None;
        }
        Self::new(part(hour)?, part(minute)?)
    }

    fn tolerate(text: &str) -> Option<Tolerated<Self>> {
        let mut parts = text.split([':', '：']);
        let (hour, minute) = (part(parts.next()?)?, part(parts.next()?)?);
        let second = parts.next().map_or(Some(0), part)?;
        if second >= 60 || parts.next().is_some() {
            return None;
        }
        if (hour, minute, second) == (24, 0, 0) {
            return Some(Tolerated::new(Self::LAST, 119, "is 24:00; read as 23:59, the end of the day"));
        }
        let what = "is not HH:MM with two digits each; seconds are dropped";
        Self::new(hour, minute).map(|time| Tolerated::new(time, 119, what))
    }

    fn write(&self, out: &mut dyn fmt::Write) -> fmt::Result {
        write!(out, "{self}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Erratum;

    #[test]
    fn canonical() {
        assert_eq!(ClockTime::parse("23:59"), Some(ClockTime::LAST));
        assert_eq!(ClockTime::parse("00:00"), Some(ClockTime::MIDNIGHT));
        for text in
            ["", "8:05", "08:5", "24:00", "12:60", "12：00", "12:00:00", "1200", "+1:00", " 1:00", "12:"]
        {
            assert_eq!(ClockTime::parse(text), None, "{text}");
        }
        assert_eq!(ClockTime::new(24, 0), None);
        assert_eq!(format!("{:?}", ClockTime::LAST), "ClockTime(23:59)");
    }

    // E-119
    #[test]
    fn tolerated() {
        for (text, time) in [
            ("8:5", "08:05"),
            ("8:0", "08:00"),
            ("23:59:59", "23:59"),
            ("9：05", "09:05"),
            ("24:00", "23:59"),
            ("24:00:00", "23:59"),
        ] {
            let read = ClockTime::tolerate(text).map(|t| (t.value.to_string(), t.erratum));
            assert_eq!(read, Some((time.to_owned(), Some(Erratum(119)))), "{text}");
        }
        for text in
            ["", "8", "24:01", "25:00", "8:60", "8:00:60", "8:0:0:0", "8:", ":5", "-8:00", "008:00", "八:零"]
        {
            assert_eq!(ClockTime::tolerate(text), None, "{text}");
        }
    }
}
