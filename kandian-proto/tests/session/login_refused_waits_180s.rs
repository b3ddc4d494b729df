use kandian_codec::Command;
use kandian_proto::Request;
use kandian_proto::session::CloseReason;
use kandian_proto::session::device::Event;
use kandian_proto::value::LoginResult;

use super::world::{Delivery, Entry, Script, World, accept, config, deliveries, login_refusal, registered};

fn refusing() -> Script {
    Script {
        answer: Box::new(|request| match request {
            Request::Login(_) => Some(login_refusal(LoginResult::BAD_DEV_KEY)),
            other => Some(accept(other)),
        }),
        ..Script::default()
    }
}

/// E-58, E-53: at least three minutes from a refusal to the next login, which goes to the other server;
/// after a refusal by both, a registration.
#[test]
fn then_the_other_server_then_a_registration() {
    for delivery in deliveries() {
        let mut world = World::new(config(), refusing(), delivery);
        world.run_for(3600);
        let logins = world.sent(Command::LOGIN);
        assert!(logins.len() >= 15, "{logins:?}");
        assert!(logins.windows(2).all(|w| (180..=196 + 180).contains(&(w[1] - w[0]))), "{logins:?}");
        let servers = world.pick(|e| match e {
            Entry::Connect(server) => Some(server.clone()),
            _ => None,
        });
        assert_eq!(servers[..4], ["a.example:8588", "b.example:8589", "a.example:8588", "b.example:8589"]);
        let registrations = world.registrations();
        assert!(registrations.len() >= 7, "{registrations:?}");
        assert!(registrations.windows(2).all(|w| w[1] - w[0] >= 300), "{registrations:?}");
        assert!(world.log.iter().any(|(_, e)| *e == Entry::DeviceCloses(CloseReason::LoginRefused)));
        let told = Entry::Device(Event::LoginRefused(LoginResult::BAD_DEV_KEY));
        assert_eq!(world.seconds(|e| *e == told).len(), logins.len());
    }
}

/// E-53, R-7.14: where there is one server only, its refusal is followed by a registration, and nothing before.
#[test]
fn or_a_registration_at_once_when_there_is_no_other() {
    // The same server twice, as platforms with one of them answer.
    let text = String::from_utf8(registered("a.example", "a.example")).unwrap().replace(">8589<", ">8588<");
    let register = move || Some((200, text.clone().into_bytes()));
    let script = Script { register: Box::new(register), ..refusing() };
    let mut world = World::new(config(), script, Delivery::Whole);
    world.run_for(299);
    assert_eq!(world.sent(Command::LOGIN), [0]);
    world.run_for(62);
    let registrations = world.registrations();
    assert!(matches!(registrations[..], [0, 300..=360]), "{registrations:?}");
    assert_eq!(world.sent(Command::LOGIN), registrations);
}

/// E-53: a refusal is not forgotten while servers cannot be reached; the second one leads to a registration.
#[test]
fn and_remembers_the_refusal_over_failures() {
    let mut calls = 0;
    let reachable = move |_: &_| {
        calls += 1;
        // The first server refuses; then neither is there; then the first refuses again.
        calls == 1 || calls >= 4
    };
    let mut world =
        World::new(config(), Script { reachable: Box::new(reachable), ..refusing() }, Delivery::Whole);
    while world.registrations().len() < 2 {
        world.run_for(1);
        assert!(world.now.as_secs() < 600);
    }
    let before =
        world.log.iter().rposition(|(_, e)| *e == Entry::Http(kandian_proto::session::Exchange::Register));
    let servers: Vec<_> = world.log[..before.unwrap()]
        .iter()
        .filter_map(|(_, e)| match e {
            Entry::Connect(server) => Some(server.as_str()),
            _ => None,
        })
        .collect();
    assert_eq!(servers, ["a.example:8588", "b.example:8589", "a.example:8588", "a.example:8588"]);
}
