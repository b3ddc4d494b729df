//! MCU_LOGIN_REQ / MCU_LOGIN_RES – SOAP, client → platform: a client logs in and gets its session and devices
//! (MCU 鉴权认证).
//!
//! Spec §8.2; E-151, E-152, E-153, E-154, E-155.
//!
//! Every later operation carries the session (E-153). Version checks are a matter of the group platform
//! (§9.1); the platform of this project accepts every version (E-154).
//!
//! # How peers deviate
//!
//! - `UpdateUrl` is struck out here but still sent; a client may use it as a hint with result 3 (E-155).

use crate::message::device::Video;
use crate::value::{McuLoginResult, Url};
use crate::{DevId, Outcome, Secret};

crate::message! {
    /// `MCU_LOGIN_REQ`: the request, client → platform.
    pub struct LoginRequest = "MCU_LOGIN_REQ" {
        /// User account: the mobile number.
        pub account: String = "Account",
        /// Password of the user (`密码`); E-166.
        pub password: Secret = "Password",
        /// Version of the client, `<A|I|W>-<major>.<minor>`: Android, iOS, Windows (`MCU 版本号`); E-154, E-165.
        pub version: String = "Version",
    }
}

crate::message! {
    /// `MCU_LOGIN_RES`: the answer, platform → client.
    pub struct LoginResponse = "MCU_LOGIN_RES" {
        /// Result code (`结果`) and, on success, the content; E-12, E-154.
        pub outcome: Outcome<McuLoginResult, LoginGrant> = "Result",
        /// Where to download a newer client: struck out of the specification, never sent (`客户端安装包升级下载地址`);
        /// E-155.
        pub update_url: Option<Url> = "UpdateUrl" [received_only E-155] => outcome,
    }
}

crate::group! {
    /// What a client gets by logging in.
    pub struct LoginGrant {
        /// Session for all later operations. Whoever knows it acts as the user: keep it out of logs
        /// (`认证成功后的session`); E-153.
        pub login_session: Secret = "LoginSession",
        /// How many devices the user may bind; shared devices do not count (`用户最大允许绑定设备数量`). E-168.
        pub dev_num: u32 = "DevNum",
        /// Monitoring points, one entry per device and channel; E-152.
        pub devices: Vec<Device> = "Device",
    }
}

crate::group! {
    /// A monitoring point: one channel of a device that the user owns or shares.
    pub struct Device {
        /// Device id (`设备唯一识别码`).
        pub dev_id: DevId = "DevID",
        /// Channel, counted from 0 (`视频通道编号`); E-15.
        pub channel_no: u16 = "ChannelNo",
        /// Name of the monitoring point, shown to the user (`监控点名称`).
        pub name: String = "Name",
        /// Whether the device is online (`在线标示`).
        pub online: bool = "OnLine",
        /// Whether the camera can be turned; absent means no (`PTZ 控制能力`). E-82.
        pub ptz_flag: Option<bool> = "PtzFlag" | "PTZFlag",
        /// Whether another user shares the device; otherwise it is the user's own (`分享标志`).
        pub share_flag: bool = "ShareFlag",
        /// Whether motion is detected (`移动侦测`); E-82.
        pub motion_detection_flag: bool = "MotionDetectionFlag" [absent E-82],
        /// Whether there is an infrared sensor (`人体红外探测`); E-82.
        pub infrared_detection_flag: bool = "InfraredDetectionFlag" [absent E-82],
        /// Whether there is a manual alarm: a button or a remote control (`手动报警`); E-82.
        pub manual_alarm_flag: bool = "ManualAlarmFlag" [absent E-82],
        /// Whether digital inputs raise alarms (`外部开关量报警`); E-82.
        pub dido_alarm_flag: bool = "DIDOAlarmFlag" [absent E-82],
        /// Supported pairs of stream and resolution (`视频编码能力`); E-152.
        pub videos: Vec<Video> = "Video",
        /// Digital inputs; E-152.
        pub dido: Vec<Dido> = "DIDO",
    }
}

crate::group! {
    /// A digital input of a device.
    pub struct Dido {
        /// Number of the digital input, counted from 0 (`DIDO 通道号`); E-84.
        pub dido_no: u16 = "DIDONo",
        /// Name of the digital input (`DIDO 通道别名`).
        pub dido_name: String = "DIDONoName",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    crate::golden!(request, LoginRequest, "canonical/MCU_LOGIN_REQ.xml");
    crate::golden!(response, LoginResponse, "canonical/MCU_LOGIN_RES.xml");
}
