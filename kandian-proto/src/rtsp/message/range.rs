//! Where and how fast a recording is played. R-10.4, R-10.5; E-177.

use core::fmt;
use core::str::FromStr;

use crate::time::Millis;

/// Where playing begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Start {
    /// So far from the beginning of the recording.
    At(Millis),
    /// Where it is now (`now`): the point of pause, or live.
    Now,
}

/// The header field `Range` in normal play time: `npt=60-`, where 0 is the beginning of the file. E-177.
///
/// ```
/// use kandian_proto::rtsp::message::{Range, Start};
/// use kandian_proto::time::Millis;
/// let range: Range = "npt=60.5-".parse()?;
/// assert_eq!((range.start, range.end), (Start::At(Millis(60_500)), None));
/// assert_eq!("npt=0:01:00-0:02:00".parse::<Range>()?.to_string(), "npt=60.000-120.000");
/// assert_eq!("npt=now-".parse::<Range>()?.start, Start::Now);
/// assert!("clock=19961108T143720.25Z-".parse::<Range>().is_err());
/// # Ok::<(), kandian_proto::rtsp::message::InvalidRange>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Range {
    /// Where to begin.
    pub start: Start,
    /// Where to end; the end of the recording otherwise.
    pub end: Option<Millis>,
}

/// A text that is no range or no scale.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a range such as npt=60- or a scale such as 0.5")]
pub struct InvalidRange;

impl Range {
    /// From here on.
    #[must_use]
    pub const fn from(start: Millis) -> Self {
        Self { start: Start::At(start), end: None }
    }
}

impl FromStr for Range {
    type Err = InvalidRange;

    fn from_str(text: &str) -> Result<Self, InvalidRange> {
        // A time at which to begin may follow; it means now, as everything does.
        let text = text.split(';').next().unwrap_or(text).trim();
        let (unit, span) = text.split_once('=').ok_or(InvalidRange)?;
        if !unit.trim().eq_ignore_ascii_case("npt") {
            return Err(InvalidRange);
        }
        let (start, end) = span.split_once('-').ok_or(InvalidRange)?;
        let start = match start.trim() {
            "now" => Start::Now,
            "" => Start::At(Millis(0)),
            start => Start::At(normal_time(start)?),
        };
        let end = match end.trim() {
            "" => None,
            end => Some(normal_time(end)?),
        };
        if matches!((start, end), (Start::At(start), Some(end)) if end < start) {
            return Err(InvalidRange);
        }
        Ok(Self { start, end })
    }
}

impl fmt::Display for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.start {
            Start::At(start) => write!(f, "npt={}-", Seconds(start))?,
            Start::Now => f.write_str("npt=now-")?,
        }
        self.end.map_or(Ok(()), |end| write!(f, "{}", Seconds(end)))
    }
}

struct Seconds(Millis);

impl fmt::Display for Seconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:03}", self.0.0 / 1_000, self.0.0 % 1_000)
    }
}

/// `12.5` or `0:00:12.5`.
fn normal_time(text: &str) -> Result<Millis, InvalidRange> {
    let mut seconds = Millis(0);
    let mut parts = text.split(':').peekable();
    let mut count = 0;
    while let Some(part) = parts.next() {
        count += 1;
        let value = if parts.peek().is_some() {
            whole(part)?.checked_mul(1_000).ok_or(InvalidRange)?
        } else {
            thousandths(part)?
        };
        let sum = seconds.0.checked_mul(60).and_then(|sum| sum.checked_add(value)).ok_or(InvalidRange)?;
        seconds = Millis(sum);
    }
    if count == 2 || count > 3 { Err(InvalidRange) } else { Ok(seconds) }
}

fn whole(text: &str) -> Result<u64, InvalidRange> {
    let is_number = !text.is_empty() && text.len() <= 10 && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_number { text.parse().map_err(|_| InvalidRange) } else { Err(InvalidRange) }
}

/// A decimal number in thousandths; further digits are cut.
fn thousandths(text: &str) -> Result<u64, InvalidRange> {
    let (units, fraction) = text.split_once('.').unwrap_or((text, ""));
    if fraction.len() > 12 || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(InvalidRange);
    }
    let fraction =
        fraction.bytes().chain(*b"000").take(3).fold(0, |sum, digit| sum * 10 + u64::from(digit - b'0'));
    Ok(whole(units)? * 1_000 + fraction)
}

/// The header field `Scale`: the speed of a playback. The specification knows 0.25, 0.5, 1, 2 and 4. R-10.4.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Scale {
    /// Thousandths of the natural speed.
    pub thousandths: u32,
}

impl Scale {
    /// A quarter of the speed.
    pub const QUARTER: Self = Self { thousandths: 250 };
    /// Half the speed.
    pub const HALF: Self = Self { thousandths: 500 };
    /// The natural speed.
    pub const NORMAL: Self = Self { thousandths: 1_000 };
    /// Twice as fast.
    pub const DOUBLE: Self = Self { thousandths: 2_000 };
    /// Four times as fast.
    pub const QUADRUPLE: Self = Self { thousandths: 4_000 };
    /// The speeds of the specification.
    pub const ALL: [Self; 5] = [Self::QUARTER, Self::HALF, Self::NORMAL, Self::DOUBLE, Self::QUADRUPLE];

    /// Whether the specification knows it.
    #[must_use]
    pub fn is_known(self) -> bool {
        Self::ALL.contains(&self)
    }
}

impl FromStr for Scale {
    type Err = InvalidRange;

    fn from_str(text: &str) -> Result<Self, InvalidRange> {
        let thousandths = u32::try_from(thousandths(text.trim())?).map_err(|_| InvalidRange)?;
        Ok(Self { thousandths })
    }
}

impl fmt::Display for Scale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (units, rest) = (self.thousandths / 1_000, self.thousandths % 1_000);
        if rest == 0 {
            return write!(f, "{units}");
        }
        let digits = format!("{rest:03}");
        write!(f, "{units}.{}", digits.trim_end_matches('0'))
    }
}
