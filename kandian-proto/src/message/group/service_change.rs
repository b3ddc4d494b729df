//! SERVICE_CHANGE_REQ / SERVICE_CHANGE_RES – HTTP POST, province platform → group platform: a province
//! platform changes how many cameras a user has subscribed to (业务变更).
//!
//! Spec §6.3; E-38.

use crate::Secret;
use crate::value::ServiceChangeResult;

crate::message! {
    /// `SERVICE_CHANGE_REQ`: the request, province platform → group platform.
    pub struct ServiceChangeRequest = "SERVICE_CHANGE_REQ" {
        /// Province: the first four digits of the six of GB/T 2260 (`省域编号`).
        pub province_no: String = "ProvinceNo",
        /// Number of the province platform: two digits, such as `01` (`省平台编号`).
        pub cms_no: String = "CmsNo",
        /// Access password, given by the group (`接入密码`); E-166.
        pub cms_password: Secret = "CmsPassword",
        /// Mobile number, which is the account (`手机号`).
        pub mobile_tel: String = "MobileTel",
        /// Number of cameras subscribed after the change (`监控点个数`); E-168.
        pub ipcam_num: u32 = "IpcamNum",
    }
}

crate::message! {
    /// `SERVICE_CHANGE_RES`: the answer, group platform → province platform.
    pub struct ServiceChangeResponse = "SERVICE_CHANGE_RES" {
        /// Result code (`结果`).
        pub result: ServiceChangeResult = "Result",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    crate::golden!(request, ServiceChangeRequest, "canonical/SERVICE_CHANGE_REQ.xml");
    crate::golden!(response, ServiceChangeResponse, "canonical/SERVICE_CHANGE_RES.xml");
}
