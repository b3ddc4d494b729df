//! The program as people and scripts use it: its commands, beside a platform that runs or does not.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../platform/camera.rs"]
#[allow(dead_code)]
mod camera;
mod world;

mod accounts_are_kept;
mod commands_are_sent;
mod deeds_are_on_record;
mod devices_are_entered_and_listed;
mod doctor_knows_who_runs;
mod figures_count;
mod lists_are_imported;
mod logs_name_the_device;
mod openapi_is_current;
mod platform_is_found;
mod provinces_are_kept;
mod tokens_are_made;
mod what_happens_is_watched;
