use super::person::{Person, kind, log_in, open_exchange};
use super::phone::{ANNA, BERT, PASSWORD, ask, log_in_from, session, text, with, world};

/// E-153: a login of REST is one of SOAP and the reverse, and ends for both.
#[tokio::test]
async fn at_both_interfaces() {
    let world = world().await;
    let (phone, browser) = (session(&world, ANNA).await, Person::log_in(&world, ANNA).await);
    assert_eq!(Person::with(&world, &phone).get("/api/v1/me").await["number"], ANNA);
    let answer = ask(&world, "MCU_GET_DEVICES_REQ", ANNA, &browser.session, "").await;
    assert_eq!(text(&answer, "Result"), "0");
    let logins = browser.get("/api/v1/me/logins").await;
    let clients: Vec<_> = logins["logins"]
        .as_array()
        .unwrap()
        .iter()
        .map(|l| (l["client"].as_str(), l["is_this"].as_bool()))
        .collect();
    assert_eq!(clients.len(), 2);
    assert!(clients.contains(&(Some("W-1.0"), Some(true))), "{clients:?}");
    assert!(clients.contains(&(Some("A-1.0"), Some(false))), "{clients:?}");
    assert!(!logins.to_string().contains(&browser.session) && !logins.to_string().contains(&phone));
    assert_eq!(browser.ask("DELETE", "/api/v1/session", "").await.0, 204);
    assert_eq!(browser.ask("GET", "/api/v1/me", "").await.0, 401);
    let answer = ask(&world, "MCU_GET_DEVICES_REQ", ANNA, &browser.session, "").await;
    assert_eq!(text(&answer, "Result"), "2");
    assert_eq!(Person::with(&world, &phone).get("/api/v1/me").await["number"], ANNA);
}

/// A wrong password and an account that is none are one answer; a suspended account is told so who knows its password.
#[tokio::test]
async fn and_who_does_not() {
    let world = world().await;
    let wrong = log_in(&world, "127.0.0.1", ANNA, "wrong-1").await;
    assert_eq!(kind(&wrong), (401, "wrong_password"));
    assert_eq!(log_in(&world, "127.0.0.1", "18900000000", "wrong-1").await, wrong);
    let suspend = "{\"state\":\"suspended\"}";
    assert_eq!(world.rest("PATCH", &format!("/api/v1/accounts/{ANNA}"), suspend).await.0, 200);
    assert_eq!(log_in(&world, "127.0.0.1", ANNA, "wrong-1").await, wrong);
    assert_eq!(kind(&log_in(&world, "127.0.0.1", ANNA, PASSWORD).await), (403, "suspended"));
    for body in ["", "{}", "[]", "{\"number\":\"1\",\"password\":\"x\"}", "{\"number\":\"18912345678\"}"] {
        let (status, problem) = open_exchange(&world, "127.0.0.1", ("POST", "/api/v1/session"), body).await;
        assert!((400..=422).contains(&status) && status != 401, "{status} {problem}");
    }
    let long = format!("{{\"number\":\"{ANNA}\",\"password\":\"{}\"}}", "x".repeat(20_000));
    assert_eq!(open_exchange(&world, "127.0.0.1", ("POST", "/api/v1/session"), &long).await.0, 413);
}

/// Too many guesses are told with the time to wait, and count for both interfaces together.
#[tokio::test]
async fn and_who_guesses() {
    let world = with(|config| config.limits.wrong_passwords_per_address = 2).await;
    assert_eq!(log_in(&world, "127.0.0.5", ANNA, "wrong-1").await.0, 401);
    assert_eq!(text(&log_in_from(&world, "127.0.0.5", ANNA, "wrong-1").await, "Result"), "2");
    assert_eq!(kind(&log_in(&world, "127.0.0.5", ANNA, PASSWORD).await), (429, "too_many"));
    assert_eq!(log_in(&world, "127.0.0.6", ANNA, PASSWORD).await.0, 201);
    let body = format!("{{\"number\":\"{ANNA}\",\"password\":\"{PASSWORD}\"}}");
    let request = format!(
        "POST /api/v1/session HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    );
    for _ in 0..2 {
        log_in(&world, "127.0.0.1", ANNA, "wrong-1").await;
    }
    let answer = super::world::raw(world.platform.http(), request.as_bytes()).await;
    let answer = String::from_utf8(answer).unwrap().to_lowercase();
    assert!(answer.starts_with("http/1.1 429") && answer.contains("\r\nretry-after: 1800\r\n"), "{answer}");
}

/// E-95: whoever knows the old password chooses a new one, stays logged in, and logs everybody else out.
#[tokio::test]
async fn with_a_password_of_ones_own() {
    let world = world().await;
    let (here, lost) = (Person::log_in(&world, ANNA).await, Person::log_in(&world, ANNA).await);
    let change = async |old: &str, new: &str| {
        here.ask("PUT", "/api/v1/me/password", &format!("{{\"old\":\"{old}\",\"new\":\"{new}\"}}")).await
    };
    assert_eq!(kind(&change("wrong-1", "espresso15").await), (403, "wrong_password"));
    assert_eq!(kind(&change(PASSWORD, "12345678901").await).0, 204);
    assert_eq!(kind(&change("12345678901", ANNA).await), (422, "invalid_input"));
    assert_eq!(here.ask("GET", "/api/v1/me", "").await.0, 200);
    assert_eq!(lost.ask("GET", "/api/v1/me", "").await.0, 401);
    assert_eq!(log_in(&world, "127.0.0.1", ANNA, PASSWORD).await.0, 401);
    assert_eq!(log_in(&world, "127.0.0.1", ANNA, "12345678901").await.0, 201);
}

/// A lost phone is logged out by who still has another; nobody ends the login of somebody else.
#[tokio::test]
async fn and_ends_what_he_lost() {
    let world = world().await;
    let (anna, lost) = (Person::log_in(&world, ANNA).await, Person::log_in(&world, ANNA).await);
    let bert = Person::log_in(&world, BERT).await;
    let logins = anna.get("/api/v1/me/logins").await;
    let other = logins["logins"].as_array().unwrap().iter().find(|l| l["is_this"] == false).unwrap();
    let path = format!("/api/v1/me/logins/{}", other["id"].as_str().unwrap());
    assert_eq!(kind(&bert.ask("DELETE", &path, "").await), (404, "no_such_login"));
    assert_eq!(lost.ask("GET", "/api/v1/me", "").await.0, 200);
    assert_eq!(anna.ask("DELETE", &path, "").await.0, 204);
    assert_eq!(lost.ask("GET", "/api/v1/me", "").await.0, 401);
    assert_eq!(anna.ask("DELETE", &path, "").await.0, 404);
    let another = Person::log_in(&world, ANNA).await;
    assert_eq!(anna.ask("DELETE", "/api/v1/me/logins", "").await.0, 204);
    assert_eq!(another.ask("GET", "/api/v1/me", "").await.0, 401);
    assert_eq!(anna.ask("GET", "/api/v1/me", "").await.0, 200);
    assert_eq!(bert.ask("GET", "/api/v1/me", "").await.0, 200);
}
