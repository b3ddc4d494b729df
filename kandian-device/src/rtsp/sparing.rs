//! Lines that strangers cause.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// A line in the log takes some hundred bytes, and the log two megabytes: with so many lines a minute, a day of guessing
/// tokens does not push out what the owner of the shop wants to know.
const MOST: u32 = 10;
/// In which time.
const SPAN: Duration = Duration::from_secs(60);

/// Lets a few lines through, and counts the others.
#[derive(Debug, Default)]
pub(super) struct Sparing(Mutex<Window>);

#[derive(Debug, Default)]
struct Window {
    began: Option<Instant>,
    told: u32,
    kept_back: u32,
}

/// What to do with a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// Write it; so many were kept back before it.
    Write { kept_back: u32 },
    /// Keep it back.
    KeepBack,
}

impl Sparing {
    /// A stranger causes a line.
    pub(super) fn line(&self) -> Line {
        let mut window = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        if window.began.is_none_or(|began| now - began >= SPAN) {
            (window.began, window.told) = (Some(now), 0);
        }
        if window.told >= MOST {
            window.kept_back = window.kept_back.saturating_add(1);
            return Line::KeepBack;
        }
        window.told += 1;
        Line::Write { kept_back: std::mem::take(&mut window.kept_back) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Ten lines a minute; the next one says how many there were besides.
    #[tokio::test(start_paused = true)]
    async fn a_flood_is_counted() {
        let sparing = Sparing::default();
        for _ in 0..MOST {
            assert_eq!(sparing.line(), Line::Write { kept_back: 0 });
        }
        for _ in 0..500 {
            assert_eq!(sparing.line(), Line::KeepBack);
        }
        tokio::time::advance(SPAN).await;
        assert_eq!(sparing.line(), Line::Write { kept_back: 500 });
        assert_eq!(sparing.line(), Line::Write { kept_back: 0 });
    }
}
