//! The device over real sockets, against platforms and servers made for the purpose.

mod commands;
mod control;
mod journeys;
mod program;
mod quiet;
mod support;
mod transfers;
mod wifi_setup;
