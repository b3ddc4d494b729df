//! Who holds which device, over all links.

use core::fmt;
use std::collections::BTreeMap;

use crate::DevId;
use crate::time::Millis;

/// Names a link among all links of a process; the application chooses the number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LinkId(pub u64);

/// The number of an accepted login of one device: the store hands them out, each higher than the last, also
/// over restarts and between nodes. Presence, commands and replies carry it; what carries an older one is
/// about a link that is gone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LinkEpoch(pub u64);

impl fmt::Display for LinkEpoch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "epoch {}", self.0)
    }
}

/// What an accepted login means for the other links.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Admission {
    /// The device was not here.
    New,
    /// The device logged in again on the link that holds it.
    Again,
    /// An older link held the device; close it with [`CloseReason::Replaced`](crate::session::CloseReason).
    Replaces {
        /// The older link.
        link: LinkId,
        /// How often in a row the device changed links within [`Hub::CONTENTION`] of each other. Above a
        /// handful, two devices share one id.
        changes: u32,
    },
    /// A newer login holds the device; this one comes too late and must not be answered with success.
    Stale,
}

/// Decides what concerns several links: which one holds a device. E-72.
///
/// ```
/// use kandian_proto::session::platform::{Admission, Hub, LinkEpoch, LinkId};
/// use kandian_proto::{DevId, time::Millis};
///
/// let device: DevId = "81100000001".parse()?;
/// let mut hub = Hub::new();
/// assert_eq!(hub.admit(Millis(0), device, LinkId(1), LinkEpoch(1)), Admission::New);
/// let admission = hub.admit(Millis(9), device, LinkId(2), LinkEpoch(2));
/// assert!(matches!(admission, Admission::Replaces { link: LinkId(1), .. }));
/// // The older link closes later than the newer one opened; the device stays.
/// assert!(!hub.release(device, LinkEpoch(1)));
/// assert_eq!(hub.holder(device), Some((LinkId(2), LinkEpoch(2))));
/// # Ok::<(), kandian_proto::InvalidDevId>(())
/// ```
#[derive(Debug, Default)]
pub struct Hub {
    devices: BTreeMap<DevId, Held>,
}

#[derive(Clone, Copy, Debug)]
struct Held {
    link: LinkId,
    epoch: LinkEpoch,
    since: Millis,
    changes: u32,
}

impl Hub {
    /// Two changes of link within this span count as one dispute: longer than a device waits before it
    /// reconnects, shorter than any reason to move it.
    pub const CONTENTION: Millis = Millis::from_secs(60);

    /// Holds nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A login was accepted and got its epoch. Call it before the success is sent.
    pub fn admit(&mut self, now: Millis, device: DevId, link: LinkId, epoch: LinkEpoch) -> Admission {
        let (mut changes, mut since) = (0, now);
        let admission = match self.devices.get(&device) {
            None => Admission::New,
            Some(held) if held.epoch > epoch => return Admission::Stale,
            // An epoch belongs to one login.
            Some(held) if held.epoch == epoch && held.link != link => return Admission::Stale,
            Some(held) if held.link == link => {
                (changes, since) = (held.changes, held.since);
                Admission::Again
            }
            Some(held) => {
                let disputed = now - held.since < Self::CONTENTION;
                changes = if disputed { held.changes.saturating_add(1) } else { 1 };
                Admission::Replaces { link: held.link, changes }
            }
        };
        self.devices.insert(device, Held { link, epoch, since, changes });
        admission
    }

    /// The link of a login ended. Returns whether the device is gone with it, or is held by a newer link.
    pub fn release(&mut self, device: DevId, epoch: LinkEpoch) -> bool {
        let current = self.is_current(device, epoch);
        if current {
            self.devices.remove(&device);
        }
        current
    }

    /// The link that holds a device.
    #[must_use]
    pub fn holder(&self, device: DevId) -> Option<(LinkId, LinkEpoch)> {
        self.devices.get(&device).map(|held| (held.link, held.epoch))
    }

    /// Whether a login is the latest of its device.
    #[must_use]
    pub fn is_current(&self, device: DevId, epoch: LinkEpoch) -> bool {
        self.devices.get(&device).is_some_and(|held| held.epoch == epoch)
    }

    /// How many devices are held.
    #[must_use]
    pub fn len(&self) -> usize {
        self.devices.len()
    }

    /// Whether no device is held.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.devices.is_empty()
    }

    /// The devices held, in the order of their ids.
    pub fn devices(&self) -> impl Iterator<Item = (DevId, LinkId, LinkEpoch)> + '_ {
        self.devices.iter().map(|(device, held)| (*device, held.link, held.epoch))
    }
}
