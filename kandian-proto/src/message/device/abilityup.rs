//! ABILITYUP_REQ / ABILITYUP_RES – 32H, device → platform: a device reports what it can do (能力上报).
//!
//! Spec §7.5.2; E-10, E-80, E-81.
//!
//! Sent right after every successful login and again whenever something changes, for instance when a card is
//! inserted (E-80). The answer has no result: receiving it is the acknowledgement (E-10).
//!
//! # How peers deviate
//!
//! - A recorder sends `Video` and `Onvif` groups although they are meant for cameras (E-81); several `Video`
//!   with the same stream are a list.
//! - `LocalStoreFlag` may change between two reports for no reason; the last one counts, and the storage
//!   query (7FH) decides.

use crate::time::ReferenceTime;
use crate::value::{FrameSize, LocalStoreFlag, Port, StreamType};
use crate::{DevId, Secret};

crate::message! {
    /// `ABILITYUP_REQ`: the request, device → platform.
    pub struct AbilityUpRequest = "ABILITYUP_REQ" {
        /// Device id (`设备唯一识别码`); E-21.
        pub dev_id: DevId = "DevID",
        /// Number of video channels (`视频通道数`).
        pub channel_num: u16 = "ChannelNum",
        /// Whether the camera can be turned (`云台标志`); E-82.
        pub ptz_flag: bool = "PTZFlag" | "PtzFlag" [absent E-82],
        /// Whether the device can store to the cloud (`天翼云标志`); E-82.
        pub estore_flag: bool = "EStoreFlag" [absent E-82],
        /// State of local storage (`本地存储状态`); E-83.
        pub local_store_flag: LocalStoreFlag = "LocalStoreFlag" [missing E-83],
        /// Whether motion is detected (`移动侦测`); E-82.
        pub motion_detection_flag: bool = "MotionDetectionFlag" [absent E-82],
        /// Whether there is an infrared sensor (`人体红外探测`); E-82.
        pub infrared_detection_flag: bool = "InfraredDetectionFlag" [absent E-82],
        /// Whether there is a manual alarm: a button or a remote control (`手动报警`); E-82.
        pub manual_alarm_flag: bool = "ManualAlarmFlag" [absent E-82],
        /// Whether digital inputs raise alarms (`外部开关量报警`); E-82.
        pub dido_alarm_flag: bool = "DIDOAlarmFlag" [absent E-82],
        /// Number of digital inputs (`外部开关量数量`); E-06, E-84.
        pub dido_num: u16 = "DIDONum",
        /// Supported pairs of stream and resolution; they hold for all channels (`视频编码能力`). E-05, E-81.
        pub videos: Vec<Video> = "Video",
        /// ONVIF access; absent when the device offers none (`Onvif 访问信息`). E-81.
        pub onvif: Option<Onvif> = "Onvif",
    }
}

crate::message! {
    /// `ABILITYUP_RES`: the answer, platform → device.
    pub struct AbilityUpResponse = "ABILITYUP_RES" {
        /// Device id (`设备唯一识别码`); E-22.
        pub dev_id: DevId = "DevID" [absent E-22],
        /// Time of the platform, a reference for the clock of the device (`时间戳`); E-13, E-14.
        pub time: ReferenceTime = "Time" [absent E-14],
    }
}

crate::group! {
    /// A pair of stream and resolution that a device supports (E-81).
    pub struct Video {
        /// Stream (`流类型`).
        pub stream_type: StreamType = "StreamType",
        /// Resolution (`分辨率`); E-97.
        pub frame_size: FrameSize = "FrameSize",
    }
}

crate::group! {
    /// How to reach a device by ONVIF.
    pub struct Onvif {
        /// ONVIF port (`端口`).
        pub port: Port = "Port",
        /// ONVIF account (`账号`).
        pub account: String = "Account",
        /// ONVIF password (`密码`).
        pub password: Secret = "Password",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    crate::golden!(request, AbilityUpRequest, "canonical/ABILITYUP_REQ.xml");
    crate::golden!(response, AbilityUpResponse, "canonical/ABILITYUP_RES.xml");
}
