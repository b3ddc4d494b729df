//! Step 3 without a picture becomes step 4: hang up, new URLs, everything over the relay.

use crate::support::path::{Client, urls};
use kandian_proto::play::path::{
    Attempt, Failure, Input, Output, Path, Preference, Renewal, Skip, StepOutcome, Transport, Urls, Wait,
};
use kandian_proto::time::Millis;
use kandian_proto::value::{NatType, UrlOrEmpty};

fn relay(set: u8) -> Urls {
    let mut urls = urls(set, NatType::FULL_CONE);
    (urls.local, urls.upnp) = (UrlOrEmpty::NONE, UrlOrEmpty::NONE);
    urls
}

/// At the relay over UDP, connected at 100 ms, PLAY answered at 300 ms.
fn waiting_for_udp() -> (Client, Attempt) {
    let mut client = Client::new(relay(0), Preference::Auto);
    let attempt = client.attempt(Path::RelayUdp);
    client.now = 100;
    client.feed(Input::Connected(attempt.id));
    client.now = 300;
    client.feed(Input::PlayAnswered(attempt.id));
    assert_eq!(client.wait(), Some((5_300, Wait::Media)));
    (client, attempt)
}

// E-175, E-92
#[test]
fn five_seconds_after_play() {
    let (mut client, udp) = waiting_for_udp();
    client.pass(4_999);
    assert_eq!(client.outputs(), []);
    client.pass(1);
    assert_eq!(client.outputs(), [Output::HangUp(udp.id), Output::RenewUrls(Renewal::TokenSpent)]);
    assert_eq!(client.wait(), Some((15_300, Wait::Renew)));

    client.now = 5_600;
    client.feed(Input::Renewed(relay(1)));
    let tcp = client.attempt(Path::RelayTcp);
    assert_eq!((&tcp.url, tcp.transport), (relay(1).of(Path::RelayTcp).unwrap(), Transport::Interleaved));
    assert_ne!(tcp.url, udp.url);
    client.now = 6_000;
    client.feed(Input::Connected(tcp.id));
    client.feed(Input::PlayAnswered(tcp.id));
    client.feed(Input::Media(tcp.id));
    assert_eq!(client.outputs(), [Output::Playing(tcp.id)]);
    let steps = &client.chooser.trace().steps[2..];
    assert_eq!(steps[0].outcome, StepOutcome::Failed(Failure::NoMedia { waited: Millis(5_000) }));
    assert_eq!((steps[0].took, steps[1].took), (Millis(5_300), Millis(400)));
    assert_eq!(steps[1].outcome, StepOutcome::Playing);
}

// media in time, and the fall back does not happen.
#[test]
fn media_in_the_last_moment() {
    let (mut client, udp) = waiting_for_udp();
    client.now = 5_299;
    client.feed(Input::Media(udp.id));
    assert_eq!(client.outputs(), [Output::Playing(udp.id)]);
    client.pass(1_000);
    assert_eq!(client.outputs(), []);
}

// E-92: only what got as far as a connection has spent the token.
#[test]
fn a_token_that_was_not_used_is_used() {
    let mut client = Client::new(relay(0), Preference::Auto);
    let udp = client.attempt(Path::RelayUdp);
    client.feed(Input::Failed(udp.id, Failure::NoUdpPorts));
    let tcp = client.fall_back(&udp, Path::RelayTcp);
    assert_eq!(tcp.url, udp.url);
}

// E-92: every other end of step 3 leads to step 4 with new URLs.
#[test]
fn other_failures_fall_back_as_well() {
    for failure in [
        Failure::Rtsp { status: 401 },
        Failure::Rtsp { status: 461 },
        Failure::Rtsp { status: 500 },
        Failure::Protocol,
        Failure::NoUdpPorts,
        Failure::Closed,
    ] {
        let mut client = Client::new(relay(0), Preference::Auto);
        let udp = client.attempt(Path::RelayUdp);
        client.feed(Input::Connected(udp.id));
        client.feed(Input::Failed(udp.id, failure));
        let mut expected = vec![Output::RenewUrls(Renewal::TokenSpent)];
        // A connection that the other side closed need not be hung up.
        if failure != Failure::Closed {
            expected.insert(0, Output::HangUp(udp.id));
        }
        assert_eq!(client.outputs(), expected);
        client.feed(Input::Renewed(relay(1)));
        client.attempt(Path::RelayTcp);
    }
}

// E-104: over the relay it is the right device that refuses.
#[test]
fn a_refusal_of_the_device_is_final() {
    for status in [403, 404, 453] {
        let mut client = Client::new(relay(0), Preference::Auto);
        let udp = client.attempt(Path::RelayUdp);
        client.feed(Input::Connected(udp.id));
        client.feed(Input::Failed(udp.id, Failure::Rtsp { status }));
        let trace = client.failed();
        assert_eq!(trace.steps[3].path, Path::RelayTcp);
        assert_eq!(trace.steps[3].outcome, StepOutcome::Skipped(Skip::DeviceRefused { status }));
    }
}

// In the local network and at the mapped port it may be another camera.
#[test]
fn a_refusal_elsewhere_is_not_final() {
    for status in [401, 403, 404, 453] {
        let mut client = Client::new(urls(0, NatType::FULL_CONE), Preference::Auto);
        let local = client.attempt(Path::Local);
        client.feed(Input::Connected(local.id));
        client.feed(Input::Failed(local.id, Failure::Rtsp { status }));
        let upnp = client.fall_back(&local, Path::Upnp);
        client.feed(Input::Connected(upnp.id));
        client.feed(Input::Failed(upnp.id, Failure::Rtsp { status }));
        let udp = client.fall_back(&upnp, Path::RelayUdp);
        client.feed(Input::Failed(udp.id, Failure::NoUdpPorts));
        client.fall_back(&udp, Path::RelayTcp);
    }
}

#[test]
fn a_relay_that_cannot_be_reached_is_not_tried_twice() {
    let mut client = Client::new(relay(0), Preference::Auto);
    client.attempt(Path::RelayUdp);
    client.pass(5_000);
    let trace = client.failed();
    assert_eq!(trace.steps[3].outcome, StepOutcome::Skipped(Skip::RelayUnreachable));

    let mut client = Client::new(relay(0), Preference::Auto);
    let udp = client.attempt(Path::RelayUdp);
    client.feed(Input::Failed(udp.id, Failure::Connect));
    let outputs = client.outputs();
    let [Output::Failed(trace)] = outputs.as_slice() else { panic!("{outputs:?}") };
    assert_eq!(trace.steps[3].outcome, StepOutcome::Skipped(Skip::RelayUnreachable));
}

// A user who wants UDP and nothing else hears that there was none.
#[test]
fn forced_udp_does_not_fall_back() {
    let mut client = Client::new(relay(0), Preference::Only(Path::RelayUdp));
    let udp = client.attempt(Path::RelayUdp);
    client.feed(Input::Connected(udp.id));
    client.feed(Input::PlayAnswered(udp.id));
    client.pass(5_000);
    let outputs = client.outputs();
    let [Output::HangUp(id), Output::Failed(trace)] = outputs.as_slice() else { panic!("{outputs:?}") };
    assert_eq!((*id, trace.steps.len()), (udp.id, 4));
    assert_eq!(trace.steps[3].outcome, StepOutcome::Skipped(Skip::NotChosen));
}
