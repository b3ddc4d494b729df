//! DEVICE_USE_REQ / DEVICE_USE_RES – HTTP POST, province platform → group platform: a province platform
//! claims a device that a user adds and that it does not know yet (设备使用通告).
//!
//! Spec §6.5; E-32, E-33, E-34, E-38.
//!
//! Claiming a device twice from the same province is success; a device of another province is refused with
//! 255 (E-33). After success the user is asked to power the device off and on, so that it asks for its
//! province again.

use crate::value::DeviceUseResult;
use crate::{DevId, Secret};

crate::message! {
    /// `DEVICE_USE_REQ`: the request, province platform → group platform.
    pub struct DeviceUseRequest = "DEVICE_USE_REQ" {
        /// Province: the first four digits of the six of GB/T 2260 (`省域编号`).
        pub province_no: String = "ProvinceNo",
        /// Number of the province platform: two digits, such as `01` (`省平台编号`).
        pub cms_no: String = "CmsNo",
        /// Access password, given by the group (`接入密码`); E-166.
        pub cms_password: Secret = "CmsPassword",
        /// Device id (`设备唯一识别码`); E-21.
        pub dev_id: DevId = "DevID",
        /// Verification key of the device (`设备 Key`).
        pub dev_key: Secret = "DevKey",
    }
}

crate::message! {
    /// `DEVICE_USE_RES`: the answer, group platform → province platform.
    pub struct DeviceUseResponse = "DEVICE_USE_RES" {
        /// Result code (`结果`).
        pub result: DeviceUseResult = "Result",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    crate::golden!(request, DeviceUseRequest, "canonical/DEVICE_USE_REQ.xml");
    crate::golden!(response, DeviceUseResponse, "canonical/DEVICE_USE_RES.xml");
}
