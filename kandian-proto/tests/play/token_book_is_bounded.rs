//! A full book, or an account with its share used up, refuses; dead tokens give way, living ones never.

use crate::support::play::{at, grant, key, live};
use kandian_proto::play::{
    BookOptions, Grant, IssueError, MAX_ACCOUNT_BYTES, MAX_TOKENS, MAX_TOKENS_PER_ACCOUNT, TokenBook,
    TokenRefusal,
};
use kandian_proto::time::Millis;
use kandian_proto::value::HashToken;

fn book(tokens: usize, tokens_per_account: usize) -> TokenBook {
    TokenBook::with_options(BookOptions { tokens, tokens_per_account, ..BookOptions::default() })
}

/// Issues with a key that depends on time and account only.
fn issue(book: &mut TokenBook, now: u64, account: &str) -> Result<HashToken, IssueError> {
    book.issue(at(now), &grant(account, live()), &key(now)).map(|issued| issued.token)
}

fn full(limit: usize, retry_after: u64) -> Result<HashToken, IssueError> {
    Err(IssueError::Full { limit, retry_after: Millis(retry_after) })
}

fn account_full(limit: usize, retry_after: u64) -> Result<HashToken, IssueError> {
    Err(IssueError::AccountFull { limit, retry_after: Millis(retry_after) })
}

#[test]
fn living_tokens_are_honoured() {
    let mut book = book(3, 100);
    let tokens = [0, 1, 2].map(|now| issue(&mut book, now, &format!("user{now}")).unwrap());
    assert_eq!(issue(&mut book, 10, "user9"), full(3, 59_991));
    assert_eq!(issue(&mut book, 60_000, "user9"), full(3, 1));
    for token in &tokens {
        assert!(book.verify(at(60_000), token, &live()).is_ok());
    }
    // All used: the oldest gives way, and nobody is refused any more.
    assert!(issue(&mut book, 60_000, "user9").is_ok());
    assert_eq!(book.len(), 3);
    assert_eq!(book.verify(at(60_000), &tokens[0], &live()), Err(TokenRefusal::Unknown));
    let used = Err(TokenRefusal::AlreadyUsed { ago: Millis(0) });
    assert_eq!(book.verify(at(60_000), &tokens[1], &live()), used);
}

#[test]
fn the_oldest_expired_gives_way_first_then_the_oldest_used() {
    let mut book = book(3, 100);
    let expired = issue(&mut book, 0, "a").unwrap();
    let used = issue(&mut book, 30_000, "b").unwrap();
    let living = issue(&mut book, 40_000, "c").unwrap();
    assert!(book.verify(at(41_000), &used, &live()).is_ok());

    assert!(issue(&mut book, 60_001, "d").is_ok());
    assert_eq!(book.verify(at(60_001), &expired, &live()), Err(TokenRefusal::Unknown));
    let still_known = Err(TokenRefusal::AlreadyUsed { ago: Millis(19_001) });
    assert_eq!(book.verify(at(60_001), &used, &live()), still_known);

    assert!(issue(&mut book, 60_002, "e").is_ok());
    assert_eq!(book.verify(at(60_002), &used, &live()), Err(TokenRefusal::Unknown));
    assert_eq!(issue(&mut book, 60_003, "f"), full(3, 39_998));
    assert!(book.verify(at(60_003), &living, &live()).is_ok());
}

/// At 60.000 s a token is alive and keeps its place; at 60.001 s it gives way.
#[test]
fn the_place_is_free_when_retry_after_says() {
    let mut book = book(1, 100);
    issue(&mut book, 1_000, "a").unwrap();
    assert_eq!(issue(&mut book, 1_000, "b"), full(1, 60_001));
    assert_eq!(issue(&mut book, 61_000, "b"), full(1, 1));
    assert!(issue(&mut book, 61_001, "b").is_ok());
    assert_eq!(book.len(), 1);
}

#[test]
fn an_account_has_a_share() {
    let mut book = book(100, 2);
    let first = issue(&mut book, 0, "greedy").unwrap();
    let second = issue(&mut book, 5, "greedy").unwrap();
    assert_eq!(issue(&mut book, 6, "greedy"), account_full(2, 59_995));
    // Others do not notice.
    assert!(issue(&mut book, 6, "modest").is_ok());
    // A used token frees a place, even when it is not the oldest.
    assert!(book.verify(at(7), &second, &live()).is_ok());
    assert!(issue(&mut book, 8, "greedy").is_ok());
    assert_eq!(book.verify(at(8), &second, &live()), Err(TokenRefusal::Unknown));
    assert_eq!(issue(&mut book, 9, "greedy"), account_full(2, 59_992));
    assert_eq!(issue(&mut book, 60_000, "greedy"), account_full(2, 1));
    // So does an expired one.
    assert!(issue(&mut book, 60_001, "greedy").is_ok());
    assert_eq!(book.verify(at(60_001), &first, &live()), Err(TokenRefusal::Unknown));
    assert_eq!(book.len(), 3);
}

/// Of an account's dead tokens the expired one gives way first.
#[test]
fn within_an_account_the_expired_gives_way_before_the_used() {
    let mut book = book(100, 2);
    let expired = issue(&mut book, 0, "a").unwrap();
    let used = issue(&mut book, 30_000, "a").unwrap();
    assert!(book.verify(at(30_000), &used, &live()).is_ok());
    assert!(issue(&mut book, 60_001, "a").is_ok());
    assert_eq!(book.verify(at(60_001), &expired, &live()), Err(TokenRefusal::Unknown));
    assert!(matches!(book.verify(at(60_001), &used, &live()), Err(TokenRefusal::AlreadyUsed { .. })));
}

/// A full account is told so before the full book, and what gives way for it is its own.
#[test]
fn the_share_comes_before_the_book() {
    let mut book = book(2, 1);
    issue(&mut book, 0, "a").unwrap();
    let other = issue(&mut book, 1, "b").unwrap();
    assert_eq!(issue(&mut book, 2, "a"), account_full(1, 59_999));
    assert_eq!(issue(&mut book, 2, "c"), full(2, 59_999));
    assert!(issue(&mut book, 60_001, "a").is_ok());
    assert!(book.verify(at(60_001), &other, &live()).is_ok());
}

#[test]
fn no_setting_makes_a_book_without_places() {
    let mut book = book(0, 0);
    assert!(issue(&mut book, 0, "a").is_ok());
    assert_eq!(issue(&mut book, 1, "a"), account_full(1, 60_000));
    assert_eq!(issue(&mut book, 1, "b"), full(1, 60_000));
}

#[test]
fn the_default_limits_hold() {
    assert_eq!((MAX_TOKENS, MAX_TOKENS_PER_ACCOUNT), (65_536, 256));
    let mut book = TokenBook::new();
    for now in 0..256 {
        issue(&mut book, now, "greedy").unwrap();
    }
    assert_eq!(issue(&mut book, 256, "greedy"), account_full(256, 59_745));
    assert_eq!(
        issue(&mut book, 256, "greedy").unwrap_err().to_string(),
        "the account has 256 unused play tokens; the next place is free in 59745 ms",
    );
}

#[test]
fn names_of_accounts_are_bounded() {
    let mut book = TokenBook::new();
    let mut issue = |account: String| {
        let grant = Grant { account, ..grant("", live()) };
        book.issue(at(0), &grant, &key(0)).map(|issued| issued.token)
    };
    assert_eq!(MAX_ACCOUNT_BYTES, 64);
    assert_eq!(issue(String::new()), Err(IssueError::Account));
    assert_eq!(issue("1".repeat(65)), Err(IssueError::Account));
    assert!(issue("1".repeat(64)).is_ok());
    assert!(issue("1".to_owned()).is_ok());
}
