use kandian_proto::session::{Exchange, Output, Server, TimerKind};
use kandian_proto::value::Port;

use super::world::{Delivery, PROVINCE, Script, World, config};

/// What is waited for, as logs say it.
#[test]
fn for_what_is_waited_for() {
    let words = [
        (TimerKind::FirstMessage, "first message"),
        (TimerKind::AcceptedLogin, "accepted login"),
        (TimerKind::Heartbeat, "heartbeat of the device"),
        (TimerKind::PeerAnswer, "answer of the peer"),
        (TimerKind::ApplicationAnswer, "answer of the application"),
        (TimerKind::SlowReader, "device that reads"),
        (TimerKind::HttpAnswer, "HTTP answer"),
        (TimerKind::Registration, "registration interval"),
        (TimerKind::Preparation, "addresses from UPnP, STUN and TURN"),
        (TimerKind::Connection, "TCP connection"),
        (TimerKind::Reconnect, "reconnection"),
        (TimerKind::SendHeartbeat, "next heartbeat"),
    ];
    for (kind, word) in words {
        assert_eq!(kind.to_string(), word);
    }
}

/// An address is written as it is dialled: IPv6 in brackets.
#[test]
fn for_servers() {
    for (host, shown) in [
        ("a.example", "a.example:3478"),
        ("192.0.2.1", "192.0.2.1:3478"),
        ("2001:db8::1", "[2001:db8::1]:3478"),
    ] {
        let server = Server::stun(&host.parse().unwrap(), Port::NONE).unwrap();
        assert_eq!(server.to_string(), shown);
    }
}

/// The body of a registration holds the key, so the request shows how long it is and no more.
#[test]
fn for_requests_without_their_secrets() {
    let mut world = World::new(config(), Script::default(), Delivery::Whole);
    let Output::Http(request) = world.device.poll_output() else { panic!("no registration") };
    assert_eq!(request.exchange, Exchange::Register);
    let body = &request.body;
    assert!(String::from_utf8_lossy(body).contains("K7M2P9Q4"));
    assert_eq!(format!("{request:?}"), format!("HttpRequest(Register {PROVINCE}, {} bytes)", body.len()));
    assert_eq!(request.ticket.to_string(), "#1");
}

/// The number of a login, as logs say it.
#[test]
fn for_logins() {
    assert_eq!(kandian_proto::session::platform::LinkEpoch(7).to_string(), "epoch 7");
}
