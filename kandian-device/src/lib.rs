//! The reference device of 手机看店: a camera (IPC) or recorder (NVR) that dials in to a platform.
#![forbid(unsafe_code)]

pub(crate) mod clock;
pub mod hardware;
mod model;
mod state;

pub use model::Model;
