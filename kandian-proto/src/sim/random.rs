//! Numbers that depend on the seed and on nothing else.

use super::Span;
use crate::time::Millis;

/// SplitMix64. Integer arithmetic only, so that every machine draws the same numbers.
///
/// Each device has streams of its own: what one of them draws does not depend on what the others do, which is
/// why the honest devices of two runs can be compared event by event.
#[derive(Clone, Debug)]
pub(super) struct Random(u64);

impl Random {
    /// The stream for one purpose of one device.
    pub(super) fn new(seed: u64, purpose: u64, device: u64) -> Self {
        let mut root = Self(seed);
        let mut branch = Self(root.next() ^ purpose.wrapping_mul(0xA24B_AED4_963E_E407));
        let mut leaf = Self(branch.next() ^ device.wrapping_mul(0x9FB2_1C65_1E98_DF25));
        Self(leaf.next())
    }

    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `bound`; 0 when there is none.
    pub(super) fn below(&mut self, bound: u64) -> u64 {
        self.next().checked_rem(bound).unwrap_or(0)
    }

    /// A span within a range, both ends included.
    pub(super) fn within(&mut self, span: Span) -> Millis {
        if span.least == span.most {
            return span.least;
        }
        span.least + Millis(self.below((span.most - span.least).0 + 1))
    }

    /// True with this probability.
    pub(super) fn chance(&mut self, probability: f64) -> bool {
        // 53 bits are exact in a float, and comparing floats is exact as well.
        probability > 0.0 && ((self.next() >> 11) as f64) < probability * (1_u64 << 53) as f64
    }

    /// The wait until the next of events that happen `rate` times an hour, independently of each other.
    pub(super) fn wait(&mut self, rate: f64) -> Option<Millis> {
        let mean = 3_600_000.0 / rate;
        // Rarer than once in a thousand years is never.
        (rate > 0.0 && mean < 3e13).then(|| Millis(1 + (mean * self.exponential()) as u64))
    }

    /// A number of the exponential distribution with mean 1, by comparisons alone (von Neumann 1951): a logarithm
    /// would not be the same to the last bit on every machine.
    fn exponential(&mut self) -> f64 {
        let mut whole = 0_u32;
        loop {
            let first = self.next() >> 11;
            let (mut last, mut falling) = (first, 1);
            loop {
                let next = self.next() >> 11;
                if next >= last {
                    break;
                }
                last = next;
                falling += 1;
            }
            if falling % 2 == 1 {
                return f64::from(whole) + first as f64 / (1_u64 << 53) as f64;
            }
            whole += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_differ_and_repeat() {
        let first = |seed, purpose, device| Random::new(seed, purpose, device).next();
        assert_eq!(first(1, 2, 3), first(1, 2, 3));
        assert_ne!(first(1, 2, 3), first(2, 2, 3));
        assert_ne!(first(1, 2, 3), first(1, 3, 3));
        assert_ne!(first(1, 2, 3), first(1, 2, 4));
    }

    #[test]
    fn chances_and_waits_keep_their_means() {
        let mut random = Random::new(7, 0, 0);
        let hits = (0..10_000).filter(|_| random.chance(0.25)).count();
        assert!((2_300..2_700).contains(&hits), "{hits}");
        assert!(!random.chance(0.0) && random.chance(1.0));
        let waits: Vec<_> = (0..10_000).map(|_| random.wait(60.0).unwrap().0).collect();
        let mean = waits.iter().sum::<u64>() / 10_000;
        assert!((58_000..62_000).contains(&mean), "{mean}");
        // 1 - 1/e of them are shorter than the mean, 1/e^3 longer than three times the mean.
        let shorter = waits.iter().filter(|wait| **wait < 60_000).count();
        let longer = waits.iter().filter(|wait| **wait > 180_000).count();
        assert!((6_150..6_490).contains(&shorter) && (420..580).contains(&longer), "{shorter} {longer}");
        assert_eq!(random.wait(0.0), None);
    }

    #[test]
    fn ranges_include_their_ends() {
        let mut random = Random::new(7, 0, 0);
        let span = Span::millis(3, 5);
        let drawn: std::collections::BTreeSet<_> = (0..100).map(|_| random.within(span).0).collect();
        assert_eq!(drawn.into_iter().collect::<Vec<_>>(), [3, 4, 5]);
    }
}
