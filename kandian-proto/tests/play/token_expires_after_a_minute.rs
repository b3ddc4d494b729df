//! A token lives 60 s from its issue. For another minute the book knows why it is refused.

use crate::support::play::{at, grant, key, live, recording};
use kandian_proto::play::{FORGET_AFTER, TokenBook, TokenRefusal, VALIDITY};
use kandian_proto::time::Millis;

const ISSUED: u64 = 7_000;

fn verify_at(age: u64) -> Result<(), TokenRefusal> {
    let mut verdicts = [live(), recording()].map(|target| {
        let mut book = TokenBook::new();
        let issued = book.issue(at(ISSUED), &grant("13312345678", target.clone()), &key(0)).unwrap();
        assert_eq!(issued.valid_until, Millis(ISSUED + 60_000));
        book.verify(at(ISSUED + age), &issued.token, &target).map(|accepted| assert!(!accepted.again))
    });
    verdicts.sort_by_key(Result::is_ok);
    assert_eq!(verdicts[0], verdicts[1]);
    verdicts[0]
}

// E-93
#[test]
fn a_minute_and_not_a_millisecond_more() {
    assert_eq!((VALIDITY, FORGET_AFTER), (Millis(60_000), Millis(120_000)));
    for age in [0, 1, 59_000, 59_999, 60_000] {
        assert_eq!(verify_at(age), Ok(()), "{age}");
    }
    for age in [60_001, 61_000, 119_999] {
        assert_eq!(verify_at(age), Err(TokenRefusal::Expired { age: Millis(age) }));
    }
    for age in [120_000, 120_001, u64::MAX - ISSUED] {
        assert_eq!(verify_at(age), Err(TokenRefusal::Unknown), "{age}");
    }
}

// E-93: asking for a token with the wrong camera does not lengthen its life.
#[test]
fn the_minute_starts_at_the_issue() {
    let mut book = TokenBook::new();
    let issued = book.issue(at(0), &grant("13312345678", live()), &key(0)).unwrap();
    assert_eq!(book.verify(at(59_000), &issued.token, &recording()), Err(TokenRefusal::WrongMedia));
    let refusal = book.verify(at(60_001), &issued.token, &live());
    assert_eq!(refusal, Err(TokenRefusal::Expired { age: Millis(60_001) }));
}

/// A clock that goes back is read as standing still: no token is younger than it was.
#[test]
fn time_does_not_run_backwards() {
    let mut book = TokenBook::new();
    let old = book.issue(at(0), &grant("13312345678", live()), &key(0)).unwrap();
    book.handle_timeout(at(60_001));
    let refusal = book.verify(at(1), &old.token, &live());
    assert_eq!(refusal, Err(TokenRefusal::Expired { age: Millis(60_001) }));
    let new = book.issue(at(1), &grant("13312345678", live()), &key(1)).unwrap();
    assert_eq!(new.valid_until, Millis(120_001));
}

/// Nothing needs a timer; with one, memory comes back when it says.
#[test]
fn the_timeout_is_that_of_the_oldest() {
    let mut book = TokenBook::new();
    assert_eq!(book.poll_timeout(), None);
    book.handle_timeout(at(0));
    for (number, now) in [(0, 1_000), (1, 2_000), (2, 2_000)] {
        book.issue(at(now), &grant("13312345678", live()), &key(number)).unwrap();
        assert_eq!(book.poll_timeout(), Some(Millis(121_000)));
    }
    book.handle_timeout(at(120_999));
    assert_eq!(book.len(), 3);
    book.handle_timeout(at(121_000));
    assert_eq!((book.len(), book.poll_timeout()), (2, Some(Millis(122_000))));
    assert!(!book.is_empty());
    book.handle_timeout(at(122_000));
    assert_eq!((book.len(), book.poll_timeout()), (0, None));
    assert!(book.is_empty());
}

/// Issuing forgets as well.
#[test]
fn a_book_without_a_timer_does_not_grow() {
    let mut book = TokenBook::new();
    for second in 0..1_000 {
        book.issue(at(second * 1_000), &grant("13312345678", live()), &key(second)).unwrap();
        assert!(book.len() <= 120, "{second}");
    }
    assert_eq!(book.len(), 120);
}
