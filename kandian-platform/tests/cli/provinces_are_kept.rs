use super::world::{World, http};

fn cancels(at: std::net::SocketAddr, password: &str) -> String {
    let call = format!(
        "<SERVICE_CANCEL_REQ><ProvinceNo>3100</ProvinceNo><CmsNo>01</CmsNo><CmsPassword>{password}</CmsPassword>\
         <MobileTel>18912345678</MobileTel></SERVICE_CANCEL_REQ>"
    );
    let (status, answer) = http(at, "POST /GroupService HTTP/1.1\r\nContent-Type: text/xml", &call);
    assert_eq!(status, 200, "{answer}");
    answer.split("<Result>").nth(1).unwrap().split('<').next().unwrap().to_owned()
}

/// a province platform counts as soon as it is entered, whether a group platform runs or not; its password is
/// shown once.
#[test]
fn by_commands() {
    let world = World::new();
    let platform = world.serve();
    assert!(world.run(&["province", "list"]).out.contains("no province platforms"));
    assert_eq!(cancels(platform.rest, "x"), "1");
    let made = world.run(&["province", "add", "3100-01", "--name", "上海", "--json"]).json();
    let first = made[0]["password"].as_str().unwrap().to_owned();
    assert_eq!(
        (first.len(), cancels(platform.rest, &first), cancels(platform.rest, "x")),
        (20, "3".into(), "2".into())
    );
    assert_eq!(world.run(&["province", "add", "3100-01", "--name", "x"]).code, 1);
    assert_eq!(world.run(&["province", "add", "310000-1", "--name", "x"]).code, 2);
    let second = world.run(&["province", "password", "3100-01"]);
    assert_eq!(
        (cancels(platform.rest, &first), cancels(platform.rest, second.out.trim())),
        ("2".into(), "3".into())
    );
    let table = world.run(&["province", "list"]);
    assert!(table.out.contains("3100-01  上海") && table.out.contains("never"), "{table:?}");
    let listed = world.run(&["province", "list", "--json"]).json();
    assert_eq!((&listed[0]["name"], &listed[0]["mcu_url"]), (&"上海".into(), &serde_json::Value::Null));
    assert!(!listed[0].to_string().contains("argon2"), "{}", listed[0]);
    assert_eq!(world.run(&["province", "remove", "3100-01"]).code, 0);
    assert_eq!(world.run(&["province", "remove", "3100-01"]).code, 1);
    assert_eq!(cancels(platform.rest, second.out.trim()), "1");
}

/// what a command does to accounts is owed to the group platform as well.
#[test]
fn and_accounts_are_reported_by_them() {
    let world = World::new();
    let settings = "[province]\nmcu_url = \"http://127.0.0.1:9/MobileService\"\n[province.group]\n\
        url = \"http://127.0.0.1:9/GroupService\"\nprovince_no = \"3100\"\ncms_no = \"01\"\npassword = \"Sh#Cms2014\"\n";
    let platform = world.serve_with(settings);
    let settings = world.file("kandian.toml", settings);
    let settings = settings.to_str().unwrap();
    let added = world.run(&["account", "add", "18912345678", "--config", settings]);
    assert_eq!(added.code, 0, "{added:?}");
    let token = world.run(&["token", "create", "--name", "x"]).out;
    let head = format!("GET /api/v1/group HTTP/1.1\r\nAuthorization: Bearer {}", token.trim());
    let (status, standing) = http(platform.rest, &head, "");
    assert_eq!(status, 200);
    assert!(standing.contains("\"waiting\":1"), "{standing}");
    assert!(!standing.contains("Sh#Cms2014"));
}
