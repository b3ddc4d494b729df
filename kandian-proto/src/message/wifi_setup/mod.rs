//! Chapter 11: a client sets up the Wi-Fi of a camera over the hotspot of the camera (MCU 与设备 WIFI 配置协议).
//!
//! HTTP POST to port 8888 of the camera. The root elements are those of two commands in
//! [`device`](super::device), without the device id (E-08): which message a document is follows from the
//! interface it came by.
//!
//! | Section | Operation | Types |
//! |---|---|---|
//! | 11.1 | 查询设备 WIFI 接入热点 | [`GetWifiRequest`], [`GetWifiResponse`] |
//! | 11.2 | 配置设备 WIFI 接入信息 | [`SetWifiRequest`], [`SetWifiResponse`] |

mod get_wifi;
mod set_wifi;

pub use get_wifi::{GetWifiRequest, GetWifiResponse};
pub use set_wifi::{SetWifiRequest, SetWifiResponse};
