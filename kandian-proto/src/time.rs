//! Dates and times of the protocol. E-13.
//!
//! No time on the wire carries a zone. All are civil time in China, UTC+8 without summer time, unless a
//! platform is configured otherwise; so these types know the calendar and no zone, and conversions to
//! and from Unix time take the offset ([`CHINA_OFFSET_MINUTES`]) as an argument.

mod civil;
mod clock;
mod now;

use core::fmt;
use core::str::FromStr;

pub use civil::Timestamp;
pub use clock::ClockTime;
pub use now::{Millis, Now, UnixMillis};

use crate::value::InvalidValue;
use crate::xml::{Scalar, ScalarKind, Tolerated};

/// UTC+8, the zone of all times on the wire unless configured otherwise (E-13).
pub const CHINA_OFFSET_MINUTES: i16 = 8 * 60;

/// A civil date and time to the minute (`YYYYMMDDHHMM`). Spec §7.5.22; E-131.
///
/// File names and much firmware use 14 digits; lenient reading drops the seconds.
///
/// ```
/// use kandian_proto::{time::Minute, xml::Scalar};
/// let minute: Minute = "201403181029".parse()?;
/// assert_eq!(minute.start().to_string(), "20140318102900");
/// assert_eq!(Minute::tolerate("20140318102955").map(|read| read.value), Some(minute));
/// # Ok::<(), kandian_proto::value::InvalidValue>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Minute(Timestamp);

impl Minute {
    /// The minute a time lies in: how a start is rounded (E-131).
    #[must_use]
    pub const fn floor(time: Timestamp) -> Self {
        Self(time.without_seconds())
    }

    /// The next full minute, or the time itself when it is one: how an end is rounded (E-131).
    #[must_use]
    pub fn ceil(time: Timestamp) -> Self {
        if time.second() == 0 {
            return Self(time);
        }
        // Only the last minute of the year 9999 has no successor.
        let next = Timestamp::from_unix(time.to_unix(0) + i64::from(60 - time.second()), 0);
        Self(next.unwrap_or(time.without_seconds()))
    }

    /// The first second of the minute.
    #[must_use]
    pub const fn start(self) -> Timestamp {
        self.0
    }
}

impl From<Minute> for Timestamp {
    fn from(minute: Minute) -> Self {
        minute.start()
    }
}

impl FromStr for Minute {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        Self::parse(text).ok_or(InvalidValue::of::<Self>())
    }
}

impl fmt::Display for Minute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.write_minute(f)
    }
}

impl Scalar for Minute {
    const KIND: ScalarKind = ScalarKind::Text;
    const EXPECTED: &'static str = "a time (YYYYMMDDHHMM)";

    fn parse(text: &str) -> Option<Self> {
        Timestamp::from_digits(text, 12).map(Self)
    }

    fn tolerate(text: &str) -> Option<Tolerated<Self>> {
        let minute = Self::floor(Timestamp::from_digits(text, 14)?);
        Some(Tolerated::new(minute, 131, "has 14 digits; the seconds are dropped"))
    }

    fn write(&self, out: &mut dyn fmt::Write) -> fmt::Result {
        write!(out, "{self}")
    }
}

/// The platform's time in an answer (`Time`, 参考同步使用), or none. Spec §7.2.1, §7.5.1–7.5.3; E-14.
///
/// A platform always sends it: an answer without one is not written. A device sets its clock from the
/// answer to its login, and may ignore the others; so whatever is no time is read as none.
///
/// ```
/// use kandian_proto::time::{ReferenceTime, Timestamp};
/// let now: Timestamp = "20140318103000".parse()?;
/// assert_eq!(ReferenceTime::from(now).get(), Some(now));
/// # Ok::<(), kandian_proto::value::InvalidValue>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ReferenceTime(pub Option<Timestamp>);

/// A time, or an open end of a period: the empty text. Spec §8.19; E-164.
///
/// ```
/// use kandian_proto::{time::TimestampOrEmpty, xml::Scalar};
/// assert_eq!(TimestampOrEmpty::parse(""), Some(TimestampOrEmpty(None)));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TimestampOrEmpty(pub Option<Timestamp>);

macro_rules! optional_time {
    ($Name:ident) => {
        impl $Name {
            /// The time, if there is one.
            #[must_use]
            pub const fn get(self) -> Option<Timestamp> {
                self.0
            }

            fn write_to(self, out: &mut dyn fmt::Write) -> fmt::Result {
                self.0.map_or(Ok(()), |time| time.write(out))
            }
        }

        impl From<Timestamp> for $Name {
            fn from(time: Timestamp) -> Self {
                Self(Some(time))
            }
        }

        impl From<Option<Timestamp>> for $Name {
            fn from(time: Option<Timestamp>) -> Self {
                Self(time)
            }
        }

        impl fmt::Display for $Name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.write_to(f)
            }
        }
    };
}

optional_time!(ReferenceTime);
optional_time!(TimestampOrEmpty);

impl Scalar for ReferenceTime {
    const KIND: ScalarKind = ScalarKind::Text;
    const EXPECTED: &'static str = Timestamp::EXPECTED;

    fn parse(text: &str) -> Option<Self> {
        Timestamp::parse(text).map(Self::from)
    }

    fn tolerate(text: &str) -> Option<Tolerated<Self>> {
        let ignored = || Tolerated::new(Self(None), 14, "is no time; ignored, for it is a reference only");
        Some(Timestamp::tolerate(text).map_or_else(ignored, |read| read.map(Self::from)))
    }

    fn write(&self, out: &mut dyn fmt::Write) -> fmt::Result {
        self.write_to(out)
    }
}

impl Scalar for TimestampOrEmpty {
    const KIND: ScalarKind = ScalarKind::Text;
    const EXPECTED: &'static str = "a time (YYYYMMDDHHMMSS), or nothing";

    fn parse(text: &str) -> Option<Self> {
        if text.is_empty() { Some(Self(None)) } else { Timestamp::parse(text).map(Self::from) }
    }

    fn tolerate(text: &str) -> Option<Tolerated<Self>> {
        Timestamp::tolerate(text).map(|read| read.map(Self::from))
    }

    fn write(&self, out: &mut dyn fmt::Write) -> fmt::Result {
        self.write_to(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Erratum;
    use crate::value::written;

    fn at(text: &str) -> Timestamp {
        text.parse().expect("a time")
    }

    // E-131
    #[test]
    fn minutes() {
        assert_eq!(Minute::parse("20140318102955"), None);
        assert_eq!(Minute::parse("201402301029"), None);
        let read = Minute::tolerate("20140318102955").map(|t| (t.value.to_string(), t.erratum));
        assert_eq!(read, Some(("201403181029".into(), Some(Erratum(131)))));
        assert_eq!(Minute::tolerate("20140318102960"), None);
        assert_eq!(Minute::floor(at("20141231235959")).to_string(), "201412312359");
        assert_eq!(Minute::ceil(at("20141231235959")).to_string(), "201501010000");
        assert_eq!(Minute::ceil(at("20141231235900")).to_string(), "201412312359");
        assert_eq!(Minute::ceil(at("99991231235959")).to_string(), "999912312359");
        assert_eq!(written(&Minute::floor(at("20140318102955"))), "201403181029");
    }

    // E-14
    #[test]
    fn reference_times_never_fail() {
        for text in ["", "20140230103000", "now", "0"] {
            assert_eq!(ReferenceTime::parse(text), None);
            let read = ReferenceTime::tolerate(text).map(|t| (t.value, t.erratum));
            assert_eq!(read, Some((ReferenceTime(None), Some(Erratum(14)))), "{text}");
        }
        let read = ReferenceTime::tolerate("201403181030").map(|t| (t.value.to_string(), t.erratum));
        assert_eq!(read, Some(("20140318103000".into(), Some(Erratum(13)))));
        assert_eq!(written(&ReferenceTime(None)), "");
    }

    // E-164
    #[test]
    fn open_ends() {
        assert_eq!(TimestampOrEmpty::parse(""), Some(TimestampOrEmpty(None)));
        assert_eq!(written(&TimestampOrEmpty(None)), "");
        assert_eq!(TimestampOrEmpty::tolerate("now"), None);
    }
}
