//! Waits that differ from device to device.

use crate::time::Millis;

/// Numbers that look random, from a seed that the caller brings. Good for spreading devices over time,
/// for nothing else; an attacker can predict them.
///
/// SplitMix64: any seed will do, so that firmware can take its serial number.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Jitter(u64);

impl Jitter {
    pub(crate) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A span of at least `least` and less than `least + spread`.
    pub(crate) fn span(&mut self, least: Millis, spread: Millis) -> Millis {
        // The bias of the remainder is one in 2^40 for the spans in use.
        least + Millis(self.next().checked_rem(spread.0).unwrap_or(0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_fill_their_range() {
        let mut jitter = Jitter::new(1);
        let spans: Vec<_> = (0..1000).map(|_| jitter.span(Millis(5_000), Millis(10_000)).0).collect();
        assert!(spans.iter().all(|s| (5_000..15_000).contains(s)));
        assert!(spans.iter().any(|s| *s < 6_000) && spans.iter().any(|s| *s > 14_000));
        assert_eq!(jitter.span(Millis(7), Millis(0)), Millis(7));
    }

    /// The numbers of SplitMix64 as published for this seed.
    #[test]
    fn numbers_are_those_of_splitmix64() {
        let mut jitter = Jitter::new(1_234_567);
        let numbers = [(); 5].map(|()| jitter.next());
        assert_eq!(
            numbers,
            [
                6_457_827_717_110_365_317,
                3_203_168_211_198_807_973,
                9_817_491_932_198_370_423,
                4_593_380_528_125_082_431,
                16_408_922_859_458_223_821
            ]
        );
    }

    #[test]
    fn seeds_differ() {
        let first = |seed| Jitter::new(seed).next();
        assert_ne!(first(1), first(2));
        assert_eq!(first(1), first(1));
    }
}
