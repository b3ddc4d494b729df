//! FILE_QUERY_REQ / FILE_QUERY_RES – 72H, platform → device: the platform searches the recordings of a device
//! (视频录像检索).
//!
//! Spec §7.5.22; E-06, E-45, E-130, E-131, E-132.
//!
//! Ten files per page. Files that overlap the window match, oldest first; a page past the end is a success
//! without files (E-130, E-132).
//!
//! # How peers deviate
//!
//! - One recorder stays silent when nothing matches, lists the newest first, sends 14 digits where 12 are
//!   printed, and puts `TotalRecordNum` after the files (E-06, E-130, E-131, E-132).
//! - File names are opaque; `ch01_00000000017000000` is one (E-45).

use crate::time::Minute;
use crate::value::{FileQueryResult, PageNo};
use crate::{DevId, Outcome};

crate::message! {
    /// `FILE_QUERY_REQ`: the request, platform → device.
    pub struct FileQueryRequest = "FILE_QUERY_REQ" {
        /// Device id (`设备唯一识别码`); E-21.
        pub dev_id: DevId = "DevID",
        /// Channel, counted from 0 (`视频通道编号`); E-15.
        pub channel_no: u16 = "ChannelNo",
        /// Start of the window, rounded down to the minute (`开始时间`); E-13, E-131.
        pub start_time: Minute = "StartTime",
        /// End of the window, rounded up to the minute (`结束时间`); E-13, E-131.
        pub end_time: Minute = "EndTime",
        /// Page, counted from 1; ten entries each (`页号`). E-132.
        pub page_no: PageNo = "PageNo" [absent E-132],
    }
}

crate::message! {
    /// `FILE_QUERY_RES`: the answer, device → platform.
    pub struct FileQueryResponse = "FILE_QUERY_RES" {
        /// Result code (`结果`) and, on success, the content; E-12.
        pub outcome: Outcome<FileQueryResult, FilePage> = "Result",
        /// Device id (`设备唯一识别码`); E-22.
        pub dev_id: DevId = "DevID" [absent E-22] => outcome,
    }
}

crate::group! {
    /// One page of a search for recordings.
    pub struct FilePage {
        /// Number of matching files on all pages (`总计录像条数`); E-06, E-132.
        pub total_record_num: u32 = "TotalRecordNum",
        /// Files of this page (`录像文件`); E-05, E-132.
        pub files: Vec<RecordedFile> = "File" [at_most 10],
    }
}

crate::group! {
    /// A recording on a device.
    pub struct RecordedFile {
        /// Name of the file: opaque, to be handed back unchanged (`文件名`); E-45.
        pub file_name: String = "FileName",
        /// Size in bytes (`文件大小`).
        pub file_size: u64 = "FileSize" [unit "bytes"],
        /// Start of the recording (`录像开始时间`); E-131.
        pub start_time: Minute = "StartTime",
        /// End of the recording (`录像结束时间`); E-131.
        pub end_time: Minute = "EndTime",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    crate::golden!(request, FileQueryRequest, "canonical/FILE_QUERY_REQ.xml");
    crate::golden!(response, FileQueryResponse, "canonical/FILE_QUERY_RES.xml");
}
