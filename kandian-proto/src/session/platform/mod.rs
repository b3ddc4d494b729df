//! The province platform's end of the TCP link. Spec §7.3–§7.5.

mod asked;
mod asking;
mod config;
mod event;
mod hub;
mod link;

pub use config::{Config, answer_timeout, applies_to, ticket_timeout};
pub use event::Event;
pub use hub::{Admission, Hub, LinkEpoch, LinkId};
pub use link::Link;

/// What a link wants done.
pub type Output = super::Output<Event>;
