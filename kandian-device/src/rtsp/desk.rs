//! What the connections share: places, relays, and the list of who watches.

use std::collections::{BTreeMap, HashMap};
use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use kandian_proto::time::Timestamp;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};

use super::relay::Relays;
use super::sparing::Sparing;
use crate::camera::StreamId;

/// Token checks that the platform is asked at a time. The link has 64 places for what a device asks, and guessers must not
/// take those of alarms.
const MOST_CHECKS: usize = 16;
/// Connections besides those of viewers: players that look, platforms that probe the port, strangers.
const MOST_BESIDE: usize = 64;
/// The same of one address, which may be that of a relay or a gateway with viewers of its own. Less than the above: nobody
/// takes all places.
const MOST_BESIDE_OF_ADDRESS: usize = 16;

/// What all connections share.
#[derive(Debug)]
pub(crate) struct Desk {
    /// The port that is open.
    pub(crate) port: watch::Sender<Option<u16>>,
    pub(super) relays: Relays,
    pub(super) checks: Semaphore,
    /// Lines about those who are refused.
    pub(super) refusals: Sparing,
    places: Arc<Semaphore>,
    viewers: usize,
    connections: Arc<Mutex<HashMap<IpAddr, usize>>>,
    watching: Arc<Mutex<BTreeMap<u64, Arc<Watching>>>>,
    next: AtomicU64,
}

/// Somebody who watches.
#[derive(Debug)]
pub(crate) struct Watching {
    pub(crate) peer: SocketAddr,
    pub(crate) stream: StreamId,
    pub(crate) is_udp: bool,
    pub(crate) since: Timestamp,
    pub(crate) bytes: AtomicU64,
    /// Pictures that were not sent, because they were not taken in time.
    pub(crate) lost: AtomicU64,
}

/// An entry in the list; dropping it takes it out.
#[derive(Debug)]
pub(super) struct Entry {
    list: Arc<Mutex<BTreeMap<u64, Arc<Watching>>>>,
    number: u64,
    watching: Arc<Watching>,
}

impl Entry {
    pub(super) const fn watching(&self) -> &Arc<Watching> {
        &self.watching
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        lock(&self.list).remove(&self.number);
    }
}

/// A place for a connection; dropping it frees it.
#[derive(Debug)]
pub(super) struct Place {
    connections: Arc<Mutex<HashMap<IpAddr, usize>>>,
    address: IpAddr,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut connections = lock(&self.connections);
        if let Some(count) = connections.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                connections.remove(&self.address);
            }
        }
    }
}

/// Why there is no place for a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum NoPlace {
    #[error("{0} connections of that address are open")]
    OfAddress(usize),
    #[error("{0} connections are open")]
    OfAll(usize),
}

impl Desk {
    /// For so many viewers at a time.
    pub(crate) fn new(viewers: usize) -> Self {
        Self {
            port: watch::Sender::new(None),
            relays: Relays::default(),
            checks: Semaphore::new(MOST_CHECKS),
            refusals: Sparing::default(),
            places: Arc::new(Semaphore::new(viewers)),
            viewers,
            connections: Arc::default(),
            watching: Arc::default(),
            next: AtomicU64::new(0),
        }
    }

    /// A place for one more viewer, when there is one., E-180
    pub(super) fn place(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.places).try_acquire_owned().ok()
    }

    /// Whether all places are taken.
    pub(super) fn is_full(&self) -> bool {
        self.places.available_permits() == 0
    }

    /// A place for one more connection.
    pub(super) fn connect(&self, address: IpAddr) -> Result<Place, NoPlace> {
        let mut connections = lock(&self.connections);
        let all: usize = connections.values().sum();
        if all >= self.viewers + MOST_BESIDE {
            return Err(NoPlace::OfAll(all));
        }
        let count = connections.entry(address).or_default();
        if *count >= self.viewers + MOST_BESIDE_OF_ADDRESS {
            return Err(NoPlace::OfAddress(*count));
        }
        *count += 1;
        Ok(Place { connections: Arc::clone(&self.connections), address })
    }

    /// Enters somebody who watches.
    pub(super) fn enter(&self, watching: Watching) -> Entry {
        let (number, watching) = (self.next.fetch_add(1, Ordering::Relaxed), Arc::new(watching));
        lock(&self.watching).insert(number, Arc::clone(&watching));
        Entry { list: Arc::clone(&self.watching), number, watching }
    }

    /// Who watches, in the order in which they came.
    pub(crate) fn watching(&self) -> Vec<Arc<Watching>> {
        lock(&self.watching).values().cloned().collect()
    }

    /// How many watch, as heartbeats say it (`CurVideoNum`). Spec §7.5.3
    pub(crate) fn viewers(&self) -> u16 {
        u16::try_from(lock(&self.watching).len()).unwrap_or(u16::MAX)
    }

    /// How many connections are open.
    pub(crate) fn connections(&self) -> usize {
        lock(&self.connections).values().sum()
    }
}

fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One address does not take the places of the others, and all together do not take more than there are.
    #[test]
    fn connections_are_counted() {
        let desk = Desk::new(2);
        let address = |last| IpAddr::from([192, 0, 2, last]);
        let greedy: Vec<_> = (0..18).map(|_| desk.connect(address(1)).unwrap()).collect();
        assert_eq!(desk.connect(address(1)).unwrap_err(), NoPlace::OfAddress(18));
        let _others: Vec<_> = (0..48).map(|n| desk.connect(address(2 + n % 4)).unwrap()).collect();
        assert_eq!(desk.connect(address(9)).unwrap_err(), NoPlace::OfAll(66));
        drop(greedy);
        assert_eq!(desk.connections(), 48);
        assert!(desk.connect(address(1)).is_ok());
        assert_eq!(lock(&desk.connections).len(), 4);
    }
}
