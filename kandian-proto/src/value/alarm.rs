//! Alarms and exceptions. Spec §7.5.4, §7.5.32–7.5.34.

use core::fmt;

use super::macros::open_enum;
use super::number::{leading_zeros, unbounded, unlisted};
use crate::xml::{Scalar, ScalarKind, Tolerated};

open_enum! {
    /// Source of an alarm (报警类型, `AlarmType`). Spec §7.5.32–7.5.34, §8.16, §8.17, §8.19; E-142.
    ///
    /// Only type 4 has a `DIDONo` (E-138). Section 8.19 calls type 3 紧急告警, "emergency".
    pub struct AlarmType: "an alarm type (1 to 4)", listed(|code| unlisted(Self(code))) {
        MOTION = 1, "移动侦测", "Motion detection";
        INFRARED = 2, "人体红外", "Passive infrared";
        MANUAL = 3, "手动报警", "Manual: panic button or remote control";
        DIGITAL_INPUT = 4, "开关量报警（外接 DIDO 设备）", "External digital input";
    }
}

open_enum! {
    /// What went wrong (异常类型, `ExceptionType`). Spec §7.5.4; E-88, E-89.
    ///
    /// Numbers outside the table are read, kept and treated as 0: the text decides, see
    /// [`ImpliedException`]. They are not sent.
    pub struct ExceptionType: type_only {
        UNKNOWN = 0, "未知错误, 由描述信息为准", "Unknown, the description decides";
        CLOUD_LOGIN_FAILED = 1, "天翼云登录失败", "Cloud login failed";
        CLOUD_MKDIR_FAILED = 2, "天翼云创建目录失败", "Cloud directory creation failed";
        CLOUD_DELETE_FAILED = 3, "天翼云删除文件或目录失败", "Cloud deletion of a file or directory failed";
        CLOUD_UPLOAD_FAILED = 4, "天翼云上传文件失败", "Cloud upload failed";
        CLOUD_FULL = 5, "天翼云存储空间满", "Cloud storage full";
        DISK_FAULT = 6, "SD卡/磁盘异常", "SD card or disk fault";
        POWER_FAULT = 7, "电源异常", "Power fault";
        NO_IMAGE = 8, "镜头异常图像无法获取", "Lens fault, no image";
        ILLEGAL_ACCESS = 9, "非法访问(不符合规范的URL访问)", "Illegal access: a URL against the specification";
        POLICY_SKIPPED_BY_MANUAL_RECORD = 10, "由于手动录像正在进行, 录像策略忽略",
            "Policy skipped because a manual recording is running";
        UPGRADE_FAILED = 11, "固件升级失败", "Firmware upgrade failed";
        UPNP_FAILED = 12, "UPNP映射失败", "UPnP mapping failed";
    }
}

impl Scalar for ExceptionType {
    const KIND: ScalarKind = ScalarKind::Integer;
    const EXPECTED: &'static str = "an exception type (0 to 12)";

    fn parse(text: &str) -> Option<Self> {
        u16::parse(text).map(Self).filter(|value| value.is_known())
    }

    /// Never refuses: a report is worth more than the number in it.
    fn tolerate(text: &str) -> Option<Tolerated<Self>> {
        Some(match unbounded(text).and_then(|n| u16::try_from(n).ok()).map(Self) {
            Some(value) if value.is_known() => leading_zeros(value),
            Some(value) => Tolerated::new(value, 88, "is no exception type; it counts as 0, unknown"),
            None => Tolerated::new(Self::UNKNOWN, 88, "is no exception type; read as 0, unknown"),
        })
    }

    fn write(&self, out: &mut dyn fmt::Write) -> fmt::Result {
        self.0.write(out)
    }

    fn as_integer(&self) -> Option<u64> {
        self.0.as_integer()
    }

    fn meaning(&self) -> Option<(&'static str, &'static str)> {
        Some((self.name_en()?, self.name_zh()?))
    }
}

impl Default for ExceptionType {
    /// What a missing type counts as (E-88).
    fn default() -> Self {
        Self::UNKNOWN
    }
}

impl ExceptionType {
    /// The same type, or [`ExceptionType::UNKNOWN`] for a number outside the table (E-88).
    #[must_use]
    pub fn or_unknown(self) -> Self {
        if self.is_known() { self } else { Self::UNKNOWN }
    }
}

/// An event that the specification wants reported as an exception without giving it a code. E-89, E-145.
///
/// Such an event goes out with [`ExceptionType::UNKNOWN`] and a description that begins with a fixed
/// text. On receipt the description is classified by the words in it.
///
/// ```
/// use kandian_proto::value::ImpliedException;
/// let text = ImpliedException::UpgradeSucceeded.describe("V1.6_20140318");
/// assert_eq!(text, "固件升级成功:V1.6_20140318");
/// assert_eq!(ImpliedException::classify(&text), Some(ImpliedException::UpgradeSucceeded));
/// assert_eq!(ImpliedException::argument(&text), Some("V1.6_20140318"));
/// assert_eq!(ImpliedException::classify("无线连接失败"), Some(ImpliedException::WifiConnectFailed));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum ImpliedException {
    /// 固件升级成功; the argument is the new firmware version. Spec §7.5.17.
    UpgradeSucceeded,
    /// WIFI连接成功; the argument is the SSID. Spec §7.5.9.
    WifiConnected,
    /// WIFI连接失败; the argument is the SSID. Spec §7.5.9.
    WifiConnectFailed,
    /// 日志上传失败; the argument is the reason. A convention of this project (E-145).
    LogUploadFailed,
}

impl ImpliedException {
    /// Every event.
    pub const ALL: &'static [Self] =
        &[Self::UpgradeSucceeded, Self::WifiConnected, Self::WifiConnectFailed, Self::LogUploadFailed];

    /// The text a description of the event begins with, colon included.
    #[must_use]
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::UpgradeSucceeded => "固件升级成功:",
            Self::WifiConnected => "WIFI连接成功:",
            Self::WifiConnectFailed => "WIFI连接失败:",
            Self::LogUploadFailed => "日志上传失败:",
        }
    }

    /// The description (`ExceptionDesc`) to send.
    #[must_use]
    pub fn describe(self, argument: &str) -> String {
        format!("{}{argument}", self.prefix())
    }

    /// The event a description speaks of. Only meaningful when the exception type is 0 or unknown.
    #[must_use]
    pub fn classify(description: &str) -> Option<Self> {
        // The fixed texts first: the name of a network may hold any of the words.
        if let Some(event) = Self::ALL.iter().find(|event| description.starts_with(event.prefix())) {
            return Some(*event);
        }
        let upper = description.to_ascii_uppercase();
        let says = |word: &str| upper.contains(word);
        let (succeeded, failed) = (says("成功"), says("失败"));
        let wifi = says("WIFI") || says("WI-FI") || says("无线");
        match (succeeded, failed) {
            (true, false) if says("升级") => Some(Self::UpgradeSucceeded),
            (true, false) if wifi => Some(Self::WifiConnected),
            (false, true) if wifi => Some(Self::WifiConnectFailed),
            (false, true) if says("日志") => Some(Self::LogUploadFailed),
            _ => None,
        }
    }

    /// What follows the fixed text, such as the SSID; `None` when the description has another form.
    #[must_use]
    pub fn argument(description: &str) -> Option<&str> {
        Self::ALL.iter().find_map(|event| description.strip_prefix(event.prefix()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Erratum;

    // E-88
    #[test]
    fn unknown_exceptions_are_kept() {
        assert_eq!((ExceptionType::parse("0"), ExceptionType::parse("13")), (Some(ExceptionType(0)), None));
        for (text, code) in [("13", 13), ("65535", 65_535), ("99999", 0), ("", 0), ("-1", 0), ("其它", 0)] {
            let read = ExceptionType::tolerate(text).map(|t| (t.value, t.erratum));
            assert_eq!(read, Some((ExceptionType(code), Some(Erratum(88)))), "{text}");
        }
        assert_eq!(ExceptionType::tolerate("012").map(|t| t.erratum), Some(Some(Erratum(9))));
        assert_eq!(ExceptionType(13).or_unknown(), ExceptionType::UNKNOWN);
        assert_eq!(ExceptionType::UPNP_FAILED.or_unknown(), ExceptionType::UPNP_FAILED);
    }

    // E-89
    #[test]
    fn classified_by_text() {
        for event in ImpliedException::ALL {
            assert_eq!(ImpliedException::classify(&event.describe("失败 成功 升级")), Some(*event));
        }
        let cases = [
            ("升级成功", Some(ImpliedException::UpgradeSucceeded)),
            ("wifi连接成功", Some(ImpliedException::WifiConnected)),
            ("无线网络连接失败", Some(ImpliedException::WifiConnectFailed)),
            ("升级失败", None),
            ("", None),
            ("成功", None),
        ];
        for (text, event) in cases {
            assert_eq!(ImpliedException::classify(text), event, "{text}");
        }
        assert_eq!(ImpliedException::argument("升级成功"), None);
    }
}
