//! The device over real sockets, against platforms and servers made for the purpose.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod commands;
mod control;
mod hardware;
mod journeys;
mod network;
mod pictures;
mod program;
mod quiet;
mod sound;
mod strangers;
mod support;
mod tokens;
mod traced;
mod transfers;
mod viewers;
mod viewers_end;
mod wifi_setup;
