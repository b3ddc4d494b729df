use std::collections::BTreeSet;

use super::disk::Disk;
use super::program::{Program, prepared, serve};
use super::wire::{Camera, http, registration, rest};

const CAMERA: &str = "81100000001";
const KEY: &str = "K7M2P9Q4";

fn add(program: &Program, token: &str, number: u32) -> (u16, serde_json::Value) {
    let body = format!("{{\"id\":\"811{number:08}\",\"key\":\"{KEY}\",\"name\":\"{}\"}}", "x".repeat(100));
    rest(program.rest, token, "POST", "/api/v1/devices", &body)
}

fn ids(program: &Program, token: &str) -> BTreeSet<String> {
    let mut ids = BTreeSet::new();
    let mut path = "/api/v1/devices?limit=500".to_owned();
    loop {
        let (status, page) = rest(program.rest, token, "GET", &path, "");
        assert_eq!(status, 200, "{page}");
        let devices = page["devices"].as_array().unwrap().iter();
        ids.extend(devices.map(|device| device["id"].as_str().unwrap().to_owned()));
        match page["next"].as_str() {
            Some(next) => path = format!("/api/v1/devices?limit=500&after={next}"),
            None => return ids,
        }
    }
}

/// While the disk is full, changes are refused with the reason and nothing else suffers; a device is answered 255 and
/// may come again. When there is space again everything goes on, without a restart, and what was
/// acknowledged is there, also after one.
#[test]
fn and_has_space_again() {
    let Some(disk) = Disk::mount(3_000) else { return };
    let (made, logs) = (tempfile::tempdir().unwrap(), tempfile::NamedTempFile::new().unwrap());
    let token = prepared(made.path(), CAMERA, KEY);
    disk.copy_from(made.path(), "data");
    let start = || Program::start(serve(&disk.joined(), &disk.path().join("data")), logs.path());
    let program = start();
    let mut acknowledged = BTreeSet::from([CAMERA.to_owned()]);
    let mut next = 100;
    let mut camera = Camera::connect(program.access, CAMERA);
    assert!(camera.login(KEY).contains("<Result>0</Result>"));

    disk.fill();
    // The log of the database has room for some changes yet.
    let problem = loop {
        let (status, answer) = add(&program, &token, next);
        if status != 201 {
            assert_eq!(status, 503, "{answer}");
            break answer;
        }
        acknowledged.insert(format!("811{next:08}"));
        next += 1;
        assert!(next < 5_000, "a full disk takes everything");
    };
    assert!(
        problem["detail"].as_str().is_some_and(|text| text.contains("disk of the database is full")),
        "{problem}"
    );
    let (status, answer) = http(program.device_http, "POST", "/", "", &registration("81100090001", KEY));
    assert!(status == 200 && answer.contains("<Result>255</Result>"), "{answer}");
    assert!(Camera::connect(program.access, CAMERA).login(KEY).contains("<Result>255</Result>"));
    assert_eq!(http(program.rest, "GET", "/healthz", "", "").0, 200);
    assert_eq!(ids(&program, &token), acknowledged);

    disk.clear();
    for _ in 0..20 {
        let (status, answer) = add(&program, &token, next);
        assert_eq!(status, 201, "{answer}\n{}", std::fs::read_to_string(logs.path()).unwrap());
        acknowledged.insert(format!("811{next:08}"));
        next += 1;
    }
    assert!(Camera::connect(program.access, CAMERA).login(KEY).contains("<Result>0</Result>"));
    assert_eq!(ids(&program, &token), acknowledged);
    assert_eq!(program.stop(), Some(0));

    let program = start();
    assert_eq!(ids(&program, &token), acknowledged);
    assert_eq!(program.stop(), Some(0));
    let logged = std::fs::read_to_string(logs.path()).unwrap();
    assert!(logged.contains("the disk of the database is full: free some space there"), "{logged}");
}
