//! MCU_GET_DEVVER_REQ / MCU_GET_DEVVER_RES – SOAP, client → platform: a client asks for a device's firmware
//! version and the newest one (设备固件版本查询).
//!
//! Spec §8.14; E-74, E-151.
//!
//! Answered by the platform from the last login of the device. The date in a version orders versions (E-74).

use crate::value::McuDeviceOpResult;
use crate::{DevId, Outcome, Secret};

crate::message! {
    /// `MCU_GET_DEVVER_REQ`: the request, client → platform.
    pub struct GetDevVerRequest = "MCU_GET_DEVVER_REQ" {
        /// User account: the mobile number.
        pub account: String = "Account",
        /// Session from the login (`认证成功后的session`); E-153.
        pub login_session: Secret = "LoginSession",
        /// Device id (`设备唯一识别码`); E-21.
        pub dev_id: DevId = "DevID",
    }
}

crate::message! {
    /// `MCU_GET_DEVVER_RES`: the answer, platform → client.
    pub struct GetDevVerResponse = "MCU_GET_DEVVER_RES" {
        /// Result code (`结果`) and, on success, the content; E-12.
        pub outcome: Outcome<McuDeviceOpResult, FirmwareVersions> = "Result" => outcome,
    }
}

crate::group! {
    /// The firmware of a device and the newest there is.
    pub struct FirmwareVersions {
        /// Firmware version of the device, from its last login (`当前设备固件版本`); E-74.
        pub cur_dev_ver: String = "CurDevVer",
        /// Newest firmware version, `V<major>.<minor>_<YYYYMMDD>` (`最新固件版本`); E-74.
        pub new_dev_ver: String = "NewDevVer",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    crate::golden!(request, GetDevVerRequest, "canonical/MCU_GET_DEVVER_REQ.xml");
    crate::golden!(response, GetDevVerResponse, "canonical/MCU_GET_DEVVER_RES.xml");
}
