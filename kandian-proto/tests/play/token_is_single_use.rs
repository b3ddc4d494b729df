//! A token works once; a platform may grant a few seconds of grace.

use crate::support::play::{DEVICE, FILE, TOKEN, at, device, grant, key, live, recording, token};
use kandian_proto::DevIdOrAll;
use kandian_proto::message::device::{RecordPlayRequest, VideoPlayRequest};
use kandian_proto::play::{Accepted, BookOptions, MAX_GRACE, TokenBook, TokenRefusal};
use kandian_proto::time::Millis;
use kandian_proto::value::{GenericResult, StreamType};

const USER: &str = "13312345678";

fn accepted(again: bool) -> Result<Accepted, TokenRefusal> {
    Ok(Accepted { account: USER.to_owned(), again })
}

fn with_grace(grace: u64) -> TokenBook {
    TokenBook::with_options(BookOptions { grace: Millis(grace), ..BookOptions::default() })
}

// E-92
#[test]
fn the_second_verification_fails() {
    for target in [live(), recording()] {
        let mut book = TokenBook::new();
        let issued = book.issue(at(0), &grant(USER, target.clone()), &key(0)).unwrap();
        assert_eq!(issued.target, target);
        assert_eq!(book.verify(at(10), &issued.token, &target), accepted(false));
        // Not even in the same millisecond.
        for (now, ago) in [(10, 0), (11, 1), (60_000, 59_990), (60_001, 59_991)] {
            let refusal = book.verify(at(now), &issued.token, &target);
            assert_eq!(refusal, Err(TokenRefusal::AlreadyUsed { ago: Millis(ago) }));
        }
    }
}

// E-11: what the device is told.
#[test]
fn a_used_token_gives_a_result_other_than_0() {
    let refusals = [
        (TokenRefusal::Unknown, GenericResult::NOT_FOUND),
        (TokenRefusal::WrongDevice { issued_for: device(DEVICE) }, GenericResult::OTHER),
        (TokenRefusal::WrongChannel { issued_for: 1 }, GenericResult::OTHER),
        (TokenRefusal::WrongMedia, GenericResult::OTHER),
        (TokenRefusal::AlreadyUsed { ago: Millis(1) }, GenericResult::OTHER),
        (TokenRefusal::Expired { age: Millis(60_001) }, GenericResult::OTHER),
    ];
    for (refusal, result) in refusals {
        assert_eq!(refusal.result(), result, "{refusal}");
        assert!(result != GenericResult::OK);
    }
    assert_eq!(refusals[4].0.to_string(), "the token was used 1 ms ago");
    assert_eq!(refusals[5].0.to_string(), "the token is 60001 ms old, older than one minute");
}

// E-92: the grace is counted from the first success and does not move on.
#[test]
fn the_grace_lets_the_same_token_pass_again() {
    let mut book = with_grace(5_000);
    let issued = book.issue(at(0), &grant(USER, live()), &key(0)).unwrap();
    assert_eq!(book.verify(at(1_000), &issued.token, &live()), accepted(false));
    for now in [1_000, 4_000, 5_999, 6_000] {
        assert_eq!(book.verify(at(now), &issued.token, &live()), accepted(true), "{now}");
    }
    let refusal = book.verify(at(6_001), &issued.token, &live());
    assert_eq!(refusal, Err(TokenRefusal::AlreadyUsed { ago: Millis(5_001) }));
}

// E-92, E-93: the grace does not outlive the minute, and is 10 s at most.
#[test]
fn the_grace_is_bounded() {
    let mut book = with_grace(5_000);
    let issued = book.issue(at(0), &grant(USER, live()), &key(0)).unwrap();
    assert_eq!(book.verify(at(58_000), &issued.token, &live()), accepted(false));
    assert_eq!(book.verify(at(60_000), &issued.token, &live()), accepted(true));
    let refusal = book.verify(at(60_001), &issued.token, &live());
    assert_eq!(refusal, Err(TokenRefusal::Expired { age: Millis(60_001) }));

    let mut book = with_grace(3_600_000);
    let issued = book.issue(at(0), &grant(USER, live()), &key(0)).unwrap();
    assert_eq!(book.verify(at(0), &issued.token, &live()), accepted(false));
    assert_eq!(book.verify(at(MAX_GRACE.0), &issued.token, &live()), accepted(true));
    assert_eq!(MAX_GRACE, Millis(10_000));
    let refusal = book.verify(at(10_001), &issued.token, &live());
    assert_eq!(refusal, Err(TokenRefusal::AlreadyUsed { ago: Millis(10_001) }));
}

// E-91: any case is the same token, for the first use and for the second.
#[test]
fn upper_case_is_the_same_token() {
    let mut book = TokenBook::new();
    let issued = book.issue(at(0), &grant(USER, live()), &key(0)).unwrap();
    let upper = token(&issued.token.as_str().to_uppercase());
    assert_ne!(upper, issued.token);
    assert_eq!(book.verify(at(0), &upper, &live()), accepted(false));
    let refusal = book.verify(at(0), &issued.token, &live());
    assert_eq!(refusal, Err(TokenRefusal::AlreadyUsed { ago: Millis(0) }));
    assert_eq!(book.verify(at(0), &token(TOKEN), &live()), Err(TokenRefusal::Unknown));
}

// straight from the messages of the devices.
#[test]
fn the_messages_are_verified() {
    let mut book = TokenBook::new();
    let issued = book.issue(at(0), &grant(USER, live()), &key(0)).unwrap();
    let request = VideoPlayRequest::new(device(DEVICE), 0u16, StreamType::MAIN, issued.token);
    assert_eq!(book.verify_live(at(1), &request), accepted(false));
    assert!(book.verify_live(at(1), &request).is_err());

    let issued = book.issue(at(0), &grant(USER, recording()), &key(1)).unwrap();
    let request = RecordPlayRequest::new(device(DEVICE), 0u16, FILE, issued.token.clone());
    let nameless = RecordPlayRequest::new(device(DEVICE), 0u16, "", issued.token);
    assert_eq!(book.verify_recording(at(1), &nameless), Err(TokenRefusal::WrongMedia));
    assert_eq!(book.verify_recording(at(1), &request), accepted(false));
    assert!(book.verify_recording(at(1), &request).is_err());
}

#[test]
fn revoked_tokens_are_unknown() {
    let mut book = TokenBook::new();
    let mut issue = |account: &str, target, number| {
        book.issue(at(0), &grant(account, target), &key(number)).unwrap().token
    };
    let other_device = kandian_proto::play::Target { dev_id: device("81100000002"), ..live() };
    let mine = [issue(USER, live(), 0), issue(USER, recording(), 1), issue(USER, other_device.clone(), 2)];
    let others = issue("13300000000", live(), 3);

    assert_eq!(book.revoke("nobody", DevIdOrAll::ALL), 0);
    assert_eq!(book.revoke(USER, DevIdOrAll::from(device(DEVICE))), 2);
    assert_eq!(book.verify(at(0), &mine[0], &live()), Err(TokenRefusal::Unknown));
    assert_eq!(book.verify(at(0), &mine[1], &recording()), Err(TokenRefusal::Unknown));
    assert_eq!(book.len(), 2);
    assert_eq!(book.revoke(USER, DevIdOrAll::ALL), 1);
    assert_eq!(book.verify(at(0), &mine[2], &other_device), Err(TokenRefusal::Unknown));
    assert!(book.verify(at(0), &others, &live()).is_ok());
}
