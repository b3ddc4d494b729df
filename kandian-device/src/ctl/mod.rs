//! Local control: what a person does to a device, done by a program. For operators, demonstrations and tests.
//!
//! # The socket
//!
//! TCP on 127.0.0.1 with a port that the system chooses, one JSON object per line in each direction. Port and a
//! token are in the file `ctl.json` in the data directory, which nobody but the device's owner can read; who knows
//! the token may do what its owner may. A Unix socket would need no token, but its path must have fewer than 108
//! characters, which data directories do not keep to, and not every system has one.

mod act;
mod client;
mod server;

use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::time::Duration;
use std::{fs, io};

use kandian_proto::Secret;
use serde::{Deserialize, Serialize};

pub(crate) use act::act;
pub use client::{CtlError, send};
pub(crate) use server::{Server, serve};

use crate::status::Status;

/// Name of the file with port and token.
const FILE: &str = "ctl.json";
/// Longest line of a caller. A command has a few hundred bytes.
const MOST_LINE: u64 = 64 << 10;
/// How long a command may take: an alarm waits for its picture and for the platform's answer, 10 s each.
const PATIENCE: Duration = Duration::from_secs(30);

/// What the operator wants.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[non_exhaustive]
pub enum Command {
    /// Say how things are.
    Status,
    /// Let a detector fire. Spec §7.5.34.
    Alarm {
        /// Which.
        source: Source,
        /// Channel, counted from 0.
        channel: u16,
    },
    /// Report an exception. Spec §7.5.4.
    Exception {
        /// Type, 0 to 12.
        kind: u16,
        /// Channel; 0 for the device as a whole.
        channel: u16,
        /// In words; `None` for the words of the specification.
        text: Option<String>,
    },
    /// Do something to the card or disk.
    Card(Card),
    /// List the access points in reach.
    WifiList,
    /// Switch an access point on.
    WifiAdd {
        /// Name.
        ssid: String,
        /// Signal strength, 0 to 100.
        signal: u8,
        /// Code of the specification, 0 to 5.
        security: u16,
        /// What lets one in.
        password: String,
    },
    /// Switch an access point off.
    WifiRemove {
        /// Name.
        ssid: String,
    },
    /// Plug the network cable in, or pull it.
    Wire {
        /// Whether it is in.
        plugged: bool,
    },
    /// Change the router before the device: its public address, or `None` for one that forwards nothing.
    Gateway {
        /// The address.
        address: Option<Ipv4Addr>,
    },
    /// Press a button.
    Button(Button),
    /// Write a province platform address into the device, or take it away; then it starts again.
    Province {
        /// The address.
        url: Option<String>,
    },
}

/// Shows no password.
impl std::fmt::Debug for Command {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let name = match self {
            Self::Status => "status",
            Self::Alarm { source, channel } => return write!(f, "alarm {source:?} on channel {channel}"),
            Self::Exception { kind, .. } => return write!(f, "exception {kind}"),
            Self::Card(card) => return write!(f, "card {card:?}"),
            Self::WifiList => "wifi list",
            Self::WifiAdd { ssid, .. } => return write!(f, "wifi add {ssid:?}"),
            Self::WifiRemove { ssid } => return write!(f, "wifi remove {ssid:?}"),
            Self::Wire { plugged } => return write!(f, "wire plugged: {plugged}"),
            Self::Gateway { address: Some(address) } => return write!(f, "gateway {address}"),
            Self::Gateway { address: None } => "gateway refuses",
            Self::Button(button) => return write!(f, "button {button:?}"),
            Self::Province { .. } => "province",
        };
        f.write_str(name)
    }
}

/// A detector or input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Source {
    /// Motion in the picture.
    Motion,
    /// The infrared sensor.
    Infrared,
    /// The alarm button or remote control.
    Manual,
    /// A digital input, counted from 0.
    Dido(u16),
}

/// Something that happens to a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Card {
    /// It is put in, and works.
    Insert,
    /// It is pulled.
    Remove,
    /// It breaks.
    Fail,
    /// It loses its file system.
    Erase,
}

/// A button of the device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Button {
    /// Back to the factory (R-5.5, E-30).
    Reset,
    /// Off and on.
    Power,
}

/// What came of a command.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Reply {
    /// How things are.
    Status(Box<Status>),
    /// It is done; in words.
    Done(String),
    /// The access points in reach.
    Networks(Vec<Network>),
    /// It could not be done; in words.
    Failed(String),
}

/// An access point in reach.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Network {
    /// Name.
    pub ssid: String,
    /// Signal strength, 0 to 100.
    pub signal: u8,
    /// Code of the specification.
    pub security: u16,
    /// Whether the device is connected to it.
    pub in_use: bool,
}

/// Where the control socket of a device is, and what opens it.
#[derive(Clone, Debug)]
struct Door {
    port: u16,
    token: Secret,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct DoorForm {
    port: u16,
    token: String,
}

impl Door {
    fn path(directory: &Path) -> PathBuf {
        directory.join(FILE)
    }

    fn read(directory: &Path) -> io::Result<Self> {
        let form: DoorForm = serde_json::from_slice(&fs::read(Self::path(directory))?)?;
        Ok(Self { port: form.port, token: form.token.into() })
    }

    fn write(&self, directory: &Path) -> io::Result<()> {
        let form = DoorForm { port: self.port, token: self.token.reveal().to_owned() };
        crate::state::file::replace(&Self::path(directory), &serde_json::to_vec(&form)?)
    }
}

/// A line to the device.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Call {
    token: String,
    command: Command,
}
