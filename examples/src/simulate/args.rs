//! The command line.

use std::path::PathBuf;

use clap::{Parser, ValueEnum};
use kandian_proto::sim::{Config, Fleet, Kind, Restart, RestartKind, Span};
use kandian_proto::time::Millis;

use super::units::{Amount, Duration, Share};

/// Examples at the end of `--help`.
const EXAMPLES: &str = "\
Examples:
  simulate --devices 1000 --hours 2
          a quiet afternoon of 1,000 cameras: who is online, what goes over the wire
  simulate --devices 100000 --hours 24 --seed 1 --restart-at 6h
          the platform restarts at six; how long until everybody is back, and how many log in at once
  simulate --devices 10000 --hours 8 --restart-at 2h --restart-kind half-open --down-for 5m
          the same, but nobody tells the devices: they find out by their heartbeats
  simulate --devices 10000 --legacy 30% --hostile 200 --hours 6
          a third of the devices are recorders of 2014, and 200 mean harm
  simulate --devices 2000 --hours 12 --loss 2% --stalls 0.5 --resets 0.2 --half-open 0.1 --split 50%
          bad lines: lost packets, stalls, broken links, writes that arrive in pieces
  simulate --devices 5000 --restart-at 1h --hours 2 --svg curve.svg --json >report.json
          the curves as a picture, the figures for a program

A run follows from its arguments alone: the same seed gives the same trace, to the last byte.

Exit status:
  0  every rule held
  1  a rule did not hold; the report says which, for which device, when, and how to see it again
  2  the arguments make no sense";

/// Simulates a platform and its devices in virtual time.
///
/// The platform and the devices of the specification are the machines that real ones embed; recorders of 2014 and
/// hostile devices are models of their own. While time passes, rules are watched: every request ends exactly once,
/// no device is stuck, queues are bounded, and nobody honest is refused.
#[derive(Clone, Debug, Parser)]
#[command(name = "simulate", version, after_help = EXAMPLES)]
pub struct Args {
    /// Devices in all
    #[arg(long, default_value_t = 10_000, value_name = "N", help_heading = "Who takes part")]
    pub devices: u32,

    /// How many of them are recorders of 2014: a number, or a share such as 20%
    #[arg(long, default_value = "0", value_name = "N|%", help_heading = "Who takes part")]
    pub legacy: Amount,

    /// How many of them are hostile: a number, or a share such as 1%
    #[arg(long, default_value = "0", value_name = "N|%", help_heading = "Who takes part")]
    pub hostile: Amount,

    /// How long, in hours of virtual time
    #[arg(long, default_value_t = 24.0, value_name = "HOURS", help_heading = "Time")]
    pub hours: f64,

    /// Everything random follows from it
    #[arg(long, default_value_t = 1, value_name = "N", help_heading = "Time")]
    pub seed: u64,

    /// The devices are switched on evenly over this span
    #[arg(long, default_value = "5m", value_name = "SPAN", help_heading = "Time")]
    pub start_over: Duration,

    /// Distance of two points of the curves
    #[arg(long, default_value = "5s", value_name = "SPAN", help_heading = "Time")]
    pub sample: Duration,

    /// The platform restarts at this moment; may be given several times
    #[arg(long, value_name = "MOMENT", help_heading = "Restarts of the platform")]
    pub restart_at: Vec<Duration>,

    /// What becomes of the links
    #[arg(long, value_enum, default_value_t = Ending::Reset, value_name = "KIND", help_heading = "Restarts of the platform")]
    pub restart_kind: Ending,

    /// Until the platform is back
    #[arg(long, default_value = "30s", value_name = "SPAN", help_heading = "Restarts of the platform")]
    pub down_for: Duration,

    /// One way, `40ms` or `10ms..60ms`; drawn once for each connection
    #[arg(long, default_value = "10ms..60ms", value_name = "SPAN", value_parser = super::units::span, help_heading = "The network")]
    pub latency: Span,

    /// Bytes per second of each direction of a link
    #[arg(long, default_value_t = 1_000_000, value_name = "BYTES", help_heading = "The network")]
    pub bandwidth: u64,

    /// Share of packets that get lost and are sent again by TCP
    #[arg(long, default_value = "0%", value_name = "%", help_heading = "The network")]
    pub loss: Share,

    /// Share of writes that arrive in pieces
    #[arg(long, default_value = "0%", value_name = "%", help_heading = "The network")]
    pub split: Share,

    /// Stalls of 1 to 20 seconds, per link and hour
    #[arg(long, default_value_t = 0.0, value_name = "RATE", help_heading = "The network")]
    pub stalls: f64,

    /// Links that break, and both ends notice, per link and hour
    #[arg(long, default_value_t = 0.0, value_name = "RATE", help_heading = "The network")]
    pub resets: f64,

    /// Links that break, and nobody notices, per link and hour
    #[arg(long, default_value_t = 0.0, value_name = "RATE", help_heading = "The network")]
    pub half_open: f64,

    /// Commands of the platform, per device and hour
    #[arg(long, default_value_t = 0.5, value_name = "RATE", help_heading = "What the applications do")]
    pub commands: f64,

    /// Alarms and token checks of the devices, per device and hour
    #[arg(long, default_value_t = 0.5, value_name = "RATE", help_heading = "What the applications do")]
    pub alarms: f64,

    /// How long the platform takes for a login, `20ms` or `5ms..50ms`
    #[arg(long, default_value = "5ms..50ms", value_name = "SPAN", value_parser = super::units::span, help_heading = "What the applications do")]
    pub login_time: Span,

    /// Write the curves as a picture
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub svg: Option<PathBuf>,

    /// The report as JSON
    #[arg(long, help_heading = "Output")]
    pub json: bool,

    /// No progress on standard error
    #[arg(long, short, help_heading = "Output")]
    pub quiet: bool,
}

/// `--restart-kind`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Ending {
    /// Devices are told at once, and refused until the platform is back
    Reset,
    /// Devices are not told, and hear nothing
    HalfOpen,
}

impl Args {
    /// What to simulate.
    ///
    /// # Errors
    ///
    /// A sentence about arguments that contradict each other.
    pub fn config(&self) -> Result<Config, String> {
        let (legacy, hostile) = (self.legacy.of(self.devices), self.hostile.of(self.devices));
        let Some(spec) = self.devices.checked_sub(legacy.saturating_add(hostile)) else {
            return Err(format!(
                "--legacy and --hostile make {} devices; --devices says {}",
                u64::from(legacy) + u64::from(hostile),
                self.devices,
            ));
        };
        if !(self.hours > 0.0 && self.hours <= 24.0 * 366.0) {
            return Err("--hours must be more than 0, and a year at most".to_owned());
        }
        let mut config = Config::new(self.seed, Fleet { spec, legacy, hostile });
        // Whole milliseconds; a year of them fits many times over.
        config.duration = Millis((self.hours * 3_600_000.0).round() as u64);
        config.start_over = self.start_over.0;
        config.sample = self.sample.0;
        config.network.latency = self.latency;
        config.network.bandwidth = self.bandwidth;
        config.network.loss = self.loss.0;
        config.network.split = self.split.0;
        config.network.stalls = self.stalls;
        config.network.resets = self.resets;
        config.network.half_open = self.half_open;
        config.life.commands = self.commands;
        config.life.alarms = self.alarms;
        config.life.login = self.login_time;
        let kind = match self.restart_kind {
            Ending::Reset => RestartKind::Reset,
            Ending::HalfOpen => RestartKind::HalfOpen,
        };
        config.restarts =
            self.restart_at.iter().map(|at| Restart { at: at.0, kind, down_for: self.down_for.0 }).collect();
        config.restarts.sort_by_key(|restart| restart.at);
        if let Some(late) = config.restarts.iter().find(|restart| restart.at >= config.duration) {
            return Err(format!("--restart-at {} lies after the end", super::units::clock(late.at)));
        }
        Ok(config)
    }
}

/// How kinds are called in reports.
#[must_use]
pub const fn kind_name(kind: Kind) -> (&'static str, &'static str) {
    match kind {
        Kind::Spec => ("spec", "规范设备"),
        Kind::Legacy => ("legacy", "老录像机"),
        Kind::Hostile => ("hostile", "恶意设备"),
    }
}
