//! REGISTER_REQ / REGISTER_RES – HTTP POST, device → platform: a device registers with its province platform
//! and obtains the access, TURN and FTP servers (设备注册请求).
//!
//! Spec §7.2.1; E-35, E-36, E-49, E-50, E-52, E-53, E-54, E-63.
//!
//! A device registers once per boot, and again when both access servers have failed (E-52, E-53); two
//! registrations are at least 300 s apart (E-54).
//!
//! # How peers deviate
//!
//! - One firmware wants every element of the printed sample to exist, empty ones included, and to find status
//!   line, headers and document in 1,024 bytes (E-49, E-63). It compares no id: an answer whose `DevID` is
//!   not its own is accepted.
//! - Platforms of later years add elements such as `DMSUrl` after `Time`; they are kept as unknown elements.
//! - Answers without the FTP elements follow the printed table, which lacks them (E-49).

use crate::time::ReferenceTime;
use crate::value::{DevType, Host, Manufacturer, OrUnchanged, Port, RegisterResult};
use crate::{DevId, Outcome, Secret};

crate::message! {
    /// `REGISTER_REQ`: the request, device → platform.
    pub struct RegisterRequest = "REGISTER_REQ" {
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
    /// `REGISTER_RES`: the answer, platform → device.
    pub struct RegisterResponse = "REGISTER_RES" {
        /// Result code (`结果`) and, on success, the content; E-12, E-51.
        pub outcome: Outcome<RegisterResult, RegisterGrant> = "Result",
        /// Device id (`设备唯一识别码`); E-22.
        pub dev_id: DevId = "DevID" [absent E-22] => outcome,
        /// Time of the platform, a reference for the clock of the device (`时间戳`); E-13, E-14.
        pub time: ReferenceTime = "Time" [absent E-14],
    }
}

crate::group! {
    /// The servers a device is to use.
    pub struct RegisterGrant {
        /// Primary access server, for the TCP link (`设备主服务器接入地址`); E-55, E-56.
        pub access_host: Host = "NatIP",
        /// Port of the primary access server; 0 means 8588 (`设备主服务器接入端口`). E-57.
        pub access_port: Port = "NatPort" [absent E-57],
        /// Backup access server (`设备备用服务器接入地址`); E-55, E-56.
        pub backup_access_host: Host = "BackupNatIP" [missing E-75],
        /// Port of the backup access server (`设备备用服务器接入端口`); E-75.
        pub backup_access_port: Port = "BackupNatPort" [absent E-75],
        /// TURN server (`TurnServer 服务器地址`); E-56.
        pub turn_ip: Host = "TurnIP" [missing E-75],
        /// TCP port of the TURN server (`TurnServer 服务器端口`); E-75.
        pub turn_port: Port = "TurnPort" [absent E-75],
        /// Backup TURN server (`TurnServer 备份服务器地址`); E-56.
        pub backup_turn_ip: Host = "BackupTurnIP" [missing E-75],
        /// TCP port of the backup TURN server (`TurnServer 备份服务器端口`); E-75.
        pub backup_turn_port: Port = "BackupTurnPort" [absent E-75],
        /// FTP server for pictures (`图片上传 FTP 服务器地址`); E-49, E-56, E-140.
        pub ftp_ip: OrUnchanged<Host> = "FtpIP" [absent E-49],
        /// Port of the FTP server for pictures (`图片上传 FTP 服务器端口`); E-49, E-140.
        pub ftp_port: OrUnchanged<Port> = "FtpPort" [absent E-49],
        /// Account on the FTP server for pictures (`图片上传 FTP 服务器帐号`); E-49, E-140.
        pub ftp_account: OrUnchanged<String> = "FtpAccount" [absent E-49],
        /// Password on the FTP server for pictures (`图片上传 FTP 服务器密码`); E-49, E-140.
        pub ftp_password: OrUnchanged<Secret> = "FtpPassword" [absent E-49],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    crate::golden!(request, RegisterRequest, "canonical/REGISTER_REQ.xml");
    crate::golden!(response, RegisterResponse, "canonical/REGISTER_RES.xml");
}
