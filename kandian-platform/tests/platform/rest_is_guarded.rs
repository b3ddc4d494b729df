use kandian_platform::api::routes;
use kandian_platform::service::create_token;
use kandian_platform::store::TokenRole;

use super::world::{World, http};

/// Every route that needs a token refuses whoever has none, a wrong one, or one that allows less.
#[tokio::test]
async fn on_every_route() {
    let world = World::start().await;
    let app = world.platform.app();
    let mut heads = Vec::new();
    for role in [TokenRole::Viewer, TokenRole::Operator] {
        let token = create_token(&app.store, "t", role, app.clock.wall(), None).await.unwrap();
        heads.push((Some(role), format!("Authorization: Bearer {}\r\n", token.reveal())));
    }
    heads.push((None, String::new()));
    heads.push((None, "Authorization: Bearer kd_aaaaaaaa_bbbbbbbb\r\n".to_owned()));
    heads.push((None, "Authorization: Basic dXNlcjpwYXNz\r\n".to_owned()));
    for route in routes() {
        let path = route.path.replace("{id}", "81100000001").replace("{operation}", "device_reboot");
        for (role, head) in &heads {
            let Some(needed) = route.role.token().filter(|needed| role.is_none_or(|role| role < *needed))
            else {
                continue;
            };
            let (status, body) = http(world.platform.http(), route.method, &path, head, b"").await;
            let expected = if role.is_none() { 401 } else { 403 };
            assert_eq!(status, expected, "{route:?} needs {needed:?} and {role:?} came");
            let problem: serde_json::Value = serde_json::from_slice(&body).unwrap();
            assert!(problem["next_step"].as_str().is_some_and(|text| text.contains("token")), "{problem}");
        }
    }
}

/// Devices are entered, changed, listed and removed; who did it is on record, and no key is ever shown.
#[tokio::test]
async fn and_what_is_done_is_on_record() {
    let world = World::start().await;
    let entered = "{\"id\":\"81100000001\",\"key\":\"K7M2P9Q4\",\"kind\":\"nvr\",\"name\":\"收银台\"}";
    let (status, device) = world.rest("POST", "/api/v1/devices", entered).await;
    assert_eq!((status, device["kind"].as_str()), (201, Some("nvr")), "{device}");
    assert_eq!(world.rest("POST", "/api/v1/devices", entered).await.0, 409);
    let (status, changed) =
        world.rest("PATCH", "/api/v1/devices/81100000001", "{\"quirks\":\"legacy-recorder\"}").await;
    assert_eq!((status, changed["quirks"].as_str()), (200, Some("legacy-recorder")));
    let (_, page) = world.rest("GET", "/api/v1/devices?text=%E6%94%B6&limit=1", "").await;
    assert_eq!((page["total"].as_u64(), &page["next"]), (Some(1), &serde_json::Value::Null));
    for (body, status) in [("{\"quirks\":\"odd\"}", 422), ("{\"nmae\":\"x\"}", 422), ("{", 400)] {
        assert_eq!(world.rest("PATCH", "/api/v1/devices/81100000001", body).await.0, status, "{body}");
    }
    assert_eq!(world.rest("DELETE", "/api/v1/devices/81100000001", "").await.0, 204);
    assert_eq!(world.rest("GET", "/api/v1/devices/81100000001", "").await.0, 404);
    let (_, audit) = world.rest("GET", "/api/v1/audit", "").await;
    let actions: Vec<_> =
        audit["audit"].as_array().unwrap().iter().map(|e| e["action"].as_str().unwrap()).collect();
    assert_eq!(actions, ["device.remove", "device.change", "device.add"]);
    let second = audit["audit"][1]["id"].as_i64().unwrap();
    let (_, page) = world.rest("GET", &format!("/api/v1/audit?limit=1&before={second}"), "").await;
    assert_eq!(page["audit"], serde_json::json!([audit["audit"][2]]));
    assert!(!format!("{device}{changed}{page}{audit}").contains("K7M2P9Q4"));
}

/// A list is imported whole or not at all; a dry run does nothing.
#[tokio::test]
async fn and_lists_are_imported_whole() {
    let world = World::start().await;
    let list = "id,key,kind\n81100000001,A,ipc\n81100000002,B,nvr\n";
    let (status, report) = world.rest("POST", "/api/v1/devices/import?dry_run=true", list).await;
    assert_eq!(
        (status, report["devices"].as_u64(), report["imported"].as_bool()),
        (200, Some(2), Some(false))
    );
    assert_eq!(world.rest("GET", "/api/v1/devices", "").await.1["total"], 0);
    assert_eq!(world.rest("POST", "/api/v1/devices/import", list).await.0, 200);
    let (status, problem) =
        world.rest("POST", "/api/v1/devices/import", "id,key\n81100000003,C\n81100000001,A\n").await;
    assert_eq!((status, problem["lines"][0]["line"].as_u64()), (422, Some(3)), "{problem}");
    assert_eq!(world.rest("GET", "/api/v1/devices", "").await.1["total"], 2);
}

/// What needs no token: whether it runs, and the description.
#[tokio::test]
async fn but_for_health_and_description() {
    let world = World::start().await;
    let at = world.platform.http();
    assert_eq!(http(at, "GET", "/healthz", "", b"").await, (200, b"ok\n".to_vec()));
    assert_eq!(http(at, "GET", "/readyz", "", b"").await.0, 200);
    let (status, body) = http(at, "GET", "/api/v1/openapi.json", "", b"").await;
    let document: serde_json::Value = serde_json::from_slice(&body).unwrap();
    assert_eq!((status, document["openapi"].as_str()), (200, Some("3.1.0")));
    assert_eq!(http(at, "GET", "/nowhere", "", b"").await.0, 404);
    assert_eq!(http(at, "DELETE", "/healthz", "", b"").await.0, 405);
    assert!(world.directory.path().join("kandian.sqlite3").exists());
}
