//! Spans, shares and numbers, read and written for people.

use core::str::FromStr;

use kandian_proto::sim::Span;
use kandian_proto::time::Millis;

/// A span such as `250ms`, `30s`, `1h30m`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Duration(pub Millis);

impl FromStr for Duration {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is no span; expected something like 250ms, 30s, 5m, 6h or 1h30m");
        let (mut rest, mut sum) = (text, 0_u64);
        while !rest.is_empty() {
            let digits = rest.find(|c: char| !c.is_ascii_digit()).ok_or_else(wrong)?;
            let (number, unit) = rest.split_at(digits);
            let letters = unit.find(|c: char| c.is_ascii_digit()).unwrap_or(unit.len());
            let (unit, next) = unit.split_at(letters);
            let factor = match unit {
                "ms" => 1,
                "s" => 1_000,
                "m" | "min" => 60_000,
                "h" => 3_600_000,
                _ => return Err(wrong()),
            };
            let number: u64 = number.parse().map_err(|_| wrong())?;
            sum = number.checked_mul(factor).and_then(|part| sum.checked_add(part)).ok_or_else(wrong)?;
            rest = next;
        }
        if text.is_empty() { Err(wrong()) } else { Ok(Self(Millis(sum))) }
    }
}

/// Reads a range such as `10ms..60ms`, or one span for both ends.
///
/// # Errors
///
/// A sentence about what was expected.
pub fn span(text: &str) -> Result<Span, String> {
    let (least, most) = text.split_once("..").unwrap_or((text, text));
    let (least, most) = (least.parse::<Duration>()?.0, most.parse::<Duration>()?.0);
    if most < least { Err(format!("`{text}` ends before it begins")) } else { Ok(Span { least, most }) }
}

/// A share: `2%`, or `0.02`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Share(pub f64);

impl FromStr for Share {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (number, unit) = text.strip_suffix('%').map_or((text, 1.0), |number| (number, 100.0));
        match number.parse::<f64>().map(|number| number / unit) {
            Ok(share) if (0.0..=1.0).contains(&share) => Ok(Self(share)),
            _ => Err(format!("`{text}` is no share; expected 0% to 100%")),
        }
    }
}

/// A number of devices, or a share of all.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Amount {
    /// That many.
    Count(u32),
    /// That part of all.
    Part(f64),
}

impl Amount {
    /// How many of so many.
    #[must_use]
    pub fn of(self, all: u32) -> u32 {
        match self {
            Self::Count(count) => count,
            // A share of a u32 is one.
            Self::Part(share) => (f64::from(all) * share).round() as u32,
        }
    }
}

impl FromStr for Amount {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text.ends_with('%') {
            return text.parse::<Share>().map(|share| Self::Part(share.0));
        }
        text.parse()
            .map(Self::Count)
            .map_err(|_| format!("`{text}` is no number of devices; expected 200 or 5%"))
    }
}

/// A number with its thousands set apart.
#[must_use]
pub fn number(value: impl Into<u64>) -> String {
    let digits = value.into().to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A moment of a run: `6:00:30`.
#[must_use]
pub fn clock(at: Millis) -> String {
    let seconds = at.as_secs();
    format!("{}:{:02}:{:02}", seconds / 3_600, seconds / 60 % 60, seconds % 60)
}

/// A span, as short as its size allows.
#[must_use]
pub fn short(span: Millis) -> String {
    let seconds = span.0 as f64 / 1_000.0;
    match span.0 {
        0..1_000 => format!("{} ms", span.0),
        1_000..100_000 => format!("{seconds:.1} s"),
        100_000..7_200_000 => format!("{seconds:.0} s"),
        ms if ms % 3_600_000 == 0 => format!("{} h", ms / 3_600_000),
        _ => format!("{:.2} h", seconds / 3_600.0),
    }
}

/// A number of bytes.
#[must_use]
pub fn bytes(count: u64) -> String {
    match count {
        0..10_000 => format!("{} B", number(count)),
        10_000..10_000_000 => format!("{} KB", number(count / 1_000)),
        10_000_000..10_000_000_000 => format!("{} MB", number(count / 1_000_000)),
        _ => format!("{} GB", number(count / 1_000_000_000)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_read() {
        let read = |text: &str| text.parse::<Duration>().map(|span| span.0.0);
        assert_eq!(read("250ms"), Ok(250));
        assert_eq!(read("6h"), Ok(21_600_000));
        assert_eq!(read("1h30m"), Ok(5_400_000));
        for wrong in ["", "6", "h", "6x", "6 h", "-1s", "99999999999999999999s"] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
        assert_eq!(span("10ms..60ms"), Ok(Span::millis(10, 60)));
        assert_eq!(span("40ms"), Ok(Span::millis(40, 40)));
        assert!(span("60ms..10ms").is_err());
    }

    #[test]
    fn amounts_are_numbers_or_shares() {
        let read = |text: &str| text.parse::<Amount>().map(|amount| amount.of(2_000));
        assert_eq!((read("7"), read("30%"), read("0.5%")), (Ok(7), Ok(600), Ok(10)));
        for wrong in ["", "x", "101%", "-1", "0.5"] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn figures_are_written_for_people() {
        assert_eq!([number(0_u64), number(999_u64), number(1_234_567_u64)], ["0", "999", "1,234,567"]);
        assert_eq!(clock(Millis(21_630_999)), "6:00:30");
        assert_eq!(
            [40, 9_940, 314_000, 7_200_000].map(|ms| short(Millis(ms))),
            ["40 ms", "9.9 s", "314 s", "2 h"]
        );
    }
}
