use kandian_codec::Command;
use kandian_proto::message::device::AbilityUpRequest;
use kandian_proto::session::device::{Event, Network};
use kandian_proto::value::LocalStoreFlag;
use kandian_proto::{Request, Response};

use super::world::{Delivery, Entry, Script, World, accept, config, deliveries, id};

/// E-80: after the login, and again when they change, and only then.
#[test]
fn and_every_change() {
    for delivery in deliveries() {
        let mut world = World::online(delivery);
        world.run_for(10);
        for flag in [2, 2, 1] {
            let now = world.moment();
            let capabilities = AbilityUpRequest::new(id(), 1_u16, LocalStoreFlag(flag), 0_u16);
            world.device.set_capabilities(now, capabilities);
            world.run_for(10);
        }
        assert_eq!(world.sent(Command::ABILITYUP).len(), 2, "{delivery:?}");
        // Their answers are expected.
        assert!(
            !world.log.iter().any(|(_, e)| matches!(e, Entry::Device(Event::Fault(_)))),
            "{:?}",
            world.log
        );
    }
}

/// E-80: unconfirmed, they are sent once more, and then heartbeats start all the same.
#[test]
fn unconfirmed() {
    let script = Script {
        answer: Box::new(|request| match request {
            Request::AbilityUp(_) => None::<Response>,
            other => Some(accept(other)),
        }),
        ..Script::default()
    };
    let mut world = World::new(config(), script, Delivery::Whole);
    world.run_for(30);
    assert_eq!(world.sent(Command::ABILITYUP), [0, 10]);
    assert_eq!(world.sent(Command::HEARTBEAT), [20]);
    assert!(world.device.is_online());
}

/// the link is made although the mapping failed, and the failure is reported after the login.
#[test]
fn a_missing_mapping_is_reported() {
    let mut config = config();
    config.prepare = true;
    let mut world = World::new(config, Script::default(), Delivery::Whole);
    world.run_for(5);
    assert!(world.sent(Command::LOGIN).is_empty());
    let now = world.moment();
    world.device.set_network(now, Network { upnp_failed: true, ..Network::default() });
    world.run_for(1);
    let texts = world.pick(|e| match e {
        Entry::Up(command, _, text) => Some((*command, text.contains("<ExceptionType>12</ExceptionType>"))),
        _ => None,
    });
    assert_eq!(texts[0], (Command::LOGIN, false));
    assert!(texts.contains(&(Command::EXCEPTION_NOTIFY, true)), "{texts:?}");
}

/// an application that never comes back with addresses does not keep the device from connecting.
#[test]
fn preparation_has_an_end() {
    let mut config = config();
    config.prepare = true;
    let mut world = World::new(config, Script::default(), Delivery::Whole);
    world.run_for(20);
    assert_eq!(world.sent(Command::LOGIN), [15]);
}
