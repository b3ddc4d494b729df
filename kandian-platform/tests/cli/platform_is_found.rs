use super::world::{CAMERA, KEY, World, http, left};

fn devices(at: std::net::SocketAddr, token: &str) -> u16 {
    http(at, &format!("GET /api/v1/devices HTTP/1.1\r\nAuthorization: Bearer {token}"), "").0
}

/// By a file that its owner alone can read, which is gone when it stops; its secret opens this run and no other.
#[test]
fn by_what_it_leaves_in_the_data_directory() {
    let world = World::new();
    let mut platform = world.serve();
    let first = left(&world.data());
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode =
            |name: &str| std::fs::metadata(world.data().join(name)).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode("running.json"), mode("")), (0o600, 0o700));
    }
    assert_eq!(first["rest"], platform.rest.to_string());
    let token = first["token"].as_str().unwrap();
    assert_eq!((devices(platform.rest, token), devices(platform.rest, &token[..30])), (200, 401));
    platform.stop();
    assert!(!world.data().join("running.json").exists());
    // Neither it nor its hash is stored.
    let database = std::fs::read(world.data().join("kandian.sqlite3")).unwrap();
    assert!(!database.windows(9).any(|bytes| bytes == b"kd_local_"));
    assert_eq!(world.run(&["token", "list", "--json"]).json().len(), 1, "that of the administrator");
    let platform = world.serve();
    assert_eq!(devices(platform.rest, token), 401, "the secret of an earlier run opens nothing");
}

/// What a crash leaves behind is no platform, even while something else listens there.
#[test]
fn and_not_by_what_a_crash_has_left() {
    let world = World::new();
    let platform = world.serve();
    let rest = platform.rest;
    platform.kill();
    let other = std::net::TcpListener::bind(rest).unwrap();
    let sent = world.run(&["device", "send", CAMERA, "device_reboot"]);
    assert!(sent.code == 3 && sent.err.contains("no platform runs"), "{sent:?}");
    other.set_nonblocking(true).unwrap();
    assert!(other.accept().is_err(), "nobody was shown the secret");
}

/// One platform for a data directory: two would each believe that the devices of the other are offline.
#[test]
fn and_there_is_one_of_it() {
    let world = World::new();
    let platform = world.serve();
    let free = "127.0.0.1:0";
    let second = world.run(&["serve", "--http", free, "--device-http", free, "--access", free]);
    assert_eq!(second.code, 1, "{second:?}");
    let process = left(&world.data())["process"].to_string();
    assert!(
        second.err.contains(&format!("a platform (process {process}) runs on the data directory")),
        "{second:?}"
    );
    assert_eq!(
        devices(platform.rest, left(&world.data())["token"].as_str().unwrap()),
        200,
        "the first goes on"
    );
}

/// Over TLS, to the certificate of the platform and to no other.
#[test]
fn over_tls_too() {
    let world = World::new();
    let platform = world.serve_with("[http]\ntls = \"generated\"\n");
    assert_eq!(world.run(&["device", "add", "--id", CAMERA, "--key", KEY]).code, 0);
    let sent = world.run(&["device", "send", CAMERA, "device_reboot"]);
    assert!(sent.code == 4 && sent.err.contains("the device is offline"), "{sent:?}");
    let mut written = left(&world.data());
    written["certificate"] = "00".repeat(32).into();
    std::fs::write(world.data().join("running.json"), written.to_string()).unwrap();
    let sent = world.run(&["device", "send", CAMERA, "device_reboot"]);
    assert!(sent.code == 3 && sent.err.contains("another certificate"), "{sent:?}");
    drop(platform);
}
