//! MCU_GET_DEVICES_REQ / MCU_GET_DEVICES_RES – SOAP, client → platform: a client refreshes its list of
//! devices (刷新设备列表).
//!
//! Spec §8.4; E-151, E-152.

use super::Device;
use crate::value::McuDeviceListResult;
use crate::{Outcome, Secret};

crate::message! {
    /// `MCU_GET_DEVICES_REQ`: the request, client → platform.
    pub struct GetDevicesRequest = "MCU_GET_DEVICES_REQ" {
        /// User account: the mobile number.
        pub account: String = "Account",
        /// Session from the login (`认证成功后的session`); E-153.
        pub login_session: Secret = "LoginSession",
    }
}

crate::message! {
    /// `MCU_GET_DEVICES_RES`: the answer, platform → client.
    pub struct GetDevicesResponse = "MCU_GET_DEVICES_RES" {
        /// Result code (`结果`) and, on success, the content; E-12, E-42.
        pub outcome: Outcome<McuDeviceListResult, DeviceList> = "Result" => outcome,
    }
}

crate::group! {
    /// The monitoring points of an account.
    pub struct DeviceList {
        /// Monitoring points, one entry per device and channel; E-152.
        pub devices: Vec<Device> = "Device",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    crate::golden!(request, GetDevicesRequest, "canonical/MCU_GET_DEVICES_REQ.xml");
    crate::golden!(response, GetDevicesResponse, "canonical/MCU_GET_DEVICES_RES.xml");
}
