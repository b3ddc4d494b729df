//! MCU_QUERY_CMS_REQ / MCU_QUERY_CMS_RES – SOAP, client → group platform: a client asks for the province
//! platforms (平台列表查询).
//!
//! Spec §9.1b; E-10, E-18, E-151, E-169, E-170.
//!
//! The list fills the drop-down list of the login screen (E-170). It has no result (E-10). The second of the
//! two sections numbered 9.1 (E-18).

use crate::value::Url;

crate::message! {
    /// `MCU_QUERY_CMS_REQ`: the request, client → group platform.
    pub struct QueryCmsRequest = "MCU_QUERY_CMS_REQ" {
        /// Version of the client (`客户端版本`); E-09, E-165.
        pub version: String = "Version",
    }
}

crate::message! {
    /// `MCU_QUERY_CMS_RES`: the answer, group platform → client.
    pub struct QueryCmsResponse = "MCU_QUERY_CMS_RES" {
        /// Province platforms (`省平台列表`); E-152.
        pub platforms: Vec<Platform> = "Cms",
    }
}

crate::group! {
    /// A province platform.
    pub struct Platform {
        /// Name of the platform (`平台名称`).
        pub cms_name: String = "CmsName",
        /// Entry URL for clients (`平台接入地址`); E-39.
        pub cms_url: Url = "CmsUrl",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    crate::golden!(request, QueryCmsRequest, "canonical/MCU_QUERY_CMS_REQ.xml");
    crate::golden!(response, QueryCmsResponse, "canonical/MCU_QUERY_CMS_RES.xml");
}
