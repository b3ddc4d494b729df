//! The bytes of a frame that has not wholly arrived.

use core::fmt;

use alloc::vec::Vec;

/// Capacity that an empty buffer keeps, so that ordinary frames (heartbeats have about 360 bytes)
/// cut by the network cost no allocation each. Thousands of idle links keep no more than this.
const KEPT_CAPACITY: usize = 512;

/// A queue of bytes. Consumed bytes stay readable until the next [`reclaim`](Self::reclaim) or
/// [`fill`](Self::fill), so that a frame can be lent out of it.
#[derive(Default)]
pub(crate) struct Buffer {
    bytes: Vec<u8>,
    head: usize,
}

impl Buffer {
    pub(crate) fn pending(&self) -> &[u8] {
        self.bytes.get(self.head..).unwrap_or_default()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.head >= self.bytes.len()
    }

    pub(crate) fn capacity(&self) -> usize {
        self.bytes.capacity()
    }

    pub(crate) fn consume(&mut self, count: usize) {
        self.head = self.bytes.len().min(self.head + count);
    }

    /// The last `count` bytes consumed.
    pub(crate) fn consumed(&self, count: usize) -> &[u8] {
        self.bytes.get(self.head.saturating_sub(count)..self.head).unwrap_or_default()
    }

    /// Forgets everything once all of it is consumed, and gives a large allocation back.
    pub(crate) fn reclaim(&mut self) {
        if !self.is_empty() {
            return;
        }
        self.head = 0;
        self.bytes.clear();
        if self.bytes.capacity() > KEPT_CAPACITY {
            self.bytes = Vec::new();
        }
    }

    /// Moves up to `want` bytes from the front of `input` behind the pending ones, in a buffer that
    /// will have to hold `total` bytes. Returns the number moved.
    ///
    /// The allocation follows the bytes that arrive, not the length a peer announces: it at most
    /// doubles each time, and ends at `total`.
    pub(crate) fn fill(&mut self, input: &mut &[u8], want: usize, total: usize) -> usize {
        let Some((taken, rest)) = input.split_at_checked(want.min(input.len())) else { return 0 };
        if taken.is_empty() {
            return 0;
        }
        self.bytes.drain(..self.head);
        self.head = 0;
        self.grow(self.bytes.len() + taken.len(), total);
        self.bytes.extend_from_slice(taken);
        *input = rest;
        taken.len()
    }

    fn grow(&mut self, needed: usize, total: usize) {
        if needed <= self.bytes.capacity() {
            return;
        }
        let doubled = self.bytes.capacity().saturating_mul(2);
        let target = doubled.min(total).max(needed).max(KEPT_CAPACITY);
        self.bytes.reserve_exact(target - self.bytes.len());
    }
}

/// The content may hold passwords; only its size is shown.
impl fmt::Debug for Buffer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Buffer({} bytes)", self.pending().len())
    }
}
