//! Whatever happens in whatever order, a view ends, with a picture or with a reason for every path.

use std::collections::BTreeSet;

use crate::support::path::{url, urls};
use crate::support::play::at;
use kandian_proto::play::path::{
    AttemptId, Failure, Input, Output, Path, PathChooser, Preference, StepOutcome, Transport, Urls,
    udp_obstacle,
};
use kandian_proto::value::{NatType, UrlOrEmpty};
use proptest::prelude::*;

/// Longest view: per path a renewal of 10 s, a connection, the requests, the media.
const LONGEST: u64 = 4 * (10_000 + 5_000 + 16_000 + 10_000);

#[derive(Clone, Debug)]
enum Event {
    Connected,
    PlayAnswered,
    Media,
    Failed(Failure),
    Renewed(Urls),
    NotRenewed,
    /// About an attempt that is over or never was.
    Stale,
    /// The wait runs out.
    Deadline,
    /// A timer that fires early.
    Early,
}

fn failure() -> impl Strategy<Value = Failure> {
    let status =
        prop::sample::select(vec![401, 403, 404, 453, 461, 500]).prop_map(|status| Failure::Rtsp { status });
    let plain = vec![Failure::Connect, Failure::Closed, Failure::Protocol, Failure::NoUdpPorts];
    prop_oneof![status, prop::sample::select(plain)]
}

fn some_urls() -> impl Strategy<Value = Urls> {
    (any::<[bool; 3]>(), 0..7u16, 0..3u8, any::<bool>()).prop_map(|(present, nat, set, bad)| {
        let mut urls = urls(set, NatType(nat));
        for (slot, present) in [&mut urls.local, &mut urls.upnp, &mut urls.turn].into_iter().zip(present) {
            if !present {
                *slot = UrlOrEmpty::NONE;
            }
        }
        if bad {
            urls.upnp = url("rtsp://0.0.0.0:0/");
        }
        urls
    })
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        3 => Just(Event::Connected),
        2 => Just(Event::PlayAnswered),
        1 => Just(Event::Media),
        2 => failure().prop_map(Event::Failed),
        2 => some_urls().prop_map(Event::Renewed),
        1 => Just(Event::NotRenewed),
        1 => Just(Event::Stale),
        3 => Just(Event::Deadline),
        1 => Just(Event::Early),
    ]
}

fn preference() -> impl Strategy<Value = Preference> {
    prop_oneof![
        3 => Just(Preference::Auto),
        1 => prop::sample::select(Path::ORDER.to_vec()).prop_map(Preference::Only),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    // E-92
    #[test]
    fn with_a_picture_or_a_reason(
        first in some_urls(), client_nat in 0..7u16, preference in preference(),
        events in prop::collection::vec((0..20_000u64, event()), 0..40),
    ) {
        let client_nat = NatType(client_nat);
        let mut device_nat = first.device_nat;
        let mut chooser = PathChooser::new(at(0), first, client_nat, preference);
        // When there are no more events, every wait runs out.
        let deadlines = std::iter::repeat_n((0, Event::Deadline), 40);
        let (mut now, mut current, mut used, mut ended) = (0, None, BTreeSet::new(), false);
        let mut last_path = None;
        let mut renewals = 0;
        for (step, event) in events.into_iter().chain(deadlines) {
            let deadline = loop {
                let output = chooser.poll_output();
                prop_assert!(!ended || matches!(output, Output::Timeout(None)), "{output:?} after the end");
                match output {
                    Output::Attempt(attempt) => {
                        prop_assert!(last_path < Some(attempt.path), "paths go forward");
                        prop_assert!(attempt.port.0 != 0 && !attempt.host.is_empty());
                        prop_assert_eq!(attempt.transport == Transport::Udp, attempt.path == Path::RelayUdp);
                        if preference == Preference::Auto && attempt.path == Path::RelayUdp {
                            prop_assert_eq!(udp_obstacle(client_nat, device_nat), None);
                        }
                        last_path = Some(attempt.path);
                        prop_assert!(used.insert(attempt.id), "attempts have names of their own");
                        current = Some(attempt.id);
                    }
                    Output::HangUp(id) => {
                        prop_assert!(used.contains(&id));
                        prop_assert!(current.take() == Some(id));
                    }
                    Output::RenewUrls(_) => {
                        renewals += 1;
                        current = None;
                    }
                    Output::Playing(id) => {
                        prop_assert_eq!(current, Some(id));
                        ended = true;
                        let last = chooser.trace().steps.last();
                        prop_assert_eq!(last.map(|step| &step.outcome), Some(&StepOutcome::Playing));
                    }
                    Output::Failed(trace) => {
                        ended = true;
                        let paths: Vec<_> = trace.steps.iter().map(|step| step.path).collect();
                        prop_assert_eq!(paths, Path::ORDER, "a reason for every path");
                        prop_assert!(trace.steps.iter().all(|step| step.outcome != StepOutcome::Playing));
                    }
                    Output::Timeout(deadline) => break deadline,
                }
            };
            prop_assert_eq!(deadline.is_none(), ended, "there is always something to wait for");
            let Some((deadline, _)) = deadline else { break };
            // Events after the deadline come after the timer, as with a real one.
            now = (now + step).min(deadline.0);
            match (event, current) {
                (Event::Connected, Some(id)) => chooser.handle_input(at(now), Input::Connected(id)),
                (Event::PlayAnswered, Some(id)) => chooser.handle_input(at(now), Input::PlayAnswered(id)),
                (Event::Media, Some(id)) => chooser.handle_input(at(now), Input::Media(id)),
                (Event::Failed(failure), Some(id)) => chooser.handle_input(at(now), Input::Failed(id, failure)),
                (Event::Renewed(urls), None) => {
                    device_nat = urls.device_nat;
                    chooser.handle_input(at(now), Input::Renewed(urls));
                }
                (Event::NotRenewed, _) => chooser.handle_input(at(now), Input::NotRenewed),
                (Event::Stale, Some(id)) => {
                    for old in used.iter().copied().filter(|old: &AttemptId| *old != id) {
                        chooser.handle_input(at(now), Input::Media(old));
                        chooser.handle_input(at(now), Input::Failed(old, Failure::Closed));
                    }
                }
                (Event::Early, _) => chooser.handle_input(at(deadline.0.saturating_sub(1)), Input::Timeout),
                (Event::Deadline, _) => {
                    now = deadline.0;
                    chooser.handle_input(at(now), Input::Timeout);
                }
                _ => {}
            }
        }
        prop_assert!(ended, "the view ends");
        prop_assert!(now <= LONGEST + 40 * 20_000);
        prop_assert!(renewals <= 4 && used.len() <= 4);
    }

    // Without any event but the timer it ends within the sum of all limits.
    #[test]
    fn silence_ends_it(first in some_urls(), client_nat in 0..7u16, preference in preference()) {
        let mut chooser = PathChooser::new(at(0), first, NatType(client_nat), preference);
        let mut now = 0;
        for _ in 0..40 {
            match chooser.poll_output() {
                Output::Timeout(Some((deadline, _))) => {
                    prop_assert!(deadline.0 >= now);
                    now = deadline.0;
                    chooser.handle_input(at(now), Input::Timeout);
                }
                Output::Timeout(None) => break,
                _ => {}
            }
        }
        prop_assert_eq!(chooser.poll_output(), Output::Timeout(None));
        prop_assert!(now <= LONGEST, "{}", now);
    }
}
