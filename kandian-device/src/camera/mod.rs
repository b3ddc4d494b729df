//! Moving pictures: where they come from, and how many watch one of them.
//!
//! A [`Source`] opens a [`Feed`] of one stream of a channel: access units of H.264 with their moments. A [`Stage`] runs a
//! feed while somebody watches, keeps what was shown since the last picture that stands by itself, and gives everybody the
//! same units. Whoever joins begins with such a picture at once.

#[cfg(feature = "encoder")]
mod encoder;
pub mod pattern;
mod source;
mod stage;

#[cfg(feature = "encoder")]
pub use encoder::TestPattern;
pub use source::{Feed, Source, StreamId, Unit};
pub use stage::{Stage, Viewer, Watched};
