//! GET_ALARM_REQ / GET_ALARM_RES – 7DH, platform → device: the platform asks whether an alarm source is armed
//! (设备报警开关查询).
//!
//! Spec §7.5.33; E-143.
//!
//! # How peers deviate
//!
//! - Recorders do not answer at all.

use crate::value::{AlarmType, GenericResult};
use crate::{DevId, Outcome};

crate::message! {
    /// `GET_ALARM_REQ`: the request, platform → device.
    pub struct GetAlarmRequest = "GET_ALARM_REQ" {
        /// Device id (`设备唯一识别码`); E-21.
        pub dev_id: DevId = "DevID",
        /// Channel, counted from 0 (`视频通道编号`); E-15.
        pub channel_no: u16 = "ChannelNo",
        /// Source of the alarm (`报警类型`); E-142.
        pub alarm_type: AlarmType = "AlarmType",
        /// Number of the digital input, counted from 0; for alarm type 4 only (`DIDO 告警通道号`). E-84, E-138.
        pub dido_no: Option<u16> = "DIDONo" [only_if alarm_type is AlarmType::DIGITAL_INPUT, E-138],
    }
}

crate::message! {
    /// `GET_ALARM_RES`: the answer, device → platform.
    pub struct GetAlarmResponse = "GET_ALARM_RES" {
        /// Result code (`结果`) and, on success, the content; E-12.
        pub outcome: Outcome<GenericResult, AlarmState> = "Result",
        /// Device id (`设备唯一识别码`); E-22.
        pub dev_id: DevId = "DevID" [absent E-22] => outcome,
    }
}

crate::group! {
    /// Whether an alarm source is armed.
    pub struct AlarmState {
        /// Whether the source is armed (1) or disarmed (0) (`布防/撤防`).
        pub alarm_flag: bool = "AlarmFlag",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    crate::golden!(request, GetAlarmRequest, "canonical/GET_ALARM_REQ.xml");
    crate::golden!(response, GetAlarmResponse, "canonical/GET_ALARM_RES.xml");
}
