//! A date and time in the civil calendar.

use core::fmt;
use core::str::FromStr;

use crate::value::{InvalidValue, Weekday};
use crate::xml::{Scalar, ScalarKind, Tolerated};

const DAY: i64 = 86_400;

/// A civil date and time (`YYYYMMDDHHMMSS`) without a zone. Spec §7.2.1, §7.5.27, §8.19; E-13.
///
/// Years 1 to 9999 of the Gregorian calendar, no leap seconds: 30 February and 24 o'clock cannot be
/// built. Lenient reading also takes 12 digits, seconds 00.
///
/// ```
/// use kandian_proto::time::{CHINA_OFFSET_MINUTES, Timestamp};
/// let time = Timestamp::new(2014, 3, 18, 10, 30, 0);
/// assert_eq!(time.map(|t| t.to_string()).as_deref(), Some("20140318103000"));
/// assert_eq!(time.map(|t| t.to_unix(CHINA_OFFSET_MINUTES)), Some(1_395_109_800));
/// assert_eq!(Timestamp::from_unix(1_395_109_800, CHINA_OFFSET_MINUTES), time);
/// assert_eq!(Timestamp::new(2014, 2, 30, 0, 0, 0), None);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp {
    // In this order, so that the derived order is that of time.
    year: u16,
    month: u8,
    day: u8,
    hour: u8,
    minute: u8,
    second: u8,
}

impl Timestamp {
    /// A date and time; `None` when the calendar or the clock has no such moment.
    #[must_use]
    pub const fn new(year: u16, month: u8, day: u8, hour: u8, minute: u8, second: u8) -> Option<Self> {
        let date = 1 <= year && year <= 9999 && 1 <= day && day <= days_in_month(year, month);
        if date && hour < 24 && minute < 60 && second < 60 {
            Some(Self { year, month, day, hour, minute, second })
        } else {
            None
        }
    }

    /// The moment `seconds` after 1970-01-01 00:00:00 UTC, on a clock that is `offset_minutes` ahead of
    /// UTC; `None` outside the years 1 to 9999.
    #[must_use]
    pub fn from_unix(seconds: i64, offset_minutes: i16) -> Option<Self> {
        let local = seconds.checked_add(i64::from(offset_minutes) * 60)?;
        let (year, month, day) = date_of(local.div_euclid(DAY))?;
        // 0 to 86,399.
        let second = local.rem_euclid(DAY);
        let part = |n: i64| u8::try_from(n).ok();
        Self::new(year, month, day, part(second / 3600)?, part(second / 60 % 60)?, part(second % 60)?)
    }

    /// Seconds after 1970-01-01 00:00:00 UTC, when the clock is `offset_minutes` ahead of UTC.
    #[must_use]
    pub const fn to_unix(self, offset_minutes: i16) -> i64 {
        let of_day = self.hour as i64 * 3600 + self.minute as i64 * 60 + self.second as i64;
        day_number(self.year, self.month, self.day) * DAY + of_day - offset_minutes as i64 * 60
    }

    /// Year, 1 to 9999.
    #[must_use]
    pub const fn year(self) -> u16 {
        self.year
    }

    /// Month, 1 to 12.
    #[must_use]
    pub const fn month(self) -> u8 {
        self.month
    }

    /// Day of the month, 1 to 31.
    #[must_use]
    pub const fn day(self) -> u8 {
        self.day
    }

    /// Hour, 0 to 23.
    #[must_use]
    pub const fn hour(self) -> u8 {
        self.hour
    }

    /// Minute, 0 to 59.
    #[must_use]
    pub const fn minute(self) -> u8 {
        self.minute
    }

    /// Second, 0 to 59.
    #[must_use]
    pub const fn second(self) -> u8 {
        self.second
    }

    /// Day of the week.
    #[must_use]
    pub const fn weekday(self) -> Weekday {
        // 1970-01-01 was a Thursday.
        Weekday::from_monday((day_number(self.year, self.month, self.day) + 3).rem_euclid(7) as u64)
    }

    pub(super) const fn without_seconds(self) -> Self {
        Self { second: 0, ..self }
    }

    /// Reads exactly `count` (12 or 14) digits.
    pub(crate) fn from_digits(text: &str, count: usize) -> Option<Self> {
        if text.len() != count || !text.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let part = |from: usize| text.get(from..from + 2)?.parse::<u8>().ok();
        let second = if count > 12 { part(12)? } else { 0 };
        Self::new(text.get(..4)?.parse().ok()?, part(4)?, part(6)?, part(8)?, part(10)?, second)
    }

    pub(super) fn write_minute(self, out: &mut dyn fmt::Write) -> fmt::Result {
        let Self { year, month, day, hour, minute, .. } = self;
        write!(out, "{year:04}{month:02}{day:02}{hour:02}{minute:02}")
    }
}

const fn is_leap(year: u16) -> bool {
    year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
}

/// Number of days; 0 when there is no such month.
const fn days_in_month(year: u16, month: u8) -> u8 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    }
}

/// Days since 1970-01-01. Years are counted from March, so that the leap day comes last.
const fn day_number(year: u16, month: u8, day: u8) -> i64 {
    let (year, month) =
        if month > 2 { (year as i64, month as i64 - 3) } else { (year as i64 - 1, month as i64 + 9) };
    let day_of_year = (153 * month + 2) / 5 + day as i64 - 1;
    365 * year + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400) + day_of_year - 719_468
}

/// The inverse of [`day_number`]: year, month and day.
fn date_of(day_number: i64) -> Option<(u16, u8, u8)> {
    let days = day_number.checked_add(719_468)?;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let (month, next_year) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    let year = u16::try_from(year_of_era + era * 400 + next_year).ok()?;
    Some((year, u8::try_from(month).ok()?, u8::try_from(day).ok()?))
}

impl FromStr for Timestamp {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        Self::parse(text).ok_or(InvalidValue::of::<Self>())
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write_minute(f)?;
        write!(f, "{:02}", self.second)
    }
}

/// `Timestamp(2014-03-18 10:30:00)`.
impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { year, month, day, hour, minute, second } = self;
        write!(f, "Timestamp({year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02})")
    }
}

impl Scalar for Timestamp {
    const KIND: ScalarKind = ScalarKind::Text;
    const EXPECTED: &'static str = "a time (YYYYMMDDHHMMSS)";

    fn parse(text: &str) -> Option<Self> {
        Self::from_digits(text, 14)
    }

    fn tolerate(text: &str) -> Option<Tolerated<Self>> {
        Self::from_digits(text, 12).map(|time| Tolerated::new(time, 13, "has 12 digits; the seconds are 00"))
    }

    fn write(&self, out: &mut dyn fmt::Write) -> fmt::Result {
        write!(out, "{self}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Erratum;
    use crate::time::CHINA_OFFSET_MINUTES;

    #[test]
    fn calendar() {
        for text in ["20160229000000", "20000229235959", "00010101000000", "99991231235959", "20141231000000"]
        {
            assert_eq!(Timestamp::parse(text).map(|t| t.to_string()).as_deref(), Some(text));
        }
        for text in [
            "20140230000000",
            "20140229000000",
            "19000229000000",
            "00000101000000",
            "20141301000000",
            "20140001000000",
            "20140100000000",
            "20140431000000",
            "20140101240000",
            "20140101006000",
            "20140101000060",
            "2014010100000",
            "201401010000000",
            "2014-1-1000000",
            "",
            "+2014010100000",
            "２０１４０１",
        ] {
            assert_eq!(Timestamp::parse(text), None, "{text}");
        }
    }

    // E-13
    #[test]
    fn twelve_digits_are_tolerated() {
        let read = Timestamp::tolerate("201403181030").map(|t| (t.value.to_string(), t.erratum));
        assert_eq!(read, Some(("20140318103000".into(), Some(Erratum(13)))));
        assert_eq!(Timestamp::tolerate("2014031810"), None);
        assert_eq!(Timestamp::empty(), None);
    }

    #[test]
    fn unix_time() {
        let epoch = Timestamp::from_unix(0, 0);
        assert_eq!(epoch, Timestamp::new(1970, 1, 1, 0, 0, 0));
        assert_eq!(Timestamp::from_unix(0, CHINA_OFFSET_MINUTES), Timestamp::new(1970, 1, 1, 8, 0, 0));
        assert_eq!(Timestamp::from_unix(-1, 0), Timestamp::new(1969, 12, 31, 23, 59, 59));
        assert_eq!(Timestamp::from_unix(951_827_696, 0), Timestamp::new(2000, 2, 29, 12, 34, 56));
        for beyond in [i64::MIN, i64::MAX, -62_135_596_801, 253_402_300_800] {
            assert_eq!(Timestamp::from_unix(beyond, 0), None, "{beyond}");
        }
        for offset in [-720, 0, CHINA_OFFSET_MINUTES] {
            // A prime step, so that every part takes many values.
            for seconds in (-62_000_000_000..253_000_000_000).step_by(86_399_999) {
                let time = Timestamp::from_unix(seconds, offset).expect("within the years 1 to 9999");
                assert_eq!(time.to_unix(offset), seconds);
            }
        }
    }

    #[test]
    fn order_and_weekday() {
        let (a, b) = (Timestamp::new(2014, 3, 18, 10, 30, 0), Timestamp::new(2014, 3, 18, 10, 29, 59));
        assert!(a > b);
        assert_eq!(a.map(Timestamp::weekday), Some(Weekday::TUESDAY));
        assert_eq!(Timestamp::new(1, 1, 1, 0, 0, 0).map(Timestamp::weekday), Some(Weekday::MONDAY));
        assert_eq!(format!("{a:?}"), "Some(Timestamp(2014-03-18 10:30:00))");
    }
}
