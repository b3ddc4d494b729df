use super::camera::Camera;
use super::world::{CAMERA, KEY, Running, World};

/// Something happens again and again until a line tells of it: nobody knows when a watcher has begun to listen.
async fn told(world: &World, mut watch: Running, wanted: &'static str) -> (Running, String) {
    let line = tokio::task::spawn_blocking(move || {
        loop {
            let line = watch.line();
            assert!(!line.is_empty(), "the watch ended");
            if line.contains(wanted) {
                return (watch, line);
            }
        }
    });
    while !line.is_finished() {
        world.run(&["device", "send", CAMERA, "device_reboot"]);
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    line.await.unwrap()
}

/// Events as people and as scripts read them, of all devices or of one; the end of the platform is the end.
#[tokio::test(flavor = "multi_thread")]
async fn until_the_platform_stops() {
    let world = World::new();
    let nowhere = world.run(&["device", "watch"]);
    assert!(nowhere.code == 3 && nowhere.err.contains("no platform runs"), "{nowhere:?}");
    let mut platform = world.serve();
    world.run(&["device", "add", "--id", CAMERA, "--key", KEY]);
    let all = world.follow(&["device", "watch"]);
    let (mut all, line) = told(&world, all, "command").await;
    assert!(line.ends_with("81100000001  command        device_reboot: offline"), "{line}");
    assert_eq!(line.as_bytes()[4], b'-', "it begins with a date: {line}");
    let one = world.follow(&["device", "watch", CAMERA, "--json"]);
    let (one, line) = told(&world, one, "\"command\"").await;
    let event: serde_json::Value = serde_json::from_str(&line).unwrap();
    assert_eq!((&event["device"], &event["outcome"]), (&CAMERA.into(), &"offline".into()), "{line}");
    let other = world.follow(&["device", "watch", "81100000009", "--json"]);
    let _camera = Camera::online(platform.access, CAMERA).await;
    let online = tokio::task::spawn_blocking(move || {
        loop {
            let line = all.line();
            if line.contains("  online  ") {
                return (all, line);
            }
        }
    });
    let (mut all, line) = online.await.unwrap();
    assert!(line.contains("from 127.0.0.1:") && line.ends_with(", login 1"), "{line}");
    platform.stop();
    assert_eq!(all.end().0, 3);
    let (mut one, mut other) = (one, other);
    assert_eq!(one.end().0, 3);
    let (code, rest) = other.end();
    assert!(code == 3 && !rest.contains(CAMERA), "{rest}");
}
