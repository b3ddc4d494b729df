//! GET_WIFI_REQ / GET_WIFI_RES – HTTP POST, client → device: a client on the hotspot of a camera asks for the
//! access points it sees (查询设备 WIFI 接入热点).
//!
//! Spec §11.1; E-08, E-107, E-109, E-110.
//!
//! The root elements are those of 62H, without `DevID` (E-08): the interface decides which message a document
//! is. `http://<gateway of the hotspot>:8888/wifi` (E-110).

use crate::Outcome;
use crate::message::device::AccessPoints;
use crate::value::GenericResult;

crate::message! {
    /// `GET_WIFI_REQ`: the request, client → device.
    pub struct GetWifiRequest = "GET_WIFI_REQ" {}
}

crate::message! {
    /// `GET_WIFI_RES`: the answer, device → client.
    pub struct GetWifiResponse = "GET_WIFI_RES" {
        /// Result code (`结果`) and, on success, the content; E-12.
        pub outcome: Outcome<GenericResult, AccessPoints> = "Result" => outcome,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    crate::golden!(request, GetWifiRequest, "canonical/GET_WIFI_REQ.11.1.xml");
    crate::golden!(response, GetWifiResponse, "canonical/GET_WIFI_RES.11.1.xml");
}
