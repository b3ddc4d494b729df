//! Settings as people give them: on the command line, in the environment, in a file.
//!
//! All three have the same names. A flag goes before the environment, the environment before the file, the file
//! before the default. What is wrong is refused before the device starts, with the place where it stands.
//!
//! ```
//! use kandian_device::settings::{Origin, Settings};
//! let file = "kind = \"nvr\"\nid = \"81100000002\"\nkey = \"K7M2P9Q4\"\nchannels = 8\n";
//! let settings = Settings::from_toml(file, "device.toml".as_ref())?;
//! assert_eq!(settings.resolve(&Origin::default())?.model.channels, 8);
//! let problem = Settings::from_toml("provnce = \"http://127.0.0.1:8098/\"", "device.toml".as_ref()).unwrap_err();
//! assert_eq!(problem.to_string(), "device.toml:1: provnce: there is no such setting; did you mean `province`?");
//! # Ok::<(), kandian_device::settings::Problem>(())
//! ```

mod file;
mod problem;
mod resolve;
mod sources;
mod words;

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use clap::Args;
use serde::Deserialize;

pub(crate) use problem::nearest;
pub use problem::{Origin, Problem};
pub use resolve::{data_root, default_data_dir};
pub use sources::{ChannelSource, SoundChoice};
pub use words::{Code, Definition, Gateway, Id, Key, Kind, PlatformUrl, Security};

/// Everything that can be set from outside.
#[derive(Clone, Debug, Default, PartialEq, Eq, Args, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
#[non_exhaustive]
pub struct Settings {
    /// Camera (ipc), network recorder (nvr) or recorder with its own inputs (dvr) [default: ipc]
    #[arg(long, env = "KANDIAN_DEVICE_KIND", value_name = "KIND", help_heading = "Who the device is")]
    pub kind: Option<Kind>,

    /// Device id: 11 digits, the first three the manufacturer's; letters are accepted as well
    #[arg(long, env = "KANDIAN_DEVICE_ID", value_name = "ID", help_heading = "Who the device is")]
    pub id: Option<Id>,

    /// Device key, printed on a real device; visible in process lists, so prefer --key-file or the environment
    #[arg(
        long,
        env = "KANDIAN_DEVICE_KEY",
        value_name = "KEY",
        hide_env_values = true,
        help_heading = "Who the device is"
    )]
    pub key: Option<Key>,

    /// File whose first line is the device key
    #[arg(long, env = "KANDIAN_DEVICE_KEY_FILE", value_name = "FILE", help_heading = "Who the device is")]
    pub key_file: Option<PathBuf>,

    /// Manufacturer's code [default: the first three characters of the id]
    #[arg(
        long,
        env = "KANDIAN_DEVICE_MANUFACTURER",
        value_name = "CODE",
        help_heading = "Who the device is"
    )]
    pub manufacturer: Option<Code>,

    /// Name of the model [default: KD-IPC, KD-NVR or KD-DVR]
    #[arg(long, env = "KANDIAN_DEVICE_MODEL", value_name = "NAME", help_heading = "Who the device is")]
    pub model: Option<String>,

    /// Firmware version it is delivered with, V1.6_YYYYMMDD
    #[arg(long, env = "KANDIAN_DEVICE_FIRMWARE", value_name = "VERSION", help_heading = "Who the device is")]
    pub firmware: Option<String>,

    /// Registration address of the province platform; the group platform is then never asked
    #[arg(long, env = "KANDIAN_DEVICE_PROVINCE", value_name = "URL", help_heading = "Where it goes")]
    pub province: Option<PlatformUrl>,

    /// Redirect address of the group platform, which names the province platform
    #[arg(long, env = "KANDIAN_DEVICE_GROUP", value_name = "URL", help_heading = "Where it goes")]
    pub group: Option<PlatformUrl>,

    /// Where the device keeps what it remembers [default: a directory with its id below the user's state directory]
    #[arg(long, env = "KANDIAN_DEVICE_DATA_DIR", value_name = "DIR", help_heading = "Where it goes")]
    pub data_dir: Option<PathBuf>,

    /// Number of video channels [default: 1 for a camera, 4 for a recorder]
    #[arg(long, env = "KANDIAN_DEVICE_CHANNELS", value_name = "N", help_heading = "What it is made of")]
    pub channels: Option<u16>,

    /// Definition of a camera: hd (720P) or sd (D1) [default: hd]
    #[arg(
        long,
        env = "KANDIAN_DEVICE_DEFINITION",
        value_name = "hd|sd",
        help_heading = "What it is made of"
    )]
    pub definition: Option<Definition>,

    /// Whether a camera can be turned [default: true]
    #[arg(long, env = "KANDIAN_DEVICE_PTZ", value_name = "BOOL", num_args = 0..=1, default_missing_value = "true", help_heading = "What it is made of")]
    pub ptz: Option<bool>,

    /// Whether a camera has Wi-Fi [default: true]
    #[arg(long, env = "KANDIAN_DEVICE_WIFI", value_name = "BOOL", num_args = 0..=1, default_missing_value = "true", help_heading = "What it is made of")]
    pub wifi: Option<bool>,

    /// Whether a camera can store to the cloud [default: true]
    #[arg(long, env = "KANDIAN_DEVICE_CLOUD", value_name = "BOOL", num_args = 0..=1, default_missing_value = "true", help_heading = "What it is made of")]
    pub cloud: Option<bool>,

    /// Number of digital inputs of a camera [default: 2]
    #[arg(long, env = "KANDIAN_DEVICE_DIDO", value_name = "N", help_heading = "What it is made of")]
    pub dido: Option<u16>,

    /// Size of the simulated card or disk in MB [default: 1024]
    #[arg(long, env = "KANDIAN_DEVICE_STORAGE_MB", value_name = "MB", help_heading = "What it is made of")]
    pub storage_mb: Option<u64>,

    /// Whether the network cable is plugged in [default: as it was left; plugged in at first]
    #[arg(long, env = "KANDIAN_DEVICE_WIRED", value_name = "BOOL", num_args = 0..=1, default_missing_value = "true", help_heading = "What it is made of")]
    pub wired: Option<bool>,

    /// Router that forwards ports by UPnP: its public address, or `refuses` [default: none, and none is asked]
    #[arg(
        long,
        env = "KANDIAN_DEVICE_GATEWAY",
        value_name = "IPV4|refuses",
        help_heading = "What it is made of"
    )]
    pub gateway: Option<Gateway>,

    /// What a channel shows, [CHANNEL[/main|/sub]=]WHAT; may be repeated [default: pattern]
    ///
    /// Channels are counted from 0; without one all channels show it. A stream (/main, /sub) goes before its channel. WHAT is one of
    ///
    ///   pattern            a test pattern with the time in it; it follows SET_CHANNEL
    ///   clip               a small clip that is part of the program
    ///   FILE               a file in a loop: .h264 or .264 (Annex B), or .mp4 with H.264 and AAC
    ///   rtsp://…           another camera; rtsp+udp://… when its video is to come over UDP
    ///   cmd:PROGRAM ARG…   what a program prints as H.264 (Annex B); no shell, quotation marks work. {width} {height} {fps} {kbps} {bps} in it are what SET_CHANNEL says, and it is started again when they change
    ///
    /// Make any camera one of 手机看店, with a small picture for phones:
    ///
    ///   --source 0/main=rtsp://admin:secret@192.0.2.64/Streaming/Channels/101
    ///   --source 0/sub=rtsp://admin:secret@192.0.2.64/Streaming/Channels/102
    ///
    /// A password is visible in process lists here; in the environment (one source per line) and in a file it is not:
    ///
    ///   source = ["0/main=rtsp://…", "0/sub=rtsp://…"]
    #[arg(
        long,
        env = "KANDIAN_DEVICE_SOURCE",
        value_name = "[CHANNEL=]WHAT",
        value_delimiter = '\n',
        hide_env_values = true,
        verbatim_doc_comment,
        help_heading = "What it shows"
    )]
    pub source: Option<Vec<ChannelSource>>,

    /// What is heard where a source has no sound and AudioInput is on: none, tone, or a WAV file [default: tone for
    /// pattern and clip, none for others]
    #[arg(long, env = "KANDIAN_DEVICE_SOUND", value_name = "none|tone|FILE", help_heading = "What it shows")]
    pub sound: Option<SoundChoice>,

    /// JPEG file for single pictures, read anew for each [default: they are taken from the moving ones]
    #[arg(long, env = "KANDIAN_DEVICE_PICTURE", value_name = "FILE", help_heading = "What it shows")]
    pub picture: Option<PathBuf>,

    /// RTSP port; 0 for one that the system chooses [default: 8554]
    #[arg(long, env = "KANDIAN_DEVICE_RTSP_PORT", value_name = "PORT", help_heading = "Ports and clock")]
    pub rtsp_port: Option<u16>,

    /// Address at which RTSP is served [default: 0.0.0.0]
    #[arg(long, env = "KANDIAN_DEVICE_RTSP_LISTEN", value_name = "IP", help_heading = "Ports and clock")]
    pub rtsp_listen: Option<IpAddr>,

    /// How many may watch at a time [default: 4 for each channel]
    #[arg(long, env = "KANDIAN_DEVICE_RTSP_VIEWERS", value_name = "N", help_heading = "What it is made of")]
    pub rtsp_viewers: Option<u16>,

    /// ONVIF port a camera reports
    #[arg(long, env = "KANDIAN_DEVICE_ONVIF_PORT", value_name = "PORT", help_heading = "Ports and clock")]
    pub onvif_port: Option<u16>,

    /// Where the Wi-Fi set-up listens while the camera has no network [default: 127.0.0.1:8888]
    #[arg(long, env = "KANDIAN_DEVICE_WIFI_SETUP", value_name = "IP:PORT", help_heading = "Ports and clock")]
    pub wifi_setup: Option<SocketAddr>,

    /// Minutes by which the platform's civil time is ahead of UTC [default: 480]
    #[arg(
        long,
        env = "KANDIAN_DEVICE_OFFSET_MINUTES",
        value_name = "MINUTES",
        allow_negative_numbers = true,
        help_heading = "Ports and clock"
    )]
    pub offset_minutes: Option<i16>,

    /// The access points around the device, instead of three invented ones. In a file only: `[[access-point]]`.
    #[arg(skip)]
    #[serde(rename = "access-point")]
    pub access_points: Option<Vec<AccessPointSetting>>,
}

/// An access point around the device.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct AccessPointSetting {
    /// Its name.
    pub ssid: String,
    /// How well it is received, 0 to 100.
    #[serde(default = "well")]
    pub signal: u8,
    /// `open`, `wep`, `wpa-psk`, `wpa-wpa2-psk` or `wpa2-psk`.
    #[serde(default)]
    pub security: Security,
    /// What lets one in.
    #[serde(default)]
    pub password: Key,
}

const fn well() -> u8 {
    80
}
