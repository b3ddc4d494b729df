//! The four paths in their order, with and without URLs, and the user's choice of one.

use crate::support::path::{Client, url, urls};
use kandian_proto::message::client::PlayUrls;
use kandian_proto::play::UrlErrorKind;
use kandian_proto::play::path::{
    Failure, Input, Output, Path, Preference, Skip, StepOutcome, Transport, Urls, Wait,
};
use kandian_proto::value::{NatType, Port, UrlOrEmpty};

fn all() -> Urls {
    urls(0, NatType::FULL_CONE)
}

/// Every attempt is refused at once; the paths that were tried.
fn tried(urls: Urls, preference: Preference) -> Vec<Path> {
    let mut client = Client::new(urls, preference);
    let mut tried = Vec::new();
    loop {
        match client.outputs().pop() {
            Some(Output::Attempt(attempt)) => {
                tried.push(attempt.path);
                // Before a connection, so that no token is spent.
                client.feed(Input::Failed(attempt.id, Failure::NoUdpPorts));
            }
            Some(Output::Failed(_)) => return tried,
            other => panic!("{other:?}"),
        }
    }
}

// E-181
#[test]
fn local_then_upnp_then_relay() {
    assert_eq!(tried(all(), Preference::Auto), Path::ORDER);
    assert_eq!(Path::ORDER, [Path::Local, Path::Upnp, Path::RelayUdp, Path::RelayTcp]);

    let mut client = Client::new(all(), Preference::Auto);
    for (path, host, port, transport) in [
        (Path::Local, "192.168.1.64", 554, Transport::Interleaved),
        (Path::Upnp, "198.51.100.23", 34_567, Transport::Interleaved),
        (Path::RelayUdp, "203.0.113.40", 49_160, Transport::Udp),
        (Path::RelayTcp, "203.0.113.40", 49_160, Transport::Interleaved),
    ] {
        let attempt = match client.outputs().pop() {
            Some(Output::Attempt(attempt)) => attempt,
            other => panic!("{other:?}"),
        };
        assert_eq!((attempt.path, attempt.transport), (path, transport));
        assert_eq!((attempt.host.as_str(), attempt.port), (host, Port(port)));
        assert_eq!(Some(&attempt.url), all().of(path));
        client.feed(Input::Failed(attempt.id, Failure::NoUdpPorts));
    }
}

// E-162: no connection attempt to what is empty.
#[test]
fn empty_urls_are_skipped() {
    for present in 0..8u8 {
        let mut some = all();
        let mut expected = Vec::new();
        for (bit, slot, paths) in [
            (1, &mut some.local, &[Path::Local][..]),
            (2, &mut some.upnp, &[Path::Upnp]),
            (4, &mut some.turn, &[Path::RelayUdp, Path::RelayTcp]),
        ] {
            if present & bit == 0 {
                *slot = UrlOrEmpty::NONE;
            } else {
                expected.extend(paths);
            }
        }
        assert_eq!(tried(some, Preference::Auto), expected, "{present:03b}");
    }
}

// E-162: all empty is "not reachable", with a reason for each path.
#[test]
fn nothing_to_try() {
    let mut client = Client::new(Urls::default(), Preference::Auto);
    let trace = client.failed();
    let paths: Vec<_> = trace.steps.iter().map(|step| step.path).collect();
    assert_eq!(paths, Path::ORDER);
    assert!(trace.steps.iter().all(|step| step.outcome == StepOutcome::Skipped(Skip::NoUrl)));
    assert_eq!(client.wait(), None);
}

// E-75: an address that is none is not connected.
#[test]
fn unusable_urls_are_skipped() {
    for (text, kind) in [
        ("rtsp://0.0.0.0:554/realplay", UrlErrorKind::NoHost),
        ("rtsp://192.0.2.1:0/realplay", UrlErrorKind::NoPort),
        ("http://192.0.2.1/", UrlErrorKind::Scheme),
    ] {
        let mut some = all();
        some.local = url(text);
        let mut client = Client::new(some, Preference::Auto);
        client.attempt(Path::Upnp);
        let step = &client.chooser.trace().steps[0];
        let StepOutcome::Skipped(Skip::BadUrl(error)) = step.outcome else { panic!("{step}") };
        assert_eq!((error.kind, step.address.as_deref()), (kind, None));
    }
}

/// Platforms of a later time hand out other URLs; only the address counts.
#[test]
fn foreign_urls_are_tried() {
    let mut some = all();
    some.local = url("rtsp://192.168.1.64/h264/ch1/main");
    let attempt = Client::new(some, Preference::Auto).attempt(Path::Local);
    assert_eq!((attempt.host.as_str(), attempt.port), ("192.168.1.64", Port(554)));
}

#[test]
fn the_user_may_choose_one() {
    for path in Path::ORDER {
        assert_eq!(tried(all(), Preference::Only(path)), [path]);
        assert_eq!(tried(Urls::default(), Preference::Only(path)), []);
    }
    let mut client = Client::new(all(), Preference::Only(Path::Upnp));
    let attempt = client.attempt(Path::Upnp);
    client.feed(Input::Failed(attempt.id, Failure::Connect));
    let outcomes: Vec<_> = client.failed().steps.into_iter().map(|step| (step.path, step.outcome)).collect();
    let not_chosen = StepOutcome::Skipped(Skip::NotChosen);
    assert_eq!(
        outcomes,
        [
            (Path::Local, not_chosen.clone()),
            (Path::Upnp, StepOutcome::Failed(Failure::Connect)),
            (Path::RelayUdp, not_chosen.clone()),
            (Path::RelayTcp, not_chosen),
        ],
    );
}

// Every wait ends, at its time and not before: E-186, E-187, R-15.16, E-175.
#[test]
fn every_wait_has_its_limit() {
    for (path, connect, signal, media) in [
        (Path::Local, 3_000, 8_000, 10_000),
        (Path::Upnp, 3_000, 8_000, 10_000),
        (Path::RelayUdp, 5_000, 16_000, 5_000),
        (Path::RelayTcp, 5_000, 16_000, 10_000),
    ] {
        for stage in 0..3 {
            let mut client = Client::new(all(), Preference::Only(path));
            let attempt = client.attempt(path);
            assert_eq!(client.wait(), Some((connect, Wait::Connect)));
            let mut limit = connect;
            if stage > 0 {
                client.now = 100;
                client.feed(Input::Connected(attempt.id));
                assert_eq!(client.wait(), Some((100 + signal, Wait::Signal)));
                limit = signal;
            }
            if stage > 1 {
                client.now = 300;
                client.feed(Input::PlayAnswered(attempt.id));
                assert_eq!(client.wait(), Some((300 + media, Wait::Media)));
                limit = media;
            }
            client.pass(limit - 1);
            assert_eq!(client.outputs(), [], "{path:?} {stage}");
            client.pass(1);
            assert_eq!(client.outputs()[0], Output::HangUp(attempt.id));
            let waited = kandian_proto::time::Millis(limit);
            let failure = [
                Failure::ConnectTimeout { waited },
                Failure::SignalTimeout { waited },
                Failure::NoMedia { waited },
            ][stage];
            let step = client.chooser.trace().steps.iter().find(|step| step.path == path).unwrap();
            assert_eq!(step.outcome, StepOutcome::Failed(failure));
            assert_eq!(step.took.0, limit + [0, 100, 300][stage]);
            assert_eq!(client.wait(), None);
        }
    }
}

#[test]
fn each_stage_is_entered_once() {
    let mut client = Client::new(all(), Preference::Auto);
    let attempt = client.attempt(Path::Local);
    // The answer to PLAY says that the connection stands, too.
    client.feed(Input::PlayAnswered(attempt.id));
    assert_eq!(client.wait(), Some((10_000, Wait::Media)));
    client.now = 500;
    client.feed(Input::PlayAnswered(attempt.id));
    client.feed(Input::Connected(attempt.id));
    assert_eq!(client.wait(), Some((10_000, Wait::Media)));
}

/// Media may overtake the answer to PLAY, and even the timer.
#[test]
fn media_ends_it_at_any_stage() {
    for stage in 0..3 {
        let mut client = Client::new(all(), Preference::Auto);
        let attempt = client.attempt(Path::Local);
        if stage > 0 {
            client.feed(Input::Connected(attempt.id));
        }
        if stage > 1 {
            client.feed(Input::PlayAnswered(attempt.id));
        }
        client.now = 100_000;
        client.feed(Input::Media(attempt.id));
        assert_eq!(client.outputs(), [Output::Playing(attempt.id)]);
        assert_eq!(client.wait(), None);
        // Done: nothing moves it any more.
        client.feed(Input::Failed(attempt.id, Failure::Closed));
        client.feed(Input::Media(attempt.id));
        client.feed(Input::Renewed(all()));
        client.feed(Input::NotRenewed);
        client.pass(1_000_000);
        assert_eq!((client.outputs(), client.wait()), (vec![], None));
    }
}

/// Inputs about an attempt that is over, or in no order at all.
#[test]
fn stale_inputs_are_ignored() {
    let mut client = Client::new(all(), Preference::Auto);
    let old = client.attempt(Path::Local);
    client.feed(Input::Failed(old.id, Failure::Connect));
    let new = client.attempt(Path::Upnp);
    assert_ne!(old.id, new.id);
    client.now = 7;
    for input in [
        Input::Connected(old.id),
        Input::PlayAnswered(old.id),
        Input::Media(old.id),
        Input::Failed(old.id, Failure::Closed),
        Input::Renewed(Urls::default()),
        Input::NotRenewed,
        Input::Timeout,
    ] {
        client.feed(input);
        assert_eq!((client.outputs(), client.wait()), (vec![], Some((3_000, Wait::Connect))));
    }
}

/// A clock that goes back is read as standing still.
#[test]
fn time_does_not_run_backwards() {
    let mut client = Client::new(all(), Preference::Auto);
    let attempt = client.attempt(Path::Local);
    client.pass(1_000);
    client.now = 0;
    client.feed(Input::Connected(attempt.id));
    assert_eq!(client.wait(), Some((9_000, Wait::Signal)));
}

// E-161, E-162: from the answer of the platform.
#[test]
fn from_the_message() {
    let mut message = PlayUrls::new(
        "203.0.113.10".parse::<kandian_proto::value::Host>().unwrap(),
        3478,
        NatType::SYMMETRIC,
    );
    message.local_play_url = all().local;
    message.turn_play_url = all().turn;
    let urls = Urls::from(message);
    assert_eq!((&urls.local, &urls.turn), (&all().local, &all().turn));
    assert_eq!((urls.upnp, urls.device_nat), (UrlOrEmpty::NONE, NatType::SYMMETRIC));
}
