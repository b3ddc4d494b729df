use kandian_codec::{Command, DigestPolicy};
use kandian_proto::session::platform::{Config, Event};
use kandian_proto::session::{CloseReason, Input, PeerFault, Quirks, device};

use super::peer::{HEARTBEAT, LOGIN, Peer, frame};
use super::world::{Delivery, Entry, Script, World, config, deliveries};

fn damaged(seq: u16) -> Vec<u8> {
    let mut bytes = frame(Command::HEARTBEAT, seq, HEARTBEAT);
    *bytes.last_mut().unwrap() ^= 1;
    bytes
}

/// E-62: dropped without an answer; the third in a row closes the link, and a good one starts again.
#[test]
fn are_dropped_and_the_third_closes() {
    for delivery in deliveries() {
        let mut peer = Peer::online(Quirks::SPEC, delivery);
        for round in 0..3 {
            peer.send(&damaged(1));
            peer.send(&damaged(2));
            assert_eq!(peer.down, [], "{round}");
            peer.up(Command::HEARTBEAT, 3, HEARTBEAT);
            assert_eq!(peer.down.len(), 1);
            peer.look();
        }
        for in_a_row in 1..=3 {
            assert_eq!(peer.closed, None);
            peer.send(&damaged(7));
            let fault = PeerFault::WrongDigest { command: Command::HEARTBEAT, in_a_row };
            assert!(peer.events.contains(&Event::Fault(fault)));
        }
        assert_eq!(peer.closed, Some(CloseReason::PeerFault), "{delivery:?}");
        assert_eq!(peer.down, []);
    }
}

/// E-61, E-62: devices that compute another digest are served where the policy says so.
#[test]
fn unless_the_policy_tolerates_them() {
    for digest in [DigestPolicy::Report, DigestPolicy::Ignore] {
        let mut config = Config::default();
        config.quirks.digest = digest;
        let mut peer = Peer::new(config, Delivery::Whole);
        let mut bytes = frame(Command::LOGIN, 1, LOGIN);
        *bytes.last_mut().unwrap() ^= 1;
        peer.send(&bytes);
        assert!(matches!(peer.events.last(), Some(Event::Request { .. })), "{:?}", peer.events);
        let told = peer.events.contains(&Event::Fault(PeerFault::DigestTolerated(Command::LOGIN)));
        assert_eq!(told, digest == DigestPolicy::Report);
    }
}

/// E-62: the policy of a device counts once its login has told who it is, in both directions.
#[test]
fn the_policy_of_the_device_counts_at_once() {
    let online = |digest| {
        let mut quirks = Quirks::SPEC;
        quirks.digest = digest;
        Peer::online(quirks, Delivery::ByteByByte)
    };
    let mut peer = online(DigestPolicy::Report);
    peer.send(&damaged(2));
    assert!(peer.events.contains(&Event::Fault(PeerFault::DigestTolerated(Command::HEARTBEAT))));
    assert_eq!(peer.down.len(), 1, "answered");
    peer.link.set_quirks(Quirks::SPEC);
    peer.look();
    peer.send(&damaged(3));
    let dropped = PeerFault::WrongDigest { command: Command::HEARTBEAT, in_a_row: 1 };
    assert_eq!(peer.events, [Event::Fault(dropped)]);
    assert_eq!(peer.down, []);
}

/// E-62: a wrong start of a frame closes the link at once.
#[test]
fn a_wrong_head_closes_at_once() {
    for delivery in deliveries() {
        let mut peer = Peer::online(Quirks::SPEC, delivery);
        let mut bytes = frame(Command::HEARTBEAT, 1, HEARTBEAT);
        bytes.extend_from_slice(b"GET / HTTP/1.1\r\n");
        peer.send(&bytes);
        assert_eq!(peer.closed, Some(CloseReason::PeerFault), "{delivery:?}");
        assert_eq!(peer.down.len(), 1);
        assert!(peer.events.iter().any(|e| matches!(e, Event::Fault(PeerFault::NotAFrame(_)))));
    }
}

fn hear(world: &mut World, bytes: &[u8]) {
    let now = world.moment();
    world.device.handle_input(now, Input::Bytes(bytes));
    world.settle();
}

fn closed(world: &World) -> Vec<CloseReason> {
    world.pick(|e| match e {
        Entry::DeviceCloses(reason) => Some(*reason),
        _ => None,
    })
}

/// E-62: the device drops frames of the platform as well, and hangs up after the third in a row.
#[test]
fn of_the_platform_cost_it_the_link() {
    let mut world = World::online(Delivery::Whole);
    for _ in 0..3 {
        hear(&mut world, &damaged(1));
        hear(&mut world, &damaged(2));
        hear(&mut world, &frame(Command::HEARTBEAT, 3, "<HEARTBEAT_RES></HEARTBEAT_RES>"));
    }
    assert_eq!(closed(&world), []);
    for _ in 0..3 {
        assert!(world.device.is_online());
        hear(&mut world, &damaged(7));
    }
    assert_eq!(closed(&world), [CloseReason::PeerFault]);
    assert!(!world.device.is_online());
}

/// E-62, E-53: bytes that are no frame end the link of a device at once; before the login, the other server follows.
#[test]
fn and_bytes_that_are_no_frame() {
    let mut world = World::online(Delivery::Whole);
    hear(&mut world, b"HTTP/1.1 400 Bad Request\r\n\r\n");
    assert_eq!(closed(&world), [CloseReason::PeerFault]);
    let told = |e: &Entry| matches!(e, Entry::Device(device::Event::Fault(PeerFault::NotAFrame(_))));
    assert_eq!(world.seconds(told).len(), 1);

    let mut world = World::new(config(), Script { connected: false, ..Script::default() }, Delivery::Whole);
    world.run_for(1);
    hear(&mut world, b"HTTP/1.1 400 Bad Request\r\n\r\n");
    assert_eq!(closed(&world), [CloseReason::PeerFault]);
    let servers = world.seconds(|e| matches!(e, Entry::Connect(_)));
    assert_eq!(servers, [0, 1]);
}
