//! The running hash of what happened.

/// A hash that is cheap enough to take over every byte, and good enough to tell two runs apart. Nothing is
/// kept secret with it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Trace(u64);

impl Trace {
    pub(super) fn add(&mut self, value: u64) {
        self.0 = (self.0.rotate_left(23) ^ value).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    }

    pub(super) fn value(self) -> u64 {
        self.0 ^ (self.0 >> 29)
    }

    /// The hash of some bytes.
    pub(super) fn of(bytes: &[u8]) -> u64 {
        let mut trace = Self(bytes.len() as u64);
        let (words, rest) = bytes.as_chunks::<8>();
        for word in words {
            trace.add(u64::from_le_bytes(*word));
        }
        for byte in rest {
            trace.add(u64::from(*byte));
        }
        trace.value()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_and_the_order_count() {
        let base = Trace::of(b"0123456789");
        for changed in [&b"0123456788"[..], b"1023456789", b"012345678", b"0123456789\0"] {
            assert_ne!(Trace::of(changed), base, "{changed:?}");
        }
        let (mut a, mut b) = (Trace::default(), Trace::default());
        [1, 2].into_iter().for_each(|value| a.add(value));
        [2, 1].into_iter().for_each(|value| b.add(value));
        assert_ne!(a, b);
    }
}
