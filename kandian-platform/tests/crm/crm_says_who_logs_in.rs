use kandian_platform::config::OnSilence;

use super::client::{Order, SECRET, signature, with_hmac};
use super::mock::Mock;
use super::person::{kind, log_in};
use super::phone::{ANNA, BERT, PASSWORD, log_in_from, text, with};
use super::world::World;

async fn world(mock: &Mock, on_silence: OnSilence) -> World {
    let url = format!("http://{}/check?v=1", mock.address);
    with(|config| {
        with_hmac(config);
        config.crm.check_url = Some(url);
        config.crm.check_secret = Some(SECRET.into());
        (config.crm.allow_secs, config.crm.deny_secs, config.crm.on_silence) = (600, 600, on_silence);
    })
    .await
}

/// E-188: whom CRM denies does not log in, at either interface; whom it accepts does. It is asked once in a while.
#[tokio::test]
async fn with_the_right_password() {
    let mock = Mock::start().await;
    let world = world(&mock, OnSilence::Allow).await;
    mock.says("200 OK", "{\"allow\":false}");
    assert_eq!(kind(&log_in(&world, "127.0.0.1", ANNA, PASSWORD).await), (403, "denied"));
    assert_eq!(text(&log_in_from(&world, "127.0.0.1", ANNA, PASSWORD).await, "Result"), "2");
    mock.says("200 OK", "{\"allow\":true,\"note\":\"paid\"}");
    assert_eq!(log_in(&world, "127.0.0.1", BERT, PASSWORD).await.0, 201);
    assert_eq!(text(&log_in_from(&world, "127.0.0.1", BERT, PASSWORD).await, "Result"), "0");
    assert_eq!(log_in(&world, "127.0.0.1", ANNA, PASSWORD).await.0, 403);
    assert_eq!(mock.asked().len(), 2);
}

/// Who does not know the password learns nothing of CRM, and CRM hears nothing of him.
#[tokio::test]
async fn and_not_without() {
    let mock = Mock::start().await;
    let world = world(&mock, OnSilence::Allow).await;
    mock.says("200 OK", "{\"allow\":false}");
    let wrong = log_in(&world, "127.0.0.1", ANNA, "wrong-1").await;
    assert_eq!(kind(&wrong), (401, "wrong_password"));
    assert_eq!(log_in(&world, "127.0.0.1", "18900000000", PASSWORD).await, wrong);
    let suspend = "{\"state\":\"suspended\"}";
    assert_eq!(world.rest("PATCH", &format!("/api/v1/accounts/{ANNA}"), suspend).await.0, 200);
    assert_eq!(kind(&log_in(&world, "127.0.0.1", ANNA, PASSWORD).await), (403, "suspended"));
    assert_eq!(mock.asked().len(), 0);
}

/// What it is asked is signed as orders are: address with its query, moment, key, body.
#[tokio::test]
async fn who_is_asked_with_a_signature() {
    let mock = Mock::start().await;
    let world = world(&mock, OnSilence::Allow).await;
    mock.says("200 OK", "{\"allow\":true}");
    assert_eq!(log_in(&world, "127.0.0.1", ANNA, PASSWORD).await.0, 201);
    let asked = &mock.asked()[0];
    let (head, body) = asked.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("POST /check?v=1 HTTP/1.1\r\n"), "{head}");
    assert_eq!(body, format!("{{\"number\":\"{ANNA}\"}}"));
    let header = |name: &str| {
        let line = head.lines().find(|line| line.to_lowercase().starts_with(&format!("{name}:")));
        line.unwrap_or_else(|| panic!("{name}: {head}")).split_once(": ").unwrap().1.to_owned()
    };
    let order = Order {
        method: "POST",
        target: "/check?v=1".to_owned(),
        client: header("kandian-client"),
        timestamp: header("kandian-timestamp"),
        key: header("idempotency-key"),
        body: body.to_owned(),
    };
    assert_eq!(header("kandian-signature"), signature(&order, SECRET));
    assert!(order.key.len() >= 20 && !asked.contains(PASSWORD), "{asked}");
}

/// An error, nonsense or silence is no answer: the settings say what counts then, and nobody is asked again at once.
#[tokio::test]
async fn and_when_it_says_nothing() {
    for (policy, status) in [(OnSilence::Allow, 201), (OnSilence::Deny, 403)] {
        for (line, body) in [("", ""), ("500 Oops", "{\"allow\":true}"), ("200 OK", "yes"), ("302 Found", "")]
        {
            let mock = Mock::start().await;
            let world = world(&mock, policy).await;
            mock.says(line, body);
            assert_eq!(log_in(&world, "127.0.0.1", ANNA, PASSWORD).await.0, status, "{line} {body}");
            let asked = mock.asked().len();
            mock.says("200 OK", "{\"allow\":true}");
            assert_eq!(log_in(&world, "127.0.0.1", BERT, PASSWORD).await.0, status, "{line} {body}");
            assert_eq!(mock.asked().len(), asked, "asked again right after silence");
        }
    }
}

/// An order of CRM is news of CRM: what it said before does not count any more.
#[tokio::test]
async fn until_an_order_comes() {
    let mock = Mock::start().await;
    let world = world(&mock, OnSilence::Allow).await;
    mock.says("200 OK", "{\"allow\":false}");
    assert_eq!(log_in(&world, "127.0.0.1", ANNA, PASSWORD).await.0, 403);
    mock.says("200 OK", "{\"allow\":true}");
    assert_eq!(log_in(&world, "127.0.0.1", ANNA, PASSWORD).await.0, 403);
    let body = format!("{{\"operation\":\"change\",\"number\":\"{ANNA}\",\"points\":5}}");
    assert_eq!(super::client::place(&world, "o-1", &body).await.0, 200);
    assert_eq!(log_in(&world, "127.0.0.1", ANNA, PASSWORD).await.0, 201);
}
