//! STORE_QUERY_REQ / STORE_QUERY_RES – 7FH, platform → device: the platform asks for the state of card or
//! disk (本地存储状态查询).
//!
//! Spec §7.5.36; E-146.
//!
//! **Result 1 is good and 0 means "no medium"** (E-146). The sizes are always sent, as 0 without a usable
//! medium.

use crate::DevId;
use crate::value::StoreQueryResult;

crate::message! {
    /// `STORE_QUERY_REQ`: the request, platform → device.
    pub struct StoreQueryRequest = "STORE_QUERY_REQ" {
        /// Device id (`设备唯一识别码`); E-21.
        pub dev_id: DevId = "DevID",
    }
}

crate::message! {
    /// `STORE_QUERY_RES`: the answer, device → platform.
    pub struct StoreQueryResponse = "STORE_QUERY_RES" {
        /// Result code (`结果`); E-146.
        pub result: StoreQueryResult = "Result",
        /// Device id (`设备唯一识别码`); E-22.
        pub dev_id: DevId = "DevID" [absent E-22],
        /// Size of the medium in MB; 0 when there is none (`总空间大小`). E-12.
        pub total_size: u64 = "TotalSize" [absent E-12, unit "MB"],
        /// Free space in MB; 0 when there is no medium (`剩余空间大小`). E-12.
        pub free_size: u64 = "FreeSize" [absent E-12, unit "MB"],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    crate::golden!(request, StoreQueryRequest, "canonical/STORE_QUERY_REQ.xml");
    crate::golden!(response, StoreQueryResponse, "canonical/STORE_QUERY_RES.xml");
}
