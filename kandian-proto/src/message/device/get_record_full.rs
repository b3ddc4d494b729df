//! GET_RECORD_FULL_REQ / GET_RECORD_FULL_RES – 79H, platform → device: the platform asks whether a channel
//! records around the clock (一键全天录像查询).
//!
//! Spec §7.5.29; E-133.
//!
//! The misspelt `StorgeFlag` is the name here: sample and table agree on it (E-133).
//!
//! # How peers deviate
//!
//! - One recorder reads only that spelling and without it answers for channel 0.

use crate::value::{GenericResult, StorageFlag};
use crate::{DevId, Outcome};

crate::message! {
    /// `GET_RECORD_FULL_REQ`: the request, platform → device.
    pub struct GetRecordFullRequest = "GET_RECORD_FULL_REQ" {
        /// Device id (`设备唯一识别码`); E-21.
        pub dev_id: DevId = "DevID",
        /// Channel, counted from 0 (`视频通道编号`); E-15.
        pub channel_no: u16 = "ChannelNo",
        /// Storage medium (`存储介质标志`); E-133, E-134.
        pub storage_flag: StorageFlag = "StorgeFlag" | "StorageFlag",
    }
}

crate::message! {
    /// `GET_RECORD_FULL_RES`: the answer, device → platform.
    pub struct GetRecordFullResponse = "GET_RECORD_FULL_RES" {
        /// Result code (`结果`) and, on success, the content; E-12.
        pub outcome: Outcome<GenericResult, RecordFullState> = "Result",
        /// Device id (`设备唯一识别码`); E-22.
        pub dev_id: DevId = "DevID" [absent E-22] => outcome,
    }
}

crate::group! {
    /// Whether a channel records around the clock.
    pub struct RecordFullState {
        /// Whether the channel records around the clock; otherwise by policy (`全天录像标志`). E-135.
        pub record_full: bool = "RecordFull",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    crate::golden!(request, GetRecordFullRequest, "canonical/GET_RECORD_FULL_REQ.xml");
    crate::golden!(response, GetRecordFullResponse, "canonical/GET_RECORD_FULL_RES.xml");
}
