//! QUERY_PICTURE_POLICY_REQ / QUERY_PICTURE_POLICY_RES – 76H, platform → device: the platform queries the
//! snapshot policies of a channel (存储图片策略查询).
//!
//! Spec §7.5.25.

use crate::time::ClockTime;
use crate::value::{GenericResult, PictureStoreType, PolicyId};
use crate::{DevId, Outcome};

crate::message! {
    /// `QUERY_PICTURE_POLICY_REQ`: the request, platform → device.
    pub struct QueryPicturePolicyRequest = "QUERY_PICTURE_POLICY_REQ" {
        /// Device id (`设备唯一识别码`); E-21.
        pub dev_id: DevId = "DevID",
        /// Channel, counted from 0 (`视频通道编号`); E-15.
        pub channel_no: u16 = "ChannelNo",
        /// Where the pictures go (`图片存储位置`); E-120.
        pub store_type: PictureStoreType = "StoreType",
    }
}

crate::message! {
    /// `QUERY_PICTURE_POLICY_RES`: the answer, device → platform.
    pub struct QueryPicturePolicyResponse = "QUERY_PICTURE_POLICY_RES" {
        /// Result code (`结果`) and, on success, the content; E-12.
        pub outcome: Outcome<GenericResult, PicturePolicies> = "Result",
        /// Device id (`设备唯一识别码`); E-22.
        pub dev_id: DevId = "DevID" [absent E-22] => outcome,
    }
}

crate::group! {
    /// The snapshot policies of a channel.
    pub struct PicturePolicies {
        /// Policies of the channel (`日策略`); E-05, E-123.
        pub day_policies: Vec<StoredDayPolicy> = "DayPolicy",
    }
}

crate::group! {
    /// A snapshot policy as the device holds it: a [`DayPolicy`](super::DayPolicy) with its id.
    pub struct StoredDayPolicy {
        /// Id of the policy, assigned by the device. Text to be handed back, usually a number; unique
        /// together with the channel (`策略 ID`). E-114.
        pub policy_id: PolicyId = "PolicyID",
        /// Seconds between two snapshots; 0 for a single one (`间隔时间`). E-122.
        pub interval: u32 = "Interval" [unit "s"],
        /// Time of the first snapshot (`开始时间`); E-119.
        pub start_time: ClockTime = "StartTime",
        /// End of the period; the same as the start for FTP (`结束时间`). E-119, E-122.
        pub end_time: ClockTime = "EndTime",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    crate::golden!(request, QueryPicturePolicyRequest, "canonical/QUERY_PICTURE_POLICY_REQ.xml");
    crate::golden!(response, QueryPicturePolicyResponse, "canonical/QUERY_PICTURE_POLICY_RES.xml");
}
