//! Device ids. Spec §7.2.1.

use core::fmt;
use core::str::FromStr;

use crate::value::Manufacturer;
use crate::xml::{Scalar, ScalarKind, Tolerated};

/// Longest id that lenient reading accepts (E-21).
const MAX_LEN: usize = 32;

/// A device id (设备唯一识别码, PUID, `DevID`): 11 digits, the first three of which are the manufacturer's
/// code. Spec §7.2.1; E-21.
///
/// That is what strict reading wants. Ids in use have 8 to 12 digits and letters, and a prefix that is
/// not always in the table of manufacturers, so an id holds 1 to 32 ASCII letters and digits. It
/// compares letter by letter, costs no allocation, and sorts as text.
///
/// The default is the empty id, which stands for an answer that does not repeat the id of its request
/// (E-22). It is only ever read: no message is sent with it.
///
/// ```
/// use kandian_proto::DevId;
/// let id: DevId = "81100000001".parse()?;
/// assert_eq!(id.as_str(), "81100000001");
/// assert_eq!(id.manufacturer().and_then(|m| m.name()), Some("Haikang"));
/// assert!("812A930E4BC".parse::<DevId>().is_ok());
/// assert!("812-930".parse::<DevId>().is_err());
/// # Ok::<(), kandian_proto::InvalidDevId>(())
/// ```
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DevId {
    // Zero behind `len`, so that the derived comparison is that of the text.
    bytes: [u8; MAX_LEN],
    len: u8,
}

/// A text that is no device id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a device id has 1 to 32 letters and digits")]
pub struct InvalidDevId;

impl DevId {
    /// An id of 1 to 32 ASCII letters and digits.
    ///
    /// # Errors
    /// When `text` is anything else.
    pub fn new(text: &str) -> Result<Self, InvalidDevId> {
        let mut id = Self::default();
        match id.bytes.get_mut(..text.len()) {
            Some(bytes) if !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric()) => {
                bytes.copy_from_slice(text.as_bytes());
                // At most MAX_LEN.
                id.len = text.len() as u8;
                Ok(id)
            }
            _ => Err(InvalidDevId),
        }
    }

    /// The text; empty for the default id only.
    #[must_use]
    pub fn as_str(&self) -> &str {
        let bytes = self.bytes.get(..usize::from(self.len)).unwrap_or_default();
        // ASCII by construction.
        core::str::from_utf8(bytes).unwrap_or_default()
    }

    /// Whether this is the default id: an answer did not repeat the id of its request (E-22).
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Whether the id has the form of the specification: 11 digits.
    #[must_use]
    pub fn is_canonical(&self) -> bool {
        self.len == 11 && self.as_str().bytes().all(|b| b.is_ascii_digit())
    }

    /// The first three characters; `None` for a shorter id.
    #[must_use]
    pub fn manufacturer(&self) -> Option<Manufacturer> {
        Manufacturer::new(self.as_str().get(..3)?).ok()
    }
}

impl FromStr for DevId {
    type Err = InvalidDevId;

    fn from_str(text: &str) -> Result<Self, InvalidDevId> {
        Self::new(text)
    }
}

impl TryFrom<&str> for DevId {
    type Error = InvalidDevId;

    fn try_from(text: &str) -> Result<Self, InvalidDevId> {
        Self::new(text)
    }
}

impl AsRef<str> for DevId {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl fmt::Display for DevId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for DevId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DevId({})", self.as_str())
    }
}

impl Scalar for DevId {
    const KIND: ScalarKind = ScalarKind::Text;
    const EXPECTED: &'static str = "a device id (11 digits)";

    fn parse(text: &str) -> Option<Self> {
        Self::new(text).ok().filter(Self::is_canonical)
    }

    fn tolerate(text: &str) -> Option<Tolerated<Self>> {
        let what = "is not 11 digits; up to 32 letters and digits are accepted";
        Self::new(text).ok().map(|id| Tolerated::new(id, 21, what))
    }

    /// A message to or about a device repeats the id that the device has (E-22), whatever its form.
    fn may_be_sent(text: &str) -> bool {
        !text.is_empty()
    }

    fn write(&self, out: &mut dyn fmt::Write) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

/// A device id, or all devices of the account (空表示查询全部): the empty text. Spec §8.19; E-164.
///
/// ```
/// use kandian_proto::{DevId, DevIdOrAll};
/// let one: DevId = "81100000001".parse()?;
/// assert!(DevIdOrAll::ALL.includes(&one));
/// assert_eq!(DevIdOrAll::from(one).get(), Some(one));
/// # Ok::<(), kandian_proto::InvalidDevId>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DevIdOrAll(Option<DevId>);

impl DevIdOrAll {
    /// All devices of the account.
    pub const ALL: Self = Self(None);

    /// The one device; `None` for all.
    #[must_use]
    pub const fn get(self) -> Option<DevId> {
        self.0
    }

    /// Whether the device is meant.
    #[must_use]
    pub fn includes(&self, id: &DevId) -> bool {
        self.0.is_none_or(|one| one == *id)
    }
}

impl From<DevId> for DevIdOrAll {
    /// The empty id becomes "all".
    fn from(id: DevId) -> Self {
        Self(Some(id).filter(|id| !id.is_empty()))
    }
}

impl From<Option<DevId>> for DevIdOrAll {
    fn from(id: Option<DevId>) -> Self {
        id.map_or(Self::ALL, Self::from)
    }
}

impl Scalar for DevIdOrAll {
    const KIND: ScalarKind = ScalarKind::Text;
    const EXPECTED: &'static str = "a device id (11 digits), or nothing for all devices";

    fn parse(text: &str) -> Option<Self> {
        if text.is_empty() { Some(Self::ALL) } else { DevId::parse(text).map(Self::from) }
    }

    fn tolerate(text: &str) -> Option<Tolerated<Self>> {
        DevId::tolerate(text).map(|read| read.map(Self::from))
    }

    fn may_be_sent(_text: &str) -> bool {
        true
    }

    fn write(&self, out: &mut dyn fmt::Write) -> fmt::Result {
        self.0.map_or(Ok(()), |id| id.write(out))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Erratum;
    use crate::value::written;

    // R-7.19, E-21
    #[test]
    fn forms() {
        assert!(DevId::parse("81155400071").is_some());
        for text in ["", "8115540007", "811554000711", "112X1234590", " 8115540007", "８１１５５４０００７１"]
        {
            assert_eq!(DevId::parse(text), None, "{text}");
        }
        for text in ["112X1234590", "811435133080", "812a91b3dc3", "1", &"9".repeat(32)] {
            let read = DevId::tolerate(text);
            assert_eq!(read.map(|t| t.erratum), Some(Some(Erratum(21))), "{text}");
            assert_eq!(read.map(|t| t.value.to_string()).as_deref(), Some(text));
        }
        for text in ["", "811 1", "811-1", "设备编码", &"9".repeat(33)] {
            assert_eq!(DevId::tolerate(text), None, "{text}");
        }
        assert_eq!(DevId::empty(), None);
    }

    #[test]
    fn sorts_as_text() {
        let mut ids = ["9", "811", "81", "812"].map(|text| DevId::new(text).expect("digits"));
        ids.sort();
        assert_eq!(ids.map(|id| id.to_string()), ["81", "811", "812", "9"]);
        assert_eq!(format!("{:?} {:>4}", ids[0], ids[0]), "DevId(81)   81");
        assert_eq!(ids[0].manufacturer(), None);
    }

    // E-164
    #[test]
    fn empty_is_all() {
        assert_eq!(DevIdOrAll::parse(""), Some(DevIdOrAll::ALL));
        assert_eq!(DevIdOrAll::from(DevId::default()), DevIdOrAll::ALL);
        assert_eq!(written(&DevIdOrAll::ALL), "");
        let one = DevIdOrAll::tolerate("112X1234590").map(|t| t.value).unwrap_or_default();
        assert_eq!(written(&one), "112X1234590");
        assert!(!one.includes(&DevId::new("1").expect("a digit")));
    }
}
