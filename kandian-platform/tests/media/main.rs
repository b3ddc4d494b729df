//! Live pictures for browsers over real sockets, one file per behaviour. The camera's RTSP server and the browser's WebSocket
//! are written by hand.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod browser;
#[path = "../platform/camera.rs"]
#[allow(dead_code)]
mod camera;
#[path = "../people/person.rs"]
#[allow(dead_code)]
mod person;
#[path = "../clients/phone.rs"]
#[allow(dead_code)]
mod phone;
mod rtsp;
mod shop;
#[path = "../platform/world.rs"]
#[allow(dead_code)]
mod world;

mod no_picture_has_a_reason;
mod one_pull_for_all_who_watch;
mod page_shows_texts_as_texts;
mod pictures_come_back;
mod tickets_open_once;
mod who_may_watch;
