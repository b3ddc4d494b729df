//! SET_ESTORE_REQ / SET_ESTORE_RES – 65H, platform → device: the platform sets the account for cloud storage
//! (天翼云存储帐号设置).
//!
//! Spec §7.5.11; E-112.
//!
//! The size of the space is a matter between platform and cloud and is not sent (E-112).
//!
//! # How peers deviate
//!
//! - One firmware reads the struck-out size under the spelling `EStorgeSpace`, which no section has.

use crate::value::{GenericResult, UrlOrEmpty};
use crate::{DevId, Secret};

crate::message! {
    /// `SET_ESTORE_REQ`: the request, platform → device.
    pub struct SetEstoreRequest = "SET_ESTORE_REQ" {
        /// Device id (`设备唯一识别码`); E-21.
        pub dev_id: DevId = "DevID",
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

crate::message! {
    /// `SET_ESTORE_RES`: the answer, device → platform.
    pub struct SetEstoreResponse = "SET_ESTORE_RES" {
        /// Result code (`结果`).
        pub result: GenericResult = "Result",
        /// Device id (`设备唯一识别码`); E-22.
        pub dev_id: DevId = "DevID" [absent E-22],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    crate::golden!(request, SetEstoreRequest, "canonical/SET_ESTORE_REQ.xml");
    crate::golden!(response, SetEstoreResponse, "canonical/SET_ESTORE_RES.xml");
}
