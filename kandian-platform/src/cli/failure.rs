//! How a command fails: a sentence for people, and a number for scripts.

use std::fmt;
use std::process::ExitCode;

/// Something failed.
pub(crate) const FAILED: u8 = 1;
/// No platform runs on the data directory and one is needed, or the one that runs cannot be reached.
pub(crate) const NOT_RUNNING: u8 = 3;
/// The device did not do what it was told.
pub(crate) const NOT_DONE: u8 = 4;

/// What went wrong.
#[derive(Debug)]
pub(crate) struct Failure {
    /// For people; empty when there is nothing to say.
    text: String,
    code: u8,
}

impl Failure {
    pub(crate) fn new(code: u8, text: impl Into<String>) -> Self {
        Self { text: text.into(), code }
    }

    /// Whoever read the output has read enough: `… | head`.
    pub(crate) fn unread() -> Self {
        Self::new(0, "")
    }

    /// Says it, and gives the exit code.
    pub(crate) fn report(&self) -> ExitCode {
        if !self.text.is_empty() {
            eprintln!("kandian-platform: {}", self.text);
        }
        ExitCode::from(self.code)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl From<String> for Failure {
    fn from(text: String) -> Self {
        Self::new(FAILED, text)
    }
}

impl From<&str> for Failure {
    fn from(text: &str) -> Self {
        Self::new(FAILED, text)
    }
}

/// The sentence of any error.
pub(crate) fn text(error: impl ToString) -> Failure {
    Failure::new(FAILED, error.to_string())
}
