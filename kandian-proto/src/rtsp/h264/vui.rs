//! What a sequence parameter set says about showing (H.264 annex E): of it, how many pictures come in a second.

use core::num::NonZeroU32;
use core::time::Duration;

use super::SpsError;
use super::bits::Bits;

/// Longest and shortest time between two pictures that is believed: one in ten seconds, and a thousand in one.
const BELIEVED: core::ops::RangeInclusive<Duration> = Duration::from_millis(1)..=Duration::from_secs(10);

/// The time between two pictures, when it is said and can be. What comes behind the size is optional, and wrong in enough
/// cameras: it never makes a parameter set unusable.
pub(super) fn interval(bits: &mut Bits<'_>) -> Option<Duration> {
    let (units, scale) = timing(bits).ok()??;
    // Two fields are a picture.
    let nanos = u128::from(units) * 2 * 1_000_000_000 / u128::from(scale.get());
    let interval = Duration::from_nanos(u64::try_from(nanos).ok()?);
    BELIEVED.contains(&interval).then_some(interval)
}

/// Ticks of a field, and ticks in a second.
fn timing(bits: &mut Bits<'_>) -> Result<Option<(u32, NonZeroU32)>, SpsError> {
    /// The shape of a pixel in numbers.
    const OWN_SHAPE: u32 = 255;
    if !bits.flag()? {
        return Ok(None);
    }
    if bits.flag()? && bits.bits(8)? == OWN_SHAPE {
        bits.bits(32)?;
    }
    if bits.flag()? {
        bits.flag()?; // beyond the edge
    }
    if bits.flag()? {
        bits.bits(4)?; // what kind of video, and how bright
        if bits.flag()? {
            bits.bits(24)?; // what its colours mean
        }
    }
    if bits.flag()? {
        bits.unsigned()?; // where colour lies
        bits.unsigned()?;
    }
    if !bits.flag()? {
        return Ok(None);
    }
    let units = bits.bits(32)?;
    Ok(NonZeroU32::new(bits.bits(32)?).map(|scale| (units, scale)))
}

#[cfg(test)]
mod tests {
    use core::time::Duration;

    use super::super::Sps;

    fn interval(sps: &[u8]) -> Option<Duration> {
        Sps::parse(sps).unwrap().interval
    }

    const RATE_15: &[u8] =
        b"\x67\x42\xC0\x0C\xD9\x01\x60\x96\xC0\x44\0\0\x03\0\x04\0\0\x03\0\x78\x3C\x50\xA9\x20";

    /// What x264 says of 15 and 25 pictures a second.
    #[test]
    fn rates() {
        assert_eq!(interval(RATE_15).map(|interval| interval.as_micros()), Some(66_666));
        let mut rate_25 = RATE_15.to_vec();
        rate_25[19] = 0xC8;
        assert_eq!(interval(&rate_25), Some(Duration::from_millis(40)));
    }

    /// A rate that is cut off, or of which the clock stands still, is none; the rest of the set is good all the same.
    #[test]
    fn no_rates() {
        for length in 11..19 {
            assert_eq!(interval(&RATE_15[..length]), None, "{length} bytes");
        }
        let still = [&RATE_15[..18], b"\0\x03\0\x3C\x50\xA9\x20"].concat();
        assert_eq!(interval(&still), None);
    }
}
