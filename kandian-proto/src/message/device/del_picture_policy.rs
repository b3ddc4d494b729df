//! DEL_PICTURE_POLICY_REQ / DEL_PICTURE_POLICY_RES – 77H, platform → device: the platform deletes one
//! snapshot policy (存储图片策略删除).
//!
//! Spec §7.5.26; E-114.
//!
//! Snapshots that the policy is taking end. Channel and id together name the policy (E-114).

use crate::DevId;
use crate::value::{GenericResult, PolicyId};

crate::message! {
    /// `DEL_PICTURE_POLICY_REQ`: the request, platform → device.
    pub struct DelPicturePolicyRequest = "DEL_PICTURE_POLICY_REQ" {
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
    /// `DEL_PICTURE_POLICY_RES`: the answer, device → platform.
    pub struct DelPicturePolicyResponse = "DEL_PICTURE_POLICY_RES" {
        /// Result code (`结果`).
        pub result: GenericResult = "Result",
        /// Device id (`设备唯一识别码`); E-22.
        pub dev_id: DevId = "DevID" [absent E-22],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    crate::golden!(request, DelPicturePolicyRequest, "canonical/DEL_PICTURE_POLICY_REQ.xml");
    crate::golden!(response, DelPicturePolicyResponse, "canonical/DEL_PICTURE_POLICY_RES.xml");
}
