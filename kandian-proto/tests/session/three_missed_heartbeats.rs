use kandian_codec::Command;
use kandian_proto::session::device::Network;
use kandian_proto::session::{CloseReason, TimerKind};

use super::world::{Delivery, Entry, World, deliveries};

/// E-59: three in a row without an answer, and the device makes a new link.
#[test]
fn end_a_half_open_link() {
    for delivery in deliveries() {
        let mut world = World::online(delivery);
        world.script.connected = false;
        world.run_for(478);
        // The one of the start was answered; those at 120, 240 and 360 are not.
        assert_eq!(world.sent(Command::HEARTBEAT), [120, 240, 360]);
        assert!(world.device.is_online());
        world.run_for(2);
        let closed = Entry::DeviceCloses(CloseReason::Timeout(TimerKind::PeerAnswer));
        assert_eq!(world.seconds(|e| *e == closed), [480]);
        world.script.connected = true;
        world.run_for(20);
        assert!(world.device.is_online(), "{delivery:?}");
    }
}

/// an answer in between starts the count again.
#[test]
fn in_a_row_only() {
    let mut world = World::online(Delivery::Whole);
    for _ in 0..5 {
        world.script.connected = false;
        world.run_for(120);
        world.script.connected = true;
        world.run_for(120);
    }
    assert!(world.device.is_online());
    assert!(world.seconds(|e| matches!(e, Entry::DeviceCloses(_))).is_empty());
}

/// E-59: the platform closes at 360 seconds without a heartbeat, not at 359.
#[test]
fn and_the_platform_closes_after_360s() {
    let mut world = World::online(Delivery::Whole);
    world.script.connected = false;
    world.run_for(358);
    assert!(world.link.is_some());
    world.run_for(2);
    let closed = Entry::PlatformCloses(CloseReason::Timeout(TimerKind::Heartbeat));
    assert_eq!(world.seconds(|e| *e == closed), [360]);
}

/// heartbeats that report changes put nothing off; a dead link is noticed while the relay flaps.
#[test]
fn also_while_addresses_change() {
    let mut world = World::online(Delivery::Whole);
    world.run_for(10);
    world.script.connected = false;
    for n in 0..5 {
        let now = world.moment();
        let mut network = Network::default();
        network.addresses.relay = Some(format!("198.51.100.20:{}", 50_000 + n).parse().unwrap());
        world.device.set_network(now, network);
        world.run_for(100);
    }
    let closed = Entry::DeviceCloses(CloseReason::Timeout(TimerKind::PeerAnswer));
    assert_eq!(world.seconds(|e| *e == closed)[0], 11 + 360);
}
