//! VIDEO_PLAY_REQ / VIDEO_PLAY_RES – 35H, device → platform: a device has the token of a live-view URL
//! verified (视频监控 Token 验证).
//!
//! Spec §7.5.5; E-91, E-92, E-93, E-96.
//!
//! The token works once and for 60 s from issue (E-92, E-93). A device verifies it at the first RTSP request
//! that carries it and remembers the outcome for the connection.
//!
//! # How peers deviate
//!
//! - Recorders send it as well, although the section is marked for cameras (E-96).
//! - Tokens come in upper and in lower case (E-91).
//! - Some devices wait four seconds for the answer, not longer.

use crate::DevId;
use crate::value::{GenericResult, HashToken, StreamType};

crate::message! {
    /// `VIDEO_PLAY_REQ`: the request, device → platform.
    pub struct VideoPlayRequest = "VIDEO_PLAY_REQ" {
        /// Device id (`设备唯一识别码`); E-21.
        pub dev_id: DevId = "DevID",
        /// Channel, counted from 0 (`视频通道编号`); E-15.
        pub channel_no: u16 = "ChannelNo",
        /// Stream (`流类型`).
        pub stream_type: StreamType = "StreamType",
        /// Token from the URL: works once, for 60 s from issue; E-91, E-92, E-93.
        pub hash_token: HashToken = "HashToken",
    }
}

crate::message! {
    /// `VIDEO_PLAY_RES`: the answer, platform → device.
    pub struct VideoPlayResponse = "VIDEO_PLAY_RES" {
        /// Result code (`结果`).
        pub result: GenericResult = "Result",
        /// Device id (`设备唯一识别码`); E-22.
        pub dev_id: DevId = "DevID" [absent E-22],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    crate::golden!(request, VideoPlayRequest, "canonical/VIDEO_PLAY_REQ.xml");
    crate::golden!(response, VideoPlayResponse, "canonical/VIDEO_PLAY_RES.xml");
}
