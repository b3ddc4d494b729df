//! The reference platform of 手机看店: province platform (轻平台) and group platform in one binary.
//!
//! | module | is |
//! |---|---|
//! | [`config`] | the settings |
//! | [`store`] | the database |
#![forbid(unsafe_code)]

pub mod config;
pub mod store;
