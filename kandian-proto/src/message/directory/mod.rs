//! Chapter 9: clients and the group platform (MCU/CU-集团平台协议).
//!
//! SOAP, as in [`client`](super::client) (E-169).
//!
//! | Section | Operation | Types |
//! |---|---|---|
//! | 9.1a | 手机客户端升级检查（android） | [`CheckVersionRequest`], [`CheckVersionResponse`] |
//! | 9.1b | 平台列表查询（android/ios） | [`QueryCmsRequest`], [`QueryCmsResponse`], [`Platform`] |

mod check_version;
mod query_cms;

pub use check_version::{CheckVersionRequest, CheckVersionResponse};
pub use query_cms::{Platform, QueryCmsRequest, QueryCmsResponse};
