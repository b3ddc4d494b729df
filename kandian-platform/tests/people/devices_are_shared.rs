use kandian_codec::Command;

use super::camera::Camera;
use super::person::{Person, kind};
use super::phone::{ANNA, BERT, CAMERA, KEY, ask, text, world};
use super::world::World;

/// The token of a URL that an account is given to watch with.
async fn token(world: &World, account: &str, session: &str) -> String {
    let fields = format!("<DevID>{CAMERA}</DevID><ChannelNo>0</ChannelNo><StreamType>1</StreamType>");
    let answer = ask(world, "MCU_VIDEO_PLAY_REQ", account, session, &fields).await;
    let url = text(&answer, "LocalPlayUrl");
    let (_, token) = url.split_once("hashtoken=").unwrap_or_else(|| panic!("{answer}"));
    token.split(['&', '/']).next().unwrap().to_owned()
}

/// What the platform says when the camera asks about a token (§7.5.5).
async fn verified(camera: &mut Camera, token: &str) -> String {
    let request = format!(
        "<VIDEO_PLAY_REQ><DevID>{CAMERA}</DevID><ChannelNo>0</ChannelNo><StreamType>1</StreamType>\
         <HashToken>{token}</HashToken></VIDEO_PLAY_REQ>"
    );
    let answer = camera.ask(Command::VIDEO_PLAY, &request).await;
    text(&answer, "Result").to_owned()
}

/// A device is shared for named things and for a while; the owner and the guest end it, and nobody else.
#[tokio::test]
async fn for_a_while() {
    let world = world().await;
    let (anna, bert) = (Person::log_in(&world, ANNA).await, Person::log_in(&world, BERT).await);
    assert_eq!(anna.binds(CAMERA, KEY).await.0, 201);
    let with_bert = format!("/api/v1/me/devices/{CAMERA}/shares/{BERT}");
    let list = format!("/api/v1/me/devices/{CAMERA}/shares");
    for (path, body, expected) in [
        (with_bert.clone(), "{\"rights\":[]}", (422, "invalid_input")),
        (with_bert.clone(), "{\"rights\":[\"fly\"]}", (422, "not_json")),
        (
            with_bert.clone(),
            "{\"rights\":[\"watch\"],\"expires_at\":\"2014-01-01T00:00:00Z\"}",
            (422, "invalid_input"),
        ),
        (format!("{list}/18900000000"), "{\"rights\":[\"watch\"]}", (404, "no_such_account")),
        (format!("{list}/{ANNA}"), "{\"rights\":[\"watch\"]}", (422, "invalid_input")),
        (format!("{list}/12"), "{\"rights\":[\"watch\"]}", (422, "invalid_input")),
    ] {
        assert_eq!(kind(&anna.ask("PUT", &path, body).await), expected, "{path} {body}");
    }
    assert_eq!(kind(&bert.ask("PUT", &with_bert, "{\"rights\":[\"watch\"]}").await), (404, "no_such_device"));
    let until = "{\"rights\":[\"watch\",\"alarms\"],\"expires_at\":\"2099-01-01T00:00:00+08:00\"}";
    let (status, share) = anna.ask("PUT", &with_bert, until).await;
    assert_eq!((status, share["expires_at"].as_str()), (200, Some("2098-12-31T16:00:00.000Z")));
    assert_eq!(anna.get(&list).await["shares"][0], share);
    let shown = bert.get(&format!("/api/v1/me/devices/{CAMERA}")).await;
    assert_eq!((&shown["owned"], &shown["rights"]), (&false.into(), &share["rights"]));
    // A guest sees no list, names nothing, shares no further and does not give the device up.
    for (method, path, body) in [
        ("GET", list.clone(), ""),
        ("PUT", format!("/api/v1/me/devices/{CAMERA}/channels/0"), "{\"name\":\"x\"}"),
        ("PUT", format!("/api/v1/me/devices/{CAMERA}/inputs/0"), "{\"name\":\"x\"}"),
        ("PUT", format!("{list}/{ANNA}"), "{\"rights\":[\"watch\"]}"),
        ("DELETE", format!("{list}/{ANNA}"), ""),
        ("POST", format!("/api/v1/me/devices/{CAMERA}/unbind"), "{\"key\":\"K7M2P9Q4\"}"),
    ] {
        assert_eq!(kind(&bert.ask(method, &path, body).await), (403, "not_shared"), "{method} {path}");
    }
    assert_eq!(bert.ask("DELETE", &with_bert, "").await.0, 204);
    assert_eq!(kind(&anna.ask("DELETE", &with_bert, "").await), (404, "no_such_share"));
    assert_eq!(bert.get("/api/v1/me/devices").await["devices"].as_array().unwrap().len(), 0);
    assert_eq!(anna.ask("PUT", &with_bert, "{\"rights\":[\"steer\"]}").await.0, 200);
    assert_eq!(
        kind(&bert.ask("GET", &format!("/api/v1/me/alarms?device={CAMERA}"), "").await),
        (403, "not_shared")
    );
    assert_eq!(anna.ask("DELETE", &with_bert, "").await.0, 204);
}

/// E-92, R-7.61: whoever loses a device is not let in with the token he still has.
#[tokio::test]
async fn and_not_a_minute_longer() {
    let world = world().await;
    let (anna, bert) = (Person::log_in(&world, ANNA).await, Person::log_in(&world, BERT).await);
    assert_eq!(anna.binds(CAMERA, KEY).await.0, 201);
    let mut camera = Camera::online(world.access(), CAMERA).await;
    let with_bert = format!("/api/v1/me/devices/{CAMERA}/shares/{BERT}");
    let share = async || assert_eq!(anna.ask("PUT", &with_bert, "{\"rights\":[\"watch\"]}").await.0, 200);
    share().await;
    let good = token(&world, BERT, &bert.session).await;
    assert_eq!(verified(&mut camera, &good).await, "0");
    let held = token(&world, BERT, &bert.session).await;
    assert_eq!(anna.ask("DELETE", &with_bert, "").await.0, 204);
    assert_ne!(verified(&mut camera, &held).await, "0");
    share().await;
    let (owner, guest) = (token(&world, ANNA, &anna.session).await, token(&world, BERT, &bert.session).await);
    let unbind = format!("/api/v1/me/devices/{CAMERA}/unbind");
    assert_eq!(anna.ask("POST", &unbind, &format!("{{\"key\":\"{KEY}\"}}")).await.0, 204);
    assert_ne!(verified(&mut camera, &owner).await, "0");
    assert_ne!(verified(&mut camera, &guest).await, "0");
    // Nor is whoever is suspended.
    assert_eq!(anna.binds(CAMERA, KEY).await.0, 201);
    let held = token(&world, ANNA, &anna.session).await;
    let suspend = "{\"state\":\"suspended\"}";
    assert_eq!(world.rest("PATCH", &format!("/api/v1/accounts/{ANNA}"), suspend).await.0, 200);
    assert_ne!(verified(&mut camera, &held).await, "0");
}
