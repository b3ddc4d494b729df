//! What goes into a machine and what comes out of it.

use core::fmt;

use super::{CloseReason, Ticket};
use crate::time::Millis;
use crate::value::{Host, Port};

/// Something that happened outside. Feed one, then drain all outputs.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Input<'a> {
    /// The connection that [`Output::Connect`] asked for is up.
    Connected,
    /// The connection ended, or could not be made. Not after [`Output::Disconnect`].
    Disconnected,
    /// Bytes of the connection, in pieces of any size.
    Bytes(&'a [u8]),
    /// The socket takes no more bytes for now; the machine holds back what it wants to send.
    WriteBlocked,
    /// The socket takes bytes again.
    Writable,
    /// The answer that [`Output::Http`] asked for. One to an exchange that was given up is ignored.
    HttpAnswer(HttpAnswer<'a>),
    /// The moment of the last [`Output::Timeout`] has come.
    Timeout,
}

/// How an HTTP exchange ended.
#[derive(Clone, Copy, Debug)]
pub struct HttpAnswer<'a> {
    /// The ticket of the request it answers.
    pub ticket: Ticket,
    /// The status code; `None` when there was no answer: no connection, no name, no time.
    pub status: Option<u16>,
    /// The body without the head, at most what [`Limits::FRAME`](crate::xml::Limits::FRAME) allows.
    pub body: &'a [u8],
}

/// Something to do. `E` is the machine's own kind of event.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Output<E> {
    /// Open a TCP connection; answer with [`Input::Connected`] or [`Input::Disconnected`].
    Connect(Server),
    /// Close the connection, or give up making it, after what was transmitted is sent. While the socket is
    /// blocked, frames held back are dropped. Feed nothing more of it.
    Disconnect(CloseReason),
    /// Send these bytes, whole frames each.
    Transmit(Vec<u8>),
    /// POST this; answer with [`Input::HttpAnswer`].
    Http(HttpRequest),
    /// Something the application wants to know or must decide.
    Event(E),
    /// Nothing else to do: wait for input, and feed [`Input::Timeout`] at this moment. The last output
    /// of every drain.
    Timeout(Option<(Millis, TimerKind)>),
}

/// A server of the platform, as a host name or address and a port. Resolve it; decide whether it may be
/// contacted: it comes from the network.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Server {
    /// Name or address (E-56).
    pub host: Host,
    /// TCP port.
    pub port: u16,
}

impl Server {
    /// The server of two elements such as `NatIP` and `NatPort`; `None` when no host is named. A port of
    /// 0 stands for 8588 (E-57).
    #[must_use]
    pub fn new(host: &Host, port: Port) -> Option<Self> {
        Self::with_default(host, port, Port::ACCESS_DEFAULT)
    }

    /// The server of two elements such as `StunIP` and `StunPort`; `None` when no host is named. A port of
    /// 0 stands for 3478, the one of RFC 3489.
    #[must_use]
    pub fn stun(host: &Host, port: Port) -> Option<Self> {
        Self::with_default(host, port, Port(3478))
    }

    fn with_default(host: &Host, port: Port, default: Port) -> Option<Self> {
        let port = port.get().or(default.get())?;
        (!host.is_empty()).then(|| Self { host: host.clone(), port })
    }
}

impl fmt::Display for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.host.as_str() {
            host if host.contains(':') => write!(f, "[{host}]:{}", self.port),
            host => write!(f, "{host}:{}", self.port),
        }
    }
}

/// A POST with `Content-Type: text/xml;charset=UTF-8`.
#[derive(Clone, PartialEq, Eq)]
pub struct HttpRequest {
    /// Names the exchange in its answer. A later one replaces it: a machine waits for one at a time.
    pub ticket: Ticket,
    /// Which of the two exchanges it is.
    pub exchange: Exchange,
    /// Where to.
    pub url: String,
    /// The document. It holds the device key.
    pub body: Vec<u8>,
}

/// The body holds a key; only its length is shown.
impl fmt::Debug for HttpRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HttpRequest({:?} {}, {} bytes)", self.exchange, self.url, self.body.len())
    }
}

/// The two HTTP exchanges of a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Exchange {
    /// Ask the group platform for the province platform. Spec §5.
    Redirect,
    /// Register with the province platform. Spec §7.2.1.
    Register,
}

/// What a machine waits for; the answer to "why did it wake up".
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum TimerKind {
    /// Platform: the first message of a new link.
    FirstMessage,
    /// Platform: an accepted login on a link whose login was refused.
    AcceptedLogin,
    /// Platform: the next heartbeat of the device.
    Heartbeat,
    /// Either side: the answer of the peer to a request.
    PeerAnswer,
    /// Either side: the answer of the application to a request of the peer.
    ApplicationAnswer,
    /// Platform: the device reads what is sent to it.
    SlowReader,
    /// Device: the HTTP answer.
    HttpAnswer,
    /// Device: the earliest moment of the next registration.
    Registration,
    /// Device: addresses from UPnP, STUN and TURN before the link is made.
    Preparation,
    /// Device: the TCP connection.
    Connection,
    /// Device: the earliest moment of the next attempt (E-58).
    Reconnect,
    /// Device: the next heartbeat is due.
    SendHeartbeat,
}

impl fmt::Display for TimerKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::FirstMessage => "first message",
            Self::AcceptedLogin => "accepted login",
            Self::Heartbeat => "heartbeat of the device",
            Self::PeerAnswer => "answer of the peer",
            Self::ApplicationAnswer => "answer of the application",
            Self::SlowReader => "device that reads",
            Self::HttpAnswer => "HTTP answer",
            Self::Registration => "registration interval",
            Self::Preparation => "addresses from UPnP, STUN and TURN",
            Self::Connection => "TCP connection",
            Self::Reconnect => "reconnection",
            Self::SendHeartbeat => "next heartbeat",
        })
    }
}
