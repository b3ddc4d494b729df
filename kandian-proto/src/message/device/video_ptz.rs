//! VIDEO_PTZ_REQ / VIDEO_PTZ_RES – 64H, platform → device: the platform turns a camera (云台控制).
//!
//! Spec §7.5.10; E-111.
//!
//! Movement is continuous: a direction starts it, 0 stops it. A device stops by itself after about 10 s
//! (E-111).

use crate::DevId;
use crate::value::{GenericResult, PtzDirection};

crate::message! {
    /// `VIDEO_PTZ_REQ`: the request, platform → device.
    pub struct VideoPtzRequest = "VIDEO_PTZ_REQ" {
        /// Device id (`设备唯一识别码`); E-21.
        pub dev_id: DevId = "DevID",
        /// Channel, counted from 0 (`视频通道编号`); E-15.
        pub channel_no: u16 = "ChannelNo",
        /// Direction, or stop (`云台方向`); E-111.
        pub ptz_direction: PtzDirection = "PtzDirection",
    }
}

crate::message! {
    /// `VIDEO_PTZ_RES`: the answer, device → platform.
    pub struct VideoPtzResponse = "VIDEO_PTZ_RES" {
        /// Result code (`结果`).
        pub result: GenericResult = "Result",
        /// Device id (`设备唯一识别码`); E-22.
        pub dev_id: DevId = "DevID" [absent E-22],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    crate::golden!(request, VideoPtzRequest, "canonical/VIDEO_PTZ_REQ.xml");
    crate::golden!(response, VideoPtzResponse, "canonical/VIDEO_PTZ_RES.xml");
}
