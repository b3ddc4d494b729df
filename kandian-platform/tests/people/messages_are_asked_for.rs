use serde_json::json;

use super::person::{Person, kind, open_exchange};
use super::phone::{ANNA, BERT, CAMERA, KEY, PASSWORD, with, world};
use super::world::World;

/// The text of the newest message to a number, once there is one: whoever asks does not wait for it.
async fn arrived(world: &World, number: &str) -> String {
    let waiting = async {
        loop {
            let text = newest(world, number).await;
            if !text.is_empty() {
                return text;
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(super::world::PATIENCE, waiting).await.expect("a message")
}

/// The text of the newest message to a number; "" when there is none.
async fn newest(world: &World, number: &str) -> String {
    let (status, list) =
        world.rest("GET", &format!("/api/v1/short-messages?number={number}&limit=1"), "").await;
    assert_eq!(status, 200, "{list}");
    list["short_messages"][0]["text"].as_str().unwrap_or_default().to_owned()
}

fn digits(text: &str) -> &str {
    text.split(|c: char| !c.is_ascii_digit()).find(|part| part.len() == 8).expect("a password")
}

async fn ask(world: &World, number: &str) -> (u16, serde_json::Value) {
    let body = json!({ "number": number }).to_string();
    open_exchange(world, "127.0.0.1", ("POST", "/api/v1/sent-passwords"), &body).await
}

/// R-8.2, R-4.8: whoever has forgotten his password has one sent, and chooses another; nothing tells who has an account.
#[tokio::test]
async fn a_password_that_is_forgotten() {
    let world = world().await;
    let text = {
        assert_eq!(ask(&world, ANNA).await, (204, serde_json::Value::Null));
        arrived(&world, ANNA).await
    };
    // Again, and for nobody: the same answer.
    for number in [ANNA, "18900000009", "18900000009"] {
        assert_eq!(ask(&world, number).await, (204, serde_json::Value::Null));
    }
    assert_eq!(
        (newest(&world, "18900000009").await.as_str(), newest(&world, ANNA).await),
        ("", text.clone())
    );
    let reset = async |sent: &str, new: &str| {
        let body = json!({ "number": ANNA, "sent": sent, "new": new }).to_string();
        open_exchange(&world, "127.0.0.1", ("POST", "/api/v1/sent-passwords/use"), &body).await
    };
    assert_eq!(kind(&reset(digits(&text), "1").await), (422, "invalid_input"));
    assert_eq!(kind(&reset("00000000", "espresso15").await), (403, "wrong_password"));
    let before = Person::log_in(&world, ANNA).await;
    assert_eq!(reset(digits(&text), "espresso15").await.0, 204);
    assert_eq!(before.ask("GET", "/api/v1/me", "").await.0, 401, "everybody is logged out");
    assert_eq!(kind(&reset(digits(&text), "espresso16").await), (403, "wrong_password"));
    let old = super::person::log_in(&world, "127.0.0.1", ANNA, PASSWORD).await;
    assert_eq!(kind(&old), (401, "wrong_password"));
    let (_, audit) = world.rest("GET", "/api/v1/audit", "").await;
    let audit = audit.to_string();
    assert!(audit.contains("with one that was sent") && audit.contains("anybody:127.0.0.1"), "{audit}");
    assert!(!audit.contains(digits(&text)), "{audit}");
}

/// R-4.23: the key of a device, to its owner.
#[tokio::test]
async fn a_key() {
    let world = world().await;
    let (anna, bert) = (Person::log_in(&world, ANNA).await, Person::log_in(&world, BERT).await);
    assert_eq!(anna.binds(CAMERA, KEY).await.0, 201);
    let path = format!("/api/v1/me/devices/{CAMERA}/key-message");
    assert_eq!(kind(&bert.ask("POST", &path, "").await), (404, "no_such_device"));
    assert_eq!(anna.ask("POST", &path, "").await.0, 204);
    assert!(newest(&world, ANNA).await.contains(KEY));
    assert_eq!(kind(&anna.ask("POST", &path, "").await), (429, "too_many"));
}

/// Rules are one's own, for devices whose alarms one may read.
#[tokio::test]
async fn notices() {
    let world = with(|config| config.sms.pause_secs = 0).await;
    let (anna, bert) = (Person::log_in(&world, ANNA).await, Person::log_in(&world, BERT).await);
    assert_eq!(anna.binds(CAMERA, KEY).await.0, 201);
    let path = format!("/api/v1/me/devices/{CAMERA}/notices");
    let rule = r#"{"alarms":[4,1],"exceptions":true,"begins":"20:00","ends":"08:30"}"#;
    assert_eq!(kind(&bert.ask("PUT", &path, rule).await), (404, "no_such_device"));
    let (status, set) = anna.ask("PUT", &path, rule).await;
    let expected = json!({
        "device": CAMERA, "channel": null, "alarms": [1, 4], "exceptions": true, "begins": "20:00", "ends": "08:30",
    });
    assert_eq!((status, &set), (200, &expected));
    assert_eq!(anna.ask("PUT", &path, r#"{"channel":3,"alarms":[]}"#).await.0, 200);
    let listed = anna.get("/api/v1/me/notices").await;
    assert_eq!(listed["notices"].as_array().unwrap().len(), 2);
    assert_eq!(listed["notices"][0], expected);
    assert_eq!(bert.get("/api/v1/me/notices").await["notices"], json!([]));
    for wrong in [
        r#"{"alarms":[5]}"#,
        r#"{"alarms":[0]}"#,
        r#"{"alarms":[1],"begins":"25:00"}"#,
        r#"{"alarms":[1],"begins":"8:00"}"#,
        r#"{"alarms":[1],"channel":-1}"#,
        r#"{"alarms":"1"}"#,
        r#"{"exceptions":true}"#,
        "[]",
    ] {
        assert_eq!(anna.ask("PUT", &path, wrong).await.0, 422, "{wrong}");
    }
    let one = format!("{path}?channel=3");
    assert_eq!(anna.ask("DELETE", &one, "").await.0, 204);
    assert_eq!(kind(&anna.ask("DELETE", &one, "").await), (404, "no_such_rule"));
}
