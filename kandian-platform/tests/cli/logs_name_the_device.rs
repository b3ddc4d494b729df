use super::camera::Camera;
use super::world::{CAMERA, KEY, World};

/// Everything that is logged about a link says whose it is and where it comes from; no key is ever logged.
#[tokio::test(flavor = "multi_thread")]
async fn in_a_span() {
    let world = World::new();
    let mut platform = world.serve();
    world.run(&["device", "add", "--id", CAMERA, "--key", KEY]);
    let mut camera = Camera::connect(platform.access, CAMERA).await;
    camera.login("WRONG-KEY-1").await;
    let camera = Camera::online(platform.access, CAMERA).await;
    drop(camera);
    let limit = std::time::Instant::now() + super::world::PATIENCE;
    let find = |log: &[serde_json::Value], message: &str| {
        log.iter().find(|line| line["message"] == message).cloned()
    };
    let (refused, offline) = loop {
        let log = platform.log();
        if let (Some(refused), Some(offline)) = (find(&log, "login refused (R-7.47)"), find(&log, "offline"))
        {
            break (refused, offline);
        }
        assert!(std::time::Instant::now() < limit, "{log:?}");
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    };
    assert_eq!(
        (&offline["span"]["name"], &offline["span"]["id"]),
        (&"device".into(), &CAMERA.into()),
        "{offline}"
    );
    assert!(offline["span"]["peer"].as_str().is_some_and(|peer| peer.starts_with("127.0.0.1:")), "{offline}");
    // Whoever has not proved an id does not have it.
    assert!(refused["span"]["peer"].is_string() && refused["span"]["id"].is_null(), "{refused}");
    platform.stop();
    let log = format!("{:?}", platform.log());
    assert!(!log.contains(KEY) && !log.contains("WRONG-KEY-1") && !log.contains("kd_"), "a secret is logged");
}
