//! Times of somebody else's clock on one's own.

use std::time::Duration;

/// How far the other clock may be from the time at which things come. A camera that sets its clock, begins its times anew or
/// counts them wrongly goes on from here.
const TOLERANCE: Duration = Duration::from_secs(3);

/// Follows the clock of a track as long as it is one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pace {
    clock_hz: u32,
    /// A time of that clock, and of one's own.
    anchor: Option<(u64, Duration)>,
    latest: Duration,
    /// How often the other clock was not believed.
    pub(super) jumps: u32,
}

impl Pace {
    /// A clock with so many ticks in a second; one of 0 is not believed at all.
    pub(super) const fn new(clock_hz: u32) -> Self {
        Self { clock_hz, anchor: None, latest: Duration::ZERO, jumps: 0 }
    }

    /// The time of something that says it is of `timestamp`, and came at `arrived`. Never goes back.
    pub(super) fn time(&mut self, timestamp: u64, arrived: Duration) -> Duration {
        let said = self.said(timestamp).filter(|said| said.abs_diff(arrived) <= TOLERANCE);
        let time = said.unwrap_or_else(|| {
            self.jumps += u32::from(self.anchor.is_some());
            self.anchor = Some((timestamp, arrived));
            arrived
        });
        self.latest = self.latest.max(time);
        self.latest
    }

    fn said(&self, timestamp: u64) -> Option<Duration> {
        let (ticks, at) = self.anchor?;
        let span = |ticks: u64| {
            let nanos = u128::from(ticks) * 1_000_000_000 / u128::from(self.clock_hz.max(1));
            Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX))
        };
        match timestamp.checked_sub(ticks) {
            Some(after) => at.checked_add(span(after)),
            None => at.checked_sub(span(ticks - timestamp)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn ms(millis: u64) -> Duration {
        Duration::from_millis(millis)
    }

    /// Pictures that come in bursts have the times at which they were taken.
    #[test]
    fn bursts_are_smoothed() {
        let mut pace = Pace::new(90_000);
        let arrivals = [100, 101, 260, 261, 420];
        let times: Vec<_> =
            (0..).zip(arrivals).map(|(n, arrived)| pace.time(5_000 + n * 7_200, ms(arrived))).collect();
        assert_eq!(times, [ms(100), ms(180), ms(260), ms(340), ms(420)]);
        assert_eq!(pace.jumps, 0);
    }

    /// A clock that jumps, stands still or runs at another speed than it says is not believed; time goes on.
    #[test]
    fn clocks_that_lie() {
        let timestamps: [fn(u64) -> u64; 4] =
            [|n| n * 7_200 + (n / 50) * 9_000_000, |_| 7, |n| n * 720_000, |n| u64::MAX / 2 - n * 7_200];
        for (case, timestamp) in timestamps.into_iter().enumerate() {
            let mut pace = Pace::new(90_000);
            let mut last = Duration::ZERO;
            for n in 0..500 {
                let arrived = ms(80) * u32::try_from(n).unwrap();
                let time = pace.time(timestamp(n), arrived);
                assert!(time >= last && time.abs_diff(arrived) <= TOLERANCE * 2, "{case}, {n}: {time:?}");
                last = time;
            }
            assert!(pace.jumps > 0, "{case}");
        }
    }
}
