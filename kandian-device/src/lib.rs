//! The reference device of 手机看店: a camera (IPC) or recorder (NVR) that dials in to a platform.
//!
//! | question | place |
//! |---|---|
//! | How do I start a device in my program? | [`Station`], [`run`] |
//! | How do I put it on my own hardware? | [`hardware`], [`Station::with_hardware`] |
//! | How are settings read from flags, environment and file? | [`settings`] |
//! | How do I see and steer it? | [`Handle`], [`Status`], [`ctl`] |
//! | How do I put a load on a platform? | [`fleet`] |
//! | Where do moving pictures come from? | [`camera`] |
//! | How do I watch another camera? | [`pull`] |
//! | What does a command do? | `handler/`, one file per family |
//! | What does it remember, and how safely? | `state/` |
//! | What happens on an alarm, and what is recorded or photographed when? | `alarm.rs`, `record.rs`, `picture.rs` |
//! | How are sockets driven? | `link/drive.rs`, the only loop to the platform; `rtsp/connection.rs`, one for each viewer |
//! | Who may watch, and what does a viewer get? | `rtsp/` |
//!
//! What the protocol decides is decided in [`kandian_proto`]: when to connect, when to give up, what a policy means.
//! This crate does it: sockets, disk, motor, card.
#![forbid(unsafe_code)]

mod alarm;
mod boot;
pub mod camera;
mod clock;
mod config;
pub mod ctl;
pub mod fleet;
mod ftp;
mod handler;
pub mod hardware;
mod journal;
mod link;
mod model;
mod picture;
pub mod pull;
mod record;
mod rtsp;
pub mod settings;
mod state;
mod station;
mod status;
mod unit;
mod wifi_setup;

pub use config::{Config, FIRMWARE, WIFI_SETUP_PORT};
pub use link::Delivery;
pub use model::Model;
pub use state::StateError;
pub use station::{Handle, RunError, Station, run};
pub use status::{LinkPhase, RecordingStatus, Status, StorageStatus, ViewerStatus};
