//! What a device says of itself to its operator.

use std::net::SocketAddr;
use std::sync::atomic::Ordering;

use kandian_proto::session::{Exchange, Server};
use kandian_proto::value::{PolicyStreamType, RecordStoreType, StreamType};
use serde::Serialize;
use tokio::time::Instant;

use crate::hardware::{Medium, Position, RecordJob};
use crate::record;
use crate::rtsp::Watching;
use crate::unit::Unit;

/// Where a device is on its way to the platform.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum LinkPhase {
    /// It starts.
    #[default]
    Starting,
    /// It has no network; a camera with Wi-Fi waits for somebody to set it up (chapter 11).
    NoNetwork,
    /// It asks the group platform for its province platform.
    Redirecting,
    /// It registers with its province platform.
    Registering,
    /// There is no platform to go to; only a restart helps.
    Unassigned,
    /// It waits before the next attempt.
    Waiting,
    /// It connects or logs in.
    Connecting,
    /// It is logged in and reports its capabilities.
    LoggedIn,
    /// Heartbeats run.
    Online,
}

/// The link at this moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct LinkStatus {
    pub(crate) phase: LinkPhase,
    pub(crate) server: Option<Server>,
    pub(crate) problem: Option<String>,
    /// When the next attempt is made, while the device waits.
    pub(crate) next_attempt: Option<Instant>,
    /// How often the device was online since the program started.
    pub(crate) logins: u64,
    /// How often it started again since the program started.
    pub(crate) restarts: u64,
}

impl LinkStatus {
    pub(crate) fn asks(&mut self, exchange: Exchange) {
        self.phase = match exchange {
            Exchange::Redirect => LinkPhase::Redirecting,
            Exchange::Register => LinkPhase::Registering,
        };
    }

    /// A way to the platform came or went.
    pub(crate) fn rerouted(&mut self, is_connected: bool) {
        match (is_connected, self.phase) {
            (false, phase) if phase != LinkPhase::Unassigned => self.phase = LinkPhase::NoNetwork,
            (true, LinkPhase::NoNetwork) => self.phase = LinkPhase::Waiting,
            // Without a platform to go to, the network makes no difference.
            _ => {}
        }
    }

    pub(crate) fn fails(&mut self, phase: LinkPhase, problem: String) {
        (self.phase, self.problem) = (phase, Some(problem));
    }
}

/// A device at this moment, without its secrets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Status {
    /// Device id.
    pub id: String,
    /// `IPCAM`, `DVR` or `NVR`.
    pub kind: String,
    /// The firmware that runs.
    pub firmware: String,
    /// Where it is on its way to the platform.
    pub link: LinkPhase,
    /// Whether heartbeats run.
    pub online: bool,
    /// Registration address of the province platform, once known.
    pub province: Option<String>,
    /// The access server of the latest link.
    pub server: Option<String>,
    /// The latest thing that went wrong with the link; `None` when it is well.
    pub problem: Option<String>,
    /// Seconds until it tries again, while it waits.
    pub next_attempt_s: Option<u64>,
    /// How often it was online since the program started.
    pub logins: u64,
    /// How often it started again since the program started.
    pub restarts: u64,
    /// The way to the platform: `wired`, `wifi`, or none.
    pub network: Option<&'static str>,
    /// The access point it is connected to.
    pub wifi: Option<String>,
    /// The card or disk.
    pub storage: StorageStatus,
    /// The port of the RTSP server; none while somebody else has it.
    pub rtsp_port: Option<u16>,
    /// Who watches.
    pub viewers: Vec<ViewerStatus>,
    /// RTSP connections that are open, of viewers and others.
    pub rtsp_connections: usize,
    /// What is recorded at the moment. A simulated recorder only says so.
    pub recording: Vec<RecordingStatus>,
    /// Where the camera of each channel looks, in tenths of a degree; empty for a device that cannot be turned.
    pub ptz: Vec<Position>,
    /// Number of record policies.
    pub record_policies: usize,
    /// Number of picture policies.
    pub picture_policies: usize,
    /// The cameras of a recorder: channel and device id.
    pub bindings: Vec<(u16, String)>,
    /// Number of outcomes that the platform has not confirmed yet.
    pub reports_owed: usize,
}

/// Somebody who watches.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ViewerStatus {
    /// Where it is.
    pub address: SocketAddr,
    /// Channel, counted from 0.
    pub channel: u16,
    /// `main`, or `sub`.
    pub stream: &'static str,
    /// `tcp`, or `udp`.
    pub transport: &'static str,
    /// Since when, in the civil time of the device.
    pub since: String,
    /// Bytes that were sent.
    pub bytes: u64,
    /// Pictures that it was too slow for.
    pub lost: u64,
}

impl From<&Watching> for ViewerStatus {
    fn from(watching: &Watching) -> Self {
        Self {
            address: watching.peer,
            channel: watching.stream.channel,
            stream: if watching.stream.stream == StreamType::MAIN { "main" } else { "sub" },
            transport: if watching.is_udp { "udp" } else { "tcp" },
            since: watching.since.to_string(),
            bytes: watching.bytes.load(Ordering::Relaxed),
            lost: watching.lost.load(Ordering::Relaxed),
        }
    }
}

/// A recording that is made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct RecordingStatus {
    /// Channel, counted from 0.
    pub channel: u16,
    /// `local` or `cloud`.
    pub place: &'static str,
    /// `main`, or `sub`.
    pub stream: &'static str,
}

impl RecordingStatus {
    fn of(channel: u16, place: RecordStoreType, job: RecordJob) -> Self {
        let place = record::name(place);
        let stream = if job.stream == PolicyStreamType::MAIN { "main" } else { "sub" };
        Self { channel, place, stream }
    }
}

/// A card or disk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct StorageStatus {
    /// `absent`, `ready`, `unformatted` or `faulty`.
    pub state: &'static str,
    /// Size in MB.
    pub total_mb: u64,
    /// Free space in MB.
    pub free_mb: u64,
}

impl From<Medium> for StorageStatus {
    fn from(medium: Medium) -> Self {
        let state = match medium {
            Medium::Absent => "absent",
            Medium::Ready { .. } => "ready",
            Medium::Unformatted { .. } => "unformatted",
            Medium::Faulty => "faulty",
        };
        let (total_mb, free_mb) = medium.megabytes();
        Self { state, total_mb, free_mb }
    }
}

impl Unit {
    /// The device at this moment.
    pub(crate) async fn status(&self) -> Status {
        use kandian_proto::value::NetType;
        let medium = self.with_storage(|storage| storage.medium()).await.unwrap_or(Medium::Faulty);
        let (state, link) = (self.store.read(), self.link.borrow().clone());
        let saved = state.plan.save();
        let named = state.province.manual.as_ref().or(self.config.province.as_ref());
        let model = &self.config.model;
        Status {
            id: self.config.id.to_string(),
            kind: model.kind.name().unwrap_or("unknown").to_owned(),
            firmware: self.firmware(),
            link: link.phase,
            online: link.phase == LinkPhase::Online,
            province: named.or(state.province.url.as_ref()).map(ToString::to_string),
            server: link.server.map(|server| server.to_string()),
            problem: link.problem,
            next_attempt_s: link
                .next_attempt
                .filter(|_| link.phase == LinkPhase::Waiting)
                .map(|at| at.saturating_duration_since(Instant::now()).as_secs()),
            logins: link.logins,
            restarts: link.restarts,
            network: self.hardware.network.route().map(|net| match net {
                NetType::WIRED => "wired",
                NetType::WIFI => "wifi",
                _ => "cellular",
            }),
            wifi: self.hardware.wifi.connected(),
            storage: medium.into(),
            rtsp_port: *self.desk.port.borrow(),
            viewers: self.desk.watching().iter().map(|watching| (&**watching).into()).collect(),
            rtsp_connections: self.desk.connections(),
            recording: {
                let running = self.recording.running().into_iter();
                running.map(|((channel, place), job)| RecordingStatus::of(channel, place, job)).collect()
            },
            ptz: if model.ptz {
                (0..model.channels).map(|channel| self.hardware.ptz.position(channel)).collect()
            } else {
                Vec::new()
            },
            record_policies: saved.records.len(),
            picture_policies: saved.pictures.len(),
            bindings: state.bindings.iter().map(|(n, binding)| (*n, binding.camera.to_string())).collect(),
            reports_owed: state.owed.len(),
        }
    }
}
