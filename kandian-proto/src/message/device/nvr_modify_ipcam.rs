//! NVR_MODIFY_IPCAM_REQ / NVR_MODIFY_IPCAM_RES – 6FH, platform → device: the platform updates the address or
//! account of a bound camera (NVR 修改网络摄像机绑定信息).
//!
//! Spec §7.5.19; E-128.
//!
//! A recorder without that camera changes nothing and answers with result 1 (E-128).
//!
//! # How peers deviate
//!
//! - Other recorders take 则忽略该指令, "ignore the command", literally and stay silent (E-128).

use crate::value::{CameraAddress, GenericResult, Port};
use crate::{DevId, Secret};

crate::message! {
    /// `NVR_MODIFY_IPCAM_REQ`: the request, platform → device.
    pub struct NvrModifyIpcamRequest = "NVR_MODIFY_IPCAM_REQ" {
        /// Device id (`设备唯一识别码`); E-21.
        pub dev_id: DevId = "DevID",
        /// Device id of the camera; it selects the channel (`网络摄像机编号`).
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
    /// `NVR_MODIFY_IPCAM_RES`: the answer, device → platform.
    pub struct NvrModifyIpcamResponse = "NVR_MODIFY_IPCAM_RES" {
        /// Result code (`结果`).
        pub result: GenericResult = "Result",
        /// Device id (`设备唯一识别码`); E-22.
        pub dev_id: DevId = "DevID" [absent E-22],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    crate::golden!(request, NvrModifyIpcamRequest, "canonical/NVR_MODIFY_IPCAM_REQ.xml");
    crate::golden!(response, NvrModifyIpcamResponse, "canonical/NVR_MODIFY_IPCAM_RES.xml");
}
