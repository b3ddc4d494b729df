use super::person::{Person, log_in, open_exchange};
use super::phone::{ANNA, BERT, PASSWORD, ask, call, log_in_from, session, text, with, world};
use super::world::http;

/// E-153: the platform chooses the session, whatever a client brings along; each login has its own.
#[tokio::test]
async fn whatever_a_client_brings() {
    let world = world().await;
    let chosen = "0123456789abcdef0123456789abcdef";
    let answer = call(
        &world,
        &format!(
            "<MCU_LOGIN_REQ><Account>{ANNA}</Account><Password>{PASSWORD}</Password><Version>A-1.0</Version>\
             <LoginSession>{chosen}</LoginSession></MCU_LOGIN_REQ>"
        ),
    )
    .await;
    assert_eq!(text(&answer, "Result"), "0");
    let first = text(&answer, "LoginSession").to_owned();
    let head = format!(
        "Content-Type: application/json\r\nAuthorization: Bearer {chosen}\r\nCookie: session={chosen}\r\n\
         X-Session: {chosen}\r\n"
    );
    let body = format!("{{\"number\":\"{ANNA}\",\"password\":\"{PASSWORD}\"}}");
    let at = world.platform.http();
    let (status, answer) = http(at, "POST", "/api/v1/session", &head, body.as_bytes()).await;
    let answer: serde_json::Value = serde_json::from_slice(&answer).unwrap();
    assert_eq!(status, 201, "{answer}");
    let second = answer["session"].as_str().unwrap().to_owned();
    let body = format!("{{\"number\":\"{ANNA}\",\"password\":\"{PASSWORD}\",\"session\":\"{chosen}\"}}");
    assert_eq!(open_exchange(&world, "127.0.0.1", ("POST", "/api/v1/session"), &body).await.0, 422);
    for session in [&first, &second] {
        assert!(session.len() == 32 && session != chosen, "{session}");
    }
    assert_ne!(first, second);
    assert_eq!(Person::with(&world, chosen).ask("GET", "/api/v1/me", "").await.0, 401);
    assert_eq!(text(&ask(&world, "MCU_GET_DEVICES_REQ", ANNA, chosen, "").await, "Result"), "2");
}

/// Whether there is an account cannot be told by how long a refusal takes: as many passwords are compared.
#[tokio::test]
async fn and_a_refusal_costs_the_same() {
    let world = world().await;
    let compared = || world.platform.app().passwords.compared();
    // The hash for nobody is made when it is first needed.
    log_in(&world, "127.0.0.1", "18900000000", "wrong-1").await;
    let mut costs = Vec::new();
    for number in [ANNA, "18900000000", BERT, "18900000001"] {
        let before = compared();
        log_in_from(&world, "127.0.0.2", number, "wrong-1").await;
        log_in(&world, "127.0.0.2", number, "wrong-1").await;
        costs.push(compared() - before);
    }
    assert_eq!(costs, [2; 4]);
}

/// A flood of wrong passwords from everywhere meets the limits; whoever was logged in from his address still gets in, and so
/// do all others.
#[tokio::test]
async fn and_floods_lock_nobody_out() {
    let world = with(|config| config.limits.wrong_passwords = 10).await;
    let known = log_in_from(&world, "127.0.0.9", ANNA, PASSWORD).await;
    assert_eq!(text(&known, "Result"), "0");
    let guess = async |last: usize| log_in(&world, &format!("127.0.1.{last}"), ANNA, "wrong-1").await.0;
    let flood = async {
        let all = futures_util::future::join_all((1..=40).map(guess)).await;
        assert!(all.iter().all(|status| [401, 429].contains(status)), "{all:?}");
        assert!(all.iter().filter(|status| **status == 401).count() <= 10, "{all:?}");
    };
    let others = async {
        assert_eq!(text(&log_in_from(&world, "127.0.0.9", ANNA, PASSWORD).await, "Result"), "0");
        session(&world, BERT).await;
    };
    tokio::join!(flood, others);
    assert_eq!(log_in(&world, "127.0.1.99", ANNA, PASSWORD).await.0, 429);
    assert_eq!(log_in(&world, "127.0.0.9", ANNA, PASSWORD).await.0, 201);
}
