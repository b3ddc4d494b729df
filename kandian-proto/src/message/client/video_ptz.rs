//! MCU_VIDEO_PTZ_REQ / MCU_VIDEO_PTZ_RES – SOAP, client → platform: a client turns a camera (MCU 云台控制).
//!
//! Spec §8.8; E-151, E-160.
//!
//! Relayed as 64H; the answer waits for that of the device (E-160).

use crate::value::{McuPtzResult, PtzDirection};
use crate::{DevId, Secret};

crate::message! {
    /// `MCU_VIDEO_PTZ_REQ`: the request, client → platform.
    pub struct VideoPtzRequest = "MCU_VIDEO_PTZ_REQ" {
        /// User account: the mobile number.
        pub account: String = "Account",
        /// Session from the login (`认证成功后的session`); E-153.
        pub login_session: Secret = "LoginSession",
        /// Device id (`设备唯一识别码`); E-21.
        pub dev_id: DevId = "DevID",
        /// Channel, counted from 0 (`视频通道编号`); E-15.
        pub channel_no: u16 = "ChannelNo",
        /// Direction, or stop (`云台控制`); E-111.
        pub ptz_direction: PtzDirection = "PtzDirection",
    }
}

crate::message! {
    /// `MCU_VIDEO_PTZ_RES`: the answer, platform → client.
    pub struct VideoPtzResponse = "MCU_VIDEO_PTZ_RES" {
        /// Result code (`结果`).
        pub result: McuPtzResult = "Result",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    crate::golden!(request, VideoPtzRequest, "canonical/MCU_VIDEO_PTZ_REQ.xml");
    crate::golden!(response, VideoPtzResponse, "canonical/MCU_VIDEO_PTZ_RES.xml");
}
