use kandian_codec::Command;
use kandian_platform::store::{AccountChange, AccountState};
use kandian_proto::Operation;

use super::calls::{call, operations, result};
use super::camera::Camera;
use super::person::Person;
use super::phone::{ANNA, BERT, CAMERA, anna, session, world};
use super::world::World;

/// A session that counts for nothing, and how it came to that.
struct Bad {
    what: &'static str,
    session: String,
}

fn bad(what: &'static str, session: impl Into<String>) -> Bad {
    Bad { what, session: session.into() }
}

/// Nothing has reached the camera: the next frame answers its own heartbeat.
pub(crate) async fn was_left_alone(camera: &mut Camera) {
    let heartbeat = format!("<HEARTBEAT_REQ><DevID>{}</DevID></HEARTBEAT_REQ>", camera.id);
    camera.send(Command::HEARTBEAT, 9_999, &heartbeat).await;
    let (command, seq, text) = camera.receive().await.expect("the link is open");
    assert_eq!((command, seq), (Command::HEARTBEAT, 9_999), "{text}");
}

/// What would be changed by a call that gets through: who owns what, under which name.
async fn state(world: &World) -> String {
    let (_, anna) = world.rest("GET", &format!("/api/v1/accounts/{ANNA}/devices"), "").await;
    let (_, bert) = world.rest("GET", &format!("/api/v1/accounts/{BERT}/devices"), "").await;
    format!("{anna}{bert}")
}

/// Tries every operation with every one of these sessions.
async fn are_refused(world: &World, camera: &mut Camera, sessions: &[Bad]) {
    let before = state(world).await;
    for operation in operations() {
        for Bad { what, session } in sessions {
            let answer = result(world, &call(operation, ANNA, session, None)).await;
            // A logout of what is no login does no harm, and has no code (E-159).
            let expected = if operation.operation == Operation::ClientLogout { "0" } else { "2" };
            if let Some(answer) = answer {
                assert_eq!(answer, expected, "{} with {what}", operation.id);
            }
            let answer = result(world, &call(operation, "18900000000", session, None)).await;
            assert!(answer.is_none_or(|answer| answer == "1"), "{} with {what}", operation.id);
        }
    }
    assert_eq!(state(world).await, before);
    was_left_alone(camera).await;
}

/// E-153: every operation of §8.3 to §8.19 with no session, one that never was, one of another
/// account, one that is nearly right: 2, and no effect.
#[tokio::test]
async fn by_every_operation() {
    let world = world().await;
    let (anna, bert) = (anna(&world).await, session(&world, BERT).await);
    let mut camera = Camera::online(world.access(), CAMERA).await;
    let sessions = [
        bad("none", ""),
        bad("one that never was", "0123456789abcdef0123456789abcdef"),
        bad("that of another account", bert.as_str()),
        bad("capital letters", anna.to_uppercase()),
        bad("a part", &anna[..31]),
        bad("a digit more", format!("{anna}0")),
        bad("a space before it", format!(" {anna}x")),
        bad("its hash", hash_on_record(&world).await),
        bad("a wildcard", "%"),
        bad("a statement", "' OR 1=1 --"),
    ];
    are_refused(&world, &mut camera, &sessions).await;
    // Nobody was logged out by it.
    for (account, session) in [(ANNA, &anna), (BERT, &bert)] {
        let list = operations().find(|row| row.operation == Operation::ClientGetDevices).unwrap();
        assert_eq!(result(&world, &call(list, account, session, None)).await.as_deref(), Some("0"));
    }
}

/// What is on record of a login does not open it.
async fn hash_on_record(world: &World) -> String {
    let app = world.platform.app();
    let sessions = app.store.sessions_of(ANNA.parse().unwrap(), app.clock.wall()).await.unwrap();
    sessions[0].hash.clone()
}

/// The same for logins that were right once: logged out, ended from elsewhere, replaced by a password, expired, suspended.
#[tokio::test]
async fn when_they_have_ended() {
    let world = world().await;
    let app = world.platform.app();
    let number = ANNA.parse().unwrap();
    let owner = anna(&world).await;
    let mut camera = Camera::online(world.access(), CAMERA).await;
    let mut ended = Vec::new();
    let out = Person::log_in(&world, ANNA).await;
    assert_eq!(out.ask("DELETE", "/api/v1/session", "").await.0, 204);
    ended.push(bad("logged out", out.session));
    let lost = session(&world, ANNA).await;
    assert_eq!(Person::with(&world, &owner).ask("DELETE", "/api/v1/me/logins", "").await.0, 204);
    ended.push(bad("ended from elsewhere", lost));
    let old = session(&world, ANNA).await;
    let change = "{\"old\":\"kaffee14\",\"new\":\"kaffee15\"}";
    let mine = Person::with(&world, &owner);
    assert_eq!(mine.ask("PUT", "/api/v1/me/password", change).await.0, 204);
    let back = "{\"old\":\"kaffee15\",\"new\":\"kaffee14\"}";
    assert_eq!(mine.ask("PUT", "/api/v1/me/password", back).await.0, 204);
    ended.push(bad("replaced by a password", old));
    let expired = session(&world, ANNA).await;
    app.clock.jump(31 * 60_000);
    ended.push(bad("expired", expired));
    ended.push(bad("expired", owner));
    let suspended = session(&world, ANNA).await;
    for state in [AccountState::Suspended, AccountState::Active] {
        let change = AccountChange { state: Some(state), ..AccountChange::default() };
        assert!(app.store.change_account(number, change).await.unwrap());
    }
    ended.push(bad("suspended meanwhile", suspended));
    are_refused(&world, &mut camera, &ended).await;
}
