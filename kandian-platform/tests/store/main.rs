//! The store, on both databases.
//!
//! Those on PostgreSQL need a server of which `KANDIAN_TEST_POSTGRES` holds the URL, without a database; each test makes
//! its own. They are run by `cargo test -p kandian-platform --test store -- --ignored`, as `.ci/run` does.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod world;

mod accounts_hold_devices;
mod alarms_and_audit;
mod changes_are_committed_together;
mod deeds_and_orders;
mod devices_on_record;
mod firmware_is_kept;
mod logins_are_numbered;
mod messages_are_queued;
mod provinces_are_kept;
mod reports_are_owed;
mod tokens_are_hashed;
