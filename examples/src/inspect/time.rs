//! Times of packets.

use std::fmt;

/// When a packet was captured, in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Time {
    pub(super) seconds: i64,
    pub(super) nanos: u32,
}

impl Time {
    /// From units since 1970 of which `per_second` make a second, moved by whole seconds. `None` for
    /// times that no capture can have.
    pub(super) fn from_units(units: u64, per_second: u64, shift: i64) -> Option<Self> {
        let seconds = i64::try_from(units.checked_div(per_second)?).ok()?.checked_add(shift)?;
        let nanos = u128::from(units.checked_rem(per_second)?) * 1_000_000_000 / u128::from(per_second);
        Some(Self { seconds, nanos: u32::try_from(nanos).ok()? })
    }
}

/// `2014-11-05 01:30:00.123456`.
impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = civil(self.seconds.div_euclid(86_400));
        let of_day = self.seconds.rem_euclid(86_400);
        let (hour, minute, second) = (of_day / 3_600, of_day / 60 % 60, of_day % 60);
        let micros = self.nanos / 1_000;
        write!(f, "{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}.{micros:06}")
    }
}

/// Days since 1970 to the Gregorian date, with years that begin in March so that the leap day comes
/// last.
fn civil(days: i64) -> (i64, i64, i64) {
    let days = days.saturating_add(719_468);
    let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (year + era * 400 + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(seconds: i64, nanos: u32) -> String {
        Time { seconds, nanos }.to_string()
    }

    #[test]
    fn known_dates() {
        assert_eq!(shown(0, 0), "1970-01-01 00:00:00.000000");
        assert_eq!(shown(951_782_399, 999_999_999), "2000-02-28 23:59:59.999999");
        assert_eq!(shown(951_782_400, 0), "2000-02-29 00:00:00.000000");
        assert_eq!(shown(1_415_151_000, 123_456_000), "2014-11-05 01:30:00.123456");
        assert_eq!(shown(-1, 0), "1969-12-31 23:59:59.000000");
    }

    #[test]
    fn odd_resolutions_do_not_panic() {
        assert_eq!(Time::from_units(1, 0, 0), None);
        assert_eq!(Time::from_units(u64::MAX, 1, 0), None);
        let binary = Time::from_units(3 << 9, 1 << 10, 5).map(|t| t.to_string());
        assert_eq!(binary.as_deref(), Some("1970-01-01 00:00:06.500000"));
        assert!(Time::from_units(u64::MAX, 1_000_000, i64::MAX).is_none());
    }
}
