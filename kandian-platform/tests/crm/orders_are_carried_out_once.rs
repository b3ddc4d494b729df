use super::client::{CARL, order, place, send, world};
use super::person::{Person, kind, log_in};
use super::phone::{ANNA, BERT, CAMERA, KEY, PASSWORD};
use super::world::World;

fn body(operation: &str, number: &str, points: Option<u32>) -> String {
    let points = points.map(|points| format!(",\"points\":{points}")).unwrap_or_default();
    format!("{{\"operation\":\"{operation}\",\"number\":\"{number}\"{points}}}")
}

async fn account(world: &World, number: &str) -> serde_json::Value {
    world.rest("GET", &format!("/api/v1/accounts/{number}"), "").await.1
}

async fn deeds(world: &World) -> usize {
    world.rest("GET", "/api/v1/audit?limit=500", "").await.1["audit"].as_array().unwrap().len()
}

/// an account is opened, changed, suspended, resumed and cancelled by orders; logins end when it may not be used.
#[tokio::test]
async fn from_the_first_to_the_last() {
    let world = world().await;
    let (status, opened) = place(&world, "o-1", &body("open", CARL, Some(3))).await;
    assert_eq!((status, &opened["state"], &opened["points"]), (201, &"active".into(), &3.into()));
    assert!(opened.get("password").is_none(), "{opened}");
    assert_eq!(account(&world, CARL).await["has_password"], true);
    assert_eq!(kind(&place(&world, "o-2", &body("open", CARL, Some(3))).await), (409, "exists"));
    assert_eq!(place(&world, "o-3", &body("change", CARL, Some(5))).await.1["points"], 5);
    assert_eq!(account(&world, CARL).await["device_limit"], 5);
    assert_eq!(
        kind(&place(&world, "o-4", &body("change", "18900000000", Some(1))).await),
        (404, "no_such_account")
    );
    let anna = Person::log_in(&world, ANNA).await;
    assert_eq!(place(&world, "o-5", &body("suspend", ANNA, None)).await.1["state"], "suspended");
    assert_eq!(anna.ask("GET", "/api/v1/me", "").await.0, 401);
    assert_eq!(kind(&log_in(&world, "127.0.0.1", ANNA, PASSWORD).await), (403, "suspended"));
    assert_eq!(place(&world, "o-6", &body("resume", ANNA, None)).await.1["state"], "active");
    let anna = Person::log_in(&world, ANNA).await;
    assert_eq!(anna.binds(CAMERA, KEY).await.0, 201);
    assert_eq!(place(&world, "o-7", &body("cancel", ANNA, None)).await.1["state"], "closed");
    assert_eq!(anna.ask("GET", "/api/v1/me", "").await.0, 401);
    assert_eq!(kind(&place(&world, "o-8", &body("resume", ANNA, None)).await), (409, "cancelled"));
    assert_eq!(place(&world, "o-9", &body("cancel", ANNA, None)).await.0, 200);
}

/// whoever has a new account finds its password on his telephone, once, however often the order comes.
#[tokio::test]
async fn and_the_password_is_sent() {
    let world = world().await;
    for _ in 0..2 {
        assert_eq!(place(&world, "o-1", &body("open", CARL, Some(3))).await.0, 201);
    }
    let (_, list) = world.rest("GET", &format!("/api/v1/short-messages?number={CARL}"), "").await;
    let messages = list["short_messages"].as_array().unwrap();
    assert_eq!(messages.len(), 1, "{list}");
    let text = messages[0]["text"].as_str().unwrap();
    let password = text.split(|c: char| !c.is_ascii_alphanumeric()).find(|part| part.len() == 10).unwrap();
    assert_eq!(log_in(&world, "127.0.0.1", CARL, password).await.0, 201);
    // What is refused sends nothing.
    assert_eq!(place(&world, "o-2", &body("open", ANNA, Some(3))).await.0, 409);
    let (_, list) = world.rest("GET", "/api/v1/short-messages", "").await;
    assert_eq!(list["short_messages"].as_array().unwrap().len(), 1);
}

/// A number that was cancelled and is opened again is another person's: neither password nor devices of the old one remain.
#[tokio::test]
async fn and_numbers_come_back_empty() {
    let world = world().await;
    let anna = Person::log_in(&world, ANNA).await;
    assert_eq!(anna.binds(CAMERA, KEY).await.0, 201);
    place(&world, "o-1", &body("cancel", ANNA, None)).await;
    assert_eq!(place(&world, "o-2", &body("open", ANNA, Some(1))).await.0, 201);
    assert_eq!(log_in(&world, "127.0.0.1", ANNA, PASSWORD).await.0, 401);
    let (_, devices) = world.rest("GET", &format!("/api/v1/accounts/{ANNA}/devices"), "").await;
    assert_eq!(devices["devices"].as_array().unwrap().len(), 0);
    let bert = Person::log_in(&world, BERT).await;
    assert_eq!(bert.binds(CAMERA, KEY).await.0, 201);
}

/// The same order again is answered as before and does nothing; another one with its key is refused; the key of another
/// client is another key.
#[tokio::test]
async fn however_often_they_are_sent() {
    let world = world().await;
    let first = place(&world, "o-1", &body("open", CARL, Some(3))).await;
    let before = deeds(&world).await;
    // Later changes do not change the answer, and the repeat does not undo them.
    assert_eq!(place(&world, "o-2", &body("change", CARL, Some(7))).await.0, 200);
    world.platform.app().clock.jump(60_000);
    assert_eq!(place(&world, "o-1", &body("open", CARL, Some(3))).await, first);
    assert_eq!(account(&world, CARL).await["device_limit"], 7);
    assert_eq!(deeds(&world).await, before + 1);
    assert_eq!(kind(&place(&world, "o-1", &body("open", CARL, Some(4))).await), (422, "key_used"));
    assert_eq!(kind(&place(&world, "o-1", &body("cancel", CARL, None)).await), (422, "key_used"));
    let mut theirs = order(&world, "o-1", &body("suspend", CARL, None));
    theirs.client = "other".to_owned();
    let signature = super::client::signature(&theirs, "another secret that is long enough");
    assert_eq!(super::client::send_with(&world, &theirs, &signature).await.0, 200);
    // What was refused changed nothing, and may come again.
    assert_eq!(place(&world, "o-3", &body("change", "18900000000", Some(1))).await.0, 404);
    assert_eq!(place(&world, "o-4", &body("open", "18900000000", Some(2))).await.0, 201);
    assert_eq!(place(&world, "o-3", &body("change", "18900000000", Some(1))).await.0, 200);
}

/// Sent many times at once it is still one order: one effect, one entry on record, one answer.
#[tokio::test]
async fn or_at_once() {
    let world = world().await;
    let before = deeds(&world).await;
    let order = order(&world, "o-1", &body("open", CARL, Some(3)));
    let all = futures_util::future::join_all((0..8).map(|_| send(&world, &order))).await;
    assert!(all.iter().all(|answer| *answer == all[0]), "{all:?}");
    assert_eq!((all[0].0, deeds(&world).await), (201, before + 1));
}

/// It is remembered through a restart, for as many days as the settings say, and then forgotten.
#[tokio::test]
async fn and_later() {
    let world = world().await;
    let first = place(&world, "o-1", &body("open", CARL, Some(3))).await;
    let app = world.platform.app();
    let order = app.store.order("billing", "o-1").await.unwrap().unwrap();
    assert_eq!(serde_json::from_str::<serde_json::Value>(&order.answer).unwrap(), first.1);
    let day = |days: i64| kandian_proto::time::UnixMillis(order.at.0 + days * 86_400_000);
    assert_eq!(app.store.forget_orders(day(0)).await, Ok(0));
    assert_eq!(app.store.forget_orders(day(1)).await, Ok(1));
    assert_eq!(app.store.order("billing", "o-1").await, Ok(None));
}
