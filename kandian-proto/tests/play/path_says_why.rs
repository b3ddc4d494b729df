//! "No picture" is never the whole message: the trace says what was tried, where, for how long, and why not.

use crate::support::path::{Client, url, urls};
use kandian_proto::play::path::{
    Failure, Input, Output, Path, Preference, Skip, Step, StepOutcome, UdpObstacle,
};
use kandian_proto::time::Millis;
use kandian_proto::value::{NatType, UrlOrEmpty};

// one view that fails altogether.
#[test]
fn the_whole_story() {
    let mut all = urls(0, NatType::FULL_CONE);
    all.local = url("rtsp://[fd00::64]:554/realplay?devid=81100000001&channelno=0&streamtype=2&hashtoken=a1");
    let mut client = Client::new(all, Preference::Auto);
    let local = client.attempt(Path::Local);
    client.pass(3_000);
    let upnp = client.fall_back(&local, Path::Upnp);
    client.now += 250;
    client.feed(Input::Connected(upnp.id));
    client.now += 50;
    client.feed(Input::Failed(upnp.id, Failure::Rtsp { status: 401 }));
    let udp = client.fall_back(&upnp, Path::RelayUdp);
    client.feed(Input::Connected(udp.id));
    client.feed(Input::PlayAnswered(udp.id));
    client.pass(5_000);
    assert!(matches!(client.outputs().as_slice(), [Output::HangUp(_), Output::RenewUrls(_)]));
    client.feed(Input::NotRenewed);
    let trace = client.failed();
    assert_eq!(
        trace.to_string(),
        "local network ([fd00::64]:554): no connection within 3 s (after 3000 ms)\n\
         UPnP (198.51.100.23:34567): the token was refused (RTSP status 401) (after 300 ms)\n\
         relay, media over UDP (203.0.113.40:49160): the device agreed to play, but no picture came within 5 s \
         (after 5000 ms)\n\
         relay (203.0.113.40:49160): skipped, the platform gave no new token",
    );
    assert_eq!(&trace, client.chooser.trace());
    assert!(!trace.to_string().contains("hashtoken"));
    assert!(!format!("{:?}", client.chooser).contains("hashtoken=a"));
}

fn line(outcome: StepOutcome) -> String {
    Step { path: Path::Upnp, address: None, took: Millis(70), outcome }.to_string()
}

#[test]
fn every_reason_is_a_sentence() {
    let bad = kandian_proto::play::rtsp_address("rtsp://0.0.0.0:1/").unwrap_err();
    let nat = UdpObstacle::Nat { client: NatType::SYMMETRIC, device: NatType::PORT_RESTRICTED_CONE };
    for (skip, text) in [
        (Skip::NotChosen, "not chosen by the user"),
        (Skip::NoUrl, "the platform offers no such path to this device"),
        (Skip::BadUrl(bad), "the platform's URL is unusable: host at byte 7: stands for no address (E-75)"),
        (Skip::Udp(nat), "UDP cannot cross these NATs (client 4 SYMMETRIC, device 3 PORT_RESTRICTED_CONE)"),
        (Skip::RelayUnreachable, "the relay cannot be reached"),
        (Skip::DeviceRefused { status: 453 }, "the device has refused with RTSP status 453"),
        (Skip::NoNewUrls, "the platform gave no new token"),
    ] {
        assert_eq!(line(StepOutcome::Skipped(skip)), format!("UPnP: skipped, {text}"));
    }
    let waited = Millis(8_000);
    for (failure, text) in [
        (Failure::Connect, "the connection was refused"),
        (Failure::ConnectTimeout { waited }, "no connection within 8 s"),
        (Failure::Rtsp { status: 401 }, "the token was refused (RTSP status 401)"),
        (Failure::Rtsp { status: 403 }, "the stream is switched off (RTSP status 403)"),
        (Failure::Rtsp { status: 404 }, "no such device or stream there (RTSP status 404)"),
        (Failure::Rtsp { status: 453 }, "too many viewers (RTSP status 453)"),
        (Failure::Rtsp { status: 500 }, "refused with RTSP status 500"),
        (Failure::Closed, "the other side closed the connection"),
        (Failure::Protocol, "the answer was not understood"),
        (Failure::NoUdpPorts, "this client has no UDP ports"),
        (Failure::SignalTimeout { waited }, "connected, but no answer within 8 s"),
        (Failure::NoMedia { waited }, "the device agreed to play, but no picture came within 8 s"),
    ] {
        assert_eq!(line(StepOutcome::Failed(failure)), format!("UPnP: {text} (after 70 ms)"));
    }
    assert_eq!(line(StepOutcome::Playing), "UPnP: playing (after 70 ms)");
}

// E-162: a path without a URL has no address, one that is skipped for another reason has.
#[test]
fn addresses() {
    let mut some = urls(0, NatType::SYMMETRIC);
    some.upnp = UrlOrEmpty::NONE;
    let mut client = Client::new(some, Preference::Only(Path::Local));
    let local = client.attempt(Path::Local);
    client.feed(Input::Failed(local.id, Failure::Connect));
    let addresses: Vec<_> = client.failed().steps.into_iter().map(|step| step.address).collect();
    let relay = Some("203.0.113.40:49160".to_owned());
    assert_eq!(addresses, [Some("192.168.1.64:554".to_owned()), None, relay.clone(), relay]);
}
