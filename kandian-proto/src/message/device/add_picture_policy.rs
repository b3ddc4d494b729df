//! ADD_PICTURE_POLICY_REQ / ADD_PICTURE_POLICY_RES – 75H, platform → device: the platform adds daily snapshot
//! policies (存储图片策略添加).
//!
//! Spec §7.5.24; E-113, E-117, E-122, E-123.
//!
//! Snapshots for FTP are single: interval 0 and equal times. Those for the cloud repeat: an interval of at
//! least 1 s and a start before the end (E-122). The policies hold on every day (E-123); all entries are
//! added or none (E-117).
//!
//! # How peers deviate
//!
//! - Recorders do not answer at all. One camera keeps three entries (E-123).

use crate::DevId;
use crate::time::ClockTime;
use crate::value::{GenericResult, PictureStoreType};

crate::message! {
    /// `ADD_PICTURE_POLICY_REQ`: the request, platform → device.
    pub struct AddPicturePolicyRequest = "ADD_PICTURE_POLICY_REQ" {
        /// Device id (`设备唯一识别码`); E-21.
        pub dev_id: DevId = "DevID",
        /// Channel, counted from 0 (`视频通道编号`); E-15.
        pub channel_no: u16 = "ChannelNo",
        /// Where the pictures go (`图片存储位置`); E-120.
        pub store_type: PictureStoreType = "StoreType",
        /// Policies to add (`日策略`); E-05, E-123.
        pub day_policies: Vec<DayPolicy> = "DayPolicy" [at_least 1],
    }
}

crate::message! {
    /// `ADD_PICTURE_POLICY_RES`: the answer, device → platform.
    pub struct AddPicturePolicyResponse = "ADD_PICTURE_POLICY_RES" {
        /// Result code (`结果`).
        pub result: GenericResult = "Result",
        /// Device id (`设备唯一识别码`); E-22.
        pub dev_id: DevId = "DevID" [absent E-22],
    }
}

crate::group! {
    /// A period of every day in which to take snapshots (E-122, E-123).
    pub struct DayPolicy {
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

    crate::golden!(request, AddPicturePolicyRequest, "canonical/ADD_PICTURE_POLICY_REQ.xml");
    crate::golden!(response, AddPicturePolicyResponse, "canonical/ADD_PICTURE_POLICY_RES.xml");
}
