//! MCU_DEL_DEVICE_REQ / MCU_DEL_DEVICE_RES – SOAP, client → platform: a user unbinds a device (用户注销设备).
//!
//! Spec §8.6; E-150, E-151, E-158.
//!
//! Shared devices cannot be removed (E-158). A device that is online is reset to factory settings (E-150).

use crate::value::McuRemoveDeviceResult;
use crate::{DevId, Secret};

crate::message! {
    /// `MCU_DEL_DEVICE_REQ`: the request, client → platform.
    pub struct DelDeviceRequest = "MCU_DEL_DEVICE_REQ" {
        /// User account: the mobile number.
        pub account: String = "Account",
        /// Session from the login (`认证成功后的session`); E-153.
        pub login_session: Secret = "LoginSession",
        /// Device id (`设备唯一识别码`); E-21.
        pub dev_id: DevId = "DevID",
        /// Verification key of the device (`设备 Key`).
        pub dev_key: Secret = "DevKey",
    }
}

crate::message! {
    /// `MCU_DEL_DEVICE_RES`: the answer, platform → client.
    pub struct DelDeviceResponse = "MCU_DEL_DEVICE_RES" {
        /// Result code (`结果`); E-42.
        pub result: McuRemoveDeviceResult = "Result",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    crate::golden!(request, DelDeviceRequest, "canonical/MCU_DEL_DEVICE_REQ.xml");
    crate::golden!(response, DelDeviceResponse, "canonical/MCU_DEL_DEVICE_RES.xml");
}
