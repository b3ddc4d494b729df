//! A part of a day.

use core::fmt;

use crate::time::ClockTime;

/// A part of a day: from the first second of `start` to the last second before `end`; an end of 23:59
/// includes that minute. E-116, E-119.
///
/// ```
/// use kandian_proto::schedule::Period;
/// let morning = Period::new("08:00".parse()?, "09:00".parse()?).ok_or("backwards")?;
/// let next = Period::new("09:00".parse()?, "10:00".parse()?).ok_or("backwards")?;
/// assert!(!morning.overlaps(next));
/// assert!(morning.contains("08:59".parse()?) && !morning.contains("09:00".parse()?));
/// let last_minute = Period::new("23:59".parse()?, "23:59".parse()?).ok_or("backwards")?;
/// assert_eq!(last_minute.minutes(), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Period {
    start: ClockTime,
    end: ClockTime,
}

impl Period {
    /// A period; `None` when nothing lies between start and end.
    #[must_use]
    pub fn new(start: ClockTime, end: ClockTime) -> Option<Self> {
        let period = Self { start, end };
        (period.first_minute() < period.end_minute()).then_some(period)
    }

    /// Start, included.
    #[must_use]
    pub const fn start(self) -> ClockTime {
        self.start
    }

    /// End, as it stands on the wire: not included, but for 23:59.
    #[must_use]
    pub const fn end(self) -> ClockTime {
        self.end
    }

    /// Minutes from midnight to the start, 0 to 1439.
    pub(super) const fn first_minute(self) -> u16 {
        self.start.minutes()
    }

    /// Minutes from midnight to the end, 1 to 1440.
    pub(super) const fn end_minute(self) -> u16 {
        let end = self.end.minutes();
        if end == ClockTime::LAST.minutes() { end + 1 } else { end }
    }

    /// Length in minutes, 1 to 1440.
    #[must_use]
    pub const fn minutes(self) -> u16 {
        self.end_minute() - self.first_minute()
    }

    /// Whether the minute lies in the period.
    #[must_use]
    pub const fn contains(self, minute: ClockTime) -> bool {
        self.first_minute() <= minute.minutes() && minute.minutes() < self.end_minute()
    }

    /// Whether the two have a minute in common. Periods that touch have none.
    #[must_use]
    pub const fn overlaps(self, other: Self) -> bool {
        self.first_minute() < other.end_minute() && other.first_minute() < self.end_minute()
    }
}

/// `08:00-09:00`.
impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.start, self.end)
    }
}

impl fmt::Debug for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Period({self})")
    }
}
