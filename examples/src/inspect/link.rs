//! From a captured packet to a TCP segment.

use std::net::SocketAddr;

use etherparse::{EtherType, LaxNetSlice, LaxSlicedPacket, TransportSlice};
use pcap_parser::Linktype;

/// One TCP segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Segment<'a> {
    pub(super) from: SocketAddr,
    pub(super) to: SocketAddr,
    pub(super) seq: u32,
    pub(super) ack: Option<u32>,
    pub(super) syn: bool,
    /// Nothing follows the payload. Never set when the capture cut the packet short, because the
    /// place of the end is unknown then.
    pub(super) fin: bool,
    pub(super) rst: bool,
    pub(super) payload: &'a [u8],
}

/// What a packet is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Parsed<'a> {
    Tcp(Segment<'a>),
    /// A part of a fragmented IP packet, which is not put together.
    Fragment,
    /// Anything else.
    Other,
    /// A packet on a network that this program does not know.
    UnknownLink,
}

// Numbers of https://www.tcpdump.org/linktypes.html that pcap-parser has no name for.
const RAW_BSD: Linktype = Linktype(12);
const RAW_OPENBSD: Linktype = Linktype(14);
const LINUX_SLL2: Linktype = Linktype(276);

/// Takes a packet apart.
pub(super) fn parse(link: Linktype, data: &[u8]) -> Parsed<'_> {
    let packet = match link {
        Linktype::ETHERNET => LaxSlicedPacket::from_ethernet(data).ok(),
        Linktype::RAW | Linktype::IPV4 | Linktype::IPV6 | RAW_BSD | RAW_OPENBSD => ip(data),
        // The address family in front has the byte order of the capturing machine and says no more
        // than the version in the IP header.
        Linktype::NULL | Linktype::LOOP => data.get(4..).and_then(ip),
        Linktype::LINUX_SLL => cooked(data, 14, 16),
        LINUX_SLL2 => cooked(data, 0, 20),
        _ => return Parsed::UnknownLink,
    };
    packet.map_or(Parsed::Other, |packet| segment(&packet))
}

fn ip(data: &[u8]) -> Option<LaxSlicedPacket<'_>> {
    LaxSlicedPacket::from_ip(data).ok()
}

/// Linux's stand-in for the header of a link, with the type at one offset and the packet at another.
fn cooked(data: &[u8], ether_type: usize, packet: usize) -> Option<LaxSlicedPacket<'_>> {
    let bytes: &[u8; 2] = data.get(ether_type..)?.first_chunk()?;
    Some(LaxSlicedPacket::from_ether_type(EtherType(u16::from_be_bytes(*bytes)), data.get(packet..)?))
}

fn segment<'a>(packet: &LaxSlicedPacket<'a>) -> Parsed<'a> {
    let Some((source, destination, payload)) = packet.net.as_ref().and_then(|net| match net {
        LaxNetSlice::Ipv4(ip) => {
            let header = ip.header();
            Some((header.source_addr().into(), header.destination_addr().into(), ip.payload()))
        }
        LaxNetSlice::Ipv6(ip) => {
            let header = ip.header();
            Some((header.source_addr().into(), header.destination_addr().into(), ip.payload()))
        }
        LaxNetSlice::Arp(_) => None,
    }) else {
        return Parsed::Other;
    };
    if payload.fragmented {
        return Parsed::Fragment;
    }
    let Some(TransportSlice::Tcp(tcp)) = &packet.transport else { return Parsed::Other };
    Parsed::Tcp(Segment {
        from: SocketAddr::new(source, tcp.source_port()),
        to: SocketAddr::new(destination, tcp.destination_port()),
        seq: tcp.sequence_number(),
        ack: tcp.ack().then(|| tcp.acknowledgment_number()),
        syn: tcp.syn(),
        fin: tcp.fin() && !payload.incomplete,
        rst: tcp.rst(),
        payload: tcp.payload(),
    })
}

/// The network that a packet without a file around it comes from, by what its headers look like.
/// `announced` says that it is a packet for certain.
pub(super) fn guess(data: &[u8], announced: bool) -> Option<Linktype> {
    let is_ip = |at: usize| data.get(at..).is_some_and(|data| looks_like_ip(data, announced));
    let ether_type = |at: usize| matches!(data.get(at..at + 2), Some([0x08, 0x00] | [0x86, 0xDD]));
    let tagged = matches!(data.get(12..14), Some([0x81, 0x00] | [0x88, 0xA8]));
    match () {
        () if is_ip(0) => Some(Linktype::RAW),
        () if ether_type(12) && is_ip(14) || tagged && ether_type(16) && is_ip(18) => {
            Some(Linktype::ETHERNET)
        }
        () if ether_type(14) && is_ip(16) => Some(Linktype::LINUX_SLL),
        () if ether_type(0) && is_ip(20) => Some(LINUX_SLL2),
        () if matches!(data, [0, 0, 0, _, ..] | [_, 0, 0, 0, ..]) && is_ip(4) => Some(Linktype::NULL),
        () => None,
    }
}

/// An IPv4 header with a correct checksum, or an IPv6 header with TCP or UDP behind it: no text and no
/// frame of the protocol begins like that.
fn looks_like_ip(data: &[u8], announced: bool) -> bool {
    match data.first().map(|first| first >> 4) {
        Some(4) => {
            let length = usize::from(data[0] & 15) * 4;
            let Some(header) = data.get(..length).filter(|_| length >= 20) else { return false };
            let words = header.chunks(2).map(|word| word.iter().fold(0, |sum, &b| sum << 8 | u32::from(b)));
            let sum: u32 = words.sum();
            announced || (sum & 0xFFFF) + (sum >> 16) == 0xFFFF
        }
        Some(6) => data.len() >= 40 && matches!(data[6], 6 | 17),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use etherparse::{PacketBuilder, VlanId};

    fn ethernet(payload: &[u8]) -> Vec<u8> {
        let mut packet = Vec::new();
        PacketBuilder::ethernet2([2; 6], [4; 6])
            .ipv4([192, 0, 2, 7], [198, 51, 100, 1], 64)
            .tcp(40_000, 8_588, 77, 1_024)
            .ack(5)
            .write(&mut packet, payload)
            .unwrap();
        packet
    }

    fn payload<'a>(parsed: &Parsed<'a>) -> &'a [u8] {
        match parsed {
            Parsed::Tcp(segment) => {
                assert_eq!((segment.to.port(), segment.seq, segment.ack), (8_588, 77, Some(5)));
                segment.payload
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn every_link_type_leads_to_the_same_segment() {
        let ethernet = ethernet(b"hello");
        let ip = &ethernet[14..];
        let cooked = [&[0; 14][..], &[8, 0], ip].concat();
        let cooked2 = [&[8, 0][..], &[0; 18], ip].concat();
        let null = [&[2, 0, 0, 0][..], ip].concat();
        for (link, data) in [
            (Linktype::ETHERNET, ethernet.as_slice()),
            (Linktype::RAW, ip),
            (Linktype::IPV4, ip),
            (RAW_BSD, ip),
            (Linktype::NULL, &null),
            (Linktype::LOOP, &null),
            (Linktype::LINUX_SLL, &cooked),
            (LINUX_SLL2, &cooked2),
        ] {
            assert_eq!(payload(&parse(link, data)), b"hello", "{link:?}");
        }
    }

    #[test]
    fn vlan_tags_and_ipv6() {
        let (mut vlan, mut v6) = (Vec::new(), Vec::new());
        PacketBuilder::ethernet2([2; 6], [4; 6])
            .double_vlan(VlanId::try_new(7).unwrap(), VlanId::try_new(8).unwrap())
            .ipv4([192, 0, 2, 7], [198, 51, 100, 1], 64)
            .tcp(40_000, 8_588, 77, 1_024)
            .ack(5)
            .write(&mut vlan, b"tagged")
            .unwrap();
        assert_eq!(payload(&parse(Linktype::ETHERNET, &vlan)), b"tagged");
        PacketBuilder::ipv6([1; 16], [2; 16], 64)
            .tcp(40_000, 8_588, 77, 1_024)
            .ack(5)
            .write(&mut v6, b"six")
            .unwrap();
        assert_eq!(payload(&parse(Linktype::RAW, &v6)), b"six");
        assert_eq!(payload(&parse(Linktype::IPV6, &v6)), b"six");
    }

    #[test]
    fn padding_of_short_ethernet_packets_is_no_payload() {
        let mut packet = ethernet(b"");
        packet.resize(60, 0xEE);
        assert_eq!(payload(&parse(Linktype::ETHERNET, &packet)), b"");
    }

    #[test]
    fn packets_are_recognised_by_their_headers() {
        let packet = ethernet(b"hello");
        let ip = &packet[14..];
        for (link, data) in [
            (Linktype::RAW, ip.to_vec()),
            (Linktype::ETHERNET, packet.clone()),
            (Linktype::LINUX_SLL, [&[0; 14][..], &[8, 0], ip].concat()),
            (LINUX_SLL2, [&[8, 0][..], &[0; 18], ip].concat()),
            (Linktype::NULL, [&[2, 0, 0, 0][..], ip].concat()),
        ] {
            assert_eq!(guess(&data, false), Some(link));
            for len in 0..data.len() {
                let _ = guess(&data[..len], true);
            }
        }
        for data in [&b"GET / HTTP/1.1\r\nHost: example.com\r\n\r\n"[..], b"\xfa\xf5\x33\0", b"<A/>", b""] {
            assert_eq!(guess(data, false), None);
        }
    }

    #[test]
    fn cut_and_strange_packets_do_no_harm() {
        let packet = ethernet(b"hello");
        for len in 0..packet.len() {
            let _ = parse(Linktype::ETHERNET, &packet[..len]);
            let _ = parse(Linktype::RAW, &packet[..len]);
            let _ = parse(Linktype::LINUX_SLL, &packet[..len]);
            let _ = parse(LINUX_SLL2, &packet[..len]);
            let _ = parse(Linktype::NULL, &packet[..len]);
        }
        assert_eq!(parse(Linktype(105), &packet), Parsed::UnknownLink);
    }
}
