//! The field Transport.; E-172, E-173, E-181.

use kandian_proto::rtsp::transport::{Offer, Protocol, Transport};
use proptest::prelude::*;

/// E-172, R-15.1, R-15.11: the samples of the specification, letter by letter.
#[test]
fn e172_samples() {
    let tcp = Transport::parse("RTP/AVP/TCP;unicast;interleaved=0-1//请求 TCP 协议传输 RTP 数据包").unwrap();
    assert_eq!((tcp.protocol, tcp.interleaved), (Protocol::Tcp, Some((0, 1))));
    let answer = Transport::parse(
        "RTP/AVP/TCP;unicast;destination=125.216.243.188;source=222.201.145.236;interleaved=0-1",
    );
    assert_eq!(answer.unwrap().source, Some("222.201.145.236".parse().unwrap()));
    let udp = "RTP/AVP;UNICAST;destination=114.23.72.118;client_port=16264-16265;mode=play";
    let udp = Transport::parse(udp).unwrap();
    assert_eq!(
        (udp.destination, udp.client_port),
        (Some("114.23.72.118".parse().unwrap()), Some((16_264, 16_265)))
    );
    assert!(udp.mode);
    let answer = "RTP/AVP;UNICAST;mode=play;                source=129.240.65.208;server_port=20026-20027; \
        destination=114.23.72.118;client_port=16264-16265";
    let answer = Transport::parse(answer).unwrap();
    assert_eq!(
        (answer.source, answer.server_port),
        (Some("129.240.65.208".parse().unwrap()), Some((20_026, 20_027)))
    );
}

/// E-181: both ways to write UDP, and the first alternative that is offered.
#[test]
fn e181_alternatives() {
    let both = "RTP/AVP/UDP;unicast;client_port=5000-5001,RTP/AVP/TCP;unicast;interleaved=2-3";
    assert_eq!(Transport::choose(both, Offer::BOTH).unwrap().protocol, Protocol::Udp);
    assert_eq!(Transport::choose(both, Offer::TCP).unwrap().interleaved, Some((2, 3)));
    assert_eq!(Transport::choose("RTP/AVP;unicast", Offer::BOTH), None, "no ports");
    assert_eq!(Transport::choose("RTP/SAVP;unicast;client_port=2-3", Offer::BOTH), None);
    assert_eq!(
        Transport::choose("RTP/AVP;client_port=7000", Offer::BOTH).unwrap().client_port,
        Some((7_000, 7_001))
    );
    assert_eq!(Transport::choose("RTP/AVP/TCP", Offer::BOTH).unwrap().interleaved, None);
}

/// What nobody may be sent to.
#[test]
fn refused_destinations() {
    for bad in [
        "multicast;client_port=5000-5001",
        "client_port=0-1",
        "client_port=65535",
        "client_port=70000-70001",
        "client_port=5000-5001;destination=224.0.0.1",
        "client_port=5000-5001;destination=255.255.255.255",
        "client_port=5000-5001;destination=0.0.0.0",
        "client_port=5000-5001;destination=victim.example",
        "client_port=5000-5001;destination=::ffff:224.0.0.1",
        "client_port=5000-5001;mode=record",
        "interleaved=256-257",
    ] {
        assert_eq!(Transport::choose(&format!("RTP/AVP;unicast;{bad}"), Offer::BOTH), None, "{bad}");
    }
}

/// E-172: an answer with a destination that is none is still an answer; a request with it is refused.
#[test]
fn e172_answers() {
    for destination in ["0.0.0.0", "client.example", "::"] {
        let text = format!("RTP/AVP;unicast;destination={destination};client_port=2-3;server_port=4-5");
        assert_eq!(Transport::parse(&text), None);
        let answer = Transport::parse_answer(&text).unwrap();
        assert_eq!((answer.destination, answer.server_port), (None, Some((4, 5))));
    }
    let near = "RTP/AVP;unicast;destination=192.0.2.1;client_port=2-3";
    assert_eq!(Transport::parse_answer(near), Transport::parse(near));
    assert_eq!(Transport::parse_answer("RTP/AVP;multicast;destination=192.0.2.1"), None);
}

proptest! {
    /// What is written is read back.
    #[test]
    fn round_trip(channel in 0_u8..255, port in 1_u16..65_535, source in any::<u32>(), mode in any::<bool>()) {
        let mut udp = Transport::udp(port, port + 1);
        udp.server_port = Some((port, port + 1));
        udp.source = Some(std::net::Ipv4Addr::from(source).into());
        udp.ssrc = Some(source);
        udp.mode = mode;
        if let Some(again) = Transport::parse(&udp.to_string()) && again.source.is_some() {
            prop_assert_eq!(again, udp);
        }
        let tcp = Transport::tcp(channel, channel + 1);
        prop_assert_eq!(Transport::parse(&tcp.to_string()), Some(tcp));
    }

    /// Any text.
    #[test]
    fn hostile(text in "[ -~]{0,80}") {
        let _ = Transport::choose(&format!("RTP/AVP/TCP;{text}"), Offer::BOTH);
        let _ = Transport::choose(&text, Offer::BOTH);
    }
}
