//! NVR_LINK_IPCAM_REQ / NVR_LINK_IPCAM_RES – 6EH, platform → device: the platform binds a camera to a channel
//! of a recorder (NVR 绑定网络摄像机).
//!
//! Spec §7.5.18; E-127.
//!
//! Binding the same camera again updates its data; a channel that holds another camera refuses (E-127).
//!
//! # How peers deviate
//!
//! - There is firmware that does not answer when it refuses, crashes on empty values, and does not check the
//!   channel number.

use crate::value::{CameraAddress, GenericResult, Port};
use crate::{DevId, Secret};

crate::message! {
    /// `NVR_LINK_IPCAM_REQ`: the request, platform → device.
    pub struct NvrLinkIpcamRequest = "NVR_LINK_IPCAM_REQ" {
        /// Device id (`设备唯一识别码`); E-21.
        pub dev_id: DevId = "DevID",
        /// Channel, counted from 0 (`视频通道编号`); E-15.
        pub channel_no: u16 = "ChannelNo",
        /// Device id of the camera (`网络摄像机编号`).
        pub ipcam_dev_id: DevId = "IpcamDevID",
        /// Address of the camera in the recorder's network (`网络摄像机本地 IP`).
        pub ipcam_local_ip: CameraAddress = "IpcamLocalIP",
        /// ONVIF port of the camera (`网络摄像机 Onvif 端口`).
        pub onvif_port: Port = "OnvifPort",
        /// ONVIF account of the camera (`网络摄像机 Onvif 帐号`).
        pub onvif_account: String = "OnvifAccount",
        /// ONVIF password of the camera (`网络摄像机 Onvif 密码`).
        pub onvif_password: Secret = "OnvifPassword",
    }
}

crate::message! {
    /// `NVR_LINK_IPCAM_RES`: the answer, device → platform.
    pub struct NvrLinkIpcamResponse = "NVR_LINK_IPCAM_RES" {
        /// Result code (`结果`).
        pub result: GenericResult = "Result",
        /// Device id (`设备唯一识别码`); E-22.
        pub dev_id: DevId = "DevID" [absent E-22],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    crate::golden!(request, NvrLinkIpcamRequest, "canonical/NVR_LINK_IPCAM_REQ.xml");
    crate::golden!(response, NvrLinkIpcamResponse, "canonical/NVR_LINK_IPCAM_RES.xml");
}
