//! SET_ALARM_REQ / SET_ALARM_RES – 7CH, platform → device: the platform arms or disarms an alarm source of a
//! camera (设备报警开关设置).
//!
//! Spec §7.5.32; E-144.
//!
//! An armed alarm makes the camera record for at least 5 minutes, to its card or to the cloud (E-144).

use crate::DevId;
use crate::value::{AlarmType, GenericResult};

crate::message! {
    /// `SET_ALARM_REQ`: the request, platform → device.
    pub struct SetAlarmRequest = "SET_ALARM_REQ" {
        /// Device id (`设备唯一识别码`); E-21.
        pub dev_id: DevId = "DevID",
        /// Channel, counted from 0 (`视频通道编号`); E-15.
        pub channel_no: u16 = "ChannelNo",
        /// Source of the alarm (`报警类型`); E-142.
        pub alarm_type: AlarmType = "AlarmType",
        /// Whether to arm (1) or disarm (0) the source (`布防/撤防`).
        pub alarm_flag: bool = "AlarmFlag",
        /// Number of the digital input, counted from 0; for alarm type 4 only (`DIDO 告警通道号`). E-84, E-138.
        pub dido_no: Option<u16> = "DIDONo" [only_if alarm_type is AlarmType::DIGITAL_INPUT, E-138],
    }
}

crate::message! {
    /// `SET_ALARM_RES`: the answer, device → platform.
    pub struct SetAlarmResponse = "SET_ALARM_RES" {
        /// Result code (`结果`).
        pub result: GenericResult = "Result",
        /// Device id (`设备唯一识别码`); E-22.
        pub dev_id: DevId = "DevID" [absent E-22],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    crate::golden!(request, SetAlarmRequest, "canonical/SET_ALARM_REQ.xml");
    crate::golden!(response, SetAlarmResponse, "canonical/SET_ALARM_RES.xml");
}
