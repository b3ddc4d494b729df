//! Sequence parameter sets: the profile and the size of the picture.

use core::time::Duration;

use super::NalType;
use super::bits::Bits;
use super::vui;

/// What a sequence parameter set says, as far as it matters for transport and for showing.
///
/// ```
/// use kandian_proto::rtsp::h264::Sps;
/// let sps = Sps::parse(b"\x67\x64\x00\x1F\xAC\xD9\x40\x50\x05\xBB\x01\x10\x00\x00\x03\x00\x10\x00\x00\x03\x03\x00\xF1\x83\x19\x60")?;
/// assert_eq!((sps.profile_level_id, sps.width, sps.height), ([0x64, 0x00, 0x1F], 1_280, 720));
/// # Ok::<(), kandian_proto::rtsp::h264::SpsError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Sps {
    /// Profile, constraints, level.
    pub profile_level_id: [u8; 3],
    /// Width in pixels, after cropping.
    pub width: u32,
    /// Height in pixels, after cropping.
    pub height: u32,
    /// The time between two pictures, where it is said.
    pub interval: Option<Duration>,
}

/// Bytes that are no sequence parameter set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SpsError {
    /// Another kind of NAL unit.
    #[error("not a sequence parameter set")]
    Kind,
    /// It ends too early.
    #[error("the sequence parameter set ends too early")]
    TooShort,
    /// A number out of its range.
    #[error("a number of the sequence parameter set is out of range")]
    Number,
    /// A picture of no size, or a larger one than any level allows.
    #[error("the picture is empty or larger than 16384 pixels on a side")]
    Size,
}

/// Longest side that is believed, in pixels; the largest level allows 16,880 at most, and nobody's camera has it.
const MOST_PIXELS: u32 = 16_384;

/// Profiles whose parameter sets say more about colour (H.264 §7.3.2.1.1).
const HIGH: [u8; 13] = [100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135];

impl Sps {
    /// Reads a NAL unit.
    ///
    /// # Errors
    /// When it is no parameter set, or one that cannot be.
    pub fn parse(nal: &[u8]) -> Result<Self, SpsError> {
        if NalType::of(nal) != NalType::SPS {
            return Err(SpsError::Kind);
        }
        let head = nal.get(1..4).ok_or(SpsError::TooShort)?;
        let profile_level_id = [head[0], head[1], head[2]];
        let mut bits = Bits::new(nal.get(4..).unwrap_or_default());
        bits.unsigned()?; // its number
        let chroma = if HIGH.contains(&head[0]) { colour(&mut bits)? } else { 1 };
        bits.unsigned()?; // digits of the frame number
        picture_order(&mut bits)?;
        bits.unsigned()?; // reference frames
        bits.flag()?;
        let width = in_macroblocks(bits.unsigned()?)?;
        let height = in_macroblocks(bits.unsigned()?)?;
        let is_progressive = bits.flag()?;
        if !is_progressive {
            bits.flag()?;
        }
        bits.flag()?;
        let height = if is_progressive { height } else { height * 2 };
        let (width, height) = crop(&mut bits, chroma, is_progressive, width, height)?;
        if !(1..=MOST_PIXELS).contains(&width) || !(1..=MOST_PIXELS).contains(&height) {
            return Err(SpsError::Size);
        }
        Ok(Self { profile_level_id, width, height, interval: vui::interval(&mut bits) })
    }
}

fn in_macroblocks(minus_one: u32) -> Result<u32, SpsError> {
    if minus_one >= MOST_PIXELS / 16 {
        return Err(SpsError::Size);
    }
    Ok((minus_one + 1) * 16)
}

/// Reads the colour format and passes over depths and scaling lists.
fn colour(bits: &mut Bits<'_>) -> Result<u32, SpsError> {
    let mut chroma = bits.unsigned()?;
    if chroma > 3 {
        return Err(SpsError::Number);
    }
    let lists = if chroma == 3 { 12 } else { 8 };
    if chroma == 3 && bits.flag()? {
        // Three planes that are each coded like grey.
        chroma = 0;
    }
    bits.unsigned()?;
    bits.unsigned()?;
    bits.flag()?;
    if bits.flag()? {
        for list in 0..lists {
            if bits.flag()? {
                scaling_list(bits, if list < 6 { 16 } else { 64 })?;
            }
        }
    }
    Ok(chroma)
}

fn scaling_list(bits: &mut Bits<'_>, size: usize) -> Result<(), SpsError> {
    let (mut last, mut next) = (8, 8);
    for _ in 0..size {
        if next != 0 {
            let delta = bits.signed()?;
            if !(-128..=127).contains(&delta) {
                return Err(SpsError::Number);
            }
            next = (last + delta + 256) % 256;
        }
        last = if next == 0 { last } else { next };
    }
    Ok(())
}

fn picture_order(bits: &mut Bits<'_>) -> Result<(), SpsError> {
    match bits.unsigned()? {
        0 => bits.unsigned().map(|_| ()),
        1 => {
            bits.flag()?;
            bits.signed()?;
            bits.signed()?;
            let cycle = bits.unsigned()?;
            if cycle > 255 {
                return Err(SpsError::Number);
            }
            (0..cycle).try_for_each(|_| bits.signed().map(|_| ()))
        }
        2 => Ok(()),
        _ => Err(SpsError::Number),
    }
}

fn crop(
    bits: &mut Bits<'_>,
    chroma: u32,
    is_progressive: bool,
    width: u32,
    height: u32,
) -> Result<(u32, u32), SpsError> {
    if !bits.flag()? {
        return Ok((width, height));
    }
    let x = if matches!(chroma, 1 | 2) { 2 } else { 1 };
    let y = if chroma == 1 { 2 } else { 1 } * if is_progressive { 1 } else { 2 };
    let mut cut = |unit: u32| -> Result<u32, SpsError> {
        let both = u64::from(bits.unsigned()?) + u64::from(bits.unsigned()?);
        u32::try_from(both * u64::from(unit)).map_err(|_| SpsError::Size)
    };
    let width = width.checked_sub(cut(x)?).ok_or(SpsError::Size)?;
    let height = height.checked_sub(cut(y)?).ok_or(SpsError::Size)?;
    Ok((width, height))
}
