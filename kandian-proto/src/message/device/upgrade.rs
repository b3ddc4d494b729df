//! UPGRADE_REQ / UPGRADE_RES – 6DH, platform → device: the platform has a device fetch and install new
//! firmware (远程升级).
//!
//! Spec §7.5.17; E-89, E-125.
//!
//! The device checks the parameters and answers at once; the outcome follows as an exception report, success
//! as well as failure (E-89, E-125). A new version at the next login proves it independently.
//!
//! # How peers deviate
//!
//! - One firmware reports failure only, and keeps the FTP account of the request as its account for
//!   everything.

use crate::value::{Host, Port, UpgradeResult};
use crate::{DevId, Secret};

crate::message! {
    /// `UPGRADE_REQ`: the request, platform → device.
    pub struct UpgradeRequest = "UPGRADE_REQ" {
        /// Device id (`设备唯一识别码`); E-21.
        pub dev_id: DevId = "DevID",
        /// Newest firmware version, `V<major>.<minor>_<YYYYMMDD>` (`最新固件版本号`); E-74.
        pub new_dev_ver: String = "NewDevVer",
        /// FTP server (`升级服务器地址`); E-56.
        pub ftp_ip: Host = "FtpIP",
        /// Port of the FTP server (`升级服务器端口`).
        pub ftp_port: Port = "FtpPort",
        /// Account on the FTP server (`升级服务器帐号`).
        pub ftp_account: String = "FtpAccount",
        /// Password on the FTP server (`升级服务器密码`).
        pub ftp_password: Secret = "FtpPassword",
        /// File name relative to the login directory; a path is used as given (`升级文件名`). E-126.
        pub ftp_file_name: String = "FtpFileName",
    }
}

crate::message! {
    /// `UPGRADE_RES`: the answer, device → platform.
    pub struct UpgradeResponse = "UPGRADE_RES" {
        /// Result code (`结果`).
        pub result: UpgradeResult = "Result",
        /// Device id (`设备唯一识别码`); E-22.
        pub dev_id: DevId = "DevID" [absent E-22],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    crate::golden!(request, UpgradeRequest, "canonical/UPGRADE_REQ.xml");
    crate::golden!(response, UpgradeResponse, "canonical/UPGRADE_RES.xml");
}
