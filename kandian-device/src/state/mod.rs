//! What a device remembers: every setting that a platform or an operator can change.
//!
//! | file | holds |
//! |---|---|
//! | this one | the settings, as plain values, and what the factory puts into them |
//! | `form.rs` | how they are written down, and what is refused when they are read |
//! | `file.rs` | a file that is replaced as a whole and reaches the disk |
//! | `store.rs` | the one way to change settings: what is changed is on the disk before anybody hears of it |
//! | `damage.rs` | what is done with a file that cannot be read |

mod damage;
pub(crate) mod file;
mod form;
mod store;

use std::collections::{BTreeMap, BTreeSet};

use kandian_proto::message::device::{Onvif, VideoParameters};
use kandian_proto::schedule::Plan;
use kandian_proto::session::Server;
use kandian_proto::value::{
    AlarmType, CameraAddress, ExceptionType, Host, Port, StreamType, Url, UrlOrEmpty, WifiSecurity,
};
use kandian_proto::{DevId, Secret};

pub use store::StateError;
pub(crate) use store::{ChangeError, Store};

use crate::model::Model;

/// Everything that survives a restart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct State {
    /// Who the settings belong to: a data directory is not shared by two devices.
    pub(crate) device: DevId,
    /// What an upgrade installed; `None` for the version the device was delivered with.
    pub(crate) firmware: Option<String>,
    /// The platforms.
    pub(crate) province: Province,
    /// Encoder settings of every channel and stream; empty for a recorder.
    pub(crate) video: BTreeMap<(u16, StreamType), VideoParameters>,
    /// The access point to use.
    pub(crate) wifi: Option<WifiProfile>,
    /// Where the camera of a channel looks.
    pub(crate) ptz: BTreeMap<u16, Position>,
    /// The cloud account.
    pub(crate) cloud: Cloud,
    /// Policies and recording flags.
    pub(crate) plan: Plan,
    /// Alarm sources that are disarmed. All others are armed.
    pub(crate) disarmed: BTreeSet<AlarmSource>,
    /// The cameras of a recorder, by channel.
    pub(crate) bindings: BTreeMap<u16, Binding>,
    /// The FTP server for pictures, of the last registration (E-140).
    pub(crate) ftp: FtpProfile,
    /// How others reach the device by ONVIF; `None` for a device without it.
    pub(crate) onvif: Option<Onvif>,
    /// Reports that a command promised to the platform and that it has not confirmed yet.
    pub(crate) owed: Vec<Report>,
}

/// Most reports that are kept for a platform that cannot be reached; the oldest gives way.
pub(crate) const MOST_OWED: usize = 16;

/// The province platform, and what the group platform named along with it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Province {
    /// Named by the group platform.
    pub(crate) url: Option<Url>,
    /// STUN servers named by the group platform, the primary one first (E-31).
    pub(crate) stun: Vec<Server>,
    /// Written into the device by its owner; goes before everything else.
    pub(crate) manual: Option<Url>,
}

/// An access point and how to get in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WifiProfile {
    /// Name.
    pub ssid: String,
    /// Security; E-108.
    pub security: WifiSecurity,
    /// Password; empty for an open network.
    pub password: Secret,
}

/// Where a camera looks, in tenths of a degree: right and up are positive.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Position {
    /// Left and right.
    pub pan: i16,
    /// Down and up.
    pub tilt: i16,
}

/// The cloud account, as the last login or command 65H gave it..
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Cloud {
    /// Whether the platform has cloud storage for this device; without, nothing is uploaded (R-7.48, E-77).
    pub(crate) offered: bool,
    pub(crate) url: UrlOrEmpty,
    pub(crate) access_key: Secret,
    pub(crate) secret_key: Secret,
    pub(crate) record_bucket: String,
    pub(crate) picture_bucket: String,
}

/// A source of alarms. The input is that of a digital input, `None` for every other source (E-138).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AlarmSource {
    /// Channel, counted from 0 (E-15).
    pub channel: u16,
    /// Kind of source.
    pub kind: AlarmType,
    /// Which digital input, counted from 0 (E-84).
    pub input: Option<u16>,
}

/// A camera of a recorder. Spec §7.5.18.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Binding {
    pub(crate) camera: DevId,
    pub(crate) address: CameraAddress,
    pub(crate) onvif: Onvif,
}

/// An FTP server. Spec §7.2.1; E-49.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct FtpProfile {
    pub(crate) host: Host,
    pub(crate) port: Port,
    pub(crate) account: String,
    pub(crate) password: Secret,
}

/// An exception that is reported when the platform can be reached: the outcome of a command..
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Report {
    pub(crate) kind: ExceptionType,
    pub(crate) text: String,
}

impl State {
    /// A device as it leaves the factory. Spec §16; E-189, E-190.
    ///
    /// The specification names no default for alarm switches. Every source is armed: an alarm that nobody asked
    /// for is worth more than one that nobody saw.
    pub(crate) fn factory(model: &Model, device: DevId, onvif: Option<Onvif>) -> Self {
        Self {
            device,
            firmware: None,
            province: Province::default(),
            video: factory_video(model),
            wifi: None,
            ptz: BTreeMap::new(),
            cloud: Cloud::default(),
            plan: Plan::new(model.equipment()),
            disarmed: BTreeSet::new(),
            bindings: BTreeMap::new(),
            ftp: FtpProfile::default(),
            onvif,
            owed: Vec::new(),
        }
    }

    /// Back to the factory (82H, reset button)., E-30, E-150.
    ///
    /// Recordings are no setting and stay. So do the firmware, which is no setting either, and the ids of
    /// policies, so that none means another policy than before.
    pub(crate) fn reset(&mut self, model: &Model) {
        let mut plan = self.plan.clone();
        plan.reset();
        let firmware = self.firmware.take();
        *self = Self { firmware, plan, ..Self::factory(model, self.device, self.onvif.take()) };
    }

    /// Keeps a report until the platform has confirmed it.
    pub(crate) fn owe(&mut self, report: Report) {
        if self.owed.len() >= MOST_OWED {
            self.owed.remove(0);
        }
        self.owed.push(report);
    }
}

fn factory_video(model: &Model) -> BTreeMap<(u16, StreamType), VideoParameters> {
    let streams = [StreamType::MAIN, StreamType::SUB].into_iter();
    let settings = streams.filter_map(|stream| Some((stream, model.factory().video(stream)?)));
    settings
        .flat_map(|(stream, video)| {
            (0..model.channels).map(move |channel| ((channel, stream), video.clone()))
        })
        .collect()
}

#[cfg(test)]
mod tests;
