//! The reference platform of 手机看店: province platform (轻平台) and group platform in one binary.
//!
//! This crate holds no code yet. The wire formats it will speak are finished and live in
//! [`kandian_codec`] (frames) and [`kandian_proto`] (messages); the sessions, the store and the
//! services are built on top of those two and nothing else of the protocol is decided here.
#![forbid(unsafe_code)]
