use kandian_codec::Command;
use kandian_proto::session::Addresses;
use kandian_proto::session::device::Network;
use kandian_proto::session::platform::Event;

use super::world::{Delivery, Entry, World, deliveries};

fn relay(port: u16) -> Network {
    let mut network = Network::default();
    network.addresses.relay = Some(format!("198.51.100.20:{port}").parse().unwrap());
    network
}

fn changes(world: &World) -> Vec<Addresses> {
    world.pick(|e| match e {
        Entry::Platform(Event::Heartbeat { changed: Some(addresses), .. }) => Some(*addresses),
        _ => None,
    })
}

/// E-86: the relay address changes 30 seconds after a heartbeat.
#[test]
fn and_restarts_the_period() {
    for delivery in deliveries() {
        let mut world = World::online(delivery);
        world.run_for(149);
        let now = world.moment();
        world.device.set_network(now, relay(50_001));
        world.run_for(200);
        assert_eq!(world.sent(Command::HEARTBEAT), [120, 150, 270], "{delivery:?}");
        assert_eq!(changes(&world), [relay(50_001).addresses]);
    }
}

/// E-86: the number of viewers waits for the next heartbeat, and the same addresses are no change.
#[test]
fn viewers_are_no_change() {
    let mut world = World::online(Delivery::Whole);
    world.run_for(30);
    world.device.set_viewers(3);
    let now = world.moment();
    world.device.set_network(now, Network::default());
    world.run_for(100);
    assert_eq!(world.sent(Command::HEARTBEAT), [120]);
    let text = world.log.iter().find_map(|(_, e)| match e {
        Entry::Up(Command::HEARTBEAT, _, text) => Some(text.clone()),
        _ => None,
    });
    assert!(text.unwrap().contains("<CurVideoNum>3</CurVideoNum>"));
}

/// a change within a second of the last heartbeat waits for the end of that second; many changes are one
/// heartbeat, and none of them counts as a missed answer.
#[test]
fn at_most_once_a_second() {
    let mut world = World::online(Delivery::Whole);
    world.run_for(30);
    world.log.clear();
    world.script.connected = false;
    for port in 0..50 {
        let now = world.moment();
        world.device.set_network(now, relay(50_000 + port));
        world.run_until(world.now + kandian_proto::time::Millis(100));
    }
    let sent = world.sent(Command::HEARTBEAT).len();
    assert!((5..=6).contains(&sent), "{sent}");
    assert!(world.device.is_online());
}

/// E-85: TURN elements that are absent are as before.
#[test]
fn absent_turn_elements_are_unchanged() {
    let document = b"<?xml version=\"1.0\" encoding=\"UTF-8\" ?><HEARTBEAT_REQ><DevID>81100000001</DevID>\
        <CurVideoNum>0</CurVideoNum><UpnpIP>0.0.0.0</UpnpIP><RtspUpnpPort>0</RtspUpnpPort>\
        <LocalIP>0.0.0.0</LocalIP><RtspLocalPort>0</RtspLocalPort></HEARTBEAT_REQ>";
    let read = kandian_proto::decode::<kandian_proto::message::device::HeartbeatRequest>(document).unwrap();
    let before = relay(50_000).addresses;
    assert_eq!(before.after_heartbeat(&read.message), before);
}
