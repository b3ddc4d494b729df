//! HTTP between devices and platforms: redirect and registration; one file per behaviour.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../support/mod.rs"]
mod support;

mod answers_are_one_short_segment;
mod answers_that_devices_read;
mod chunks;
mod delivery;
mod devices_and_platforms_meet;
mod hostile_peers_cost_little;
mod recorders_of_2014_survive;
mod requests_that_are_refused;
mod routes;
mod sloppy_requests;
mod urls;
mod vectors;
