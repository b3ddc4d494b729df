//! Orders of CRM, and what it is asked, over real sockets. CRM itself is a mock.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../platform/camera.rs"]
#[allow(dead_code)]
mod camera;
mod client;
mod mock;
#[path = "../people/person.rs"]
#[allow(dead_code)]
mod person;
#[path = "../clients/phone.rs"]
#[allow(dead_code)]
mod phone;
#[path = "../platform/world.rs"]
#[allow(dead_code)]
mod world;

mod certificates_show_who_sends;
mod crm_says_who_logs_in;
mod orders_are_carried_out_once;
mod orders_are_signed;
mod the_document_is_right;
