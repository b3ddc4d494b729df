//! Where recordings and pictures are kept, and in what state. Spec §7.5.2, §7.5.13, §7.5.24–7.5.36.

use super::macros::open_enum;
use super::number::unlisted;
use super::{DevType, StoreQueryResult};
use crate::xml::Tolerated;

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
        empty = FAULTY
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Erratum;
    use crate::xml::Scalar;

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

    // E-120
    #[test]
    fn two_meanings_of_zero() {
        assert_eq!(RecordStoreType::default().name_en(), Some("Local storage"));
        assert_eq!(PictureStoreType(0).name_en(), Some("FTP server"));
    }
}
