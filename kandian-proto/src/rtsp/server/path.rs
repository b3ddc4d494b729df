//! Where the datagrams of one track go. R-15.11 to R-15.15; E-185.

use core::net::{IpAddr, SocketAddr};

use super::config::{Destination, UNPROVEN};
use crate::rtsp::rtcp;
use crate::rtsp::rtp::is_punch;
use crate::time::Millis;

/// What a datagram of the client meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heard {
    /// Nothing, or it came from a stranger.
    Nothing,
    /// The client is there.
    Alive,
    /// The client is there, and behind another address or port than it said: send there from now on (R-15.15).
    Moved(SocketAddr),
}

/// Where the datagrams of one track may go: a pure decision, for whoever has the sockets.
///
/// The first punching packet says where the client really is. It may come from another port, and under
/// [`Destination::Proven`] and [`Destination::AsAsked`] from another address; later ones only from that same address,
/// so that a stranger who hits the port cannot take the stream away (E-185). Reports go to the same address, and to the
/// port that reports come from.
///
/// ```
/// use kandian_proto::rtsp::rtp::punch;
/// use kandian_proto::rtsp::server::{Destination, Heard, UdpPath};
/// use kandian_proto::time::Millis;
/// let mut path = UdpPath::new("114.23.72.118:16264".parse()?, 16265, Destination::Proven);
/// path.start(Millis(0));
/// assert_eq!(path.media_to(Millis(0)), None);
/// let mapped = "114.23.72.118:40000".parse()?;
/// assert_eq!(path.handle_datagram(mapped, false, &punch(96, 1, 7)), Heard::Moved(mapped));
/// assert_eq!(path.media_to(Millis(0)), Some(mapped));
/// assert_eq!(path.reports_to(Millis(0)), Some("114.23.72.118:16265".parse()?));
/// assert_eq!(path.handle_datagram("198.51.100.6:1".parse()?, false, &punch(96, 1, 7)), Heard::Nothing);
/// # Ok::<(), core::net::AddrParseError>(())
/// ```
#[derive(Clone, Debug)]
pub struct UdpPath {
    rule: Destination,
    current: SocketAddr,
    /// The client's port for reports.
    rtcp_port: u16,
    /// Whether something came from there, which also ends the freedom of the first punching packet.
    is_proven: bool,
    /// When the time without proof began.
    since: Option<Millis>,
}

impl UdpPath {
    /// The path to what a client asked for: an address for RTP, and a port for RTCP. Whether it may ask for that is
    /// [`is_allowed`].
    #[must_use]
    pub const fn new(asked: SocketAddr, rtcp_port: u16, rule: Destination) -> Self {
        Self { rule, current: asked, rtcp_port, is_proven: false, since: None }
    }

    /// Sending begins, or goes on after a pause. `since` is when the first path of the connection began to send: a path
    /// that counted from its own beginning would give a client who makes one after another all the time it wants.
    pub fn start(&mut self, since: Millis) {
        self.since.get_or_insert(since);
    }

    /// A datagram came to a port of this track: RTP without payload, or RTCP. `is_rtcp` is whether it was the port for
    /// RTCP. What comes there says where reports go and never where media goes: media sent to the client's port for RTCP
    /// would be lost.
    pub fn handle_datagram(&mut self, from: SocketAddr, is_rtcp: bool, datagram: &[u8]) -> Heard {
        let from = SocketAddr::new(from.ip().to_canonical(), from.port());
        let is_near = from.ip() == self.current.ip();
        if is_punch(datagram) && !is_rtcp {
            let may_move = is_near || !self.is_proven && self.rule != Destination::Peer;
            if !may_move {
                return Heard::Nothing;
            }
            self.is_proven = true;
            if from == self.current {
                return Heard::Alive;
            }
            self.current = from;
            return Heard::Moved(from);
        }
        if is_near && rtcp::is_rtcp(datagram) {
            self.is_proven = true;
            if is_rtcp {
                self.rtcp_port = from.port();
            }
            return Heard::Alive;
        }
        Heard::Nothing
    }

    /// Where to send media at this moment; `None` when nothing may be sent.
    #[must_use]
    pub fn media_to(&self, now: Millis) -> Option<SocketAddr> {
        let may = match self.rule {
            Destination::Peer => true,
            Destination::Proven => self.is_proven,
            Destination::AsAsked => self.is_proven || self.since.is_some_and(|since| now - since < UNPROVEN),
        };
        may.then_some(self.current)
    }

    /// Whether [`UdpPath::media_to`] stays what it is until the client says something: no time runs out.
    #[must_use]
    pub const fn is_settled(&self) -> bool {
        self.is_proven || !matches!(self.rule, Destination::AsAsked)
    }

    /// Where to send reports at this moment, under the same rule.
    #[must_use]
    pub fn reports_to(&self, now: Millis) -> Option<SocketAddr> {
        self.media_to(now).map(|media| SocketAddr::new(media.ip(), self.rtcp_port))
    }

    /// Where the client is said to be, for an empty packet that opens the device's own NAT.
    #[must_use]
    pub const fn current(&self) -> SocketAddr {
        self.current
    }
}

/// Whether a client at `peer` may have a stream sent to `destination`.
///
/// Another address than the peer's has to be one of the Internet: what STUN finds is one, and what is private stands
/// beside the device itself.
#[must_use]
pub fn is_allowed(rule: Destination, peer: IpAddr, destination: IpAddr) -> bool {
    let (peer, destination) = (peer.to_canonical(), destination.to_canonical());
    peer == destination || rule != Destination::Peer && is_far(destination)
}

/// Not of this host, its network, a private one or that behind a carrier's NAT (RFC 1918, RFC 4193, RFC 6598), and not
/// that of nobody or of many.
fn is_far(address: IpAddr) -> bool {
    let is_near = match address {
        IpAddr::V4(v4) => {
            let [first, second, ..] = v4.octets();
            let is_shared = first == 100 && second & 0xC0 == 64;
            v4.is_loopback() || v4.is_link_local() || v4.is_private() || is_shared || v4.is_broadcast()
        }
        IpAddr::V6(v6) => v6.is_loopback() || v6.is_unicast_link_local() || v6.is_unique_local(),
    };
    !is_near && !address.is_unspecified() && !address.is_multicast()
}
