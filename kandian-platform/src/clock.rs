//! The time, in the form that the protocol crates take it.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use kandian_proto::time::{Millis, Now, UnixMillis};

/// A clock. Its monotonic time counts from its start.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    start: Instant,
}

impl Clock {
    /// A clock that starts now.
    #[must_use]
    pub fn start() -> Self {
        Self { start: Instant::now() }
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
        UnixMillis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }

    /// The moment of a deadline, for timers.
    #[must_use]
    pub fn instant(&self, at: Millis) -> Instant {
        // A deadline a century away is none.
        self.start + Duration::from_millis(at.0.min(3_155_760_000_000))
    }
}
