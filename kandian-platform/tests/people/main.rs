//! Users and administrators at the REST interface, over real sockets.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../platform/camera.rs"]
#[allow(dead_code)]
mod camera;
mod person;
#[path = "../clients/phone.rs"]
#[allow(dead_code)]
mod phone;
#[path = "../platform/world.rs"]
#[allow(dead_code)]
mod world;

mod accounts_are_kept;
mod deeds_are_on_record;
mod devices_are_held;
mod devices_are_shared;
mod messages_are_asked_for;
mod what_is_over_is_forgotten;
mod who_logs_in;
