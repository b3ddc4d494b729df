//! Waits and limits of a link at the platform, each with its reason.

use kandian_codec::Command;

use crate::Operation;
use crate::session::Quirks;
use crate::time::{CHINA_OFFSET_MINUTES, Millis};
use crate::value::DevType;

/// Settings of all links; share one.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Config {
    /// How long a new link may take to its first message. Recorders need 3 seconds for a NAT test and
    /// more (10 seconds at least); a port scanner needs nothing. Default 30 s..
    pub first_message: Millis,
    /// How long a link may live without an accepted login once one was refused. Firmware repeats its login
    /// on the same link; 360 s is what a silent link gets as well.
    pub accepted_login: Millis,
    /// How long without a heartbeat a link stays open: 360 s..
    pub heartbeat: Millis,
    /// Most requests of one device that wait for the application; further ones are refused one by one. A recorder
    /// with 64 channels may raise an alarm on each of them when the lights go out, while viewers come in. 128.
    pub unanswered: usize,
    /// Most requests to one device that are open: one for each of the 31 commands, fewer in practice. 31.
    pub open_requests: usize,
    /// How long a device may take nothing before the link closes: 60 s. It reads heartbeat answers every 120 s, but
    /// a socket that is full for a minute is a device that does not read.
    pub stalled: Millis,
    /// Most bytes held back for a device that reads slowly: two of the longest frames. A device that leaves
    /// them lying does not read at all.
    pub held_bytes: usize,
    /// Minutes by which the civil time on the wire is ahead of UTC. E-13.
    pub offset_minutes: i16,
    /// Policies of a link until its device is known.
    pub quirks: Quirks,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            first_message: Millis::from_secs(30),
            accepted_login: Millis::from_secs(360),
            heartbeat: Millis::from_secs(360),
            unanswered: 128,
            open_requests: 31,
            stalled: Millis::from_secs(60),
            held_bytes: 2 * 65_559,
            offset_minutes: CHINA_OFFSET_MINUTES,
            quirks: Quirks::SPEC,
        }
    }
}

/// How long a device may take to answer a command. E-67.
///
/// 10 seconds for most. A search of recordings reads a disk index, a Wi-Fi scan listens on every channel,
/// and formatting takes what it takes.
#[must_use]
pub const fn answer_timeout(command: Command) -> Millis {
    match command {
        Command::FILE_QUERY | Command::GET_WIFI => Millis::from_secs(20),
        Command::STORE_FORMAT => Millis::from_secs(60),
        _ => Millis::from_secs(10),
    }
}

/// How long the application may take to answer a device.
///
/// Deployed recorders wait 4 seconds for a live token, 2 for a playback token and 5 for a login, and then
/// give up or ask again.
#[must_use]
pub const fn ticket_timeout(command: Command) -> Millis {
    match command {
        Command::VIDEO_PLAY => Millis::from_secs(4),
        Command::RECORD_PLAY => Millis::from_secs(2),
        _ => Millis::from_secs(5),
    }
}

/// Whether a device of this type has the command of an operation.; E-25.
///
/// Video parameters, Wi-Fi, PTZ, the cloud account, pictures, alarm switches and formatting belong to
/// cameras; bindings to recorders. A DVR has what both have, and video parameters. An unknown type is
/// asked anything.
#[must_use]
pub fn applies_to(operation: Operation, device_type: DevType) -> bool {
    use Operation as O;
    let video = matches!(operation, O::SetChannel | O::GetChannel);
    let camera = video
        || matches!(
            operation,
            O::GetWifi
                | O::SetWifi
                | O::VideoPtz
                | O::SetEstore
                | O::GetEstore
                | O::AddPicturePolicy
                | O::QueryPicturePolicy
                | O::DelPicturePolicy
                | O::SetAlarm
                | O::GetAlarm
                | O::StoreFormat
                | O::EstoreActivate
        );
    let recorder =
        matches!(operation, O::NvrLinkIpcam | O::NvrModifyIpcam | O::NvrDelIpcam | O::NvrQueryIpcam);
    match device_type {
        DevType::NVR => !camera,
        DevType::IPCAM => !recorder,
        DevType::DVR => !recorder && (video || !camera),
        _ => true,
    }
}
