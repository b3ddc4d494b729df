//! NVR_DEL_IPCAM_REQ / NVR_DEL_IPCAM_RES – 70H, platform → device: the platform unbinds the camera of a
//! channel (NVR 解除网络摄像机绑定).
//!
//! Spec §7.5.20; E-129.
//!
//! The recording policies of the channel go with the binding; recordings stay (E-129).
//!
//! # How peers deviate
//!
//! - Some recorders do not answer when the channel has no camera.

use crate::DevId;
use crate::value::GenericResult;

crate::message! {
    /// `NVR_DEL_IPCAM_REQ`: the request, platform → device.
    pub struct NvrDelIpcamRequest = "NVR_DEL_IPCAM_REQ" {
        /// Device id (`设备唯一识别码`); E-21.
        pub dev_id: DevId = "DevID",
        /// Channel, counted from 0 (`视频通道编号`); E-15.
        pub channel_no: u16 = "ChannelNo",
    }
}

crate::message! {
    /// `NVR_DEL_IPCAM_RES`: the answer, device → platform.
    pub struct NvrDelIpcamResponse = "NVR_DEL_IPCAM_RES" {
        /// Result code (`结果`).
        pub result: GenericResult = "Result",
        /// Device id (`设备唯一识别码`); E-22.
        pub dev_id: DevId = "DevID" [absent E-22],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    crate::golden!(request, NvrDelIpcamRequest, "canonical/NVR_DEL_IPCAM_REQ.xml");
    crate::golden!(response, NvrDelIpcamResponse, "canonical/NVR_DEL_IPCAM_RES.xml");
}
