//! RTSP and RTP, one file per behaviour. Spec §10, §15.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod camera;
mod client_asks_foreign_cameras;
mod client_gets_pictures;
mod client_meets_strange_devices;
mod h264_is_cut_at_pictures;
mod messages_are_read_as_they_are_sent;
mod messages_refuse_hostile_input;
mod packets_come_back_as_they_were;
mod reports_are_read_and_written;
mod sdp_says_what_there_is;
mod server_checks_the_token_once;
mod server_ends_what_is_silent;
mod server_serves_players;
mod slow_viewers_miss_whole_pictures;
mod transport_is_never_a_weapon;
mod view;
