//! SET_CHANNEL_REQ / SET_CHANNEL_RES – 60H, platform → device: the platform sets the encoder of one stream
//! (设备视频参数设置).
//!
//! Spec §7.5.6; E-100.
//!
//! A parameter that is left out stays as it is; an empty element counts as left out (E-100).
//!
//! # How peers deviate
//!
//! - There is firmware that answers 0 and applies nothing. Query the parameters (61H) to be sure.

use crate::DevId;
use crate::value::{BitRate, FrameRate, FrameSize, GenericResult, RateType, StreamType};

crate::message! {
    /// `SET_CHANNEL_REQ`: the request, platform → device.
    pub struct SetChannelRequest = "SET_CHANNEL_REQ" {
        /// Device id (`设备唯一识别码`); E-21.
        pub dev_id: DevId = "DevID",
        /// Channel, counted from 0 (`视频通道编号`); E-15.
        pub channel_no: u16 = "ChannelNo",
        /// Stream (`流类型`).
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
    /// `SET_CHANNEL_RES`: the answer, device → platform.
    pub struct SetChannelResponse = "SET_CHANNEL_RES" {
        /// Result code (`结果`).
        pub result: GenericResult = "Result",
        /// Device id (`设备唯一识别码`); E-22.
        pub dev_id: DevId = "DevID" [absent E-22],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    crate::golden!(request, SetChannelRequest, "canonical/SET_CHANNEL_REQ.xml");
    crate::golden!(response, SetChannelResponse, "canonical/SET_CHANNEL_RES.xml");
}
