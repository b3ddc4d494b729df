//! A whole country of devices in virtual time: one platform, any number of devices, and a network that fails.
//!
//! Nothing here waits, and nothing is random: all follows from a seed, to the last byte. A day of 100,000 devices
//! takes minutes, and a run that shows a mistake shows it again.
//!
//! ```
//! use kandian_proto::sim::{Config, Fleet, Kind, Restart, RestartKind, run};
//! use kandian_proto::time::Millis;
//!
//! let mut config = Config::new(1, Fleet { spec: 20, legacy: 5, hostile: 2 });
//! config.restarts = vec![Restart {
//!     at: Millis::from_secs(1_200),
//!     kind: RestartKind::Reset,
//!     down_for: Millis::from_secs(30),
//! }];
//! let report = run(config)?;
//! assert!(report.is_clean(), "{:#?}", report.violations);
//! assert_eq!(report.kind(Kind::Spec).online, 20);
//! assert!(report.restarts[0].back[Kind::Spec.index()].longest() < Some(Millis::from_secs(600)));
//! # Ok::<(), kandian_proto::sim::ConfigError>(())
//! ```
//!
//! # What is simulated
//!
//! - **The platform**: a [`Link`](crate::session::platform::Link) for every connection, one
//!   [`Hub`](crate::session::platform::Hub), and a small application that accepts logins after a while, answers
//!   alarms and token checks, and sends commands. It is driven through the public interface of
//!   [`session`](crate::session) only.
//! - **Devices** of three kinds, see [`Kind`]: those of the specification are the
//!   [`Device`](crate::session::device::Device) of this crate; recorders of 2014 and hostile devices are written
//!   without it.
//! - **The network**: latency, bandwidth, packets that are lost and sent again, writes that arrive in pieces,
//!   stalls, resets, and links that die without a word. See [`Network`].
//! - **Restarts** of the platform, with links that end or links that nobody ends. See [`Restart`].
//!
//! # What is watched
//!
//! The rules in [`Rule`], at every event. What breaks one is a [`Violation`] in the [`Report`], with the moment
//! and the device.
//!
//! # What is not
//!
//! Time to compute. A platform that is too slow for its devices cannot be seen here, only how much it is asked
//! to do at once: [`Work`], and the peaks of [`Report::logins`] and [`Report::heartbeats`].

mod config;
mod device;
mod figures;
mod fleet;
mod pipe;
mod platform;
mod queue;
mod random;
mod report;
mod trace;
mod world;

pub use config::{Config, ConfigError, Life, Network, Restart, RestartKind, Span};
pub use figures::{Counts, Ends, Rate, Sample, Spread};
pub use fleet::{Fleet, Kind};
pub use report::{KindReport, Report, RestartReport, Rule, Tickets, Violation, Work};
pub use world::Simulation;

use crate::time::{Millis, Now, UnixMillis};

/// Simulates a whole run.
///
/// # Errors
///
/// [`ConfigError`] when the configuration makes no sense. What goes wrong in the run is in the report.
pub fn run(config: Config) -> Result<Report, ConfigError> {
    let end = config.duration;
    let mut simulation = Simulation::new(config)?;
    simulation.run_until(end);
    Ok(simulation.finish())
}

/// 18 March 2014, 10:30 in China: when every simulation begins.
const START: i64 = 1_395_109_800_000;

/// A moment, with the wall clock that belongs to it.
fn moment(mono: Millis) -> Now {
    // A simulated span fits into any integer.
    Now { mono, wall: Some(UnixMillis(START + mono.0 as i64)) }
}
