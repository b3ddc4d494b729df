//! Chapter 5: a device asks the group platform for its province (终端设备与集团平台协议).
//!
//! HTTP POST of one XML document. A device does this once, before its first registration.
//!
//! | Section | Operation | Types |
//! |---|---|---|
//! | 5 | 终端设备重定向请求（获取省平台接入地址） | [`RedirectRequest`], [`RedirectResponse`], [`ProvinceAccess`] |

#[allow(clippy::module_inception)]
mod redirect;

pub use redirect::{ProvinceAccess, RedirectRequest, RedirectResponse};
