//! A line on standard error that is written over and over, if there is a terminal to do it on.

use std::io::{self, IsTerminal as _, Write as _};
use std::time::{Duration, Instant};

use unicode_width::UnicodeWidthStr as _;

use crate::mcu::output::Output;

/// Between two lines.
const INTERVAL: Duration = Duration::from_millis(250);
/// Columns of a terminal that does not say.
const USUAL_COLUMNS: usize = 80;

/// The line.
#[derive(Debug)]
pub(super) struct Progress {
    is_wanted: bool,
    shown: Option<Instant>,
}

impl Progress {
    pub(super) fn new(output: Output) -> Self {
        Self { is_wanted: !output.quiet && !output.json && io::stderr().is_terminal(), shown: None }
    }

    /// Shows how things are, not too often.
    pub(super) fn show(&mut self, parts: impl FnOnce() -> Vec<String>) {
        if !self.is_wanted || self.shown.is_some_and(|at| at.elapsed() < INTERVAL) {
            return;
        }
        self.shown = Some(Instant::now());
        let columns =
            terminal_size::terminal_size_of(io::stderr()).map_or(USUAL_COLUMNS, |(width, _)| width.0.into());
        // Nobody is left to tell when standard error is gone.
        let _ = write!(io::stderr(), "\r\x1b[K{}", fitting(&parts(), columns));
    }

    /// Takes the line away, before something else is said.
    pub(super) fn clear(&mut self) {
        if self.shown.take().is_some() {
            let _ = write!(io::stderr(), "\r\x1b[K");
        }
    }
}

/// As many of the parts as fit into one line: a line that wraps cannot be taken away.
fn fitting(parts: &[String], columns: usize) -> String {
    let mut line = String::new();
    for part in parts {
        let between = if line.is_empty() { "" } else { " · " };
        // The last column stays free: some terminals wrap when it is written.
        if line.width() + between.width() + part.width() >= columns {
            break;
        }
        line.push_str(between);
        line.push_str(part);
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_narrow_terminal_gets_the_first_parts() {
        let parts = ["播放中".to_owned(), "25.0 fps".to_owned(), "512 kbit/s".to_owned()];
        assert_eq!(fitting(&parts, 80), "播放中 · 25.0 fps · 512 kbit/s");
        assert_eq!(fitting(&parts, 18), "播放中 · 25.0 fps");
        assert_eq!(fitting(&parts, 17), "播放中");
        assert_eq!(fitting(&parts, 6), "");
    }
}
