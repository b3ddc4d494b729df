use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use kandian_platform::config::{GatewayKind, WebhookBody};
use kandian_platform::store::MessageState;
use kandian_proto::Secret;
use serde_json::Value;

use super::world::World;
use super::{ANNA, ask, hurry, until, until_state};

/// What a request to the mock said.
type Heard = Arc<Mutex<Vec<(HeaderMap, String)>>>;
/// What it answers, one after the other; then 200.
type Answers = Arc<Mutex<Vec<u16>>>;

/// A mock of an operator's gateway.
async fn gateway(answers: &[u16]) -> (SocketAddr, Heard) {
    let (heard, answers) =
        (Heard::default(), Answers::new(Mutex::new(answers.iter().rev().copied().collect())));
    let take = |State((heard, answers)): State<(Heard, Answers)>, headers: HeaderMap, body: String| async move {
        heard.lock().unwrap().push((headers, body));
        StatusCode::from_u16(answers.lock().unwrap().pop().unwrap_or(200)).unwrap()
    };
    let app = Router::new().route("/send", post(take)).with_state((Arc::clone(&heard), answers));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, app).await });
    (address, heard)
}

async fn world(url: String) -> World {
    World::with(|config| {
        config.sms.gateway = GatewayKind::Webhook;
        config.sms.webhook.url = Some(Secret::from(url));
        config.sms.webhook.authorization = Some("Bearer 8hQ2".into());
    })
    .await
}

/// number and text, signed, with the secret of the settings; the text does not stay on record.
#[tokio::test]
async fn that_say_yes() {
    let (address, heard) = gateway(&[]).await;
    let world = world(format!("http://{address}/send")).await;
    ask(&world, ANNA).await;
    let message = until_state(&world, MessageState::Sent).await;
    assert_eq!((message.body.reveal(), message.attempts), ("", 1));
    let heard = heard.lock().unwrap();
    let [(headers, body)] = heard.as_slice() else { panic!("{} requests", heard.len()) };
    assert_eq!(
        (&headers["authorization"], &headers["content-type"]),
        (&"Bearer 8hQ2".parse().unwrap(), &"application/json".parse().unwrap())
    );
    let body: Value = serde_json::from_str(body).unwrap();
    assert_eq!((&body["number"], &body["id"]), (&ANNA.into(), &message.id.to_string().into()));
    assert!(body["text"].as_str().unwrap().starts_with("【手机看店】您的登录密码是"), "{body}");
}

/// As a form, for gateways that want one.
#[tokio::test]
async fn in_the_form_they_want() {
    let (address, heard) = gateway(&[]).await;
    let world = World::with(|config| {
        config.sms.gateway = GatewayKind::Webhook;
        config.sms.webhook.url = Some(Secret::from(format!("http://{address}/send")));
        config.sms.webhook.body = WebhookBody::Form;
        config.sms.webhook.template = "mobile={number}&content={text}&encode=utf8".into();
    })
    .await;
    ask(&world, ANNA).await;
    until_state(&world, MessageState::Sent).await;
    let heard = heard.lock().unwrap();
    assert!(heard[0].1.starts_with("mobile=18912345678&content=%E3%80%90"), "{}", heard[0].1);
    assert_eq!(heard[0].1.matches('&').count(), 2);
}

/// One that is down or busy is asked again, also after a restart; one that says no for good is not.
#[tokio::test]
async fn again_and_again() {
    let (address, heard) = gateway(&[503, 429, 401]).await;
    let world = world(format!("http://{address}/send")).await;
    ask(&world, ANNA).await;
    for attempts in 1..=3 {
        let message = until(&world, |message| message.attempts == attempts).await;
        assert_eq!(message.state, MessageState::Waiting, "{}", message.reason);
        assert!(message.reason.starts_with("the gateway answered "), "{}", message.reason);
        hurry(&world);
    }
    until_state(&world, MessageState::Sent).await;
    let ids: Vec<Value> = heard
        .lock()
        .unwrap()
        .iter()
        .map(|(_, body)| serde_json::from_str::<Value>(body).unwrap()["id"].clone())
        .collect();
    assert!(ids.windows(2).all(|pair| pair[0] == pair[1]), "a gateway can tell that it is the same: {ids:?}");

    let (address, heard) = gateway(&[400]).await;
    let world = self::world(format!("http://{address}/send")).await;
    ask(&world, ANNA).await;
    let message = until_state(&world, MessageState::Failed).await;
    assert_eq!((message.reason.as_str(), message.body.reveal()), ("the gateway answered 400", ""));
    assert_eq!(heard.lock().unwrap().len(), 1);
}

/// What was promised while no gateway could be reached is kept over a restart, and given up when nobody needs it.
#[tokio::test]
async fn or_never() {
    let world = world("http://127.0.0.1:9/send".into()).await;
    ask(&world, ANNA).await;
    let message = until(&world, |message| message.attempts == 1).await;
    assert!(message.reason.starts_with("no answer"), "{}", message.reason);
    // It starts with the default gateway, which keeps what it is given.
    let world = world.restart().await;
    hurry(&world);
    until_state(&world, MessageState::Kept).await;

    let world = self::world("http://127.0.0.1:9/send".into()).await;
    ask(&world, ANNA).await;
    until(&world, |message| message.attempts == 1).await;
    world.platform.app().clock.jump(600_000);
    world.platform.app().post.wake();
    let message = until_state(&world, MessageState::Failed).await;
    assert!(
        message.reason.starts_with("it could not be sent in time; the last reason: no answer"),
        "{}",
        message.reason
    );
}
