//! ADDRESS_REPORT_REQ / ADDRESS_REPORT_RES – HTTP POST, province platform → group platform: a province
//! platform reports its entry addresses and learns where its users download the clients (地址信息上报).
//!
//! Spec §6.1; E-38, E-39.
//!
//! Sent at start, after every change and once a day (E-39). `DevUrl` is what devices get as `LcmsUrl` from
//! the redirect, `McuUrl` what clients find in the list of platforms.

use crate::value::{AddressReportResult, Url};
use crate::{Outcome, Secret};

crate::message! {
    /// `ADDRESS_REPORT_REQ`: the request, province platform → group platform.
    pub struct AddressReportRequest = "ADDRESS_REPORT_REQ" {
        /// Province: the first four digits of the six of GB/T 2260 (`省域编号`).
        pub province_no: String = "ProvinceNo",
        /// Number of the province platform: two digits, such as `01` (`省平台编号`).
        pub cms_no: String = "CmsNo",
        /// Access password, given by the group (`接入密码`); E-166.
        pub cms_password: Secret = "CmsPassword",
        /// Version of the platform, `1.0`; which clients are offered depends on it (`平台版本`). E-41.
        pub cms_ver: String = "CmsVer",
        /// Entry URL for clients (`手机客户端接入地址`); E-39.
        pub mcu_url: Url = "McuUrl",
        /// Registration URL for devices (`设备注册地址`); E-39.
        pub dev_url: Url = "DevUrl",
    }
}

crate::message! {
    /// `ADDRESS_REPORT_RES`: the answer, group platform → province platform.
    pub struct AddressReportResponse = "ADDRESS_REPORT_RES" {
        /// Result code (`结果`) and, on success, the content; E-12, E-42.
        pub outcome: Outcome<AddressReportResult, ClientDownloads> = "Result" => outcome,
    }
}

crate::group! {
    /// Where users download the clients. The province platform passes the URLs on, by SMS or as a QR code,
    /// and downloads nothing.
    pub struct ClientDownloads {
        /// Where to download the Android client (`MCU_Android 客户端下载地址`).
        pub mcu_android_url: Url = "McuAndroidUrl",
        /// Current version of the Android client (`MCU_Android 客户端当前版本`).
        pub mcu_android_ver: String = "McuAndroidVer",
        /// Where to download the iOS client (`MCU_Ios 客户端下载地址`).
        pub mcu_ios_url: Url = "McuIosUrl",
        /// Current version of the iOS client (`MCU_Ios 客户端当前版本`).
        pub mcu_ios_ver: String = "McuIosVer",
        /// Where to download the Windows client (`MCU_Win 客户端下载地址`).
        pub mcu_win_url: Url = "McuWinUrl",
        /// Current version of the Windows client (`MCU_Win 客户端当前版本`).
        pub mcu_win_ver: String = "McuWinVer",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    crate::golden!(request, AddressReportRequest, "canonical/ADDRESS_REPORT_REQ.xml");
    crate::golden!(response, AddressReportResponse, "canonical/ADDRESS_REPORT_RES.xml");
}
