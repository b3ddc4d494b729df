//! ALARM_NOTIFY_REQ / ALARM_NOTIFY_RES – 37H, device → platform: a camera reports an alarm (设备告警数据上报).
//!
//! Spec §7.5.34; E-87, E-136, E-137, E-139.
//!
//! The same alarm at most once in 60 s (E-136). The snapshot is uploaded first, for 10 s at most, so that its
//! name can be given (E-139). The message has no time; the platform takes the one in the file name or that of
//! receipt (E-137).
//!
//! # How peers deviate
//!
//! - `FileName` is left out by some devices, and the end of a motion alarm is reported as another alarm of
//!   type 1 with a text that says so.

use crate::DevId;
use crate::value::{AlarmType, GenericResult};

crate::message! {
    /// `ALARM_NOTIFY_REQ`: the request, device → platform.
    pub struct AlarmNotifyRequest = "ALARM_NOTIFY_REQ" {
        /// Device id (`设备唯一识别码`); E-21.
        pub dev_id: DevId = "DevID",
        /// Channel, counted from 0 (`视频通道编号`); E-15.
        pub channel_no: u16 = "ChannelNo",
        /// Source of the alarm (`报警类型`); E-142.
        pub alarm_type: AlarmType = "AlarmType",
        /// Description of the alarm (`设备告警描述信息`).
        pub alarm_desc: String = "AlarmDesc",
        /// Number of the digital input, counted from 0; for alarm type 4 only (`DIDO告警编号`). E-84, E-138.
        pub dido_no: Option<u16> = "DIDONo" [only_if alarm_type is AlarmType::DIGITAL_INPUT, E-138],
        /// Name of the snapshot on the FTP server, `DevID_ChannelNo_YYYYMMDDHHMMSS.JPG`; empty when there is
        /// none (`文件名`). E-44, E-137, E-139, E-141.
        pub file_name: String = "FileName" [absent E-139, without_blanks E-44],
    }
}

crate::message! {
    /// `ALARM_NOTIFY_RES`: the answer, platform → device.
    pub struct AlarmNotifyResponse = "ALARM_NOTIFY_RES" {
        /// Result code (`结果`).
        pub result: GenericResult = "Result",
        /// Device id (`设备唯一识别码`); E-22.
        pub dev_id: DevId = "DevID" [absent E-22],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    crate::golden!(request, AlarmNotifyRequest, "canonical/ALARM_NOTIFY_REQ.xml");
    crate::golden!(response, AlarmNotifyResponse, "canonical/ALARM_NOTIFY_RES.xml");
}
