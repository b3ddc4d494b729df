//! What came out.

use core::fmt;

use super::figures::{Counts, Ends, Rate, Sample, Spread};
use super::{Kind, Restart};
use crate::DevId;
use crate::time::Millis;

/// The outcome of a run.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Report {
    /// The seed it follows from.
    pub seed: u64,
    /// How much time passed in the simulation.
    pub duration: Millis,
    /// Hash over everything that happened: every event, every byte, in order.
    pub trace: u64,
    /// How many events there were.
    pub events: u64,
    /// Most events that lay ahead at one moment.
    pub queue: usize,
    /// By kind, in the order of [`Kind::ALL`].
    pub kinds: [KindReport; 3],
    /// The curves.
    pub samples: Vec<Sample>,
    /// Heartbeats of honest devices that reached the platform.
    pub heartbeats: Rate,
    /// Logins of honest devices that reached the platform.
    pub logins: Rate,
    /// What followed each restart of the platform.
    pub restarts: Vec<RestartReport>,
    /// Rules that did not hold; the first hundred.
    pub violations: Vec<Violation>,
    /// All of them.
    pub violation_count: u64,
}

impl Report {
    /// Whether every rule held.
    #[must_use]
    pub const fn is_clean(&self) -> bool {
        self.violation_count == 0
    }

    /// What concerns one kind.
    #[must_use]
    pub const fn kind(&self, kind: Kind) -> &KindReport {
        &self.kinds[kind.index()]
    }

    /// Device-hours simulated, in hours.
    #[must_use]
    pub fn device_hours(&self) -> f64 {
        let devices: u32 = self.kinds.iter().map(|kind| kind.devices).sum();
        f64::from(devices) * self.duration.0 as f64 / 3_600_000.0
    }
}

/// What concerns one kind of device.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct KindReport {
    /// How many there are.
    pub devices: u32,
    /// How many were online at the end.
    pub online: u32,
    /// Hash over what happened to these devices, each for itself: it does not depend on the other kinds.
    pub trace: u64,
    /// Connections made, and those that were refused or not answered.
    pub connections: u64,
    /// Connections that came to nothing.
    pub unconnected: u64,
    /// HTTP exchanges that reached the platform.
    pub registrations: u64,
    /// Logins that reached the platform.
    pub logins: Rate,
    /// Logins the platform accepted.
    pub accepted: u64,
    /// Logins the platform refused.
    pub refused: u64,
    /// From the connection to the accepted login, as the device sees it.
    pub login_latency: Spread,
    /// How long devices were offline, the time while the platform was down left out.
    pub offline: Spread,
    /// Heartbeats that reached the platform.
    pub heartbeats: u64,
    /// Why the platform closed links.
    pub platform_closes: Counts,
    /// Why devices closed links.
    pub device_closes: Counts,
    /// What the network did to links.
    pub network: Counts,
    /// Faults of the devices, as the platform saw them.
    pub faults: Counts,
    /// Faults of the platform, as the devices saw them.
    pub platform_faults: Counts,
    /// Requests of the platform to the devices.
    pub commands: Ends,
    /// Requests of the devices' applications to the platform.
    pub notices: Ends,
    /// Requests of the devices that the platform's application answered, did not answer in time, or could not
    /// answer because the link had ended.
    pub tickets: Tickets,
    /// What hostile devices did.
    pub attacks: Counts,
    /// What the links were put to.
    pub work: Work,
}

/// What became of the requests that devices sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tickets {
    /// Answered.
    pub answered: u64,
    /// The application was too late.
    pub expired: u64,
    /// The link ended first.
    pub link_lost: u64,
}

/// What links were put to. Bounds that a peer could push up would show here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Work {
    /// Bytes from the devices.
    pub bytes_up: u64,
    /// Bytes to the devices.
    pub bytes_down: u64,
    /// Most outputs of the platform's machine after one piece of bytes.
    pub most_outputs: u64,
    /// Most bytes the platform's machine sent after one piece of bytes.
    pub most_sent: u64,
    /// Most bytes under way from a device.
    pub most_up: u32,
    /// Most bytes under way to a device.
    pub most_down: u32,
    /// Most requests of one device that waited for the application.
    pub most_waiting: usize,
}

/// What followed a restart of the platform.
#[derive(Clone, Debug, PartialEq)]
pub struct RestartReport {
    /// The restart.
    pub restart: Restart,
    /// Devices that were online before, by kind.
    pub online_before: [u32; 3],
    /// From the restart until each of them was back, by kind.
    pub back: [Spread; 3],
    /// Most logins per second between this restart and the next, by kind.
    pub login_peak: [u32; 3],
}

impl RestartReport {
    /// How many devices of a kind did not come back.
    #[must_use]
    pub fn missing(&self, kind: Kind) -> u64 {
        u64::from(self.online_before[kind.index()]) - self.back[kind.index()].count()
    }
}

/// A rule that did not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// When it showed.
    pub at: Millis,
    /// Kind of the device.
    pub kind: Kind,
    /// The device.
    pub device: DevId,
    /// The rule.
    pub rule: Rule,
    /// What was seen instead.
    pub found: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (ms, secs) = (self.at.0 % 1_000, self.at.as_secs());
        write!(f, "{}:{:02}:{:02}.{ms:03} ", secs / 3_600, secs / 60 % 60, secs % 60)?;
        write!(f, "{} device {}: {}: {}", self.kind, self.device, self.rule, self.found)
    }
}

/// The rules that are watched while a simulation runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Rule {
    /// Every request of the platform and of a device's application ends exactly once.
    EndsOnce,
    /// An honest device is online again within the bound of its kind.
    NotStuck,
    /// Queues are bounded.
    Bounded,
    /// A machine does what its contract says, and rests.
    Contract,
    /// No honest device is refused.
    Served,
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::EndsOnce => "every request ends exactly once",
            Self::NotStuck => "no device is stuck",
            Self::Bounded => "queues are bounded",
            Self::Contract => "machines keep their contract",
            Self::Served => "no honest device is refused",
        })
    }
}
