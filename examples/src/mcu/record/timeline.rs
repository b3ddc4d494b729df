//! From RTP times to times in a file.

use std::time::Duration;

/// Further back than this, and a clock was set anew: pictures that are sent in another order than they are shown in
/// overtake each other by less.
const BACK: Duration = Duration::from_secs(2);
/// Further ahead of the time that passed here than this, and a clock was set anew: what waited somewhere comes late,
/// never early.
const AHEAD: Duration = Duration::from_secs(10);

/// The times of one track. Small steps are those of the sender's clock, which knows nothing of the network's jitter;
/// where that clock jumps, the time that passed here counts.
#[derive(Debug)]
pub(in crate::mcu) struct Timeline {
    hz: u32,
    /// RTP time, arrival and time in the file of the last unit.
    last: Option<(u64, Duration, i64)>,
}

impl Timeline {
    pub(in crate::mcu) const fn new(hz: u32) -> Self {
        Self { hz, last: None }
    }

    /// When a unit is shown, in ticks; the first one at `first`. Negative for what belongs before the beginning.
    pub(in crate::mcu) fn at(&mut self, timestamp: u64, arrival: Duration, first: i64) -> i64 {
        let Some((before, arrived, shown)) = self.last else {
            self.last = Some((timestamp, arrival, first));
            return first;
        };
        // Both are counted on from 32 bits.
        let step = timestamp.wrapping_sub(before).cast_signed();
        let passed = self.ticks(arrival.saturating_sub(arrived));
        let is_jump = step < -self.ticks(BACK) || step > passed + self.ticks(AHEAD);
        let shown = shown + if is_jump { passed.max(1) } else { step };
        self.last = Some((timestamp, arrival, shown));
        shown
    }

    fn ticks(&self, span: Duration) -> i64 {
        // A view has no years.
        (span.as_secs_f64() * f64::from(self.hz)) as i64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn ms(millis: u64) -> Duration {
        Duration::from_millis(millis)
    }

    #[test]
    fn the_clock_of_the_sender_counts_and_not_the_network() {
        let mut line = Timeline::new(90_000);
        assert_eq!(line.at(1 << 40, ms(0), 0), 0);
        assert_eq!(line.at((1 << 40) + 3_600, ms(900), 0), 3_600);
        // Three at once after a stall.
        for (n, arrival) in [(2, 900), (3, 901), (100, 902)] {
            assert_eq!(line.at((1 << 40) + n * 3_600, ms(arrival), 0), n as i64 * 3_600);
        }
    }

    #[test]
    fn pictures_may_overtake_each_other() {
        let mut line = Timeline::new(90_000);
        let shown = [0, 10_800, 3_600, 7_200, 21_600].map(|n| line.at(1_000_000 + n, ms(n / 90), 0));
        assert_eq!(shown, [0, 10_800, 3_600, 7_200, 21_600]);
    }

    #[test]
    fn a_clock_that_jumps_is_not_followed() {
        let mut line = Timeline::new(90_000);
        line.at(1_000_000_000, ms(0), 0);
        // Back by an hour, then ahead by a day.
        assert_eq!(line.at(1_000_000_000 - 324_000_000, ms(40), 0), 3_600);
        assert_eq!(line.at(8_000_000_000, ms(80), 0), 7_200);
        assert_eq!(line.at(8_000_003_600, ms(81), 0), 10_800);
        // A gap of 20 s that passed here, too, is one.
        assert_eq!(line.at(8_000_003_600 + 1_800_000, ms(20_081), 0), 1_810_800);
    }
}
