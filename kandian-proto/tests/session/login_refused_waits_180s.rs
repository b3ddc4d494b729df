use kandian_codec::Command;
use kandian_proto::Request;
use kandian_proto::session::CloseReason;
use kandian_proto::session::device::Event;
use kandian_proto::value::LoginResult;

use super::world::{Entry, Script, World, accept, config, deliveries, login_refusal};

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
