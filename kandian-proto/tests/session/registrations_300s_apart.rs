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
