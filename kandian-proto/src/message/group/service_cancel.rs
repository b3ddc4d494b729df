//! SERVICE_CANCEL_REQ / SERVICE_CANCEL_RES – HTTP POST, province platform → group platform: a province
//! platform cancels a user's service (业务注销).
//!
//! Spec §6.4; E-34, E-38.
//!
//! This ends a user account. The devices stay with the province (E-34).

use crate::Secret;
use crate::value::ServiceCancelResult;

crate::message! {
    /// `SERVICE_CANCEL_REQ`: the request, province platform → group platform.
    pub struct ServiceCancelRequest = "SERVICE_CANCEL_REQ" {
        /// Province: the first four digits of the six of GB/T 2260 (`省域编号`).
        pub province_no: String = "ProvinceNo",
        /// Number of the province platform: two digits, such as `01` (`省平台编号`).
        pub cms_no: String = "CmsNo",
        /// Access password, given by the group (`接入密码`); E-166.
        pub cms_password: Secret = "CmsPassword",
        /// Mobile number, which is the account (`手机号`).
        pub mobile_tel: String = "MobileTel",
    }
}

crate::message! {
    /// `SERVICE_CANCEL_RES`: the answer, group platform → province platform.
    pub struct ServiceCancelResponse = "SERVICE_CANCEL_RES" {
        /// Result code (`结果`).
        pub result: ServiceCancelResult = "Result",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    crate::golden!(request, ServiceCancelRequest, "canonical/SERVICE_CANCEL_REQ.xml");
    crate::golden!(response, ServiceCancelResponse, "canonical/SERVICE_CANCEL_RES.xml");
}
