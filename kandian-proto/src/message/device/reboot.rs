//! REBOOT_REQ / REBOOT_RES – 6CH, platform → device: the platform restarts a device (重启设备).
//!
//! Spec §7.5.16; E-29, E-30, E-71.
//!
//! The device answers first. A reboot keeps the province address, unlike a factory reset (E-30), and permits
//! one more request to the group platform (E-29).

use crate::DevId;
use crate::value::GenericResult;

crate::message! {
    /// `REBOOT_REQ`: the request, platform → device.
    pub struct RebootRequest = "REBOOT_REQ" {
        /// Device id (`设备唯一识别码`); E-21.
        pub dev_id: DevId = "DevID",
    }
}

crate::message! {
    /// `REBOOT_RES`: the answer, device → platform.
    pub struct RebootResponse = "REBOOT_RES" {
        /// Result code (`结果`).
        pub result: GenericResult = "Result",
        /// Device id (`设备唯一识别码`); E-22.
        pub dev_id: DevId = "DevID" [absent E-22],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    crate::golden!(request, RebootRequest, "canonical/REBOOT_REQ.xml");
    crate::golden!(response, RebootResponse, "canonical/REBOOT_RES.xml");
}
