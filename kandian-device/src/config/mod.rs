//! What a device is started with.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use kandian_proto::rtsp::server;
use kandian_proto::session::device::Timing;
use kandian_proto::time::CHINA_OFFSET_MINUTES;
use kandian_proto::value::{DevType, Manufacturer, Url};
use kandian_proto::{DevId, Secret};

pub(crate) mod parse;

use crate::hardware::sim;
use crate::model::Model;

/// The version of this firmware. Spec §7.5.1; R-7.46, E-74.
pub const FIRMWARE: &str = "V1.6_20251101";
/// Port of the RTSP server.
const RTSP_PORT: u16 = 8554;
/// Port of the ONVIF service.
const ONVIF_PORT: u16 = 8000;
/// Port of the Wi-Fi set-up on the hotspot. Spec §11; R-11.1.
pub const WIFI_SETUP_PORT: u16 = 8888;

/// Viewers for each channel when nobody says how many. E-180
const VIEWERS: u16 = 4;

/// Everything a device is started with. What can change while it runs is in its data directory.
///
/// ```
/// use kandian_device::Config;
/// use kandian_proto::value::DevType;
/// let mut config = Config::new(DevType::IPCAM, "81100000001".parse()?, "K7M2P9Q4", "/var/lib/camera");
/// config.province = Some("http://127.0.0.1:8098/".parse()?);
/// assert_eq!(config.model.channels, 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Config {
    /// Device id (`DevID`); R-7.19.
    pub id: DevId,
    /// Device key (`DevKey`).
    pub key: Secret,
    /// Manufacturer's code (`ManufacturerNo`); R-7.18.
    pub manufacturer: Manufacturer,
    /// Name of the model (`Mode`); R-7.18, E-23.
    pub model_name: String,
    /// What the device is made of.
    pub model: Model,
    /// The firmware it is delivered with (`DevVer`); an upgrade replaces it. R-7.46.
    pub firmware: String,
    /// Where it keeps what it remembers. No two devices share one.
    pub data_dir: PathBuf,
    /// Registration address of the province platform; the group platform is then never asked (R-5.2).
    pub province: Option<Url>,
    /// Redirect address of the group platform (R-5.1).
    pub group: Option<Url>,
    /// Port of the RTSP server; 0 for one that the system chooses. The one that is open is what the platform hears of
    /// (`RtspLocalPort`).
    pub rtsp_port: u16,
    /// Address at which the RTSP server listens.
    pub rtsp_listen: IpAddr,
    /// How many may watch at a time; `None` for four on each channel. R-10.11, E-180
    pub rtsp_viewers: Option<u16>,
    /// The waits of RTSP connections (R-10.14, R-10.16).
    pub rtsp_timing: server::Timing,
    /// Port of the ONVIF service, reported by a camera (R-7.50).
    pub onvif_port: u16,
    /// Minutes by which the civil time of the platform is ahead of UTC (E-13).
    pub offset_minutes: i16,
    /// The waits of the session.
    pub timing: Timing,
    /// The simulated hardware.
    pub simulation: sim::Options,
    /// Where the Wi-Fi set-up listens while the hotspot is on: the address of the hotspot, `x.x.x.1:8888` (R-11.1).
    pub wifi_setup: SocketAddr,
    /// Whether the control socket for `kandian-device ctl` is opened.
    pub control: bool,
}

impl Config {
    /// A device of this kind with defaults for everything else.
    ///
    /// The manufacturer's code is the beginning of the id (E-21); `000` for an id that is shorter.
    #[must_use]
    pub fn new(kind: DevType, id: DevId, key: &str, data_dir: impl Into<PathBuf>) -> Self {
        let model = Model::of(kind);
        let code = id.as_str().get(..3).unwrap_or("000");
        Self {
            id,
            key: Secret::from(key),
            // An id is letters and digits.
            manufacturer: Manufacturer::new(code).unwrap_or(Manufacturer::KNOWN[0].0),
            model_name: match kind {
                DevType::NVR => "KD-NVR",
                DevType::DVR => "KD-DVR",
                _ => "KD-IPC",
            }
            .to_owned(),
            model,
            firmware: FIRMWARE.to_owned(),
            data_dir: data_dir.into(),
            province: None,
            group: None,
            rtsp_port: RTSP_PORT,
            rtsp_listen: Ipv4Addr::UNSPECIFIED.into(),
            rtsp_viewers: None,
            rtsp_timing: server::Timing::default(),
            onvif_port: ONVIF_PORT,
            offset_minutes: CHINA_OFFSET_MINUTES,
            timing: Timing::default(),
            simulation: sim::Options::default(),
            wifi_setup: SocketAddr::from((Ipv4Addr::LOCALHOST, WIFI_SETUP_PORT)),
            control: true,
        }
    }

    /// How many may watch at a time.
    pub(crate) fn viewers(&self) -> usize {
        self.rtsp_viewers.unwrap_or_else(|| self.model.channels.saturating_mul(VIEWERS)).into()
    }
}
