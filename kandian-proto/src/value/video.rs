//! Streams, picture sizes, rates, and which way the camera turns. Spec §7.5.2, §7.5.5–7.5.7, §7.5.10.

use core::fmt;

use super::macros::open_enum;
use super::number::{leading_zeros, unbounded, unlisted};
use crate::xml::{Scalar, ScalarKind, Tolerated};

open_enum! {
    /// Which stream of a channel (流类型, `StreamType`). Spec §7.5.2, §7.5.5–7.5.7, §8; E-102.
    ///
    /// Not to be mixed up with [`RateType`], which chapter 8 gives the same Chinese label.
    pub struct StreamType: "a stream (1 or 2)", listed(|code| unlisted(Self(code))) {
        MAIN = 1, "主码流", "Main stream";
        SUB = 2, "子码流", "Sub stream";
    }
}

open_enum! {
    /// Which stream a record policy records (码流类型, `StreamType`). Spec §7.5.13, §7.5.14; E-121.
    ///
    /// Recorders have the main stream only, and some send 0 for it: here, unlike in [`StreamType`],
    /// 0 and absence mean the main stream.
    pub struct PolicyStreamType: "a stream (1 or 2)", listed(|code| match code {
        0 => Tolerated::new(Self::MAIN, 121, "is 0; read as 1, the main stream"),
        _ => unlisted(Self(code)),
    }) {
        MAIN = 1, "主码流", "Main stream";
        SUB = 2, "子码流", "Sub stream";
    }
}

impl Default for PolicyStreamType {
    fn default() -> Self {
        Self::MAIN
    }
}

impl From<StreamType> for PolicyStreamType {
    fn from(stream: StreamType) -> Self {
        Self(stream.0)
    }
}

impl From<PolicyStreamType> for StreamType {
    fn from(stream: PolicyStreamType) -> Self {
        Self(stream.0)
    }
}

open_enum! {
    /// Resolution code (分辨率, `FrameSize`). Spec §7.5.2, §7.5.6, §7.5.7, §8.2, §8.9; E-97.
    ///
    /// The specification has two tables for the same element. The one with three codes is printed
    /// seven times and is what this crate sends; two parameter tables have five codes, in which 2
    /// and 3 mean something else. On the wire the two cannot be told apart until a device sends 4 or
    /// 5, so which table a device means is remembered beside it, as a [`FrameSizeDialect`].
    ///
    /// ```
    /// use kandian_proto::value::{FrameSize, FrameSizeDialect, Resolution};
    /// assert_eq!(FrameSize::D1.resolution(FrameSizeDialect::ThreeCodes), Some(Resolution::D1));
    /// assert_eq!(FrameSize(2).resolution(FrameSizeDialect::FiveCodes), Some(Resolution::Vga));
    /// assert_eq!(Resolution::D1.code(FrameSizeDialect::FiveCodes), Some(FrameSize(3)));
    /// assert!(FrameSize(5).reveals_five_codes());
    /// ```
    pub struct FrameSize: "a resolution code (1 to 3)", listed(|code| match code {
        4 => Tolerated::new(Self(4), 97, "belongs to the table of five codes; it means CIF"),
        5 => Tolerated::new(Self(5), 97, "belongs to the table of five codes; it means QVGA"),
        _ => unlisted(Self(code)),
    }) {
        HD_720P = 1, "720P", "1280x720";
        D1 = 2, "D1", "704x576";
        CIF = 3, "CIF", "352x288";
    }
}

impl FrameSize {
    /// What the code means in a dialect. Codes 4 and 5 exist in one table only and so mean the same
    /// in both (E-97).
    #[must_use]
    pub const fn resolution(self, dialect: FrameSizeDialect) -> Option<Resolution> {
        Some(match (dialect, self.0) {
            (_, 1) => Resolution::Hd720p,
            (FrameSizeDialect::ThreeCodes, 2) | (FrameSizeDialect::FiveCodes, 3) => Resolution::D1,
            (FrameSizeDialect::FiveCodes, 2) => Resolution::Vga,
            (FrameSizeDialect::ThreeCodes, 3) | (_, 4) => Resolution::Cif,
            (_, 5) => Resolution::Qvga,
            _ => return None,
        })
    }

    /// Whether only a device that means the table of five codes sends this (E-97).
    #[must_use]
    pub const fn reveals_five_codes(self) -> bool {
        matches!(self.0, 4 | 5)
    }
}

/// Which of the two printed tables of [`FrameSize`] a device means. E-97.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum FrameSizeDialect {
    /// 1 = 720P, 2 = D1, 3 = CIF: all samples, the capability report and chapter 8.
    #[default]
    ThreeCodes,
    /// 1 = 720P, 2 = VGA, 3 = D1, 4 = CIF, 5 = QVGA: the parameter tables of 7.5.6 and 7.5.7.
    FiveCodes,
}

/// A picture size that the specification names. Pixel counts are the customary ones for PAL; the
/// specification prints names only, and a device may send a picture of another size under the name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Resolution {
    /// QVGA, 320 × 240; table of five codes only.
    Qvga,
    /// CIF, 352 × 288.
    Cif,
    /// VGA, 640 × 480; table of five codes only.
    Vga,
    /// D1, 704 × 576.
    D1,
    /// 720P, 1280 × 720.
    Hd720p,
}

impl Resolution {
    /// Width and height in pixels.
    #[must_use]
    pub const fn pixels(self) -> (u16, u16) {
        match self {
            Self::Qvga => (320, 240),
            Self::Cif => (352, 288),
            Self::Vga => (640, 480),
            Self::D1 => (704, 576),
            Self::Hd720p => (1280, 720),
        }
    }

    /// The name the specification prints.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Qvga => "QVGA",
            Self::Cif => "CIF",
            Self::Vga => "VGA",
            Self::D1 => "D1",
            Self::Hd720p => "720P",
        }
    }

    /// The code to send to a device; `None` when its table lacks this size.
    #[must_use]
    pub const fn code(self, dialect: FrameSizeDialect) -> Option<FrameSize> {
        Some(FrameSize(match (dialect, self) {
            (_, Self::Hd720p) => 1,
            (FrameSizeDialect::ThreeCodes, Self::D1) | (FrameSizeDialect::FiveCodes, Self::Vga) => 2,
            (FrameSizeDialect::ThreeCodes, Self::Cif) | (FrameSizeDialect::FiveCodes, Self::D1) => 3,
            (FrameSizeDialect::FiveCodes, Self::Cif) => 4,
            (FrameSizeDialect::FiveCodes, Self::Qvga) => 5,
            (FrameSizeDialect::ThreeCodes, Self::Vga | Self::Qvga) => return None,
        }))
    }
}

/// Pictures per second (帧率, `FrameRate`), 2 to 25. Spec §7.5.6, §7.5.7, §8.9, §8.10; E-98.
///
/// One table says 5 to 25: platforms and clients set 5 to 25, devices may report 2 to 25. Lenient
/// reading clamps what a device reports; in a request a rate outside 2 to 25 is an error.
///
/// ```
/// use kandian_proto::{value::FrameRate, xml::Scalar};
/// assert_eq!(FrameRate::tolerate("60").map(|read| read.value), Some(FrameRate::MAX));
/// assert!(!FrameRate(60).is_valid());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FrameRate(pub u8);

impl FrameRate {
    /// The lowest rate a device may report.
    pub const MIN: Self = Self(2);
    /// The lowest rate to set.
    pub const MIN_SET: Self = Self(5);
    /// The highest rate.
    pub const MAX: Self = Self(25);

    /// Whether the rate is 2 to 25.
    #[must_use]
    pub const fn is_valid(self) -> bool {
        2 <= self.0 && self.0 <= 25
    }

    /// The nearest valid rate.
    #[must_use]
    pub fn clamp(self) -> Self {
        Ord::clamp(self, Self::MIN, Self::MAX)
    }
}

impl From<u8> for FrameRate {
    fn from(rate: u8) -> Self {
        Self(rate)
    }
}

impl Scalar for FrameRate {
    const KIND: ScalarKind = ScalarKind::Integer;
    const EXPECTED: &'static str = "a frame rate (2 to 25)";

    fn parse(text: &str) -> Option<Self> {
        u8::parse(text).map(Self).filter(|rate| rate.is_valid())
    }

    fn tolerate(text: &str) -> Option<Tolerated<Self>> {
        let rate = Self(u8::try_from(unbounded(text)?).unwrap_or(u8::MAX));
        Some(if rate.is_valid() {
            leading_zeros(rate)
        } else {
            Tolerated::new(rate.clamp(), 98, "is not 2 to 25; clamped")
        })
    }

    fn write(&self, out: &mut dyn fmt::Write) -> fmt::Result {
        self.0.write(out)
    }

    fn as_integer(&self) -> Option<u64> {
        self.0.as_integer()
    }
}

open_enum! {
    /// How the encoder controls its rate (`RateType`). Spec §7.5.6, §7.5.7, §8.9, §8.10; E-102.
    pub struct RateType: "a rate control mode (1 or 2)", listed(|code| unlisted(Self(code))) {
        CBR = 1, "CBR(固定码率)", "Constant bit rate";
        VBR = 2, "VBR(可变码率)", "Variable bit rate";
    }
}

open_enum! {
    /// Bit rate code (码流, `BitRate`). Spec §7.5.6, §7.5.7, §8.9, §8.10; E-99.
    ///
    /// A number above 13 can only be meant literally, in kbit/s, and becomes the nearest code.
    /// The default, `BitRate(0)`, is no code: some firmware answers with an empty element when its
    /// rate is above the table.
    ///
    /// ```
    /// use kandian_proto::{value::BitRate, xml::Scalar};
    /// assert_eq!(BitRate::KBPS_4096.kbps(), Some(4096));
    /// assert_eq!(BitRate::tolerate("500").map(|read| read.value), Some(BitRate::KBPS_512));
    /// ```
    pub struct BitRate: "a bit rate code (1 to 13)", listed(
        |code| match code {
            0 => unlisted(Self(0)),
            kbps => Tolerated::new(Self::nearest(kbps), 99, LITERAL_RATE),
        },
        beyond = Tolerated::new(Self::KBPS_4096, 99, LITERAL_RATE)
    ) {
        KBPS_96 = 1, "96kbps", "96 kbit/s";
        KBPS_128 = 2, "128kbps", "128 kbit/s";
        KBPS_196 = 3, "196kbps", "196 kbit/s";
        KBPS_256 = 4, "256kbps", "256 kbit/s";
        KBPS_384 = 5, "384kbps", "384 kbit/s";
        KBPS_512 = 6, "512kbps", "512 kbit/s";
        KBPS_768 = 7, "768kbps", "768 kbit/s";
        KBPS_1024 = 8, "1024kbps", "1024 kbit/s";
        KBPS_1536 = 9, "1536kbps", "1536 kbit/s";
        KBPS_2048 = 10, "2048kbps", "2048 kbit/s";
        KBPS_2560 = 11, "2560kbps", "2560 kbit/s";
        KBPS_3072 = 12, "3072kbps", "3072 kbit/s";
        KBPS_4096 = 13, "4096", "4096 kbit/s";
    }
}

const LITERAL_RATE: &str = "is above 13; read as kbit/s and mapped to the nearest code";

/// The rates of the codes 1 to 13, in kbit/s. 196 is as printed; an encoder may run at 192.
const KBPS: [u16; 13] = [96, 128, 196, 256, 384, 512, 768, 1024, 1536, 2048, 2560, 3072, 4096];

impl BitRate {
    /// The rate in kbit/s; `None` for a number that is no code.
    #[must_use]
    pub fn kbps(self) -> Option<u16> {
        KBPS.get(usize::from(self.0).checked_sub(1)?).copied()
    }

    /// The code whose rate is nearest to `kbps` (kbit/s); of two equally near the lower.
    #[must_use]
    pub fn nearest(kbps: u16) -> Self {
        let nearest = (1..).zip(KBPS).min_by_key(|(_, rate)| rate.abs_diff(kbps));
        nearest.map_or(Self::KBPS_96, |(code, _)| Self(code))
    }
}

impl Default for BitRate {
    /// No code: not known.
    fn default() -> Self {
        Self(0)
    }
}

open_enum! {
    /// Movement of a camera (云台方向, `PtzDirection`). Spec §7.5.10, §8.8; E-111.
    ///
    /// Movement is continuous: a direction starts it, [`PtzDirection::STOP`] ends it. A device stops
    /// by itself after a while.
    pub struct PtzDirection: "a direction (0 to 4)", listed(|code| unlisted(Self(code))) {
        STOP = 0, "停止转动", "Stop";
        UP = 1, "上", "Up";
        DOWN = 2, "下", "Down";
        LEFT = 3, "左", "Left";
        RIGHT = 4, "右", "Right";
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Erratum;

    // E-97
    #[test]
    fn two_tables_of_frame_sizes() {
        assert_eq!(FrameSize::parse("4"), None);
        let read = FrameSize::tolerate("4").map(|t| (t.value, t.erratum));
        assert_eq!(read, Some((FrameSize(4), Some(Erratum(97)))));
        assert_eq!(FrameSize::tolerate("6").map(|t| (t.value, t.erratum)), Some((FrameSize(6), None)));
        assert_eq!(FrameSize(4).resolution(FrameSizeDialect::ThreeCodes), Some(Resolution::Cif));
        assert_eq!(FrameSize(5).resolution(FrameSizeDialect::ThreeCodes), Some(Resolution::Qvga));
        assert_eq!(FrameSize(6).resolution(FrameSizeDialect::FiveCodes), None);
        for dialect in [FrameSizeDialect::ThreeCodes, FrameSizeDialect::FiveCodes] {
            for (code, ..) in FrameSize::KNOWN {
                assert_eq!(code.resolution(dialect).and_then(|r| r.code(dialect)), Some(*code));
            }
        }
        assert_eq!(Resolution::Vga.code(FrameSizeDialect::ThreeCodes), None);
        assert_eq!(format!("{:?} {}", FrameSize::D1, FrameSize::D1), "FrameSize::D1 (2) 2 D1");
    }

    // E-98
    #[test]
    fn frame_rates() {
        assert_eq!((FrameRate::parse("1"), FrameRate::parse("26")), (None, None));
        assert_eq!(FrameRate::parse("2"), Some(FrameRate::MIN));
        for (text, rate) in [("0", 2), ("1", 2), ("26", 25), ("300", 25), ("99999999999999999999999", 25)] {
            let read = FrameRate::tolerate(text).map(|t| (t.value, t.erratum));
            assert_eq!(read, Some((FrameRate(rate), Some(Erratum(98)))), "{text}");
        }
        assert_eq!(FrameRate::tolerate("015").map(|t| t.erratum), Some(Some(Erratum(9))));
        assert_eq!(FrameRate::tolerate("fast"), None);
        assert_eq!(FrameRate(0).clamp(), FrameRate(2));
    }

    // E-99
    #[test]
    fn bit_rates() {
        for (code, name, ..) in BitRate::KNOWN {
            let kbps = code.kbps().unwrap_or_default();
            assert_eq!(*name, format!("KBPS_{kbps}"));
            assert_eq!(BitRate::nearest(kbps), *code);
        }
        assert_eq!((BitRate(0).kbps(), BitRate(14).kbps(), BitRate(u16::MAX).kbps()), (None, None, None));
        assert_eq!(
            BitRate::tolerate("14").map(|t| (t.value, t.erratum)),
            Some((BitRate::KBPS_96, Some(Erratum(99))))
        );
        assert_eq!(BitRate::tolerate("100000").map(|t| t.value), Some(BitRate::KBPS_4096));
        assert_eq!(BitRate::tolerate("8000").map(|t| t.value), Some(BitRate::KBPS_4096));
        assert_eq!(BitRate::tolerate("640").map(|t| t.value), Some(BitRate::KBPS_512));
        assert_eq!(BitRate::tolerate("0").map(|t| (t.value, t.erratum)), Some((BitRate(0), None)));
    }

    // E-121
    #[test]
    fn policies_without_a_stream_mean_the_main_stream() {
        let read = PolicyStreamType::tolerate("0").map(|t| (t.value, t.erratum));
        assert_eq!(read, Some((PolicyStreamType::MAIN, Some(Erratum(121)))));
        assert_eq!(StreamType::tolerate("0").map(|t| (t.value, t.erratum)), Some((StreamType(0), None)));
        assert_eq!(StreamType::from(PolicyStreamType::SUB), StreamType::SUB);
    }
}
