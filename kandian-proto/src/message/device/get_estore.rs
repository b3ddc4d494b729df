//! GET_ESTORE_REQ / GET_ESTORE_RES – 66H, platform → device: the platform queries the account for cloud
//! storage (天翼云存储帐号查询).
//!
//! Spec §7.5.12; E-112.
//!
//! # How peers deviate
//!
//! - The struck-out size is still sent by some devices, as `StorgeSpace` (E-112).

use crate::value::{GenericResult, UrlOrEmpty};
use crate::{DevId, Outcome, Secret};

crate::message! {
    /// `GET_ESTORE_REQ`: the request, platform → device.
    pub struct GetEstoreRequest = "GET_ESTORE_REQ" {
        /// Device id (`设备唯一识别码`); E-21.
        pub dev_id: DevId = "DevID",
    }
}

crate::message! {
    /// `GET_ESTORE_RES`: the answer, device → platform.
    pub struct GetEstoreResponse = "GET_ESTORE_RES" {
        /// Result code (`结果`) and, on success, the content; E-12.
        pub outcome: Outcome<GenericResult, EstoreAccount> = "Result",
        /// Device id (`设备唯一识别码`); E-22.
        pub dev_id: DevId = "DevID" [absent E-22] => outcome,
    }
}

crate::group! {
    /// The account for cloud storage that the device uses.
    pub struct EstoreAccount {
        /// URL of the cloud storage; empty when there is none (`天翼云存储认证 URL`). E-47.
        pub url: UrlOrEmpty = "URL",
        /// Access key (AK) of the cloud storage (`天翼云存储 AK`); E-78.
        pub account: Secret = "Account",
        /// Secret key (SK) of the cloud storage (`天翼云存储 SK`); E-78.
        pub password: Secret = "Password",
        /// Size of the cloud space in MB: struck out of the specification, ignored on receipt (`天翼云存储空间大小`);
        /// E-112.
        pub storage_space: Option<u64> = "StorageSpace" | "StorgeSpace" [received_only E-112, unit "MB"],
        /// Bucket for recordings (`天翼云存储录像 Bucket 名称`).
        pub record_bucket: String = "ERecordBucket",
        /// Bucket for pictures (`天翼云存储图片 Bucket 名称`).
        pub picture_bucket: String = "EPictureBucket",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    crate::golden!(request, GetEstoreRequest, "canonical/GET_ESTORE_REQ.xml");
    crate::golden!(response, GetEstoreResponse, "canonical/GET_ESTORE_RES.xml");
}
