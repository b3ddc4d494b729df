//! What the two ends of the link do, one file per behaviour, in virtual time.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::type_complexity)]

mod peer;
mod world;

mod alarm_is_sent_once_in_60s;
mod backup_server_then_registration;
mod capabilities_follow_the_login;
mod device_answers_the_platform;
mod device_asks_the_platform;
mod device_requests_wait_for_the_application;
mod every_request_ends_once;
mod first_message_must_be_a_login;
mod first_start_asks_the_group_platform;
mod heartbeat_change_is_sent_at_once;
mod heartbeats_every_120s;
mod late_loop_ends_nothing_that_waited;
mod login_may_be_repeated;
mod login_refused_waits_180s;
mod login_says_who_and_where;
mod newer_login_replaces_the_older;
mod nothing_is_sent_again;
mod one_request_per_command;
mod quirks_are_learned;
mod quirks_have_names;
mod registrations_300s_apart;
mod seq_reused_by_device;
mod three_missed_heartbeats;
mod tolerances_of_the_platform;
mod words_for_people;
mod wrong_digests;
