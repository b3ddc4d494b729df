//! Conversations as players have them.; E-172, E-177, E-178.

use kandian_proto::rtsp::message::{Method, Range, Scale, Start, Status};
use kandian_proto::rtsp::rtp::Track;
use kandian_proto::rtsp::server::{CloseReason, Delivery, EndReason, Event, Input};
use kandian_proto::time::Millis;

use crate::camera::{Camera, DURATION, TCP, UDP, live, recording};

/// a whole view over TCP, byte by byte.
#[test]
fn r10_1_r10_2_r10_3_r10_6_r15_1_one_view() {
    let mut camera = Camera::new();
    let url = live(0);
    let answer = camera.ask("OPTIONS", &url, "");
    assert_eq!(answer.headers.first("Public"), Some("OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN"));
    let answer = camera.ask("DESCRIBE", &url, "Accept: application/sdp\r\n");
    assert_eq!(answer.headers.first("content-type"), Some("application/sdp"));
    assert_eq!(answer.headers.first("Content-Base"), Some(format!("{url}/").as_str()));
    assert!(std::str::from_utf8(&answer.body).unwrap().contains("sprop-parameter-sets=Z0LAHtk=,aM48gA=="));

    let start = camera.bytes.len();
    camera.ask("SETUP", &format!("{url}/trackID=0"), &format!("Transport: {TCP}\r\n"));
    let set_up = "RTSP/1.0 200 OK\r\nCSeq: 3\r\nTransport: RTP/AVP/TCP;unicast;interleaved=0-1\r\n\
        Session: 0000000000005eed\r\n\r\n";
    assert_eq!(std::str::from_utf8(&camera.bytes[start..]).unwrap(), set_up);
    assert!(!camera.server.is_playing(camera.session()));

    let start = camera.bytes.len();
    camera.ask("PLAY", &url, "Session: 0000000000005eed\r\nRange: npt=0.000-\r\n");
    let play = format!(
        "RTSP/1.0 200 OK\r\nCSeq: 4\r\nSession: 0000000000005eed\r\nRange: npt=now-\r\n\
         RTP-Info: url={url}/trackID=0;seq=7;rtptime=90000\r\n\r\n"
    );
    assert_eq!(std::str::from_utf8(&camera.bytes[start..]).unwrap(), play);
    assert!(camera.server.is_playing(camera.session()));

    let key = camera.session();
    assert_eq!(camera.status("TEARDOWN", &url, "Session: 0000000000005eed\r\n"), 200);
    assert_eq!(camera.closed, Some(CloseReason::Teardown));
    assert_eq!(camera.events.last(), Some(&Event::Ended { session: key, reason: EndReason::Teardown }));
    camera.feed(Input::Bytes(b"OPTIONS * RTSP/1.0\r\nCSeq: 9\r\n\r\n"));
    assert_eq!(camera.answers().len(), 0, "nothing after the end");
}

/// The same conversation in one piece, in single bytes, and cut at every byte: the same answers.
#[test]
fn every_cut() {
    let url = live(1);
    let conversation = format!(
        "OPTIONS {url} RTSP/1.0\r\nCSeq: 1\r\n\r\nDESCRIBE {url} RTSP/1.0\r\nCSeq: 2\r\n\r\n\
         SETUP {url}/trackID=0 RTSP/1.0\r\nCSeq: 3\r\nTransport: {TCP}\r\n\r\n\
         SETUP {url}/trackID=1 RTSP/1.0\r\nCSeq: 4\r\nSession: 0000000000005eed\r\nTransport: RTP/AVP/TCP;interleaved=2-3\r\n\r\n\
         PLAY {url} RTSP/1.0\r\nCSeq: 5\r\nSession: 0000000000005eed\r\n\r\n$\x01\0\x04abcd\
         GET_PARAMETER {url} RTSP/1.0\r\nCSeq: 6\r\nSession: 0000000000005eed\r\n\r\n\
         TEARDOWN {url} RTSP/1.0\r\nCSeq: 7\r\nSession: 0000000000005eed\r\n\r\n"
    );
    let mut whole = Camera::new();
    whole.feed(Input::Bytes(conversation.as_bytes()));
    let statuses: Vec<_> = whole.answers().iter().map(|answer| (answer.cseq(), answer.status)).collect();
    assert_eq!(statuses, (1..=7).map(|cseq| (Some(cseq), Status::OK)).collect::<Vec<_>>());
    for cut in 0..conversation.len() {
        let mut camera = Camera::new();
        let (first, second) = conversation.as_bytes().split_at(cut);
        camera.feed(Input::Bytes(first));
        camera.feed(Input::Bytes(second));
        assert_eq!((&camera.bytes, &camera.events), (&whole.bytes, &whole.events), "cut at {cut}");
    }
    let mut camera = Camera::new();
    conversation.bytes().for_each(|byte| {
        if camera.closed.is_none() {
            camera.feed(Input::Bytes(&[byte]));
        }
    });
    assert_eq!(camera.bytes, whole.bytes);
}

/// E-172: SETUP and PLAY of the specification's samples: the URL of all tracks, and no session.
#[test]
fn e172_samples() {
    let mut camera = Camera::new();
    let request = "SETUP                                rtsp://                                192.0.2.7:                                554\n\
        realplay?devid=81100000001&channelno=0&streamtype=2&hashtoken=6f1ed002\nCSeq: 4\n\
        User-Agent: LibVLC/1.1.11 (LIVE555 Streaming Media v2011.05.25)\n\
        Transport: RTP/AVP/TCP;unicast;interleaved=0-1//请求 TCP 协议传输 RTP 数据包\n\n";
    camera.feed(Input::Bytes(request.as_bytes()));
    let answer = camera.answers().remove(0);
    assert_eq!((answer.status, answer.cseq()), (Status::OK, Some(4)));
    assert_eq!(camera.status("play", &live(0), ""), 200);

    let mut camera = Camera::new();
    let request = "SETUP rtsp://                192.0.2.7:                554\n\
        realplay?devid=81100000001&channelno=0&streamtype=2&hashtoken=6f1ed002\nRTSP/1.0\nCseq: 3\n\
        Transport: RTP/AVP;UNICAST;destination=198.51.100.9;client_port=16264-16265;mode=play\n\n";
    camera.feed(Input::Bytes(request.as_bytes()));
    let answer = camera.answers().remove(0);
    // the mapped addresses of both.
    assert_eq!(
        answer.headers.first("Transport"),
        Some(
            "RTP/AVP;unicast;destination=198.51.100.9;source=129.240.65.208;client_port=16264-16265;\
             server_port=20026-20027;mode=play"
        )
    );
    assert_eq!(answer.headers.session().unwrap().timeout_seconds, Some(36));
}

/// what only the server can say is never taken from the client.
#[test]
fn r15_12_no_echo() {
    let mut camera = Camera::new();
    assert_eq!(camera.status("DESCRIBE", &live(0), ""), 200);
    let asked = format!("Transport: {TCP};ssrc=0000BEEF;source=203.0.113.66;server_port=7-8\r\n");
    let answer = camera.ask("SETUP", &live(0), &asked);
    assert_eq!(answer.headers.first("Transport"), Some(TCP));
}

/// E-172: with two tracks the one that is meant has to be named; players that drop the query are understood.
#[test]
fn e172_control_urls() {
    let mut camera = Camera::new();
    assert_eq!(camera.status("DESCRIBE", &live(1), ""), 200);
    let transport = format!("Transport: {TCP}\r\n");
    assert_eq!(camera.status("SETUP", &live(1), &transport), 459);
    assert_eq!(camera.status("SETUP", &format!("{}/trackID=2", live(1)), &transport), 404);
    let answer =
        camera.ask("SETUP", "rtsp://192.0.2.7:554/realplay/trackID=1", "Transport: RTP/AVP/TCP;unicast\r\n");
    // The usual channels of the sound.
    assert_eq!(answer.headers.first("transport"), Some("RTP/AVP/TCP;unicast;interleaved=2-3"));
    let session = format!("Session: {}\r\n", answer.headers.session().unwrap().id);
    let path = format!("{}/trackID=0", live(1).replace("rtsp://192.0.2.7:554", ""));
    assert_eq!(
        camera.status("SETUP", &path, &format!("{session}Transport: RTP/AVP/TCP;interleaved=2-3\r\n")),
        461,
        "taken"
    );
    assert_eq!(camera.status("SETUP", &path, &format!("{session}{transport}")), 200);
    assert_eq!(camera.status("PLAY", "rtsp://192.0.2.7:554/realplay/", &session), 200);
    let answer = camera.ask("PLAY", "*", &session);
    assert_eq!(answer.headers.first("RTP-Info").unwrap().matches("seq=").count(), 2);
}

/// E-177: a recording is sought, slowed down and paused.
#[test]
fn r10_4_r10_5_r10_7_e177_playback() {
    let mut camera = Camera::new();
    let url = recording();
    let session = camera.play(&url, TCP);
    let key = camera.session();
    for (headers, range, scale) in [
        ("", None, None),
        ("Range: npt=60-\r\n", Some(Range::from(Millis(60_000))), None),
        ("Scale: 0.25\r\n", None, Some(Scale::QUARTER)),
        ("Scale: 2.000000\r\nRange: npt=30.000-\r\n", Some(Range::from(Millis(30_000))), Some(Scale::DOUBLE)),
        (
            "Scale: 1.0\r\nRange: npt=now-\r\n",
            Some(Range { start: Start::Now, end: None }),
            Some(Scale::NORMAL),
        ),
        ("Scale: 4\r\n", None, Some(Scale::QUADRUPLE)),
    ] {
        let answer = camera.ask("PLAY", &url, &format!("{session}{headers}"));
        assert_eq!(answer.status, Status::OK);
        let Some(Event::Play { range: asked, scale: speed, session, .. }) = camera.events.last() else {
            panic!()
        };
        assert_eq!((*asked, *speed, *session), (range, scale, key));
        // Players give up when the speed is not repeated.
        assert_eq!(answer.headers.first("Scale").map(|text| text.parse().unwrap()), scale);
    }
    let answer = camera.ask("PLAY", &url, &format!("{session}Range: npt=60-\r\n"));
    assert_eq!(answer.headers.first("Range"), Some("npt=60.000-1854.000"));
    for (headers, status) in [
        ("Scale: 3\r\n", 457),
        ("Scale: fast\r\n", 400),
        ("Scale: -1\r\n", 400),
        ("Range: npt=1855-\r\n", 457),
        ("Range: clock=20140318T103000Z-\r\n", 457),
    ] {
        assert_eq!(camera.status("PLAY", &url, &format!("{session}{headers}")), status, "{headers}");
    }
    assert_eq!(DURATION, Millis(1_854_000));

    let answer = camera.ask("OPTIONS", &url, &session);
    assert_eq!(answer.headers.first("Public"), Some("OPTIONS, DESCRIBE, SETUP, PLAY, PAUSE, TEARDOWN"));
    assert_eq!(camera.status("PAUSE", &url, &session), 200);
    assert!(camera.events.contains(&Event::Pause { session: key }) && !camera.server.is_playing(key));
    assert_eq!(camera.status("PLAY", &url, &session), 200);
    assert!(camera.server.is_playing(key));
}

/// E-177, E-178: a live view has no range and no speed, and cannot be paused.
#[test]
fn e177_e178_live() {
    let mut camera = Camera::new();
    let session = camera.play(&live(0), TCP);
    let answer = camera.ask("PLAY", &live(0), &format!("{session}Scale: 3\r\nRange: clock=x\r\n"));
    assert_eq!((answer.status, answer.headers.first("Scale")), (Status::OK, None));
    let answer = camera.ask("PAUSE", &live(0), &session);
    assert_eq!(answer.status.0, 455);
    assert!(!answer.headers.first("Allow").unwrap().contains("PAUSE"));
    assert!(camera.server.is_playing(camera.session()));
}

/// What is asked for in vain.
#[test]
fn refusals() {
    let mut camera = Camera::new();
    let url = live(0);
    assert_eq!(camera.status("PLAY", &url, ""), 454);
    assert_eq!(camera.status("TEARDOWN", &url, ""), 454);
    assert_eq!(camera.status("ANNOUNCE", &url, ""), 501);
    assert_eq!(camera.status("BREW", &url, ""), 501);
    assert_eq!(camera.ask("DESCRIBE", &url, "Require: x\r\n").headers.first("Unsupported"), Some("x"));
    assert_eq!(camera.status("DESCRIBE", &url, "Require: implicit-play\r\n"), 551);
    assert_eq!(camera.status("DESCRIBE", &url, "Accept: text/html\r\n"), 406);
    assert_eq!(camera.status("DESCRIBE", &url, ""), 200);
    let track = format!("{url}/trackID=0");
    assert_eq!(camera.status("SETUP", &track, ""), 400);
    assert_eq!(camera.status("SETUP", &track, "Transport: RTP/AVP;multicast\r\n"), 461);
    assert_eq!(camera.status("SETUP", &track, &format!("Session: 7\r\nTransport: {TCP}\r\n")), 454);
    let session = camera.play(&url, TCP);
    assert_eq!(
        camera.status("SETUP", &track, &format!("{session}Transport: {TCP}\r\n")),
        455,
        "while it plays"
    );
    assert_eq!(camera.status("PLAY", &live(1), &session), 404, "of another stream");
    assert_eq!(camera.status("SET_PARAMETER", &url, &format!("{session}Content-Length: 0\r\n")), 200);
    camera.feed(Input::Bytes(b"SET_PARAMETER * RTSP/1.0\r\nCSeq: 90\r\nContent-Length: 1\r\n\r\nx"));
    assert_eq!(camera.answers()[0].status.0, 451);
    camera.feed(Input::Bytes(b"OPTIONS * RTSP/2.0\r\nCSeq: 91\r\n\r\n"));
    assert_eq!(camera.answers()[0].status.0, 505);
    camera.feed(Input::Bytes(b"OPTIONS * RTSP/1.0\r\n\r\n"));
    assert_eq!(camera.answers()[0].status.0, 400, "without CSeq");
    let refused = camera.count(|event| matches!(event, Event::Refused { method: Method::Describe, .. }));
    assert_eq!(refused, 3);
    assert_eq!(camera.closed, None);
}

/// Delivery as it was agreed, and a session that was refused is over.
#[test]
fn deliveries() {
    let mut camera = Camera::new();
    camera.set_up_one(&live(0), UDP);
    let Some(Event::SetUp { delivery, track, .. }) = camera.events.last() else { panic!() };
    let (rtp, rtcp) = ("198.51.100.9:16264".parse().unwrap(), "198.51.100.9:16265".parse().unwrap());
    assert_eq!((*delivery, *track), (Delivery::Udp { rtp, rtcp }, Track::VIDEO));
    assert_eq!(camera.server.media_to(camera.now, camera.session(), Track::VIDEO), Some(rtp));
}
