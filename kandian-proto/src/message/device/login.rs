//! LOGIN_REQ / LOGIN_RES – 31H, device → platform: a device authenticates its link (登录认证请求).
//!
//! Spec §7.5.1; E-03, E-58, E-72, E-73, E-75, E-77, E-79.
//!
//! The first request on every link. After a refusal a device waits at least 180 s before it logs in again;
//! after the loss of a link it reconnects at once (E-58). No other request is answered before a login (E-72).
//!
//! # How peers deviate
//!
//! - Copied from the printed sample, `UpnpPort`, `LocalPort` and `TurnRealyIP` occur as names and as end tags
//!   (E-03).
//! - `UpnpIP` and `TurnRelayIP` are left empty instead of `0.0.0.0` (E-75).
//! - One firmware reports NAT type 1 whatever its test found, and reads only the spelling `EStorgeSpace`
//!   (E-77, E-79).
//! - A second login on the same link is normal; answer it again (E-72).

use crate::time::ReferenceTime;
use crate::value::{CloudSpace, Ipv4OrEmpty, LoginResult, NatType, NetType, Port, UrlOrEmpty};
use crate::{DevId, Outcome, Secret};

crate::message! {
    /// `LOGIN_REQ`: the request, device → platform.
    pub struct LoginRequest = "LOGIN_REQ" {
        /// Firmware version: protocol version and release date, `V<major>.<minor>_<YYYYMMDD>` (`固件版本号`);
        /// E-74.
        pub dev_ver: String = "DevVer",
        /// Device id (`设备唯一识别码`); E-21.
        pub dev_id: DevId = "DevID",
        /// Verification key of the device (`验证码`).
        pub dev_key: Secret = "DevKey",
        /// The gateway's external address; `0.0.0.0` when there is no mapping (`网关映射 IP 地址`). E-75.
        pub upnp_ip: Ipv4OrEmpty = "UpnpIP" [absent E-75],
        /// External RTSP port on the gateway, 10000 to 60000 at random; 0 when there is no mapping
        /// (`网关映射 RTSP 端口`). E-03, E-75, E-76.
        pub rtsp_upnp_port: Port = "RtspUpnpPort" | "UpnpPort" [absent E-75],
        /// Address of the device in its own network (`设备本地 IP 地址`).
        pub local_ip: Ipv4OrEmpty = "LocalIP" [missing E-75],
        /// RTSP port of the device in its own network (`设备本地监听 RTSP 端口`); E-03.
        pub rtsp_local_port: Port = "RtspLocalPort" | "LocalPort" [missing E-75],
        /// Address that the TURN server has allocated; `0.0.0.0` when there is no relay
        /// (`TurnServer 服务器 Relay 地址`). E-03, E-75.
        pub turn_relay_ip: Ipv4OrEmpty = "TurnRelayIP" | "TurnRealyIP" [absent E-75],
        /// TCP port of the relay that accepts RTSP; 0 when there is no relay (`TurnServer Relay 监听 RTSP 端口`).
        /// E-75.
        pub rtsp_turn_relay_port: Port = "RtspTurnRelayPort" [absent E-75],
        /// Network the device is on (`设备使用网络类型`).
        pub net_type: NetType = "NetType",
        /// NAT in front of the device, found with the STUN server (`网关类型`); E-79.
        pub nat_type: NatType = "NatType" [missing E-79],
    }
}

crate::message! {
    /// `LOGIN_RES`: the answer, platform → device.
    pub struct LoginResponse = "LOGIN_RES" {
        /// Result code (`结果`) and, on success, the content; E-12, E-51.
        pub outcome: Outcome<LoginResult, CloudAccount> = "Result",
        /// Device id (`设备唯一识别码`); E-22.
        pub dev_id: DevId = "DevID" [absent E-22] => outcome,
        /// Time of the platform, a reference for the clock of the device (`时间戳`); E-13, E-14.
        pub time: ReferenceTime = "Time" [absent E-14],
    }
}

crate::group! {
    /// The account for cloud storage; all empty and the space 0 when the device has none (E-77).
    pub struct CloudAccount {
        /// URL of the cloud storage; empty when the device has none (`天翼云存储认证 URL`). E-47, E-78.
        pub estore_url: UrlOrEmpty = "EURL" [missing E-77],
        /// Access key (AK) of the cloud storage (`天翼云存储 AK`); E-78.
        pub estore_access_key: Secret = "EAccount" [missing E-77],
        /// Secret key (SK) of the cloud storage (`天翼云存储 SK`); E-78.
        pub estore_secret_key: Secret = "EPassword" [missing E-77],
        /// Size of the cloud space in MB; 0 when the device has none (`天翼云存储空间大小`). E-77.
        pub estore_space: CloudSpace = "EStorageSpace" | "EStorgeSpace" [absent E-77, unit "MB"],
        /// Bucket for recordings (`天翼云存储录像 Bucket 名称`).
        pub estore_record_bucket: String = "ERecordBucket" [missing E-77],
        /// Bucket for pictures (`天翼云存储图片 Bucket 名称`).
        pub estore_picture_bucket: String = "EPictureBucket" [missing E-77],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    crate::golden!(request, LoginRequest, "canonical/LOGIN_REQ.xml");
    crate::golden!(response, LoginResponse, "canonical/LOGIN_RES.xml");
}
