//! MCU_SET_NAME_REQ / MCU_SET_NAME_RES – SOAP, client → platform: a client names a monitoring point
//! (摄像机别名设置).
//!
//! Spec §8.18; E-151.
//!
//! The name stays on the platform; the device is not told.

use crate::value::McuDeviceOpResult;
use crate::{DevId, Secret};

crate::message! {
    /// `MCU_SET_NAME_REQ`: the request, client → platform.
    pub struct SetNameRequest = "MCU_SET_NAME_REQ" {
        /// User account: the mobile number.
        pub account: String = "Account",
        /// Session from the login (`认证成功后的session`); E-153.
        pub login_session: Secret = "LoginSession",
        /// Device id (`设备唯一识别码`); E-21.
        pub dev_id: DevId = "DevID",
        /// Channel, counted from 0 (`视频通道编号`); E-15.
        pub channel_no: u16 = "ChannelNo",
        /// New name of the monitoring point (`监控点别名`).
        pub new_name: String = "NewName",
    }
}

crate::message! {
    /// `MCU_SET_NAME_RES`: the answer, platform → client.
    pub struct SetNameResponse = "MCU_SET_NAME_RES" {
        /// Result code (`结果`).
        pub result: McuDeviceOpResult = "Result",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    crate::golden!(request, SetNameRequest, "canonical/MCU_SET_NAME_REQ.xml");
    crate::golden!(response, SetNameResponse, "canonical/MCU_SET_NAME_RES.xml");
}
