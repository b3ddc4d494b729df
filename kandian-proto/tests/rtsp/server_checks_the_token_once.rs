//! Tokens and refusals.; E-92, E-180.

use kandian_proto::play::{LIVE_CHECK_WAIT, PlayRefusal, StreamState};
use kandian_proto::rtsp::server::{EndReason, Event, Input, TimerKind};
use kandian_proto::value::GenericResult;

use crate::camera::{Camera, HOST, TCP, TOKEN, live, recording};

fn checks(camera: &Camera) -> usize {
    camera.count(|event| matches!(event, Event::Verify(_)))
}

/// E-92: once per connection; another channel anew.
#[test]
fn e92_once() {
    let mut camera = Camera::new();
    let session = camera.play(&live(0), TCP);
    assert_eq!(camera.status("DESCRIBE", &live(0), ""), 200);
    assert_eq!(camera.status("PLAY", &live(0), &session), 200);
    assert_eq!(checks(&camera), 1);
    assert_eq!(camera.status("DESCRIBE", &live(1), ""), 200);
    assert_eq!(checks(&camera), 2);
    assert_eq!(camera.status("SETUP", &format!("{}/trackID=0", live(1)), "Transport: RTP/AVP/TCP\r\n"), 200);
    assert_eq!(checks(&camera), 2);
}

/// a refused token, and one that nobody could verify.
#[test]
fn r10_8_unauthorized() {
    let mut camera = Camera::new();
    camera.verdict = Some(GenericResult::OTHER);
    assert_eq!(camera.status("DESCRIBE", &live(0), ""), 401);
    assert_eq!(camera.status("DESCRIBE", &live(0), ""), 401);
    assert_eq!(checks(&camera), 1, "the same token is not asked about again");
    // Nothing of what was described is shown: not by its URL, and not by a short one.
    assert_eq!(
        camera.status("SETUP", &format!("{}/trackID=0", live(0)), &format!("Transport: {TCP}\r\n")),
        401
    );
    assert_eq!(camera.status("SETUP", "rtsp://192.0.2.7/trackID=0", &format!("Transport: {TCP}\r\n")), 401);
    let refused = camera.events.iter().any(|event| {
        matches!(
            event,
            Event::Refused { why: Some(PlayRefusal::TokenRefused { result: GenericResult::OTHER }), .. }
        )
    });
    assert!(refused);
}

/// A short URL after a refusal is about what was verified, never about what was refused.
#[test]
fn r10_8_short_urls_show_what_was_verified() {
    let mut camera = Camera::new();
    assert_eq!(camera.status("DESCRIBE", &live(0), ""), 200);
    camera.verdict = Some(GenericResult::OTHER);
    assert_eq!(camera.status("DESCRIBE", &live(1), ""), 401);
    assert_eq!(camera.status("SETUP", "rtsp://192.0.2.7/trackID=0", &format!("Transport: {TCP}\r\n")), 200);
    let Some(Event::SetUp { target, .. }) = camera.events.last() else { panic!() };
    assert_eq!(target.channel_no, 0);
}

/// the platform does not answer in time; a late answer changes nothing. What came meanwhile is served then.
#[test]
fn r10_8_timeout() {
    let mut camera = Camera::new();
    camera.verdict = None;
    let pipelined =
        format!("DESCRIBE {} RTSP/1.0\r\nCSeq: 1\r\n\r\nOPTIONS * RTSP/1.0\r\nCSeq: 2\r\n\r\n", live(0));
    let deadline = camera.feed(Input::Bytes(pipelined.as_bytes()));
    assert_eq!(deadline, Some((camera.now.mono + LIVE_CHECK_WAIT, TimerKind::Verdict)));
    assert_eq!(camera.answers().len(), 0);
    camera.pass(LIVE_CHECK_WAIT);
    let statuses: Vec<_> = camera.answers().iter().map(|answer| answer.status.0).collect();
    assert_eq!(statuses, [401, 200]);
    let Some(Event::Verify(check)) =
        camera.events.iter().find(|event| matches!(event, Event::Verify(_))).cloned()
    else {
        panic!()
    };
    camera.server.verdict(camera.now, check.id, GenericResult::OK);
    camera.drain();
    assert_eq!(camera.answers().len(), 0);
}

/// no link to the platform.
#[test]
fn r10_8_no_link() {
    let mut camera = Camera::new();
    camera.verdict = None;
    camera.feed(Input::Bytes(format!("DESCRIBE {} RTSP/1.0\r\nCSeq: 1\r\n\r\n", live(0)).as_bytes()));
    camera.server.link_down(camera.now);
    camera.drain();
    assert_eq!(camera.answers()[0].status.0, 401);
}

/// E-180: what the device knows itself costs no token.
#[test]
fn r10_9_r10_10_r10_11_e180_states() {
    let mut camera = Camera::new();
    let other = live(0).replace("channelno=0", "channelno=7");
    assert_eq!(camera.status("DESCRIBE", &other, ""), 404);
    camera.state = [Err(StreamState::Off), Err(StreamState::Full)];
    assert_eq!(camera.status("DESCRIBE", &live(0), ""), 403);
    assert_eq!(camera.status("DESCRIBE", &live(1), ""), 453);
    assert_eq!(checks(&camera), 0);
    for (url, status) in [
        (format!("{HOST}/other?devid=81100000001&channelno=0&streamtype=2&hashtoken={TOKEN}"), 404),
        (format!("{HOST}/realplay?devid=8110-1&channelno=0&streamtype=2&hashtoken={TOKEN}"), 404),
        (format!("{HOST}/realplay?devid=81100000001&channelno=x&streamtype=2&hashtoken={TOKEN}"), 404),
        (format!("{HOST}/realplay?devid=81100000001&channelno=0&hashtoken={TOKEN}"), 404),
        (format!("{HOST}/realplay?devid=81100000001&channelno=0&streamtype=2"), 401),
        (format!("{HOST}/realplay?devid=81100000001&channelno=0&streamtype=2&hashtoken=%%"), 401),
        (format!("{HOST}/realplay"), 401),
        ("http://192.0.2.7/realplay".to_owned(), 400),
    ] {
        assert_eq!(camera.status("DESCRIBE", &url, ""), status, "{url}");
    }
}

/// the last place is taken between DESCRIBE and SETUP.
#[test]
fn r10_11_full_at_setup() {
    let mut camera = Camera::new();
    camera.places = 0;
    assert_eq!(camera.status("DESCRIBE", &live(0), ""), 200);
    assert_eq!(
        camera.status("SETUP", &format!("{}/trackID=0", live(0)), &format!("Transport: {TCP}\r\n")),
        453
    );
    assert_eq!(camera.count(|event| matches!(event, Event::Ended { reason: EndReason::NotSetUp, .. })), 1);
    assert_eq!(camera.status("PLAY", &live(0), ""), 454);
}

/// A track for which the application does not answer is not part of the session.
#[test]
fn silent_application_for_a_further_track() {
    let mut camera = Camera::new();
    let session = camera.set_up_one(&live(1), TCP);
    camera.answers = false;
    let sound = format!(
        "SETUP {}/trackID=1 RTSP/1.0\r\nCSeq: 70\r\n{session}Transport: RTP/AVP/TCP;interleaved=2-3\r\n\r\n",
        live(1)
    );
    camera.feed(Input::Bytes(sound.as_bytes()));
    camera.pass(kandian_proto::time::Millis(4_000));
    assert_eq!(camera.answers()[0].status.0, 503);
    camera.answers = true;
    let answer = camera.ask("PLAY", &live(1), &session);
    let info = answer.headers.first("RTP-Info").unwrap();
    assert!(info.contains("trackID=0") && !info.contains("trackID=1"), "{info}");
    assert_eq!(camera.count(|event| matches!(event, Event::Ended { .. })), 0);
}

/// a stream above the limit is refused, and those that were verified are still known.
#[test]
fn r10_11_a_target_too_many() {
    let mut camera = Camera::new();
    let session = camera.set_up_one(&live(1), TCP);
    let main = |channel| live(channel).replace("streamtype=2", "streamtype=1");
    for url in [live(0), main(0), main(1)] {
        assert_eq!(camera.status("DESCRIBE", &url, ""), 200);
    }
    for _ in 0..3 {
        assert_eq!(camera.status("DESCRIBE", &recording(), ""), 453);
    }
    let sound = format!("{session}Transport: RTP/AVP/TCP;interleaved=2-3\r\n");
    assert_eq!(camera.status("SETUP", &format!("{}/trackID=1", live(1)), &sound), 200);
    assert_eq!(camera.status("SETUP", "rtsp://192.0.2.7/trackID=1", "Transport: RTP/AVP/TCP\r\n"), 200);
}

/// An application that does not answer costs the client an answer, and no more.
#[test]
fn silent_application() {
    let mut camera = Camera::new();
    camera.answers = false;
    camera.feed(Input::Bytes(format!("DESCRIBE {} RTSP/1.0\r\nCSeq: 1\r\n\r\n", live(0)).as_bytes()));
    camera.pass(kandian_proto::time::Millis(4_000));
    assert_eq!(camera.answers()[0].status.0, 503);
    camera.answers = true;
    assert_eq!(camera.set_up_one(&live(0), TCP), "Session: 0000000000005eed\r\n");
}
