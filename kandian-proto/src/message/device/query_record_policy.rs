//! QUERY_RECORD_POLICY_REQ / QUERY_RECORD_POLICY_RES – 68H, platform → device: the platform queries the
//! recording policies of a channel (存储录像策略查询).
//!
//! Spec §7.5.14; E-114, E-119, E-121.
//!
//! # How peers deviate
//!
//! - Times without padding (`8:5`), stream type 0 and ids that repeat on every channel are common (E-114,
//!   E-119, E-121).
//! - A long list may be cut in the middle of an element, because the device filled a buffer of 4,096 bytes;
//!   such a document is an error.

use crate::time::ClockTime;
use crate::value::{GenericResult, PolicyId, PolicyStreamType, RecordStoreType, Weekday};
use crate::{DevId, Outcome};

crate::message! {
    /// `QUERY_RECORD_POLICY_REQ`: the request, platform → device.
    pub struct QueryRecordPolicyRequest = "QUERY_RECORD_POLICY_REQ" {
        /// Device id (`设备唯一识别码`); E-21.
        pub dev_id: DevId = "DevID",
        /// Channel, counted from 0 (`视频通道编号`); E-15.
        pub channel_no: u16 = "ChannelNo",
    }
}

crate::message! {
    /// `QUERY_RECORD_POLICY_RES`: the answer, device → platform.
    pub struct QueryRecordPolicyResponse = "QUERY_RECORD_POLICY_RES" {
        /// Result code (`结果`) and, on success, the content; E-12.
        pub outcome: Outcome<GenericResult, RecordPolicies> = "Result",
        /// Device id (`设备唯一识别码`); E-22.
        pub dev_id: DevId = "DevID" [absent E-22] => outcome,
    }
}

crate::group! {
    /// The recording policies of a channel.
    pub struct RecordPolicies {
        /// Policies of the channel (`周策略`); E-05, E-115, E-116.
        pub week_policies: Vec<StoredWeekPolicy> = "WeekPolicy",
    }
}

crate::group! {
    /// A recording policy as the device holds it: a [`WeekPolicy`](super::WeekPolicy) with its id.
    pub struct StoredWeekPolicy {
        /// Id of the policy, assigned by the device. Text to be handed back, usually a number; unique
        /// together with the channel (`策略 ID`). E-114.
        pub policy_id: PolicyId = "PolicyID",
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

    crate::golden!(request, QueryRecordPolicyRequest, "canonical/QUERY_RECORD_POLICY_REQ.xml");
    crate::golden!(response, QueryRecordPolicyResponse, "canonical/QUERY_RECORD_POLICY_RES.xml");
}
