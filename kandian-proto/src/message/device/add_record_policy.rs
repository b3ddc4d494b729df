//! ADD_RECORD_POLICY_REQ / ADD_RECORD_POLICY_RES – 67H, platform → device: the platform adds weekly recording
//! policies (存储录像策略添加).
//!
//! Spec §7.5.13; E-46, E-63, E-113, E-115, E-116, E-117.
//!
//! At most four periods per channel and weekday (E-115); the platform checks for overlaps (E-116). All
//! entries are added or none (E-117). The answer does not return the ids the device assigned: query the
//! policies after a success (E-113).
//!
//! # How peers deviate
//!
//! - One firmware reads the first seven entries of a request and drops the rest without an error, and answers
//!   0 even for a channel it does not have. Send more than seven in several requests (E-63).

use crate::DevId;
use crate::time::ClockTime;
use crate::value::{GenericResult, PolicyStreamType, RecordStoreType, Weekday};

crate::message! {
    /// `ADD_RECORD_POLICY_REQ`: the request, platform → device.
    pub struct AddRecordPolicyRequest = "ADD_RECORD_POLICY_REQ" {
        /// Device id (`设备唯一识别码`); E-21.
        pub dev_id: DevId = "DevID",
        /// Channel, counted from 0 (`视频通道编号`); E-15.
        pub channel_no: u16 = "ChannelNo",
        /// Policies to add (`周策略`); E-05, E-115, E-116.
        pub week_policies: Vec<WeekPolicy> = "WeekPolicy" [at_least 1],
    }
}

crate::message! {
    /// `ADD_RECORD_POLICY_RES`: the answer, device → platform.
    pub struct AddRecordPolicyResponse = "ADD_RECORD_POLICY_RES" {
        /// Result code (`结果`).
        pub result: GenericResult = "Result",
        /// Device id (`设备唯一识别码`); E-22.
        pub dev_id: DevId = "DevID" [absent E-22],
    }
}

crate::group! {
    /// A period of a weekday in which to record: from the start up to the end, which is not included but for
    /// 23:59 (E-116, E-119).
    pub struct WeekPolicy {
        /// Where to store (`录像存储位置`); E-120, E-134.
        pub store_type: RecordStoreType = "StoreType" [absent E-120],
        /// Stream to record; recorders and the cloud have the main stream only (`码流类型`). E-121.
        pub stream_type: PolicyStreamType = "StreamType" [absent E-121],
        /// Day of the week, Monday first (`周几`); E-118.
        pub week: Weekday = "Week",
        /// Start (`开始时间`); E-119.
        pub start_time: ClockTime = "StartTime",
        /// End; 23:59 includes its minute (`结束时间`). E-116, E-119.
        pub end_time: ClockTime = "EndTime",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    crate::golden!(request, AddRecordPolicyRequest, "canonical/ADD_RECORD_POLICY_REQ.xml");
    crate::golden!(response, AddRecordPolicyResponse, "canonical/ADD_RECORD_POLICY_RES.xml");
}
