use kandian_proto::session::device::{Event, Obstacle};
use kandian_proto::value::RegisterResult;

use super::world::{Delivery, Entry, Script, World, config, not_registered};

fn refusing(answer: impl Fn() -> Option<(u16, Vec<u8>)> + 'static) -> World {
    let script = Script { register: Box::new(answer), ..Script::default() };
    let mut world = World::new(config(), script, Delivery::Whole);
    world.run_for(24 * 3600);
    world
}

/// E-54: at least 300 seconds between the starts of two registrations, at most 60 more.
#[test]
fn whatever_the_answer() {
    let answers: [fn() -> Option<(u16, Vec<u8>)>; 5] = [
        || None,
        || Some((503, Vec::new())),
        || Some((200, b"<html>".to_vec())),
        || Some((200, not_registered(RegisterResult(255)))),
        || Some((401, not_registered(RegisterResult(1)))),
    ];
    for answer in answers {
        let world = refusing(answer);
        let starts = world.registrations();
        assert!(starts.len() > 200, "{}", starts.len());
        assert!(starts.windows(2).all(|w| (300..=360).contains(&(w[1] - w[0]))), "{starts:?}");
    }
}

/// E-50: 401 and other statuses are failures, and the application hears which.
#[test]
fn and_the_reason_is_told() {
    let world = refusing(|| Some((200, not_registered(RegisterResult(2)))));
    let told = Entry::Device(Event::NotRegistered(Obstacle::Register(RegisterResult(2))));
    assert_eq!(world.seconds(|e| *e == told).len(), world.registrations().len());
    let world = refusing(|| Some((500, Vec::new())));
    assert!(world.log.iter().any(|(_, e)| *e == Entry::Device(Event::NotRegistered(Obstacle::Status(500)))));
}

/// exactly 300 seconds are enough, where nothing is added to them.
#[test]
fn and_not_longer_than_told() {
    let mut config = config();
    config.timing.registration_spread = kandian_proto::time::Millis(0);
    let script = Script { register: Box::new(|| Some((503, Vec::new()))), ..Script::default() };
    let mut world = World::new(config, script, Delivery::Whole);
    world.run_for(901);
    assert_eq!(world.registrations(), [0, 300, 600, 900]);
}

/// where there is no server to go to, nobody is asked for addresses.
#[test]
fn without_preparing_for_nobody() {
    let mut config = config();
    config.prepare = true;
    let script = Script { register: Box::new(|| None), ..Script::default() };
    let mut world = World::new(config, script, Delivery::Whole);
    world.run_for(3600);
    assert!(world.registrations().len() > 8);
    assert!(!world.log.iter().any(|(_, e)| *e == Entry::Device(Event::Prepare)));
}
