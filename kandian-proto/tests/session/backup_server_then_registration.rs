use kandian_codec::Command;
use kandian_proto::session::device::Event;

use super::world::{Delivery, Entry, Script, World, config, deliveries};

fn connects(world: &World) -> Vec<(u64, String)> {
    let connects = world.log.iter().filter_map(|(at, e)| match e {
        Entry::Connect(server) => Some((at.as_secs(), server.clone())),
        _ => None,
    });
    connects.collect()
}

/// E-53: the primary server is closed; the backup follows at once, without a new registration.
#[test]
fn primary_closed() {
    for delivery in deliveries() {
        let script = Script { reachable: Box::new(|s| s.host.as_str() != "a.example"), ..Script::default() };
        let mut world = World::new(config(), script, delivery);
        world.run_for(600);
        let expected = [(0, "a.example:8588".to_owned()), (0, "b.example:8589".to_owned())];
        assert_eq!(connects(&world), expected);
        assert!(world.device.is_online());
        assert_eq!(world.registrations(), [0]);
    }
}

/// E-53: a server that accepts the connection and does not answer the login counts as failed after 10 seconds.
#[test]
fn primary_silent() {
    let mut world = World::new(config(), Script { connected: false, ..Script::default() }, Delivery::Whole);
    world.run_for(12);
    assert_eq!(connects(&world)[1], (10, "b.example:8589".to_owned()));
    assert_eq!(world.sent(Command::LOGIN), [0, 10]);
}

/// both closed, and the device registers again, not before 300 seconds; until then it tries the
/// servers it knows, less and less often.
#[test]
fn both_closed() {
    let script = Script { reachable: Box::new(|_| false), ..Script::default() };
    let mut world = World::new(config(), script, Delivery::Whole);
    world.run_for(3600);
    let starts = world.registrations();
    assert!(starts.len() >= 8, "{starts:?}");
    assert!(starts.windows(2).all(|w| (300..=360 + 120).contains(&(w[1] - w[0]))), "{starts:?}");
    let tries = connects(&world).len();
    assert!((40..=200).contains(&tries), "{tries}");
}

/// each server is tried once before the device waits.
#[test]
fn both_once() {
    let script = Script { reachable: Box::new(|_| false), ..Script::default() };
    let mut world = World::new(config(), script, Delivery::Whole);
    world.run_for(4);
    let once = [(0, "a.example:8588".to_owned()), (0, "b.example:8589".to_owned())];
    assert_eq!(connects(&world), once);
}

/// E-58: a lost link comes back by itself within 15 seconds, without a registration.
#[test]
fn link_cut() {
    let mut world = World::online(Delivery::Whole);
    world.run_for(60);
    world.cut();
    assert!(!world.device.is_online());
    world.run_for(16);
    assert!(world.device.is_online());
    assert!(world.registrations().is_empty());
    let back = connects(&world)[0].0;
    assert!((66..=76).contains(&back), "{back}");
    assert!(world.log.iter().any(|(_, e)| *e == Entry::Device(Event::Offline(None))));
}
