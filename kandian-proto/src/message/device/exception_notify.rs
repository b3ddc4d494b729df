//! EXCEPTION_NOTIFY_REQ / EXCEPTION_NOTIFY_RES – 34H, device → platform: a device reports a fault or an event
//! (异常数据上报).
//!
//! Spec §7.5.4; E-87, E-89.
//!
//! Upgrade success and the outcome of a Wi-Fi configuration have no code of their own; they come as type 0
//! with a fixed text (E-89), see [`ImpliedException`](crate::value::ImpliedException).
//!
//! # How peers deviate
//!
//! - `<ExceptionDesc />` without text occurs, as does the report before the first capability report.
//! - A report that is not answered is repeated without end; any answer stops it.

use crate::DevId;
use crate::value::{ExceptionType, GenericResult};

crate::message! {
    /// `EXCEPTION_NOTIFY_REQ`: the request, device → platform.
    pub struct ExceptionNotifyRequest = "EXCEPTION_NOTIFY_REQ" {
        /// Device id (`设备唯一识别码`); E-21.
        pub dev_id: DevId = "DevID",
        /// Channel, counted from 0; 0 as well for events of the device as a whole (`视频通道编号`). E-15, E-90.
        pub channel_no: u16 = "ChannelNo" [absent E-90],
        /// Kind of exception (`错误类型`); E-88, E-89.
        pub exception_type: ExceptionType = "ExceptionType" [missing E-88],
        /// Description; decides when the type is 0 (`异常描述信息`). E-89.
        pub exception_desc: String = "ExceptionDesc" [missing E-88],
    }
}

crate::message! {
    /// `EXCEPTION_NOTIFY_RES`: the answer, platform → device.
    pub struct ExceptionNotifyResponse = "EXCEPTION_NOTIFY_RES" {
        /// Result code (`结果`).
        pub result: GenericResult = "Result",
        /// Device id (`设备唯一识别码`); E-22.
        pub dev_id: DevId = "DevID" [absent E-22],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    crate::golden!(request, ExceptionNotifyRequest, "canonical/EXCEPTION_NOTIFY_REQ.xml");
    crate::golden!(response, ExceptionNotifyResponse, "canonical/EXCEPTION_NOTIFY_RES.xml");
}
