//! Watching, recording, taking a picture.

use std::process::Stdio;
use std::time::Duration;

use tokio::process::{Child, Command};

use super::video::{Recording, jpeg};
use super::world::{CAMERA, Camera, DARK, OWNER, PASSWORD, PATIENCE, Run, World, program};

/// the media come inside the connection, and the recording holds every picture.
#[tokio::test(flavor = "multi_thread")]
async fn a_camera_is_watched_and_recorded() {
    let world = World::start().await;
    let camera = world.camera().await;
    let run = world.mcu(&format!("live {CAMERA} --record shop.mp4 --seconds 2")).await;
    assert!(run.done().contains("over local network (127.0.0.1:"), "{run:?}");
    assert!(run.done().contains(", TCP)") && run.done().contains("0 packets lost"), "{run:?}");
    assert!(run.stderr.contains("first picture after"), "{run:?}");
    let recording = Recording::open(&world.path("shop.mp4"));
    assert_eq!((recording.is_clean().width, recording.height), (352, 288));
    assert!(recording.times.last().unwrap() > &1.0, "{recording:?}");
    assert_eq!(nobody_watches(&camera).await, 0);
    // What is there is not written over.
    let run = world.mcu(&format!("live {CAMERA} --record shop.mp4 --seconds 1")).await;
    run.failed(2, &["shop.mp4 exists", "--overwrite"]);
    camera.off().await;
}

/// over UDP where it is asked for.
#[tokio::test(flavor = "multi_thread")]
async fn media_come_over_udp() {
    let world = World::start().await;
    let camera = world.camera().await;
    let run = world.mcu(&format!("live {CAMERA} --udp --record udp.mp4 --seconds 2 --json")).await;
    run.done();
    let lines = run.json();
    let events: Vec<_> = lines.iter().filter_map(|line| line["event"].as_str()).collect();
    for event in ["attempt", "connected", "described", "picture", "playing", "summary"] {
        assert!(events.contains(&event), "{event}: {events:?}");
    }
    let summary = lines.last().unwrap();
    assert_eq!((summary["ok"].as_bool(), summary["transport"].as_str()), (Some(true), Some("UDP")));
    assert_eq!(summary["trace"][0]["outcome"], "playing");
    let recording = Recording::open(&world.path("udp.mp4"));
    // Loopback under load may lose datagrams; what is in the file is clean all the same.
    assert_eq!(summary["files"][0]["pictures"], recording.is_clean().times.len());
    assert_eq!(nobody_watches(&camera).await, 0);
    camera.off().await;
}

/// the picture has the colours of the camera's test pattern.
#[tokio::test(flavor = "multi_thread")]
async fn a_picture_is_taken() {
    let world = World::start().await;
    let camera = world.camera().await;
    let run = world.mcu(&format!("live {CAMERA} --snapshot shop.jpg --lang zh")).await;
    assert!(run.done().contains("抓拍 shop.jpg"), "{run:?}");
    let (width, height, pixels) = jpeg(&world.path("shop.jpg"));
    assert_eq!((width, height), (352, 288));
    let at = |x: usize, y: usize| {
        let start = (y * 352 + x) * 3;
        [pixels[start], pixels[start + 1], pixels[start + 2]]
    };
    // The bars: yellow, green, blue.
    let [yellow, green, blue] =
        [at(66, 230), at(154, 230), at(286, 230)].map(|rgb| rgb.map(|value| value > 96));
    assert_eq!((yellow, green, blue), ([true, true, false], [false, true, false], [false, false, true]));
    camera.off().await;
}

/// Whatever ends the program, the recording plays up to there.
#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_is_killed_leaves_a_recording() {
    let world = World::start().await;
    let camera = world.camera().await;
    let mut child = begin(&world, &format!("live {CAMERA} --record cut.mp4"));
    holds_fragments(&world, "cut.mp4", 3).await;
    child.kill().await.unwrap();
    let file = std::fs::read(world.path("cut.mp4")).unwrap();
    let recording = Recording::of(&file);
    recording.is_clean();
    // The device notices by itself.
    assert_eq!(nobody_watches(&camera).await, 0);
    camera.off().await;
}

/// Ctrl-C is how a view without an end is ended: goodbye, whole file, summary, logout.
#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn the_user_has_enough() {
    let world = World::start().await;
    let camera = world.camera().await;
    let child = begin(&world, &format!("live {CAMERA} --record shop.mp4"));
    holds_fragments(&world, "shop.mp4", 2).await;
    let id = child.id().unwrap().to_string();
    assert!(Command::new("kill").args(["-INT", &id]).status().await.unwrap().success());
    let run = ended(child).await;
    assert!(run.done().contains("recorded shop.mp4"), "{run:?}");
    Recording::open(&world.path("shop.mp4")).is_clean();
    assert_eq!(nobody_watches(&camera).await, 0);
    assert_eq!(world.sessions().await, 0);
    camera.off().await;
}

/// A device that goes away is said, and what was recorded is kept.
#[tokio::test(flavor = "multi_thread")]
async fn a_picture_breaks_off() {
    let world = World::start().await;
    let camera = world.camera().await;
    let child = begin(&world, &format!("live {CAMERA} --record shop.mp4"));
    holds_fragments(&world, "shop.mp4", 2).await;
    camera.off().await;
    let run = ended(child).await;
    run.failed(4, &["the picture broke off", "recorded shop.mp4"]);
    Recording::open(&world.path("shop.mp4")).is_clean();
}

/// Another size has another head: the recording goes on in a second file.
#[tokio::test(flavor = "multi_thread")]
async fn a_size_that_changes_begins_a_second_file() {
    let world = World::start().await;
    let camera = world.camera().await;
    let child = begin(&world, &format!("live {CAMERA} --record shop.mp4"));
    holds_fragments(&world, "shop.mp4", 1).await;
    world.mcu(&format!("params {CAMERA} --definition sd --quality low")).await.done();
    holds_fragments(&world, "shop-2.mp4", 1).await;
    camera.off().await;
    let run = ended(child).await;
    run.failed(4, &["goes on in another file", "recorded shop-2.mp4"]);
    let sizes = ["shop.mp4", "shop-2.mp4"].map(|name| {
        let recording = Recording::open(&world.path(name));
        (recording.is_clean().width, recording.height)
    });
    assert_eq!(sizes, [(352, 288), (704, 576)]);
}

/// every path that was not taken is named with the reason.
#[tokio::test(flavor = "multi_thread")]
async fn paths_that_are_not_there() {
    let world = World::start().await;
    let camera = world.camera().await;
    for (path, name) in [("relay-udp", "relay, media over UDP"), ("relay-tcp", "relay")] {
        let run = world.mcu(&format!("live {CAMERA} --path {path}")).await;
        let skipped = format!("{name}: skipped, the platform offers no such path to this device");
        run.failed(4, &["no picture", &skipped, "skipped, not chosen by the user"]);
    }
    let run = world.mcu(&format!("live {CAMERA} --path relay-tcp --json")).await;
    let error = run.json().pop().unwrap()["error"].clone();
    assert_eq!((run.status, error["kind"].as_str()), (4, Some("no_picture")), "{run:?}");
    assert_eq!(error["trace"].as_array().map(Vec::len), Some(4), "{error}");
    let run = world.mcu(&format!("live {CAMERA} --path relay-tcp --lang zh")).await;
    run.failed(4, &["没有图像", "中继：跳过，平台没有给出该路径"]);
    camera.off().await;
    // No file is made for nothing.
    world.mcu(&format!("live {DARK} --record none.mp4")).await.failed(1, &["device offline"]);
    assert!(!world.path("none.mp4").exists());
}

/// Starts the program and lets it run.
fn begin(world: &World, args: &str) -> Child {
    let mut command = program(world.directory.path());
    command.env("KANDIAN_PLATFORM", world.service()).env("KANDIAN_ACCOUNT", OWNER);
    command.env("KANDIAN_PASSWORD", PASSWORD).args(args.split_whitespace());
    command.stdin(Stdio::null()).spawn().unwrap()
}

async fn ended(child: Child) -> Run {
    Run::from(tokio::time::timeout(PATIENCE, child.wait_with_output()).await.expect("an end").unwrap())
}

/// Waits until a file holds so many fragments.
async fn holds_fragments(world: &World, name: &str, count: usize) {
    let path = world.path(name);
    let holds = async {
        loop {
            let file = std::fs::read(&path).unwrap_or_default();
            // The data of the last one may still be on its way.
            if file.windows(4).filter(|four| four == b"moof").count() > count {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(PATIENCE, holds).await.expect("fragments");
}

/// Waits until nobody is connected to the camera any more; how many are.
async fn nobody_watches(camera: &Camera) -> usize {
    let gone = async {
        while camera.handle.status().await.rtsp_connections > 0 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let _ = tokio::time::timeout(PATIENCE, gone).await;
    camera.handle.status().await.rtsp_connections
}
