//! Finding frames again after damage, at a bounded price. See
//! [`ResyncPolicy::Scan`](crate::ResyncPolicy::Scan).

use crate::{FrameError, MAGIC, SkipReason};

/// Most bytes hashed per byte received while scanning.
///
/// Each false frame start costs a digest over up to 64 KiB, and a hostile stream can have one every
/// second byte. A true frame costs less than one hashed byte per byte, so undamaged stretches earn
/// a reserve for damaged ones.
pub const HASH_BUDGET: u64 = 16;

/// Counts what the digests of a stream cost.
///
/// The credit follows the ends of the frames looked at and not the pieces handed in, so that the
/// verdict is the same however the stream is cut.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Meter {
    pub(crate) hashed: u64,
    received: u64,
}

impl Meter {
    /// Credits everything up to stream offset `end`, which the decoder has looked at.
    pub(crate) fn credit(&mut self, end: u64) {
        self.received = self.received.max(end);
    }

    /// Notes that `cost` bytes get hashed.
    pub(crate) fn count(&mut self, cost: usize) {
        self.hashed = self.hashed.saturating_add(cost as u64);
    }

    /// Like [`count`](Self::count), and refuses when that exceeds the budget.
    pub(crate) fn charge(&mut self, offset: u64, cost: usize) -> Result<(), FrameError> {
        let Self { hashed, received } = *self;
        if hashed.saturating_add(cost as u64) > received.saturating_mul(HASH_BUDGET) {
            return Err(FrameError::HashBudgetExhausted { offset, hashed, received });
        }
        self.count(cost);
        Ok(())
    }
}

/// A run of bytes in which no frame starts, as long as it goes on.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Gap {
    bytes: u64,
    reason: Option<SkipReason>,
}

impl Gap {
    pub(crate) fn extend(&mut self, bytes: usize, reason: SkipReason) {
        self.bytes += bytes as u64;
        self.reason.get_or_insert(reason);
    }

    pub(crate) fn is_open(&self) -> bool {
        self.reason.is_some()
    }

    /// Ends the run, which reaches up to stream offset `end`: first offset, length, first reason.
    pub(crate) fn close(&mut self, end: u64) -> Option<(u64, u64, SkipReason)> {
        let Self { bytes, reason } = core::mem::take(self);
        Some((end - bytes, bytes, reason?))
    }
}

/// Bytes from the start of `window`, where no frame starts, to the next place where one may.
pub(crate) fn distance(window: &[u8]) -> usize {
    let next = window.iter().skip(1).position(|byte| *byte == MAGIC[0]);
    next.map_or(window.len(), |position| position + 1)
}

/// Why the scan passes over a position that [`locate`](crate::decode::locate) refused.
pub(crate) fn skip_reason(refusal: &FrameError) -> SkipReason {
    match refusal {
        FrameError::PayloadTooLong { .. } => SkipReason::PayloadTooLong,
        _ => SkipReason::NotMagic,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_budget_is_a_limit_and_not_a_bound_below_it() {
        let mut meter = Meter::default();
        meter.credit(10);
        assert!(meter.charge(0, 160).is_ok());
        let refused = FrameError::HashBudgetExhausted { offset: 7, hashed: 160, received: 10 };
        assert_eq!(meter.charge(7, 1), Err(refused));
    }

    #[test]
    fn stretches_without_a_start_are_passed_at_once() {
        assert_eq!(distance(&[0xFA, 0xF5, 1, 2]), 4);
        assert_eq!(distance(&[0xFA, 1, 0xFA, 2]), 2);
        assert_eq!(distance(&[1]), 1);
    }
}
