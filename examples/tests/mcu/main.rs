//! The program `mcu` against a platform and a camera, from the outside.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod commands;
mod live;
mod refusals;
mod sessions;
mod video;
mod world;
