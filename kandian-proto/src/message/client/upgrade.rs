//! MCU_UPGRADE_REQ / MCU_UPGRADE_RES – SOAP, client → platform: a client starts the upgrade of a device
//! (远程升级通知).
//!
//! Spec §8.15; E-151, E-157.
//!
//! Relayed as 6DH with the FTP server of the platform.

use crate::value::McuDeviceOpResult;
use crate::{DevId, Secret};

crate::message! {
    /// `MCU_UPGRADE_REQ`: the request, client → platform.
    pub struct UpgradeRequest = "MCU_UPGRADE_REQ" {
        /// User account: the mobile number.
        pub account: String = "Account",
        /// Session from the login (`认证成功后的session`); E-153.
        pub login_session: Secret = "LoginSession",
        /// Device id (`设备唯一识别码`); E-21.
        pub dev_id: DevId = "DevID",
    }
}

crate::message! {
    /// `MCU_UPGRADE_RES`: the answer, platform → client.
    pub struct UpgradeResponse = "MCU_UPGRADE_RES" {
        /// Result code (`结果`).
        pub result: McuDeviceOpResult = "Result",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    crate::golden!(request, UpgradeRequest, "canonical/MCU_UPGRADE_REQ.xml");
    crate::golden!(response, UpgradeResponse, "canonical/MCU_UPGRADE_RES.xml");
}
