//! NVR_QUERY_IPCAM_REQ / NVR_QUERY_IPCAM_RES – 71H, platform → device: the platform asks which channels of a
//! recorder have cameras (NVR 查询网络摄像机绑定).
//!
//! Spec §7.5.21; E-04.
//!
//! Channels without a camera are not listed.
//!
//! # How peers deviate
//!
//! - Where the printed sample was copied, stray `</Channel>` tags occur (E-04).
//! - A recorder may ignore the request when `DevID` is not its own.

use crate::value::GenericResult;
use crate::{DevId, Outcome};

crate::message! {
    /// `NVR_QUERY_IPCAM_REQ`: the request, platform → device.
    pub struct NvrQueryIpcamRequest = "NVR_QUERY_IPCAM_REQ" {
        /// Device id (`设备唯一识别码`); E-21.
        pub dev_id: DevId = "DevID",
    }
}

crate::message! {
    /// `NVR_QUERY_IPCAM_RES`: the answer, device → platform.
    pub struct NvrQueryIpcamResponse = "NVR_QUERY_IPCAM_RES" {
        /// Result code (`结果`) and, on success, the content; E-12.
        pub outcome: Outcome<GenericResult, Bindings> = "Result",
        /// Device id (`设备唯一识别码`); E-22.
        pub dev_id: DevId = "DevID" [absent E-22] => outcome,
    }
}

crate::group! {
    /// The cameras of a recorder.
    pub struct Bindings {
        /// Channels that have a camera; E-04, E-05.
        pub channels: Vec<BoundChannel> = "Channel",
    }
}

crate::group! {
    /// A channel of a recorder and its camera.
    pub struct BoundChannel {
        /// Channel of the recorder, counted from 0 (`视频通道编号`); E-15.
        pub channel_no: u16 = "ChannelNo",
        /// Device id of the camera (`网络摄像机编号`).
        pub ipcam_dev_id: DevId = "IpcamDevID",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    crate::golden!(request, NvrQueryIpcamRequest, "canonical/NVR_QUERY_IPCAM_REQ.xml");
    crate::golden!(response, NvrQueryIpcamResponse, "canonical/NVR_QUERY_IPCAM_RES.xml");
}
