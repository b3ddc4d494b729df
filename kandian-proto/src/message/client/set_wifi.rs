//! MCU_SET_WIFI_REQ / MCU_SET_WIFI_RES – SOAP, client → platform: a client tells a camera which access point
//! to use (无线网络配置).
//!
//! Spec §8.12; E-151, E-157.
//!
//! Relayed as 63H.

use crate::value::{McuDeviceOpResult, WifiSecurity};
use crate::{DevId, Secret};

crate::message! {
    /// `MCU_SET_WIFI_REQ`: the request, client → platform.
    pub struct SetWifiRequest = "MCU_SET_WIFI_REQ" {
        /// User account: the mobile number.
        pub account: String = "Account",
        /// Session from the login (`认证成功后的session`); E-153.
        pub login_session: Secret = "LoginSession",
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
    /// `MCU_SET_WIFI_RES`: the answer, platform → client.
    pub struct SetWifiResponse = "MCU_SET_WIFI_RES" {
        /// Result code (`结果`).
        pub result: McuDeviceOpResult = "Result",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    crate::golden!(request, SetWifiRequest, "canonical/MCU_SET_WIFI_REQ.xml");
    crate::golden!(response, SetWifiResponse, "canonical/MCU_SET_WIFI_RES.xml");
}
