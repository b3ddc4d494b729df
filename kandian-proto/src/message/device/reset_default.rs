//! RESET_DEFAULT_REQ / RESET_DEFAULT_RES – 82H, platform → device: the platform resets a device to factory
//! settings (设备参数恢复出厂设置).
//!
//! Spec §7.5.39; E-30, E-150.
//!
//! Sent when a user removes a device that is online. The device answers first, for it loses its network
//! settings, its policies and the saved province address; recordings stay (E-150).
//!
//! # How peers deviate
//!
//! - Recorders do not answer at all.

use crate::DevId;
use crate::value::GenericResult;

crate::message! {
    /// `RESET_DEFAULT_REQ`: the request, platform → device.
    pub struct ResetDefaultRequest = "RESET_DEFAULT_REQ" {
        /// Device id (`设备唯一识别码`); E-21.
        pub dev_id: DevId = "DevID",
    }
}

crate::message! {
    /// `RESET_DEFAULT_RES`: the answer, device → platform.
    pub struct ResetDefaultResponse = "RESET_DEFAULT_RES" {
        /// Result code (`结果`).
        pub result: GenericResult = "Result",
        /// Device id (`设备唯一识别码`); E-22.
        pub dev_id: DevId = "DevID" [absent E-22],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    crate::golden!(request, ResetDefaultRequest, "canonical/RESET_DEFAULT_REQ.xml");
    crate::golden!(response, ResetDefaultResponse, "canonical/RESET_DEFAULT_RES.xml");
}
