//! What of a plan survives a restart.

use super::equipment::Equipment;
use super::plan::Plan;
use super::policy::{Ids, PicturePolicy, RecordPolicy};
use super::record;
use super::refusal::Refusal;
use crate::value::RecordStoreType;

/// What of a plan has to survive a restart, as plain data. To build one, change that of a new plan.
///
/// ```
/// use kandian_proto::schedule::{Equipment, Plan};
/// use kandian_proto::value::{DevType, RecordStoreType, StorageFlag};
/// let equipment = Equipment::new(DevType::IPCAM, 1, false);
/// let mut saved = Plan::new(equipment).save();
/// saved.all_day.push((0, RecordStoreType::LOCAL));
/// let plan = Plan::restore(equipment, &saved)?;
/// assert_eq!(plan.record_full(0, StorageFlag::SD_CARD), Ok(true));
/// assert_eq!(plan.save(), saved);
/// # Ok::<(), kandian_proto::schedule::Refusal>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Saved {
    /// Record policies.
    pub records: Vec<RecordPolicy>,
    /// Picture policies.
    pub pictures: Vec<PicturePolicy>,
    /// The last id given to a record policy; 0 for none.
    pub last_record_id: u16,
    /// The last id given to a picture policy; 0 for none.
    pub last_picture_id: u16,
    /// Channels and places that record around the clock.
    pub all_day: Vec<(u16, RecordStoreType)>,
    /// Places where the oldest recordings give way.
    pub looping: Vec<RecordStoreType>,
    /// Whether policies for the cloud are executed (E-149).
    pub cloud_active: bool,
}

impl Plan {
    /// What has to survive a restart.
    #[must_use]
    pub fn save(&self) -> Saved {
        Saved {
            records: self.records.all().copied().collect(),
            pictures: self.pictures.all().copied().collect(),
            last_record_id: self.records.ids.last,
            last_picture_id: self.pictures.ids.last,
            all_day: self.all_day.iter().map(|key| (key.channel_no, key.place)).collect(),
            looping: self.looping.iter().copied().collect(),
            cloud_active: self.cloud_active,
        }
    }

    /// The plan that was saved, of a device that now has `equipment`.
    ///
    /// # Errors
    /// When a policy or flag is one that the device could not have taken, because what was saved is
    /// damaged or the device was changed. Nothing is repaired: the caller decides whether to start from
    /// [`Plan::new`].
    pub fn restore(equipment: Equipment, saved: &Saved) -> Result<Self, Refusal> {
        let ids = |last| Ids { last };
        let mut plan = Self::with_ids(equipment, ids(saved.last_record_id), ids(saved.last_picture_id));
        for policy in &saved.records {
            plan.channel(policy.channel_no)?;
            plan.records.restore(policy, equipment.is_recorder(), equipment.has_cloud())?;
        }
        for policy in &saved.pictures {
            plan.channel(policy.channel_no)?;
            plan.picture_place(policy.place)?;
            plan.pictures.restore(policy)?;
        }
        plan.all_day.clear();
        for (channel_no, place) in saved.all_day.iter().copied() {
            let channel_no = plan.channel(channel_no)?;
            plan.all_day.insert(record::Key { channel_no, place });
        }
        plan.looping = saved.looping.iter().copied().collect();
        let known = |place: &RecordStoreType| equipment.places().any(|p| p == *place);
        if !plan.all_day.iter().map(|key| &key.place).chain(&plan.looping).all(known) {
            return Err(Refusal::Inconsistent);
        }
        plan.cloud_active = saved.cloud_active;
        Ok(plan)
    }
}
