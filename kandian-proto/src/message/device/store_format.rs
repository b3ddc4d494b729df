//! STORE_FORMAT_REQ / STORE_FORMAT_RES – 80H, platform → device: the platform has a camera format its card
//! (本地存储格式化).
//!
//! Spec §7.5.37; E-147, E-148.
//!
//! A quick format; the camera answers afterwards, so the platform waits for 60 s (E-148). 0 is good again, 1
//! means "no medium" (E-147).
//!
//! # How peers deviate
//!
//! - Recorders implement the command as well, answer before they format, and send nothing while they do, not
//!   even heartbeats (E-148).

use crate::DevId;
use crate::value::StoreFormatResult;

crate::message! {
    /// `STORE_FORMAT_REQ`: the request, platform → device.
    pub struct StoreFormatRequest = "STORE_FORMAT_REQ" {
        /// Device id (`设备唯一识别码`); E-21.
        pub dev_id: DevId = "DevID",
    }
}

crate::message! {
    /// `STORE_FORMAT_RES`: the answer, device → platform.
    pub struct StoreFormatResponse = "STORE_FORMAT_RES" {
        /// Result code (`结果`); E-147.
        pub result: StoreFormatResult = "Result",
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

    crate::golden!(request, StoreFormatRequest, "canonical/STORE_FORMAT_REQ.xml");
    crate::golden!(response, StoreFormatResponse, "canonical/STORE_FORMAT_RES.xml");
}
