//! A used or old token is not tried: the platform is asked for new URLs first.

use crate::support::path::{Client, url, urls};
use kandian_proto::play::path::{
    FRESH_FOR, Failure, Input, Output, Path, Preference, Renewal, Skip, StepOutcome, Urls, Wait,
};
use kandian_proto::time::Millis;
use kandian_proto::value::{NatType, UrlOrEmpty};

fn all(set: u8) -> Urls {
    urls(set, NatType::FULL_CONE)
}

/// The same token in all URLs, in different cases; not what E-92 asks for, but seen.
fn one_token() -> Urls {
    let mut one = all(0);
    let local = one.local.as_str().to_owned();
    one.upnp = url(&local.replace("192.168.1.64:554", "198.51.100.23:34567").replace("=a", "=A"));
    one
}

// E-92: each URL has its own token, so nothing has to be renewed on the way to step 3.
#[test]
fn separate_tokens_are_used_one_by_one() {
    let mut client = Client::new(all(0), Preference::Auto);
    let local = client.attempt(Path::Local);
    client.feed(Input::Connected(local.id));
    client.feed(Input::Failed(local.id, Failure::Protocol));
    let upnp = client.fall_back(&local, Path::Upnp);
    client.feed(Input::Connected(upnp.id));
    client.feed(Input::Failed(upnp.id, Failure::Protocol));
    client.fall_back(&upnp, Path::RelayUdp);
}

// E-92, E-91: one token in all URLs is spent by the first connection.
#[test]
fn a_shared_token_is_renewed() {
    let mut client = Client::new(one_token(), Preference::Auto);
    let local = client.attempt(Path::Local);
    client.feed(Input::Connected(local.id));
    client.feed(Input::Failed(local.id, Failure::Closed));
    assert_eq!(client.outputs(), [Output::RenewUrls(Renewal::TokenSpent)]);
    client.feed(Input::Renewed(all(1)));
    assert_eq!(client.attempt(Path::Upnp).url, *all(1).of(Path::Upnp).unwrap());
}

// Without a connection nothing is spent, so nothing is renewed.
#[test]
fn a_shared_token_survives_a_failed_connection() {
    let mut client = Client::new(one_token(), Preference::Auto);
    let local = client.attempt(Path::Local);
    client.pass(3_000);
    client.fall_back(&local, Path::Upnp);
}

// URLs that are no play URLs are compared as a whole.
#[test]
fn foreign_urls_are_spent_as_well() {
    let mut same = all(0);
    same.local = url("rtsp://192.0.2.1/stream");
    same.upnp = same.local.clone();
    same.turn = url("rtsp://192.0.2.1/Stream");
    let mut client = Client::new(same, Preference::Auto);
    let local = client.attempt(Path::Local);
    client.feed(Input::Connected(local.id));
    client.feed(Input::Failed(local.id, Failure::Closed));
    assert_eq!(client.outputs(), [Output::RenewUrls(Renewal::TokenSpent)]);
    client.feed(Input::NotRenewed);
    client.attempt(Path::RelayUdp);
}

// a token that would die on the way is renewed before.
#[test]
fn old_urls_are_renewed() {
    assert_eq!(FRESH_FOR, Millis(45_000));
    for (age, renews) in [(44_999, false), (45_000, true), (45_001, true)] {
        let mut client = Client::new(all(0), Preference::Auto);
        let local = client.attempt(Path::Local);
        client.now = age;
        client.feed(Input::Failed(local.id, Failure::Connect));
        if !renews {
            client.attempt(Path::Upnp);
            continue;
        }
        assert_eq!(client.outputs(), [Output::RenewUrls(Renewal::TooOld)]);
        client.now += 1_000;
        client.feed(Input::Renewed(all(1)));
        let upnp = client.attempt(Path::Upnp);
        assert_eq!(upnp.url, *all(1).of(Path::Upnp).unwrap());
        // The age counts from the renewal.
        client.now += 44_999;
        client.feed(Input::Failed(upnp.id, Failure::Connect));
        client.attempt(Path::RelayUdp);
    }
}

// Old URLs may be good still; spent ones are not.
#[test]
fn without_new_urls_old_ones_are_tried_and_spent_ones_are_not() {
    let mut client = Client::new(all(0), Preference::Auto);
    let local = client.attempt(Path::Local);
    client.now = 50_000;
    client.feed(Input::Failed(local.id, Failure::Connect));
    assert_eq!(client.outputs(), [Output::RenewUrls(Renewal::TooOld)]);
    client.feed(Input::NotRenewed);
    assert_eq!(client.attempt(Path::Upnp).url, *all(0).of(Path::Upnp).unwrap());

    let mut client = Client::new(one_token(), Preference::Auto);
    let local = client.attempt(Path::Local);
    client.feed(Input::Connected(local.id));
    client.feed(Input::Failed(local.id, Failure::Closed));
    assert_eq!(client.outputs(), [Output::RenewUrls(Renewal::TokenSpent)]);
    client.feed(Input::NotRenewed);
    client.attempt(Path::RelayUdp);
    let step = &client.chooser.trace().steps[1];
    assert_eq!((step.path, &step.outcome), (Path::Upnp, &StepOutcome::Skipped(Skip::NoNewUrls)));
}

// The platform has 10 s.
#[test]
fn the_renewal_has_a_limit() {
    let mut client = Client::new(one_token(), Preference::Auto);
    let local = client.attempt(Path::Local);
    client.now = 100;
    client.feed(Input::Connected(local.id));
    client.feed(Input::Failed(local.id, Failure::Closed));
    assert_eq!(client.outputs(), [Output::RenewUrls(Renewal::TokenSpent)]);
    assert_eq!(client.wait(), Some((10_100, Wait::Renew)));
    client.pass(9_999);
    assert_eq!(client.outputs(), []);
    client.pass(1);
    client.attempt(Path::RelayUdp);
    assert_eq!(client.chooser.trace().steps[1].outcome, StepOutcome::Skipped(Skip::NoNewUrls));
    // Too late.
    client.feed(Input::Renewed(all(1)));
    assert_eq!(client.outputs(), []);
}

// One question per path: a platform that repeats itself is tried as it is.
#[test]
fn the_same_token_again_is_tried_once() {
    let mut client = Client::new(one_token(), Preference::Auto);
    let local = client.attempt(Path::Local);
    client.feed(Input::Connected(local.id));
    client.feed(Input::Failed(local.id, Failure::Closed));
    assert_eq!(client.outputs(), [Output::RenewUrls(Renewal::TokenSpent)]);
    client.feed(Input::Renewed(one_token()));
    client.attempt(Path::Upnp);
}

// the device may have lost its mapping meanwhile.
#[test]
fn renewed_urls_may_be_empty() {
    let mut client = Client::new(one_token(), Preference::Auto);
    let local = client.attempt(Path::Local);
    client.feed(Input::Connected(local.id));
    client.feed(Input::Failed(local.id, Failure::Closed));
    assert_eq!(client.outputs(), [Output::RenewUrls(Renewal::TokenSpent)]);
    let mut fewer = all(1);
    fewer.upnp = UrlOrEmpty::NONE;
    client.feed(Input::Renewed(fewer));
    client.attempt(Path::RelayUdp);
    assert_eq!(client.chooser.trace().steps[1].outcome, StepOutcome::Skipped(Skip::NoUrl));
}
