//! Policies as a device holds them.

use core::fmt;

use super::period::Period;
use super::refusal::Refusal;
use crate::message::device::{StoredDayPolicy, StoredWeekPolicy};
use crate::time::{ClockTime, Timestamp};
use crate::value::number::padded;
use crate::value::{PictureStoreType, PolicyStreamType, RecordStoreType, Weekday};

/// Id that a device gives a policy: 1 to 65535, unique over all its channels. Record policies and picture
/// policies count separately. Spec §7.5.14; E-114.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PolicyNumber(u16);

impl PolicyNumber {
    /// An id; `None` for 0.
    #[must_use]
    pub const fn new(number: u16) -> Option<Self> {
        if number == 0 { None } else { Some(Self(number)) }
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> u16 {
        self.0
    }

    /// Reads an id that was handed back. Leading zeros are accepted; what is no number is no id of ours.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        padded(text).and_then(|n| u16::try_from(n).ok()).and_then(Self::new)
    }
}

impl fmt::Display for PolicyNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// Gives out ids in turn, so that an id is not used again soon after its policy is gone, and a platform
/// with an old list does not delete another policy than it means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ids {
    pub(super) last: u16,
}

impl Ids {
    /// The next `count` ids that are free. There are more ids than a device can have policies; see
    /// [`MAX_CHANNELS`](super::MAX_CHANNELS).
    pub(super) fn take(
        &mut self,
        count: usize,
        is_taken: impl Fn(PolicyNumber) -> bool,
    ) -> Result<Vec<PolicyNumber>, Refusal> {
        let mut ids = Vec::new();
        for _ in 0..u16::MAX {
            if ids.len() == count {
                return Ok(ids);
            }
            self.last = self.last.checked_add(1).unwrap_or(1);
            ids.extend(PolicyNumber::new(self.last).filter(|id| !is_taken(*id)));
        }
        Err(Refusal::Inconsistent)
    }
}

/// A period of a weekday in which a channel records. Spec §7.5.13, §7.5.14.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecordPolicy {
    /// Id, unique among the record policies of the device.
    pub id: PolicyNumber,
    /// Channel, counted from 0 (E-15).
    pub channel_no: u16,
    /// Where the recordings go.
    pub place: RecordStoreType,
    /// Which stream is recorded.
    pub stream: PolicyStreamType,
    /// Day of the week.
    pub week: Weekday,
    /// Part of the day.
    pub period: Period,
}

impl RecordPolicy {
    /// The entry of an answer to a query (68H).
    #[must_use]
    pub fn to_entry(&self) -> StoredWeekPolicy {
        StoredWeekPolicy::new(self.id.get(), self.week, self.period.start(), self.period.end())
            .store_type(self.place)
            .stream_type(self.stream)
    }
}

/// When a channel takes pictures, on every day (E-123). Spec §7.5.24, §7.5.25.
///
/// One picture at `start` when the interval is 0 or start and end are the same (E-122); otherwise one at
/// `start` and then one every `interval` seconds before the end, beginning anew each day. The end counts as
/// in a [`Period`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PicturePolicy {
    /// Id, unique among the picture policies of the device.
    pub id: PolicyNumber,
    /// Channel, counted from 0 (E-15).
    pub channel_no: u16,
    /// Where the pictures go.
    pub place: PictureStoreType,
    /// Seconds between two pictures; 0 for a single one.
    pub interval: u32,
    /// Time of the first picture.
    pub start: ClockTime,
    /// End of the period.
    pub end: ClockTime,
}

impl PicturePolicy {
    /// The entry of an answer to a query (76H).
    #[must_use]
    pub fn to_entry(&self) -> StoredDayPolicy {
        StoredDayPolicy::new(self.id.get(), self.interval, self.start, self.end)
    }

    /// Seconds from midnight to the first picture of the day that comes after `second` (of the day);
    /// `None` when the day has no more.
    pub(super) fn next_second(&self, second: u32) -> Option<u32> {
        let start = u32::from(self.start.minutes()) * 60;
        if second < start {
            return Some(start);
        }
        let period = Period::new(self.start, self.end).filter(|_| self.start != self.end)?;
        let taken = (second - start).checked_div(self.interval)?;
        let next = start.checked_add(taken.checked_add(1)?.checked_mul(self.interval)?)?;
        (next < u32::from(period.end_minute()) * 60).then_some(next)
    }
}

/// Why a channel records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Cause {
    /// It records around the clock (78H).
    AllDay,
    /// It follows this policy.
    Policy(PolicyNumber),
}

/// What a channel should be recording..
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Due {
    /// Which stream. Around the clock it is the main stream, for the command names none.
    pub stream: PolicyStreamType,
    /// Why. When only this changes, the recording goes on.
    pub cause: Cause,
}

/// A picture to be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Shot {
    /// When, in civil time.
    pub at: Timestamp,
    /// By which policy; by the one with the lowest id when several want the same second, which is one
    /// picture, for its name would be the same.
    pub policy: PolicyNumber,
}
