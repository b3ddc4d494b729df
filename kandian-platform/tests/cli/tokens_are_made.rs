use super::world::{World, http};

/// A token works as soon as it is made, is listed without its secret half, and stops when it is revoked.
#[test]
fn and_listed_and_revoked() {
    let world = World::new();
    let platform = world.serve();
    let made = world.run(&["token", "create", "--name", "crm", "--role", "viewer", "--days", "1", "--json"]);
    let made = &made.json()[0];
    let token = made["token"].as_str().unwrap();
    assert_eq!((&made["role"], made["expires_at"].is_string()), (&"viewer".into(), true), "{made}");
    let head = format!("GET /api/v1/devices HTTP/1.1\r\nAuthorization: Bearer {token}");
    assert_eq!(http(platform.rest, &head, "").0, 200);
    world.run(&["token", "create", "--name", "old", "--days", "0"]);
    let listed = world.run(&["token", "list", "--json"]);
    let states: Vec<_> = listed
        .json()
        .iter()
        .map(|t| (t["name"].as_str().unwrap().to_owned(), t["state"].to_string()))
        .collect();
    let expected = [("administrator", "\"valid\""), ("crm", "\"valid\""), ("old", "\"expired\"")];
    assert_eq!(states, expected.map(|(name, state)| (name.to_owned(), state.to_owned())));
    let (id, secret) = token.strip_prefix("kd_").unwrap().split_once('_').unwrap();
    assert!(listed.out.contains(id) && !listed.out.contains(secret));
    assert_eq!(world.run(&["token", "revoke", id]).code, 0);
    assert_eq!(http(platform.rest, &head, "").0, 401);
    let table = world.run(&["token", "list"]);
    assert!(
        table.out.starts_with("ID        ROLE      STATE    MADE        ENDS        NAME\n"),
        "{table:?}"
    );
    assert!(table.out.contains(&format!("{id}  viewer    revoked")), "{table:?}");
    assert_eq!(world.run(&["token", "revoke", id]).code, 1);
}
