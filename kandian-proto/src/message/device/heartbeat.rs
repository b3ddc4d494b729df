//! HEARTBEAT_REQ / HEARTBEAT_RES – 33H, device → platform: link check, the heartbeat (链路检测).
//!
//! Spec §7.5.3; E-03, E-10, E-59, E-75, E-85, E-86.
//!
//! Every 120 s; three in a row without an answer and the device starts over. A platform closes the link after
//! 360 s without one (E-59). A change of an address or port is reported at once by an extra heartbeat (E-86).
//! The answer has no result (E-10).
//!
//! # How peers deviate
//!
//! - After a miss, one firmware repeats the heartbeat every 10 s and gives up after the fourth (E-59).
//! - The TURN elements are missing where the printed table was followed: the relay known from login stays
//!   (E-85). An empty `TurnRelayIP` means that there is none (E-75).
//! - Wrong end tags and the spellings `UpnpPort`, `LocalPort`, `TurnRealyIP` occur as in the login (E-03).

use crate::DevId;
use crate::time::ReferenceTime;
use crate::value::{Ipv4OrEmpty, OrUnchanged, Port};

crate::message! {
    /// `HEARTBEAT_REQ`: the request, device → platform.
    pub struct HeartbeatRequest = "HEARTBEAT_REQ" {
        /// Device id (`设备唯一识别码`); E-21.
        pub dev_id: DevId = "DevID",
        /// Number of streams that the device is sending (`当前视频上传路数`).
        pub cur_video_num: u16 = "CurVideoNum",
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
        /// (`TurnServer 服务器 Relay 地址`). E-03, E-75, E-85.
        pub turn_relay_ip: OrUnchanged<Ipv4OrEmpty> = "TurnRelayIP" | "TurnRealyIP" [absent E-85],
        /// TCP port of the relay that accepts RTSP; 0 when there is no relay (`TurnServer Relay 监听 RTSP 端口`).
        /// E-75, E-85.
        pub rtsp_turn_relay_port: OrUnchanged<Port> = "RtspTurnRelayPort" [absent E-85],
    }
}

crate::message! {
    /// `HEARTBEAT_RES`: the answer, platform → device.
    pub struct HeartbeatResponse = "HEARTBEAT_RES" {
        /// Device id (`设备唯一识别码`); E-22.
        pub dev_id: DevId = "DevID" [absent E-22],
        /// Time of the platform, a reference for the clock of the device (`时间戳`); E-13, E-14.
        pub time: ReferenceTime = "Time" [absent E-14],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    crate::golden!(request, HeartbeatRequest, "canonical/HEARTBEAT_REQ.xml");
    crate::golden!(response, HeartbeatResponse, "canonical/HEARTBEAT_RES.xml");
}
