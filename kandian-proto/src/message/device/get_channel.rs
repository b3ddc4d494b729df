//! GET_CHANNEL_REQ / GET_CHANNEL_RES – 61H, platform → device: the platform queries the encoder of one stream
//! (设备视频参数查询).
//!
//! Spec §7.5.7; E-22, E-98, E-99, E-101.
//!
//! The answer repeats neither channel nor stream: it is attributed by its sequence number (E-101).
//!
//! # How peers deviate
//!
//! - One firmware answers from uninitialised memory: frame rates up to 255, rate control modes up to 256, an
//!   empty `BitRate`. Such values are kept as they are, an empty bit rate as 0; a value without a name is to
//!   be shown as unknown (E-98, E-99).
//! - For a wrong stream the same firmware answers with a result only, without `DevID` (E-22).

use crate::value::{BitRate, FrameRate, FrameSize, GenericResult, RateType, StreamType};
use crate::{DevId, Outcome};

crate::message! {
    /// `GET_CHANNEL_REQ`: the request, platform → device.
    pub struct GetChannelRequest = "GET_CHANNEL_REQ" {
        /// Device id (`设备唯一识别码`); E-21.
        pub dev_id: DevId = "DevID",
        /// Channel, counted from 0 (`视频通道编号`); E-15.
        pub channel_no: u16 = "ChannelNo",
        /// Stream (`流类型`).
        pub stream_type: StreamType = "StreamType",
    }
}

crate::message! {
    /// `GET_CHANNEL_RES`: the answer, device → platform.
    pub struct GetChannelResponse = "GET_CHANNEL_RES" {
        /// Result code (`结果`) and, on success, the content; E-12.
        pub outcome: Outcome<GenericResult, VideoParameters> = "Result",
        /// Device id (`设备唯一识别码`); E-22.
        pub dev_id: DevId = "DevID" [absent E-22] => outcome,
    }
}

crate::group! {
    /// The encoder settings of one stream.
    pub struct VideoParameters {
        /// Resolution (`分辨率`); E-97.
        pub frame_size: FrameSize = "FrameSize",
        /// Pictures per second, 2 to 25; platforms set 5 to 25 (`帧率`). E-98.
        pub frame_rate: FrameRate = "FrameRate" [unit "fps"],
        /// Rate control mode (`码率控制类型`); E-102.
        pub rate_type: RateType = "RateType",
        /// Bit rate code (`码流`); E-99.
        pub bit_rate: BitRate = "BitRate" [absent E-99],
        /// Whether sound is taken in. Belongs to the stream, though a microphone belongs to a channel
        /// (`音频输入`); E-103.
        pub audio_input: bool = "AudioInput",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    crate::golden!(request, GetChannelRequest, "canonical/GET_CHANNEL_REQ.xml");
    crate::golden!(response, GetChannelResponse, "canonical/GET_CHANNEL_RES.xml");
}
