//! Section 7.2: a device registers with its province platform (设备注册).
//!
//! HTTP POST of one XML document, like chapter 5.
//!
//! | Section | Operation | Types |
//! |---|---|---|
//! | 7.2.1 | 设备注册请求 | [`RegisterRequest`], [`RegisterResponse`], [`RegisterGrant`] |

#[allow(clippy::module_inception)]
mod register;

pub use register::{RegisterGrant, RegisterRequest, RegisterResponse};
