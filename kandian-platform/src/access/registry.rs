//! The live links: who holds which device, and the way to send it a command.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use kandian_proto::session::CloseReason;
use kandian_proto::session::platform::{Admission, Hub, LinkEpoch, LinkId};
use kandian_proto::time::Now;
use kandian_proto::{DevId, Profile, Request};
use tokio::sync::{mpsc, oneshot};

use super::order::{Answer, CommandFailure, Order};

/// Whether a device is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// It is logged in.
    Online(LinkEpoch),
    /// It was when the platform stopped, and may come back.
    Unknown,
    /// It is not.
    Offline,
}

/// What the registry knows of the links at a moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Live {
    /// Links, logged in or not.
    pub links: usize,
    /// Devices that are logged in.
    pub devices: usize,
    /// Devices that have not come back since the platform started.
    pub unknown: usize,
    /// Orders that links have not taken yet.
    pub orders: usize,
}

/// The live links.
#[derive(Debug, Default)]
pub struct Registry {
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    last: u64,
    hub: Hub,
    links: HashMap<LinkId, Entry>,
    /// Logged in before the platform started, with the number of that login.
    unknown: HashMap<DevId, LinkEpoch>,
}

/// A link.
#[derive(Debug)]
struct Entry {
    orders: mpsc::Sender<Order>,
    /// How messages to its device are written.
    profile: Profile,
}

impl Registry {
    fn lock(&self) -> std::sync::MutexGuard<'_, Inner> {
        // What a panic leaves behind is whole: no step of this module has two halves.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a new link in.
    pub(super) fn enter(&self, orders: mpsc::Sender<Order>) -> LinkId {
        let mut inner = self.lock();
        inner.last += 1;
        let id = LinkId(inner.last);
        inner.links.insert(id, Entry { orders, profile: Profile::Spec });
        id
    }

    /// A link is gone.
    pub(super) fn leave(&self, link: LinkId) {
        self.lock().links.remove(&link);
    }

    /// An accepted login: decides who holds the device, and closes the link that did (E-72).
    pub(super) fn admit(
        &self,
        now: Now,
        device: DevId,
        link: LinkId,
        epoch: LinkEpoch,
        profile: Profile,
    ) -> Admission {
        let mut inner = self.lock();
        let admission = inner.hub.admit(now.mono, device, link, epoch);
        if let Admission::Replaces { link: older, .. } = admission
            && let Some(Entry { orders, .. }) = inner.links.get(&older)
        {
            // A link whose queue is full is closed by the next of its own limits.
            let _ = orders.try_send(Order::Close(CloseReason::Replaced));
        }
        if admission != Admission::Stale {
            inner.unknown.remove(&device);
            if let Some(entry) = inner.links.get_mut(&link) {
                entry.profile = profile;
            }
        }
        admission
    }

    /// The link of a login ended; returns whether the device is gone with it.
    pub(super) fn release(&self, device: DevId, epoch: LinkEpoch) -> bool {
        self.lock().hub.release(device, epoch)
    }

    /// Devices that were logged in when the platform stopped.
    pub fn expect(&self, devices: impl IntoIterator<Item = (DevId, LinkEpoch)>) {
        self.lock().unknown.extend(devices);
    }

    /// The time to come back is over: those that did not are offline.
    #[must_use]
    pub fn give_up(&self) -> Vec<(DevId, LinkEpoch)> {
        let mut gone: Vec<_> = std::mem::take(&mut self.lock().unknown).into_iter().collect();
        gone.sort_unstable();
        gone
    }

    /// Whether a device is there.
    #[must_use]
    pub fn presence(&self, device: DevId) -> Presence {
        let inner = self.lock();
        match inner.hub.holder(device) {
            Some((_, epoch)) => Presence::Online(epoch),
            None if inner.unknown.contains_key(&device) => Presence::Unknown,
            None => Presence::Offline,
        }
    }

    /// What there is at the moment.
    #[must_use]
    pub fn live(&self) -> Live {
        let inner = self.lock();
        let waiting = |entry: &Entry| entry.orders.max_capacity() - entry.orders.capacity();
        let orders = inner.links.values().map(waiting).sum();
        Live { links: inner.links.len(), devices: inner.hub.len(), unknown: inner.unknown.len(), orders }
    }

    /// How messages to a device are written, while it is logged in.
    #[must_use]
    pub fn profile(&self, device: DevId) -> Option<Profile> {
        let inner = self.lock();
        let (link, _) = inner.hub.holder(device)?;
        Some(inner.links.get(&link)?.profile)
    }

    /// Closes the link of a device; returns whether there was one.
    pub fn close(&self, device: DevId) -> bool {
        let inner = self.lock();
        let holder = inner.hub.holder(device).and_then(|(link, _)| inner.links.get(&link));
        holder.is_some_and(|entry| entry.orders.try_send(Order::Close(CloseReason::Application)).is_ok())
    }

    /// Asks a device.
    ///
    /// # Errors
    ///
    /// [`CommandFailure`]: how it ended instead.
    pub async fn ask(&self, device: DevId, request: Request) -> Result<Answer, CommandFailure> {
        let orders = {
            let inner = self.lock();
            match inner.hub.holder(device) {
                Some((link, _)) => inner
                    .links
                    .get(&link)
                    .map(|entry| entry.orders.clone())
                    .ok_or(CommandFailure::LinkLost)?,
                None if inner.unknown.contains_key(&device) => return Err(CommandFailure::Unknown),
                None => return Err(CommandFailure::Offline),
            }
        };
        let (reply, answer) = oneshot::channel();
        let order = Order::Ask { request: Box::new(request), reply };
        orders.send(order).await.map_err(|_| CommandFailure::LinkLost)?;
        answer.await.unwrap_or(Err(CommandFailure::LinkLost))
    }
}
