//! SET_WIFI_REQ / SET_WIFI_RES – HTTP POST, client → device: a client on the hotspot of a camera tells it
//! which access point to use (配置设备 WIFI 接入信息).
//!
//! Spec §11.2; E-08, E-105, E-109, E-110.
//!
//! The root elements are those of 63H, without `DevID` (E-08). The camera answers at once, then connects; the
//! hotspot ends when it has another network (E-109).

use crate::Secret;
use crate::value::{GenericResult, WifiSecurity};

crate::message! {
    /// `SET_WIFI_REQ`: the request, client → device.
    pub struct SetWifiRequest = "SET_WIFI_REQ" {
        /// Name of the access point (`WIFI 热点名称`).
        pub ssid: String = "SSID",
        /// Security of the access point (`安全性`); E-108.
        pub security: WifiSecurity = "Security" [within (0, 4) E-108 "a Wi-Fi security to set (0 to 4)"],
        /// Password of the access point; empty for an open one (`无线 AP 的认证密码`). E-108.
        pub password: Secret = "Password" [absent E-108],
    }
}

crate::message! {
    /// `SET_WIFI_RES`: the answer, device → client.
    pub struct SetWifiResponse = "SET_WIFI_RES" {
        /// Result code (`结果`).
        pub result: GenericResult = "Result",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    crate::golden!(request, SetWifiRequest, "canonical/SET_WIFI_REQ.11.2.xml");
    crate::golden!(response, SetWifiResponse, "canonical/SET_WIFI_RES.11.2.xml");
}
