//! Everything a device knows about when to record and to take pictures.

use std::collections::BTreeSet;

use super::equipment::Equipment;
use super::picture::{self, Pictures};
use super::policy::{Cause, Due, Ids, Shot};
use super::record::{self, Records};
use super::refusal::Refusal;
use crate::defaults::{Factory, Grade};
use crate::time::{Timestamp, UnixMillis};
use crate::value::{PictureStoreType, PolicyStreamType, RecordStoreType, StorageFlag};

/// The policies and flags of a device. See the [module](super).
///
/// Requests go to [`Plan::handle`]; after every change ask [`Plan::due`] again, for a policy that is being
/// followed may be gone (R-7.77, R-7.95). What has to survive a restart is [`Plan::save`]d.
///
/// A new plan is that of a device as it leaves the factory: no policies, loop recording, around the clock on
/// the disk of a recorder, the cloud active (R-16.2, R-16.3, R-7.115).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    pub(super) equipment: Equipment,
    pub(super) records: Records,
    pub(super) pictures: Pictures,
    pub(super) all_day: BTreeSet<record::Key>,
    pub(super) looping: BTreeSet<RecordStoreType>,
    pub(super) cloud_active: bool,
}

impl Plan {
    /// The plan of a device as it leaves the factory. Spec §16.2, §7.5.38; E-190.
    #[must_use]
    pub fn new(equipment: Equipment) -> Self {
        Self::with_ids(equipment, Ids { last: 0 }, Ids { last: 0 })
    }

    pub(super) fn with_ids(equipment: Equipment, records: Ids, pictures: Ids) -> Self {
        // The class of a camera has no influence on when it records.
        let factory = Factory { kind: equipment.kind, grade: Grade::Hd };
        let all_day = equipment
            .places()
            .filter(|place| factory.record_full(equipment.medium(*place)))
            .flat_map(|place| {
                (0..equipment.channels()).map(move |channel_no| record::Key { channel_no, place })
            })
            .collect();
        let looping = equipment.places().filter(|_| Factory::RECORD_LOOP).collect();
        Self {
            equipment,
            records: Records::new(records),
            pictures: Pictures::new(pictures),
            all_day,
            looping,
            cloud_active: Factory::CLOUD_ACTIVE,
        }
    }

    /// Back to the factory (82H): all policies are gone, all flags as in [`Plan::new`]. Recordings stay,
    /// and ids go on, so that none means another policy than before. R-7.117, E-150.
    pub fn reset(&mut self) {
        *self = Self::with_ids(self.equipment, self.records.ids, self.pictures.ids);
    }

    /// What the device has.
    #[must_use]
    pub const fn equipment(&self) -> Equipment {
        self.equipment
    }

    /// What the channel should be recording to a place at a moment of civil time; `None` for nothing, also
    /// for a channel or place that the device does not have. R-7.98, R-7.115; E-135, E-149.
    #[must_use]
    pub fn due(&self, channel_no: u16, place: RecordStoreType, now: Timestamp) -> Option<Due> {
        let key = record::Key { channel_no, place };
        if self.is_stopped(place) {
            return None;
        }
        if self.all_day.contains(&key) {
            return Some(Due { stream: PolicyStreamType::MAIN, cause: Cause::AllDay });
        }
        let policy = self.records.at(key, now)?;
        Some(Due { stream: policy.stream, cause: Cause::Policy(policy.id) })
    }

    /// Whether the channel should be recording to a place at a moment of civil time.
    #[must_use]
    pub fn is_due(&self, channel_no: u16, place: RecordStoreType, now: Timestamp) -> bool {
        self.due(channel_no, place, now).is_some()
    }

    /// The first moment after `now` at which [`Plan::due`] answers otherwise than at `now`; `None` when it
    /// always answers the same. It is the first second of a minute, at most a week away.
    #[must_use]
    pub fn next_change(&self, channel_no: u16, place: RecordStoreType, now: Timestamp) -> Option<Timestamp> {
        let key = record::Key { channel_no, place };
        if self.is_stopped(place) || self.all_day.contains(&key) {
            return None;
        }
        self.records.next_change(key, now)
    }

    /// The first picture to take *after* a moment of civil time, for a channel and place; `None` when there
    /// is no policy. R-7.93, E-122, E-123.
    ///
    /// Keep the moment up to which pictures have been taken and ask from there; when several have passed
    /// meanwhile, take one and go on from now.
    #[must_use]
    pub fn next_shot(&self, channel_no: u16, place: PictureStoreType, after: Timestamp) -> Option<Shot> {
        if place == PictureStoreType::CLOUD && !self.cloud_active {
            return None;
        }
        self.pictures.next_shot(picture::Key { channel_no, place }, after)
    }

    /// The first moment after `now` at which any channel has something to begin, to end or to take; `None`
    /// when nothing will ever change. The clock of the device is `offset_minutes` ahead of UTC (E-13).
    ///
    /// ```
    /// use kandian_proto::schedule::{Equipment, Plan};
    /// use kandian_proto::time::{CHINA_OFFSET_MINUTES, UnixMillis};
    /// use kandian_proto::value::DevType;
    /// let plan = Plan::new(Equipment::new(DevType::NVR, 4, false));
    /// assert_eq!(plan.wake(UnixMillis(1_395_109_800_000), CHINA_OFFSET_MINUTES), None);
    /// ```
    #[must_use]
    pub fn wake(&self, now: UnixMillis, offset_minutes: i16) -> Option<UnixMillis> {
        let civil = now.civil(offset_minutes)?;
        let records = self.records.keys().into_iter();
        let changes = records.filter_map(|key| self.next_change(key.channel_no, key.place, civil));
        let pictures = self.pictures.keys().into_iter();
        let shots = pictures.filter_map(|key| self.next_shot(key.channel_no, key.place, civil));
        let next = changes.chain(shots.map(|shot| shot.at)).min()?;
        Some(UnixMillis::from_civil(next, offset_minutes))
    }

    fn is_stopped(&self, place: RecordStoreType) -> bool {
        place == RecordStoreType::CLOUD && !self.cloud_active
    }

    /// The channel, when the device has it (E-15).
    pub(super) fn channel(&self, channel_no: u16) -> Result<u16, Refusal> {
        let channels = self.equipment.channels();
        if channel_no < channels {
            Ok(channel_no)
        } else {
            Err(Refusal::NoSuchChannel { channel_no, channels })
        }
    }

    /// Switches recording around the clock on or off for a channel and medium (78H). R-7.98, E-134, E-135.
    ///
    /// # Errors
    /// When the device has no such channel or medium.
    pub fn set_record_full(&mut self, channel_no: u16, medium: StorageFlag, on: bool) -> Result<(), Refusal> {
        let channel_no = self.channel(channel_no)?;
        let key = record::Key { channel_no, place: self.equipment.place(medium)? };
        if on {
            self.all_day.insert(key)
        } else {
            self.all_day.remove(&key)
        };
        Ok(())
    }

    /// Whether a channel records around the clock to a medium (79H). R-7.99, E-134, E-135.
    ///
    /// # Errors
    /// When the device has no such channel or medium.
    pub fn record_full(&self, channel_no: u16, medium: StorageFlag) -> Result<bool, Refusal> {
        let channel_no = self.channel(channel_no)?;
        Ok(self.all_day.contains(&record::Key { channel_no, place: self.equipment.place(medium)? }))
    }

    /// Lets the oldest recordings on a medium give way, or not (7AH). R-7.100, E-134, E-135.
    ///
    /// # Errors
    /// When the device has no such medium.
    pub fn set_record_loop(&mut self, medium: StorageFlag, on: bool) -> Result<(), Refusal> {
        let place = self.equipment.place(medium)?;
        if on {
            self.looping.insert(place)
        } else {
            self.looping.remove(&place)
        };
        Ok(())
    }

    /// Whether the oldest recordings on a medium give way (7BH). R-7.100, E-134, E-135.
    ///
    /// # Errors
    /// When the device has no such medium.
    pub fn record_loop(&self, medium: StorageFlag) -> Result<bool, Refusal> {
        Ok(self.looping.contains(&self.equipment.place(medium)?))
    }

    /// Stops or starts everything that goes to the cloud, recordings and pictures (81H). R-7.115, E-149.
    ///
    /// # Errors
    /// When the cloud is no place of this device.
    pub fn set_cloud_active(&mut self, active: bool) -> Result<(), Refusal> {
        if !self.equipment.has_cloud() {
            return Err(Refusal::NoSuchMedium(StorageFlag::CLOUD));
        }
        self.cloud_active = active;
        Ok(())
    }

    /// Whether policies for the cloud are executed (E-149).
    #[must_use]
    pub const fn cloud_active(&self) -> bool {
        self.cloud_active
    }

    /// Removes the record policies of a channel, whose camera a recorder has lost (70H). R-7.84, E-129.
    pub fn unbind_channel(&mut self, channel_no: u16) {
        self.records.delete_channel(channel_no);
    }
}
