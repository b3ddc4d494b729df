//! ESTORE_ACTIVATE_REQ / ESTORE_ACTIVATE_RES – 81H, platform → device: the platform stops or restarts storing
//! to the cloud (云存储启动/停止开关).
//!
//! Spec §7.5.38; E-48, E-149.
//!
//! Sent when the space is full or free again and the camera does not overwrite (E-48). Stops recordings and
//! pictures alike and survives a reboot (E-149).
//!
//! # How peers deviate
//!
//! - Recorders do not answer at all.

use crate::DevId;
use crate::value::GenericResult;

crate::message! {
    /// `ESTORE_ACTIVATE_REQ`: the request, platform → device.
    pub struct EstoreActivateRequest = "ESTORE_ACTIVATE_REQ" {
        /// Device id (`设备唯一识别码`); E-21.
        pub dev_id: DevId = "DevID",
        /// Whether cloud storage runs by its policies (1, the factory default) or stops (0) (`停止云存储/启动云存储`);
        /// E-149.
        pub active: bool = "Flag",
    }
}

crate::message! {
    /// `ESTORE_ACTIVATE_RES`: the answer, device → platform.
    pub struct EstoreActivateResponse = "ESTORE_ACTIVATE_RES" {
        /// Result code (`结果`).
        pub result: GenericResult = "Result",
        /// Device id (`设备唯一识别码`); E-22.
        pub dev_id: DevId = "DevID" [absent E-22],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    crate::golden!(request, EstoreActivateRequest, "canonical/ESTORE_ACTIVATE_REQ.xml");
    crate::golden!(response, EstoreActivateResponse, "canonical/ESTORE_ACTIVATE_RES.xml");
}
