//! What the two ends of the link do, one file per behaviour, in virtual time.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::type_complexity)]

mod world;

mod alarm_is_sent_once_in_60s;
mod backup_server_then_registration;
mod capabilities_follow_the_login;
mod first_message_must_be_a_login;
mod first_start_asks_the_group_platform;
mod heartbeat_change_is_sent_at_once;
mod heartbeats_every_120s;
mod login_refused_waits_180s;
mod nothing_is_sent_again;
mod registrations_300s_apart;
mod three_missed_heartbeats;
