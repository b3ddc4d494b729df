//! GET_RECORD_LOOP_REQ / GET_RECORD_LOOP_RES – 7BH, platform → device: the platform asks whether a device
//! overwrites its oldest recordings (循环录像标识查询).
//!
//! Spec §7.5.31.

use crate::value::{GenericResult, StorageFlag};
use crate::{DevId, Outcome};

crate::message! {
    /// `GET_RECORD_LOOP_REQ`: the request, platform → device.
    pub struct GetRecordLoopRequest = "GET_RECORD_LOOP_REQ" {
        /// Device id (`设备唯一识别码`); E-21.
        pub dev_id: DevId = "DevID",
        /// Storage medium (`存储介质标志`); E-133, E-134.
        pub storage_flag: StorageFlag = "StorageFlag" | "StorgeFlag",
    }
}

crate::message! {
    /// `GET_RECORD_LOOP_RES`: the answer, device → platform.
    pub struct GetRecordLoopResponse = "GET_RECORD_LOOP_RES" {
        /// Result code (`结果`) and, on success, the content; E-12.
        pub outcome: Outcome<GenericResult, RecordLoopState> = "Result",
        /// Device id (`设备唯一识别码`); E-22.
        pub dev_id: DevId = "DevID" [absent E-22] => outcome,
    }
}

crate::group! {
    /// Whether a device overwrites its oldest recordings.
    pub struct RecordLoopState {
        /// Whether the oldest recordings are overwritten; otherwise recording stops when the medium is full
        /// (`是否循环录像`). E-135.
        pub record_loop: bool = "RecordLoop",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    crate::golden!(request, GetRecordLoopRequest, "canonical/GET_RECORD_LOOP_REQ.xml");
    crate::golden!(response, GetRecordLoopResponse, "canonical/GET_RECORD_LOOP_RES.xml");
}
