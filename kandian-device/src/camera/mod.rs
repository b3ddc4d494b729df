//! Moving pictures: where they come from, and how many watch one of them.
//!
//! A [`Source`] opens a [`Feed`] of one stream of a channel: access units of H.264 with their moments. A [`Stage`] runs a
//! feed while somebody watches, keeps what was shown since the last picture that stands by itself, and gives everybody the
//! same units. Whoever joins begins with such a picture at once. [`Stages`] are those of a device: one for each stream.

#[cfg(feature = "encoder")]
mod encoder;
pub mod pattern;
mod source;
mod stage;
mod stages;

use std::sync::Arc;

use kandian_proto::DevId;

#[cfg(feature = "encoder")]
pub use encoder::TestPattern;
pub use source::{Feed, Source, StreamId, Unit};
pub use stage::{Stage, Viewer, Watched};
pub use stages::Stages;

/// What a simulated device sees: a test pattern that carries its id, the channel and the time.
#[cfg(feature = "encoder")]
pub(crate) fn simulated(device: DevId, offset_minutes: i16) -> Arc<dyn Source> {
    Arc::new(TestPattern::new(device.as_str(), offset_minutes))
}

/// Without an encoder there is nothing to be seen.
#[cfg(not(feature = "encoder"))]
pub(crate) fn simulated(_device: DevId, _offset_minutes: i16) -> Arc<dyn Source> {
    Arc::new(crate::hardware::Absent)
}
