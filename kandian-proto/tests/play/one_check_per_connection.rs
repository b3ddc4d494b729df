//! A device has the token verified once per RTSP connection, and remembers for what.

use crate::support::play::{DEVICE, FILE, OTHER_TOKEN, TOKEN, at, device, live, play_url, recording, token};
use kandian_proto::Request;
use kandian_proto::message::device::{RecordPlayRequest, VideoPlayRequest};
use kandian_proto::play::{
    Check, Decision, LIVE_CHECK_WAIT, MAX_REFUSALS, MAX_TARGETS, PlayGate, PlayRefusal, PlayUrl,
    RECORD_CHECK_WAIT, StreamState, Target,
};
use kandian_proto::time::Millis;
use kandian_proto::value::{GenericResult, StreamType};

const AVAILABLE: StreamState = StreamState::Available;

fn url(target: Target, text: &str) -> PlayUrl {
    PlayUrl { token: token(text), ..play_url(target) }
}

#[track_caller]
fn ask(gate: &mut PlayGate, now: u64, url: &PlayUrl) -> Check {
    match gate.handle_request(at(now), url, AVAILABLE) {
        Decision::Ask(check) => check,
        other => panic!("expected a check, got {other:?}"),
    }
}

fn refused(result: GenericResult) -> Decision {
    Decision::Refuse(PlayRefusal::TokenRefused { result })
}

fn no_answer(waited: u64) -> Decision {
    Decision::Refuse(PlayRefusal::NoAnswer { waited: Millis(waited) })
}

/// A gate on which `target` was verified at time 0.
fn verified(target: Target) -> PlayGate {
    let mut gate = PlayGate::new();
    let check = ask(&mut gate, 0, &play_url(target));
    assert_eq!(gate.handle_answer(at(0), check.id, GenericResult::OK), Some(Decision::Serve));
    gate
}

// E-92: DESCRIBE asks, everything after it does not.
#[test]
fn the_first_request_asks_and_no_other() {
    for target in [live(), recording()] {
        let mut gate = verified(target.clone());
        let url = play_url(target);
        for now in [0, 1_000, 3_600_000] {
            // DESCRIBE again, SETUP of a track, PLAY, PAUSE.
            assert_eq!(gate.handle_request(at(now), &url, AVAILABLE), Decision::Serve);
            let setup = PlayUrl::parse(&url.to_track_url(0)).unwrap().url;
            assert_eq!(gate.handle_request(at(now), &setup, AVAILABLE), Decision::Serve);
            assert_eq!(gate.handle_request_without_token(), Decision::Serve);
        }
        assert_eq!(gate.poll_timeout(), None);
    }
}

// E-70: what is sent to the platform.
#[test]
fn the_check_is_the_right_message() {
    let check = ask(&mut PlayGate::new(), 0, &play_url(live()));
    let expected = VideoPlayRequest::new(device(DEVICE), 0u16, StreamType::MAIN, token(TOKEN));
    assert_eq!((check.request(), check.target), (Request::VideoPlay(expected), live()));

    let target = Target { channel_no: 3, ..recording() };
    let check = ask(&mut PlayGate::new(), 0, &play_url(target));
    let expected = RecordPlayRequest::new(device(DEVICE), 3u16, FILE, token(TOKEN));
    assert_eq!((check.request(), check.token), (Request::RecordPlay(expected), token(TOKEN)));
}

// E-92: the result holds for exactly that stream or recording.
#[test]
fn another_target_needs_its_own_check() {
    for other in [
        Target::live(device(DEVICE), 0, StreamType::SUB),
        Target { channel_no: 1, ..live() },
        Target { dev_id: device("81100000002"), ..live() },
        recording(),
    ] {
        let mut gate = verified(live());
        // The token that was verified does not help.
        let check = ask(&mut gate, 1, &url(other.clone(), TOKEN));
        assert_eq!(check.target, other);
        let decision = gate.handle_answer(at(2), check.id, GenericResult::OTHER);
        assert_eq!(decision, Some(refused(GenericResult::OTHER)));
        // The first target stays verified, and the other can be verified still.
        assert_eq!(gate.handle_request(at(3), &play_url(live()), AVAILABLE), Decision::Serve);
        let check = ask(&mut gate, 4, &url(other.clone(), OTHER_TOKEN));
        assert_eq!(gate.handle_answer(at(5), check.id, GenericResult::OK), Some(Decision::Serve));
        for target in [live(), other] {
            assert_eq!(gate.handle_request(at(6), &play_url(target), AVAILABLE), Decision::Serve);
        }
    }
}

// E-92: bound to the connection, not to the token.
#[test]
fn another_token_for_the_same_target_is_not_used_up() {
    let mut gate = verified(live());
    assert_eq!(gate.handle_request(at(1), &url(live(), OTHER_TOKEN), AVAILABLE), Decision::Serve);
}

//
#[test]
fn a_refused_token_is_not_asked_about_again() {
    let mut gate = PlayGate::new();
    let check = ask(&mut gate, 0, &play_url(live()));
    assert_eq!(gate.handle_answer(at(1), check.id, GenericResult(7)), Some(refused(GenericResult(7))));
    assert_eq!(gate.handle_request(at(2), &play_url(live()), AVAILABLE), refused(GenericResult(7)));
    let upper = url(live(), &TOKEN.to_uppercase());
    assert_eq!(gate.handle_request(at(2), &upper, AVAILABLE), refused(GenericResult(7)));
    assert_eq!(gate.handle_request_without_token(), Decision::Refuse(PlayRefusal::NotVerified));
    // Another token or another target may be.
    ask(&mut gate.clone(), 3, &url(live(), OTHER_TOKEN));
    ask(&mut gate, 3, &url(recording(), TOKEN));
}

#[test]
fn requests_wait_while_the_platform_is_asked() {
    let mut gate = PlayGate::new();
    let check = ask(&mut gate, 0, &play_url(live()));
    for state in [AVAILABLE, StreamState::Unknown, StreamState::Full] {
        assert_eq!(gate.handle_request(at(1), &play_url(live()), state), Decision::Wait);
        assert_eq!(gate.handle_request(at(1), &play_url(recording()), state), Decision::Wait);
    }
    assert_eq!(gate.handle_request_without_token(), Decision::Wait);
    assert_eq!(gate.handle_answer(at(2), check.id, GenericResult::OK), Some(Decision::Serve));
    assert_eq!(gate.handle_request(at(2), &play_url(live()), AVAILABLE), Decision::Serve);
    ask(&mut gate, 2, &play_url(recording()));
}

// Four seconds for live view, two for playback, counted from the request.
#[test]
fn the_platform_has_four_seconds_or_two() {
    assert_eq!((LIVE_CHECK_WAIT, RECORD_CHECK_WAIT), (Millis(4_000), Millis(2_000)));
    for (target, wait) in [(live(), 4_000), (recording(), 2_000)] {
        let mut gate = PlayGate::new();
        let check = ask(&mut gate, 100, &play_url(target.clone()));
        assert_eq!((check.deadline, gate.poll_timeout()), (Millis(100 + wait), Some(Millis(100 + wait))));
        assert_eq!(gate.handle_timeout(at(100 + wait - 1)), None);
        // The last moment, both ways.
        let decision = gate.clone().handle_answer(at(100 + wait), check.id, GenericResult::OK);
        assert_eq!(decision, Some(Decision::Serve));
        assert_eq!(gate.clone().handle_timeout(at(100 + wait)), Some(no_answer(wait)));
        // Later an answer is none, whichever it is and whether or not the timer ran.
        let mut late = gate.clone();
        assert_eq!(
            late.handle_answer(at(100 + wait + 1), check.id, GenericResult::OK),
            Some(no_answer(wait))
        );
        assert_eq!(late.handle_request_without_token(), Decision::Refuse(PlayRefusal::NotVerified));
        assert_eq!(gate.handle_timeout(at(100 + wait)), Some(no_answer(wait)));
        assert_eq!(gate.handle_answer(at(100 + wait), check.id, GenericResult::OK), None);
        assert_eq!((gate.poll_timeout(), gate.handle_timeout(at(u64::MAX))), (None, None));
        // The token may be good still: it is asked about again, and the old answer is not taken for the new one.
        let again = ask(&mut gate, 200 + wait, &play_url(target));
        assert_ne!(again.id, check.id);
        assert_eq!(gate.handle_answer(at(201 + wait), check.id, GenericResult::OK), None);
        assert_eq!(gate.handle_answer(at(201 + wait), again.id, GenericResult::OK), Some(Decision::Serve));
    }
}

/// A clock that goes back neither lengthens nor shortens a wait.
#[test]
fn time_does_not_run_backwards() {
    let mut gate = PlayGate::new();
    assert_eq!(gate.handle_timeout(at(10_000)), None);
    let check = ask(&mut gate, 1, &play_url(live()));
    assert_eq!(check.deadline, Millis(14_000));
}

#[test]
fn a_lost_link_ends_the_wait_and_not_the_token() {
    let mut gate = PlayGate::new();
    assert_eq!(gate.handle_link_down(), None);
    for now in 0..10 {
        let check = ask(&mut gate, now, &play_url(live()));
        assert_eq!(gate.handle_link_down(), Some(Decision::Refuse(PlayRefusal::LinkDown)));
        assert_eq!(gate.handle_answer(at(now), check.id, GenericResult::OK), None);
        assert_eq!(gate.poll_timeout(), None);
    }
    let check = ask(&mut gate, 20, &play_url(live()));
    assert_eq!(gate.handle_answer(at(20), check.id, GenericResult::OK), Some(Decision::Serve));
}

// Who guesses tokens costs the platform three questions per connection.
#[test]
fn three_refusals_are_enough() {
    assert_eq!(MAX_REFUSALS, 3);
    let mut gate = PlayGate::new();
    let guess = |number: u32| url(live(), &format!("{number:032x}"));
    let check = ask(&mut gate, 0, &guess(0));
    assert_eq!(
        gate.handle_answer(at(0), check.id, GenericResult::NOT_FOUND),
        Some(refused(GenericResult::NOT_FOUND))
    );
    ask(&mut gate, 0, &guess(1));
    assert_eq!(gate.handle_timeout(at(4_000)), Some(no_answer(4_000)));
    let check = ask(&mut gate, 5_000, &guess(2));
    assert_eq!(
        gate.handle_answer(at(5_000), check.id, GenericResult::OTHER),
        Some(refused(GenericResult::OTHER))
    );
    let enough = Decision::Refuse(PlayRefusal::TooManyRefusals);
    assert_eq!(gate.handle_request(at(6_000), &guess(3), AVAILABLE), enough);
    assert_eq!(gate.handle_request(at(6_000), &play_url(recording()), AVAILABLE), enough);
    // What is already known is said as before.
    assert_eq!(gate.handle_request(at(6_000), &guess(2), AVAILABLE), refused(GenericResult::OTHER));
}

#[test]
fn what_was_verified_is_served_after_three_refusals() {
    let mut gate = verified(live());
    for number in 0..3 {
        let check = ask(&mut gate, 0, &url(recording(), &format!("{number:032x}")));
        assert!(gate.handle_answer(at(0), check.id, GenericResult::OTHER).is_some());
    }
    assert_eq!(gate.handle_request(at(1), &play_url(live()), AVAILABLE), Decision::Serve);
}

#[test]
fn four_targets_are_enough() {
    assert_eq!(MAX_TARGETS, 4);
    let mut gate = PlayGate::new();
    let channel = |channel_no| play_url(Target { channel_no, ..live() });
    for number in 0..4 {
        let check = ask(&mut gate, 0, &channel(number));
        assert_eq!(gate.handle_answer(at(0), check.id, GenericResult::OK), Some(Decision::Serve));
    }
    let decision = gate.handle_request(at(0), &channel(4), AVAILABLE);
    assert_eq!(decision, Decision::Refuse(PlayRefusal::TooManyTargets));
    assert_eq!(gate.handle_request(at(0), &channel(0), AVAILABLE), Decision::Serve);
}
