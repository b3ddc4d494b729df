//! The picture policies of a device.

use std::collections::{BTreeMap, BTreeSet};

use super::policy::{Ids, PicturePolicy, PolicyNumber, Shot};
use super::refusal::Refusal;
use super::{PICTURE_CAPACITY, check};
use crate::message::device::DayPolicy;
use crate::time::Timestamp;
use crate::value::PictureStoreType;

const DAY: i64 = 86_400;

/// All picture policies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pictures {
    policies: BTreeMap<PolicyNumber, PicturePolicy>,
    pub(super) ids: Ids,
}

/// The policies of one channel and place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    pub(super) channel_no: u16,
    pub(super) place: PictureStoreType,
}

impl Pictures {
    pub(super) const fn new(ids: Ids) -> Self {
        Self { policies: BTreeMap::new(), ids }
    }

    /// Adds all entries or none (E-117).
    pub(super) fn add(&mut self, key: Key, new: &[DayPolicy]) -> Result<Vec<PolicyNumber>, Refusal> {
        if new.is_empty() {
            return Err(Refusal::NoRows);
        }
        let room = PICTURE_CAPACITY.saturating_sub(self.of(key).count());
        if new.len() > room {
            return Err(Refusal::TooManyPictures { row: room, limit: PICTURE_CAPACITY });
        }
        for (row, policy) in new.iter().enumerate() {
            check::picture(policy).map_err(|fault| Refusal::Row { row, fault })?;
        }
        let added = self.ids.take(new.len(), |id| self.policies.contains_key(&id))?;
        let Key { channel_no, place } = key;
        for (policy, id) in new.iter().zip(added.iter().copied()) {
            let DayPolicy { interval, start_time: start, end_time: end, .. } = *policy;
            self.policies.insert(id, PicturePolicy { id, channel_no, place, interval, start, end });
        }
        Ok(added)
    }

    /// Takes back a saved policy under its own id.
    pub(super) fn restore(&mut self, policy: &PicturePolicy) -> Result<(), Refusal> {
        let row = DayPolicy::new(policy.interval, policy.start, policy.end);
        check::picture(&row).map_err(|fault| Refusal::Row { row: 0, fault })?;
        let key = Key { channel_no: policy.channel_no, place: policy.place };
        if self.of(key).count() >= PICTURE_CAPACITY || self.policies.insert(policy.id, *policy).is_some() {
            return Err(Refusal::Inconsistent);
        }
        Ok(())
    }

    pub(super) fn delete(&mut self, channel_no: u16, id: &str) -> Option<PicturePolicy> {
        let id = PolicyNumber::read(id)?;
        self.policies.get(&id).filter(|policy| policy.channel_no == channel_no)?;
        self.policies.remove(&id)
    }

    /// The policies of a channel and place, in the order of ids.
    pub(super) fn of(&self, key: Key) -> impl Iterator<Item = &PicturePolicy> {
        self.all().filter(move |policy| policy.channel_no == key.channel_no && policy.place == key.place)
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &PicturePolicy> {
        self.policies.values()
    }

    /// Every channel and place that has policies.
    pub(super) fn keys(&self) -> BTreeSet<Key> {
        self.all().map(|policy| Key { channel_no: policy.channel_no, place: policy.place }).collect()
    }

    /// The first picture after a moment.
    pub(super) fn next_shot(&self, key: Key, after: Timestamp) -> Option<Shot> {
        let now = after.to_unix(0);
        let second = now.rem_euclid(DAY);
        let midnight = now - second;
        self.of(key)
            .filter_map(|policy| {
                // 0 to 86,399.
                let today = policy.next_second(u32::try_from(second).ok()?);
                let tomorrow = || i64::from(policy.start.minutes()) * 60 + DAY;
                let at = midnight + today.map_or_else(tomorrow, i64::from);
                Some(Shot { at: Timestamp::from_unix(at, 0)?, policy: policy.id })
            })
            .min_by_key(|shot| (shot.at, shot.policy))
    }
}
