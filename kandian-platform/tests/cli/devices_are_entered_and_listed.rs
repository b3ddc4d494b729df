use super::camera::Camera;
use super::world::{CAMERA, KEY, Platform, World, http};

fn add(world: &World, id: &str, more: &[&str]) -> super::world::Done {
    world.run(&[&["device", "add", "--id", id, "--key", KEY], more].concat())
}

/// Waits until a device is listed with a state.
async fn until(world: &World, id: &str, state: &str) {
    let wait = async {
        loop {
            let listed = world.run(&["device", "list", "--json"]);
            assert_eq!(listed.code, 0, "{listed:?}");
            if listed.json().iter().any(|device| device["id"] == id && device["presence"] == state) {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(super::world::PATIENCE, wait)
        .await
        .unwrap_or_else(|_| panic!("{id} is never {state}"));
}

fn register(platform: &Platform, model: &str) {
    let body = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><REGISTER_REQ><DevID>81900000009</DevID><DevKey>{KEY}</DevKey>\
         <DevType>0</DevType><ManufacturerNo>819</ManufacturerNo><Model>{model}</Model></REGISTER_REQ>"
    );
    let (status, answer) = http(platform.device_http, "POST /DeviceRegisterServlet HTTP/1.1", &body);
    assert!(status == 200 && answer.contains("<Result>0</Result>"), "{status} {answer}");
}

/// Without a platform that runs: the database is written and read.
#[test]
fn while_nothing_runs() {
    let world = World::new();
    let missing = world.run(&["device", "list"]);
    assert_eq!(missing.code, 1);
    assert!(missing.err.contains("there is no data directory"), "{missing:?}");
    world.serve().stop();
    let empty = world.run(&["device", "list"]);
    assert_eq!((empty.code, empty.out.starts_with("no devices; enter one")), (0, true), "{empty:?}");
    let added = add(&world, CAMERA, &["--name", "收银台", "--json"]);
    assert_eq!((added.code, &added.json()[0]["presence"]), (0, &"offline".into()), "{added:?}");
    assert!(!added.out.contains(KEY));
    let again = add(&world, CAMERA, &[]);
    assert_eq!((again.code, again.err.contains("is on record already")), (1, true), "{again:?}");
    for (wrong, says) in [(["--manufacturer", "x"], "E-24"), (["--name", "a\tb"], "one line")] {
        let refused = add(&world, "81100000002", &wrong);
        assert!(refused.code == 1 && refused.err.contains(says), "{refused:?}");
    }
    let refused = world.run(&["device", "add", "--id", "81100000002", "--key", "two\nlines"]);
    assert!(refused.code == 1 && refused.err.contains("A key is one line"), "{refused:?}");
    let listed = world.run(&["device", "list"]);
    let lines: Vec<_> = listed.out.lines().collect();
    assert_eq!(lines[0], "ID           STATE    SEEN   KIND  MAKER  MODEL  NAME");
    assert_eq!(lines[1], "81100000001  offline  never  ipc   海康          收银台");
    assert_eq!(lines[3], "1 device: 0 online, 1 offline");
    assert_eq!(world.run(&["device", "remove", CAMERA]).code, 0);
    assert_eq!(world.run(&["device", "remove", CAMERA]).code, 1);
    assert_eq!(world.run(&["device", "add", "--id", "811-1", "--key", KEY]).code, 2, "wrong usage");
}

/// With one: who is online is what it says, and its link ends with the record. E-35: devices come by themselves.
#[tokio::test(flavor = "multi_thread")]
async fn while_a_platform_runs() {
    let world = World::new();
    let platform = world.serve();
    assert_eq!(add(&world, CAMERA, &[]).code, 0);
    register(&platform, "KD\u{9b}2J\u{202e}");
    let mut camera = Camera::online(platform.access, CAMERA).await;
    until(&world, CAMERA, "online").await;
    let listed = world.run(&["device", "list"]);
    assert!(listed.out.contains("81100000001  online   just now  ipc   海康"), "{listed:?}");
    assert!(listed.out.ends_with("2 devices: 1 online, 1 offline\n"), "{listed:?}");
    // What a terminal would obey is shown; in JSON, too.
    assert!(listed.out.contains("KD\\u{9b}2J\\u{202e}"), "{listed:?}");
    let found = world.run(&["device", "list", "--text", "kd\u{9b}", "--json"]);
    assert!(found.out.contains("KD\\u009b2J\\u202e") && found.json().len() == 1, "{found:?}");
    let removed = world.run(&["device", "remove", CAMERA, "--json"]);
    assert_eq!(removed.json()[0]["removed"], true, "{removed:?}");
    assert_eq!(camera.receive().await, None, "its link is closed");
    assert_eq!(world.run(&["device", "remove", CAMERA]).code, 1);
}

/// After a crash nobody knows: "unknown", until a platform runs again and the device comes back.
#[tokio::test(flavor = "multi_thread")]
async fn and_after_a_crash() {
    let world = World::new();
    let platform = world.serve();
    add(&world, CAMERA, &[]);
    let _camera = Camera::online(platform.access, CAMERA).await;
    until(&world, CAMERA, "online").await;
    platform.kill();
    assert!(world.data().join("running.json").exists());
    until(&world, CAMERA, "unknown").await;
    let platform = world.serve();
    until(&world, CAMERA, "unknown").await;
    let _back = Camera::online(platform.access, CAMERA).await;
    until(&world, CAMERA, "online").await;
}
