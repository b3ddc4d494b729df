//! MCU_GET_ALARM_REQ / MCU_GET_ALARM_RES – SOAP, client → platform: a client asks whether an alarm source is
//! armed (报警开关查询).
//!
//! Spec §8.16; E-151, E-157.
//!
//! Relayed as 7DH.

use crate::message::device::AlarmState;
use crate::value::{AlarmType, McuDeviceOpResult};
use crate::{DevId, Outcome, Secret};

crate::message! {
    /// `MCU_GET_ALARM_REQ`: the request, client → platform.
    pub struct GetAlarmRequest = "MCU_GET_ALARM_REQ" {
        /// User account: the mobile number.
        pub account: String = "Account",
        /// Session from the login (`认证成功后的session`); E-153.
        pub login_session: Secret = "LoginSession",
        /// Device id (`设备唯一识别码`); E-21.
        pub dev_id: DevId = "DevID",
        /// Channel, counted from 0 (`视频通道编号`); E-15.
        pub channel_no: u16 = "ChannelNo",
        /// Source of the alarm (`报警类型`); E-142.
        pub alarm_type: AlarmType = "AlarmType",
        /// Number of the digital input, counted from 0; for alarm type 4 only (`DIDO 通道号`). E-84, E-138.
        pub dido_no: Option<u16> = "DIDONo" [only_if alarm_type is AlarmType::DIGITAL_INPUT, E-138],
    }
}

crate::message! {
    /// `MCU_GET_ALARM_RES`: the answer, platform → client.
    pub struct GetAlarmResponse = "MCU_GET_ALARM_RES" {
        /// Result code (`结果`) and, on success, the content; E-12.
        pub outcome: Outcome<McuDeviceOpResult, AlarmState> = "Result" => outcome,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    crate::golden!(request, GetAlarmRequest, "canonical/MCU_GET_ALARM_REQ.xml");
    crate::golden!(response, GetAlarmResponse, "canonical/MCU_GET_ALARM_RES.xml");
}
