//! Who is at the other end, behind the proxies that are trusted.
//!
//! Anybody can write `X-Forwarded-For` into a request. It counts when it comes from a proxy of the settings, and only
//! as far as such proxies have written it: read from its end, the first address that is no proxy of ours is the peer.

use std::borrow::Cow;
use std::fmt;
use std::net::{IpAddr, SocketAddr};

use ipnet::IpNet;

use crate::config::ForwardedHeader;

/// Who is at the other end: found out once, when a connection or a request comes in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PeerAddr {
    socket: SocketAddr,
    behind_proxy: bool,
}

impl PeerAddr {
    /// The peer of a connection that no proxy speaks for.
    #[must_use]
    pub fn direct(socket: SocketAddr) -> Self {
        Self { socket: canonical(socket), behind_proxy: false }
    }

    /// The peer that a trusted proxy has named.
    #[must_use]
    pub fn behind_proxy(socket: SocketAddr) -> Self {
        Self { socket: canonical(socket), behind_proxy: true }
    }

    /// The peer of a request that came over a connection from `socket`, by the values of the header in their order.
    #[must_use]
    pub fn of_request<'a>(
        socket: SocketAddr,
        proxies: &[IpNet],
        header: ForwardedHeader,
        values: impl Iterator<Item = Cow<'a, str>>,
    ) -> Self {
        if !is_trusted(proxies, socket.ip()) {
            return Self::direct(socket);
        }
        let hops: Vec<_> = values.flat_map(|value| hops(header, &value)).collect();
        let mut peer = socket;
        for hop in hops.into_iter().rev() {
            // What cannot be read hides who came; the last proxy stands for it.
            let Some(hop) = hop else { break };
            peer = hop;
            if !is_trusted(proxies, peer.ip()) {
                break;
            }
        }
        Self::behind_proxy(peer)
    }

    /// The address.
    #[must_use]
    pub fn ip(self) -> IpAddr {
        self.socket.ip()
    }

    /// Address and port; port 0 where a proxy did not name it.
    #[must_use]
    pub fn socket(self) -> SocketAddr {
        self.socket
    }

    /// Whether a trusted proxy is in between.
    #[must_use]
    pub fn is_behind_proxy(self) -> bool {
        self.behind_proxy
    }
}

impl fmt::Display for PeerAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.socket.port() {
            0 => self.socket.ip().fmt(f),
            _ => self.socket.fmt(f),
        }
    }
}

/// Whether an address is one of these proxies.
pub(crate) fn is_trusted(proxies: &[IpNet], ip: IpAddr) -> bool {
    let ip = ip.to_canonical();
    proxies.iter().any(|net| net.contains(&ip))
}

/// ::ffff:a.b.c.d is the same peer as a.b.c.d.
fn canonical(socket: SocketAddr) -> SocketAddr {
    SocketAddr::new(socket.ip().to_canonical(), socket.port())
}

/// The addresses in a value of the header; `None` for one that cannot be read.
fn hops(header: ForwardedHeader, value: &str) -> Vec<Option<SocketAddr>> {
    match header {
        ForwardedHeader::XForwardedFor => value.split(',').map(node).collect(),
        ForwardedHeader::Forwarded => outside_quotes(value, ',').into_iter().map(forwarded_for).collect(),
    }
}

/// The `for` of an element of `Forwarded` (RFC 7239).
fn forwarded_for(element: &str) -> Option<SocketAddr> {
    let pairs = outside_quotes(element, ';').into_iter().filter_map(|pair| pair.split_once('='));
    let (_, value) = pairs.into_iter().find(|(name, _)| name.trim().eq_ignore_ascii_case("for"))?;
    node(value.trim().trim_matches('"'))
}

fn outside_quotes(text: &str, separator: char) -> Vec<&str> {
    let mut quoted = false;
    let parts = text.split(|c| {
        quoted ^= c == '"';
        c == separator && !quoted
    });
    parts.collect()
}

/// An address, with or without a port, IPv6 in brackets or bare.
fn node(text: &str) -> Option<SocketAddr> {
    let text = text.trim();
    if let Ok(socket) = text.parse() {
        return Some(socket);
    }
    let bare = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
    bare.parse().ok().map(|ip| SocketAddr::new(ip, 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(from: &str, header: ForwardedHeader, values: &[&str]) -> (String, bool) {
        let proxies = ["10.0.0.0/8".parse().unwrap(), "fd00::/8".parse().unwrap()];
        let values = values.iter().map(|value| Cow::from(*value));
        let peer = PeerAddr::of_request(from.parse().unwrap(), &proxies, header, values);
        (peer.to_string(), peer.is_behind_proxy())
    }

    /// Whoever is no proxy says nothing about himself.
    #[test]
    fn strangers_are_not_believed() {
        for header in [ForwardedHeader::XForwardedFor, ForwardedHeader::Forwarded] {
            let stranger = seen("192.0.2.1:4000", header, &["203.0.113.9", "for=203.0.113.9"]);
            assert_eq!(stranger, ("192.0.2.1:4000".into(), false));
        }
    }

    /// What a client wrote before a proxy added to it does not count.
    #[test]
    fn proxies_are_believed_as_far_as_they_wrote() {
        for (values, peer) in [
            (&["203.0.113.9"][..], "203.0.113.9"),
            (&["127.0.0.1, 203.0.113.9"], "203.0.113.9"),
            (&["127.0.0.1", "203.0.113.9, 10.0.0.2"], "203.0.113.9"),
            (&["203.0.113.9:4711"], "203.0.113.9:4711"),
            (&["2001:db8::7"], "2001:db8::7"),
            (&["[2001:db8::7]:4711"], "[2001:db8::7]:4711"),
            (&["10.0.0.3, 10.0.0.2"], "10.0.0.3"),
            (&["203.0.113.9, unknown"], "10.0.0.1:99"),
            (&["203.0.113.9, unknown, 10.0.0.2"], "10.0.0.2"),
            (&[""], "10.0.0.1:99"),
            (&[], "10.0.0.1:99"),
        ] {
            let found = seen("[::ffff:10.0.0.1]:99", ForwardedHeader::XForwardedFor, values);
            assert_eq!(found, (peer.into(), true), "{values:?}");
        }
    }

    #[test]
    fn the_other_header() {
        for (values, peer) in [
            (&["for=203.0.113.9;proto=https, For=10.0.0.2"][..], "203.0.113.9"),
            (&["by=x;for=\"[2001:db8::7]:80\""], "[2001:db8::7]:80"),
            (&["for=127.0.0.1;by=\"a,b;for=9\", for=203.0.113.9"], "203.0.113.9"),
            (&["for=_hidden"], "10.0.0.1:99"),
            (&["203.0.113.9"], "10.0.0.1:99"),
        ] {
            let found = seen("10.0.0.1:99", ForwardedHeader::Forwarded, values);
            assert_eq!(found, (peer.into(), true), "{values:?}");
        }
    }
}
