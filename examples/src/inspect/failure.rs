//! Why the program stops before the end of its input.

use std::fmt;
use std::io;

/// A reason to stop, with the position in the input and something to try instead.
#[derive(Debug)]
pub enum Failure {
    /// The input cannot be read on.
    Input {
        /// What is wrong, as a sentence without its full stop.
        what: String,
        /// What to try, as a sentence without its full stop; empty when there is nothing to try.
        advice: String,
    },
    /// The arguments contradict each other or the input.
    Usage(String),
    /// The output cannot be written.
    Output(io::Error),
}

impl Failure {
    pub(super) fn input(what: impl Into<String>, advice: impl Into<String>) -> Self {
        Self::Input { what: what.into(), advice: advice.into() }
    }

    /// True when the reader of our output has gone, as `head` does; no reason to complain.
    #[must_use]
    pub fn is_broken_pipe(&self) -> bool {
        matches!(self, Self::Output(error) if error.kind() == io::ErrorKind::BrokenPipe)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Input { what, advice } if advice.is_empty() => f.write_str(what),
            Self::Input { what, advice } => write!(f, "{what}\n  try: {advice}"),
            Self::Usage(text) => f.write_str(text),
            Self::Output(error) => write!(f, "cannot write the output: {error}"),
        }
    }
}

impl std::error::Error for Failure {}
