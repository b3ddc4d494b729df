//! Tokens differ in every input, look as they should, and are never printed.

use std::collections::BTreeSet;

use crate::support::play::{FILE, at, device, grant, key, live};
use kandian_proto::Secret;
use kandian_proto::play::{FileName, IssueError, Target, TokenBook, make_token};
use kandian_proto::time::{Millis, Now, UnixMillis};
use kandian_proto::value::StreamType;

// E-91
#[test]
fn ten_thousand_tokens_are_pairwise_different() {
    let mut book = TokenBook::new();
    let mut tokens = BTreeSet::new();
    for number in 0..10_000 {
        // Same account, camera and moment; only the key differs. Tokens are taken back, so that the
        // account's share does not end.
        let issued = book.issue(at(0), &grant("13312345678", live()), &key(number)).unwrap();
        let text = issued.token.as_str().to_owned();
        assert_eq!(text.len(), 32);
        assert!(text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')), "{text}");
        assert!(tokens.insert(text));
        assert!(book.verify(at(0), &issued.token, &live()).is_ok());
    }
}

// E-91
#[test]
fn every_input_changes_the_token() {
    let name = |text: &str| Target::recording(device("81100000001"), 0, FileName::new(text).unwrap());
    let secret = Secret::from("hunter2");
    let now = at(5);
    let make = |account: &str, secret: &str, target: &Target, now, key| {
        make_token(account, &Secret::from(secret), target, now, &key).as_str().to_owned()
    };
    let wall = |wall| Now { mono: Millis(5), wall: Some(UnixMillis(wall)) };
    let base = make("13312345678", secret.reveal(), &live(), now, key(0));
    let tokens: Vec<String> = vec![
        base.clone(),
        make("13312345679", "hunter2", &live(), now, key(0)),
        make("13312345678", "hunter3", &live(), now, key(0)),
        // The same letters, divided otherwise.
        make("13312345678h", "unter2", &live(), now, key(0)),
        make(
            "13312345678",
            "hunter2",
            &Target::live(device("81100000002"), 0, StreamType::MAIN),
            now,
            key(0),
        ),
        make("13312345678", "hunter2", &Target { channel_no: 1, ..live() }, now, key(0)),
        make("13312345678", "hunter2", &Target::live(device("81100000001"), 0, StreamType::SUB), now, key(0)),
        make("13312345678", "hunter2", &name(FILE), now, key(0)),
        // A recording called like a stream.
        make("13312345678", "hunter2", &name("1"), now, key(0)),
        make("13312345678", "hunter2", &live(), at(6), key(0)),
        make("13312345678", "hunter2", &live(), wall(1_395_109_800_000), key(0)),
        make("13312345678", "hunter2", &live(), wall(1_395_109_800_001), key(0)),
        make("13312345678", "hunter2", &live(), now, key(1)),
    ];
    assert_eq!(tokens.iter().collect::<BTreeSet<_>>().len(), tokens.len(), "{tokens:?}");
    assert_eq!(make("13312345678", "hunter2", &live(), now, key(0)), base);
}

// E-91: MD5 over the inputs, each with its length before it. Fixed here so that a change is deliberate.
#[test]
fn the_recipe_is_md5() {
    let mut input = Vec::new();
    let parts: [&[u8]; 8] = [
        b"13312345678",
        b"hunter2",
        b"81100000001",
        &[0, 0],
        b"streamtype",
        b"1",
        &[0, 0, 0, 0, 0, 0, 0, 5],
        &key(3),
    ];
    for part in parts {
        input.extend((part.len() as u64).to_be_bytes());
        input.extend(part);
    }
    let hex: String = kandian_codec::digest(&input).iter().map(|b| format!("{b:02x}")).collect();
    let token = make_token("13312345678", &Secret::from("hunter2"), &live(), at(5), &key(3));
    assert_eq!(token.as_str(), hex);
}

// a random source that repeats itself must not hand the same token to two users.
#[test]
fn a_key_that_comes_twice_is_refused() {
    let mut book = TokenBook::new();
    let first = book.issue(at(0), &grant("13312345678", live()), &key(0)).unwrap();
    let again = book.issue(at(0), &grant("13312345678", live()), &key(0));
    assert_eq!(again, Err(IssueError::RepeatedKey));
    assert_eq!(book.len(), 1);
    assert!(book.verify(at(0), &first.token, &live()).is_ok());
}

#[test]
fn nothing_prints_a_token() {
    let mut book = TokenBook::new();
    let grant = grant("13312345678", live());
    let issued = book.issue(at(0), &grant, &key(0)).unwrap();
    for text in [format!("{book:?}"), format!("{issued:?}"), format!("{grant:?}")] {
        assert!(!text.contains(issued.token.as_str()), "{text}");
        assert!(!text.contains("hunter2"), "{text}");
    }
}
