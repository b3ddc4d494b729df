//! What a device is connected to: camera, motor, Wi-Fi adapter, card, detectors, flash, cable, router.
//!
//! Each piece stands behind a trait, so that a vendor plugs in its own. What the traits promise is written on
//! them; the [`sim`] backends keep the promises with a directory, a clock and a list.
//!
//! | trait | piece | simulated by |
//! |---|---|---|
//! | [`Camera`] | lens and encoder, for pictures | a test picture, or one of the operator's |
//! | [`Source`] | lens and encoder, for moving pictures | a test pattern, with feature `encoder` |
//! | [`Recorder`] | encoder and file system, for recordings | a line in the log |
//! | [`Ptz`] | motor of the camera | a position that moves with the clock, with ends |
//! | [`Wifi`] | Wi-Fi adapter | a list of access points with passwords |
//! | [`Network`] | cable and adapter as ways to the platform | a plug |
//! | [`Gateway`] | router that forwards ports (UPnP) | an address, or a refusal; there is none at first |
//! | [`Storage`] | SD card or disk | a directory with a quota |
//! | [`Alarms`] | detectors and inputs | whoever calls |
//! | [`Firmware`] | flash | a file |
//! | [`Power`] | start | a pause |
//!
//! Methods return at once unless they say that they block; those are called where blocking is allowed. What
//! happens by itself (a card is pulled, somebody moves in front of the lens) arrives as a [`Happening`].
//!
//! A vendor with pieces of its own starts from the simulated hardware and exchanges them, see
//! [`Station::fitted`](crate::Station::fitted), or brings all of them, see
//! [`Station::with_hardware`](crate::Station::with_hardware); [`Absent`] stands for what its device does not have.

mod absent;
mod camera;
pub mod sim;

use std::fmt;
use std::net::Ipv4Addr;
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;

use kandian_proto::time::Timestamp;
use kandian_proto::value::{ExceptionType, LocalStoreFlag, NetType, PtzDirection, Signal, WifiSecurity};
use tokio::sync::mpsc;

pub use self::absent::Absent;
pub use self::camera::{Camera, RecordJob, Recorder};
pub use crate::camera::Source;
pub use crate::state::{AlarmSource, Position, WifiProfile};

/// The pieces of a device.
#[derive(Clone)]
pub struct Hardware {
    /// Single pictures; `None` to take them out of the moving ones, which needs a decoder (feature `encoder`).
    pub camera: Option<Arc<dyn Camera>>,
    /// Moving pictures.
    pub video: Arc<dyn Source>,
    /// Recordings.
    pub recorder: Arc<dyn Recorder>,
    /// Motor.
    pub ptz: Arc<dyn Ptz>,
    /// Wi-Fi adapter.
    pub wifi: Arc<dyn Wifi>,
    /// Ways to the platform.
    pub network: Arc<dyn Network>,
    /// Router that forwards ports; `None` for a device that does not ask for it.
    pub gateway: Option<Arc<dyn Gateway>>,
    /// Card or disk.
    pub storage: Arc<dyn Storage>,
    /// Detectors and inputs.
    pub alarms: Arc<dyn Alarms>,
    /// Flash.
    pub firmware: Arc<dyn Firmware>,
    /// Start.
    pub power: Arc<dyn Power>,
}

impl fmt::Debug for Hardware {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Hardware")
    }
}

/// Happenings that wait at most. A detector that fires faster than alarms can be sent loses the surplus, which
/// would be the same alarm again.
pub const MOST_HAPPENINGS: usize = 64;

/// What happened by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Happening {
    /// A detector or input fired.
    Alarm(AlarmSource),
    /// The storage medium came, went or broke.
    Storage,
    /// A way to the platform came or went.
    Network,
    /// The router restarted, was exchanged, or has another address: what it forwarded is gone.
    Gateway,
    /// Somebody held the reset button.
    ResetButton,
    /// Something is wrong. Spec §7.5.4.
    Exception {
        /// Channel; 0 for the device as a whole (E-90).
        channel: u16,
        /// What.
        kind: ExceptionType,
        /// In words.
        text: String,
    },
}

/// Where a piece of hardware says what happened.
pub type Happenings = mpsc::Sender<Happening>;

/// An answer that takes its time.
pub type Pending<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Why a piece of hardware did not do what it was asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Fault(pub String);

impl From<std::io::Error> for Fault {
    fn from(error: std::io::Error) -> Self {
        Self(error.to_string())
    }
}

/// The motor of a camera. Spec §7.5.10; E-111.
pub trait Ptz: Send + Sync {
    /// Starts moving in a direction, or stops; a new direction replaces the old one. The motor stops by itself at
    /// its ends. The device stops it after a while.
    ///
    /// # Errors
    /// When it does not move.
    fn drive(&self, channel: u16, direction: PtzDirection) -> Result<(), Fault>;

    /// Where the camera looks.
    fn position(&self, channel: u16) -> Position;

    /// Turns to a position, after a start.
    fn restore(&self, channel: u16, position: Position);
}

/// An access point in a scan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Its name.
    pub ssid: String,
    /// How well it is received.
    pub signal: Signal,
    /// How it is secured.
    pub security: WifiSecurity,
}

/// A Wi-Fi adapter. Spec §7.5.8, §7.5.9, §11.
pub trait Wifi: Send + Sync {
    /// Looks around. In any order, the same name as often as it is seen.
    fn scan(&self) -> Pending<'_, Result<Vec<Seen>, Fault>>;

    /// Connects, and stays connected as long as it can. Ends another connection first.
    fn connect<'a>(&'a self, profile: &'a WifiProfile) -> Pending<'a, Result<(), Fault>>;

    /// Ends the connection.
    fn disconnect(&self);

    /// The access point it is connected to.
    fn connected(&self) -> Option<String>;
}

/// The ways to the platform. Spec §7.5.9, §11, E-109.
pub trait Network: Send + Sync {
    /// The way in use, the cable before Wi-Fi; `None` for no way at all.
    fn route(&self) -> Option<NetType>;
}

/// The router between the device and the Internet, asked by UPnP. Spec §7.3.2, §7.5.1, E-76.
pub trait Gateway: Send + Sync {
    /// Forwards a TCP port of the router to one of the device, and keeps it forwarded; returns the router's public
    /// address. The device asks again with the same ports before every connection, and gives up after 15 s.
    ///
    /// A call replaces what earlier calls forwarded.
    fn forward(&self, outside: u16, inside: u16) -> Pending<'_, Result<Ipv4Addr, Fault>>;
}

/// State of a storage medium, sizes in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Medium {
    /// There is none.
    Absent,
    /// It can record.
    Ready {
        /// Size.
        total: u64,
        /// What is left.
        free: u64,
    },
    /// It has no file system.
    Unformatted {
        /// Size.
        total: u64,
    },
    /// It does not work.
    Faulty,
}

impl Medium {
    /// The state as the capability report has it (E-83).
    #[must_use]
    pub const fn flag(self) -> LocalStoreFlag {
        match self {
            Self::Absent => LocalStoreFlag::NO_MEDIUM,
            Self::Ready { .. } => LocalStoreFlag::USABLE,
            Self::Unformatted { .. } => LocalStoreFlag::UNFORMATTED,
            Self::Faulty => LocalStoreFlag::FAULTY,
        }
    }

    /// Size and free space in MB. The specification does not say which; 2^20 bytes.
    #[must_use]
    pub const fn megabytes(self) -> (u64, u64) {
        match self {
            Self::Ready { total, free } => (total >> 20, free >> 20),
            Self::Unformatted { total } => (total >> 20, 0),
            Self::Absent | Self::Faulty => (0, 0),
        }
    }
}

/// A recording on the medium. Spec §7.5.22; E-45.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recording {
    /// Name of the file.
    pub name: String,
    /// Channel, counted from 0.
    pub channel: u16,
    /// Civil time of its first picture.
    pub start: Timestamp,
    /// Civil time of its last picture.
    pub end: Timestamp,
    /// Size in bytes.
    pub bytes: u64,
}

/// The SD card of a camera or the disk of a recorder. Spec §7.5.22, §7.5.36, §7.5.37. All methods block.
pub trait Storage: Send + Sync {
    /// Its state.
    fn medium(&self) -> Medium;

    /// Makes it empty and ready. Only called for a medium that is there.
    ///
    /// # Errors
    /// When it does not work afterwards.
    fn format(&self) -> Result<(), Fault>;

    /// What is recorded on it, in any order. None when it cannot record.
    ///
    /// # Errors
    /// When it cannot be read.
    fn recordings(&self) -> Result<Vec<Recording>, Fault>;
}

/// Detectors and inputs. Spec §7.5.32.
pub trait Alarms: Send + Sync {
    /// Switches a source on or off; called for each source at every start. A source that is off need not fire,
    /// and is not listened to.
    fn arm(&self, source: AlarmSource, armed: bool);
}

/// The flash that holds the firmware. Spec §7.5.17. All methods block.
pub trait Firmware: Send + Sync {
    /// The largest image it takes, in bytes.
    fn space(&self) -> u64;

    /// Checks an image and installs it; it counts from the next start on.
    ///
    /// # Errors
    /// When it is no image for this device, or not of this version. The old firmware stays.
    fn install(&self, image: &Path, version: &str) -> Result<(), Fault>;
}

/// The start of the device. Spec §7.5.16.
pub trait Power: Send + Sync {
    /// Starts the device again; the link is closed and everything is stored. Returns when the device is up again,
    /// or never when the program ends with it.
    fn restart(&self) -> Pending<'_, ()>;
}
