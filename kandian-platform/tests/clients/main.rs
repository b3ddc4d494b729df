//! Phones and web clients at the SOAP interface, over real sockets, beside a camera that is written by hand.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../platform/camera.rs"]
#[allow(dead_code)]
mod camera;
mod phone;
#[path = "../platform/world.rs"]
#[allow(dead_code)]
mod world;

mod alarms_are_told;
mod calls_come_in_many_forms;
mod devices_are_bound;
mod dialects_are_spoken;
mod firmware_is_offered;
mod libraries_write_calls;
mod logins_are_of_one_account;
mod passwords_are_not_guessed;
mod passwords_are_sent;
mod routers_are_tried;
mod what_cameras_do;
