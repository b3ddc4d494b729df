//! What strangers, guests and other users try at the two interfaces for users, over real sockets: generated from the tables of
//! operations and routes, so that a new one is tried as well.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod calls;
#[path = "../platform/camera.rs"]
#[allow(dead_code)]
mod camera;
#[path = "../people/person.rs"]
#[allow(dead_code)]
mod person;
#[path = "../clients/phone.rs"]
#[allow(dead_code)]
mod phone;
mod requests;
#[path = "../platform/world.rs"]
#[allow(dead_code)]
mod world;

mod devices_are_ones_own;
mod documents_are_bounded;
mod logins_are_given_not_taken;
mod sessions_are_checked;
mod texts_are_texts;
mod users_routes_are_guarded;
