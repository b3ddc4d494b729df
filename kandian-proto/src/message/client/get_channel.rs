//! MCU_GET_CHANNEL_REQ / MCU_GET_CHANNEL_RES – SOAP, client → platform: a client queries the encoder of one
//! stream (摄像头参数查询).
//!
//! Spec §8.9; E-151, E-157, E-167.
//!
//! Relayed as 61H. The one answer of the chapter that repeats `DevID` (E-167).

use crate::value::{BitRate, FrameRate, FrameSize, McuDeviceOpResult, RateType, StreamType};
use crate::{DevId, Outcome, Secret};

crate::message! {
    /// `MCU_GET_CHANNEL_REQ`: the request, client → platform.
    pub struct GetChannelRequest = "MCU_GET_CHANNEL_REQ" {
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
    }
}

crate::message! {
    /// `MCU_GET_CHANNEL_RES`: the answer, platform → client.
    pub struct GetChannelResponse = "MCU_GET_CHANNEL_RES" {
        /// Result code (`结果`) and, on success, the content; E-12.
        pub outcome: Outcome<McuDeviceOpResult, CameraParameters> = "Result" => outcome,
    }
}

crate::group! {
    /// The encoder settings of one stream, as clients see them.
    pub struct CameraParameters {
        /// Device id (`设备唯一识别码`); E-167.
        pub dev_id: DevId = "DevID" [absent E-167],
        /// Resolution (`分辨率`); E-97.
        pub frame_size: FrameSize = "FrameSize",
        /// Pictures per second, 2 to 25; platforms set 5 to 25 (`帧率`). E-98.
        pub frame_rate: FrameRate = "FrameRate" [unit "fps"],
        /// Rate control mode (`码率控制类型`); E-102.
        pub rate_type: RateType = "RateType",
        /// Bit rate code (`码流`); E-99.
        pub bit_rate: BitRate = "BitRate",
        /// Whether sound is taken in. Belongs to the stream, though a microphone belongs to a channel
        /// (`音频输入`); E-103.
        pub audio_input: bool = "AudioInput",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    crate::golden!(request, GetChannelRequest, "canonical/MCU_GET_CHANNEL_REQ.xml");
    crate::golden!(response, GetChannelResponse, "canonical/MCU_GET_CHANNEL_RES.xml");
}
