//! Record and picture policies; one file per behaviour.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../support/mod.rs"]
mod support;

mod answers;
mod four_a_day;
mod next_change;
mod pictures;
mod policy_ids;
mod recording_flags;
mod refuses_overlaps;
mod survives_restarts;
