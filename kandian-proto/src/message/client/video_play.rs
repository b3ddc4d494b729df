//! MCU_VIDEO_PLAY_REQ / MCU_VIDEO_PLAY_RES – SOAP, client → platform: a client asks for the URLs of a live
//! view (MCU 视频监控请求).
//!
//! Spec §8.7; E-92, E-95, E-151, E-157.
//!
//! Each URL carries a token of its own (E-92). A client tries them in order: local network, UPnP mapping,
//! TURN relay.

use crate::value::{Host, McuDeviceOpResult, NatType, Port, StreamType, UrlOrEmpty};
use crate::{DevId, Outcome, Secret};

crate::message! {
    /// `MCU_VIDEO_PLAY_REQ`: the request, client → platform.
    pub struct VideoPlayRequest = "MCU_VIDEO_PLAY_REQ" {
        /// User account: the mobile number.
        pub account: String = "Account",
        /// Session from the login (`认证成功后的session`); E-153.
        pub login_session: Secret = "LoginSession",
        /// Device id (`设备唯一识别码`); E-21.
        pub dev_id: DevId = "DevID",
        /// Channel, counted from 0 (`视频通道编号`); E-15.
        pub channel_no: u16 = "ChannelNo",
        /// Stream (`流类型`).
        pub stream_type: StreamType = "StreamType",
    }
}

crate::message! {
    /// `MCU_VIDEO_PLAY_RES`: the answer, platform → client.
    pub struct VideoPlayResponse = "MCU_VIDEO_PLAY_RES" {
        /// Result code (`结果`) and, on success, the content; E-12.
        pub outcome: Outcome<McuDeviceOpResult, PlayUrls> = "Result" => outcome,
    }
}

crate::group! {
    /// How to reach the stream of a camera.
    pub struct PlayUrls {
        /// URL in the local network; empty when client and device are not in the same one (`地址`). E-92,
        /// E-162, E-186.
        pub local_play_url: UrlOrEmpty = "LocalPlayUrl" [absent E-162],
        /// URL on the mapped port of the gateway; empty when it cannot be reached (`地址`). E-92, E-162, E-187.
        pub upnp_play_url: UrlOrEmpty = "UpnpPlayUrl" [absent E-162],
        /// URL on the TURN relay; empty when there is no relay (`地址`). E-92, E-162.
        pub turn_play_url: UrlOrEmpty = "TurnPlayUrl" [absent E-162],
        /// STUN server for the client's binding request (`Stun 服务器地址`).
        pub stun_ip: Host = "StunIP",
        /// UDP port of the STUN server (`Stun 服务器端口`).
        pub stun_port: Port = "StunPort",
        /// NAT in front of the device, as it reported at login (`网关类型`); E-161.
        pub nat_type: NatType = "NatType" [missing E-79],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    crate::golden!(request, VideoPlayRequest, "canonical/MCU_VIDEO_PLAY_REQ.xml");
    crate::golden!(response, VideoPlayResponse, "canonical/MCU_VIDEO_PLAY_RES.xml");
}
