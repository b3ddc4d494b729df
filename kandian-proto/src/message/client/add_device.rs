//! MCU_ADD_DEVICE_REQ / MCU_ADD_DEVICE_RES – SOAP, client → platform: a user binds a device (用户新增设备).
//!
//! Spec §8.5; E-32, E-151.
//!
//! A device that the province does not know is claimed from the group platform first (§6.5, E-32).

use crate::value::McuAddDeviceResult;
use crate::{DevId, Secret};

crate::message! {
    /// `MCU_ADD_DEVICE_REQ`: the request, client → platform.
    pub struct AddDeviceRequest = "MCU_ADD_DEVICE_REQ" {
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
    /// `MCU_ADD_DEVICE_RES`: the answer, platform → client.
    pub struct AddDeviceResponse = "MCU_ADD_DEVICE_RES" {
        /// Result code (`结果`); E-42.
        pub result: McuAddDeviceResult = "Result",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    crate::golden!(request, AddDeviceRequest, "canonical/MCU_ADD_DEVICE_REQ.xml");
    crate::golden!(response, AddDeviceResponse, "canonical/MCU_ADD_DEVICE_RES.xml");
}
