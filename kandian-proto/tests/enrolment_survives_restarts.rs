//! The text in which a record of the group platform outlives a restart.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use kandian_proto::Secret;
use kandian_proto::enrolment::{InvalidRecord, MAX_KEY_BYTES, Province, State};
use proptest::prelude::*;

fn key(text: &str) -> Secret {
    Secret::from(text)
}

//
#[test]
fn four_forms() {
    let by = Province::new("3100", "01").unwrap();
    for (state, text) in [
        (State::Absent, "A"),
        (State::Unclaimed { key: key("K7M2P9Q4") }, "U K7M2P9Q4"),
        (State::Claimed { key: key("K7M2P9Q4"), by }, "C 3100-01 K7M2P9Q4"),
        (State::Redirected { key: key("K7M2P9Q4"), by }, "R 3100-01 K7M2P9Q4"),
        (State::Unclaimed { key: key(" 3100-01 a b ") }, "U  3100-01 a b "),
    ] {
        assert_eq!(state.to_record().reveal(), text);
        assert_eq!(State::from_record(text), Ok(state));
    }
}

// E-166
#[test]
fn a_record_does_not_print_its_key() {
    let state = State::Unclaimed { key: key("K7M2P9Q4") };
    assert_eq!(format!("{state:?} {:?}", state.to_record()), "Unclaimed { key: *** } ***");
}

#[test]
fn damaged_records_are_refused() {
    let long = format!("U {}", "k".repeat(MAX_KEY_BYTES + 1));
    for text in [
        "",
        " ",
        "a",
        "A ",
        "U",
        "U ",
        "u key",
        "X key",
        "X 3100-01 key",
        "C key",
        "C 3100-01",
        "C 3100-01 ",
        "C 310-01 key",
        "R 3100-1 key",
        "U two\nlines",
        &long,
    ] {
        assert_eq!(State::from_record(text), Err(InvalidRecord), "{text:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    //
    #[test]
    fn every_record_is_read_back(text in "\\PC{1,16}", numbers in proptest::option::of((0..10_000_u16, 0..100_u8)), told in any::<bool>()) {
        prop_assume!(text.len() <= MAX_KEY_BYTES && !text.chars().any(char::is_control));
        let key = key(&text);
        let state = match numbers {
            None => State::Unclaimed { key },
            Some((province, cms)) => {
                let by = Province::new(&format!("{province:04}"), &format!("{cms:02}")).unwrap();
                if told { State::Redirected { key, by } } else { State::Claimed { key, by } }
            }
        };
        prop_assert_eq!(State::from_record(state.to_record().reveal()), Ok(state));
    }

    #[test]
    fn arbitrary_text_never_panics(text in any::<String>(), letter in "[AUCR] ?[0-9]{0,5}-?[0-9]{0,3} ?") {
        let _ = State::from_record(&text);
        if let Ok(state) = State::from_record(&format!("{letter}{text}")) {
            prop_assert_eq!(State::from_record(state.to_record().reveal()), Ok(state));
        }
    }
}
