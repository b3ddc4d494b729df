use kandian_platform::store::{Right, Rights, Share};
use kandian_proto::time::UnixMillis;
use serde_json::{Value, json};

use super::camera::Camera;
use super::person::Person;
use super::phone::{ANNA, BERT, CAMERA, KEY, world};
use super::requests::{Described, described, filled};
use super::sessions_are_checked::was_left_alone;
use super::world::World;

fn users() -> impl Iterator<Item = Described> {
    described().into_iter().filter(|request| request.is_users)
}

fn body(request: &Described) -> String {
    request.body.as_ref().map(ToString::to_string).unwrap_or_default()
}

async fn record(world: &World) -> usize {
    let (_, audit) = world.rest("GET", "/api/v1/audit?limit=500", "").await;
    audit["audit"].as_array().unwrap().len()
}

/// every route of a user without a session, with one that never was, that has ended, or is nearly right: 401.
#[tokio::test]
async fn by_a_session() {
    let world = world().await;
    let anna = Person::log_in(&world, ANNA).await;
    assert_eq!(anna.binds(CAMERA, KEY).await.0, 201);
    let out = Person::log_in(&world, ANNA).await;
    assert_eq!(out.ask("DELETE", "/api/v1/session", "").await.0, 204);
    let before = record(&world).await;
    let mut count = 0;
    for request in users() {
        let path = filled(&request.path, None);
        let sessions = [
            "",
            "0123456789abcdef0123456789abcdef",
            &out.session,
            &anna.session.to_uppercase(),
            &world.token,
        ];
        for session in sessions {
            let (status, problem) =
                Person::with(&world, session).ask(&request.method, &path, &body(&request)).await;
            assert_eq!(
                (status, &problem["type"]),
                (401, &"not_logged_in".into()),
                "{} {path}",
                request.method
            );
            count += 1;
        }
    }
    assert!(count >= 5 * 17, "{count}");
    assert_eq!(record(&world).await, before);
    assert_eq!(anna.get("/api/v1/me/devices").await["devices"].as_array().unwrap().len(), 1);
}

/// A body is an object: an array with the same values in the place of its members is refused by every route, and so is what a
/// route does not know.
#[tokio::test]
async fn and_bodies_are_objects() {
    let world = world().await;
    let anna = Person::log_in(&world, ANNA).await;
    let before = record(&world).await;
    for request in described() {
        let Some(members) = request.body.as_ref().and_then(Value::as_object) else { continue };
        let array = Value::Array(members.values().cloned().collect());
        let mut more = members.clone();
        more.insert("odd".to_owned(), json!(1));
        for body in [array, Value::Object(more), json!(null), json!("x"), json!(1)] {
            let (path, body) = (filled(&request.path, None), body.to_string());
            let (status, problem) = match request.is_users {
                true => anna.ask(&request.method, &path, &body).await,
                false => world.rest(&request.method, &path, &body).await,
            };
            assert!((400..500).contains(&status), "{} {path} {body}: {status} {problem}", request.method);
        }
    }
    assert_eq!(record(&world).await, before);
    let null = world.rest("POST", &format!("/api/v1/accounts/{ANNA}/password"), "{\"password\":null}").await;
    assert_eq!(null.0, 422, "{}", null.1);
}

/// Another user's device is not there, for every route that names one; nothing reaches it, and nothing is on record.
#[tokio::test]
async fn by_who_holds_the_device() {
    let world = world().await;
    let app = world.platform.app();
    let (anna, bert) = (Person::log_in(&world, ANNA).await, Person::log_in(&world, BERT).await);
    assert_eq!(anna.binds(CAMERA, KEY).await.0, 201);
    let mut camera = Camera::online(world.access(), CAMERA).await;
    let share = async |rights: Rights, expires_at: Option<UnixMillis>| {
        let share =
            Share { device: CAMERA.parse().unwrap(), account: BERT.parse().unwrap(), rights, expires_at };
        assert!(app.store.share(ANNA.parse().unwrap(), share, app.clock.wall()).await.unwrap());
    };
    let mine = |request: &Described| request.path.contains("{id}");
    let before = record(&world).await;
    for is_over in [false, true] {
        if is_over {
            share(Rights::ALL, Some(app.clock.wall())).await;
        }
        for request in users().filter(mine) {
            let path = filled(&request.path, None);
            let (status, problem) = bert.ask(&request.method, &path, &body(&request)).await;
            assert_eq!(
                (status, &problem["type"]),
                (404, &"no_such_device".into()),
                "{} {path}",
                request.method
            );
        }
    }
    share(Rights::from_iter([Right::Playback]), None).await;
    for request in users().filter(mine) {
        let path = filled(&request.path, None);
        let (status, problem) = bert.ask(&request.method, &path, &body(&request)).await;
        // That it is shared with him is all that he sees.
        let expected = if request.method == "GET" && request.path.ends_with("{id}") { 200 } else { 403 };
        assert_eq!(status, expected, "{} {path}: {problem}", request.method);
    }
    let of_camera = format!("?device={CAMERA}");
    for path in ["/api/v1/me/alarms", "/api/v1/me/exceptions"] {
        assert_eq!(bert.ask("GET", &format!("{path}{of_camera}"), "").await.0, 403);
        assert_eq!(anna.ask("GET", &format!("{path}{of_camera}"), "").await.0, 200);
    }
    assert_eq!(record(&world).await, before);
    was_left_alone(&mut camera).await;
}
