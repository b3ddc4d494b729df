use super::world::{World, http};

const ANNA: &str = "18912345678";

/// What a phone hears that logs in: the result of §8.2.
fn logs_in(at: std::net::SocketAddr, password: &str) -> String {
    let call = format!(
        "<MCU_LOGIN_REQ><Account>{ANNA}</Account><Password>{password}</Password><Version>A-1.0</Version></MCU_LOGIN_REQ>"
    );
    let (status, answer) = http(at, "POST /MobileService HTTP/1.1\r\nContent-Type: text/xml", &call);
    assert_eq!(status, 200, "{answer}");
    answer.split("<Result>").nth(1).unwrap().split('<').next().unwrap().to_owned()
}

/// An account is open as soon as it is made, whether a platform runs or not; what changes it counts at once.
#[test]
fn and_opened_and_closed() {
    let world = World::new();
    let platform = world.serve();
    let empty = world.run(&["account", "list"]);
    assert!(empty.out.contains("no accounts"), "{empty:?}");
    let made = world.run(&["account", "add", ANNA, "--devices", "2", "--json"]).json();
    let password = made[0]["password"].as_str().unwrap();
    assert_eq!(
        (logs_in(platform.rest, password), logs_in(platform.rest, "other-1")),
        ("0".into(), "2".into())
    );
    assert_eq!(world.run(&["account", "add", ANNA]).code, 1);
    assert_eq!(world.run(&["account", "add", "12345"]).code, 2);
    let listed = world.run(&["account", "list", "--json"]).json();
    assert_eq!((&listed[0]["number"], &listed[0]["device_limit"]), (&ANNA.into(), &2.into()));
    assert!(listed[0]["login_at"].is_string() && !listed[0].to_string().contains("argon2"), "{}", listed[0]);
    let other = world.run(&["account", "password", ANNA]);
    assert_eq!(logs_in(platform.rest, password), "2");
    assert_eq!(logs_in(platform.rest, other.out.trim()), "0");
    assert_eq!(world.run(&["account", "set", ANNA, "--state", "suspended"]).code, 0);
    assert_eq!(logs_in(platform.rest, other.out.trim()), "2");
    assert_eq!(world.run(&["account", "set", ANNA]).code, 2);
    let table = world.run(&["account", "list"]);
    assert!(table.out.starts_with("NUMBER       STATE      DEVICES  LAST LOGIN"), "{table:?}");
    assert_eq!(world.run(&["account", "remove", ANNA]).code, 0);
    assert_eq!(world.run(&["account", "remove", ANNA]).code, 1);
    assert_eq!(logs_in(platform.rest, other.out.trim()), "1");
}
