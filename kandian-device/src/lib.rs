//! The reference device of 手机看店: a camera (IPC) or recorder (NVR) that dials in to a platform.
//!
//! This crate holds no code yet. The wire formats it will speak are finished and live in
//! [`kandian_codec`] (frames) and [`kandian_proto`] (messages); the link, the settings and the camera
//! sources are built on top of those two and nothing else of the protocol is decided here.
#![forbid(unsafe_code)]
