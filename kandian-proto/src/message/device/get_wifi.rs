//! GET_WIFI_REQ / GET_WIFI_RES – 62H, platform → device: the platform asks a camera for the access points it
//! sees (无线网络查询).
//!
//! Spec §7.5.8; E-08, E-107.
//!
//! At most ten, strongest first, one entry per SSID, the one in use among them (E-107). The same root element
//! without `DevID` is used on the hotspot of a camera: [`wifi_setup`](crate::message::wifi_setup) (E-08).
//!
//! # How peers deviate
//!
//! - Recorders do not answer at all.

use crate::value::{GenericResult, Signal, WifiSecurity};
use crate::{DevId, Outcome};

crate::message! {
    /// `GET_WIFI_REQ`: the request, platform → device.
    pub struct GetWifiRequest = "GET_WIFI_REQ" {
        /// Device id (`设备唯一识别码`); E-21.
        pub dev_id: DevId = "DevID",
    }
}

crate::message! {
    /// `GET_WIFI_RES`: the answer, device → platform.
    pub struct GetWifiResponse = "GET_WIFI_RES" {
        /// Result code (`结果`) and, on success, the content; E-12.
        pub outcome: Outcome<GenericResult, AccessPoints> = "Result",
        /// Device id (`设备唯一识别码`); E-22.
        pub dev_id: DevId = "DevID" [absent E-22] => outcome,
    }
}

crate::group! {
    /// The access points a camera sees.
    pub struct AccessPoints {
        /// Access points, strongest first (`WIFI 热点信息`); E-05, E-107.
        pub access_points: Vec<AccessPoint> = "WifiSSID" [at_most 10 E-107],
    }
}

crate::group! {
    /// An access point that a camera sees.
    pub struct AccessPoint {
        /// Name of the access point (`WIFI 热点名称`).
        pub ssid: String = "SSID",
        /// Signal strength, 0 to 100, larger is stronger (`信号强度`).
        pub signal: Signal = "Signal",
        /// Security of the access point (`安全性`); E-06, E-108.
        pub security: WifiSecurity = "Security",
        /// Whether the device uses this access point (`使用标志`); E-06, E-106.
        pub in_use: bool = "InUse" | "InUser",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    crate::golden!(request, GetWifiRequest, "canonical/GET_WIFI_REQ.xml");
    crate::golden!(response, GetWifiResponse, "canonical/GET_WIFI_RES.xml");
}
