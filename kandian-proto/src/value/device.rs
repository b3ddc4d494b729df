//! What a device is and how it is connected. Spec §5, §7.2.1, §7.5.1.

use core::fmt;
use core::str::FromStr;

use super::InvalidValue;
use super::macros::open_enum;
use super::number::{decimal, unlisted};
use crate::xml::{Scalar, ScalarKind, Tolerated};

open_enum! {
    /// Kind of device (设备类型, `DevType`). Spec §5, §7.2.1; E-25.
    ///
    /// No chapter applies to code 2; a DVR is served with the commands common to cameras and
    /// recorders and gets no camera binding (6EH–71H).
    pub struct DevType: "a device type (1 to 3)", listed(|code| unlisted(Self(code))) {
        IPCAM = 1, "IPCAM", "IP camera";
        DVR = 2, "DVR", "Digital video recorder";
        NVR = 3, "NVR", "Network video recorder";
    }
}

open_enum! {
    /// Network a device is on (设备使用网络类型, `NetType`). Spec §7.5.1.
    pub struct NetType: "a network type (0 to 65535)", open {
        WIRED = 0, "有线", "Wired";
        WIFI = 1, "WIFI", "Wi-Fi";
        CELLULAR_3G = 2, "3G", "Mobile network, third generation";
    }
}

open_enum! {
    /// NAT in front of a device, found with the STUN server (网关类型, `NatType`).
    /// Spec §7.5.1, §8.7, §15; E-79, E-174.
    ///
    /// RFC 3489's "symmetric UDP firewall" has no code and is reported as [`NatType::SYMMETRIC`].
    /// Some firmware reports a constant 1 whatever its test found.
    ///
    /// ```
    /// use kandian_proto::{value::NatType, xml::Scalar};
    /// let read = NatType::tolerate("9").map(|read| read.value);
    /// assert_eq!(read, Some(NatType(9)));
    /// assert_eq!(read.map(NatType::or_unknown), Some(NatType::UNKNOWN));
    /// ```
    pub struct NatType: "a NAT type (0 to 6)", listed(
        |code| Tolerated::new(Self(code), 79, "is no NAT type; it counts as 0, not detected"),
        empty = (UNKNOWN, 79),
        beyond = Tolerated::new(Self::UNKNOWN, 79, "is no NAT type; read as 0, not detected")
    ) {
        UNKNOWN = 0, "设备未检测 NAT 类型", "NAT type not detected";
        FULL_CONE = 1, "Full Cone NAT", "Full cone NAT";
        RESTRICTED_CONE = 2, "Restricted Cone NAT", "Restricted cone NAT";
        PORT_RESTRICTED_CONE = 3, "Port Restricted Cone NAT", "Port-restricted cone NAT";
        SYMMETRIC = 4, "Symmetric NAT", "Symmetric NAT";
        UDP_BLOCKED = 5, "UDP block", "UDP blocked";
        PUBLIC_ADDRESS = 6, "设备为公网地址", "Device has a public address";
    }
}

impl NatType {
    /// The same type, or [`NatType::UNKNOWN`] for a number outside the table (E-79).
    #[must_use]
    pub fn or_unknown(self) -> Self {
        if self.is_known() { self } else { Self::UNKNOWN }
    }
}

impl Default for NatType {
    fn default() -> Self {
        Self::UNKNOWN
    }
}

/// Manufacturer code (厂商编号, `ManufacturerNo`): three characters. Spec §5, §7.2.1; E-24.
///
/// The specification prints a closed table of three-digit codes, 811 to 826; codes outside it (112,
/// 850, 901) are in use, so the table is data and not a type. Lenient reading takes any three
/// letters or digits and drops what follows them: there is firmware that sends the three characters
/// without ending the string, so that arbitrary bytes of its memory come after.
///
/// ```
/// use kandian_proto::{value::Manufacturer, xml::Scalar};
/// let dahua: Manufacturer = "812".parse()?;
/// assert_eq!(dahua.name_zh(), Some("大华"));
/// assert_eq!(Manufacturer::tolerate("812\u{fffd}\u{fffd}x").map(|read| read.value), Some(dahua));
/// # Ok::<(), kandian_proto::value::InvalidValue>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Manufacturer([u8; 3]);

impl Manufacturer {
    /// The printed table: code, name, and the name in pinyin.
    pub const KNOWN: &'static [(Self, &'static str, &'static str)] = &[
        (Self(*b"811"), "海康", "Haikang"),
        (Self(*b"812"), "大华", "Dahua"),
        (Self(*b"813"), "皓维", "Haowei"),
        (Self(*b"814"), "卡尔", "Kaer"),
        (Self(*b"815"), "海目达", "Haimuda"),
        (Self(*b"816"), "悠克", "Youke"),
        (Self(*b"817"), "视威", "Shiwei"),
        (Self(*b"818"), "华沃", "Huawo"),
        (Self(*b"819"), "三星", "Sanxing"),
        (Self(*b"820"), "红苹果", "Hongpingguo"),
        (Self(*b"821"), "远业", "Yuanye"),
        (Self(*b"822"), "城市无线", "Chengshi Wuxian"),
        (Self(*b"823"), "烽火众智", "Fenghuo Zhongzhi"),
        (Self(*b"824"), "华迈", "Huamai"),
        (Self(*b"825"), "景阳", "Jingyang"),
        (Self(*b"826"), "东方网力", "Dongfang Wangli"),
    ];

    /// A code of three ASCII letters or digits.
    ///
    /// # Errors
    /// When `text` is anything else.
    pub fn new(text: &str) -> Result<Self, InvalidValue> {
        match *text.as_bytes() {
            [a, b, c] if [a, b, c].iter().all(u8::is_ascii_alphanumeric) => Ok(Self([a, b, c])),
            _ => Err(InvalidValue::of::<Self>()),
        }
    }

    /// The three characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        // ASCII by construction.
        core::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The code as a number, when it is three digits.
    #[must_use]
    pub fn number(self) -> Option<u16> {
        decimal(self.as_str().trim_start_matches('0')).and_then(|n| u16::try_from(n).ok())
    }

    /// The manufacturer's name as the specification prints it.
    #[must_use]
    pub fn name_zh(self) -> Option<&'static str> {
        Self::KNOWN.iter().find(|row| row.0 == self).map(|row| row.1)
    }

    /// The manufacturer's name in pinyin.
    #[must_use]
    pub fn name(self) -> Option<&'static str> {
        Self::KNOWN.iter().find(|row| row.0 == self).map(|row| row.2)
    }
}

impl FromStr for Manufacturer {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        Self::new(text)
    }
}

impl AsRef<str> for Manufacturer {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl fmt::Display for Manufacturer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Manufacturer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => write!(f, "Manufacturer({self} {name})"),
            None => write!(f, "Manufacturer({self})"),
        }
    }
}

impl Scalar for Manufacturer {
    const KIND: ScalarKind = ScalarKind::Text;
    const EXPECTED: &'static str = "a manufacturer code (three digits)";

    fn parse(text: &str) -> Option<Self> {
        Self::new(text).ok().filter(|code| code.0.iter().all(u8::is_ascii_digit))
    }

    fn tolerate(text: &str) -> Option<Tolerated<Self>> {
        let code = Self::new(text.get(..3)?).ok()?;
        let what = if text.len() > 3 {
            "goes on after three characters; the rest is dropped"
        } else {
            "is not three digits; any three letters or digits are accepted"
        };
        Some(Tolerated::new(code, 24, what))
    }

    fn write(&self, out: &mut dyn fmt::Write) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Erratum;
    use crate::value::written;

    #[test]
    fn open_newtypes() {
        assert_eq!(format!("{:?} {:?}", DevType::NVR, DevType(7)), "DevType::NVR (3) DevType(7)");
        assert_eq!(format!("{} {}", DevType::NVR, DevType(7)), "3 NVR 7");
        assert_eq!(DevType::NVR.name_zh(), Some("NVR"));
        assert_eq!(DevType::parse("4"), None);
        assert_eq!(DevType::tolerate("4").map(|t| (t.value, t.erratum)), Some((DevType(4), None)));
        assert_eq!(NetType::parse("9"), Some(NetType(9)));
        assert_eq!(
            NetType::tolerate("01").map(|t| (t.value, t.erratum)),
            Some((NetType::WIFI, Some(Erratum(9))))
        );
        assert_eq!(written(&DevType::DVR), "2");
    }

    // E-25
    #[test]
    fn dvr_is_accepted() {
        assert_eq!(DevType::parse("2"), Some(DevType::DVR));
    }

    // E-79
    #[test]
    fn unknown_nat_types_count_as_not_detected() {
        assert_eq!(NatType::parse("7"), None);
        let read = NatType::tolerate("7");
        assert_eq!(read.map(|t| (t.value, t.erratum)), Some((NatType(7), Some(Erratum(79)))));
        assert_eq!(NatType(7).or_unknown(), NatType::UNKNOWN);
        assert_eq!(NatType::SYMMETRIC.or_unknown(), NatType::SYMMETRIC);
        assert_eq!(
            NatType::empty().map(|t| (t.value, t.erratum)),
            Some((NatType::UNKNOWN, Some(Erratum(79))))
        );
        let read = NatType::tolerate("99999999999999999999999").map(|t| (t.value, t.erratum));
        assert_eq!(read, Some((NatType::UNKNOWN, Some(Erratum(79)))));
    }

    // E-24
    #[test]
    fn manufacturers() {
        assert_eq!(Manufacturer::parse("901").map(Manufacturer::name), Some(None));
        assert_eq!(Manufacturer::parse("826").and_then(Manufacturer::name_zh), Some("东方网力"));
        assert_eq!(Manufacturer::parse("112").and_then(Manufacturer::number), Some(112));
        for text in ["", "81", "8111", "81A", " 81", "８１１"] {
            assert_eq!(Manufacturer::parse(text), None, "{text}");
        }
        for text in ["812garbage", "812\u{1}\u{fffd}", "812设备"] {
            let read = Manufacturer::tolerate(text).map(|t| (t.value, t.erratum));
            assert_eq!(read, Some((Manufacturer(*b"812"), Some(Erratum(24)))), "{text}");
        }
        assert_eq!(Manufacturer::tolerate("HK1").map(|t| t.value.to_string()), Some("HK1".into()));
        for text in ["", "81", "8 1", "设备码", "8设备"] {
            assert_eq!(Manufacturer::tolerate(text), None, "{text}");
        }
        assert_eq!(Manufacturer::KNOWN.len(), 16);
        assert_eq!(format!("{:?}", Manufacturer(*b"811")), "Manufacturer(811 Haikang)");
    }
}
