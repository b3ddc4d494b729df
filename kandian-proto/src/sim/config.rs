//! What is simulated.

use super::{Fleet, Kind};
use crate::time::Millis;

/// A range of waits, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// Shortest.
    pub least: Millis,
    /// Longest.
    pub most: Millis,
}

impl Span {
    /// A range in milliseconds.
    #[must_use]
    pub const fn millis(least: u64, most: u64) -> Self {
        Self { least: Millis(least), most: Millis(most) }
    }
}

/// The path between a device and its platform.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Network {
    /// One way; drawn once for each connection.
    pub latency: Span,
    /// Bytes per second of each direction of each connection.
    pub bandwidth: u64,
    /// Share of packets that get lost, 0 to 1. TCP sends them again after 1, 2, 4 … seconds, which shows as
    /// delay; after six losses in a row it gives up, and the other end learns nothing.
    pub loss: f64,
    /// Share of writes that arrive in two to four pieces, cut anywhere, 0 to 1.
    pub split: f64,
    /// Stalls per link and hour: nothing moves for a while, then everything.
    pub stalls: f64,
    /// How long a stall lasts.
    pub stall_for: Span,
    /// Resets per link and hour: both ends learn that the link is gone.
    pub resets: f64,
    /// Links that become half-open per link and hour: bytes vanish from then on, and nobody is told.
    pub half_open: f64,
    /// Bytes that may be under way in one direction before the sender is told to wait.
    pub send_buffer: u32,
    /// When a sender's TCP gives up a connection that acknowledges nothing: 924 s, Linux's default.
    pub give_up: Millis,
}

impl Default for Network {
    /// A calm day: 10 to 60 ms, 1 MB/s, nothing is lost.
    fn default() -> Self {
        Self {
            latency: Span::millis(10, 60),
            bandwidth: 1_000_000,
            loss: 0.0,
            split: 0.0,
            stalls: 0.0,
            stall_for: Span::millis(1_000, 20_000),
            resets: 0.0,
            half_open: 0.0,
            send_buffer: 65_536,
            give_up: Millis::from_secs(924),
        }
    }
}

/// What the applications at both ends do.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Life {
    /// How long the platform takes for a login.
    pub login: Span,
    /// How long the platform takes for another request of a device.
    pub service: Span,
    /// How long the platform takes for an HTTP request.
    pub http: Span,
    /// Commands per device and hour.
    pub commands: f64,
    /// Share of commands that reboot the device or format its disk, 0 to 1.
    pub drastic: f64,
    /// Alarms and token checks per device and hour.
    pub alarms: f64,
    /// Changes of address per device and hour.
    pub changes: f64,
    /// How long a device takes to answer.
    pub handling: Span,
    /// Share of commands that a device's application never answers, 0 to 1.
    pub forgotten: f64,
    /// Share of new devices that ask the group platform for their province first, 0 to 1.
    pub redirected: f64,
}

impl Default for Life {
    fn default() -> Self {
        Self {
            login: Span::millis(5, 50),
            service: Span::millis(2, 20),
            http: Span::millis(5, 50),
            commands: 0.5,
            drastic: 0.01,
            alarms: 0.5,
            changes: 0.1,
            handling: Span::millis(10, 300),
            forgotten: 0.002,
            redirected: 0.1,
        }
    }
}

/// How the links end when the platform restarts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RestartKind {
    /// The process ends; devices are told at once, and refused until it is back.
    Reset,
    /// The machine is gone: devices are not told, and hear nothing until another takes its place.
    HalfOpen,
}

/// One restart of the platform.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Restart {
    /// When.
    pub at: Millis,
    /// How.
    pub kind: RestartKind,
    /// Until it is back.
    pub down_for: Millis,
}

/// A whole run. The same configuration gives the same run, to the last byte.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Config {
    /// Everything random follows from it.
    pub seed: u64,
    /// Who takes part.
    pub fleet: Fleet,
    /// How long.
    pub duration: Millis,
    /// The devices are switched on evenly over this span.
    pub start_over: Millis,
    /// The paths.
    pub network: Network,
    /// The applications.
    pub life: Life,
    /// Restarts of the platform, in the order of time.
    pub restarts: Vec<Restart>,
    /// Distance of two points of the curves.
    pub sample: Millis,
    /// How long an honest device of each kind may be offline while the platform is up and nothing disturbs it;
    /// longer is a violation. See [`Config::patience`].
    pub patience: [Millis; 3],
}

impl Config {
    /// A run of one hour with default paths and applications.
    #[must_use]
    pub fn new(seed: u64, fleet: Fleet) -> Self {
        Self {
            seed,
            fleet,
            duration: Millis::from_secs(3_600),
            start_over: Millis::from_secs(300),
            network: Network::default(),
            life: Life::default(),
            restarts: Vec::new(),
            sample: Millis::from_secs(60),
            patience: Kind::ALL.map(Self::patience),
        }
    }

    /// The default bound for being offline.
    ///
    /// - Spec: 480 s until the third missed heartbeat, 300 s between registrations, 60 s of jitter, and 40 s for
    ///   connections and answers that do not come.
    /// - Legacy: a link that dies during the login is only given up by TCP, after 924 s; the rest is connections
    ///   and the NAT test.
    /// - Hostile devices are not watched.
    #[must_use]
    pub const fn patience(kind: Kind) -> Millis {
        match kind {
            Kind::Spec => Millis::from_secs(880),
            Kind::Legacy => Millis::from_secs(1_000),
            Kind::Hostile => Millis(u64::MAX),
        }
    }

    pub(super) fn check(&self) -> Result<(), ConfigError> {
        let network = &self.network;
        let life = &self.life;
        let shares = [network.loss, network.split, life.drastic, life.forgotten, life.redirected];
        let rates =
            [network.stalls, network.resets, network.half_open, life.commands, life.alarms, life.changes];
        let spans = [network.latency, network.stall_for, life.login, life.service, life.http, life.handling];
        let restarts = self.restarts.windows(2).all(|pair| match pair {
            [a, b] => a.at + a.down_for < b.at,
            _ => true,
        });
        match () {
            () if self.fleet.total() == 0 => Err(ConfigError::NoDevices),
            () if !self.fleet.fits() => Err(ConfigError::TooManyDevices),
            () if self.duration == Millis(0) || self.sample == Millis(0) => Err(ConfigError::NoTime),
            () if !shares.iter().all(|share| (0.0..=1.0).contains(share)) => Err(ConfigError::Share),
            () if !rates.iter().all(|rate| (0.0..=3_600.0).contains(rate)) => Err(ConfigError::Rate),
            () if network.bandwidth == 0 || spans.iter().any(|s| s.most < s.least) => Err(ConfigError::Range),
            () if !restarts => Err(ConfigError::Restarts),
            () => Ok(()),
        }
    }
}

/// Why a configuration makes no sense.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// Nobody takes part.
    #[error("there are no devices")]
    NoDevices,
    /// The ids do not suffice.
    #[error("there are more than 100,000,000 devices of one kind")]
    TooManyDevices,
    /// Nothing can happen.
    #[error("the duration and the sampling distance must be longer than nothing")]
    NoTime,
    /// A share is not between 0 and 1.
    #[error("a share is not between 0 and 1")]
    Share,
    /// A rate is negative, or above one event a second.
    #[error("a rate is not between 0 and 3600 an hour")]
    Rate,
    /// A range ends before it begins, or the bandwidth is 0.
    #[error("a range ends before it begins, or the bandwidth is 0")]
    Range,
    /// A restart begins before the last one is over.
    #[error("restarts must follow one another, each after the end of the last")]
    Restarts,
}
