//! The time, in the form that the protocol crates take it.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use kandian_proto::time::{Millis, Now, UnixMillis};

/// A clock. Its monotonic time counts from its start, and everything that is waited for or limited goes by it; the time
/// of day, which administrators and NTP move, is for records and the ends of tokens.
#[derive(Debug)]
pub struct Clock {
    start: Instant,
    /// Milliseconds by which the time of day is ahead of that of the system.
    ahead: AtomicI64,
}

impl Clock {
    /// A clock that starts now.
    #[must_use]
    pub fn start() -> Self {
        Self { start: Instant::now(), ahead: AtomicI64::new(0) }
    }

    /// Now.
    #[must_use]
    pub fn now(&self) -> Now {
        let mono = Millis(u64::try_from(self.start.elapsed().as_millis()).unwrap_or(u64::MAX));
        Now { mono, wall: Some(self.wall()) }
    }

    /// The time of day, for records.
    #[must_use]
    pub fn wall(&self) -> UnixMillis {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
        let since = i64::try_from(since.as_millis()).unwrap_or(i64::MAX);
        UnixMillis(since.saturating_add(self.ahead.load(Ordering::Relaxed)))
    }

    /// Moves the time of day by milliseconds, as if somebody had set the clock of the system: for trying out what
    /// depends on it.
    pub fn jump(&self, by: i64) {
        self.ahead.fetch_add(by, Ordering::Relaxed);
    }

    /// The moment of a deadline, for timers.
    #[must_use]
    pub fn instant(&self, at: Millis) -> Instant {
        // A deadline a century away is none.
        self.start + Duration::from_millis(at.0.min(3_155_760_000_000))
    }
}
