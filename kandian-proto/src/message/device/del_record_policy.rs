//! DEL_RECORD_POLICY_REQ / DEL_RECORD_POLICY_RES – 69H, platform → device: the platform deletes one recording
//! policy (存储录像策略删除).
//!
//! Spec §7.5.15; E-114.
//!
//! A recording that the policy has started ends. Channel and id together name the policy (E-114).
//!
//! # How peers deviate
//!
//! - Some devices answer 0 also when nothing matched.

use crate::DevId;
use crate::value::{GenericResult, PolicyId};

crate::message! {
    /// `DEL_RECORD_POLICY_REQ`: the request, platform → device.
    pub struct DelRecordPolicyRequest = "DEL_RECORD_POLICY_REQ" {
        /// Device id (`设备唯一识别码`); E-21.
        pub dev_id: DevId = "DevID",
        /// Channel, counted from 0 (`视频通道编号`); E-15.
        pub channel_no: u16 = "ChannelNo",
        /// Id of the policy, assigned by the device. Text to be handed back, usually a number; unique
        /// together with the channel (`策略 ID`). E-114.
        pub policy_id: PolicyId = "PolicyID",
    }
}

crate::message! {
    /// `DEL_RECORD_POLICY_RES`: the answer, device → platform.
    pub struct DelRecordPolicyResponse = "DEL_RECORD_POLICY_RES" {
        /// Result code (`结果`).
        pub result: GenericResult = "Result",
        /// Device id (`设备唯一识别码`); E-22.
        pub dev_id: DevId = "DevID" [absent E-22],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    crate::golden!(request, DelRecordPolicyRequest, "canonical/DEL_RECORD_POLICY_REQ.xml");
    crate::golden!(response, DelRecordPolicyResponse, "canonical/DEL_RECORD_POLICY_RES.xml");
}
