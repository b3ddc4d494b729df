//! LOG_UPLOAD_REQ / LOG_UPLOAD_RES – 7EH, platform → device: the platform has a device upload its log by FTP
//! (设备日志上传通知).
//!
//! Spec §7.5.35; E-145.
//!
//! The device answers at once and uploads afterwards, at most about 1 MB. The end of the upload is not
//! reported, its failure by an exception report of type 0 (E-145).
//!
//! # How peers deviate
//!
//! - Recorders do not answer at all.

use crate::value::{GenericResult, Host, Port};
use crate::{DevId, Secret};

crate::message! {
    /// `LOG_UPLOAD_REQ`: the request, platform → device.
    pub struct LogUploadRequest = "LOG_UPLOAD_REQ" {
        /// Device id (`设备唯一识别码`); E-21.
        pub dev_id: DevId = "DevID",
        /// FTP server (`日志上传 FTP 服务器地址`); E-56.
        pub ftp_ip: Host = "FtpIP",
        /// Port of the FTP server (`日志上传 FTP 服务器端口`).
        pub ftp_port: Port = "FtpPort",
        /// Account on the FTP server (`日志上传 FTP 服务器帐号`).
        pub ftp_account: String = "FtpAccount",
        /// Password on the FTP server (`日志上传 FTP 服务器密码`).
        pub ftp_password: Secret = "FtpPassword",
    }
}

crate::message! {
    /// `LOG_UPLOAD_RES`: the answer, device → platform.
    pub struct LogUploadResponse = "LOG_UPLOAD_RES" {
        /// Result code (`结果`).
        pub result: GenericResult = "Result",
        /// Device id (`设备唯一识别码`); E-22.
        pub dev_id: DevId = "DevID" [absent E-22],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    crate::golden!(request, LogUploadRequest, "canonical/LOG_UPLOAD_REQ.xml");
    crate::golden!(response, LogUploadResponse, "canonical/LOG_UPLOAD_RES.xml");
}
