//! What goes into a connection's machine and what comes out of it.

use core::fmt;
use core::net::{IpAddr, SocketAddr};

use bytes::Bytes;

use crate::play::{Check, PlayRefusal, Target};
use crate::rtsp::message::{MessageError, Method, Range, Scale, Status};
use crate::rtsp::rtp::Track;
use crate::time::Millis;

/// Something that happened. Feed one, then drain all outputs.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Input<'a> {
    /// Bytes of the connection, in pieces of any size up to 64 KiB.
    Bytes(&'a [u8]),
    /// The connection ended.
    Closed,
    /// Something waits to be sent, and the socket takes no more.
    WriteBlocked,
    /// The socket takes bytes again.
    Writable,
    /// A datagram came to a port of this track.
    Datagram {
        /// Whose.
        session: SessionKey,
        /// Which track.
        track: Track,
        /// Whether to its port for RTCP instead of RTP.
        is_rtcp: bool,
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
    /// Send these bytes, between two packets of media and never inside one
    /// ([`ViewerQueue::push_message`](crate::rtsp::queue::ViewerQueue::push_message)).
    Transmit(Bytes),
    /// Something the application has to do, to decide or to know.
    Event(Event),
    /// Close the connection after what was transmitted is sent. Feed nothing more.
    Close(CloseReason),
    /// Nothing else to do: wait for input, and feed [`Input::Timeout`] at this moment. The last output of every drain.
    Timeout(Option<(Millis, TimerKind)>),
}

/// Answers hold URLs with tokens; of what is sent only the length is shown.
impl fmt::Debug for Output {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Transmit(bytes) => write!(f, "Transmit({} bytes)", bytes.len()),
            Self::Event(event) => write!(f, "Event({event:?})"),
            Self::Close(reason) => write!(f, "Close({reason:?})"),
            Self::Timeout(deadline) => write!(f, "Timeout({deadline:?})"),
        }
    }
}

/// Names a session of a connection to the application.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SessionKey(pub(super) u32);

/// Names a request that waits for the application. One that waits no more is ignored when it is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ticket(pub(super) u32);

/// How the packets of a track travel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// Inside the connection.
    Interleaved {
        /// The channel of RTP.
        rtp: u8,
        /// The channel of RTCP.
        rtcp: u8,
    },
    /// As datagrams. Where to send them is asked with [`Server::media_to`](super::Server::media_to) and
    /// [`Server::reports_to`](super::Server::reports_to), since it changes.
    Udp {
        /// The client's address for RTP, as it said.
        rtp: SocketAddr,
        /// The client's address for RTCP, as it said.
        rtcp: SocketAddr,
    },
}

/// The ports of a track over UDP, as the client sees them: those that STUN found, where there is a NAT.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ServerPorts {
    /// The address; the one of the connection when there is none.
    pub source: Option<IpAddr>,
    /// The port for RTP.
    pub rtp: u16,
    /// The port for RTCP.
    pub rtcp: u16,
}

/// The first packet of a track behind the answer to PLAY.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FirstPacket {
    /// The track.
    pub track: Track,
    /// Its sequence number.
    pub sequence: u16,
    /// Its RTP time.
    pub timestamp: u32,
}

/// Something the application has to do, to decide or to know.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// A client wants to see this: what is it? Answer with [`Server::wanted`](super::Server::wanted). Asked before the
    /// token is verified, so look and do nothing.
    Wanted {
        /// The request.
        ticket: Ticket,
        /// What is to be seen.
        target: Target,
    },
    /// Have the platform verify this token; answer with [`Server::verdict`](super::Server::verdict)..
    Verify(Check),
    /// A track is to be sent: take a place for a viewer with the first one of a session, bind ports when it goes over
    /// UDP, and answer with [`Server::set_up`](super::Server::set_up).
    SetUp {
        /// The request.
        ticket: Ticket,
        /// The session, new with its first track.
        session: SessionKey,
        /// What is to be seen.
        target: Target,
        /// Which track of it.
        track: Track,
        /// How.
        delivery: Delivery,
    },
    /// Begin, go on, seek or change the speed; answer with [`Server::playing`](super::Server::playing), and send media
    /// after what that transmits.
    Play {
        /// The request.
        ticket: Ticket,
        /// The session.
        session: SessionKey,
        /// Where to begin, for recordings; where it stands when there is none.
        range: Option<Range>,
        /// The speed, for recordings; as before when there is none.
        scale: Option<Scale>,
    },
    /// Stop sending until the next [`Event::Play`]. Recordings only.
    Pause {
        /// The session.
        session: SessionKey,
    },
    /// A session over UDP: the client is behind another address than it said.
    Moved {
        /// The session.
        session: SessionKey,
        /// The track.
        track: Track,
        /// Where it goes from now on.
        to: SocketAddr,
    },
    /// A session is over: stop sending, and free its place and its ports. Comes exactly once for each session that
    /// [`Event::SetUp`] named.
    Ended {
        /// The session.
        session: SessionKey,
        /// Why.
        reason: EndReason,
    },
    /// A request was refused. For the log.
    Refused {
        /// What was asked.
        method: Method,
        /// The answer.
        status: Status,
        /// Why, where tokens and places are concerned.
        why: Option<PlayRefusal>,
    },
}

/// Why a session is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum EndReason {
    /// The client said so.
    Teardown,
    /// The application refused its first track, or did not answer in time.
    NotSetUp,
    /// Nothing came for the time of this wait.
    Timeout(TimerKind),
    /// The connection ended.
    Closed(CloseReason),
}

/// Why a connection is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CloseReason {
    /// The peer closed it.
    Peer,
    /// The last session was torn down.
    Teardown,
    /// What came is no RTSP.
    Malformed(MessageError),
    /// Nothing came for the time of this wait, which was that of the connection or of its last session.
    Timeout(TimerKind),
    /// The application wanted it.
    Application,
}

/// What a connection waits for; the answer to "why did it wake up".
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum TimerKind {
    /// The rest of a message.
    Message,
    /// A request, on a connection that shows nothing.
    Idle,
    /// The end of a pause.
    Paused,
    /// A sign of life of a session over UDP.
    KeepAlive,
    /// The client reads what waits for it.
    Stall,
    /// The verdict of the platform.
    Verdict,
    /// The answer of the application.
    Application,
}

impl fmt::Display for TimerKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Message => "rest of a message",
            Self::Idle => "next request",
            Self::Paused => "end of the pause",
            Self::KeepAlive => "sign of life",
            Self::Stall => "client that reads",
            Self::Verdict => "verdict of the platform",
            Self::Application => "answer of the application",
        })
    }
}
