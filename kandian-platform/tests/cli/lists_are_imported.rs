use super::world::{World, left};

const LIST: &str = "id,key,kind,name\n81100000001,K7M2P9Q4,ipc,收银台\n81200000002,A4B8C2D6,nvr,仓库\n";

/// Whole or not at all, with a platform that runs and without; a dry run does nothing.
#[test]
fn whole_or_not_at_all() {
    let world = World::new();
    let mut platform = world.serve();
    let path = world.file("shops.csv", LIST);
    let path = path.to_str().unwrap();
    let dry = world.run(&["device", "import", path, "--dry-run"]);
    assert_eq!(
        (dry.code, dry.out.as_str()),
        (0, "2 devices can be imported; nothing was changed\n"),
        "{dry:?}"
    );
    assert_eq!(world.run(&["device", "list", "--json"]).json().len(), 0);
    let done = world.run(&["device", "import", path, "--json"]);
    assert_eq!(done.json()[0], serde_json::json!({ "devices": 2, "imported": true }), "{done:?}");
    let listed = world.run(&["device", "list", "--json"]).json();
    assert_eq!((&listed[1]["name"], &listed[1]["origin"]), (&"仓库".into(), &"import".into()), "{listed:?}");
    // What it did is on record.
    let token = left(&world.data())["token"].as_str().unwrap().to_owned();
    let head = format!("GET /api/v1/audit HTTP/1.1\r\nAuthorization: Bearer {token}");
    let (_, audit) = super::world::http(platform.rest, &head, "");
    assert!(audit.contains("device.import") && audit.contains("\"cli\""), "{audit}");
    platform.stop();
    let again =
        world.run_with(&["device", "import", "-"], "id,key\n81300000003,SECRET77\n81100000001,SECRET88\n");
    assert_eq!(again.code, 1);
    assert!(again.err.contains("line 3: 81100000001 is on record already"), "{again:?}");
    assert!(!again.err.contains("SECRET"));
    assert_eq!(world.run(&["device", "list", "--json"]).json().len(), 2);
}

/// Every line with a fault is named, as a script and as people read it.
#[test]
fn faults_are_named() {
    let world = World::new();
    world.serve().stop();
    let faulty = "id,key,kind\n811-1,A,ipc\n81100000001,B,tv\n81100000002,C,ipc\n81100000002,D,ipc\n";
    let refused = world.run_with(&["device", "import", "-", "--json"], faulty);
    let report = &refused.json()[0];
    assert_eq!((refused.code, report["imported"].as_bool()), (1, Some(false)), "{refused:?}");
    let lines: Vec<_> =
        report["lines"].as_array().unwrap().iter().map(|fault| fault["line"].as_u64()).collect();
    assert_eq!(lines, [Some(2), Some(3), Some(5)], "{refused:?}");
    let columns = world.run_with(&["device", "import", "-"], "id,ke\x1b[2Jy\n");
    assert!(columns.err.contains("line 1: there is no column `ke\\u{1b}[2Jy`"), "{columns:?}");
    let missing = world.run(&["device", "import", "missing.csv"]);
    assert!(missing.code == 1 && missing.err.contains("missing.csv cannot be read"), "{missing:?}");
}
