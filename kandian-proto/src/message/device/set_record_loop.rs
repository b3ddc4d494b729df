//! SET_RECORD_LOOP_REQ / SET_RECORD_LOOP_RES – 7AH, platform → device: the platform tells a device whether to
//! overwrite its oldest recordings (循环录像标识设置).
//!
//! Spec §7.5.30; E-135.
//!
//! The flag belongs to the device and a storage medium (E-135).

use crate::DevId;
use crate::value::{GenericResult, StorageFlag};

crate::message! {
    /// `SET_RECORD_LOOP_REQ`: the request, platform → device.
    pub struct SetRecordLoopRequest = "SET_RECORD_LOOP_REQ" {
        /// Device id (`设备唯一识别码`); E-21.
        pub dev_id: DevId = "DevID",
        /// Whether the oldest recordings are overwritten; otherwise recording stops when the medium is full
        /// (`是否循环录像`). E-135.
        pub record_loop: bool = "RecordLoop",
        /// Storage medium (`存储介质标志`); E-133, E-134.
        pub storage_flag: StorageFlag = "StorageFlag" | "StorgeFlag",
    }
}

crate::message! {
    /// `SET_RECORD_LOOP_RES`: the answer, device → platform.
    pub struct SetRecordLoopResponse = "SET_RECORD_LOOP_RES" {
        /// Result code (`结果`).
        pub result: GenericResult = "Result",
        /// Device id (`设备唯一识别码`); E-22.
        pub dev_id: DevId = "DevID" [absent E-22],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    crate::golden!(request, SetRecordLoopRequest, "canonical/SET_RECORD_LOOP_REQ.xml");
    crate::golden!(response, SetRecordLoopResponse, "canonical/SET_RECORD_LOOP_RES.xml");
}
