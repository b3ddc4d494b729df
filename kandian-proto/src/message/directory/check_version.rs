//! MCU_CHECK_VERSION_REQ / MCU_CHECK_VERSION_RES – SOAP, client → group platform: an Android client asks
//! whether there is a newer version of itself (手机客户端升级检查).
//!
//! Spec §9.1a; E-18, E-151, E-169.
//!
//! The specification names the province platform here; the peer is the group platform (E-169). It numbers two
//! sections 9.1; this is the first (E-18).

use crate::value::{ClientUpgradeResult, Url};

crate::message! {
    /// `MCU_CHECK_VERSION_REQ`: the request, client → group platform.
    pub struct CheckVersionRequest = "MCU_CHECK_VERSION_REQ" {
        /// Mobile number, which is the account (`手机号`).
        pub mobile_tel: String = "MobileTel",
        /// Entry URL of the platform in use (`平台接入地址`).
        pub cms_url: Url = "CmsUrl",
        /// Name of the platform in use (`平台名称`).
        pub cms_name: String = "CmsName",
        /// Version of the client (`客户端版本`); E-09, E-165.
        pub version: String = "Version",
    }
}

crate::message! {
    /// `MCU_CHECK_VERSION_RES`: the answer, group platform → client.
    pub struct CheckVersionResponse = "MCU_CHECK_VERSION_RES" {
        /// Result code (`结果`); E-171.
        pub result: ClientUpgradeResult = "Result",
        /// Where to download a newer client; present when the result is 1 (`客户端安装包升级下载地址`). E-155.
        pub update_url: Option<Url> = "UpdateUrl",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    crate::golden!(request, CheckVersionRequest, "canonical/MCU_CHECK_VERSION_REQ.xml");
    crate::golden!(response, CheckVersionResponse, "canonical/MCU_CHECK_VERSION_RES.xml");
}
