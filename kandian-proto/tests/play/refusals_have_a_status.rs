//! What an RTSP server of a device answers, and that the platform is not asked in vain.

use crate::support::play::{at, live, play_url, recording};
use kandian_proto::play::{Decision, PlayGate, PlayRefusal, StreamState};
use kandian_proto::time::Millis;
use kandian_proto::value::GenericResult;

// E-104, E-180
#[test]
fn the_four_statuses_of_the_specification() {
    let waited = Millis(4_000);
    for (refusal, status, text) in [
        (
            PlayRefusal::TokenRefused { result: GenericResult::OTHER },
            401,
            "the platform refused the token with result 255 OTHER",
        ),
        (PlayRefusal::NoAnswer { waited }, 401, "the platform did not answer within 4000 ms"),
        (PlayRefusal::LinkDown, 401, "no link to the platform, the token cannot be verified"),
        (PlayRefusal::NotVerified, 401, "no token was verified on this connection"),
        (PlayRefusal::TooManyRefusals, 401, "3 checks failed on this connection"),
        (PlayRefusal::Off, 403, "the stream is switched off"),
        (PlayRefusal::Unknown, 404, "no such device, channel, stream or recording here"),
        (PlayRefusal::Full, 453, "all places for viewers are taken"),
        (PlayRefusal::TooManyTargets, 453, "one connection may see 4 streams or recordings"),
    ] {
        assert_eq!((refusal.status(), refusal.to_string().as_str()), (status, text));
    }
}

// the device's own refusals come before the token is used.
#[test]
fn what_the_device_knows_costs_no_token() {
    for (state, refusal) in [
        (StreamState::Unknown, PlayRefusal::Unknown),
        (StreamState::Off, PlayRefusal::Off),
        (StreamState::Full, PlayRefusal::Full),
    ] {
        let mut gate = PlayGate::new();
        for target in [live(), recording()] {
            for _ in 0..5 {
                let decision = gate.handle_request(at(0), &play_url(target.clone()), state);
                assert_eq!(decision, Decision::Refuse(refusal));
                assert_eq!(gate.poll_timeout(), None);
            }
        }
        // They do not count as failed checks.
        let decision = gate.handle_request(at(0), &play_url(live()), StreamState::Available);
        assert!(matches!(decision, Decision::Ask(_)));
    }
}

// a stream that is switched off while it is watched.
#[test]
fn a_verified_stream_can_be_refused_later() {
    let mut gate = PlayGate::new();
    let Decision::Ask(check) = gate.handle_request(at(0), &play_url(live()), StreamState::Available) else {
        panic!("the first request asks")
    };
    assert_eq!(gate.handle_answer(at(0), check.id, GenericResult::OK), Some(Decision::Serve));
    let decision = gate.handle_request(at(1), &play_url(live()), StreamState::Off);
    assert_eq!(decision, Decision::Refuse(PlayRefusal::Off));
    assert_eq!(gate.handle_request(at(2), &play_url(live()), StreamState::Available), Decision::Serve);
}
