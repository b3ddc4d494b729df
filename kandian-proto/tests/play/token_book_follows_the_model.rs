//! The token book does what a naive list of tokens does, whatever is asked of it in whatever order.

use crate::support::play::{FILE, TOKEN, at, device, grant, key, token};
use kandian_proto::DevIdOrAll;
use kandian_proto::play::{Accepted, BookOptions, IssueError, Target, TokenBook, TokenRefusal};
use kandian_proto::time::Millis;
use kandian_proto::value::{HashToken, StreamType};
use proptest::prelude::*;

const ACCOUNTS: [&str; 3] = ["a", "b", "c"];
const TOKENS: usize = 5;
const TOKENS_PER_ACCOUNT: usize = 3;

#[derive(Clone, Debug)]
enum Operation {
    Issue { account: usize, target: usize },
    Verify { token: prop::sample::Index, upper_case: bool, target: Option<usize> },
    VerifyUnknown,
    Revoke { account: usize, device: Option<usize> },
    Timeout,
}

fn operation() -> impl Strategy<Value = Operation> {
    prop_oneof![
        4 => (0..3usize, 0..4usize).prop_map(|(account, target)| Operation::Issue { account, target }),
        4 => (any::<prop::sample::Index>(), any::<bool>(), prop::option::weighted(0.3, 0..4usize))
            .prop_map(|(token, upper_case, target)| Operation::Verify { token, upper_case, target }),
        1 => Just(Operation::VerifyUnknown),
        1 => (0..3usize, prop::option::of(0..2usize))
            .prop_map(|(account, device)| Operation::Revoke { account, device }),
        1 => Just(Operation::Timeout),
    ]
}

/// Small steps, and those that reach the boundaries.
fn step() -> impl Strategy<Value = u64> {
    let boundaries =
        [0, 0, 1, 4_999, 5_000, 5_001, 30_000, 59_999, 60_000, 60_001, 119_999, 120_000, 120_001];
    prop_oneof![prop::sample::select(boundaries.to_vec()), 0..20_000u64]
}

fn target(number: usize) -> Target {
    let dev_id = device(["81100000001", "81100000002"][number % 2]);
    match number {
        0 | 1 => Target::live(dev_id, 0, StreamType::MAIN),
        _ => Target::recording(dev_id, 0, FILE.parse().unwrap()),
    }
}

struct Entry {
    token: HashToken,
    account: &'static str,
    target: Target,
    issued: u64,
    used: Option<u64>,
}

/// The rules, written down without any index.
struct Model {
    grace: u64,
    entries: Vec<Entry>,
}

impl Model {
    fn forget(&mut self, now: u64) {
        self.entries.retain(|entry| now - entry.issued < 120_000);
    }

    /// Makes room among the entries of which `counts` says so; `Err` is the wait.
    fn make_place(&mut self, now: u64, limit: usize, counts: impl Fn(&Entry) -> bool) -> Result<(), u64> {
        while self.entries.iter().filter(|entry| counts(entry)).count() >= limit {
            let position =
                |dead: &dyn Fn(&Entry) -> bool| self.entries.iter().position(|e| counts(e) && dead(e));
            let dead = position(&|e| now - e.issued > 60_000).or_else(|| position(&|e| e.used.is_some()));
            match dead {
                Some(dead) => drop(self.entries.remove(dead)),
                None => {
                    let oldest = self.entries.iter().find(|entry| counts(entry)).unwrap();
                    return Err(oldest.issued + 60_001 - now);
                }
            }
        }
        Ok(())
    }

    fn verify(&mut self, now: u64, presented: &HashToken, target: &Target) -> Result<Accepted, TokenRefusal> {
        let grace = self.grace;
        let Some(entry) =
            self.entries.iter_mut().find(|entry| entry.token.matches_ignore_case(presented.as_str()))
        else {
            return Err(TokenRefusal::Unknown);
        };
        if entry.target.dev_id != target.dev_id {
            return Err(TokenRefusal::WrongDevice { issued_for: entry.target.dev_id });
        }
        if entry.target.media != target.media {
            return Err(TokenRefusal::WrongMedia);
        }
        let again = entry.used.is_some();
        if let Some(used) = entry.used
            && (grace == 0 || now - used > grace)
        {
            return Err(TokenRefusal::AlreadyUsed { ago: Millis(now - used) });
        }
        if now - entry.issued > 60_000 {
            return Err(TokenRefusal::Expired { age: Millis(now - entry.issued) });
        }
        entry.used.get_or_insert(now);
        Ok(Accepted { account: entry.account.to_owned(), again })
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    // E-91, E-92, E-93
    #[test]
    fn the_book_and_the_model_agree(
        grace in prop::sample::select(vec![0, 5_000]),
        operations in prop::collection::vec((step(), operation()), 1..60),
    ) {
        let options = BookOptions { grace: Millis(grace), tokens: TOKENS, tokens_per_account: TOKENS_PER_ACCOUNT };
        let mut book = TokenBook::with_options(options);
        let mut model = Model { grace, entries: Vec::new() };
        let mut issued: Vec<(HashToken, Target)> = Vec::new();
        let mut now = 0;
        for (number, (step, operation)) in operations.into_iter().enumerate() {
            now += step;
            model.forget(now);
            match operation {
                Operation::Issue { account, target: wanted } => {
                    let (account, target) = (ACCOUNTS[account], target(wanted));
                    let read = book.issue(at(now), &grant(account, target.clone()), &key(number as u64));
                    let place = model
                        .make_place(now, TOKENS_PER_ACCOUNT, |entry| entry.account == account)
                        .map_err(|wait| IssueError::AccountFull {
                            limit: TOKENS_PER_ACCOUNT,
                            retry_after: Millis(wait),
                        })
                        .and_then(|()| {
                            model.make_place(now, TOKENS, |_| true)
                                .map_err(|wait| IssueError::Full { limit: TOKENS, retry_after: Millis(wait) })
                        });
                    prop_assert_eq!(read.as_ref().map(|_| ()).map_err(|e| *e), place);
                    if let Ok(read) = read {
                        prop_assert_eq!((&read.target, read.valid_until), (&target, Millis(now + 60_000)));
                        issued.push((read.token.clone(), target.clone()));
                        model.entries.push(Entry { token: read.token, account, target, issued: now, used: None });
                    }
                }
                Operation::Verify { token: index, upper_case, target: elsewhere } => {
                    if issued.is_empty() {
                        continue;
                    }
                    let (presented, right) = &issued[index.index(issued.len())];
                    let presented =
                        if upper_case { token(&presented.as_str().to_uppercase()) } else { presented.clone() };
                    let target = elsewhere.map_or_else(|| right.clone(), target);
                    let verdict = book.verify(at(now), &presented, &target);
                    prop_assert_eq!(verdict, model.verify(now, &presented, &target));
                }
                Operation::VerifyUnknown => {
                    prop_assert_eq!(book.verify(at(now), &token(TOKEN), &target(0)), Err(TokenRefusal::Unknown));
                }
                Operation::Revoke { account, device: one } => {
                    let devices = one.map_or(DevIdOrAll::ALL, |number| DevIdOrAll::from(target(number).dev_id));
                    let before = model.entries.len();
                    model.entries.retain(|entry| {
                        entry.account != ACCOUNTS[account] || !devices.includes(&entry.target.dev_id)
                    });
                    // No clock comes with it, so the book may still hold what is too old.
                    book.handle_timeout(at(now));
                    prop_assert_eq!(book.revoke(ACCOUNTS[account], devices), before - model.entries.len());
                }
                Operation::Timeout => book.handle_timeout(at(now)),
            }
            prop_assert!(book.len() <= TOKENS);
            prop_assert_eq!(book.len(), model.entries.len());
            prop_assert_eq!(book.poll_timeout(), model.entries.first().map(|e| Millis(e.issued + 120_000)));
        }
    }
}
