//! The record policies of a device.

use std::collections::{BTreeMap, BTreeSet};

use super::check::{self, Row};
use super::policy::{Ids, PolicyNumber, RecordPolicy};
use super::refusal::Refusal;
use crate::message::device::WeekPolicy;
use crate::time::{ClockTime, Timestamp};
use crate::value::RecordStoreType;

const DAY: u16 = 24 * 60;
const WEEK: u16 = 7 * DAY;

/// All record policies, none of which overlap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Records {
    policies: BTreeMap<PolicyNumber, RecordPolicy>,
    pub(super) ids: Ids,
}

/// The policies of one channel and place: the unit in which a device records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    pub(super) channel_no: u16,
    pub(super) place: RecordStoreType,
}

impl Records {
    pub(super) const fn new(ids: Ids) -> Self {
        Self { policies: BTreeMap::new(), ids }
    }

    /// Adds all entries or none (E-117).
    pub(super) fn add(
        &mut self,
        channel_no: u16,
        new: &[WeekPolicy],
        main_only: bool,
        cloud: bool,
    ) -> Result<Vec<PolicyNumber>, Refusal> {
        let stored: Vec<Row> = self.of(channel_no).map(Row::from).collect();
        let periods = check::records(&stored, new, false, main_only, cloud)?;
        let added = self.ids.take(new.len(), |id| self.policies.contains_key(&id))?;
        for ((policy, period), id) in new.iter().zip(periods).zip(added.iter().copied()) {
            let (place, stream, week) = (policy.store_type, policy.stream_type, policy.week);
            self.policies.insert(id, RecordPolicy { id, channel_no, place, stream, week, period });
        }
        Ok(added)
    }

    /// Takes back a saved policy under its own id.
    pub(super) fn restore(
        &mut self,
        policy: &RecordPolicy,
        main_only: bool,
        cloud: bool,
    ) -> Result<(), Refusal> {
        let row = WeekPolicy::new(policy.week, policy.period.start(), policy.period.end())
            .store_type(policy.place)
            .stream_type(policy.stream);
        let stored: Vec<Row> = self.of(policy.channel_no).map(Row::from).collect();
        check::records(&stored, &[row], false, main_only, cloud)?;
        match self.policies.insert(policy.id, *policy) {
            None => Ok(()),
            Some(_) => Err(Refusal::Inconsistent),
        }
    }

    pub(super) fn delete(&mut self, channel_no: u16, id: &str) -> Option<RecordPolicy> {
        let id = PolicyNumber::read(id)?;
        self.policies.get(&id).filter(|policy| policy.channel_no == channel_no)?;
        self.policies.remove(&id)
    }

    pub(super) fn delete_channel(&mut self, channel_no: u16) {
        self.policies.retain(|_, policy| policy.channel_no != channel_no);
    }

    /// The policies of a channel, in the order of ids.
    pub(super) fn of(&self, channel_no: u16) -> impl Iterator<Item = &RecordPolicy> {
        self.all().filter(move |policy| policy.channel_no == channel_no)
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &RecordPolicy> {
        self.policies.values()
    }

    /// Every channel and place that has policies.
    pub(super) fn keys(&self) -> BTreeSet<Key> {
        self.all().map(|policy| Key { channel_no: policy.channel_no, place: policy.place }).collect()
    }

    fn with_key(&self, key: Key) -> impl Iterator<Item = &RecordPolicy> {
        self.of(key.channel_no).filter(move |policy| policy.place == key.place)
    }

    /// The policy to follow.
    pub(super) fn at(&self, key: Key, time: Timestamp) -> Option<&RecordPolicy> {
        let minute = minute_of_week(time);
        self.with_key(key).find(|policy| bounds(policy).is_some_and(|of| within(of, minute)))
    }

    /// The first moment after `now` at which another policy is to be followed, or one instead of none, or
    /// none instead of one.
    pub(super) fn next_change(&self, key: Key, now: Timestamp) -> Option<Timestamp> {
        let minute = minute_of_week(now);
        let all: Vec<_> = self.with_key(key).filter_map(bounds).collect();
        // Two policies never hold at once, so a position stands for what is followed.
        let followed = |minute| all.iter().position(|of| within(*of, minute));
        // Something changes at the start or end of a policy only, and within a week or never.
        let distance = all
            .iter()
            .flat_map(|(start, end)| [*start, end % WEEK])
            .map(|bound| (bound + WEEK - minute - 1) % WEEK + 1)
            .filter(|distance| followed((minute + distance) % WEEK) != followed(minute))
            .min()?;
        let this_minute = now.to_unix(0) - i64::from(now.second());
        Timestamp::from_unix(this_minute + i64::from(distance) * 60, 0)
    }
}

/// Whether a minute of the week, 0 to 10079 from Monday 00:00, lies between start and end.
const fn within((start, end): (u16, u16), minute: u16) -> bool {
    start <= minute && minute < end
}

/// Start and end in minutes of the week.
fn bounds(policy: &RecordPolicy) -> Option<(u16, u16)> {
    let midnight = u16::from(policy.week.index_from_monday()?) * DAY;
    Some((midnight + policy.period.first_minute(), midnight + policy.period.end_minute()))
}

fn minute_of_week(time: Timestamp) -> u16 {
    let day = u16::from(time.weekday().index_from_monday().unwrap_or(0));
    day * DAY + ClockTime::new(time.hour(), time.minute()).map_or(0, ClockTime::minutes)
}
