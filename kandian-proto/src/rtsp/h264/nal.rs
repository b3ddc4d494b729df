//! What a NAL unit is.

use core::fmt;

/// The type of a NAL unit: the low five bits of its first byte. An open number, as cameras put private types
/// into their streams.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NalType(pub u8);

impl NalType {
    /// A slice of a picture that needs others.
    pub const SLICE: Self = Self(1);
    /// A slice of a picture from which decoding can begin.
    pub const IDR: Self = Self(5);
    /// Supplemental information.
    pub const SEI: Self = Self(6);
    /// Sequence parameter set: profile, size.
    pub const SPS: Self = Self(7);
    /// Picture parameter set.
    pub const PPS: Self = Self(8);
    /// Access unit delimiter.
    pub const DELIMITER: Self = Self(9);
    /// RTP only: several NAL units in one packet (STAP-A).
    pub const STAP_A: Self = Self(24);
    /// RTP only: a part of a NAL unit (FU-A).
    pub const FU_A: Self = Self(28);

    /// The type of a NAL unit without its start code. An empty one has type 0, which means nothing.
    #[must_use]
    pub fn of(nal: &[u8]) -> Self {
        Self(nal.first().map_or(0, |first| first & 0x1F))
    }

    /// Whether such a unit holds a part of a picture.
    #[must_use]
    pub const fn is_slice(self) -> bool {
        matches!(self.0, 1..=5)
    }

    /// Whether such a unit, behind a slice, begins the next access unit (H.264 §7.4.1.2.3).
    #[must_use]
    pub const fn begins_access_unit(self) -> bool {
        matches!(self.0, 6..=9 | 14..=18)
    }

    /// Whether such a unit may be sent over RTP as it is; the numbers above 23 mean packets there.
    #[must_use]
    pub const fn is_single(self) -> bool {
        matches!(self.0, 1..=23)
    }
}

impl fmt::Display for NalType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NAL type {}", self.0)
    }
}
