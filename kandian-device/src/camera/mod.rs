//! Moving pictures: where they come from, and how many watch one of them.
//!
//! A [`Source`] opens a [`Feed`] of one stream of a channel: access units of H.264 with their moments, and perhaps sound. A
//! [`Stage`] runs a feed while somebody watches, keeps what was shown since the last picture that stands by itself, and
//! gives everybody the same units. Whoever joins begins with such a picture at once. [`Stages`] are those of a device: one
//! for each stream.
//!
//! | source | shows |
//! |---|---|
//! | [`TestPattern`] | a pattern that is drawn and encoded by the parameters of the stream (feature `encoder`) |
//! | [`File`] | H.264 or MP4 in a loop; [`File::clip`] for a device that has nothing else |
//! | [`Upstream`] | another camera, over RTSP |
//! | [`Command`] | what a program prints |
//! | [`Voiced`] | any of them, with a [`Microphone`] |
//! | [`Board`] | for each channel and stream another one |

mod board;
mod choice;
mod command;
#[cfg(feature = "encoder")]
mod encoder;
mod film;
mod microphone;
mod pace;
pub mod pattern;
mod shaper;
mod sounding;
mod source;
mod splitter;
mod stage;
mod stages;
pub mod still;
mod upstream;

pub use board::Board;
pub use choice::Choice;
pub use command::Command;
#[cfg(feature = "encoder")]
pub use encoder::TestPattern;
pub use film::File;
pub use microphone::{Microphone, Voiced};
pub use sounding::Listener;
pub use source::{Change, Feed, Frame, Frames, Source, StreamId, Unit, Voice};
pub use stage::{Stage, Viewer, Watched};
pub use stages::Stages;
pub use upstream::{Transport, Upstream};
