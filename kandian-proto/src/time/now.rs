//! The moment an input arrives, as the caller tells it.

use core::ops::{Add, Sub};

use super::Timestamp;

/// Milliseconds: a span, or a moment on a monotonic clock whose origin the caller chose.
///
/// A plain integer, which firmware in C or a simulator can make. Arithmetic saturates, so that a far
/// deadline is never a near one.
///
/// ```
/// use kandian_proto::time::Millis;
/// let deadline = Millis(500) + Millis::from_secs(2);
/// assert_eq!(deadline, Millis(2_500));
/// assert_eq!(Millis(100) - deadline, Millis(0));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Millis(pub u64);

impl Millis {
    /// That many seconds.
    #[must_use]
    pub const fn from_secs(seconds: u64) -> Self {
        Self(seconds.saturating_mul(1000))
    }

    /// Whole seconds.
    #[must_use]
    pub const fn as_secs(self) -> u64 {
        self.0 / 1000
    }
}

impl Add for Millis {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl Sub for Millis {
    type Output = Self;

    /// The span since an earlier moment; none when it is not earlier.
    fn sub(self, earlier: Self) -> Self {
        Self(self.0.saturating_sub(earlier.0))
    }
}

/// Milliseconds after 1970-01-01 00:00:00 UTC.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnixMillis(pub i64);

impl UnixMillis {
    /// The civil time of a clock that is `offset_minutes` ahead of UTC; `None` outside the years 1 to
    /// 9999. E-13.
    ///
    /// ```
    /// use kandian_proto::time::{CHINA_OFFSET_MINUTES, UnixMillis};
    /// let time = UnixMillis(1_395_109_800_999).civil(CHINA_OFFSET_MINUTES);
    /// assert_eq!(time.map(|t| t.to_string()).as_deref(), Some("20140318103000"));
    /// ```
    #[must_use]
    pub fn civil(self, offset_minutes: i16) -> Option<Timestamp> {
        Timestamp::from_unix(self.0.div_euclid(1000), offset_minutes)
    }

    /// The first millisecond of a second of civil time, on a clock that is `offset_minutes` ahead of UTC.
    /// E-13.
    ///
    /// ```
    /// use kandian_proto::time::{CHINA_OFFSET_MINUTES, Timestamp, UnixMillis};
    /// let time: Timestamp = "20140318103000".parse()?;
    /// assert_eq!(UnixMillis::from_civil(time, CHINA_OFFSET_MINUTES), UnixMillis(1_395_109_800_000));
    /// # Ok::<(), kandian_proto::value::InvalidValue>(())
    /// ```
    #[must_use]
    pub const fn from_civil(time: Timestamp, offset_minutes: i16) -> Self {
        // Years have four digits, so the product is far from the limits.
        Self(time.to_unix(offset_minutes) * 1000)
    }
}

/// The moment of an input. The machines of this crate have no clock; each input brings its own time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Now {
    /// The monotonic clock, for every wait and deadline. A value before an earlier one is read as the
    /// earlier one.
    pub mono: Millis,
    /// The wall clock, for times on the wire; `None` while a device does not know it yet.
    pub wall: Option<UnixMillis>,
}

impl Now {
    /// A moment without a wall clock.
    #[must_use]
    pub const fn mono(mono: Millis) -> Self {
        Self { mono, wall: None }
    }

    /// The civil time at this moment, for `Time` elements.
    #[must_use]
    pub fn civil(self, offset_minutes: i16) -> Option<Timestamp> {
        self.wall?.civil(offset_minutes)
    }
}
