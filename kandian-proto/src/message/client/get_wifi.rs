//! MCU_GET_WIFI_REQ / MCU_GET_WIFI_RES – SOAP, client → platform: a client asks which access points a camera
//! sees (无线网络查询).
//!
//! Spec §8.11; E-106, E-151, E-157.
//!
//! Relayed as 62H. The element is called `InUser` in this section and `InUse` on device interfaces (E-106).

use crate::value::{McuDeviceOpResult, Signal, WifiSecurity};
use crate::{DevId, Outcome, Secret};

crate::message! {
    /// `MCU_GET_WIFI_REQ`: the request, client → platform.
    pub struct GetWifiRequest = "MCU_GET_WIFI_REQ" {
        /// User account: the mobile number.
        pub account: String = "Account",
        /// Session from the login (`认证成功后的session`); E-153.
        pub login_session: Secret = "LoginSession",
        /// Device id (`设备唯一识别码`); E-21.
        pub dev_id: DevId = "DevID",
    }
}

crate::message! {
    /// `MCU_GET_WIFI_RES`: the answer, platform → client.
    pub struct GetWifiResponse = "MCU_GET_WIFI_RES" {
        /// Result code (`结果`) and, on success, the content; E-12.
        pub outcome: Outcome<McuDeviceOpResult, AccessPoints> = "Result" => outcome,
    }
}

crate::group! {
    /// The access points a camera sees, as clients see them.
    pub struct AccessPoints {
        /// Access points, strongest first (`WIFI 热点信息`); E-107, E-152.
        pub access_points: Vec<AccessPoint> = "WifiSSID" [at_most 10 E-107],
    }
}

crate::group! {
    /// An access point that a camera sees, as clients see it.
    pub struct AccessPoint {
        /// Name of the access point (`WIFI 热点名称`).
        pub ssid: String = "SSID",
        /// Signal strength, 0 to 100, larger is stronger (`信号强度`).
        pub signal: Signal = "Signal",
        /// Security of the access point (`安全性`); E-06, E-108.
        pub security: WifiSecurity = "Security",
        /// Whether the device uses this access point (`使用标志`); E-06, E-106.
        pub in_use: bool = "InUser" | "InUse",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    crate::golden!(request, GetWifiRequest, "canonical/MCU_GET_WIFI_REQ.xml");
    crate::golden!(response, GetWifiResponse, "canonical/MCU_GET_WIFI_RES.xml");
}
