use kandian_platform::service::create_token;
use kandian_platform::store::TokenRole;
use kandian_proto::value::DevType;

use super::person::{Person, kind, log_in};
use super::phone::{ANNA, BERT, CAMERA, PASSWORD, world};
use super::world::http;

/// accounts are opened, found, changed and removed; a password that is made is shown once.
#[tokio::test]
async fn by_administrators() {
    let world = world().await;
    let carl = "18912345680";
    let (status, opened) =
        world.rest("POST", "/api/v1/accounts", &format!("{{\"number\":\"{carl}\"}}")).await;
    let password = opened["password"].as_str().unwrap();
    assert_eq!((status, &opened["account"]["device_limit"]), (201, &4.into()));
    assert_eq!(log_in(&world, "127.0.0.1", carl, password).await.0, 201);
    let again = world.rest("POST", "/api/v1/accounts", &format!("{{\"number\":\"{carl}\"}}")).await;
    assert_eq!(kind(&again), (409, "exists"));
    for body in [
        "{\"number\":\"18912345681\",\"password\":\"12345\"}",
        "{\"number\":\"18912345681\",\"device_limit\":10001}",
        "{\"number\":\"12\"}",
        "{\"number\":\"18912345681\",\"odd\":1}",
    ] {
        assert_eq!(world.rest("POST", "/api/v1/accounts", body).await.0, 422, "{body}");
    }
    let (_, page) = world.rest("GET", "/api/v1/accounts?limit=2", "").await;
    assert_eq!((page["accounts"].as_array().unwrap().len(), &page["next"]), (2, &BERT.into()));
    let (_, page) = world.rest("GET", &format!("/api/v1/accounts?after={BERT}"), "").await;
    assert_eq!((&page["accounts"][0]["number"], page["next"].is_null()), (&carl.into(), true));
    assert!(!page.to_string().contains("argon2"));
    let one = format!("/api/v1/accounts/{carl}");
    let (_, changed) = world.rest("PATCH", &one, "{\"device_limit\":1,\"state\":\"suspended\"}").await;
    assert_eq!((&changed["device_limit"], &changed["state"]), (&1.into(), &"suspended".into()));
    assert_eq!(log_in(&world, "127.0.0.1", carl, password).await.0, 403);
    assert_eq!(world.rest("PATCH", &one, "{\"state\":\"active\"}").await.0, 200);
    assert_eq!(world.rest("PATCH", &one, "{}").await.0, 422);
    let (_, made) = world.rest("POST", &format!("{one}/password"), "{}").await;
    assert_eq!(log_in(&world, "127.0.0.1", carl, password).await.0, 401);
    assert_eq!(log_in(&world, "127.0.0.1", carl, made["password"].as_str().unwrap()).await.0, 201);
    let (status, given) =
        world.rest("POST", &format!("{one}/password"), "{\"password\":\"espresso15\"}").await;
    assert_eq!((status, given["password"].is_null()), (200, true));
    assert_eq!(log_in(&world, "127.0.0.1", carl, "espresso15").await.0, 201);
    assert_eq!(world.rest("DELETE", &one, "").await.0, 204);
    for (method, path) in
        [("GET", ""), ("DELETE", ""), ("GET", "/logins"), ("GET", "/devices"), ("DELETE", "/logins")]
    {
        let answer = world.rest(method, &format!("{one}{path}"), "").await;
        assert_eq!(kind(&answer), (404, "no_such_account"), "{method} {path}");
    }
}

/// Logins are seen and ended, devices bound and taken without a key.
#[tokio::test]
async fn with_their_logins_and_devices() {
    let world = world().await;
    world.enter("81100000002", DevType::IPCAM).await;
    world.enter("81100000003", DevType::IPCAM).await;
    let (first, second) = (Person::log_in(&world, ANNA).await, Person::log_in(&world, ANNA).await);
    let of_anna = format!("/api/v1/accounts/{ANNA}");
    let (_, logins) = world.rest("GET", &format!("{of_anna}/logins"), "").await;
    let ids: Vec<_> =
        logins["logins"].as_array().unwrap().iter().map(|l| l["id"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), 2);
    assert_eq!(world.rest("DELETE", &format!("{of_anna}/logins/{}", ids[0]), "").await.0, 204);
    let left = [first.ask("GET", "/api/v1/me", "").await.0, second.ask("GET", "/api/v1/me", "").await.0];
    assert_eq!(left.iter().filter(|status| **status == 401).count(), 1);
    let odd = world.rest("DELETE", &format!("{of_anna}/logins/' OR 1=1 --").replace(' ', "%20"), "").await;
    assert_eq!(kind(&odd), (404, "no_such_login"));
    assert_eq!(world.rest("DELETE", &format!("{of_anna}/logins"), "").await.0, 204);
    for person in [&first, &second] {
        assert_eq!(person.ask("GET", "/api/v1/me", "").await.0, 401);
    }
    let bind = async |account: &str, device: &str| {
        world.rest("PUT", &format!("/api/v1/accounts/{account}/devices/{device}"), "").await
    };
    assert_eq!(bind(ANNA, CAMERA).await.0, 200);
    assert_eq!(bind(ANNA, CAMERA).await.0, 200);
    assert_eq!(kind(&bind(BERT, CAMERA).await), (409, "already_bound"));
    assert_eq!(bind(ANNA, "81100000002").await.0, 200);
    assert_eq!(kind(&bind(ANNA, "81100000003").await), (409, "limit_met"));
    assert_eq!(kind(&bind(ANNA, "81100000009").await), (404, "no_such_device"));
    assert_eq!(kind(&bind("18900000000", CAMERA).await), (404, "no_such_account"));
    let (_, devices) = world.rest("GET", &format!("{of_anna}/devices"), "").await;
    assert_eq!(devices["devices"].as_array().unwrap().len(), 2);
    let of_bert = format!("/api/v1/accounts/{BERT}/devices/{CAMERA}");
    assert_eq!(kind(&world.rest("DELETE", &of_bert, "").await), (404, "no_such_device"));
    assert_eq!(world.rest("DELETE", &format!("{of_anna}/devices/{CAMERA}"), "").await.0, 204);
    assert_eq!(bind(BERT, CAMERA).await.0, 200);
}

/// roles: who only looks at devices sees no numbers of people, who steers changes no account; a user is no
/// administrator, and an administrator no user.
#[tokio::test]
async fn and_by_nobody_else() {
    let world = world().await;
    let app = world.platform.app();
    let anna = Person::log_in(&world, ANNA).await;
    let mut tokens = Vec::new();
    for role in [TokenRole::Viewer, TokenRole::Operator] {
        let made = create_token(&app.store, "t", role, app.clock.wall(), None).await.unwrap();
        tokens.push(made.reveal().to_owned());
    }
    let list = "/api/v1/accounts";
    let change = ("PATCH", format!("{list}/{ANNA}"));
    for (bearer, looks, changes) in
        [(&tokens[0], 403, 403), (&tokens[1], 200, 403), (&anna.session, 401, 401)]
    {
        let head = format!("Authorization: Bearer {bearer}\r\nContent-Type: application/json\r\n");
        let at = world.platform.http();
        assert_eq!(http(at, "GET", list, &head, b"").await.0, looks);
        assert_eq!(http(at, change.0, &change.1, &head, b"{\"device_limit\":99}").await.0, changes);
    }
    assert_eq!(kind(&world.rest("GET", "/api/v1/me", "").await), (401, "not_logged_in"));
    assert_eq!(anna.get("/api/v1/me").await["device_limit"], 2);
    assert_eq!(log_in(&world, "127.0.0.1", ANNA, PASSWORD).await.0, 201);
}
