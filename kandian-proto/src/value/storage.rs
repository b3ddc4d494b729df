//! Where recordings and pictures are kept, and in what state. Spec §7.5.2, §7.5.13, §7.5.24–7.5.36.

use core::fmt;
use core::str::FromStr;

use super::macros::open_enum;
use super::number::{unbounded, unlisted};
use super::{DevType, InvalidValue, StoreQueryResult};
use crate::xml::{Scalar, ScalarKind, Tolerated};

open_enum! {
    /// Where a record policy stores (录像存储位置, `StoreType`). Spec §7.5.13, §7.5.14; E-120.
    ///
    /// The code 0 of picture policies means something else: [`PictureStoreType`].
    pub struct RecordStoreType: "a place for recordings (0 or 1)", listed(|code| unlisted(Self(code))) {
        LOCAL = 0, "本地存储", "Local storage";
        CLOUD = 1, "天翼云存储", "Cloud storage";
    }
}

impl Default for RecordStoreType {
    /// Local storage, which is what a policy without the element means (E-120).
    fn default() -> Self {
        Self::LOCAL
    }
}

open_enum! {
    /// Where a picture policy stores (图片存储位置, `StoreType`). Spec §7.5.24, §7.5.25; E-120.
    pub struct PictureStoreType: "a place for pictures (0 or 1)", listed(|code| unlisted(Self(code))) {
        FTP = 0, "FTP 存储", "FTP server";
        CLOUD = 1, "天翼云存储", "Cloud storage";
    }
}

open_enum! {
    /// Storage medium (存储介质标志, `StorageFlag` or `StorgeFlag`). Spec §7.5.28–7.5.31; E-133, E-134.
    ///
    /// ```
    /// use kandian_proto::value::{DevType, StorageFlag};
    /// assert_eq!(StorageFlag::NVR.for_device(DevType::IPCAM), StorageFlag::SD_CARD);
    /// ```
    pub struct StorageFlag: "a storage medium (0 to 2)", listed(|code| unlisted(Self(code))) {
        NVR = 0, "NVR", "NVR hard disk";
        SD_CARD = 1, "SD 卡", "SD card";
        CLOUD = 2, "天翼云", "Cloud storage";
    }
}

impl StorageFlag {
    /// The medium a device of this kind understands: 0 sent to a camera is its SD card, 1 sent to a
    /// recorder its disk (E-134).
    #[must_use]
    pub fn for_device(self, kind: DevType) -> Self {
        match (self, kind) {
            (Self::NVR, DevType::IPCAM) => Self::SD_CARD,
            (Self::SD_CARD, DevType::NVR | DevType::DVR) => Self::NVR,
            _ => self,
        }
    }
}

open_enum! {
    /// State of local storage (本地存储状态, `LocalStoreFlag`). Spec §7.5.2; E-83.
    ///
    /// The order of the codes is unusual. The same four numbers are the result codes of the storage
    /// query, [`StoreQueryResult`]. Some firmware reports 0 and 1 at random here; the storage query
    /// (7FH) is the one to trust.
    pub struct LocalStoreFlag: "a storage state (0 to 3)", listed(
        |code| Tolerated::new(Self(code), 83, "is no storage state; it counts as 3, faulty"),
        empty = (FAULTY, 83),
        beyond = Tolerated::new(Self::FAULTY, 83, "is no storage state; read as 3, faulty")
    ) {
        NO_MEDIUM = 0, "没有存储介质", "No medium";
        USABLE = 1, "有存储介质且可录像", "Medium present, can record";
        UNFORMATTED = 2, "有存储介质但没有格式化", "Medium not formatted";
        FAULTY = 3, "存储介质异常", "Medium faulty";
    }
}

impl LocalStoreFlag {
    /// The same state, or [`LocalStoreFlag::FAULTY`] for a number outside the table (E-83).
    #[must_use]
    pub fn or_faulty(self) -> Self {
        if self.is_known() { self } else { Self::FAULTY }
    }
}

impl Default for LocalStoreFlag {
    /// What a missing state counts as (E-83).
    fn default() -> Self {
        Self::FAULTY
    }
}

impl From<StoreQueryResult> for LocalStoreFlag {
    /// The two tables have the same codes (E-83).
    fn from(result: StoreQueryResult) -> Self {
        Self(result.0)
    }
}

impl From<LocalStoreFlag> for StoreQueryResult {
    fn from(state: LocalStoreFlag) -> Self {
        Self(state.0)
    }
}

/// Size of the cloud storage of a device in MB (天翼云存储空间大小, `EStorageSpace`); 0 says that there is
/// none. Spec §7.5.1; E-77.
///
/// The specification prints no unit, so a device uses it as zero or not zero only. Lenient reading
/// therefore takes any text: what is not zero is storage.
///
/// ```
/// use kandian_proto::{value::CloudSpace, xml::Scalar};
/// assert_eq!(CloudSpace::parse("10240"), Some(CloudSpace(10_240)));
/// assert!(CloudSpace::tolerate("10G").is_some_and(|read| read.value.is_some()));
/// assert!(!CloudSpace::NONE.is_some());
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CloudSpace(pub u64);

impl CloudSpace {
    /// No cloud storage.
    pub const NONE: Self = Self(0);

    /// Whether the device has cloud storage.
    #[must_use]
    pub const fn is_some(self) -> bool {
        self.0 != 0
    }
}

impl From<u64> for CloudSpace {
    fn from(megabytes: u64) -> Self {
        Self(megabytes)
    }
}

impl Scalar for CloudSpace {
    const KIND: ScalarKind = ScalarKind::Integer;
    const EXPECTED: &'static str = "a size in MB";

    fn parse(text: &str) -> Option<Self> {
        u64::parse(text).map(Self)
    }

    fn tolerate(text: &str) -> Option<Tolerated<Self>> {
        if let Some(read) = u64::tolerate(text) {
            return Some(read.map(Self));
        }
        if text.is_empty() {
            return None;
        }
        // `10G`, `1.5`, `不限`. Only a text whose digits are all zero means "none".
        let mut digits = text.bytes().filter(u8::is_ascii_digit).peekable();
        if digits.peek().is_some() && digits.all(|b| b == b'0') {
            return Some(Tolerated::new(Self::NONE, 77, "is no number; read as 0, no cloud storage"));
        }
        let end = text.bytes().position(|b| !b.is_ascii_digit()).unwrap_or(text.len());
        let megabytes = unbounded(text.get(..end)?).unwrap_or(0).max(1);
        Some(Tolerated::new(Self(megabytes), 77, "is no number; only that it is not zero counts"))
    }

    fn write(&self, out: &mut dyn fmt::Write) -> fmt::Result {
        self.0.write(out)
    }

    fn as_integer(&self) -> Option<u64> {
        Some(self.0)
    }
}

/// Id of a policy (策略 ID, `PolicyID`), assigned by the device. Spec §7.5.14, §7.5.15, §7.5.25, §7.5.26;
/// E-114.
///
/// Devices of this project number their policies from 1 to 65535. To everyone else the id is opaque: 1 to
/// 32 characters, handed back as they came.
///
/// ```
/// use kandian_proto::value::PolicyId;
/// assert_eq!(PolicyId::from(31).as_str(), "31");
/// assert!("segment-3".parse::<PolicyId>().is_ok());
/// assert!("".parse::<PolicyId>().is_err());
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PolicyId(String);

impl PolicyId {
    /// Most characters.
    pub const MAX_CHARS: usize = 32;

    /// An id of 1 to 32 characters without white space at its ends.
    ///
    /// # Errors
    /// When `text` is anything else.
    pub fn new(text: impl Into<String>) -> Result<Self, InvalidValue> {
        let text = text.into();
        let is_id = !text.is_empty() && text.chars().count() <= Self::MAX_CHARS && String::may_be_sent(&text);
        if is_id { Ok(Self(text)) } else { Err(InvalidValue::of::<Self>()) }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<u16> for PolicyId {
    fn from(number: u16) -> Self {
        Self(number.to_string())
    }
}

impl FromStr for PolicyId {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        Self::new(text)
    }
}

impl fmt::Display for PolicyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl Scalar for PolicyId {
    const KIND: ScalarKind = ScalarKind::Text;
    const EXPECTED: &'static str = "a policy id (1 to 65535)";

    fn parse(text: &str) -> Option<Self> {
        u16::parse(text).filter(|&number| number > 0).map(Self::from)
    }

    fn tolerate(text: &str) -> Option<Tolerated<Self>> {
        let what = "is not 1 to 65535; up to 32 characters are accepted";
        Self::new(text).ok().map(|id| Tolerated::new(id, 114, what))
    }

    /// A platform hands the id back that the device assigned.
    fn may_be_sent(text: &str) -> bool {
        !text.is_empty()
    }

    fn write(&self, out: &mut dyn fmt::Write) -> fmt::Result {
        out.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Erratum;

    // E-134
    #[test]
    fn storage_flag_follows_the_device() {
        assert_eq!(StorageFlag::SD_CARD.for_device(DevType::NVR), StorageFlag::NVR);
        assert_eq!(StorageFlag::SD_CARD.for_device(DevType::IPCAM), StorageFlag::SD_CARD);
        assert_eq!(StorageFlag::CLOUD.for_device(DevType::IPCAM), StorageFlag::CLOUD);
        assert_eq!(StorageFlag(7).for_device(DevType::NVR), StorageFlag(7));
    }

    // E-83
    #[test]
    fn unknown_states_are_faults() {
        let read = LocalStoreFlag::tolerate("4").map(|t| (t.value, t.erratum));
        assert_eq!(read, Some((LocalStoreFlag(4), Some(Erratum(83)))));
        assert_eq!(LocalStoreFlag(4).or_faulty(), LocalStoreFlag::FAULTY);
        assert_eq!(LocalStoreFlag::from(StoreQueryResult::NORMAL), LocalStoreFlag::USABLE);
        assert_eq!(StoreQueryResult::from(LocalStoreFlag::NO_MEDIUM), StoreQueryResult::NO_MEDIUM);
    }

    // E-77
    #[test]
    fn cloud_space_is_zero_or_not() {
        let read = |text| CloudSpace::tolerate(text).map(|t| (t.value.0, t.erratum));
        for (text, space) in [
            ("10G", 10),
            ("0.5G", 1),
            ("不限", 1),
            ("0G", 0),
            ("0.0", 0),
            ("99999999999999999999999", u64::MAX),
        ] {
            assert_eq!(read(text), Some((space, Some(Erratum(77)))), "{text}");
        }
        assert_eq!(read("010"), Some((10, Some(Erratum(9)))));
        assert_eq!(read(""), None);
    }

    // E-114
    #[test]
    fn policy_ids() {
        assert_eq!(PolicyId::parse("65535"), Some(PolicyId::from(65_535)));
        for text in ["", "0", "65536", "07", "31-a"] {
            assert_eq!(PolicyId::parse(text), None, "{text}");
        }
        for text in ["0", "07", "31-a", "策略", &"长".repeat(32)] {
            let read = PolicyId::tolerate(text).map(|t| (t.value.to_string(), t.erratum));
            assert_eq!(read, Some((text.to_owned(), Some(Erratum(114)))), "{text}");
        }
        for text in ["", " 1", "1\n", &"9".repeat(33)] {
            assert_eq!(PolicyId::tolerate(text), None, "{text}");
        }
        assert_eq!(PolicyId::empty(), None);
    }

    // E-120
    #[test]
    fn two_meanings_of_zero() {
        assert_eq!(RecordStoreType::default().name_en(), Some("Local storage"));
        assert_eq!(PictureStoreType(0).name_en(), Some("FTP server"));
    }
}
