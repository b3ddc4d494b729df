//! What yields moving pictures.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use kandian_proto::message::device::VideoParameters;
use kandian_proto::rtsp::sdp::Sound;
use kandian_proto::value::StreamType;

use crate::hardware::{Fault, Pending};

/// One stream of a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StreamId {
    /// The channel, counted from 0.
    pub channel: u16,
    /// Main or sub stream.
    pub stream: StreamType,
}

/// A picture, as an access unit of H.264.
#[derive(Clone, PartialEq, Eq)]
pub struct Unit {
    /// When it was taken. A feed counts since it was opened; a [`Stage`](super::Stage) since it began, through all the
    /// feeds it opens. Never goes back.
    pub at: Duration,
    /// Whether it stands by itself: an IDR picture, with SPS and PPS before it.
    pub is_key: bool,
    /// Its NAL units, each behind a start code (Annex B).
    pub data: Bytes,
}

impl fmt::Debug for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Unit");
        shown.field("at", &self.at).field("is_key", &self.is_key);
        shown.field("bytes", &self.data.len()).finish()
    }
}

/// What yields moving pictures: a sensor with an encoder, a file, another camera.
pub trait Source: Send + Sync {
    /// Opens a stream. It is closed by dropping the feed.
    ///
    /// # Errors
    ///
    /// When there is no picture; the device tries again while somebody watches.
    fn open(&self, stream: StreamId, wanted: &VideoParameters) -> Pending<'_, Result<Box<dyn Feed>, Fault>>;
}

/// What other parameters do to a feed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// The next pictures are as wanted.
    Followed,
    /// They will be when the feed is opened anew.
    Reopen,
    /// None: pictures come as they are.
    Ignored,
}

/// An open stream.
pub trait Feed: Send {
    /// The next picture. The first one stands by itself. May be dropped before it is there, and called again.
    fn next(&mut self) -> Pending<'_, Result<Unit, Fault>>;

    /// Other parameters from now on. Whether sound is sent (`AudioInput`) is not the feed's business.
    fn set(&mut self, wanted: &VideoParameters) -> Change;

    /// Makes the next picture one that stands by itself, when that can be done.
    fn refresh(&mut self) {}

    /// The sound that belongs to the pictures; asked for once, before the first picture.
    fn voice(&mut self) -> Option<Voice> {
        None
    }
}

/// A piece of sound.
#[derive(Clone, PartialEq, Eq)]
pub struct Frame {
    /// When it began, on the clock of the pictures. Never goes back.
    pub at: Duration,
    /// Samples of G.711, or a frame of AAC without a header.
    pub data: Bytes,
}

impl fmt::Debug for Frame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Frame(at {:?}, {} bytes)", self.at, self.data.len())
    }
}

/// The sound of an open stream.
pub struct Voice {
    /// What it is.
    pub sound: Sound,
    /// Its pieces.
    pub frames: Box<dyn Frames>,
}

impl fmt::Debug for Voice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Voice").field("sound", &self.sound).finish_non_exhaustive()
    }
}

/// Pieces of sound, as they come.
pub trait Frames: Send {
    /// The next piece; none when there will be no more. May be dropped before it is there, and called again.
    fn next(&mut self) -> Pending<'_, Option<Frame>>;
}
