//! The two clocks of a device: one that never jumps, and one that the platform sets.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use kandian_proto::time::{Millis, Now, Timestamp, UnixMillis};
use tokio::time::Instant;

/// Differences up to this are the delay of the network and not a wrong clock. E-14.
const TOLERATED: i64 = 2_000;

/// The clocks of a device.
///
/// A device sets its clock by the platform's (E-14). A process cannot: it keeps the difference to the clock of
/// its machine, so that two devices of two platforms can run on one.
#[derive(Debug)]
pub(crate) struct Clock {
    started: Instant,
    ahead_ms: AtomicI64,
    offset_minutes: i16,
}

impl Clock {
    /// Starts at zero; civil time is `offset_minutes` ahead of UTC (E-13).
    pub(crate) fn start(offset_minutes: i16) -> Self {
        Self { started: Instant::now(), ahead_ms: AtomicI64::new(0), offset_minutes }
    }

    /// This moment, as the session machine wants it.
    pub(crate) fn now(&self) -> Now {
        Now { mono: self.mono(), wall: Some(self.wall()) }
    }

    fn mono(&self) -> Millis {
        Millis(u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX))
    }

    fn wall(&self) -> UnixMillis {
        UnixMillis(system_ms().saturating_add(self.ahead_ms.load(Ordering::Relaxed)))
    }

    /// When a moment of the machine is on tokio's clock.
    pub(crate) fn instant(&self, at: Millis) -> Instant {
        // A day is longer than any wait of the machine; a sum that overflowed would be "at once".
        let after = Duration::from_millis(at.0).min(self.started.elapsed() + Duration::from_secs(86_400));
        self.started + after
    }

    /// Minutes by which civil time is ahead of UTC (E-13).
    pub(crate) const fn offset_minutes(&self) -> i16 {
        self.offset_minutes
    }

    /// The civil time of this moment.
    pub(crate) fn civil(&self) -> Timestamp {
        self.civil_of(self.wall())
    }

    /// The civil time of a moment.
    pub(crate) fn civil_of(&self, moment: UnixMillis) -> Timestamp {
        let civil = moment.civil(self.offset_minutes).or_else(|| Timestamp::from_unix(0, 0));
        // 1970 is a year that timestamps have.
        civil.unwrap_or_else(|| unreachable!("1970 can be written"))
    }

    /// How long it is until a moment of civil time.
    pub(crate) fn until(&self, time: Timestamp) -> Duration {
        self.until_moment(UnixMillis::from_civil(time, self.offset_minutes))
    }

    /// How long it is until a moment; nothing for one that is past.
    pub(crate) fn until_moment(&self, moment: UnixMillis) -> Duration {
        Duration::from_millis(u64::try_from(moment.0.saturating_sub(self.wall().0)).unwrap_or_default())
    }

    /// Sets the civil time, when it differs by more than the way through the network takes.
    pub(crate) fn set(&self, time: Timestamp) {
        let ahead = UnixMillis::from_civil(time, self.offset_minutes).0.saturating_sub(system_ms());
        if ahead.abs_diff(self.ahead_ms.load(Ordering::Relaxed)) > TOLERATED.unsigned_abs() {
            self.ahead_ms.store(ahead, Ordering::Relaxed);
        }
    }
}

fn system_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The platform sets the clock; small differences are the network. E-13, E-14.
    #[tokio::test]
    async fn the_platform_sets_the_clock() {
        let clock = Clock::start(480);
        let before = clock.civil();
        clock.set("20140318103000".parse().unwrap());
        assert!(clock.civil().to_string().starts_with("2014031810300"), "{}", clock.civil());
        let ahead = clock.ahead_ms.load(Ordering::Relaxed);
        clock.set(clock.civil());
        assert_eq!(clock.ahead_ms.load(Ordering::Relaxed), ahead);
        clock.set(before);
        assert!(clock.civil() >= before);
    }
}
