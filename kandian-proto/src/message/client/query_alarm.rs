//! MCU_QUERY_ALARM_REQ / MCU_QUERY_ALARM_RES – SOAP, client → platform: a client lists stored alarms
//! (设备告警信息查询).
//!
//! Spec §8.19; E-151, E-163, E-164.
//!
//! Ten alarms per page. Empty `DevID`, `StartTime` and `EndTime` mean all devices, from the beginning, until
//! now (E-164).

use crate::time::{Timestamp, TimestampOrEmpty};
use crate::value::{AlarmType, McuDeviceOpResult, PageNo};
use crate::{DevIdOrAll, Outcome, Secret};

crate::message! {
    /// `MCU_QUERY_ALARM_REQ`: the request, client → platform.
    pub struct QueryAlarmRequest = "MCU_QUERY_ALARM_REQ" {
        /// User account: the mobile number.
        pub account: String = "Account",
        /// Session from the login (`认证成功后的session`); E-153.
        pub login_session: Secret = "LoginSession",
        /// Device id; empty for all devices of the account (`设备唯一识别码`). E-164.
        pub dev_id: DevIdOrAll = "DevID" [absent E-164],
        /// Channel, counted from 0; absent for all channels (`视频通道编号`). E-15, E-164.
        pub channel_no: Option<u16> = "ChannelNo",
        /// Start of the window; empty for the beginning of all records (`开始时间`). E-13, E-164.
        pub start_time: TimestampOrEmpty = "StartTime" [absent E-164],
        /// End of the window; empty for now (`结束时间`). E-164.
        pub end_time: TimestampOrEmpty = "EndTime" [absent E-164],
        /// Page, counted from 1; ten entries each (`页号`). E-132.
        pub page_no: PageNo = "PageNo" [absent E-132],
    }
}

crate::message! {
    /// `MCU_QUERY_ALARM_RES`: the answer, platform → client.
    pub struct QueryAlarmResponse = "MCU_QUERY_ALARM_RES" {
        /// Result code (`结果`) and, on success, the content; E-12.
        pub outcome: Outcome<McuDeviceOpResult, AlarmPage> = "Result" => outcome,
    }
}

crate::group! {
    /// One page of stored alarms.
    pub struct AlarmPage {
        /// Number of matching alarms on all pages (`总计录像条数`); E-163.
        pub total_alarm_num: u32 = "TotalAlarmNum",
        /// Alarms of this page (`告警记录信息`); E-152.
        pub alarms: Vec<Alarm> = "Alarm" [at_most 10],
    }
}

crate::group! {
    /// A stored alarm.
    pub struct Alarm {
        /// Name of the monitoring point (`设备名称`); E-163.
        pub dev_name: String = "DevName",
        /// Source of the alarm; this section calls type 3 紧急告警, emergency (`报警类型`). E-142.
        pub alarm_type: AlarmType = "AlarmType",
        /// Name of the digital input; empty for other alarms (`DIDO 通道号别名`). E-138.
        pub dido_name: String = "DIDONoName" [missing E-138],
        /// When the alarm was raised (`告警时间`); E-137.
        pub alarm_time: Timestamp = "AlarmTime",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    crate::golden!(request, QueryAlarmRequest, "canonical/MCU_QUERY_ALARM_REQ.xml");
    crate::golden!(response, QueryAlarmResponse, "canonical/MCU_QUERY_ALARM_RES.xml");
}
