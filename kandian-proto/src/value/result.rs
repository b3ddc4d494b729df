//! Result codes: one type per table, because the same number means different things. E-11, E-146, E-147.

use core::fmt;

use super::macros::open_enum;
use super::number::{leading_zeros, padded};
use crate::xml::{Scalar, ScalarKind, Tolerated};

/// A `Result` code.
///
/// Never compare a result with 0: one operation says 1 when all is well (E-146).
pub trait ResultCode: Scalar + Copy + Eq {
    /// The code of success.
    const OK: Self;

    /// Whether the operation succeeded.
    fn is_ok(self) -> bool {
        self == Self::OK
    }
}

/// Lenient reading of every result code: any number is kept, anything else is an unspecified error.
fn tolerate<T>(
    text: &str,
    allowed: fn(u16) -> bool,
    make: fn(u16) -> T,
    erratum: fn(u16) -> u16,
) -> Tolerated<T> {
    match padded(text).and_then(|n| u16::try_from(n).ok()) {
        Some(code) if allowed(code) => leading_zeros(make(code)),
        Some(code) => {
            let what = "is not in the table of the specification; it means an error";
            Tolerated::new(make(code), erratum(code), what)
        }
        None => Tolerated::new(make(255), 11, "is no number up to 65535; read as 255, an error"),
    }
}

/// Defines result codes, by what strict reading accepts: `open`, every number; `listed`, the printed
/// table; `named`, the table and what is named beyond it. The numbers are the errata that tolerate the
/// rest: for codes named beyond the table (with `listed`), then for all others.
macro_rules! result_code {
    (
        $(#[$meta:meta])*
        pub struct $Name:ident: $ok:ident, $expected:literal, $kind:ident $(($($erratum:literal),*))? {
            $($rows:tt)*
        }
    ) => {
        open_enum! { $(#[$meta])* pub struct $Name: type_only { $($rows)* } }

        impl ResultCode for $Name {
            const OK: Self = Self::$ok;
        }

        impl Scalar for $Name {
            const KIND: ScalarKind = ScalarKind::Integer;
            const EXPECTED: &'static str = $expected;

            fn parse(text: &str) -> Option<Self> {
                u16::parse(text).filter(|&code| Self::is_allowed(code)).map(Self)
            }

            fn tolerate(text: &str) -> Option<Tolerated<Self>> {
                Some(tolerate(text, Self::is_allowed, Self, Self::erratum))
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

        impl $Name {
            result_code!(@$kind $($($erratum),*)?);
        }
    };
    (@open) => {
        const fn is_allowed(_code: u16) -> bool {
            true
        }

        const fn erratum(_code: u16) -> u16 {
            11
        }
    };
    (@listed $named:literal, $other:literal) => {
        fn is_allowed(code: u16) -> bool {
            Self(code).is_known()
        }

        fn erratum(code: u16) -> u16 {
            if Self(code).name().is_some() { $named } else { $other }
        }
    };
    (@listed $other:literal) => {
        result_code!(@listed $other, $other);
    };
    (@named $other:literal) => {
        fn is_allowed(code: u16) -> bool {
            Self(code).name().is_some()
        }

        const fn erratum(_code: u16) -> u16 {
            $other
        }
    };
}

result_code! {
    /// The group platform's answer about a device's province. Spec §5; E-27, E-28.
    ///
    /// The HTTP status belongs to the answer: an unassigned device gets status 401 with result 1.
    pub struct RedirectResult: OK, "a result code (0, 1, 255)", listed(28, 11) {
        OK = 0, "成功", "Success";
        ADDRESS_UNKNOWN = 1, "该设备接入地址未知", "No access address known for this device (not assigned)";
        OTHER = 255, "其它错误", "Other error";
        + BAD_DEV_KEY = 2, "Key 验证错误", "Key wrong, by analogy with registration (E-28); received only";
    }
}

result_code! {
    /// Answer to the report of a province platform's addresses. Spec §6.1.
    pub struct AddressReportResult: OK, "a result code (0, 1, 2, 255)", listed(11) {
        OK = 0, "成功", "Success";
        UNKNOWN_PLATFORM = 1, "平台不存在", "Province platform does not exist";
        BAD_PASSWORD = 2, "密码验证失败", "Access password wrong";
        OTHER = 255, "其它错误", "Other error";
    }
}

result_code! {
    /// Answer to opening the service for a user. Spec §6.2; E-40.
    ///
    /// Opening an account that exists in the same province is success; that of another province is 255.
    pub struct ServiceOpenResult: OK, "a result code (0, 1, 2, 255)", listed(11) {
        OK = 0, "成功", "Success";
        UNKNOWN_PLATFORM = 1, "平台不存在", "Province platform does not exist";
        BAD_PASSWORD = 2, "密码验证失败", "Access password wrong";
        OTHER = 255, "其它错误", "Other error";
    }
}

result_code! {
    /// Answer to changing a user's service. Spec §6.3.
    pub struct ServiceChangeResult: OK, "a result code (0, 1, 2, 3, 255)", listed(11) {
        OK = 0, "成功", "Success";
        UNKNOWN_PLATFORM = 1, "平台不存在", "Province platform does not exist";
        BAD_PASSWORD = 2, "密码验证失败", "Access password wrong";
        UNKNOWN_USER = 3, "手机用户不存在", "Mobile user does not exist";
        OTHER = 255, "其它错误", "Other error";
    }
}

result_code! {
    /// Answer to cancelling a user's service. Spec §6.4.
    pub struct ServiceCancelResult: OK, "a result code (0, 1, 2, 3, 255)", listed(11) {
        OK = 0, "成功", "Success";
        UNKNOWN_PLATFORM = 1, "平台不存在", "Province platform does not exist";
        BAD_PASSWORD = 2, "密码验证失败", "Access password wrong";
        UNKNOWN_USER = 3, "手机用户不存在", "Mobile user does not exist";
        OTHER = 255, "其它错误", "Other error";
    }
}

result_code! {
    /// Answer to a province platform that claims a device. Spec §6.5; E-32, E-33.
    ///
    /// A device that another province has claimed gives 255.
    pub struct DeviceUseResult: OK, "a result code (0, 1, 2, 3, 4, 255)", listed(11) {
        OK = 0, "成功, 省平台直接在数据库中添加该设备并与用户关联; 并提示用户重新上电设备",
            "Success: province stores the device, links it to the user and asks the user to power-cycle it";
        UNKNOWN_PLATFORM = 1, "平台不存在", "Province platform does not exist";
        BAD_PASSWORD = 2, "密码验证失败", "Access password wrong";
        UNKNOWN_DEVICE = 3, "设备编号不存在，提示用户先进行设备上电再添加",
            "Device number unknown: ask the user to power on the device first";
        BAD_DEV_KEY = 4, "设备验证码错误，提示用户重新输入验证码", "Device key wrong: ask the user to enter it again";
        OTHER = 255, "其它错误", "Other error";
    }
}

result_code! {
    /// Answer to a device's registration. Spec §7.2.1; E-35, E-51.
    ///
    /// Legacy firmware takes every number but 1, 2, 3 and 255 for success: send no others.
    pub struct RegisterResult: OK, "a result code (0, 1, 2, 3, 255)", listed(11) {
        OK = 0, "成功", "Success";
        UNKNOWN_DEVICE = 1, "该设备不存在", "Device does not exist";
        BAD_DEV_KEY = 2, "Key 验证错误", "Key wrong";
        FIRMWARE_UNSUPPORTED = 3, "该固件版本不支持", "Firmware version not supported";
        OTHER = 255, "其它错误", "Other error";
    }
}

result_code! {
    /// Answer to a device's login. Spec §7.5.1; E-51.
    ///
    /// Legacy firmware takes every number but 1, 2, 3 and 255 for success: send no others.
    pub struct LoginResult: OK, "a result code (0, 1, 2, 3, 255)", listed(11) {
        OK = 0, "成功", "Success";
        UNKNOWN_DEVICE = 1, "该设备不存在", "Device does not exist";
        BAD_DEV_KEY = 2, "Key 验证错误", "Key wrong";
        PROTOCOL_UNSUPPORTED = 3, "该协议版本不支持", "Protocol version not supported";
        OTHER = 255, "其它错误", "Other error";
    }
}

result_code! {
    /// The result of most commands: 0 is success, every other number an error.
    /// Spec §7.5.4–7.5.39, §11; E-11.
    ///
    /// Sent are 1 for a request that names a thing that does not exist and 255 for every other error.
    ///
    /// Success proves little with some devices: there is firmware that answers 0 to every set command,
    /// even to one it could not parse. Read the value back where there is a query.
    pub struct GenericResult: OK, "a result code", open {
        OK = 0, "成功", "Success";
        + NOT_FOUND = 1, "其它表示错误", "the thing named in the request does not exist (E-11)";
        + OTHER = 255, "其它表示错误", "unspecified error (E-11)";
    }
}

result_code! {
    /// Answer to an upgrade command: 0 says that the parameters are accepted, not that the upgrade
    /// worked. Spec §7.5.17; E-125.
    ///
    /// The outcome follows as an exception report (34H).
    pub struct UpgradeResult: OK, "a result code", open {
        OK = 0, "成功", "Success";
        + BAD_PARAMETERS = 255, "其它表示升级服务参数有误", "upgrade server parameters wrong";
    }
}

result_code! {
    /// Answer to a search for recordings: 0 also without hits. Spec §7.5.22; E-130.
    pub struct FileQueryResult: OK, "a result code", open {
        OK = 0, "结果（未定义；按 0 成功）", "Success (codes undefined in the spec, 0 by analogy)";
        + OTHER = 255, "其它表示错误", "unspecified error (E-11)";
    }
}

result_code! {
    /// State of local storage, sent in the place of a result: **1 is good, 0 is "no medium"**.
    /// Spec §7.5.36; E-146.
    ///
    /// ```
    /// use kandian_proto::value::{ResultCode, StoreQueryResult};
    /// assert!(StoreQueryResult::NORMAL.is_ok());
    /// assert!(!StoreQueryResult(0).is_ok());
    /// ```
    pub struct StoreQueryResult: NORMAL, "a result code (0, 1, 2, 3)", listed(11) {
        NORMAL = 1, "存储正常", "Storage normal";
        NO_MEDIUM = 0, "无存储介质", "No medium";
        UNFORMATTED = 2, "存储介质未格式化", "Medium not formatted";
        FAULTY = 3, "存储介质异常", "Medium faulty";
    }
}

result_code! {
    /// Answer to formatting local storage. Here 0 is good again, and 1 means "no medium".
    /// Spec §7.5.37; E-147.
    pub struct StoreFormatResult: OK, "a result code (0, 1, 2)", listed(11) {
        OK = 0, "存储格式化正常", "Formatted";
        NO_MEDIUM = 1, "无存储介质", "No medium";
        FORMAT_FAILED = 2, "存储介质格式化失败", "Formatting failed";
    }
}

result_code! {
    /// Answer to the request for a password by SMS. Spec §8.1; E-156.
    ///
    /// The printed table skips 1; clients take it for "user does not exist".
    pub struct McuSmsResult: OK, "a result code", open {
        OK = 0, "成功", "Success";
        SMS_FAILED = 2, "短信发送失败", "SMS could not be sent";
        + UNKNOWN_USER = 1, "用户名不存在", "user does not exist (E-156); received only";
    }
}

result_code! {
    /// Answer to a client's login. Spec §8.2; E-154.
    ///
    /// This project's platform never sends 3; version checks are a matter of the group platform (§9.1).
    pub struct McuLoginResult: OK, "a result code (0, 1, 2, 3)", listed(157) {
        OK = 0, "认证成功", "Login succeeded";
        UNKNOWN_USER = 1, "用户名不存在", "User name does not exist";
        BAD_PASSWORD = 2, "密码错误", "Password wrong";
        VERSION_TOO_LOW = 3, "MCU 版本过低", "Client version too low";
    }
}

result_code! {
    /// Answer to a client's logout. Spec §8.3; E-159.
    pub struct McuLogoutResult: OK, "a result code (0, 1)", listed(159, 157) {
        OK = 0, "修改成功", "Success (printed as 'modified')";
        UNKNOWN_USER = 1, "用户名不存在", "User name does not exist";
        + SESSION_EXPIRED = 2, "Session 已过期", "session expired (E-159); received only";
    }
}

result_code! {
    /// Answer to a client that refreshes its device list. Spec §8.4.
    pub struct McuDeviceListResult: OK, "a result code (0, 1, 2)", listed(157) {
        OK = 0, "操作成功", "Success";
        UNKNOWN_USER = 1, "用户名不存在", "User name does not exist";
        SESSION_EXPIRED = 2, "Session 已过期", "Session expired";
    }
}

result_code! {
    /// Answer to a user who adds a device. Spec §8.5; E-32, E-168.
    pub struct McuAddDeviceResult: OK, "a result code (0, 1, 2, 3, 4, 5, 6, 255)", listed(157) {
        OK = 0, "添加成功", "Device added";
        UNKNOWN_USER = 1, "用户名不存在", "User name does not exist";
        SESSION_EXPIRED = 2, "Session 已过期", "Session expired";
        UNKNOWN_DEVICE = 3, "设备编号不存在，提示用户先进行设备上电再添加",
            "Device number unknown: ask the user to power on the device first";
        BAD_DEV_KEY = 4, "设备验证码错误，提示用户重新输入验证码", "Device key wrong: ask the user to enter it again";
        LIMIT_EXCEEDED = 5, "超过绑定限制个数", "Binding limit exceeded";
        ALREADY_BOUND = 6, "已经被绑定，不能重复绑定", "Already bound";
        OTHER = 255, "其它错误", "Other error";
    }
}

result_code! {
    /// Answer to a user who removes a device. Spec §8.6; E-158.
    ///
    /// A shared device cannot be removed and gives 255, as does a wrong key.
    pub struct McuRemoveDeviceResult: OK, "a result code", open {
        OK = 0, "注销成功", "Device removed";
        UNKNOWN_USER = 1, "用户名不存在", "User name does not exist";
        SESSION_EXPIRED = 2, "Session 已过期", "Session expired";
        UNKNOWN_DEVICE = 3, "设备不存在", "Device does not exist";
        + BAD_DEV_KEY = 4, "设备验证码错误", "device key wrong (E-158); received only";
        + OTHER = 255, "其它错误", "shared device, wrong key or other error (E-158)";
    }
}

result_code! {
    /// Answer to a client that moves a camera. Spec §8.8; E-157.
    pub struct McuPtzResult: OK, "a result code (0, 1, 2, 3, 4, 255)", named(157) {
        OK = 0, "操作成功", "Success";
        UNKNOWN_USER = 1, "用户名不存在", "User name does not exist";
        SESSION_EXPIRED = 2, "Session 已过期", "Session expired";
        UNKNOWN_DEVICE = 3, "设备不存在", "Device does not exist";
        DEVICE_OFFLINE = 4, "设备不在线", "Device offline";
        + OTHER = 255, "其它错误", "device error or time-out (E-157)";
    }
}

result_code! {
    /// Answer to a client's operation on a device. Spec §8.7, §8.9–8.19; E-157.
    ///
    /// The printed tables end at 3; 4 and 255 are added for what the device itself reports.
    pub struct McuDeviceOpResult: OK, "a result code", open {
        OK = 0, "操作成功 / 成功", "Success";
        UNKNOWN_USER = 1, "用户名不存在", "User name does not exist";
        SESSION_EXPIRED = 2, "Session 已过期", "Session expired";
        UNKNOWN_DEVICE = 3, "设备不存在", "Device does not exist";
        + DEVICE_OFFLINE = 4, "设备不在线", "device offline (E-157)";
        + OTHER = 255, "其它错误", "device error or time-out (E-157)";
    }
}

result_code! {
    /// Answer to a client that asks for a newer version of itself. Spec §9.1; E-171.
    ///
    /// The low-version code is 1 here and 3 at login (§8.2).
    pub struct ClientUpgradeResult: UP_TO_DATE, "a result code (0, 1)", listed(157) {
        UP_TO_DATE = 0, "认证成功", "Version is current (printed as 'authentication succeeded')";
        VERSION_TOO_LOW = 1, "MCU 版本过低", "Client version too low, see UpdateUrl";
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Erratum;

    fn read<T: ResultCode>(text: &str) -> Option<(T, Option<u16>)> {
        T::tolerate(text).map(|read| (read.value, read.erratum.map(|Erratum(number)| number)))
    }

    // E-11
    #[test]
    fn every_text_is_a_result() {
        assert_eq!(GenericResult::parse("77"), Some(GenericResult(77)));
        assert_eq!(LoginResult::parse("77"), None);
        assert_eq!(read("77"), Some((LoginResult(77), Some(11))));
        for text in ["", "成功", "-1", "0x0", "65536", "0.0"] {
            assert_eq!(read(text), Some((GenericResult::OTHER, Some(11))), "{text}");
            assert_eq!(read(text), Some((StoreQueryResult(255), Some(11))), "{text}");
        }
        assert_eq!(read("00"), Some((GenericResult::OK, Some(9))));
        assert_eq!(GenericResult::empty(), None);
        assert!(!GenericResult(255).is_ok());
    }

    // E-146
    #[test]
    fn zero_is_no_success_of_a_storage_query() {
        assert!(StoreQueryResult(1).is_ok());
        assert!(!StoreQueryResult(0).is_ok());
        assert_eq!(StoreQueryResult::OK, StoreQueryResult::NORMAL);
    }

    // E-147
    #[test]
    fn one_is_no_success_of_formatting() {
        assert!(StoreFormatResult(0).is_ok());
        assert_eq!(StoreFormatResult(1), StoreFormatResult::NO_MEDIUM);
    }

    // E-28, E-159
    #[test]
    fn codes_beyond_the_table_are_received() {
        assert_eq!(RedirectResult::parse("2"), None);
        assert_eq!(read("2"), Some((RedirectResult::BAD_DEV_KEY, Some(28))));
        assert_eq!(read("3"), Some((RedirectResult(3), Some(11))));
        assert_eq!(read("2"), Some((McuLogoutResult::SESSION_EXPIRED, Some(159))));
        assert!(!RedirectResult::BAD_DEV_KEY.is_known());
        assert_eq!(RedirectResult::BAD_DEV_KEY.name(), Some("BAD_DEV_KEY"));
    }

    // E-157
    #[test]
    fn relayed_operations_may_report_the_device() {
        assert_eq!(McuPtzResult::parse("255"), Some(McuPtzResult::OTHER));
        assert_eq!(read("9"), Some((McuPtzResult(9), Some(157))));
        assert_eq!(McuDeviceOpResult::parse("4"), Some(McuDeviceOpResult::DEVICE_OFFLINE));
    }
}
