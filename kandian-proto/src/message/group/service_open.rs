//! SERVICE_OPEN_REQ / SERVICE_OPEN_RES – HTTP POST, province platform → group platform: a province platform
//! opens the service for a user (业务开通).
//!
//! Spec §6.2; E-38, E-40.
//!
//! An account that exists in the same province is overwritten; one of another province is refused with 255
//! (E-40).

use crate::Secret;
use crate::value::ServiceOpenResult;

crate::message! {
    /// `SERVICE_OPEN_REQ`: the request, province platform → group platform.
    pub struct ServiceOpenRequest = "SERVICE_OPEN_REQ" {
        /// Province: the first four digits of the six of GB/T 2260 (`省域编号`).
        pub province_no: String = "ProvinceNo",
        /// Number of the province platform: two digits, such as `01` (`省平台编号`).
        pub cms_no: String = "CmsNo",
        /// Access password, given by the group (`接入密码`); E-166.
        pub cms_password: Secret = "CmsPassword",
        /// Mobile number, which is the account (`手机号`).
        pub mobile_tel: String = "MobileTel",
        /// Number of cameras subscribed (`监控点个数`); E-168.
        pub ipcam_num: u32 = "IpcamNum",
    }
}

crate::message! {
    /// `SERVICE_OPEN_RES`: the answer, group platform → province platform.
    pub struct ServiceOpenResponse = "SERVICE_OPEN_RES" {
        /// Result code (`结果`).
        pub result: ServiceOpenResult = "Result",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    crate::golden!(request, ServiceOpenRequest, "canonical/SERVICE_OPEN_REQ.xml");
    crate::golden!(response, ServiceOpenResponse, "canonical/SERVICE_OPEN_RES.xml");
}
