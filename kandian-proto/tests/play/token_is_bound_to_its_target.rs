//! A token opens what it was issued for, and survives being shown elsewhere.

use crate::support::play::{DEVICE, FILE, at, device, grant, key, live, recording};
use kandian_proto::play::{FileName, Target, TokenBook, TokenRefusal};
use kandian_proto::time::Millis;
use kandian_proto::value::StreamType;

fn file(name: &str) -> Target {
    Target::recording(device(DEVICE), 0, FileName::new(name).unwrap())
}

// E-91
#[test]
fn every_part_of_the_target_counts() {
    let wrong_device = TokenRefusal::WrongDevice { issued_for: device(DEVICE) };
    let wrong_channel = TokenRefusal::WrongChannel { issued_for: 0 };
    let table = [
        (live(), Target { dev_id: device("81100000002"), ..live() }, wrong_device),
        (live(), Target { channel_no: 1, ..live() }, wrong_channel),
        (live(), Target::live(device(DEVICE), 0, StreamType::SUB), TokenRefusal::WrongMedia),
        (live(), recording(), TokenRefusal::WrongMedia),
        (live(), file("1"), TokenRefusal::WrongMedia),
        (recording(), live(), TokenRefusal::WrongMedia),
        (recording(), file("81100000001_0_20140318081500.ts"), TokenRefusal::WrongMedia),
        // A file system may tell upper from lower case; so does the book.
        (recording(), file(&FILE.to_uppercase()), TokenRefusal::WrongMedia),
        (recording(), Target { dev_id: device("81100000002"), ..recording() }, wrong_device),
        (recording(), Target { channel_no: 7, ..recording() }, wrong_channel),
        // The first difference is named.
        (live(), Target { dev_id: device("8"), channel_no: 1, ..recording() }, wrong_device),
        (live(), Target { channel_no: 1, ..recording() }, wrong_channel),
    ];
    for (issued_for, presented, refusal) in table {
        let mut book = TokenBook::new();
        let issued = book.issue(at(0), &grant("13312345678", issued_for.clone()), &key(0)).unwrap();
        assert_eq!(book.verify(at(1), &issued.token, &presented), Err(refusal), "{presented}");
        // that was no verification; the token still opens the right thing, once.
        assert!(book.verify(at(2), &issued.token, &issued_for).is_ok(), "{issued_for}");
        // The wrong place is what matters, also when the token is used up and old.
        assert_eq!(book.verify(at(61_000), &issued.token, &presented), Err(refusal));
        let used = TokenRefusal::AlreadyUsed { ago: Millis(60_998) };
        assert_eq!(book.verify(at(61_000), &issued.token, &issued_for), Err(used));
    }
}

// E-94: recorders in use hand the name back as it stood in the URL.
#[test]
fn a_name_that_was_not_decoded_is_the_same_name() {
    let name = "商店 1.ts";
    for presented in [name, "%E5%95%86%E5%BA%97%201.ts"] {
        let mut book = TokenBook::new();
        let issued = book.issue(at(0), &grant("13312345678", file(name)), &key(0)).unwrap();
        assert!(book.verify(at(1), &issued.token, &file(presented)).is_ok(), "{presented}");
    }
    // Not the other way round: this file really has a percent sign in its name.
    let mut book = TokenBook::new();
    let issued = book.issue(at(0), &grant("13312345678", file("a%201.ts")), &key(0)).unwrap();
    assert_eq!(book.verify(at(1), &issued.token, &file("a 1.ts")), Err(TokenRefusal::WrongMedia));
}

// for each user another one, and the book knows whose it is.
#[test]
fn the_book_knows_the_user() {
    let mut book = TokenBook::new();
    let tokens = ["13312345678", "18900000000"]
        .map(|account| (account, book.issue(at(0), &grant(account, live()), &key(0)).unwrap().token));
    for (account, token) in tokens {
        assert_eq!(book.verify(at(1), &token, &live()).unwrap().account, account);
    }
}
