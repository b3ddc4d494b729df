//! Addresses, ports and Wi-Fi. Spec §5, §7.2.1, §7.5.1, §7.5.8.

use core::fmt;
use core::net::Ipv4Addr;
use core::str::FromStr;

use super::InvalidValue;
use super::macros::open_enum;
use super::number::{leading_zeros, padded, unlisted};
use crate::xml::{Scalar, ScalarKind, Tolerated};

/// A TCP or UDP port; 0 says "not available". E-75.
///
/// ```
/// use kandian_proto::value::Port;
/// assert_eq!(Port(8588).get(), Some(8588));
/// assert_eq!(Port::NONE.get(), None);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Port(pub u16);

impl Port {
    /// Not available.
    pub const NONE: Self = Self(0);

    /// The default port of the TCP link (轻平台默认使用 TCP 端口为 8588). Spec §7.3; E-57.
    pub const ACCESS_DEFAULT: Self = Self(8588);

    /// The port, unless it is 0.
    #[must_use]
    pub const fn get(self) -> Option<u16> {
        if self.0 == 0 { None } else { Some(self.0) }
    }

    /// The port, or `default` when it is 0 (E-57).
    #[must_use]
    pub const fn or(self, default: Self) -> Self {
        if self.0 == 0 { default } else { self }
    }
}

impl From<u16> for Port {
    fn from(number: u16) -> Self {
        Self(number)
    }
}

impl fmt::Display for Port {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl Scalar for Port {
    const KIND: ScalarKind = ScalarKind::Integer;
    const EXPECTED: &'static str = "a port number (0 to 65535)";

    fn parse(text: &str) -> Option<Self> {
        u16::parse(text).map(Self)
    }

    fn tolerate(text: &str) -> Option<Tolerated<Self>> {
        u16::tolerate(text).map(|read| read.map(Self))
    }

    fn empty() -> Option<Tolerated<Self>> {
        Some(Tolerated::new(Self::NONE, 75, "is empty; read as none"))
    }

    fn write(&self, out: &mut dyn fmt::Write) -> fmt::Result {
        self.0.write(out)
    }

    fn as_integer(&self) -> Option<u64> {
        self.0.as_integer()
    }
}

/// A server address: an IPv4 literal or a host name, in spite of element names that end in `IP`.
/// Spec §16.1; E-56.
///
/// 1 to 255 characters `[A-Za-z0-9.:_-]`; the colon admits IPv6 literals, which real devices resolve.
/// The empty host stands for "none" and is only ever read, from an element without text.
///
/// The value comes from the network: resolve it, and decide whether that address may be contacted.
///
/// ```
/// use kandian_proto::value::Host;
/// let host: Host = "access.example.net".parse()?;
/// assert_eq!(host.as_str(), "access.example.net");
/// assert_eq!(host.ipv4(), None);
/// assert!("two words".parse::<Host>().is_err());
/// # Ok::<(), kandian_proto::value::InvalidValue>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Host(String);

impl Host {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether no server was named.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The address, when the host is an IPv4 literal.
    #[must_use]
    pub fn ipv4(&self) -> Option<Ipv4Addr> {
        self.0.parse().ok()
    }
}

impl From<Ipv4Addr> for Host {
    fn from(address: Ipv4Addr) -> Self {
        Self(address.to_string())
    }
}

impl FromStr for Host {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        Self::parse(text).ok_or(InvalidValue::of::<Self>())
    }
}

impl AsRef<str> for Host {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Scalar for Host {
    const KIND: ScalarKind = ScalarKind::Text;
    const EXPECTED: &'static str = "an IPv4 address or a host name";

    fn parse(text: &str) -> Option<Self> {
        Self::may_be_sent(text).then(|| Self(text.to_owned()))
    }

    fn may_be_sent(text: &str) -> bool {
        let allowed = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b':' | b'_');
        (1..=255).contains(&text.len()) && text.bytes().all(allowed)
    }

    fn empty() -> Option<Tolerated<Self>> {
        Some(Tolerated::new(Self::default(), 75, "is empty; read as none"))
    }

    fn write(&self, out: &mut dyn fmt::Write) -> fmt::Result {
        out.write_str(&self.0)
    }
}

/// An address that a device reports of itself (`UpnpIP`, `LocalIP`, `TurnRelayIP`), or none.
/// Spec §7.5.1, §7.5.3; E-56, E-75.
///
/// "None" is written `0.0.0.0`; on receipt an empty element means it, too.
///
/// ```
/// use kandian_proto::{value::Ipv4OrEmpty, xml::Scalar};
/// assert_eq!(Ipv4OrEmpty::parse("0.0.0.0"), Some(Ipv4OrEmpty::NONE));
/// assert_eq!(Ipv4OrEmpty::empty().map(|read| read.value), Some(Ipv4OrEmpty::NONE));
/// assert_eq!(Ipv4OrEmpty::NONE.to_string(), "0.0.0.0");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ipv4OrEmpty(Option<Ipv4Addr>);

impl Ipv4OrEmpty {
    /// No address.
    pub const NONE: Self = Self(None);

    /// The address, if there is one; never `0.0.0.0`.
    #[must_use]
    pub const fn get(self) -> Option<Ipv4Addr> {
        self.0
    }
}

impl From<Ipv4Addr> for Ipv4OrEmpty {
    /// `0.0.0.0` becomes "none".
    fn from(address: Ipv4Addr) -> Self {
        Self(Some(address).filter(|address| !address.is_unspecified()))
    }
}

impl From<Option<Ipv4Addr>> for Ipv4OrEmpty {
    fn from(address: Option<Ipv4Addr>) -> Self {
        address.map_or(Self::NONE, Self::from)
    }
}

impl fmt::Display for Ipv4OrEmpty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0.unwrap_or(Ipv4Addr::UNSPECIFIED), f)
    }
}

impl Scalar for Ipv4OrEmpty {
    const KIND: ScalarKind = ScalarKind::Text;
    const EXPECTED: &'static str = "an IPv4 address, or 0.0.0.0 for none";

    fn parse(text: &str) -> Option<Self> {
        text.parse().map(|address: Ipv4Addr| Self::from(address)).ok()
    }

    fn empty() -> Option<Tolerated<Self>> {
        Some(Tolerated::new(Self::NONE, 75, "is empty; read as none"))
    }

    fn write(&self, out: &mut dyn fmt::Write) -> fmt::Result {
        write!(out, "{self}")
    }
}

/// The address of a camera that a recorder connects to (`IpcamLocalIP`). Spec §7.5.18, §7.5.19; E-56.
///
/// An IPv4 literal. A host name or an IPv6 literal is read, because whoever connects can resolve it, and
/// kept as it came; it is not sent on.
///
/// ```
/// use kandian_proto::{value::CameraAddress, xml::Scalar};
/// use std::net::Ipv4Addr;
/// let address = CameraAddress::from(Ipv4Addr::new(192, 168, 1, 64));
/// assert_eq!(address.ipv4(), Some(Ipv4Addr::new(192, 168, 1, 64)));
/// let read = CameraAddress::tolerate("door.lan").map(|read| read.value);
/// assert_eq!(read.as_ref().map(CameraAddress::as_str), Some("door.lan"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CameraAddress(Host);

impl CameraAddress {
    /// The text: an address or a host name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// The text as what to connect to.
    #[must_use]
    pub const fn host(&self) -> &Host {
        &self.0
    }

    /// The address, when it is an IPv4 literal.
    #[must_use]
    pub fn ipv4(&self) -> Option<Ipv4Addr> {
        self.0.ipv4()
    }
}

impl From<Ipv4Addr> for CameraAddress {
    fn from(address: Ipv4Addr) -> Self {
        Self(Host::from(address))
    }
}

impl fmt::Display for CameraAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl Scalar for CameraAddress {
    const KIND: ScalarKind = ScalarKind::Text;
    const EXPECTED: &'static str = "an IPv4 address";

    fn parse(text: &str) -> Option<Self> {
        text.parse().ok().map(|address: Ipv4Addr| Self::from(address))
    }

    fn tolerate(text: &str) -> Option<Tolerated<Self>> {
        let what = "is a host name or an IPv6 address; kept as it is";
        Host::parse(text).map(|host| Tolerated::new(Self(host), 56, what))
    }

    fn write(&self, out: &mut dyn fmt::Write) -> fmt::Result {
        self.0.write(out)
    }
}

open_enum! {
    /// Security of a Wi-Fi access point (安全性, `Security`). Spec §7.5.8, §7.5.9, §8.11, §8.12, §11; E-108.
    ///
    /// [`WifiSecurity::OTHER`] is meaningful in a scan only; a device told to use it tries to find
    /// out by itself or refuses.
    pub struct WifiSecurity: "a Wi-Fi security (0 to 5)", listed(|code| unlisted(Self(code))) {
        NONE = 0, "无", "Open";
        WEP = 1, "WEP", "WEP";
        WPA_PSK = 2, "WPA-PSK", "WPA-PSK";
        WPA_WPA2_PSK = 3, "WPA-PSK /WPA2-PSK", "WPA-PSK and WPA2-PSK mixed";
        WPA2_PSK = 4, "WPA2-PSK", "WPA2-PSK";
        OTHER = 5, "其它", "Other";
    }
}

/// Signal strength of an access point (信号强度, `Signal`), 0 to 100, larger is stronger.
/// Spec §7.5.8, §8.11, §11.1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Signal(u8);

impl Signal {
    /// The strongest signal.
    pub const MAX: Self = Self(100);

    /// A strength; what is above 100 becomes 100.
    #[must_use]
    pub const fn saturating(strength: u8) -> Self {
        if strength > 100 { Self::MAX } else { Self(strength) }
    }

    /// The strength, 0 to 100.
    #[must_use]
    pub const fn get(self) -> u8 {
        self.0
    }
}

impl Scalar for Signal {
    const KIND: ScalarKind = ScalarKind::Integer;
    const EXPECTED: &'static str = "a signal strength (0 to 100)";

    fn parse(text: &str) -> Option<Self> {
        u8::parse(text).filter(|&n| n <= 100).map(Self)
    }

    fn tolerate(text: &str) -> Option<Tolerated<Self>> {
        Some(match padded(text)? {
            n @ 0..=100 => leading_zeros(Self(n as u8)),
            _ => Tolerated::unprinted(Self::MAX, "is above 100; read as 100"),
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

    // E-75, E-57
    #[test]
    fn ports() {
        assert_eq!(Port::parse("0"), Some(Port::NONE));
        assert_eq!(Port::parse("65536"), None);
        assert_eq!(
            Port::empty().map(|read| (read.value, read.erratum)),
            Some((Port::NONE, Some(Erratum(75))))
        );
        assert_eq!(Port::NONE.or(Port::ACCESS_DEFAULT), Port(8588));
        assert_eq!(Port(1).or(Port::ACCESS_DEFAULT), Port(1));
    }

    // E-56
    #[test]
    fn hosts() {
        for text in ["192.0.2.1", "a.example", "2001:db8::1", "host_1", "-"] {
            assert!(Host::parse(text).is_some(), "{text}");
        }
        for text in ["", "a b", "http://a", "a/b", "主机", "a\r\n", &"a".repeat(256)] {
            assert_eq!(Host::parse(text), None, "{text}");
        }
        assert_eq!(Host::from(Ipv4Addr::LOCALHOST).ipv4(), Some(Ipv4Addr::LOCALHOST));
    }

    // E-75
    #[test]
    fn addresses() {
        let address = Ipv4Addr::new(198, 51, 100, 7);
        assert_eq!(Ipv4OrEmpty::parse("198.51.100.7").map(Ipv4OrEmpty::get), Some(Some(address)));
        assert_eq!(written(&Ipv4OrEmpty::from(Ipv4Addr::UNSPECIFIED)), "0.0.0.0");
        let read = Ipv4OrEmpty::empty().map(|read| (read.value, read.erratum));
        assert_eq!(read, Some((Ipv4OrEmpty::NONE, Some(Erratum(75)))));
        for text in ["", "1.2.3", "1.2.3.4.5", "01.2.3.4", "256.1.1.1", "host", "::1"] {
            assert_eq!(Ipv4OrEmpty::parse(text), None, "{text}");
            assert_eq!(Ipv4OrEmpty::tolerate(text), None, "{text}");
        }
    }

    // E-56
    #[test]
    fn addresses_of_cameras() {
        assert_eq!(CameraAddress::parse("192.168.1.64").map(|a| a.to_string()), Some("192.168.1.64".into()));
        for text in ["door.lan", "fe80::1", "1.2.3.4.5"] {
            assert_eq!(CameraAddress::parse(text), None, "{text}");
            let read = CameraAddress::tolerate(text);
            assert_eq!(read.as_ref().map(|read| read.erratum), Some(Some(Erratum(56))), "{text}");
            assert_eq!(read.as_ref().map(|read| read.value.as_str()), Some(text));
        }
        for text in ["", "a b", "http://door", "摄像机"] {
            assert_eq!(CameraAddress::tolerate(text), None, "{text}");
        }
        assert_eq!(CameraAddress::empty(), None);
    }

    #[test]
    fn signals() {
        assert_eq!(Signal::parse("100").map(Signal::get), Some(100));
        assert_eq!(Signal::parse("101"), None);
        assert_eq!(Signal::tolerate("4000").map(|t| t.value), Some(Signal::MAX));
        assert_eq!(Signal::tolerate("-40"), None);
        assert_eq!(Signal::saturating(200), Signal::MAX);
    }
}
