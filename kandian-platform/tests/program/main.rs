//! The program as it is run: what it logs, what it does when the machine fails it, and in which order it writes.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod disk;
mod program;
mod wire;

mod disk_is_full;
mod hostile_load;
mod rest_peers;
mod secrets_stay_secret;
mod starts_that_fail;
mod traced;
