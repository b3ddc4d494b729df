//! A group platform and its province platforms, each with an address of its own in the loopback network, over real
//! sockets; phones and cameras beside them that are written by hand.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../platform/camera.rs"]
#[allow(dead_code)]
mod camera;
mod device;
mod nation;
#[path = "../clients/phone.rs"]
#[allow(dead_code)]
mod phone;
#[path = "../platform/world.rs"]
#[allow(dead_code)]
mod world;

mod administrators_keep_order;
mod cameras_find_their_province;
mod clients_find_their_platform;
mod hostile_callers;
mod nothing_is_lost_while_the_group_is_down;
mod one_process_is_both;
mod province_platforms_say_who_they_are;
mod random_events;
