//! REDIRECT_REQ / REDIRECT_RES – HTTP POST, device → group platform: a device asks the group platform which
//! province platform it belongs to (终端设备重定向请求).
//!
//! Spec §5; E-24, E-26, E-27, E-28, E-29, E-30, E-36, E-63.
//!
//! A device asks at most once per boot, whatever the outcome (E-29), and keeps the URL it was given until it
//! is reset to factory settings (E-30). A device that no province has claimed gets HTTP status 401 with
//! result 1 in the body (E-27).
//!
//! # How peers deviate
//!
//! - One firmware takes only `200 OK` for success, has room for 512 bytes of answer with its headers, and
//!   asks again after five to six minutes instead of never (E-27, E-29, E-63).
//! - Arbitrary bytes may follow the three characters of `ManufacturerNo` (E-24).

use crate::value::{DevType, Host, Manufacturer, Port, RedirectResult, Url};
use crate::{DevId, Outcome, Secret};

crate::message! {
    /// `REDIRECT_REQ`: the request, device → group platform.
    pub struct RedirectRequest = "REDIRECT_REQ" {
        /// Manufacturer code (`厂商编号`); E-24.
        pub manufacturer_no: Manufacturer = "ManufacturerNo",
        /// Model, reported truthfully; `Mode` is a misnomer (`设备型号`). E-23.
        pub model: String = "Mode" | "Model",
        /// Kind of device (`设备类型`); E-25.
        pub dev_type: DevType = "DevType",
        /// Device id (`设备唯一识别码`); E-21.
        pub dev_id: DevId = "DevID" [begins_with manufacturer_no, E-21],
        /// Verification key of the device (`验证码`); E-26.
        pub dev_key: Secret = "DevKey",
    }
}

crate::message! {
    /// `REDIRECT_RES`: the answer, group platform → device.
    pub struct RedirectResponse = "REDIRECT_RES" {
        /// Result code (`结果`) and, on success, the content; E-12, E-27.
        pub outcome: Outcome<RedirectResult, ProvinceAccess> = "Result",
        /// Device id (`设备唯一识别码`); E-22.
        pub dev_id: DevId = "DevID" [absent E-22] => outcome,
    }
}

crate::group! {
    /// Where a device finds its province platform and the STUN servers.
    pub struct ProvinceAccess {
        /// Registration URL of the province platform (`省平台接入地址`); E-39, E-56.
        pub lcms_url: Url = "LcmsUrl",
        /// STUN server (`Stun 服务器地址`); E-31, E-56.
        pub stun_ip: Host = "StunIP" [missing E-31],
        /// UDP port of the STUN server (`Stun 服务器端口`).
        pub stun_port: Port = "StunPort" [missing E-31],
        /// Second STUN server (`StunServer 备份服务器地址`); E-56.
        pub backup_stun_ip: Host = "BackupStunIP" [missing E-31],
        /// UDP port of the second STUN server (`StunServer 备份服务器端口`).
        pub backup_stun_port: Port = "BackupStunPort" [missing E-31],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    crate::golden!(request, RedirectRequest, "canonical/REDIRECT_REQ.xml");
    crate::golden!(response, RedirectResponse, "canonical/REDIRECT_RES.xml");
}
