//! Live pictures for browsers: one pull from the camera, however many watch.
//!
//! | question | module |
//! |---|---|
//! | Where may the platform connect, and where not? | [`way`] |
//! | How does it get pictures from a camera? | `pull` |
//! | How do pictures become what Media Source Extensions play? | [`fmp4`] |
//! | Who gets which picture, and what does a slow browser miss? | [`hub`], [`queue`] |
//! | Who may open a socket? | [`ticket`] |
//! | What is said over it? | [`socket`] |
//! | Why was there no picture? | [`explain`] |
//! | What is the page? | [`page`] |
//!
//! Nothing is transcoded. A picture goes one way: RTSP client of `kandian_proto` → [`fmp4::Muxer`] → [`hub::Pull`] →
//! [`queue::Queue`] of each browser → WebSocket. Every piece is built once and shared.

pub mod explain;
pub mod fmp4;
pub mod hub;
pub mod page;
pub(crate) mod pull;
pub mod queue;
pub mod snapshot;
pub mod socket;
pub mod ticket;
pub mod way;

use std::fmt;

use kandian_proto::DevId;
use kandian_proto::play::Target;
use kandian_proto::value::StreamType;

/// What is watched: a stream of a channel of a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Camera {
    /// The device.
    pub device: DevId,
    /// The channel, counted from 0 (E-15).
    pub channel: u16,
    /// The stream.
    pub stream: StreamType,
}

impl Camera {
    /// What a token for it is bound to.
    #[must_use]
    pub const fn target(self) -> Target {
        Target::live(self.device, self.channel, self.stream)
    }
}

impl fmt::Display for Camera {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} channel {} stream {}", self.device, self.channel, self.stream.0)
    }
}

/// The part of the platform that shows live pictures.
#[derive(Debug, Default)]
pub struct Media {
    /// What is pulled, and who watches.
    pub hub: hub::Hub,
    /// What opens a socket.
    pub tickets: ticket::Tickets,
    /// What happened to the last attempts to watch.
    pub plays: explain::Plays,
}
