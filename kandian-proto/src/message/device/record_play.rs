//! RECORD_PLAY_REQ / RECORD_PLAY_RES – 74H, device → platform: a device has the token of a playback URL
//! verified (视频录像回放验证).
//!
//! Spec §7.5.23; E-70, E-92, E-93, E-94, E-95.
//!
//! A request of the device, though its number stands among those of the platform (E-70). As for live view,
//! the token works once and for 60 s (E-92, E-93).
//!
//! # How peers deviate
//!
//! - Some devices wait two seconds for the answer, not longer.

use crate::DevId;
use crate::value::{GenericResult, HashToken};

crate::message! {
    /// `RECORD_PLAY_REQ`: the request, device → platform.
    pub struct RecordPlayRequest = "RECORD_PLAY_REQ" {
        /// Device id (`设备唯一识别码`); E-21.
        pub dev_id: DevId = "DevID",
        /// Channel, counted from 0 (`视频通道编号`); E-15.
        pub channel_no: u16 = "ChannelNo",
        /// File to be played, as named by the search (`文件名`); E-45.
        pub file_name: String = "FileName",
        /// Token from the URL: works once, for 60 s from issue; E-91, E-92, E-93.
        pub hash_token: HashToken = "HashToken",
    }
}

crate::message! {
    /// `RECORD_PLAY_RES`: the answer, platform → device.
    pub struct RecordPlayResponse = "RECORD_PLAY_RES" {
        /// Result code (`结果`).
        pub result: GenericResult = "Result",
        /// Device id (`设备唯一识别码`); E-22.
        pub dev_id: DevId = "DevID" [absent E-22],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    crate::golden!(request, RecordPlayRequest, "canonical/RECORD_PLAY_REQ.xml");
    crate::golden!(response, RecordPlayResponse, "canonical/RECORD_PLAY_RES.xml");
}
