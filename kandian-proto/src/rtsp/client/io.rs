//! What goes into a client and what comes out of it.

use core::fmt;
use core::net::{IpAddr, SocketAddr};

use bytes::Bytes;

use crate::rtsp::message::{MessageError, Method, Range, Scale, Status, TrackInfo};
use crate::rtsp::rtcp::Ntp;
use crate::rtsp::rtp::{Media, Track};
use crate::rtsp::sdp::{Remote, SdpError};
use crate::time::Millis;

/// Something that happened. Feed one, then drain all outputs.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Input<'a> {
    /// The connection is up, to this address.
    Connected(IpAddr),
    /// Bytes of the connection, in pieces of any size.
    Bytes(&'a [u8]),
    /// The connection ended, or could not be made.
    Closed,
    /// A datagram came to a port of this track.
    Datagram {
        /// Which track.
        track: Track,
        /// From where.
        from: SocketAddr,
        /// What.
        data: &'a [u8],
    },
    /// The moment of the last [`Output::Timeout`] has come.
    Timeout,
}

/// Something to do.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Output {
    /// Send these bytes over the connection.
    Transmit(Bytes),
    /// Send this datagram from a port of this track.
    Datagram {
        /// Which track.
        track: Track,
        /// Whether from its port for RTCP instead of RTP.
        is_rtcp: bool,
        /// Where to.
        to: SocketAddr,
        /// What.
        data: Bytes,
    },
    /// Something the application wants to know.
    Event(Event),
    /// Close the connection after what was transmitted is sent. Feed nothing more.
    Close(EndReason),
    /// Nothing else to do: wait for input, and feed [`Input::Timeout`] at this moment. The last output of every drain.
    Timeout(Option<(Millis, TimerKind)>),
}

/// Requests hold the token; of what is sent only the length is shown.
impl fmt::Debug for Output {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Transmit(bytes) => write!(f, "Transmit({} bytes)", bytes.len()),
            Self::Datagram { track, is_rtcp, to, data } => {
                write!(f, "Datagram({track:?}, RTCP {is_rtcp}, to {to}, {} bytes)", data.len())
            }
            Self::Event(event) => write!(f, "Event({event:?})"),
            Self::Close(reason) => write!(f, "Close({reason:?})"),
            Self::Timeout(deadline) => write!(f, "Timeout({deadline:?})"),
        }
    }
}

/// Something the application wants to know.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// What the device offers.
    Described(Remote),
    /// The device plays, or goes on after a wish.
    Playing {
        /// Which part, as the device says.
        range: Option<Range>,
        /// How fast, as the device says.
        scale: Option<Scale>,
        /// The first packets, as the device says.
        info: Vec<TrackInfo>,
    },
    /// The device pauses.
    Paused,
    /// An access unit, or a frame of sound.
    Media {
        /// The track.
        track: Track,
        /// What came.
        media: Media,
    },
    /// The device says which RTP time of a track is which moment of its wall clock, so that sound and pictures can be
    /// brought together.
    Clock {
        /// The track.
        track: Track,
        /// The moment.
        ntp: Ntp,
        /// The RTP time of the same moment.
        timestamp: u32,
    },
    /// Over UDP no video came within 5 s: the machine tears the view down. Ask for it over TCP, with a new token
    /// (R-15.16, E-92, E-175).
    NoVideo,
    /// Nothing has come for a while. Comes once, until something comes again.
    Silent,
    /// The source has no more to send: the end of the recording (E-177).
    SourceEnded {
        /// Which track.
        track: Track,
    },
    /// A wish was refused; the view goes on as before.
    Refused {
        /// What was asked.
        method: Method,
        /// The answer.
        status: Status,
    },
}

/// Why a view is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EndReason {
    /// It was torn down, because the application wanted it or no video came.
    #[error("the view was torn down")]
    Teardown,
    /// The device refused it: see §10.2 for 401, 403, 404 and 453.
    #[error("the answer to {method} is {status}")]
    Refused {
        /// What was asked.
        method: Method,
        /// The answer.
        status: Status,
    },
    /// The device sends the client elsewhere. A token is for the device that the platform named.
    #[error("the device sends the client elsewhere, which is not followed")]
    Redirected,
    /// What came is no RTSP.
    #[error("what came is no RTSP: {0}")]
    Malformed(MessageError),
    /// An answer cannot be used.
    #[error("the answer cannot be used: {0}")]
    BadAnswer(BadAnswer),
    /// Nothing came for the time of this wait.
    #[error("the wait for the {0} is over")]
    Timeout(TimerKind),
    /// The device closed the connection, or it could not be made.
    #[error("the device closed the connection")]
    Closed,
}

/// Why an answer cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BadAnswer {
    /// The description cannot be read.
    #[error(transparent)]
    Description(#[from] SdpError),
    /// There is no video that can be received.
    #[error("no H.264 in the description")]
    NoVideo,
    /// The device chose a transport that was not asked for, or does not say where its packets come from.
    #[error("not the transport that was asked for")]
    Transport,
}

/// A wish that cannot be granted in this state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not while the view is being set up, or after it ended")]
pub struct NotNow;

/// What a client waits for; the answer to "why did it wake up".
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum TimerKind {
    /// The answer to a request.
    Answer,
    /// The first packet over UDP (E-175).
    FirstMedia,
    /// The next sign of life is due.
    KeepAlive,
    /// The next punching packet is due.
    Punch,
    /// The next report is due.
    Report,
    /// Media.
    Silence,
}

impl fmt::Display for TimerKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Answer => "answer",
            Self::FirstMedia => "first packet over UDP",
            Self::KeepAlive => "next sign of life",
            Self::Punch => "next punching packet",
            Self::Report => "next report",
            Self::Silence => "media",
        })
    }
}
