use std::collections::BTreeMap;

use kandian_codec::Command;
use kandian_platform::metrics::{FIGURES, Kind};

use super::camera::Camera;
use super::world::{CAMERA, KEY, Platform, World, http, left};

/// Samples by name and labels.
type Samples = BTreeMap<String, f64>;

fn figures(world: &World, platform: &Platform) -> (Samples, String) {
    let token = left(&world.data())["token"].as_str().unwrap().to_owned();
    let head = format!("GET /metrics HTTP/1.1\r\nAuthorization: Bearer {token}");
    let (status, text) = http(platform.rest, &head, "");
    assert_eq!(status, 200, "{text}");
    let samples = text.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    let sample = |line: &str| {
        let (name, value) = line.rsplit_once(' ').unwrap();
        (name.to_owned(), value.parse().unwrap())
    };
    (samples.map(sample).collect(), text)
}

/// §7.5.1, R-7.35, E-67: logins and commands by how they ended, what was put up with, and the work of the database.
#[tokio::test(flavor = "multi_thread")]
async fn logins_commands_and_commits() {
    let world = World::new();
    let platform = world.serve();
    let (start, _) = figures(&world, &platform);
    assert_eq!((start["kandian_links"], start["kandian_heartbeats_total"]), (0.0, 0.0));
    world.run(&["device", "add", "--id", CAMERA, "--key", KEY]);
    let mut stranger = Camera::connect(platform.access, CAMERA).await;
    stranger.login("WRONG").await;
    let mut camera = Camera::online(platform.access, CAMERA).await;
    let sent = world.start(&["device", "send", CAMERA, "device_reboot"]);
    let (seq, _) = camera.asked(Command::REBOOT).await;
    // E-02: put up with, and counted.
    let done = format!("<REBOOT_RES>< Result>0</Result><DevID>{CAMERA}</DevID></REBOOT_RES>");
    camera.send(Command::REBOOT, seq, &done).await;
    assert_eq!(sent.await.unwrap().code, 0);
    world.run(&["device", "send", "81100000002", "device_reboot"]);
    let (now, text) = figures(&world, &platform);
    let value = |name: &str| now.get(name).copied().unwrap_or_else(|| panic!("{name} is missing:\n{text}"));
    assert_eq!(value("kandian_devices_online"), 1.0);
    assert_eq!(value("kandian_logins_total{outcome=\"accepted\",result=\"0\"}"), 1.0);
    let refused = now.iter().find(|(name, _)| name.starts_with("kandian_logins_total{outcome=\"refused\""));
    assert_eq!(refused.map(|(_, count)| *count), Some(1.0), "{text}");
    assert_eq!(value("kandian_commands_total{operation=\"device_reboot\",outcome=\"answered\"}"), 1.0);
    assert_eq!(value("kandian_command_seconds_count"), 1.0);
    assert_eq!(value("kandian_diagnostics_total{erratum=\"E-02\"}"), 1.0);
    assert_eq!((value("kandian_orders_waiting"), value("kandian_store_failures_total")), (0.0, 0.0));
    // The first token, the login, and the notes of what was done, at least.
    let commits = value("kandian_store_commit_seconds_count");
    assert!(commits >= 3.0, "{commits}");
    assert!(value("kandian_store_wait_seconds_count") >= commits);
    assert!(value("kandian_store_commit_seconds_bucket{le=\"30\"}") >= commits, "{text}");
    assert_eq!(value("kandian_store_commit_changes_sum"), value("kandian_store_wait_seconds_count"));
    drop(stranger);
}

/// Nothing is counted that is not described, and what is described says what it is.
#[tokio::test(flavor = "multi_thread")]
async fn and_each_is_described() {
    let world = World::new();
    let platform = world.serve();
    world.run(&["device", "add", "--id", CAMERA, "--key", KEY]);
    let _camera = Camera::online(platform.access, CAMERA).await;
    let (_, text) = figures(&world, &platform);
    for line in text.lines().filter_map(|line| line.strip_prefix("# TYPE ")) {
        let (name, kind) = line.split_once(' ').unwrap();
        let figure = FIGURES.iter().find(|figure| figure.name == name);
        let figure = figure.unwrap_or_else(|| panic!("{name} is not described"));
        let expected = match figure.kind {
            Kind::Counter => "counter",
            Kind::Gauge => "gauge",
            Kind::Histogram => "histogram",
        };
        assert_eq!(kind, expected, "{name}");
        assert!(text.contains(&format!("# HELP {name} {}", figure.help)), "{name}");
    }
}
