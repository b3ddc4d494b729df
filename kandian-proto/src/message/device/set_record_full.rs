//! SET_RECORD_FULL_REQ / SET_RECORD_FULL_RES – 78H, platform → device: the platform switches recording around
//! the clock on or off for a channel (一键全天录像设置).
//!
//! Spec §7.5.28; E-133, E-135.
//!
//! The flag belongs to a channel and a storage medium (E-135).
//!
//! # How peers deviate
//!
//! - Both spellings of `StorageFlag` occur in all four recording-flag commands (E-133).

use crate::DevId;
use crate::value::{GenericResult, StorageFlag};

crate::message! {
    /// `SET_RECORD_FULL_REQ`: the request, platform → device.
    pub struct SetRecordFullRequest = "SET_RECORD_FULL_REQ" {
        /// Device id (`设备唯一识别码`); E-21.
        pub dev_id: DevId = "DevID",
        /// Channel, counted from 0 (`视频通道编号`); E-15.
        pub channel_no: u16 = "ChannelNo",
        /// Storage medium (`存储介质标志`); E-133, E-134.
        pub storage_flag: StorageFlag = "StorageFlag" | "StorgeFlag",
        /// Whether to record around the clock; otherwise by policy (`全天录像标志`). E-135.
        pub record_full: bool = "RecordFull",
    }
}

crate::message! {
    /// `SET_RECORD_FULL_RES`: the answer, device → platform.
    pub struct SetRecordFullResponse = "SET_RECORD_FULL_RES" {
        /// Result code (`结果`).
        pub result: GenericResult = "Result",
        /// Device id (`设备唯一识别码`); E-22.
        pub dev_id: DevId = "DevID" [absent E-22],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    crate::golden!(request, SetRecordFullRequest, "canonical/SET_RECORD_FULL_REQ.xml");
    crate::golden!(response, SetRecordFullResponse, "canonical/SET_RECORD_FULL_RES.xml");
}
