//! What each command does.

use kandian_device::ctl::{self, Source};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use super::world::{CAMERA, DARK, World};

///
#[tokio::test(flavor = "multi_thread")]
async fn points_are_listed_with_their_state() {
    let world = World::start().await;
    let camera = world.camera().await;
    let run = world.mcu("login").await;
    assert!(run.done().starts_with("logged in; the account may bind 4 devices"), "{run:?}");
    let list = world.mcu("list").await;
    let line = |id: &str| list.done().lines().find(|line| line.starts_with(id)).unwrap().to_owned();
    let states = [line(CAMERA), line(DARK)].map(|line| line.split_whitespace().nth(2).unwrap().to_owned());
    assert_eq!(states, ["online", "offline"]);
    let list = world.mcu("list --lang zh").await;
    assert!(list.done().contains("在线") && list.done().contains("离线"), "{list:?}");
    let json = world.mcu("list --json").await.json();
    let devices = json[0]["answer"]["Device"].as_array().unwrap();
    assert_eq!((json.len(), json[0]["ok"].as_bool()), (1, Some(true)));
    assert!(devices.iter().any(|device| device["DevID"] == CAMERA && device["OnLine"] == 1), "{devices:?}");
    camera.off().await;
}

/// press and release.
#[tokio::test(flavor = "multi_thread")]
async fn a_camera_turns_and_stops() {
    let world = World::start().await;
    let camera = world.camera().await;
    let at = async || camera.handle.status().await.ptz[0];
    let before = at().await;
    world.mcu(&format!("ptz {CAMERA} left --for 0.3")).await.done();
    let after = at().await;
    assert_ne!(before, after);
    // Released: it stands still.
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    assert_eq!(at().await, after);
    camera.off().await;
}

/// what users choose is set and recognised again.
#[tokio::test(flavor = "multi_thread")]
async fn definition_and_quality_are_set_and_shown() {
    let world = World::start().await;
    let camera = world.camera().await;
    let run = world.mcu(&format!("params {CAMERA} --definition sd --quality high")).await;
    assert!(run.done().contains("D1 (704x576), 25 pictures a second, CBR 1024 kbit/s"), "{run:?}");
    assert!(run.done().contains("标清 高"), "{run:?}");
    // E-100: what is left out stays as it is.
    let run = world.mcu(&format!("params {CAMERA} --fps 7 --json")).await;
    let answer = run.json()[0]["answer"].clone();
    let fields = ["FrameSize", "FrameRate", "RateType", "BitRate"].map(|name| answer[name].as_u64().unwrap());
    assert_eq!(fields, [2, 7, 1, 8], "{answer}");
    // The main stream is another one, and so is the choice nobody made.
    let run = world.mcu(&format!("params {CAMERA} --stream main")).await;
    assert!(run.done().starts_with("Main stream"), "{run:?}");
    for (args, why) in [
        ("--kbps 500", "512 is the nearest (E-99)"),
        ("--size vga", "--five-sizes (E-97)"),
        ("--fps 26", "5..=25"),
        ("--definition hd --quality low", "invalid value"),
        ("--definition sd", "--quality"),
    ] {
        world.mcu(&format!("params {CAMERA} {args}")).await.failed(2, &[why]);
    }
    camera.off().await;
}

///
#[tokio::test(flavor = "multi_thread")]
async fn a_network_is_chosen_from_what_the_camera_sees() {
    let world = World::start().await;
    let camera = world.camera().await;
    let shop = ctl::Command::WifiAdd {
        ssid: "shop \u{9b}2J".to_owned(),
        signal: 90,
        security: 4,
        password: "hunter22".to_owned(),
    };
    camera.handle.control(shop).await;
    let run = world.mcu(&format!("wifi {CAMERA}")).await;
    // The name of a neighbour's network moves no cursor.
    assert!(run.done().contains("shop \\u{9b}2J ") && !run.done().contains('\u{9b}'), "{run:?}");
    let run = world.mcu(&format!("wifi {CAMERA} --join nowhere")).await;
    run.failed(2, &["does not see \"nowhere\""]);
    camera.off().await;
}

///
#[tokio::test(flavor = "multi_thread")]
async fn alarms_are_armed_raised_and_listed() {
    let world = World::start().await;
    let camera = world.camera().await;
    world.mcu(&format!("alarms arm {CAMERA} --type motion")).await.done();
    let run = world.mcu(&format!("alarms state {CAMERA} --type motion")).await;
    assert_eq!(run.done().trim(), "Motion detection: armed");
    camera.handle.control(ctl::Command::Alarm { source: Source::Motion, channel: 0 }).await;
    let run = world.mcu("alarms list").await;
    assert!(run.done().starts_with("1 alarms; page 1 of 1"), "{run:?}");
    assert!(run.done().contains("Motion detection"), "{run:?}");
    let run = world.mcu(&format!("alarms list {DARK} --all --json")).await;
    assert_eq!(run.json()[0]["answer"]["TotalAlarmNum"], 0);
    world.mcu("alarms list --until 20200101").await.done().strip_prefix("0 alarms").unwrap();
    world.mcu(&format!("alarms disarm {CAMERA} --type motion")).await.done();
    let run = world.mcu(&format!("alarms state {CAMERA} --type motion")).await;
    assert_eq!(run.done().trim(), "Motion detection: disarmed");
    // E-138
    world.mcu(&format!("alarms arm {CAMERA} --type input")).await.failed(2, &["--input"]);
    camera.off().await;
}

///
#[tokio::test(flavor = "multi_thread")]
async fn a_point_is_named_and_a_device_restarts() {
    let world = World::start().await;
    let camera = world.camera().await;
    world.mcu(&format!("rename {CAMERA} 前门")).await.done();
    assert!(world.mcu("list").await.done().contains("前门"));
    let run = world.mcu(&format!("firmware {CAMERA}")).await;
    assert!(run.done().starts_with("firmware V"), "{run:?}");
    let before = camera.handle.status().await.restarts;
    world.mcu(&format!("reboot {CAMERA}")).await.done();
    let restarts = async {
        while camera.handle.status().await.restarts == before {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(super::world::PATIENCE, restarts).await.expect("a restart");
    camera.off().await;
}

/// E-08: over the hotspot of a camera, which asks for no account.
#[tokio::test(flavor = "multi_thread")]
async fn a_camera_is_set_up_over_its_hotspot() {
    let world = World::start().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/wifi", listener.local_addr().unwrap());
    let asked = tokio::spawn(async move {
        let point =
            "<WifiSSID><SSID>shop</SSID><Signal>80</Signal><Security>0</Security><InUse>0</InUse></WifiSSID>";
        let first = once(&listener, &format!("<GET_WIFI_RES><Result>0</Result>{point}</GET_WIFI_RES>")).await;
        let second =
            once(&listener, &format!("<GET_WIFI_RES><Result>0</Result>{point}</GET_WIFI_RES>")).await;
        [first, second, once(&listener, "<SET_WIFI_RES><Result>255</Result></SET_WIFI_RES>").await]
    });
    let run = world.mcu(&format!("hotspot {url}")).await;
    assert!(run.done().contains("shop     80      Open"), "{run:?}");
    world.mcu(&format!("hotspot {url} --join shop")).await.failed(1, &["result 255", "§11.2"]);
    let [scan, _, join] = tokio::time::timeout(super::world::PATIENCE, asked).await.unwrap().unwrap();
    assert!(scan.starts_with("POST /wifi ") && scan.contains("GET_WIFI_REQ"), "{scan}");
    assert!(join.contains("<SSID>shop</SSID><Security>0</Security><Password></Password>"), "{join}");
}

/// Whether a request is there with its body.
fn is_whole(request: &[u8]) -> bool {
    let text = String::from_utf8_lossy(request);
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
    body.len() >= length.unwrap().parse().unwrap()
}

/// Answers one request; what it was.
async fn once(listener: &TcpListener, body: &str) -> String {
    let (mut stream, _) = listener.accept().await.unwrap();
    let mut request = Vec::new();
    while !is_whole(&request) {
        assert!(stream.read_buf(&mut request).await.unwrap() > 0);
    }
    let head = format!("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {}\r\n\r\n", body.len());
    stream.write_all(format!("{head}{body}").as_bytes()).await.unwrap();
    String::from_utf8(request).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_answers_is_a_matter_of_the_network() {
    let world = World::start().await;
    // A port that nobody listens on.
    let free = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = free.local_addr().unwrap().port();
    drop(free);
    world.mcu(&format!("hotspot http://127.0.0.1:{port}/wifi")).await.failed(3, &["no answer"]);
    world.mcu(&format!("--platform http://127.0.0.1:{port} list")).await.failed(3, &["no answer"]);
    // An answer, and not to this.
    let other = format!("--platform http://{}/api/v1/devices list", world.platform.http());
    world.mcu(&other).await.failed(3, &["HTTP status 4"]);
}
