//! How far a run has come, on a terminal.

use std::io::{self, IsTerminal, Write};
use std::time::{Duration, Instant};

use kandian_proto::sim::Simulation;
use kandian_proto::time::Millis;

use super::units::{clock, number};

/// Between two lines.
const INTERVAL: Duration = Duration::from_millis(200);
const BAR: usize = 30;

/// A line on standard error that is written over and over, if there is a terminal to do it on.
#[derive(Debug)]
pub struct Progress {
    wanted: bool,
    started: Instant,
    shown: Option<Instant>,
    end: Millis,
}

impl Progress {
    /// Begins.
    #[must_use]
    pub fn new(end: Millis, quiet: bool) -> Self {
        let wanted = !quiet && io::stderr().is_terminal();
        Self { wanted, started: Instant::now(), shown: None, end }
    }

    /// Time since the beginning.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }

    /// Shows where the run is, not too often.
    pub fn show(&mut self, simulation: &Simulation) {
        if !self.wanted || self.shown.is_some_and(|at| at.elapsed() < INTERVAL) {
            return;
        }
        self.shown = Some(Instant::now());
        let part = simulation.now().0 as f64 / self.end.0.max(1) as f64;
        let full = ((part * BAR as f64) as usize).min(BAR);
        let elapsed = self.started.elapsed().as_secs_f64();
        let left = if part > 0.0 { format!("{:.0} s left", elapsed / part - elapsed) } else { String::new() };
        let online: u32 = simulation.online().iter().sum();
        // Nobody is left to tell when standard error is gone.
        let _ = write!(
            io::stderr(),
            "\r\x1b[K{}{} {} · {} online · {left}",
            "█".repeat(full),
            "░".repeat(BAR - full),
            clock(simulation.now()),
            number(online),
        );
    }

    /// Takes the line away.
    pub fn clear(&self) {
        if self.shown.is_some() {
            let _ = write!(io::stderr(), "\r\x1b[K");
        }
    }
}
