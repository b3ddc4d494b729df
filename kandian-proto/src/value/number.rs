//! Numbers, flags and plain text: the leaves that Rust's own types describe. E-09.

use core::fmt;

use crate::xml::{Scalar, ScalarKind, Tolerated};

/// A decimal number without sign, padding or separators.
pub(crate) fn decimal(text: &str) -> Option<u64> {
    match text.as_bytes() {
        [b'0'] => Some(0),
        [b'1'..=b'9', ..] => padded(text),
        _ => None,
    }
}

/// A decimal number that may have leading zeros.
pub(crate) fn padded(text: &str) -> Option<u64> {
    // `str::parse` alone would take a plus sign.
    if text.is_empty() || !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    text.parse().ok()
}

/// A number of any size: digits without end are a large number.
pub(crate) fn unbounded(text: &str) -> Option<u64> {
    let is_number = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    is_number.then(|| text.parse().unwrap_or(u64::MAX))
}

/// `value`, which was written with leading zeros.
pub(crate) const fn leading_zeros<T>(value: T) -> Tolerated<T> {
    Tolerated::new(value, 9, "has leading zeros")
}

/// `value`, which is outside the table of the specification and about which no erratum speaks.
pub(crate) const fn unlisted<T>(value: T) -> Tolerated<T> {
    Tolerated::unprinted(value, "is not in the table of the specification; kept as it is")
}

impl<T> Tolerated<T> {
    /// The same reading, for the type around the value.
    pub(crate) fn map<U>(self, outer: impl FnOnce(T) -> U) -> Tolerated<U> {
        Tolerated { value: outer(self.value), erratum: self.erratum, what: self.what }
    }
}

macro_rules! integer {
    ($($int:ident $expected:literal)*) => {$(
        /// Decimal digits without sign, padding or separators; leading zeros are tolerated (E-09).
        impl Scalar for $int {
            const KIND: ScalarKind = ScalarKind::Integer;
            const EXPECTED: &'static str = $expected;

            fn parse(text: &str) -> Option<Self> {
                decimal(text).and_then(|n| n.try_into().ok())
            }

            fn tolerate(text: &str) -> Option<Tolerated<Self>> {
                padded(text).and_then(|n| n.try_into().ok()).map(leading_zeros)
            }

            fn write(&self, out: &mut dyn fmt::Write) -> fmt::Result {
                write!(out, "{self}")
            }

            fn as_integer(&self) -> Option<u64> {
                Some((*self).into())
            }
        }
    )*};
}

integer! {
    u8 "a number from 0 to 255"
    u16 "a number from 0 to 65535"
    u32 "a number from 0 to 4294967295"
    u64 "a number from 0 to 18446744073709551615"
}

/// A flag: `1` or `0`. Every other number but 0 counts as 1.
///
/// An empty flag stands for nothing: read as 0 it would disarm alarms or stop recordings. Where the
/// errata say that absence means 0 (E-82), the field says so.
impl Scalar for bool {
    const KIND: ScalarKind = ScalarKind::Integer;
    const EXPECTED: &'static str = "0 or 1";

    fn parse(text: &str) -> Option<Self> {
        match text {
            "0" => Some(false),
            "1" => Some(true),
            _ => None,
        }
    }

    fn tolerate(text: &str) -> Option<Tolerated<Self>> {
        Some(match padded(text)? {
            0 => leading_zeros(false),
            1 => leading_zeros(true),
            _ => Tolerated::unprinted(true, "is neither 0 nor 1; read as 1"),
        })
    }

    fn write(&self, out: &mut dyn fmt::Write) -> fmt::Result {
        out.write_char(if *self { '1' } else { '0' })
    }

    fn as_integer(&self) -> Option<u64> {
        Some((*self).into())
    }

    fn meaning(&self) -> Option<(&'static str, &'static str)> {
        Some(if *self { ("yes", "是") } else { ("no", "否") })
    }
}

/// Free text. White space at its ends is removed on receipt, so it is not part of any value.
impl Scalar for String {
    const KIND: ScalarKind = ScalarKind::Text;
    const EXPECTED: &'static str = "text without white space at its ends";

    fn parse(text: &str) -> Option<Self> {
        Self::may_be_sent(text).then(|| text.to_owned())
    }

    fn may_be_sent(text: &str) -> bool {
        let is_space = |c| matches!(c, ' ' | '\t' | '\r' | '\n');
        !text.starts_with(is_space) && !text.ends_with(is_space)
    }

    fn write(&self, out: &mut dyn fmt::Write) -> fmt::Result {
        out.write_str(self)
    }
}

/// Page of a listing (页号), counted from 1; a page has 10 entries. Spec §7.5.22, §8.19; E-132.
///
/// `PageNo(0)` can be built but not sent. Lenient reading takes 0 for page 1.
///
/// ```
/// use kandian_proto::{value::PageNo, xml::Scalar};
/// assert_eq!(PageNo::parse("2"), Some(PageNo(2)));
/// assert_eq!(PageNo::parse("0"), None);
/// assert_eq!(PageNo::tolerate("0").map(|read| read.value), Some(PageNo(1)));
/// assert_eq!(PageNo(3).first_index(), 20);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PageNo(pub u32);

impl PageNo {
    /// Entries on one page (每页 10 条).
    pub const ENTRIES: u64 = 10;

    /// Index of the first entry of the page in the whole listing, from 0.
    #[must_use]
    pub fn first_index(self) -> u64 {
        u64::from(self.0.saturating_sub(1)) * Self::ENTRIES
    }
}

impl Default for PageNo {
    /// The first page.
    fn default() -> Self {
        Self(1)
    }
}

impl From<u32> for PageNo {
    fn from(number: u32) -> Self {
        Self(number)
    }
}

impl Scalar for PageNo {
    const KIND: ScalarKind = ScalarKind::Integer;
    const EXPECTED: &'static str = "a page number from 1";

    fn parse(text: &str) -> Option<Self> {
        u32::parse(text).filter(|&n| n > 0).map(Self)
    }

    fn tolerate(text: &str) -> Option<Tolerated<Self>> {
        let number = padded(text).and_then(|n| u32::try_from(n).ok())?;
        Some(match number {
            0 => Tolerated::new(Self(1), 132, "is 0; read as page 1"),
            _ => leading_zeros(Self(number)),
        })
    }

    fn write(&self, out: &mut dyn fmt::Write) -> fmt::Result {
        self.0.write(out)
    }

    fn as_integer(&self) -> Option<u64> {
        self.0.as_integer()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Erratum;
    use crate::value::written;

    // E-09
    #[test]
    fn numbers() {
        assert_eq!(u16::parse("65535"), Some(65_535));
        assert_eq!(u64::parse("18446744073709551615"), Some(u64::MAX));
        for text in ["", " 1", "01", "00", "+1", "-1", "1,000", "65536", "１", "1.0", "0x1"] {
            assert_eq!(u16::parse(text), None, "{text}");
        }
        assert_eq!(u16::tolerate("007"), Some(Tolerated::new(7, 9, "has leading zeros")));
        assert_eq!(u16::tolerate("00"), Some(Tolerated::new(0, 9, "has leading zeros")));
        for text in ["", "+1", "-1", "99999999999999999999999", "65536", "1 "] {
            assert_eq!(u16::tolerate(text), None, "{text}");
        }
        assert_eq!(u16::empty(), None);
        assert_eq!(written(&40_u8), "40");
    }

    #[test]
    fn flags() {
        assert_eq!((bool::parse("0"), bool::parse("1"), bool::parse("2")), (Some(false), Some(true), None));
        assert_eq!(bool::tolerate("01").map(|t| (t.value, t.erratum)), Some((true, Some(Erratum(9)))));
        assert_eq!(bool::tolerate("255").map(|t| (t.value, t.erratum)), Some((true, None)));
        assert_eq!(bool::tolerate("true"), None);
        assert_eq!(bool::empty(), None);
        assert_eq!((written(&true), written(&false)), ("1".into(), "0".into()));
    }

    #[test]
    fn text() {
        assert_eq!(String::parse("a b"), Some("a b".into()));
        assert_eq!(String::parse(""), Some(String::new()));
        assert_eq!(String::parse(" a"), None);
        assert_eq!(String::parse("a\n"), None);
        // An ideographic space is no white space in XML.
        assert_eq!(String::parse("\u{3000}a"), Some("\u{3000}a".into()));
    }

    // E-132
    #[test]
    fn pages() {
        assert_eq!(PageNo::tolerate("0").map(|t| t.erratum), Some(Some(Erratum(132))));
        assert_eq!(PageNo::tolerate("02").map(|t| (t.value, t.erratum)), Some((PageNo(2), Some(Erratum(9)))));
        assert_eq!(PageNo::default().first_index(), 0);
        assert_eq!(PageNo(0).first_index(), 0);
    }
}
