//! Playing: tokens, URLs, the check per connection, the path to the camera; one file per behaviour.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../support/mod.rs"]
mod support;

mod nat_pairs_skip_udp;
mod one_check_per_connection;
mod path_always_ends;
mod path_falls_back_to_relay_tcp;
mod path_order;
mod path_renews_urls;
mod path_says_why;
mod refusals_have_a_status;
mod token_book_follows_the_model;
mod token_book_is_bounded;
mod token_expires_after_a_minute;
mod token_is_bound_to_its_target;
mod token_is_single_use;
mod token_is_unguessable;
mod url_fits_old_recorders;
mod url_reads_what_players_send;
mod url_refuses_hostile_input;
mod url_round_trips;
