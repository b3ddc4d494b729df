//! What was heard of devices and is not in the database yet.
//!
//! 100,000 devices send 830 heartbeats a second; one commit for each of them would leave no time for anything that
//! must be stored. So the latest of each device waits here, and all are written together every 5 seconds. What is lost
//! by a crash is when a device was last heard of.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use kandian_proto::DevId;

use crate::store::Sighting;

/// How often they are written.
pub(crate) const EVERY: Duration = Duration::from_secs(5);

/// The latest sighting of each device.
#[derive(Debug, Default)]
pub struct Board {
    latest: Mutex<HashMap<DevId, Sighting>>,
}

impl Board {
    /// Notes a sighting; it takes the place of an earlier one.
    pub fn note(&self, sighting: Sighting) {
        let mut latest = self.latest.lock().unwrap_or_else(PoisonError::into_inner);
        match latest.get(&sighting.device) {
            // Of a link that was replaced, told late.
            Some(newer) if newer.epoch > sighting.epoch => {}
            _ => drop(latest.insert(sighting.device, sighting)),
        }
    }

    /// Takes everything that waits, in the order of ids: then two writers never wait for each other.
    #[must_use]
    pub fn take(&self) -> Vec<Sighting> {
        let taken = std::mem::take(&mut *self.latest.lock().unwrap_or_else(PoisonError::into_inner));
        let mut all: Vec<_> = taken.into_values().collect();
        all.sort_unstable_by_key(|sighting| sighting.device);
        all
    }

    /// How many wait.
    #[must_use]
    pub fn len(&self) -> usize {
        self.latest.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    /// Whether none waits.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
