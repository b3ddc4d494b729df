//! SET_WIFI_REQ / SET_WIFI_RES – 63H, platform → device: the platform tells a camera which access point to
//! use (无线网络配置).
//!
//! Spec §7.5.9; E-08, E-89, E-105.
//!
//! The device answers at once, then connects and reports the outcome by an exception report (E-89). A wired
//! network has precedence.
//!
//! # How peers deviate
//!
//! - Recorders do not answer at all.
//! - Legacy firmware keeps the first word of a value only, so a name or password with a space cannot be set.

use crate::value::{GenericResult, WifiSecurity};
use crate::{DevId, Secret};

crate::message! {
    /// `SET_WIFI_REQ`: the request, platform → device.
    pub struct SetWifiRequest = "SET_WIFI_REQ" {
        /// Device id (`设备唯一识别码`); E-21.
        pub dev_id: DevId = "DevID",
        /// Name of the access point (`WIFI 热点名称`).
        pub ssid: String = "SSID",
        /// Security of the access point (`安全性`); E-108.
        pub security: WifiSecurity = "Security" [within (0, 4) E-108 "a Wi-Fi security to set (0 to 4)"],
        /// Password of the access point; empty for an open one (`无线 AP 的认证密码`). E-108.
        pub password: Secret = "Password" [absent E-108],
    }
}

crate::message! {
    /// `SET_WIFI_RES`: the answer, device → platform.
    pub struct SetWifiResponse = "SET_WIFI_RES" {
        /// Result code (`结果`).
        pub result: GenericResult = "Result",
        /// Device id (`设备唯一识别码`); E-22.
        pub dev_id: DevId = "DevID" [absent E-22],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    crate::golden!(request, SetWifiRequest, "canonical/SET_WIFI_REQ.xml");
    crate::golden!(response, SetWifiResponse, "canonical/SET_WIFI_RES.xml");
}
