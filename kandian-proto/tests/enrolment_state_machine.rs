//! The group platform's record of a device: every transition, and random sequences against a model.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use kandian_proto::enrolment::{
    Answer, Directory, Event, MAX_KEY_BYTES, Province, Reason, State, Transition, apply,
};
use kandian_proto::message::group::DeviceUseRequest;
use kandian_proto::message::redirect::ProvinceAccess;
use kandian_proto::value::{DeviceUseResult, Host, Port, RedirectResult};
use kandian_proto::{DevId, Outcome, Profile, Secret, encode};
use proptest::prelude::*;

fn province(number: usize) -> Province {
    ["3100-01", "4400-01", "3100-02"][number].parse().unwrap()
}

fn access(number: usize) -> ProvinceAccess {
    let stun: Host = "stun.kandian.example".parse().unwrap();
    let url = format!("http://p{number}.kandian.example:8098/tykd").parse::<kandian_proto::value::Url>();
    ProvinceAccess::new(url.unwrap(), stun.clone(), Port(3478), stun, Port(3479))
}

fn directory() -> Directory {
    (0..3).map(|number| (province(number), access(number))).collect()
}

fn key(text: &str) -> Secret {
    Secret::from(text)
}

fn unclaimed() -> State {
    State::Unclaimed { key: key("right") }
}

fn claimed(number: usize) -> State {
    State::Claimed { key: key("right"), by: province(number) }
}

fn redirected(number: usize) -> State {
    State::Redirected { key: key("right"), by: province(number) }
}

fn all_states() -> [State; 4] {
    [State::Absent, unclaimed(), claimed(0), redirected(0)]
}

fn ask(state: &State, presented: &str) -> Transition {
    apply(state, Event::Redirect { key: &key(presented), addresses: &directory() })
}

fn claim(state: &State, presented: &str, by: usize) -> Transition {
    apply(state, Event::Claim { key: &key(presented), by: province(by) })
}

/// HTTP status and result of an answer to a device.
fn sent(transition: &Transition) -> (u16, u16) {
    match &transition.answer {
        Answer::Redirect(outcome) => (transition.answer.http_status().unwrap(), outcome.code().0),
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn changes_nothing(before: &State, transition: &Transition, reason: Reason) {
    assert_eq!(&transition.state, before);
    assert_eq!(transition.reason, reason);
}

// E-26, E-27
#[test]
fn a_device_that_asks_first_is_stored_and_told_401() {
    let first = ask(&State::Absent, "right");
    assert_eq!(sent(&first), (401, 1));
    assert_eq!((&first.state, first.reason), (&unclaimed(), Reason::FirstContact));
    // The second request creates no other record.
    let second = ask(&first.state, "right");
    assert_eq!(sent(&second), (401, 1));
    changes_nothing(&first.state, &second, Reason::NotClaimed);
}

// E-27
#[test]
fn the_401_has_a_body() {
    let id: DevId = "81100000001".parse().unwrap();
    let answer = ask(&unclaimed(), "right").answer;
    assert_eq!(answer.http_status(), Some(401));
    let message = answer.redirect_response(id).unwrap();
    let xml = String::from_utf8(encode(&message, Profile::Spec).unwrap()).unwrap();
    assert!(
        xml.ends_with("<REDIRECT_RES><Result>1</Result><DevID>81100000001</DevID></REDIRECT_RES>"),
        "{xml}"
    );
}

// E-28, R-6.27
#[test]
fn a_wrong_key_is_refused_with_255_and_changes_nothing() {
    for state in [unclaimed(), claimed(0), redirected(0)] {
        for presented in ["wrong", "righ", "rightt", "RIGHT", "right "] {
            let answer = ask(&state, presented);
            assert_eq!(sent(&answer), (200, 255));
            changes_nothing(&state, &answer, Reason::KeyWrong);
            let answer = claim(&state, presented, 0);
            assert_eq!(answer.answer, Answer::Claim(DeviceUseResult::BAD_DEV_KEY));
            changes_nothing(&state, &answer, Reason::KeyWrong);
            // Nobody without the key learns that the device is another's.
            let answer = claim(&state, presented, 1);
            assert_eq!(answer.answer, Answer::Claim(DeviceUseResult::BAD_DEV_KEY));
        }
    }
}

// E-26, E-37: the empty key is no key, and what is kept for ever is bounded.
#[test]
fn a_key_that_no_device_has_is_never_stored() {
    let longest = "k".repeat(MAX_KEY_BYTES);
    assert_eq!(ask(&State::Absent, &longest).state, State::Unclaimed { key: key(&longest) });
    for unusable in [String::new(), "k".repeat(MAX_KEY_BYTES + 1), "two\nlines".into(), "\0".into()] {
        for state in all_states() {
            let answer = ask(&state, &unusable);
            assert_eq!(sent(&answer), (200, 255));
            changes_nothing(&state, &answer, Reason::KeyUnusable);
            let answer = apply(&state, Event::SetKey { key: &key(&unusable) });
            changes_nothing(&state, &answer, Reason::KeyUnusable);
        }
    }
    // Not even when a store holds one.
    let broken = State::Unclaimed { key: Secret::default() };
    assert_eq!(claim(&broken, "", 0).answer, Answer::Claim(DeviceUseResult::BAD_DEV_KEY));
}

//
#[test]
fn a_claim_needs_a_known_device_and_its_key() {
    let unknown = claim(&State::Absent, "right", 0);
    assert_eq!(unknown.answer, Answer::Claim(DeviceUseResult::UNKNOWN_DEVICE));
    changes_nothing(&State::Absent, &unknown, Reason::NeverSeen);
    let granted = claim(&unclaimed(), "right", 0);
    assert_eq!(granted.answer, Answer::Claim(DeviceUseResult::OK));
    assert_eq!((&granted.state, granted.reason), (&claimed(0), Reason::Claimed));
}

// E-33
#[test]
fn a_second_claim_of_the_same_province_is_success_and_of_another_255() {
    for state in [claimed(0), redirected(0)] {
        let again = claim(&state, "right", 0);
        assert_eq!(again.answer, Answer::Claim(DeviceUseResult::OK));
        changes_nothing(&state, &again, Reason::ClaimedBefore);
        // The other platform of the same province is another, too: it has no record of the device.
        for other in [1, 2] {
            let refused = claim(&state, "right", other);
            assert_eq!(refused.answer, Answer::Claim(DeviceUseResult::OTHER));
            changes_nothing(&state, &refused, Reason::ClaimedByOther(province(0)));
        }
    }
}

// E-31, E-39, R-5.9
#[test]
fn a_claimed_device_gets_the_address_its_province_reported() {
    for number in 0..3 {
        let answer = ask(&claimed(number), "right");
        assert_eq!(sent(&answer), (200, 0));
        assert_eq!(answer.answer, Answer::Redirect(Outcome::Success(access(number))));
        assert_eq!((&answer.state, answer.reason), (&redirected(number), Reason::Redirected));
    }
}

// E-30, E-34: after a factory reset the device asks again and is sent to the same province.
#[test]
fn a_device_that_was_reset_gets_the_same_address() {
    let again = ask(&redirected(1), "right");
    assert_eq!(again.answer, Answer::Redirect(Outcome::Success(access(1))));
    changes_nothing(&redirected(1), &again, Reason::RedirectedAgain);
}

// E-39: nothing is promised that cannot be kept, and the device stays to be redirected.
#[test]
fn a_province_without_an_address() {
    for state in [claimed(0), redirected(0)] {
        let others = Directory::from([(province(1), access(1))]);
        let answer = apply(&state, Event::Redirect { key: &key("right"), addresses: &others });
        assert_eq!(sent(&answer), (200, 255));
        changes_nothing(&state, &answer, Reason::AddressMissing);
    }
}

// E-34
#[test]
fn only_an_administrator_releases_a_device() {
    for state in [claimed(0), redirected(0)] {
        let released = apply(&state, Event::Release);
        assert_eq!(released.answer, Answer::None);
        assert_eq!((&released.state, released.reason), (&unclaimed(), Reason::Released(province(0))));
        assert_eq!(sent(&ask(&released.state, "right")), (401, 1));
        assert_eq!(claim(&released.state, "right", 1).state, claimed(1));
    }
    for state in [State::Absent, unclaimed()] {
        changes_nothing(&state, &apply(&state, Event::Release), Reason::NothingToDo);
    }
}

// E-33
#[test]
fn only_an_administrator_moves_a_device() {
    for state in [unclaimed(), claimed(0), redirected(0)] {
        let moved = apply(&state, Event::Assign { to: province(1) });
        assert_eq!((&moved.state, moved.reason), (&claimed(1), Reason::Assigned));
        assert_eq!(moved.answer, Answer::None);
    }
    for state in [claimed(0), redirected(0)] {
        let same = apply(&state, Event::Assign { to: province(0) });
        changes_nothing(&state, &same, Reason::NothingToDo);
    }
    let unknown = apply(&State::Absent, Event::Assign { to: province(0) });
    changes_nothing(&State::Absent, &unknown, Reason::NeverSeen);
}

// E-26
#[test]
fn an_imported_key_takes_precedence() {
    let imported = apply(&State::Absent, Event::SetKey { key: &key("right") });
    assert_eq!((&imported.state, imported.reason), (&unclaimed(), Reason::Imported));
    assert_eq!(sent(&ask(&imported.state, "wrong")), (200, 255));
    // A device whose key was imported is known before it asks.
    assert_eq!(claim(&imported.state, "right", 0).state, claimed(0));
    for (state, after) in [
        (unclaimed(), State::Unclaimed { key: key("new") }),
        (claimed(0), State::Claimed { key: key("new"), by: province(0) }),
        (redirected(0), State::Redirected { key: key("new"), by: province(0) }),
    ] {
        let changed = apply(&state, Event::SetKey { key: &key("new") });
        assert_eq!((&changed.state, changed.reason), (&after, Reason::KeyReplaced));
        assert_eq!(sent(&ask(&changed.state, "right")), (200, 255));
        assert_ne!(sent(&ask(&changed.state, "new")), (200, 255));
        let same = apply(&state, Event::SetKey { key: &key("right") });
        changes_nothing(&state, &same, Reason::NothingToDo);
    }
}

//
#[test]
fn province_platforms_have_four_and_two_digits() {
    assert_eq!((province(2).province_no(), province(2).cms_no()), ("3100", "02"));
    assert_eq!(format!("{:?}", province(2)), "Province(3100-02)");
    for (number, cms) in
        [("310000", "01"), ("310", "01"), ("3100", "1"), ("3100", "001"), ("31a0", "01"), ("", "")]
    {
        assert!(Province::new(number, cms).is_err(), "{number} {cms}");
    }
    for text in ["", "-", "3100", "310001", "3100-", "-01", "3100-0x", "3100-01-", "３１００-01"] {
        assert!(text.parse::<Province>().is_err(), "{text}");
    }
    let id: DevId = "81100000001".parse().unwrap();
    let message = DeviceUseRequest::new("3100", "01", "secret", id, "right");
    assert_eq!(Province::of(&message), Ok(province(0)));
    assert!(Province::of(&message.cms_no("7")).is_err());
}

// ---- random sequences against a model of plain columns ----

#[derive(Clone, Copy, Debug)]
enum Op {
    Redirect(usize),
    Claim(usize, usize),
    SetKey(usize),
    Assign(usize),
    Release,
    Restart,
    /// The province reports where its devices register.
    Report(usize),
}

/// One is empty and one too long.
const KEYS: [&str; 4] =
    ["K7M2P9Q4", "12345678", "", "0123456789012345678901234567890123456789012345678901234567890123x"];

fn is_key(number: usize) -> bool {
    number < 2
}

fn ops() -> impl Strategy<Value = Vec<Op>> {
    let op = prop_oneof![
        6 => (0..4_usize).prop_map(Op::Redirect),
        6 => (0..3_usize, 0..4_usize).prop_map(|(p, k)| Op::Claim(p, k)),
        1 => (0..4_usize).prop_map(Op::SetKey),
        1 => (0..3_usize).prop_map(Op::Assign),
        1 => Just(Op::Release),
        3 => Just(Op::Restart),
        2 => (0..3_usize).prop_map(Op::Report),
    ];
    prop::collection::vec(op, 1..60)
}

/// The columns of a table of devices.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Model {
    key: Option<usize>,
    owner: Option<usize>,
    told: bool,
}

impl Model {
    fn of(state: &State) -> Self {
        let owner = state.province();
        Self {
            key: state.key().map(|key| KEYS.iter().position(|k| key.matches(k)).unwrap()),
            owner: owner.map(|by| (0..3).find(|n| province(*n) == by).unwrap()),
            told: matches!(state, State::Redirected { .. }),
        }
    }

    /// HTTP status and result of a redirect request, as the rules say them.
    fn redirect(&mut self, key: usize, reported: &[usize]) -> (u16, u16) {
        if !is_key(key) {
            return (200, 255);
        }
        if self.key.is_some_and(|known| known != key) {
            return (200, 255);
        }
        self.key = Some(key);
        match self.owner {
            None => (401, 1),
            Some(owner) if !reported.contains(&owner) => (200, 255),
            Some(_) => {
                self.told = true;
                (200, 0)
            }
        }
    }

    /// Result of a claim.
    fn claim(&mut self, by: usize, key: usize) -> u16 {
        match (self.key, self.owner) {
            (None, _) => 3,
            (Some(known), _) if known != key => 4,
            (_, Some(owner)) if owner != by => 255,
            _ => {
                self.owner = Some(by);
                0
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    // E-33, E-34
    #[test]
    fn random_sequences_agree_with_the_model(ops in ops()) {
        let (mut state, mut model) = (State::Absent, Model::default());
        let mut reported = vec![0];
        for op in ops {
            let before = state.clone();
            let addresses: Directory = reported.iter().map(|n| (province(*n), access(*n))).collect();
            let mut administered = false;
            let transition = match op {
                Op::Redirect(number) => {
                    let event = Event::Redirect { key: &key(KEYS[number]), addresses: &addresses };
                    let transition = apply(&state, event);
                    prop_assert_eq!(sent(&transition), model.redirect(number, &reported));
                    if let Answer::Redirect(Outcome::Success(given)) = &transition.answer {
                        prop_assert_eq!(Some(given.clone()), model.owner.map(access));
                    }
                    transition
                }
                Op::Claim(by, number) => {
                    let transition = apply(&state, Event::Claim { key: &key(KEYS[number]), by: province(by) });
                    let expected = DeviceUseResult(model.claim(by, number));
                    prop_assert_eq!(&transition.answer, &Answer::Claim(expected));
                    transition
                }
                Op::SetKey(number) => {
                    if is_key(number) {
                        model.key = Some(number);
                    }
                    apply(&state, Event::SetKey { key: &key(KEYS[number]) })
                }
                Op::Assign(to) => {
                    administered = true;
                    if model.key.is_some() && model.owner != Some(to) {
                        model = Model { owner: Some(to), told: false, ..model };
                    }
                    apply(&state, Event::Assign { to: province(to) })
                }
                Op::Release => {
                    administered = true;
                    model = Model { owner: None, told: false, ..model };
                    apply(&state, Event::Release)
                }
                Op::Restart => {
                    let restored = State::from_record(state.to_record().reveal());
                    prop_assert_eq!(restored.as_ref(), Ok(&state));
                    continue;
                }
                Op::Report(number) => {
                    reported.push(number);
                    continue;
                }
            };
            state = transition.state;
            prop_assert_eq!(Model::of(&state), model, "after {:?}", op);
            // No transition leads back from CLAIMED, and none to another province.
            if !administered && before.province().is_some() {
                prop_assert_eq!(state.province(), before.province());
            }
            // A record is never lost.
            prop_assert!(before == State::Absent || state != State::Absent);
        }
    }

    // E-29, E-33: peers repeat what they sent; nothing changes any more, and the answer is the same.
    #[test]
    fn every_event_may_be_repeated(ops in ops(), last in 0..4_usize, by in 0..3_usize) {
        let mut state = State::Absent;
        for op in ops {
            state = match op {
                Op::Redirect(number) => ask(&state, KEYS[number]).state,
                Op::Claim(by, number) => claim(&state, KEYS[number], by).state,
                _ => state,
            };
        }
        let repeat = |state: &State, run: &dyn Fn(&State) -> Transition| {
            let first = run(state);
            let second = run(&first.state);
            (first.state == second.state, first.answer == second.answer)
        };
        prop_assert_eq!(repeat(&state, &|s| ask(s, KEYS[last])), (true, true));
        prop_assert_eq!(repeat(&state, &|s| claim(s, KEYS[last], by)), (true, true));
    }
}

// E-28: the code for a wrong key is received from others and never sent.
#[test]
fn result_2_is_never_sent() {
    for state in all_states() {
        for presented in KEYS {
            assert_ne!(sent(&ask(&state, presented)).1, RedirectResult::BAD_DEV_KEY.0);
        }
    }
}
