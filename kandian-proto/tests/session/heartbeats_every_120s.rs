use kandian_codec::Command;
use kandian_proto::session::platform::Event;

use super::world::{Delivery, Entry, World, config, deliveries};

/// E-59: the first right after the capabilities are confirmed, then one every 120 seconds.
#[test]
fn on_an_idle_link() {
    for delivery in deliveries() {
        let mut world = World::new(config(), Default::default(), delivery);
        world.run_for(3600);
        let expected: Vec<u64> = (0..=30).map(|n| n * 120).collect();
        assert_eq!(world.sent(Command::HEARTBEAT), expected, "{delivery:?}");
    }
}

/// E-65: requests count 0, 1, 2 …; E-59: the order at the start.
#[test]
fn after_login_and_capabilities() {
    let mut world = World::new(config(), Default::default(), Delivery::Whole);
    world.run_for(1);
    let sent = world.pick(|e| match e {
        Entry::Up(command, seq, _) => Some((*command, *seq)),
        _ => None,
    });
    assert_eq!(sent, [(Command::LOGIN, 0), (Command::ABILITYUP, 1), (Command::HEARTBEAT, 2)]);
}

/// the link answers by itself, with the SEQ of the request, and tells the application.
#[test]
fn are_answered_by_the_link() {
    let mut world = World::online(Delivery::Whole);
    world.run_for(120);
    let answers = world.pick(|e| match e {
        Entry::Down(Command::HEARTBEAT, seq, text) => Some((*seq, text.clone())),
        _ => None,
    });
    assert_eq!(answers.len(), 1);
    assert_eq!(answers[0].0, 3);
    assert!(answers[0].1.contains("<DevID>81100000001</DevID><Time>2014031810320"), "{}", answers[0].1);
    let told =
        world.log.iter().any(|(_, e)| matches!(e, Entry::Platform(Event::Heartbeat { changed: None, .. })));
    assert!(told);
}
