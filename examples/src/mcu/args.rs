//! The command line.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Parser, Subcommand};
use kandian_proto::{DevId, Secret};

use super::choice::{
    AlarmKind, Definition, Direction, OnOff, PathWish, Quality, Rate, Security, Size, Stream, moment, seconds,
};
use super::words::Lang;

/// Examples at the end of `--help`.
const AFTER: &str = "\
Examples:
  export KANDIAN_PLATFORM=http://127.0.0.1:8080 KANDIAN_ACCOUNT=18900000001
  mcu --password-file pw list
  mcu --password-file pw live 81100000001 --record shop.mp4 --seconds 30
  mcu --password-file pw live 81100000001 --snapshot shop.jpg
  mcu --password-file pw params 81100000001 --definition sd --quality high
  mcu --password-file pw ptz 81100000001 left --for 0.5
  mcu --state ~/.mcu --password-file pw login; mcu --state ~/.mcu alarms list

The password is the first line of --password-file (- is standard input), or the variable KANDIAN_PASSWORD, or is asked for
at the terminal. Each command logs in and out again; with --state the session is kept for the next one.

Exit status:
  0  done
  1  refused by the platform or the device: result code, meaning and rule are printed
  2  the command line makes no sense
  3  the platform could not be reached, or its answer not be understood
  4  no picture, or the picture broke off: every path is printed with the reason
  5  a file of this machine";

/// The phone client of 手机看店 in a terminal: watches, records, steers and sets up the cameras of an account.
#[derive(Clone, Debug, Parser)]
#[command(name = "mcu", version, after_help = AFTER)]
pub struct Args {
    #[command(flatten)]
    pub(super) global: Global,
    #[command(subcommand)]
    pub(super) command: Command,
}

/// What every command takes.
#[derive(Clone, Debug, ClapArgs)]
pub(super) struct Global {
    /// The platform: an address such as http://host:8080, or the whole address of its service
    #[arg(long, global = true, env = "KANDIAN_PLATFORM", value_name = "URL")]
    pub(super) platform: Option<String>,
    /// The account: a mobile number
    #[arg(long, global = true, env = "KANDIAN_ACCOUNT", value_name = "NUMBER")]
    pub(super) account: Option<String>,
    /// The file whose first line is the password
    #[arg(long, global = true, value_name = "FILE")]
    pub(super) password_file: Option<PathBuf>,
    /// The password; whoever lists the processes of this machine sees it
    #[arg(long, global = true, value_name = "TEXT", hide_env_values = true, value_parser = secret, conflicts_with = "password_file")]
    pub(super) password: Option<Secret>,
    /// Keep the session here for the next command
    #[arg(long, global = true, value_name = "DIR")]
    pub(super) state: Option<PathBuf>,
    /// Trust the authorities in this file, too, in PEM
    #[arg(long, global = true, value_name = "FILE")]
    pub(super) ca: Option<PathBuf>,
    /// What the client says it is: A-, I- or W- and a version
    #[arg(long, global = true, default_value = "A-1.0", value_name = "VERSION")]
    pub(super) client_version: String,
    /// Language of what is printed; else that of the environment
    #[arg(long, global = true, value_enum)]
    pub(super) lang: Option<Lang>,
    /// One JSON document a line instead of text
    #[arg(long, global = true)]
    pub(super) json: bool,
    /// No progress and no remarks
    #[arg(long, short, global = true)]
    pub(super) quiet: bool,
}

fn secret(text: &str) -> Result<Secret, std::convert::Infallible> {
    Ok(text.into())
}

/// What to do.
#[derive(Clone, Debug, Subcommand)]
pub(super) enum Command {
    /// Log in, and show what the account may see
    Login,
    /// End the session that is kept in --state
    Logout,
    /// List the monitoring points: one for each channel of each device
    List,
    /// Watch a camera, record it, take a picture
    Live(Live),
    /// Turn a camera
    Ptz(Ptz),
    /// Show or set definition and quality of a stream
    Params(Params),
    /// Show the access points a camera sees, or have it join one
    Wifi(Wifi),
    /// List alarms; show, arm and disarm their sources
    #[command(subcommand)]
    Alarms(Alarms),
    /// Bind a device to the account
    Add(WithKey),
    /// Unbind a device; it returns to factory settings
    Remove(WithKey),
    /// Name a monitoring point
    Rename {
        #[command(flatten)]
        at: At,
        /// The new name
        name: String,
    },
    /// Restart a device
    Reboot {
        /// The device
        device: DevId,
    },
    /// Show the firmware of a device, and the newest
    Firmware {
        /// The device
        device: DevId,
        /// Have it fetch the newest
        #[arg(long)]
        upgrade: bool,
    },
    /// Have the password sent to the phone
    Sms,
    /// List the platforms of the provinces; --platform is the group platform
    Platforms,
    /// Ask whether there is a newer client; --platform is the group platform
    Update {
        /// The platform in use
        #[arg(long, value_name = "URL")]
        cms_url: String,
        /// Its name
        #[arg(long, value_name = "NAME", default_value = "kandian")]
        cms_name: String,
    },
    /// Set up the Wi-Fi of a camera over its own hotspot
    Hotspot(Hotspot),
}

/// A channel of a device.
#[derive(Clone, Copy, Debug, ClapArgs)]
pub(super) struct At {
    /// The device
    pub(super) device: DevId,
    /// The channel, counted from 0
    #[arg(long, default_value_t = 0, value_name = "N")]
    pub(super) channel: u16,
}

/// `live`.
#[derive(Clone, Debug, ClapArgs)]
pub(super) struct Live {
    #[command(flatten)]
    pub(super) at: At,
    /// Which stream; phones watch the sub stream
    #[arg(long, value_enum, default_value_t = Stream::Sub)]
    pub(super) stream: Stream,
    /// Record into this file, MP4
    #[arg(long, value_name = "FILE")]
    pub(super) record: Option<PathBuf>,
    /// Write the first picture into this file, JPEG; without --seconds and --record that is all
    #[arg(long, value_name = "FILE")]
    pub(super) snapshot: Option<PathBuf>,
    /// Files that exist are written over
    #[arg(long)]
    pub(super) overwrite: bool,
    /// The way to the camera
    #[arg(long, value_enum, default_value_t = PathWish::Auto)]
    pub(super) path: PathWish,
    /// Have the media sent over UDP on a direct path, too, where chapter 15 keeps them in the connection
    #[arg(long)]
    pub(super) udp: bool,
    /// How long to watch, from the first picture; else until Ctrl-C
    #[arg(long, value_name = "N", value_parser = seconds)]
    pub(super) seconds: Option<f64>,
    /// Leave the sound out
    #[arg(long)]
    pub(super) no_sound: bool,
}

/// `ptz`.
#[derive(Clone, Debug, ClapArgs)]
pub(super) struct Ptz {
    #[command(flatten)]
    pub(super) at: At,
    /// Where to
    #[arg(value_enum)]
    pub(super) direction: Direction,
    /// Stop after so many seconds
    #[arg(long = "for", value_name = "N", value_parser = seconds, default_value = "1", conflicts_with = "hold")]
    pub(super) span: f64,
    /// Do not stop: the device does so by itself after a while, and `stop` does at once
    #[arg(long)]
    pub(super) hold: bool,
}

/// `params`. Without anything to set it shows what is set.
#[derive(Clone, Debug, ClapArgs)]
pub(super) struct Params {
    #[command(flatten)]
    pub(super) at: At,
    /// Which stream; phones set the sub stream
    #[arg(long, value_enum, default_value_t = Stream::Sub)]
    pub(super) stream: Stream,
    /// What users choose first; with --quality
    #[arg(long, value_enum, requires = "quality")]
    pub(super) definition: Option<Definition>,
    /// What users choose second; with --definition
    #[arg(long, value_enum, requires = "definition", conflicts_with_all = ["size", "fps", "rate", "kbps"])]
    pub(super) quality: Option<Quality>,
    /// Size of the picture
    #[arg(long, value_enum, help_heading = "Instead of definition and quality")]
    pub(super) size: Option<Size>,
    /// Pictures in a second
    #[arg(long, value_name = "5..25", value_parser = clap::value_parser!(u8).range(5..=25), help_heading = "Instead of definition and quality")]
    pub(super) fps: Option<u8>,
    /// Constant or variable bit rate
    #[arg(long, value_enum, help_heading = "Instead of definition and quality")]
    pub(super) rate: Option<Rate>,
    /// Bit rate in kbit/s: one of 96, 128, 196, 256, 384, 512, 768, 1024, 1536, 2048, 2560, 3072, 4096
    #[arg(long, value_name = "N", help_heading = "Instead of definition and quality")]
    pub(super) kbps: Option<u16>,
    /// Sound
    #[arg(long, value_enum)]
    pub(super) sound: Option<OnOff>,
    /// The device means the table of five sizes (E-97)
    #[arg(long)]
    pub(super) five_sizes: bool,
}

/// `wifi`. Without --join it shows what the camera sees.
#[derive(Clone, Debug, ClapArgs)]
pub(super) struct Wifi {
    /// The device
    pub(super) device: DevId,
    #[command(flatten)]
    pub(super) join: Join,
}

/// Which access point to join.
#[derive(Clone, Debug, ClapArgs)]
pub(super) struct Join {
    /// Join this access point
    #[arg(long, value_name = "SSID")]
    pub(super) join: Option<String>,
    /// Its security; else what the camera sees is taken
    #[arg(long, value_enum, requires = "join")]
    pub(super) security: Option<Security>,
    /// The file whose first line is its password; else KANDIAN_WIFI_PASSWORD, or it is asked for
    #[arg(long, value_name = "FILE", requires = "join")]
    pub(super) wifi_password_file: Option<PathBuf>,
}

/// `alarms`.
#[derive(Clone, Debug, Subcommand)]
pub(super) enum Alarms {
    /// List what was raised, the newest page first as the platform has it
    List {
        /// Of this device; else of all
        device: Option<DevId>,
        /// Of this channel
        #[arg(long, value_name = "N")]
        channel: Option<u16>,
        /// Since: 20261126, 2026-11-26 or 2026-11-26T08:00
        #[arg(long, value_name = "TIME", value_parser = moment)]
        since: Option<kandian_proto::time::Timestamp>,
        /// Until
        #[arg(long, value_name = "TIME", value_parser = moment)]
        until: Option<kandian_proto::time::Timestamp>,
        /// Page of ten, counted from 1
        #[arg(long, default_value_t = 1, value_name = "N", conflicts_with = "all")]
        page: u32,
        /// All pages
        #[arg(long)]
        all: bool,
    },
    /// Show whether a source is armed
    State(Source),
    /// Arm a source
    Arm(Source),
    /// Disarm a source
    Disarm(Source),
}

/// A source of alarms.
#[derive(Clone, Copy, Debug, ClapArgs)]
pub(super) struct Source {
    #[command(flatten)]
    pub(super) at: At,
    /// What raises the alarm
    #[arg(long = "type", value_enum, default_value_t = AlarmKind::Motion)]
    pub(super) kind: AlarmKind,
    /// Which digital input, counted from 0
    #[arg(long, value_name = "N", required_if_eq("kind", "input"))]
    pub(super) input: Option<u16>,
}

/// `add` and `remove`.
#[derive(Clone, Debug, ClapArgs)]
pub(super) struct WithKey {
    /// The device
    pub(super) device: DevId,
    /// The file whose first line is the key of the device; else KANDIAN_DEVICE_KEY, or it is asked for
    #[arg(long, value_name = "FILE")]
    pub(super) key_file: Option<PathBuf>,
}

/// `hotspot`. Without --join it shows what the camera sees.
#[derive(Clone, Debug, ClapArgs)]
pub(super) struct Hotspot {
    /// The camera on its own hotspot
    #[arg(default_value = "http://192.168.1.1:8888/wifi", value_name = "URL")]
    pub(super) url: String,
    #[command(flatten)]
    pub(super) join: Join,
}
