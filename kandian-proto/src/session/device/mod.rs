//! The device's end: from the first start to a link that stays up. Spec §5, §7.2–§7.5.

mod alarms;
mod asked;
mod asking;
mod config;
mod event;
mod heartbeat;
mod link;
mod machine;
mod onboarding;

pub use config::{Config, Identity, Network, Saved, Timing};
pub use event::{Event, Obstacle, Restart};
pub use machine::Device;

/// What a device wants done.
pub type Output = super::Output<Event>;
