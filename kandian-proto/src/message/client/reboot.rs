//! MCU_REBOOT_REQ / MCU_REBOOT_RES – SOAP, client → platform: a client restarts a device (重启摄像机).
//!
//! Spec §8.13; E-151, E-157.
//!
//! Relayed as 6CH.

use crate::value::McuDeviceOpResult;
use crate::{DevId, Secret};

crate::message! {
    /// `MCU_REBOOT_REQ`: the request, client → platform.
    pub struct RebootRequest = "MCU_REBOOT_REQ" {
        /// User account: the mobile number.
        pub account: String = "Account",
        /// Session from the login (`认证成功后的session`); E-153.
        pub login_session: Secret = "LoginSession",
        /// Device id (`设备唯一识别码`); E-21.
        pub dev_id: DevId = "DevID",
    }
}

crate::message! {
    /// `MCU_REBOOT_RES`: the answer, platform → client.
    pub struct RebootResponse = "MCU_REBOOT_RES" {
        /// Result code (`结果`).
        pub result: McuDeviceOpResult = "Result",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    crate::golden!(request, RebootRequest, "canonical/MCU_REBOOT_REQ.xml");
    crate::golden!(response, RebootResponse, "canonical/MCU_REBOOT_RES.xml");
}
