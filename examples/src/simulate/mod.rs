//! The program `simulate`: a platform and its devices in virtual time.

mod args;
mod goals;
mod json;
mod plot;
mod progress;
mod svg;
mod table;
mod text;
pub mod units;

use std::time::Duration;

pub use args::{Args, kind_name};
pub use goals::{Goal, goals};
use kandian_proto::sim::{Report, Simulation};
use kandian_proto::time::Millis;
pub use progress::Progress;

/// Steps between two looks at the clock.
const STEP: Millis = Millis::from_secs(2);

/// A report, and what it took to make it.
#[derive(Debug)]
pub struct Outcome {
    /// The report.
    pub report: Report,
    /// Real time.
    pub wall: Duration,
    /// The arguments that make it again.
    pub command: String,
}

impl Outcome {
    /// Device-hours for each second of real time.
    #[must_use]
    pub fn speed(&self) -> f64 {
        self.report.device_hours() / self.wall.as_secs_f64().max(1e-3)
    }

    /// Whether every rule and every goal held.
    #[must_use]
    pub fn is_good(&self) -> bool {
        self.report.is_clean() && goals(&self.report).iter().all(|goal| goal.met)
    }

    /// The report for people.
    #[must_use]
    pub fn text(&self) -> String {
        text::text(self)
    }

    /// The report for programs.
    #[must_use]
    pub fn json(&self) -> String {
        json::json(self)
    }

    /// The curves.
    #[must_use]
    pub fn svg(&self) -> String {
        svg::svg(&self.report)
    }
}

/// Simulates what the arguments ask for.
///
/// # Errors
///
/// A sentence about arguments that make no sense.
pub fn run(args: &Args, command: String) -> Result<Outcome, String> {
    let config = args.config()?;
    let end = config.duration;
    let mut progress = Progress::new(end, args.quiet);
    let mut simulation = Simulation::new(config).map_err(|error| error.to_string())?;
    while simulation.now() < end {
        simulation.run_until((simulation.now() + STEP).min(end));
        progress.show(&simulation);
    }
    progress.clear();
    let report = simulation.finish();
    Ok(Outcome { report, wall: progress.elapsed(), command })
}
