//! MCU_SET_CHANNEL_REQ / MCU_SET_CHANNEL_RES – SOAP, client → platform: a client sets the encoder of one
//! stream (摄像头参数配置).
//!
//! Spec §8.10; E-100, E-151, E-157, E-193.
//!
//! Relayed as 60H. A parameter that is left out stays as it is (E-100). Mobile clients set the sub stream,
//! web clients the main stream (E-193).

use crate::value::{BitRate, FrameRate, FrameSize, McuDeviceOpResult, RateType, StreamType};
use crate::{DevId, Secret};

crate::message! {
    /// `MCU_SET_CHANNEL_REQ`: the request, client → platform.
    pub struct SetChannelRequest = "MCU_SET_CHANNEL_REQ" {
        /// User account: the mobile number.
        pub account: String = "Account",
        /// Session from the login (`认证成功后的session`); E-153.
        pub login_session: Secret = "LoginSession",
        /// Device id (`设备唯一识别码`); E-21.
        pub dev_id: DevId = "DevID",
        /// Channel, counted from 0 (`视频通道编号`); E-15.
        pub channel_no: u16 = "ChannelNo",
        /// Stream (`码流类型`).
        pub stream_type: StreamType = "StreamType",
        /// Resolution; absent leaves it as it is (`分辨率`). E-97.
        pub frame_size: Option<FrameSize> = "FrameSize",
        /// Pictures per second, 5 to 25; absent leaves it as it is (`帧率`). E-98.
        pub frame_rate: Option<FrameRate> = "FrameRate"
            [within (5, 25) E-98 "a frame rate to set (5 to 25)", unit "fps"],
        /// Rate control mode; absent leaves it as it is (`码率控制类型`). E-102.
        pub rate_type: Option<RateType> = "RateType",
        /// Bit rate code; absent leaves it as it is (`码流`). E-99.
        pub bit_rate: Option<BitRate> = "BitRate",
        /// Whether sound is taken in; absent leaves it as it is (`音频输入`). E-103.
        pub audio_input: Option<bool> = "AudioInput",
    }
}

crate::message! {
    /// `MCU_SET_CHANNEL_RES`: the answer, platform → client.
    pub struct SetChannelResponse = "MCU_SET_CHANNEL_RES" {
        /// Result code (`结果`).
        pub result: McuDeviceOpResult = "Result",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    crate::golden!(request, SetChannelRequest, "canonical/MCU_SET_CHANNEL_REQ.xml");
    crate::golden!(response, SetChannelResponse, "canonical/MCU_SET_CHANNEL_RES.xml");
}
