//! Silence, stalls, and addresses.; E-176, E-185.

use std::net::SocketAddr;

use kandian_proto::rtsp::message::MessageErrorKind;
use kandian_proto::rtsp::rtcp;
use kandian_proto::rtsp::rtp::{Track, punch};
use kandian_proto::rtsp::server::{
    CloseReason, Config, Destination, EndReason, Event, Heard, Input, TimerKind, UNPROVEN, UdpPath,
    is_allowed,
};
use kandian_proto::time::Millis;

use crate::camera::{Camera, TCP, UDP, live, recording};

const PEER: &str = "198.51.100.9";

fn address(text: &str) -> SocketAddr {
    text.parse().unwrap()
}

/// E-176: between 60 and 61 s after the last sign of life, whatever it was.
#[test]
fn r10_14_e176_keep_alive() {
    for sign in ["OPTIONS", "GET_PARAMETER", "PLAY", "RTCP", "none"] {
        let mut camera = Camera::new();
        let session = camera.play(&live(0), UDP);
        let key = camera.session();
        camera.pass(Millis(59_000));
        match sign {
            "RTCP" => {
                let report = rtcp::receiver_report(1, None, "x");
                camera.feed(Input::Datagram {
                    session: key,
                    track: Track::VIDEO,
                    is_rtcp: true,
                    from: address("198.51.100.9:16265"),
                    data: &report,
                });
            }
            "none" => {
                // From somebody else.
                let report = rtcp::receiver_report(1, None, "x");
                camera.feed(Input::Datagram {
                    session: key,
                    track: Track::VIDEO,
                    is_rtcp: true,
                    from: address("203.0.113.66:9"),
                    data: &report,
                });
            }
            method => assert_eq!(camera.status(method, &live(0), &session), 200),
        }
        let rest = if sign == "none" { Millis(999) } else { Millis(59_999) };
        camera.pass(rest);
        assert_eq!(camera.closed, None, "{sign}");
        camera.pass(Millis(1));
        assert_eq!(camera.closed, Some(CloseReason::Timeout(TimerKind::KeepAlive)), "{sign}");
        let reason = EndReason::Timeout(TimerKind::KeepAlive);
        assert_eq!(camera.events.last(), Some(&Event::Ended { session: key, reason }));
    }
}

/// silence ends the session that is silent; the connection ends with the last one.
#[test]
fn r10_14_each_session_for_itself() {
    let mut camera = Camera::new();
    camera.play(&live(0), UDP);
    let silent = camera.session();
    let session = camera.play(&live(1), UDP);
    let lively = camera.session();
    camera.pass(Millis(30_000));
    assert_eq!(camera.status("OPTIONS", &live(1), &session), 200);
    camera.pass(Millis(30_000));
    let reason = EndReason::Timeout(TimerKind::KeepAlive);
    assert_eq!(camera.events.last(), Some(&Event::Ended { session: silent, reason }));
    assert!(camera.server.is_playing(lively) && camera.closed.is_none());
    camera.pass(Millis(29_999));
    assert_eq!(camera.closed, None);
    camera.pass(Millis(1));
    assert_eq!(camera.events.last(), Some(&Event::Ended { session: lively, reason }));
    assert_eq!(camera.closed, Some(CloseReason::Timeout(TimerKind::KeepAlive)));
}

/// over TCP nothing has to be said.
#[test]
fn r10_15_tcp_is_silent() {
    let mut camera = Camera::new();
    camera.play(&live(0), TCP);
    camera.pass(Millis(600_000));
    assert_eq!(camera.closed, None);
}

/// E-176: 10 s after the socket took nothing more, and not while a playback is paused.
#[test]
fn r10_16_e176_stall() {
    let mut camera = Camera::new();
    camera.play(&live(0), TCP);
    camera.feed(Input::WriteBlocked);
    camera.pass(Millis(9_000));
    camera.feed(Input::Writable);
    camera.pass(Millis(60_000));
    assert_eq!(camera.closed, None, "it went on");
    camera.feed(Input::WriteBlocked);
    camera.pass(Millis(5_000));
    camera.feed(Input::WriteBlocked);
    camera.pass(Millis(4_999));
    assert_eq!(camera.closed, None);
    camera.pass(Millis(1));
    assert_eq!(camera.closed, Some(CloseReason::Timeout(TimerKind::Stall)));

    let mut camera = Camera::new();
    let session = camera.play(&recording(), TCP);
    camera.feed(Input::WriteBlocked);
    assert_eq!(camera.status("PAUSE", &recording(), &session), 200);
    camera.pass(Millis(300_000));
    assert_eq!(camera.closed, None);
    assert_eq!(camera.status("PLAY", &recording(), &session), 200);
    camera.pass(Millis(9_999));
    assert_eq!(camera.closed, None, "counted from the end of the pause");
    camera.pass(Millis(1));
    assert_eq!(camera.closed, Some(CloseReason::Timeout(TimerKind::Stall)));
}

/// a client that asks and does not read gains nothing by asking for more.
#[test]
fn r10_16_asking_is_not_reading() {
    for url in [live(0), recording()] {
        let mut camera = Camera::new();
        let session = camera.play(&url, TCP);
        camera.feed(Input::WriteBlocked);
        for _ in 0..9 {
            camera.pass(Millis(1_000));
            assert_eq!(camera.status("PLAY", &url, &session), 200);
        }
        camera.pass(Millis(999));
        assert_eq!(camera.closed, None);
        camera.pass(Millis(1));
        assert_eq!(camera.closed, Some(CloseReason::Timeout(TimerKind::Stall)));
    }
}

/// What nobody uses is closed: no request, half a message, a session that never plays, an endless pause.
#[test]
fn idle_connections() {
    let mut camera = Camera::new();
    camera.pass(Millis(60_000));
    assert_eq!(camera.closed, Some(CloseReason::Timeout(TimerKind::Idle)));

    let mut camera = Camera::new();
    for byte in b"OPTIONS * RT" {
        if camera.closed.is_none() {
            camera.feed(Input::Bytes(&[*byte]));
            camera.pass(Millis(900));
        }
    }
    assert_eq!(camera.closed, Some(CloseReason::Timeout(TimerKind::Message)), "one byte at a time");

    let mut camera = Camera::new();
    camera.set_up_one(&live(0), TCP);
    camera.pass(Millis(60_000));
    assert_eq!(camera.closed, Some(CloseReason::Timeout(TimerKind::Idle)));

    let mut camera = Camera::new();
    let session = camera.play(&recording(), TCP);
    camera.status("PAUSE", &recording(), &session);
    camera.pass(Millis(599_999));
    assert_eq!(camera.closed, None);
    camera.pass(Millis(1));
    assert_eq!(camera.closed, Some(CloseReason::Timeout(TimerKind::Paused)));
}

/// E-177, R-10.15: a recording that came to its end can be sought for a while, and holds its place no longer.
#[test]
fn e177_at_the_end_of_a_recording() {
    let mut camera = Camera::new();
    let session = camera.play(&recording(), TCP);
    let key = camera.session();
    camera.pass(Millis(700_000));
    camera.server.source_ended(camera.now, key);
    assert!(!camera.server.is_playing(key));
    camera.pass(Millis(599_999));
    assert_eq!(camera.closed, None);
    assert_eq!(camera.status("PLAY", &recording(), &format!("{session}Range: npt=0-\r\n")), 200);
    assert!(camera.server.is_playing(key));
    camera.pass(Millis(700_000));
    assert_eq!(camera.closed, None, "it plays again");
    camera.server.source_ended(camera.now, key);
    camera.pass(Millis(600_000));
    let reason = EndReason::Timeout(TimerKind::Paused);
    assert_eq!(camera.events.last(), Some(&Event::Ended { session: key, reason }));
    assert_eq!(camera.closed, Some(CloseReason::Timeout(TimerKind::Paused)));
    // A session that does not play has no end.
    let mut camera = Camera::new();
    camera.set_up_one(&recording(), TCP);
    camera.server.source_ended(camera.now, camera.session());
    camera.pass(Millis(60_000));
    assert_eq!(camera.closed, Some(CloseReason::Timeout(TimerKind::Idle)));
}

/// Sessions end exactly once, however the connection does.
#[test]
fn ends_once() {
    for end in 0..3 {
        let mut camera = Camera::new();
        camera.play(&live(0), TCP);
        match end {
            0 => drop(camera.feed(Input::Closed)),
            1 => drop(camera.feed(Input::Bytes(b"\0"))),
            _ => {
                camera.server.shut_down(camera.now);
                camera.drain();
            }
        }
        assert_eq!(camera.count(|event| matches!(event, Event::Ended { .. })), 1);
        assert!(camera.closed.is_some());
        assert_eq!(camera.feed(Input::Closed), None);
        assert_eq!(camera.count(|event| matches!(event, Event::Ended { .. })), 1);
    }
}

/// Bytes that are no RTSP are answered with 400, and the connection ends.
#[test]
fn malformed() {
    let mut camera = Camera::new();
    camera.feed(Input::Bytes(b"GET / HTTP/1.1\r\n\x01\r\n\r\n"));
    assert_eq!(camera.answers()[0].status.0, 400);
    let Some(CloseReason::Malformed(error)) = camera.closed else { panic!("{:?}", camera.closed) };
    assert_eq!((error.kind, error.offset), (MessageErrorKind::Control(1), 16));
}

/// Requests to a connection that does not read its answers wait; TEARDOWN among the first is served.
#[test]
fn answers_are_bounded() {
    let mut camera = Camera::new();
    camera.feed(Input::WriteBlocked);
    for _ in 0..40 {
        camera.feed(Input::Bytes("OPTIONS * RTSP/1.0\r\nCSeq: 1\r\n\r\n".repeat(50).as_bytes()));
    }
    assert!(camera.bytes.len() < 20_000, "{}", camera.bytes.len());
    let made = camera.answers().len();
    camera.feed(Input::Writable);
    assert_eq!(made + camera.answers().len(), 2_000);
}

/// nothing is sent to a stranger unless the application allows it.
#[test]
fn r15_11_destinations() {
    let asked = "RTP/AVP;unicast;client_port=16264-16265;destination=203.0.113.80";
    let set_up = |rule: Destination, transport: &str| {
        let config = Config::new(PEER.parse().unwrap(), "192.0.2.7".parse().unwrap(), 1).destination(rule);
        let mut camera = Camera::with(config);
        camera.status("DESCRIBE", &live(0), "");
        (camera.status("SETUP", &live(0), &format!("Transport: {transport}\r\n")), camera)
    };
    assert_eq!(set_up(Destination::Peer, asked).0, 461);
    assert_eq!(set_up(Destination::Peer, "RTP/AVP;client_port=5000;destination=198.51.100.9").0, 200);
    for rule in [Destination::Proven, Destination::AsAsked] {
        assert_eq!(set_up(rule, "RTP/AVP;client_port=5000;destination=127.0.0.1").0, 461);
        let (status, mut camera) = set_up(rule, asked);
        assert_eq!((status, camera.status("PLAY", &live(0), "")), (200, 200));
        let key = camera.session();
        let to = camera.server.media_to(camera.now, key, Track::VIDEO);
        assert_eq!(to, (rule == Destination::AsAsked).then(|| address("203.0.113.80:16264")));
        camera.pass(UNPROVEN);
        assert_eq!(camera.server.media_to(camera.now, key, Track::VIDEO), None, "nobody is there");
        let from = address("203.0.113.80:16264");
        camera.feed(Input::Datagram {
            session: key,
            track: Track::VIDEO,
            is_rtcp: false,
            from,
            data: &punch(96, 1, 1),
        });
        assert_eq!(camera.server.media_to(camera.now, key, Track::VIDEO), Some(from));
    }
    assert!(is_allowed(Destination::Peer, "::ffff:192.0.2.1".parse().unwrap(), "192.0.2.1".parse().unwrap()));
    assert!(is_allowed(Destination::Peer, "127.0.0.1".parse().unwrap(), "127.0.0.1".parse().unwrap()));
}

/// E-185: a connection has the time without proof once, however many sessions it begins.
#[test]
fn r15_14_one_allowance() {
    let config = Config::new(PEER.parse().unwrap(), "192.0.2.7".parse().unwrap(), 1);
    let mut camera = Camera::with(config.destination(Destination::AsAsked));
    let asked = "RTP/AVP;unicast;client_port=16264-16265;destination=203.0.113.80";
    let victim = Some(address("203.0.113.80:16264"));
    let mut session = camera.play(&live(0), asked);
    for _ in 0..5 {
        assert_eq!(camera.server.media_to(camera.now, camera.session(), Track::VIDEO), victim);
        camera.pass(Millis(1_000));
        let next = camera.play(&live(0), asked);
        assert_eq!(camera.status("TEARDOWN", &live(0), &session), 200);
        session = next;
    }
    camera.pass(Millis(999));
    assert_eq!(camera.server.media_to(camera.now, camera.session(), Track::VIDEO), victim);
    camera.pass(Millis(1));
    assert_eq!(camera.server.media_to(camera.now, camera.session(), Track::VIDEO), None);
    camera.play(&live(0), asked);
    assert_eq!(camera.server.media_to(camera.now, camera.session(), Track::VIDEO), None, "used up");
}

/// E-185: behind a relay the neighbours of the device are nobody's destination.
#[test]
fn e185_private_destinations() {
    let relay = "203.0.113.40".parse().unwrap();
    for private in [
        "10.1.2.3",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.1.1",
        "100.64.0.1",
        "100.127.255.255",
        "fc00::1",
        "fdff::1",
        "::ffff:192.168.1.1",
        "127.0.0.1",
        "169.254.1.1",
        "fe80::1",
        "0.0.0.0",
        "::",
        "239.1.2.3",
        "ff02::1",
        "255.255.255.255",
    ] {
        let private = private.parse().unwrap();
        for rule in [Destination::Peer, Destination::Proven, Destination::AsAsked] {
            assert!(!is_allowed(rule, relay, private), "{private}");
        }
    }
    let near = "192.168.1.20".parse().unwrap();
    assert!(is_allowed(Destination::Peer, near, near) && is_allowed(Destination::Proven, near, near));
    for public in ["172.32.0.1", "100.128.0.1", "100.63.0.1", "11.0.0.1", "2001:db8::1"] {
        assert!(is_allowed(Destination::Proven, relay, public.parse().unwrap()), "{public}");
    }
}

/// E-185: the first punching packet moves the stream; afterwards only the same address does.
#[test]
fn r15_13_r15_15_e185_redirect() {
    let mut camera = Camera::new();
    camera.play(&live(0), UDP);
    let (session, track) = (camera.session(), Track::VIDEO);
    let (other, stranger) = (address("198.51.100.9:40000"), address("203.0.113.66:16264"));
    let empty = punch(96, 1, 1);
    let full = [&empty[..], b"x"].concat();
    camera.feed(Input::Datagram { session, track, is_rtcp: false, from: other, data: &full });
    camera.feed(Input::Datagram { session, track, is_rtcp: false, from: other, data: b"junk" });
    camera.feed(Input::Datagram { session, track, is_rtcp: false, from: stranger, data: &empty });
    assert_eq!(camera.count(|event| matches!(event, Event::Moved { .. })), 0);
    camera.feed(Input::Datagram { session, track, is_rtcp: false, from: other, data: &empty });
    assert_eq!(camera.events.last(), Some(&Event::Moved { session, track, to: other }));
    assert_eq!(camera.server.media_to(camera.now, session, track), Some(other));

    let mut path = UdpPath::new(address("203.0.113.80:16264"), 16_265, Destination::Proven);
    assert_eq!(
        path.handle_datagram(stranger, false, &empty),
        Heard::Moved(stranger),
        "the first one counts, wherever it is from"
    );
    assert_eq!(path.handle_datagram(address("203.0.113.80:16264"), false, &empty), Heard::Nothing);
    assert_eq!(
        path.handle_datagram(address("203.0.113.66:7"), false, &empty),
        Heard::Moved(address("203.0.113.66:7"))
    );
    let mut path = UdpPath::new(address("203.0.113.80:16264"), 16_265, Destination::AsAsked);
    assert_eq!(path.handle_datagram(address("203.0.113.80:16264"), false, &empty), Heard::Alive);
    assert_eq!(path.handle_datagram(stranger, false, &empty), Heard::Nothing);
}

/// what hits the port for RTCP moves the reports and never the video.
#[test]
fn r15_15_the_port_for_reports() {
    let mut camera = Camera::new();
    camera.play(&live(0), UDP);
    let (session, track) = (camera.session(), Track::VIDEO);
    let to = |camera: &Camera| {
        let server = &camera.server;
        (server.media_to(camera.now, session, track), server.reports_to(camera.now, session, track))
    };
    let (rtp, rtcp) = (Some(address("198.51.100.9:16264")), Some(address("198.51.100.9:16265")));
    assert_eq!(to(&camera), (rtp, rtcp));
    let (empty, report) = (punch(96, 1, 1), rtcp::receiver_report(1, None, "x"));
    let (mapped, stranger) = (address("198.51.100.9:40001"), address("203.0.113.66:9"));
    camera.feed(Input::Datagram { session, track, is_rtcp: true, from: mapped, data: &empty });
    camera.feed(Input::Datagram { session, track, is_rtcp: true, from: stranger, data: &report });
    // A report that comes to the port for RTP says nothing about the other one.
    camera.feed(Input::Datagram { session, track, is_rtcp: false, from: mapped, data: &report });
    assert_eq!(to(&camera), (rtp, rtcp));
    assert_eq!(camera.count(|event| matches!(event, Event::Moved { .. })), 0);
    camera.feed(Input::Datagram { session, track, is_rtcp: true, from: mapped, data: &report });
    assert_eq!(to(&camera), (rtp, Some(mapped)));

    // Reports are bound by the rule for media.
    let mut path = UdpPath::new(address("203.0.113.80:16264"), 16_265, Destination::Proven);
    path.start(Millis(0));
    assert_eq!(path.handle_datagram(address("203.0.113.80:7"), true, &empty), Heard::Nothing);
    assert_eq!(path.reports_to(Millis(0)), None);
    assert_eq!(path.handle_datagram(stranger, false, &empty), Heard::Moved(stranger));
    assert_eq!(path.reports_to(Millis(0)), Some(address("203.0.113.66:16265")));
}
