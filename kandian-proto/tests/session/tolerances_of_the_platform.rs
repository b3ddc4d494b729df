use kandian_codec::Command;
use kandian_proto::message::device::RebootRequest;
use kandian_proto::session::platform::{Config, Event};
use kandian_proto::session::{
    CloseReason, ForeignDevId, Input, KeepAlive, PeerFault, Quirks, SendError, TimerKind,
};

use super::peer::{EXCEPTION, HEARTBEAT, LOGIN, Peer};
use super::world::{Delivery, deliveries, id, login_success};

/// E-72: a request in the name of another device is refused, and never reaches the application as that device's.
#[test]
fn foreign_ids() {
    let foreign = EXCEPTION.replace("81100000001", "81100000002");
    for delivery in deliveries() {
        let mut peer = Peer::online(Quirks::SPEC, delivery);
        peer.up(Command::EXCEPTION_NOTIFY, 5, &foreign);
        let fault = PeerFault::ForeignDevId {
            command: Command::EXCEPTION_NOTIFY,
            claimed: "81100000002".parse().unwrap(),
            expected: id(),
        };
        assert_eq!(peer.events, [Event::Fault(fault)]);
        assert!(peer.down[0].2.contains("<Result>1</Result><DevID>81100000001</DevID>"));
    }
    let mut quirks = Quirks::SPEC;
    quirks.foreign_dev_id = ForeignDevId::Accept;
    let mut peer = Peer::online(quirks, Delivery::Whole);
    peer.up(Command::EXCEPTION_NOTIFY, 5, &foreign);
    assert!(peer.events.iter().any(|e| matches!(e, Event::Request { .. })));
}

/// E-63, E-11: DATA that is no message is refused where there is a Result; the link stays.
#[test]
fn unreadable_requests() {
    for body in ["", "<EXCEPTION_NOTIFY_REQ>", "<X/>", "\u{0}"] {
        let mut peer = Peer::online(Quirks::SPEC, Delivery::Whole);
        peer.up(Command::EXCEPTION_NOTIFY, 5, body);
        assert!(matches!(peer.events[..], [Event::Fault(PeerFault::Unreadable { .. })]), "{:?}", peer.events);
        assert_eq!((peer.down[0].0, peer.down[0].1), (Command::EXCEPTION_NOTIFY, 5));
        assert!(peer.down[0].2.contains("<Result>255</Result>"));
        assert_eq!(peer.closed, None);
    }
}

/// E-51, E-63: a login that cannot be read is refused, and may come again.
#[test]
fn unreadable_logins() {
    let mut peer = Peer::new(Config::default(), Delivery::Whole);
    // Without an id there is nothing to repeat, and so no answer (E-22).
    peer.up(Command::LOGIN, 1, "<LOGIN_REQ>");
    assert_eq!(peer.down, []);
    peer.up(Command::LOGIN, 1, "<LOGIN_REQ><DevID>81100000001</DevID>");
    let expected = "<LOGIN_RES><Result>255</Result><DevID>81100000001</DevID><Time>";
    assert!(peer.down[0].2.contains(expected), "{}", peer.down[0].2);
    peer.up(Command::LOGIN, 2, LOGIN);
    let ticket = peer.ticket();
    peer.respond(ticket, login_success());
    assert_eq!(peer.link.device(), Some(id()));
}

/// E-59: only heartbeats feed the 360 seconds, unless the policy takes any frame.
#[test]
fn what_keeps_a_link_open() {
    for (keep_alive, open) in [(KeepAlive::Heartbeat, false), (KeepAlive::AnyFrame, true)] {
        let mut quirks = Quirks::SPEC;
        quirks.keep_alive = keep_alive;
        let mut peer = Peer::online(quirks, Delivery::Whole);
        for seq in 0..8 {
            peer.wait(100);
            peer.up(Command::EXCEPTION_NOTIFY, seq, EXCEPTION);
        }
        let closed = CloseReason::Timeout(TimerKind::Heartbeat);
        assert_eq!(peer.closed, (!open).then_some(closed));
    }
}

/// E-59: extra heartbeats are as good as any; every ten seconds after a loss, as recorders send them.
#[test]
fn heartbeats_of_any_period() {
    let mut peer = Peer::online(Quirks::SPEC, Delivery::Whole);
    for seq in 0..100 {
        peer.wait(10);
        peer.up(Command::HEARTBEAT, seq, HEARTBEAT);
    }
    assert_eq!(peer.down.len(), 100);
    peer.wait(359);
    assert_eq!(peer.closed, None);
    peer.wait(1);
    assert_eq!(peer.closed, Some(CloseReason::Timeout(TimerKind::Heartbeat)));
}

/// E-68, E-69: words without a message are kept for who knows them, not answered, and cost nothing.
#[test]
fn words_without_a_message() {
    let mut peer = Peer::online(Quirks::SPEC, Delivery::Whole);
    for code in [0x00, 0x30, 0x38, 0x5F, 0x6A, 0x6B, 0x73, 0x83, 0x8F, 0x90, 0x91, 0xFF] {
        peer.look();
        peer.up(Command(code), 7, "<FORMAT_RES><Result>0</Result></FORMAT_RES>");
        assert!(
            matches!(&peer.events[..], [Event::Vendor { seq: 7, message }] if message.command == Command(code))
        );
        assert_eq!(peer.down, []);
    }
    assert_eq!(peer.closed, None);
}

/// A device that takes nothing is not asked, and loses its link after a minute, or when answers pile up before; memory is
/// bounded.
#[test]
fn slow_readers() {
    let mut peer = Peer::online(Quirks::SPEC, Delivery::Whole);
    peer.input(Input::WriteBlocked);
    let now = peer.moment();
    assert_eq!(peer.link.request(now, RebootRequest::new(id()).into()), Err(SendError::Blocked));
    peer.up(Command::HEARTBEAT, 1, HEARTBEAT);
    assert_eq!(peer.down, []);
    peer.wait(59);
    peer.input(Input::Writable);
    assert_eq!(peer.down.len(), 1);
    peer.wait(100);
    assert_eq!(peer.closed, None);
    peer.input(Input::WriteBlocked);
    peer.wait(59);
    assert_eq!(peer.closed, None);
    peer.wait(1);
    assert_eq!(peer.closed, Some(CloseReason::SlowReader));

    let mut peer = Peer::online(Quirks::SPEC, Delivery::Whole);
    peer.input(Input::WriteBlocked);
    for seq in 0..2_000 {
        peer.up(Command::HEARTBEAT, seq, HEARTBEAT);
    }
    assert_eq!(peer.closed, Some(CloseReason::SlowReader));
}
