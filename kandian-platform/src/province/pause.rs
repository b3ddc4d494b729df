//! How long to wait before the group platform is asked again.

use std::time::Duration;

use rand::RngExt as _;

/// After the first failure.
const FIRST: Duration = Duration::from_secs(1);
/// At most.
const MOST: Duration = Duration::from_secs(300);
/// When the group platform refused this platform itself (1, 2): an operator must correct something, and says so.
pub(super) const REFUSED: Duration = Duration::from_secs(600);

/// The wait after so many failures in a row: twice as long each time, and up to half as long again by chance, so that the
/// provinces of a country do not come back all at once.
pub(super) fn after(failures: u32) -> Duration {
    let wait = FIRST.saturating_mul(1 << failures.saturating_sub(1).min(16)).min(MOST);
    wait + wait.mul_f64(rand::rng().random_range(0.0..0.5))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twice_as_long_each_time() {
        for (failures, least) in [(0, 1), (1, 1), (2, 2), (3, 4), (9, 256), (10, 300), (u32::MAX, 300)] {
            let (wait, least) = (after(failures), Duration::from_secs(least));
            assert!(wait >= least && wait <= least.mul_f64(1.5), "{failures}: {wait:?}");
        }
    }
}
