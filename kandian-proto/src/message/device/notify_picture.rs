//! NOTIFY_PICTURE_REQ / NOTIFY_PICTURE_RES – 36H, device → platform: a camera announces a snapshot that it
//! has uploaded by FTP (FTP 图片抓拍通知).
//!
//! Spec §7.5.27; E-10, E-44, E-124.
//!
//! Timed snapshots only: an alarm snapshot is announced by the alarm (E-124), one in the cloud not at all.
//! The answer has no result (E-10).
//!
//! # How peers deviate
//!
//! - Some devices announce alarm snapshots here, too; the file name tells (E-124).
//! - Names end in `.jpg`, `.JPG`, `.JPEG` or `. JPG`; look a file up without regard to case (E-44).

use crate::DevId;
use crate::time::Timestamp;

crate::message! {
    /// `NOTIFY_PICTURE_REQ`: the request, device → platform.
    pub struct NotifyPictureRequest = "NOTIFY_PICTURE_REQ" {
        /// Device id (`设备唯一识别码`); E-21.
        pub dev_id: DevId = "DevID",
        /// Channel, counted from 0 (`视频通道编号`); E-15.
        pub channel_no: u16 = "ChannelNo",
        /// Name of the picture on the FTP server, `DevID_ChannelNo_YYYYMMDDHHMMSS.JPG` (`文件名`); E-44, E-141.
        pub file_name: String = "FileName" [without_blanks E-44],
        /// When the picture was taken (`抓拍时间`); E-13.
        pub time: Timestamp = "Time",
    }
}

crate::message! {
    /// `NOTIFY_PICTURE_RES`: the answer, platform → device.
    pub struct NotifyPictureResponse = "NOTIFY_PICTURE_RES" {
        /// Device id (`设备唯一识别码`); E-22.
        pub dev_id: DevId = "DevID" [absent E-22],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    crate::golden!(request, NotifyPictureRequest, "canonical/NOTIFY_PICTURE_REQ.xml");
    crate::golden!(response, NotifyPictureResponse, "canonical/NOTIFY_PICTURE_RES.xml");
}
