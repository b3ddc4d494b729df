//! What a device has.

use super::MAX_CHANNELS;
use super::refusal::Refusal;
use crate::value::{DevType, RecordStoreType, StorageFlag};

/// What a device has: it decides which channels, places and streams a policy may name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Equipment {
    pub(super) kind: DevType,
    channels: u16,
    cloud: bool,
}

impl Equipment {
    /// A device of this kind with channels 0 to `channels` − 1, and with the cloud as a place or without
    /// it. More channels than [`MAX_CHANNELS`] count as so many.
    #[must_use]
    pub fn new(kind: DevType, channels: u16, cloud: bool) -> Self {
        Self { kind, channels: channels.min(MAX_CHANNELS), cloud }
    }

    /// Number of channels.
    #[must_use]
    pub const fn channels(self) -> u16 {
        self.channels
    }

    /// Whether it is a recorder: the main stream only, and no pictures. A DVR is one
    /// (E-25).
    #[must_use]
    pub const fn is_recorder(self) -> bool {
        matches!(self.kind, DevType::NVR | DevType::DVR)
    }

    /// Whether the cloud is a place.
    #[must_use]
    pub const fn has_cloud(self) -> bool {
        self.cloud
    }

    /// The medium of a place, as 78H–7BH name it.
    pub(super) fn medium(self, place: RecordStoreType) -> StorageFlag {
        if place == RecordStoreType::CLOUD {
            StorageFlag::CLOUD
        } else {
            StorageFlag::SD_CARD.for_device(self.kind)
        }
    }

    /// The places of this device.
    pub(super) fn places(self) -> impl Iterator<Item = RecordStoreType> {
        [RecordStoreType::LOCAL, RecordStoreType::CLOUD]
            .into_iter()
            .filter(move |place| self.cloud || *place != RecordStoreType::CLOUD)
    }

    /// The place that a storage medium is, read as E-134 says.
    pub(super) fn place(self, medium: StorageFlag) -> Result<RecordStoreType, Refusal> {
        self.places()
            .find(|place| self.medium(*place) == medium.for_device(self.kind))
            .ok_or(Refusal::NoSuchMedium(medium))
    }
}
