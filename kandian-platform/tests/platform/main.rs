//! The whole platform over real sockets, one file per behaviour.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod camera;
mod world;

mod alarms_are_stored_before_the_answer;
mod clock_jumps;
mod commands_end_with_a_reason;
mod devices_come_in;
mod guessing_is_slowed;
mod limits_hold;
mod newer_login_wins;
mod peers_are_who_they_are;
mod rest_has_limits;
mod rest_is_guarded;
mod restart_is_no_flood_of_offline;
