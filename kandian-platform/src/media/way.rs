//! Where the platform connects to see a camera, and where it does not. Spec §8.7, §15; E-186,
//! E-187.
//!
//! A device says itself where its RTSP server is. A platform that connected wherever it is told would be a tool of
//! everybody who has a device: for ports of machines that only the platform reaches, and to send a token to a stranger. So
//! it connects to two kinds of addresses, and to no other:
//!
//! - the address that the link of the device comes from, which the platform has seen itself: at the port that the device
//!   names for its own network when that is the same address (there is no NAT between them), or at the port of its router
//!   that was tried after the login ([`Probes`](crate::access::Probes));
//! - an address of a network that whoever runs the platform has listed in `media.local_networks`.

use std::net::{IpAddr, SocketAddr};

use ipnet::IpNet;

/// Why a way is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum WhyNot {
    /// The device named no address for it.
    NoAddress,
    /// The device is in another network, as the public addresses say (R-15.2, E-186).
    OtherNetwork,
    /// The address is of a kind that no camera has: this host as a whole, a group, or everybody.
    NoHost,
    /// The port at the router was not tried, or lets nobody in (R-15.5, E-187).
    NotOpen,
    /// The relay is not part of this version.
    NoRelay,
}

/// The local address of a device, when the platform may connect there.
///
/// # Errors
///
/// [`WhyNot`].
pub fn local(named: &str, seen: &str, networks: &[IpNet]) -> Result<SocketAddr, WhyNot> {
    let named = named.parse::<SocketAddr>().map_err(|_| WhyNot::NoAddress)?;
    let ip = named.ip().to_canonical();
    if named.port() == 0 || ip.is_unspecified() {
        return Err(WhyNot::NoAddress);
    }
    if !is_host(ip) {
        return Err(WhyNot::NoHost);
    }
    let is_listed = networks.iter().any(|network| network.contains(&ip));
    if is_listed || seen_ip(seen) == Some(ip) {
        Ok(SocketAddr::new(ip, named.port()))
    } else {
        Err(WhyNot::OtherNetwork)
    }
}

/// The address that a link came from, with or without its port.
#[must_use]
pub fn seen_ip(text: &str) -> Option<IpAddr> {
    let socket = text.parse::<SocketAddr>().map(|socket| socket.ip());
    socket.or_else(|_| text.parse()).ok().map(|ip: IpAddr| ip.to_canonical())
}

fn is_host(ip: IpAddr) -> bool {
    let is_broadcast = matches!(ip, IpAddr::V4(ip) if ip.is_broadcast());
    !(ip.is_multicast() || is_broadcast)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tried(named: &str, seen: &str, networks: &str) -> Result<String, WhyNot> {
        let networks: Vec<IpNet> = networks.split_whitespace().map(|net| net.parse().unwrap()).collect();
        local(named, seen, &networks).map(|socket| socket.to_string())
    }

    /// E-186: the address that was seen, and those that are listed; nothing else that a device may name.
    #[test]
    fn only_what_was_seen_or_listed() {
        assert_eq!(tried("192.0.2.7:554", "192.0.2.7:40001", ""), Ok("192.0.2.7:554".to_owned()));
        assert_eq!(tried("192.0.2.7:554", "::ffff:192.0.2.7", ""), Ok("192.0.2.7:554".to_owned()));
        assert_eq!(tried("127.0.0.1:554", "127.0.0.1:40001", ""), Ok("127.0.0.1:554".to_owned()));
        assert_eq!(tried("10.1.2.3:554", "203.0.113.9:40001", "10.1.0.0/16"), Ok("10.1.2.3:554".to_owned()));
        for named in ["127.0.0.1:5432", "10.1.2.3:80", "169.254.169.254:80", "192.0.2.8:554", "[::1]:554"] {
            assert_eq!(tried(named, "192.0.2.7:40001", ""), Err(WhyNot::OtherNetwork), "{named}");
            assert_eq!(
                tried(named, "192.0.2.7:40001", "172.16.0.0/12"),
                Err(WhyNot::OtherNetwork),
                "{named}"
            );
            assert_eq!(tried(named, "unknown", ""), Err(WhyNot::OtherNetwork), "{named}");
        }
        for named in ["", "0.0.0.0:554", "192.0.2.7:0", "camera.example:554", "192.0.2.7"] {
            assert_eq!(tried(named, "192.0.2.7:40001", "0.0.0.0/0"), Err(WhyNot::NoAddress), "{named}");
        }
        for named in ["224.0.0.1:554", "255.255.255.255:554"] {
            assert_eq!(tried(named, "192.0.2.7:40001", "0.0.0.0/0"), Err(WhyNot::NoHost), "{named}");
        }
    }
}
