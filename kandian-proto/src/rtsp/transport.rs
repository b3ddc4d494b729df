//! The header field `Transport`. R-15.1, R-15.11, R-15.12; E-172, E-173, E-181.
//!
//! ```
//! use kandian_proto::rtsp::transport::{Offer, Protocol, Transport};
//! // As the specification prints them, with another case and a comment (E-172).
//! let asked = "RTP/AVP;UNICAST;destination=114.23.72.118;client_port=16264-16265;mode=play";
//! let transport = Transport::choose(asked, Offer::BOTH).unwrap();
//! assert_eq!((transport.protocol, transport.client_port), (Protocol::Udp, Some((16264, 16265))));
//! let asked = "RTP/AVP;multicast, RTP/AVP/TCP;unicast;interleaved=0-1//请求 TCP 协议传输 RTP 数据包";
//! let transport = Transport::choose(asked, Offer::BOTH).unwrap();
//! assert_eq!(transport.to_string(), "RTP/AVP/TCP;unicast;interleaved=0-1");
//! assert_eq!(Transport::choose("RTP/AVP;multicast;port=3456-3457", Offer::BOTH), None);
//! ```

use core::fmt;
use core::net::IpAddr;

/// Most alternatives of one field that are looked at. Players name one or two.
const MOST_ALTERNATIVES: usize = 8;

/// How packets travel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Protocol {
    /// Inside the RTSP connection: `RTP/AVP/TCP` (媒体流采用 RTP/RTSP, E-181).
    Tcp,
    /// As datagrams: `RTP/AVP`, or `RTP/AVP/UDP` as some players write it.
    Udp,
}

/// What the one who is asked can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Offer {
    /// Packets inside the RTSP connection.
    pub tcp: bool,
    /// Datagrams.
    pub udp: bool,
}

impl Offer {
    /// Either.
    pub const BOTH: Self = Self { tcp: true, udp: true };
    /// Only inside the connection, as where UDP is known not to get through.
    pub const TCP: Self = Self { tcp: true, udp: false };
}

/// One alternative of the field `Transport`, unicast and for playing: the only kind that is served.
///
/// `destination` is what a client claims, and whoever sends there without asking becomes a weapon: a request of 300
/// bytes, and a stream flows to a victim that never asked. See
/// [`Destination`](crate::rtsp::server::Destination) for the rule.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Transport {
    /// How packets travel.
    pub protocol: Protocol,
    /// The channels of RTP and RTCP.
    pub interleaved: Option<(u8, u8)>,
    /// The client's ports for RTP and RTCP.
    pub client_port: Option<(u16, u16)>,
    /// The server's ports for RTP and RTCP.
    pub server_port: Option<(u16, u16)>,
    /// Where the client wants the stream: its address as STUN sees it (R-15.11).
    pub destination: Option<IpAddr>,
    /// Where the stream comes from: the device's address as STUN sees it (R-15.12).
    pub source: Option<IpAddr>,
    /// The SSRC of the stream.
    pub ssrc: Option<u32>,
    /// Whether `mode=play` is written; it is the default, and repeated when the client wrote it.
    pub mode: bool,
}

impl Transport {
    /// A transport that names nothing yet.
    #[must_use]
    pub const fn new(protocol: Protocol) -> Self {
        Self {
            protocol,
            interleaved: None,
            client_port: None,
            server_port: None,
            destination: None,
            source: None,
            ssrc: None,
            mode: false,
        }
    }

    /// Inside the connection, on these channels.
    #[must_use]
    pub const fn tcp(rtp: u8, rtcp: u8) -> Self {
        Self { interleaved: Some((rtp, rtcp)), ..Self::new(Protocol::Tcp) }
    }

    /// Datagrams, to these ports of the client.
    #[must_use]
    pub const fn udp(rtp: u16, rtcp: u16) -> Self {
        Self { client_port: Some((rtp, rtcp)), ..Self::new(Protocol::Udp) }
    }

    /// The first alternative that is understood and offered; what is not is passed over (RFC 2326 §12.39).
    #[must_use]
    pub fn choose(value: &str, offer: Offer) -> Option<Self> {
        value.split(',').take(MOST_ALTERNATIVES).filter_map(Self::parse).find(|transport| {
            match transport.protocol {
                Protocol::Tcp => offer.tcp,
                // Without ports there is nowhere to send to.
                Protocol::Udp => offer.udp && transport.client_port.is_some(),
            }
        })
    }

    /// Reads one alternative; `None` when it is none that can be served: multicast, recording, another protocol, a
    /// port of 0, an address that is none.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::read(text, Side::Client)
    }

    /// Reads the field of an answer. A client knows where it is, so a `destination` that is none says nothing: devices
    /// write `0.0.0.0` or a name there.
    #[must_use]
    pub fn parse_answer(text: &str) -> Option<Self> {
        Self::read(text, Side::Server)
    }

    fn read(text: &str, by: Side) -> Option<Self> {
        // The specification's samples have comments (E-172).
        let text = text.split("//").next().unwrap_or(text);
        let mut parts = text.split(';').map(str::trim);
        let mut transport = Self::new(protocol(parts.next()?)?);
        for part in parts {
            let (name, value) =
                part.split_once('=').map_or((part, ""), |(name, value)| (name.trim(), value.trim()));
            transport.take(&name.to_ascii_lowercase(), value.trim_matches('"'), by)?;
        }
        Some(transport)
    }

    /// Takes a parameter; those that say nothing here are passed over.
    fn take(&mut self, name: &str, value: &str, by: Side) -> Option<()> {
        match name {
            "multicast" => return None,
            "interleaved" => self.interleaved = Some(pair(value, |a: u8| a.checked_add(1))?),
            "client_port" => self.client_port = Some(ports(value)?),
            "server_port" => self.server_port = Some(ports(value)?),
            // Without a value it says that the client is the destination.
            "destination" if value.is_empty() => {}
            "destination" if by == Side::Server => self.destination = address(value),
            "destination" => self.destination = Some(address(value)?),
            // Where an answer comes from may be a name, which nobody needs to know.
            "source" => self.source = address(value),
            "ssrc" => self.ssrc = u32::from_str_radix(value, 16).ok(),
            "mode" if value.eq_ignore_ascii_case("play") => self.mode = true,
            "mode" => return None,
            _ => {}
        }
        Some(())
    }
}

/// Who wrote a field.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Client,
    Server,
}

fn protocol(text: &str) -> Option<Protocol> {
    let is = |name: &str| text.eq_ignore_ascii_case(name);
    if is("RTP/AVP/TCP") {
        Some(Protocol::Tcp)
    } else if is("RTP/AVP") || is("RTP/AVP/UDP") {
        Some(Protocol::Udp)
    } else {
        None
    }
}

/// `a-b`, or `a` alone, which means `a` and the next one.
fn pair<T: Copy + core::str::FromStr>(text: &str, next: impl Fn(T) -> Option<T>) -> Option<(T, T)> {
    match text.split_once('-') {
        Some((first, second)) => Some((first.trim().parse().ok()?, second.trim().parse().ok()?)),
        None => {
            let first = text.parse().ok()?;
            Some((first, next(first)?))
        }
    }
}

fn ports(text: &str) -> Option<(u16, u16)> {
    pair(text, |port: u16| port.checked_add(1)).filter(|(rtp, rtcp)| *rtp != 0 && *rtcp != 0)
}

/// An address that packets can be sent to: not that of nobody, of everybody, or of a group.
fn address(text: &str) -> Option<IpAddr> {
    let address: IpAddr = text.trim_matches(['[', ']']).parse().ok()?;
    let address = address.to_canonical();
    let is_broadcast = matches!(address, IpAddr::V4(v4) if v4.is_broadcast());
    (!address.is_unspecified() && !address.is_multicast() && !is_broadcast).then_some(address)
}

impl fmt::Display for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.protocol {
            Protocol::Tcp => "RTP/AVP/TCP;unicast",
            Protocol::Udp => "RTP/AVP;unicast",
        })?;
        if let Some(destination) = self.destination {
            write!(f, ";destination={destination}")?;
        }
        if let Some(source) = self.source {
            write!(f, ";source={source}")?;
        }
        let pairs = [("client_port", self.client_port), ("server_port", self.server_port)];
        let interleaved = self.interleaved.map(|(rtp, rtcp)| (u16::from(rtp), u16::from(rtcp)));
        for (name, pair) in pairs.into_iter().chain([("interleaved", interleaved)]) {
            if let Some((rtp, rtcp)) = pair {
                write!(f, ";{name}={rtp}-{rtcp}")?;
            }
        }
        if let Some(ssrc) = self.ssrc {
            write!(f, ";ssrc={ssrc:08X}")?;
        }
        if self.mode { f.write_str(";mode=play") } else { Ok(()) }
    }
}
