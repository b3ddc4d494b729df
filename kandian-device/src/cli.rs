//! What the command line takes.

use std::fs;
use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use kandian_device::Config;
use kandian_device::settings::{Gateway, Id, Kind, Origin, Problem, Security, Settings};

/// A device of 手机看店 (China Telecom mobile shop-watching, V1.6.2): a camera or recorder that dials in to a platform.
#[derive(Debug, Parser)]
#[command(
    version,
    arg_required_else_help = true,
    after_help = "\
Start a camera, see how it is, raise an alarm:
  kandian-device run --province http://127.0.0.1:8098/ --id 81100000001 --key K7M2P9Q4
  kandian-device ctl --id 81100000001 status
  kandian-device ctl --id 81100000001 alarm motion

Exit codes: 0 done, 1 failed, 2 started in a way that cannot work"
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run a device until Ctrl-C or SIGTERM
    #[command(after_help = "\
Every option can stand in the file of --config, without the dashes, and in the environment:
  kind = \"nvr\"
  id = \"81100000002\"
  key-file = \"/etc/kandian/key\"
  province = \"http://192.0.2.10:8098/tykd/DeviceRegisterServlet\"
  channels = 8
A flag goes before the environment, the environment before the file.

Without --province the group platform is asked once per start where to go; the answer is remembered. What the
platform sets is remembered as well: see state.json in the data directory. Recordings are in storage/ there.")]
    Run(Box<RunArgs>),
    /// Do to a running device what a person would do: press a button, pull the card, move in front of it
    Ctl(CtlArgs),
    /// Put a load on a platform: thousands of devices in one process, with live figures and a summary
    #[command(after_help = "\
The devices must be on record with this key, or log in is refused; registration is left out:
  kandian-device fleet --connect 127.0.0.1:8588 --count 1000 --id-base 81110000000 --key K7M2P9Q4 --ramp 500
A process may need more open files: ulimit -n 20000")]
    Fleet(FleetArgs),
}

#[derive(Debug, Args)]
pub(crate) struct FleetArgs {
    /// Access server of the platform
    #[arg(long, value_name = "ADDR")]
    pub(crate) connect: SocketAddr,
    /// How many devices
    #[arg(long, default_value_t = 100)]
    pub(crate) count: usize,
    /// Id of the first device; the others count up from it
    #[arg(long, value_name = "ID", default_value = "81110000000")]
    pub(crate) id_base: Id,
    /// Key of all devices
    #[arg(long, default_value = "K7M2P9Q4", env = "KANDIAN_FLEET_KEY", hide_env_values = true)]
    pub(crate) key: String,
    /// What they are: ipc, nvr, dvr; with several they take turns
    #[arg(long, value_name = "KIND", value_delimiter = ',', default_value = "ipc")]
    pub(crate) kinds: Vec<Kind>,
    /// Devices switched on per second; 0: all at once
    #[arg(long, value_name = "N", default_value_t = 200)]
    pub(crate) ramp: u32,
    /// Seconds between two heartbeats
    #[arg(long, value_name = "SECONDS", default_value_t = 120)]
    pub(crate) heartbeat: u64,
    /// Seconds that all stay after the last was switched on
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    pub(crate) stay: u64,
    /// Come from 127.0.0.1, 127.0.0.2, …, 5,000 devices each
    #[arg(long)]
    pub(crate) spread: bool,
    /// Print the summary as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct RunArgs {
    /// File with settings, in TOML
    #[arg(long, env = "KANDIAN_DEVICE_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,

    #[command(flatten)]
    settings: Settings,

    /// What is logged, to standard error: a level, or targets with levels
    #[arg(
        long,
        env = "KANDIAN_DEVICE_LOG",
        value_name = "FILTER",
        default_value = "info",
        help_heading = "Logging"
    )]
    pub(crate) log: String,

    /// How it is logged
    #[arg(
        long,
        env = "KANDIAN_DEVICE_LOG_FORMAT",
        value_enum,
        default_value_t = LogFormat::Pretty,
        help_heading = "Logging"
    )]
    pub(crate) log_format: LogFormat,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogFormat {
    /// For people
    Pretty,
    /// For programs: one object per line
    Json,
}

impl RunArgs {
    /// Flags and environment over the file.
    pub(crate) fn config(self) -> Result<Config, Box<dyn std::error::Error>> {
        let flags = self.settings.names();
        let Some(path) = self.config else {
            return Ok(self.settings.resolve(&Origin::new(None, flags))?);
        };
        let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        let file = Settings::from_toml(&text, &path)?;
        let origin = Origin::new(Some((path, text)), flags);
        let resolved: Result<Config, Problem> = self.settings.over(file).resolve(&origin);
        Ok(resolved?)
    }
}

#[derive(Debug, Args)]
pub(crate) struct CtlArgs {
    /// Data directory of the device
    #[arg(long, env = "KANDIAN_DEVICE_DATA_DIR", value_name = "DIR", global = true)]
    pub(crate) data_dir: Option<PathBuf>,

    /// Id of the device, when it has its data in the usual place; not needed when there is only one
    #[arg(long, value_name = "ID", global = true)]
    pub(crate) id: Option<Id>,

    /// Print the reply as JSON
    #[arg(long, global = true)]
    pub(crate) json: bool,

    #[command(subcommand)]
    pub(crate) command: CtlCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum CtlCommand {
    /// Show how the device is
    Status,
    /// Let a detector fire
    Alarm {
        #[command(subcommand)]
        source: AlarmSource,
        /// Channel, counted from 0
        #[arg(long, value_name = "N", default_value_t = 0, global = true)]
        channel: u16,
    },
    /// Report an exception, 0 to 12: 1 to 5 cloud, 6 disk, 7 power, 8 no image, 9 illegal access, 10 policy skipped,
    /// 11 upgrade, 12 UPnP
    Exception {
        /// Type
        #[arg(value_parser = clap::value_parser!(u16).range(0..=12))]
        kind: u16,
        /// Channel; 0 for the device as a whole
        #[arg(long, value_name = "N", default_value_t = 0)]
        channel: u16,
        /// Description, instead of the specification's words
        #[arg(long)]
        text: Option<String>,
    },
    /// Put in, pull, break or erase the card (or disk)
    Sd {
        /// What happens to it
        what: CardEvent,
    },
    /// See and change what the Wi-Fi adapter and the network cable find
    Wifi {
        #[command(subcommand)]
        what: WifiCommand,
    },
    /// Exchange the router before the device, one that was started with --gateway
    Gateway {
        /// Its public address, or `refuses`
        what: Gateway,
    },
    /// Press a button
    Button {
        /// Which
        which: ButtonName,
    },
    /// Write a province platform address into the device, or take it away; then it starts again
    Province {
        /// Registration address
        #[arg(required_unless_present = "clear", conflicts_with = "clear")]
        url: Option<String>,
        /// Take the address away
        #[arg(long)]
        clear: bool,
    },
}

#[derive(Clone, Copy, Debug, Subcommand)]
pub(crate) enum AlarmSource {
    /// Motion in the picture
    Motion,
    /// The infrared sensor
    Infrared,
    /// The alarm button or remote control
    Manual,
    /// A digital input
    Dido {
        /// Which, counted from 0
        #[arg(default_value_t = 0)]
        input: u16,
    },
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum CardEvent {
    /// It is put in, and works
    Insert,
    /// It is pulled
    Remove,
    /// It breaks
    Fail,
    /// It loses its file system
    Erase,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum ButtonName {
    /// Back to the factory; recordings stay
    Reset,
    /// Off and on
    Power,
}

#[derive(Debug, Subcommand)]
pub(crate) enum WifiCommand {
    /// List the access points in reach
    List,
    /// Switch an access point on, or change it
    Add {
        /// Name
        ssid: String,
        /// Signal strength, 0 to 100
        #[arg(long, default_value_t = 80, value_parser = clap::value_parser!(u8).range(0..=100))]
        signal: u8,
        /// open, wep, wpa-psk, wpa-wpa2-psk or wpa2-psk
        #[arg(long, default_value_t = Security::default())]
        security: Security,
        /// What lets one in
        #[arg(long, default_value = "")]
        password: String,
    },
    /// Switch an access point off
    Remove {
        /// Name
        ssid: String,
    },
    /// Plug the network cable in
    Plug,
    /// Pull the network cable: the device uses Wi-Fi, or opens its hotspot
    Unplug,
}
