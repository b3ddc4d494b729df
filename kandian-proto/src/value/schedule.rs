//! Days of the weekly record policies. Spec §7.5.13.

use super::macros::open_enum;
use super::number::unlisted;
use crate::xml::Tolerated;

open_enum! {
    /// Day of the week (周几（1-7）, `Week`), Monday first. Spec §7.5.13, §7.5.14; E-118.
    ///
    /// ```
    /// use kandian_proto::{value::Weekday, xml::Scalar};
    /// assert_eq!(Weekday::parse("7"), Some(Weekday::SUNDAY));
    /// assert_eq!(Weekday::tolerate("0").map(|read| read.value), Some(Weekday::SUNDAY));
    /// assert_eq!(Weekday::SUNDAY.index_from_monday(), Some(6));
    /// ```
    pub struct Weekday: "a day of the week (1, Monday, to 7, Sunday)", listed(|code| match code {
        0 => Tolerated::new(Self::SUNDAY, 118, "is 0; read as 7, Sunday"),
        _ => unlisted(Self(code)),
    }) {
        MONDAY = 1, "周一", "Monday";
        TUESDAY = 2, "周二", "Tuesday";
        WEDNESDAY = 3, "周三", "Wednesday";
        THURSDAY = 4, "周四", "Thursday";
        FRIDAY = 5, "周五", "Friday";
        SATURDAY = 6, "周六", "Saturday";
        SUNDAY = 7, "周日", "Sunday";
    }
}

impl Weekday {
    /// Days since Monday, 0 to 6; `None` for a number that is no weekday.
    #[must_use]
    pub fn index_from_monday(self) -> Option<u8> {
        u8::try_from(self.0).ok().filter(|n| (1..=7).contains(n)).map(|n| n - 1)
    }

    /// The weekday that many days after Monday; counts on past Sunday.
    #[must_use]
    pub const fn from_monday(days: u64) -> Self {
        Self((days % 7) as u16 + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Erratum;
    use crate::xml::Scalar;

    // E-118
    #[test]
    fn zero_is_sunday() {
        assert_eq!(Weekday::parse("0"), None);
        let read = Weekday::tolerate("0").map(|t| (t.value, t.erratum));
        assert_eq!(read, Some((Weekday::SUNDAY, Some(Erratum(118)))));
        assert_eq!(Weekday::tolerate("8").map(|t| (t.value, t.erratum)), Some((Weekday(8), None)));
        assert_eq!(Weekday(8).index_from_monday(), None);
        assert_eq!(Weekday(0).index_from_monday(), None);
        assert_eq!(Weekday::from_monday(13), Weekday::SUNDAY);
    }
}
