//! What a province platform decides when a user adds a device, and when a device registers.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use kandian_proto::Secret;
use kandian_proto::enrolment::{
    Addition, Admission, Answer, Directory, Event, Known, Prompt, Province, Registration, State, WhyNot,
    add_after_claim, add_device, apply, register_device,
};
use kandian_proto::message::redirect::ProvinceAccess;
use kandian_proto::value::{DeviceUseResult, Host, McuAddDeviceResult, Port, RegisterResult, Url};

fn key(text: &str) -> Secret {
    Secret::from(text)
}

/// The result code and prompt of an answer to the user.
fn told(decision: Addition) -> (Option<u16>, Option<Prompt>) {
    (decision.result().map(|code| code.0), decision.prompt())
}

// E-32
#[test]
fn a_device_on_record_is_decided_without_the_group_platform() {
    let (right, wrong) = (key("right"), key("wrong"));
    // By a second user, with whatever key.
    for presented in [&right, &wrong] {
        assert_eq!(told(add_device(Known::Bound, presented, true)), (Some(6), None));
    }
    let bound = add_device(Known::Unbound { key: &right }, &right, true);
    assert_eq!(bound, Addition::Bind { newly_claimed: false });
    assert_eq!(told(bound), (Some(0), None));
    for presented in [wrong, key(""), key("righ"), key("right ")] {
        let refused = add_device(Known::Unbound { key: &right }, &presented, true);
        assert_eq!(refused, Addition::Refuse(WhyNot::KeyWrong));
        assert_eq!(told(refused), (Some(4), Some(Prompt::EnterKeyAgain)));
    }
}

// E-26: whatever a store holds, leaving the key out is no way in.
#[test]
fn an_empty_key_on_record_matches_nothing() {
    let empty = key("");
    assert_eq!(told(add_device(Known::Unbound { key: &empty }, &empty, true)).0, Some(4));
    let answer = add_after_claim(Some(DeviceUseResult::OK), Known::Unbound { key: &empty }, &empty);
    assert_eq!(told(answer).0, Some(4));
    let refused = Registration::Refuse(RegisterResult::BAD_DEV_KEY);
    assert_eq!(register_device(Some(&empty), &empty, Admission::default()), refused);
    assert_eq!(register_device(None, &empty, Admission::default()), refused);
}

// E-32
#[test]
fn an_unknown_device_is_asked_for_at_the_group_platform() {
    assert_eq!(add_device(Known::No, &key("right"), true), Addition::AskGroup);
    assert_eq!(told(Addition::AskGroup), (None, None));
    // A key that no device has is not worth a question.
    assert_eq!(told(add_device(Known::No, &key(""), true)).0, Some(4));
}

// E-168: a claim cannot be taken back, so the limit comes first.
#[test]
fn a_user_without_room_claims_nothing() {
    let right = key("right");
    for known in [Known::No, Known::Unbound { key: &right }] {
        let refused = add_device(known, &right, false);
        assert_eq!(refused, Addition::Refuse(WhyNot::NoRoom));
        assert_eq!(told(refused), (Some(5), None));
    }
    assert_eq!(told(add_device(Known::Bound, &right, false)).0, Some(6));
}

// E-32, E-33
#[test]
fn results_of_the_group_platform_become_results_of_the_client() {
    use WhyNot::*;
    let answer = |code: u16| add_after_claim(Some(DeviceUseResult(code)), Known::No, &key("right"));
    assert_eq!(answer(0), Addition::StoreAndBind);
    for (code, expected, prompt) in [
        (0, 0, Some(Prompt::PowerCycle)),
        (1, 255, Some(Prompt::ContactSupport)),
        (2, 255, Some(Prompt::ContactSupport)),
        (3, 3, Some(Prompt::PowerOnFirst)),
        (4, 4, Some(Prompt::EnterKeyAgain)),
        (5, 255, Some(Prompt::ContactSupport)),
        (255, 255, Some(Prompt::ContactSupport)),
        (65_535, 255, Some(Prompt::ContactSupport)),
    ] {
        assert_eq!(told(answer(code)), (Some(expected), prompt), "{code}");
    }
    // The operator has to know which.
    assert_eq!(answer(1), Addition::Refuse(PlatformRefused(DeviceUseResult::UNKNOWN_PLATFORM)));
    assert_eq!(answer(2), Addition::Refuse(PlatformRefused(DeviceUseResult::BAD_PASSWORD)));
    assert_eq!(answer(255), Addition::Refuse(GroupRefused(DeviceUseResult::OTHER)));
    let silent = add_after_claim(None, Known::No, &key("right"));
    assert_eq!(silent, Addition::Refuse(GroupSilent));
    assert_eq!(told(silent), (Some(255), None));
}

// E-32: the device, or another user, may have been quicker than the group platform.
#[test]
fn what_is_on_record_after_the_claim_counts() {
    let (right, wrong) = (key("right"), key("wrong"));
    let ok = Some(DeviceUseResult::OK);
    let registered = add_after_claim(ok, Known::Unbound { key: &right }, &right);
    assert_eq!(registered, Addition::Bind { newly_claimed: true });
    assert_eq!(told(registered), (Some(0), Some(Prompt::PowerCycle)));
    let other_key = add_after_claim(ok, Known::Unbound { key: &wrong }, &right);
    assert_eq!(told(other_key), (Some(4), Some(Prompt::EnterKeyAgain)));
    assert_eq!(told(add_after_claim(ok, Known::Bound, &right)), (Some(6), None));
}

// E-26, E-35
#[test]
fn registration_stores_whoever_is_not_on_record() {
    let (right, wrong) = (key("right"), key("wrong"));
    let refused = Registration::Refuse;
    let open = Admission::default();
    assert_eq!(open, Admission { auto_enrol: true, blocked: false });
    assert_eq!(register_device(None, &right, open), Registration::Store);
    assert_eq!(register_device(Some(&right), &right, open), Registration::Accept);
    assert_eq!(register_device(Some(&right), &wrong, open), refused(RegisterResult::BAD_DEV_KEY));
    let closed = Admission { auto_enrol: false, ..open };
    assert_eq!(register_device(None, &right, closed), refused(RegisterResult::UNKNOWN_DEVICE));
    assert_eq!(register_device(Some(&right), &right, closed), Registration::Accept);
    let blocked = Admission { blocked: true, ..open };
    for known in [None, Some(&right)] {
        assert_eq!(register_device(known, &right, blocked), refused(RegisterResult::UNKNOWN_DEVICE));
    }
}

// chapter 6.6 from the first start to the bound camera.
#[test]
fn from_the_first_start_to_the_users_list() {
    let (printed_on_the_camera, shanghai) = (key("K7M2P9Q4"), Province::new("3100", "01").unwrap());
    let stun: Host = "stun.kandian.example".parse().unwrap();
    let url: Url = "http://sh.kandian.example/register".parse().unwrap();
    let access = ProvinceAccess::new(url, stun.clone(), Port(3478), stun, Port(3479));
    let addresses = Directory::from([(shanghai, access)]);
    let asks = Event::Redirect { key: &printed_on_the_camera, addresses: &addresses };

    // Added before it was ever switched on: 3.
    let typed = &printed_on_the_camera;
    assert_eq!(add_device(Known::No, typed, true), Addition::AskGroup);
    let claims = Event::Claim { key: typed, by: shanghai };
    let Answer::Claim(code) = apply(&State::Absent, claims).answer else { panic!("a claim is answered") };
    assert_eq!(told(add_after_claim(Some(code), Known::No, typed)).1, Some(Prompt::PowerOnFirst));

    // Switched on, then added: 0, and to be switched off and on.
    let group = apply(&State::Absent, asks);
    assert_eq!(group.answer.http_status(), Some(401));
    let group = apply(&group.state, claims);
    let Answer::Claim(code) = group.answer else { panic!("a claim is answered") };
    let decision = add_after_claim(Some(code), Known::No, typed);
    assert_eq!((decision, decision.prompt()), (Addition::StoreAndBind, Some(Prompt::PowerCycle)));
    assert_eq!(decision.result(), Some(McuAddDeviceResult::OK));

    // Switched on again: redirected, and known to its province.
    assert_eq!(apply(&group.state, asks).answer.http_status(), Some(200));
    assert_eq!(
        register_device(Some(typed), &printed_on_the_camera, Admission::default()),
        Registration::Accept
    );
}
