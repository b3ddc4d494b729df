//! What the application decides about a connection before it begins.

use core::net::IpAddr;

use crate::rtsp::transport::Offer;
use crate::time::Millis;

/// Where datagrams may be sent when a client asks for a `destination`.; E-185.
///
/// A destination that is not the peer turns a device into a weapon: one request with a good token, and a stream of
/// megabits flows to somebody who never asked. So it is the application that says per connection how far a client is
/// believed; loopback, link-local and private addresses are never believed of a peer that is not there itself: behind a
/// relay they are neighbours of the device.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Destination {
    /// Only the address the RTSP connection comes from; another port of it after a punching packet. For connections
    /// from the local network and over UPnP.
    #[default]
    Peer,
    /// Any address of the Internet, but nothing is sent there until a punching packet or a report came from it. For relayed
    /// connections (chapter 15, step 3), whose peer is the relay; the client has to send such packets.
    Proven,
    /// Any address of the Internet, at once, and for [`UNPROVEN`] only, unless something came from there. A
    /// connection has that time once, from its first PLAY, whatever it sets up later. The client falls back to TCP by
    /// then. For relayed connections whose NAT the punching packets do not get through.
    AsAsked,
}

/// How long streams of one connection flow to foreign addresses from which nothing has come: the 5 s after which a client without
/// video gives UDP up, and one more.
pub const UNPROVEN: Millis = Millis::from_secs(6);

/// The waits of a connection, each with its reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Timing {
    /// UDP: a session without a request or a report for so long has ended.
    pub keep_alive: Millis,
    /// TCP: so long data may wait because the client does not read (R-10.16, E-176).
    pub stall: Millis,
    /// A connection on which nothing plays and nothing is asked.
    pub idle: Millis,
    /// A playback over TCP that is paused or at its end, which needs no sign of life (R-10.15, E-176) and holds its place.
    pub paused: Millis,
    /// A message has to be whole so long after its first byte.
    pub message: Millis,
    /// The application's own answers. Players give up after 5 to 10 s.
    pub application: Millis,
}

impl Default for Timing {
    fn default() -> Self {
        Self {
            keep_alive: Millis::from_secs(60),
            stall: Millis::from_secs(10),
            idle: Millis::from_secs(60),
            paused: Millis::from_secs(600),
            message: Millis::from_secs(10),
            application: Millis::from_secs(4),
        }
    }
}

/// How one connection is served.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Config {
    /// The address the connection comes from.
    pub peer: IpAddr,
    /// The address it came to, for the description.
    pub local: IpAddr,
    /// The transports that can be used.
    pub offer: Offer,
    /// Where datagrams may go.
    pub destination: Destination,
    /// The waits.
    pub timing: Timing,
    /// The timeout that sessions over UDP announce, in seconds. Less than what is waited for, since players send their
    /// sign of life shortly before it, some as late as two seconds before 60 (E-176); and 36, since a client that stays
    /// a sixth clear of it then sends one every 30 s.
    pub announced_timeout_seconds: u32,
    /// 64 random bits, from which the ids of sessions are made.
    pub seed: u64,
}

impl Config {
    /// Both transports, nothing sent to foreign addresses.
    #[must_use]
    pub fn new(peer: IpAddr, local: IpAddr, seed: u64) -> Self {
        Self {
            peer: peer.to_canonical(),
            local: local.to_canonical(),
            offer: Offer::BOTH,
            destination: Destination::default(),
            timing: Timing::default(),
            announced_timeout_seconds: 36,
            seed,
        }
    }

    /// The same with other transports.
    #[must_use]
    pub const fn offer(mut self, offer: Offer) -> Self {
        self.offer = offer;
        self
    }

    /// The same with another rule for destinations.
    #[must_use]
    pub const fn destination(mut self, destination: Destination) -> Self {
        self.destination = destination;
        self
    }

    /// The same with other waits.
    #[must_use]
    pub const fn timing(mut self, timing: Timing) -> Self {
        self.timing = timing;
        self
    }
}
