//! Whether the port that a device's router forwards lets anybody in. Spec §8.7, §15 (2); E-187.
//!
//! A device says which port its router has opened for it (UPnP). The platform connects there at each login and after each
//! heartbeat that says something new, and hangs up; clients are sent there only when that worked.
//!
//! A platform that connects wherever it is told would scan ports for anybody who has a device. So the address has to be
//! the one that the link of the device comes from, in no private network and not of this machine, and a device has few
//! tries in a minute.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, SocketAddrV4};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use kandian_proto::DevId;
use kandian_proto::session::platform::LinkEpoch;
use kandian_proto::time::Millis;
use tokio::net::TcpStream;
use tokio::sync::Semaphore;

use super::peer::PeerAddr;
use crate::app::App;
use crate::events::What;
use crate::store::UpnpState;

/// How long a connection may take (E-187).
const PATIENCE: Duration = Duration::from_secs(3);
/// Connections at a time. When a whole province logs in at once and none of its routers answers, that is 21 a second.
const AT_A_TIME: usize = 64;
/// Tries of one device that may come at once, and the share of each in time. Behind the NAT of a carrier its address is that
/// of others as well.
const BURST: u64 = 3;
const EACH: Millis = Millis::from_secs(20);

/// What is known of the ports at routers.
#[derive(Debug)]
pub struct Probes {
    devices: Mutex<HashMap<DevId, Entry>>,
    turns: Semaphore,
}

/// What is known of one device.
#[derive(Debug, Default)]
struct Entry {
    /// The login that it is about.
    epoch: LinkEpoch,
    /// Where the port is.
    target: Option<SocketAddr>,
    /// Whether it lets anybody in; `None` before that is known.
    open: Option<bool>,
    /// It is to be tried.
    due: bool,
    /// A task is at it.
    busy: bool,
    /// When its tries are forgotten.
    spent: Millis,
}

/// What the task of a device does next.
enum Next {
    Try,
    Wait(Millis),
    End,
}

impl Default for Probes {
    fn default() -> Self {
        Self { devices: Mutex::default(), turns: Semaphore::new(AT_A_TIME) }
    }
}

impl Probes {
    /// Where a device can be reached at its router, while this login lasts.
    #[must_use]
    pub fn open(&self, device: DevId, epoch: LinkEpoch) -> Option<SocketAddr> {
        let devices = self.lock();
        let entry = devices.get(&device).filter(|entry| entry.epoch == epoch && entry.open == Some(true))?;
        entry.target
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<DevId, Entry>> {
        // What a panic leaves behind is whole: no step of this module has two halves.
        self.devices.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes where the port of a device is now; returns whether somebody has to begin with it.
    fn expect(&self, device: DevId, epoch: LinkEpoch, target: Option<SocketAddr>) -> bool {
        let mut devices = self.lock();
        if target.is_none() && !devices.contains_key(&device) {
            return false;
        }
        let entry = devices.entry(device).or_default();
        if entry.epoch > epoch {
            return false;
        }
        if entry.epoch < epoch || entry.target != target {
            entry.open = None;
        }
        (entry.epoch, entry.target, entry.due) = (epoch, target, target.is_some());
        entry.due && !std::mem::replace(&mut entry.busy, true)
    }

    /// A login is over. What it has tried counts until it is forgotten.
    pub(super) fn forget(&self, device: DevId, epoch: LinkEpoch, now: Millis) {
        let mut devices = self.lock();
        let Some(entry) = devices.get_mut(&device).filter(|entry| entry.epoch == epoch) else { return };
        (entry.target, entry.open, entry.due) = (None, None, false);
        if !entry.busy && entry.spent <= now {
            devices.remove(&device);
        }
    }

    fn next(&self, device: DevId, now: Millis) -> Next {
        let mut devices = self.lock();
        let Some(entry) = devices.get_mut(&device) else { return Next::End };
        if !entry.due {
            entry.busy = false;
            if entry.target.is_none() && entry.spent <= now {
                devices.remove(&device);
            }
            return Next::End;
        }
        let allowed = entry.spent.0.saturating_sub(EACH.0 * (BURST - 1));
        if allowed > now.0 { Next::Wait(Millis(allowed)) } else { Next::Try }
    }

    /// What to try now, which is on the account of the device from here on.
    fn take(&self, device: DevId, now: Millis) -> Option<(LinkEpoch, SocketAddr)> {
        let mut devices = self.lock();
        let entry = devices.get_mut(&device)?;
        let target = entry.target.filter(|_| std::mem::take(&mut entry.due))?;
        entry.spent = entry.spent.max(now) + EACH;
        Some((entry.epoch, target))
    }

    /// Notes how a try ended; returns whether that still says something.
    fn found(&self, device: DevId, epoch: LinkEpoch, target: SocketAddr, open: bool) -> bool {
        let mut devices = self.lock();
        let about_it = |entry: &&mut Entry| entry.epoch == epoch && entry.target == Some(target);
        devices.get_mut(&device).filter(about_it).map(|entry| entry.open = Some(open)).is_some()
    }
}

/// The port of a device may be another, or open now: tries it, in a task of its own.
///
/// `here` is the address of this machine on the link.
pub(super) fn ask(
    app: &Arc<App>,
    (device, epoch): (DevId, LinkEpoch),
    upnp: Option<SocketAddrV4>,
    peer: PeerAddr,
    here: Option<IpAddr>,
) {
    let settings = &app.config.access;
    let wanted = upnp.filter(|_| settings.probe_upnp);
    let target = wanted.filter(|upnp| may_be_tried(*upnp, peer.ip(), here, settings.probe_private));
    if !app.probes.expect(device, epoch, target.map(SocketAddr::V4)) {
        return;
    }
    let app = Arc::clone(app);
    app.clone().tasks.spawn(async move {
        let stop = app.stop.clone();
        tokio::select! {
            () = work(&app, device) => {}
            () = stop.cancelled() => {}
        }
    });
}

async fn work(app: &App, device: DevId) {
    loop {
        match app.probes.next(device, app.clock.now().mono) {
            Next::End => return,
            Next::Wait(until) => tokio::time::sleep_until(app.clock.instant(until).into()).await,
            Next::Try => {
                let Some((epoch, target, open)) = tried(app, device).await else { continue };
                if app.probes.found(device, epoch, target, open) {
                    tell(app, device, epoch, target, open).await;
                }
            }
        }
    }
}

/// Waits for a turn and connects to what is wanted then; `None` when nothing is wanted any more.
async fn tried(app: &App, device: DevId) -> Option<(LinkEpoch, SocketAddr, bool)> {
    // Never closed.
    let _turn = app.probes.turns.acquire().await.ok()?;
    let (epoch, target) = app.probes.take(device, app.clock.now().mono)?;
    Some((epoch, target, connects(target).await))
}

async fn connects(target: SocketAddr) -> bool {
    matches!(tokio::time::timeout(PATIENCE, TcpStream::connect(target)).await, Ok(Ok(_)))
}

async fn tell(app: &App, device: DevId, epoch: LinkEpoch, target: SocketAddr, open: bool) {
    let (state, outcome) = if open { (UpnpState::Open, "open") } else { (UpnpState::Closed, "closed") };
    metrics::counter!("kandian_upnp_probes_total", "outcome" => outcome).increment(1);
    tracing::debug!(%device, %target, outcome, "the port at its router was tried (R-15.5)");
    if let Err(error) = app.store.note_upnp(device, epoch, target, state).await {
        tracing::error!(%device, %error, "whether a device can be reached could not be noted");
    }
    app.bus.publish(app.clock.wall(), device, What::Upnp { address: target.to_string(), open });
}

/// Whether the platform may connect to what a device names.
fn may_be_tried(upnp: SocketAddrV4, peer: IpAddr, here: Option<IpAddr>, private: bool) -> bool {
    let ip = IpAddr::V4(*upnp.ip());
    if upnp.port() == 0 || ip != peer.to_canonical() {
        return false;
    }
    private || (is_public(*upnp.ip()) && here.is_none_or(|here| here.to_canonical() != ip))
}

/// Whether an address is one of the Internet.
fn is_public(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    let shared = a == 100 && (64..128).contains(&b);
    let special = a == 0 || a >= 240 || (a == 192 && b == 0 && c == 0) || (a == 198 && (b & 0xFE) == 18);
    let elsewhere = ip.is_private() || ip.is_loopback() || ip.is_link_local() || ip.is_multicast();
    !(elsewhere || shared || special)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(upnp: &str, peer: &str, here: &str, private: bool) -> bool {
        may_be_tried(upnp.parse().unwrap(), peer.parse().unwrap(), here.parse().ok(), private)
    }

    /// E-187: the device's own public address, and no other.
    #[test]
    fn where_the_platform_connects() {
        assert!(allowed("203.0.113.7:18588", "203.0.113.7", "198.51.100.1", false));
        assert!(allowed("203.0.113.7:18588", "::ffff:203.0.113.7", "198.51.100.1", false));
        for (upnp, peer) in [
            ("203.0.113.8:18588", "203.0.113.7"),
            ("203.0.113.7:0", "203.0.113.7"),
            ("198.51.100.1:8588", "198.51.100.1"),
            ("203.0.113.7:18588", "2001:db8::7"),
        ] {
            assert!(!allowed(upnp, peer, "198.51.100.1", false), "{upnp} {peer}");
        }
        for ip in [
            "0.1.2.3",
            "10.1.2.3",
            "100.64.0.1",
            "127.0.0.1",
            "169.254.1.2",
            "172.16.0.1",
            "192.0.0.8",
            "192.168.1.88",
            "198.18.0.1",
            "224.0.0.1",
            "239.255.255.250",
            "240.0.0.1",
            "255.255.255.255",
        ] {
            let upnp = format!("{ip}:18588");
            assert!(!allowed(&upnp, ip, "198.51.100.1", false), "{ip}");
            assert!(allowed(&upnp, ip, ip, true), "{ip}");
            assert!(!allowed(&upnp, "203.0.113.7", "198.51.100.1", true), "{ip}");
        }
        for ip in
            ["1.1.1.1", "100.63.0.1", "100.128.0.1", "172.32.0.1", "192.0.1.1", "198.20.0.1", "223.255.255.1"]
        {
            assert!(is_public(ip.parse().unwrap()), "{ip}");
        }
    }

    fn device() -> DevId {
        "81100000001".parse().unwrap()
    }

    fn target(port: u16) -> SocketAddr {
        SocketAddr::from(([203, 0, 113, 7], port))
    }

    /// One task for a device; a newer login and another port make an older result worthless.
    #[test]
    fn results_are_of_one_login_and_one_port() {
        let (probes, id) = (Probes::default(), device());
        let (first, second) = (LinkEpoch(1), LinkEpoch(2));
        assert!(!probes.expect(id, first, None));
        assert!(probes.expect(id, first, Some(target(1))));
        assert!(!probes.expect(id, first, Some(target(2))));
        assert_eq!(probes.take(id, Millis(0)), Some((first, target(2))));
        assert_eq!(probes.take(id, Millis(0)), None);
        assert!(!probes.found(id, first, target(1), true));
        assert!(probes.found(id, first, target(2), true));
        assert_eq!(probes.open(id, first), Some(target(2)));
        assert_eq!(probes.open(id, second), None);
        // The same port again: the former result counts until there is another.
        probes.expect(id, first, Some(target(2)));
        assert_eq!(probes.open(id, first), Some(target(2)));
        probes.expect(id, first, Some(target(3)));
        assert_eq!(probes.open(id, first), None);
        probes.expect(id, second, Some(target(3)));
        assert!(!probes.expect(id, first, Some(target(9))));
        probes.forget(id, first, Millis(0));
        assert_eq!(probes.take(id, Millis(0)), Some((second, target(3))));
        assert!(probes.found(id, second, target(3), false));
        assert_eq!(probes.open(id, second), None);
    }

    /// Three tries at once, then one in 20 seconds, whether the device logs in anew or not; then nothing is left of it.
    #[test]
    fn tries_are_few() {
        let (probes, id) = (Probes::default(), device());
        for epoch in 1..=3 {
            probes.expect(id, LinkEpoch(epoch), Some(target(1)));
            assert!(matches!(probes.next(id, Millis(5)), Next::Try));
            assert!(probes.take(id, Millis(5)).is_some());
            probes.forget(id, LinkEpoch(epoch), Millis(5));
        }
        probes.expect(id, LinkEpoch(4), Some(target(1)));
        assert!(matches!(probes.next(id, Millis(5)), Next::Wait(Millis(20_005))));
        assert!(matches!(probes.next(id, Millis(20_005)), Next::Try));
        probes.expect(id, LinkEpoch(4), None);
        assert!(matches!(probes.next(id, Millis(60_005)), Next::End));
        assert_eq!(probes.lock().len(), 0);
    }
}
