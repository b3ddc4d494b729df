//! A client and a camera.; E-175, E-176.

use kandian_proto::rtsp::client::{EndReason, Event, Input, Options, TimerKind};
use kandian_proto::rtsp::message::{Method, Range, Scale, Start, Status};
use kandian_proto::rtsp::rtcp;
use kandian_proto::rtsp::rtp::{Packetiser, Track};
use kandian_proto::rtsp::server::{CloseReason, Config, Destination};
use kandian_proto::time::Millis;
use kandian_proto::value::GenericResult;

use crate::camera::{DURATION, live, recording};
use crate::view::{CLIENT, SERVER, View};

fn udp() -> Options {
    Options::udp([(16_264, 16_265), (16_266, 16_267)], Some(CLIENT.parse().unwrap()), 5)
}

/// pictures over TCP, and the end.
#[test]
fn r3_3_r10_3_r10_6_r15_1_tcp() {
    let mut view = View::new(&live(0), Options::tcp());
    view.connect();
    assert_eq!(view.methods(), ["OPTIONS", "DESCRIBE", "SETUP", "PLAY"]);
    assert!(view.requests[2].1.contains("\r\nTransport: RTP/AVP/TCP;unicast;interleaved=0-1\r\n"));
    assert!(view.requests[2].1.starts_with(&format!("SETUP {}/trackID=0 RTSP/1.0\r\n", live(0))));
    let [Event::Described(remote), Event::Playing { info, .. }] = &view.events[..] else {
        panic!("{:?}", view.events)
    };
    assert!(remote.tracks[0].parameter_sets.is_complete());
    assert_eq!((info[0].sequence, info[0].timestamp), (Some(7), Some(90_000)));

    let units: Vec<_> = (0..20).map(|index| view.picture(index % 10 == 0, 4_000)).collect();
    assert_eq!(view.media.len(), 20);
    for (unit, (track, media)) in units.iter().zip(&view.media) {
        assert_eq!((*track, media.lost, media.is_idr), (Track::VIDEO, 0, unit.is_idr()));
        assert_eq!((media.timestamp, media.data.len()), (u64::from(unit.timestamp()), 4_006));
    }
    view.client.tear_down(view.camera.now);
    view.settle();
    assert_eq!(view.ended, Some(EndReason::Teardown));
    assert_eq!(view.camera.closed, Some(CloseReason::Teardown));
}

/// ten minutes over TCP without a sign of life; is for UDP.
#[test]
fn r10_15_tcp_needs_no_sign_of_life() {
    let mut view = View::new(&live(1), Options::tcp());
    view.connect();
    for _ in 0..60 {
        view.picture(true, 100);
        view.pass(Millis(9_999));
    }
    assert_eq!(view.methods(), ["OPTIONS", "DESCRIBE", "SETUP", "SETUP", "PLAY"]);
    assert_eq!((view.ended, view.camera.closed), (None, None));
    assert!(!view.events.contains(&Event::Silent));
}

/// E-176: over UDP: addresses, punching packets, OPTIONS every 30 s with the session.
#[test]
fn r10_13_r15_11_r15_13_e176_udp() {
    let mut view = View::new(&live(0), udp());
    view.connect();
    assert!(
        view.requests[2]
            .1
            .contains("Transport: RTP/AVP;unicast;destination=198.51.100.9;client_port=16264-16265\r\n")
    );
    // To where the answer says: the mapped address of the camera.
    let (to, rtcp) = ("129.240.65.208:20026".parse().unwrap(), "129.240.65.208:20027".parse().unwrap());
    let begun = view.camera.now.mono;
    assert_eq!(view.datagrams, [(begun, false, to), (begun, true, rtcp)]);
    view.pass(Millis(1_000));
    assert_eq!(view.datagrams.iter().filter(|(_, is_rtcp, _)| !is_rtcp).count(), 3, "until something comes");
    view.picture(true, 3_000);
    for _ in 0..100 {
        view.pass(Millis(990));
        view.picture(true, 3_000);
    }
    assert_eq!(view.media.len(), 101);
    assert_eq!(view.datagrams.iter().filter(|(_, is_rtcp, _)| !is_rtcp).count(), 3);
    let signs: Vec<_> =
        view.requests[4..].iter().map(|(at, request)| (*at - begun, request.clone())).collect();
    // Five sixths of what the camera announces.
    assert_eq!(signs.iter().map(|(at, _)| *at).collect::<Vec<_>>(), [30, 60, 90].map(Millis::from_secs));
    assert!(signs.iter().all(|(_, request)| request.starts_with("OPTIONS ")
        && request.contains("\r\nSession: 0000000000000007\r\n")));
    assert_eq!((view.ended, view.camera.closed), (None, None));

    let mut config = Config::new(CLIENT.parse().unwrap(), SERVER.parse().unwrap(), 7);
    config.announced_timeout_seconds = 60;
    let mut view = View::with(&live(0), udp(), config);
    view.connect();
    let begun = view.camera.now.mono;
    for _ in 0..100 {
        view.picture(true, 300);
        view.pass(Millis(1_000));
    }
    let signs: Vec<_> = view.requests[4..].iter().map(|(at, _)| *at - begun).collect();
    assert_eq!(signs, [30, 60, 90].map(Millis::from_secs), "R-10.13");
}

/// E-175: no video 5 s after the answer to PLAY, so the view is torn down.
#[test]
fn r15_16_e175_no_video() {
    let mut view = View::new(&live(0), udp());
    view.udp.1 = false;
    view.connect();
    view.pass(Millis(4_999));
    view.picture(true, 100);
    assert!(!view.events.contains(&Event::NoVideo));
    view.pass(Millis(1));
    assert_eq!(view.events.last(), Some(&Event::NoVideo));
    assert_eq!(*view.methods().last().unwrap(), "TEARDOWN");
    assert_eq!((view.ended, view.camera.closed), (Some(EndReason::Teardown), Some(CloseReason::Teardown)));
}

/// sound that comes says nothing about the video: its NAT is punched on, and it is given up after 5 s.
/// A track that has come is punched no more.
#[test]
fn r15_13_r15_16_sound_is_no_video() {
    let mut view = View::new(&live(1), udp());
    view.connect();
    let punches = |view: &View| view.datagrams.iter().filter(|(_, is_rtcp, _)| !is_rtcp).count();
    assert_eq!(punches(&view), 2, "video and sound");
    let sound = Packetiser::pcma(3, 0).g711(&[0xD5; 160], 0).packet(0).unwrap();
    let from = format!("{SERVER}:20026").parse().unwrap();
    let input = Input::Datagram { track: Track::AUDIO, from, data: &sound };
    view.client.handle_input(view.camera.now, input);
    view.pass(Millis(1_000));
    assert_eq!((view.media.len(), punches(&view)), (1, 4), "the video only");
    view.pass(Millis(3_999));
    assert!(!view.events.contains(&Event::NoVideo));
    view.pass(Millis(1));
    assert_eq!(view.events.last(), Some(&Event::NoVideo));
    assert_eq!(view.ended, Some(EndReason::Teardown));

    let mut view = View::new(&live(1), udp());
    view.connect();
    view.picture(true, 100);
    view.pass(Millis(1_000));
    assert_eq!(punches(&view), 4, "the sound only");
    view.pass(Millis(30_000));
    assert_eq!((punches(&view), view.ended), (13, None), "sound that never comes is not punched for ever");
    assert!(!view.events.contains(&Event::NoVideo));
}

/// E-185: through a relay, with media only to who proved to be there.
#[test]
fn r15_14_relayed_udp() {
    let relay = Config::new("203.0.113.40".parse().unwrap(), SERVER.parse().unwrap(), 7);
    let mut view = View::with(&live(0), udp(), relay.destination(Destination::Proven));
    view.udp.0 = false;
    view.connect();
    view.picture(true, 100);
    assert_eq!(view.media.len(), 0, "nobody has proved to be there");
    view.udp.0 = true;
    view.pass(Millis(500));
    view.picture(true, 100);
    assert_eq!(view.media.len(), 1);
    // Without permission the relay's peer is all that is believed.
    let mut view = View::with(&live(0), udp(), relay);
    view.connect();
    assert_eq!(
        view.ended,
        Some(EndReason::Refused { method: Method::Setup, status: Status::UNSUPPORTED_TRANSPORT })
    );
}

/// E-177: a recording: begin, pause, seek, speed, end.
#[test]
fn r10_7_e177_playback() {
    let options = Options::tcp().begin(Some(Range::from(Millis(55_000))), None);
    let mut view = View::new(&recording(), options);
    view.connect();
    let Event::Playing { range, scale, .. } = view.events.last().unwrap() else { panic!() };
    assert_eq!(
        (*range, *scale),
        (Some(Range { start: Start::At(Millis(55_000)), end: Some(DURATION) }), None)
    );
    view.client.pause(view.camera.now).unwrap();
    // A wish that comes before the answer waits for it.
    view.client.play(view.camera.now, None, Some(Scale::DOUBLE)).unwrap();
    view.settle();
    assert!(matches!(&view.events[2..], [Event::Paused, Event::Playing { scale: Some(Scale::DOUBLE), .. }]));
    view.client.play(view.camera.now, None, Some(Scale { thousandths: 3_000 })).unwrap();
    view.settle();
    assert_eq!(
        view.events.last(),
        Some(&Event::Refused { method: Method::Play, status: Status::INVALID_RANGE })
    );
    assert!(view.client.is_playing());
    // Which time is which moment.
    let ntp = rtcp::Ntp(1 << 40);
    let report = rtcp::sender_report(99, ntp, 5, 1, 1, "");
    let frame = [&[b'$', 1][..], &(report.len() as u16).to_be_bytes(), &report].concat();
    assert!(view.queue.push_message(frame.into()));
    view.settle();
    assert_eq!(view.events.last(), Some(&Event::Clock { track: Track::VIDEO, ntp, timestamp: 5 }));
    // E-177: the end.
    let bye = rtcp::bye(99);
    let frame = [&[b'$', 1][..], &(bye.len() as u16).to_be_bytes(), &bye].concat();
    assert!(view.queue.push_message(frame.into()));
    view.settle();
    assert_eq!(view.events.last(), Some(&Event::SourceEnded { track: Track::VIDEO }));
}

/// E-178: a live view cannot be paused, and goes on.
#[test]
fn e178_live_pause() {
    let mut view = View::new(&live(0), Options::tcp());
    assert!(view.client.pause(view.camera.now).is_err());
    view.connect();
    view.client.pause(view.camera.now).unwrap();
    view.settle();
    assert_eq!(
        view.events.last(),
        Some(&Event::Refused { method: Method::Pause, status: Status::METHOD_NOT_VALID })
    );
    assert!(view.client.is_playing());
}

/// a refused token ends the view with its status; nobody answers, and the client knows what it waited for.
#[test]
fn r10_8_refusals() {
    let mut view = View::new(&live(0), Options::tcp());
    view.camera.verdict = Some(GenericResult::OTHER);
    view.connect();
    assert_eq!(
        view.ended,
        Some(EndReason::Refused { method: Method::Describe, status: Status::UNAUTHORIZED })
    );

    let mut view = View::new(&live(0), Options::tcp());
    view.camera.answers = false;
    view.camera.verdict = None;
    view.connect();
    view.pass(Millis(4_000));
    assert_eq!(
        view.ended,
        Some(EndReason::Refused { method: Method::Describe, status: Status::UNAVAILABLE })
    );
}

/// A view without media is told of once.
#[test]
fn silence() {
    let mut view = View::new(&live(0), Options::tcp());
    view.connect();
    view.pass(Millis(30_000));
    assert_eq!(view.events.iter().filter(|event| **event == Event::Silent).count(), 1);
    view.picture(true, 10);
    view.pass(Millis(10_000));
    assert_eq!(view.events.iter().filter(|event| **event == Event::Silent).count(), 2);
    assert_eq!(TimerKind::Silence.to_string(), "media");
}
