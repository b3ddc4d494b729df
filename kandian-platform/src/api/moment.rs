//! Moments as clients write them: RFC 3339.

use kandian_proto::time::{Timestamp, UnixMillis};

use super::problem::Problem;

/// A moment with an offset, such as `2014-03-18T10:30:00+08:00`; parts of a second are dropped.
pub(super) fn moment(text: &str) -> Result<UnixMillis, Problem> {
    let next = "a moment is written as 2014-03-18T02:30:00Z or 2014-03-18T10:30:00+08:00";
    let problem = || Problem::invalid("This is no moment").because(next);
    read(text).ok_or_else(problem)
}

fn read(text: &str) -> Option<UnixMillis> {
    let (date, rest) = text.split_once(['T', 't', ' '])?;
    let (clock, offset) = rest.split_at_checked(8)?;
    let offset = match offset.strip_prefix('.') {
        Some(rest) => rest.trim_start_matches(|c: char| c.is_ascii_digit()),
        None => offset,
    };
    let [year, month, day] = numbers(date, '-', [4, 2, 2])?;
    let [hour, minute, second] = numbers(clock, ':', [2, 2, 2])?;
    let small = |number: u16| u8::try_from(number).ok();
    let civil =
        Timestamp::new(year, small(month)?, small(day)?, small(hour)?, small(minute)?, small(second)?)?;
    Some(UnixMillis::from_civil(civil, minutes(offset)?))
}

/// Minutes ahead of UTC.
fn minutes(offset: &str) -> Option<i16> {
    if matches!(offset, "Z" | "z") {
        return Some(0);
    }
    let (sign, rest) = match offset.split_at_checked(1)? {
        ("+", rest) => (1, rest),
        ("-", rest) => (-1, rest),
        _ => return None,
    };
    let [hours, minutes] = numbers(rest, ':', [2, 2])?;
    let whole = i16::try_from(hours * 60 + minutes).ok()?;
    (hours < 24 && minutes < 60).then_some(sign * whole)
}

/// Numbers of so many digits each, with a sign between them.
fn numbers<const N: usize>(text: &str, between: char, digits: [usize; N]) -> Option<[u16; N]> {
    let mut parts = text.split(between);
    let mut read = [0; N];
    for (number, digits) in read.iter_mut().zip(digits) {
        let part = parts.next()?;
        let fits = part.len() == digits && part.bytes().all(|byte| byte.is_ascii_digit());
        *number = part.parse().ok().filter(|_| fits)?;
    }
    parts.next().is_none().then_some(read)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_have_an_offset() {
        let at = Some(UnixMillis(1_395_109_800_000));
        for text in ["2014-03-18T02:30:00Z", "2014-03-18T10:30:00+08:00", "2014-03-17 23:00:00.123-03:30"] {
            assert_eq!(read(text), at, "{text}");
        }
        for text in [
            "",
            "2014-03-18",
            "2014-03-18T02:30:00",
            "2014-3-18T02:30:00Z",
            "2014-02-30T02:30:00Z",
            "2014-03-18T24:30:00Z",
            "2014-03-18T02:30:00+25:00",
            "2014-03-18T02:30:00+08:00Z",
            "２014-03-18T02:30:00Z",
            "2014-03-18T02:30:0💥",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
