use kandian_codec::Command;
use kandian_proto::value::DevType;
use serde_json::Value;

use super::camera::Camera;
use super::world::World;

const CAMERA: &str = "81100000001";
const RECORDER: &str = "81100000002";

async fn world() -> World {
    let world = World::start().await;
    world.enter(CAMERA, DevType::IPCAM).await;
    world.enter(RECORDER, DevType::NVR).await;
    world
}

async fn command(world: &World, device: &str, name: &str, body: &str) -> (u16, Value) {
    world.rest("POST", &format!("/api/v1/devices/{device}/commands/{name}"), body).await
}

/// §7.5: the answer as its JSON twin, and what was set when asked for.
#[tokio::test]
async fn or_an_answer() {
    let world = world().await;
    let mut camera = Camera::online(world.access(), CAMERA).await;
    let set = "{\"ChannelNo\":0,\"RecordFull\":1,\"StorageFlag\":1}";
    let path = format!("/api/v1/devices/{CAMERA}/commands/full_day_record_set?read_back=true");
    let sent = world.rest("POST", &path, set);
    let answers = async {
        let (seq, asked) = camera.asked(Command::SET_RECORD_FULL).await;
        assert!(asked.contains("<RecordFull>1</RecordFull>"), "{asked}");
        let done =
            format!("<SET_RECORD_FULL_RES><Result>0</Result><DevID>{CAMERA}</DevID></SET_RECORD_FULL_RES>");
        camera.send(Command::SET_RECORD_FULL, seq, &done).await;
        let (seq, asked) = camera.asked(Command::GET_RECORD_FULL).await;
        assert!(asked.contains("<ChannelNo>0</ChannelNo>"), "{asked}");
        let now = format!(
            "<GET_RECORD_FULL_RES><Result>0</Result><DevID>{CAMERA}</DevID><ChannelNo>0</ChannelNo>\
             <RecordFull>0</RecordFull><StorgeFlag>1</StorgeFlag></GET_RECORD_FULL_RES>"
        );
        camera.send(Command::GET_RECORD_FULL, seq, &now).await;
    };
    let ((status, answer), ()) = tokio::join!(sent, answers);
    assert_eq!(status, 200, "{answer}");
    assert_eq!(answer["response"]["Result"], 0);
    // Done, it says, and it is not.
    assert_eq!(answer["read_back"]["response"]["RecordFull"], 0, "{answer}");
    let (_, messages) = world.rest("GET", &format!("/api/v1/devices/{CAMERA}/messages"), "").await;
    let text = messages.to_string();
    assert!(text.contains("SET_RECORD_FULL_REQ") && text.contains("LOGIN_REQ"), "{text}");
    assert!(!text.contains("K7M2P9Q4"), "a key is shown");
}

/// E-67: each way to have no success has a name, a status and a next step.
#[tokio::test]
async fn of_its_own() {
    let world = world().await;
    let (status, offline) = command(&world, CAMERA, "device_reboot", "").await;
    assert_eq!((status, offline["type"].as_str()), (409, Some("offline")), "{offline}");
    assert!(offline["next_step"].as_str().is_some_and(|text| !text.is_empty()));
    let mut camera = Camera::online(world.access(), CAMERA).await;
    let _recorder = Camera::online(world.access(), RECORDER).await;
    let (status, unsupported) = command(&world, RECORDER, "wifi_scan", "").await;
    assert_eq!((status, unsupported["type"].as_str()), (501, Some("unsupported")), "{unsupported}");
    let refused = async {
        let (seq, _) = camera.asked(Command::REBOOT).await;
        camera
            .send(
                Command::REBOOT,
                seq,
                "<REBOOT_RES><Result>1</Result><DevID>81100000001</DevID></REBOOT_RES>",
            )
            .await;
        let (seq, _) = camera.asked(Command::REBOOT).await;
        camera.send(Command::REBOOT, seq, "<REBOOT_RES><Result>").await;
    };
    let asked = async {
        let first = command(&world, CAMERA, "device_reboot", "").await;
        (first, command(&world, CAMERA, "device_reboot", "").await)
    };
    let (((status, problem), (garbled, unreadable)), ()) = tokio::join!(asked, refused);
    assert_eq!((status, problem["type"].as_str(), problem["code"].as_u64()), (502, Some("refused"), Some(1)));
    assert_eq!((garbled, unreadable["type"].as_str()), (502, Some("unreadable")), "{unreadable}");
    // One of a kind at a time; and the end of the link ends the other.
    let lost = async {
        camera.asked(Command::REBOOT).await;
        let busy = command(&world, CAMERA, "device_reboot", "").await;
        drop(camera);
        busy
    };
    let ((status, gone), (busy_status, busy)) =
        tokio::join!(command(&world, CAMERA, "device_reboot", ""), lost);
    assert_eq!((busy_status, busy["type"].as_str()), (429, Some("busy")), "{busy}");
    assert_eq!((status, gone["type"].as_str()), (502, Some("link_lost")), "{gone}");
}

/// What cannot be sent is refused here, with the element.
#[tokio::test]
async fn and_bad_input_goes_nowhere() {
    let world = world().await;
    for (device, name, body, status) in [
        (CAMERA, "no_such_thing", "", 404),
        (CAMERA, "login", "", 404),
        ("81199999999", "device_reboot", "", 404),
        ("811-1", "device_reboot", "", 422),
        (CAMERA, "device_reboot", "[]", 422),
        (CAMERA, "device_reboot", "{\"DevID\":\"81100000002\"}", 422),
        (CAMERA, "device_reboot", "{\"Extra\":1}", 422),
        (CAMERA, "ptz_control", "{\"ChannelNo\":\"x\"}", 422),
    ] {
        let (found, problem) = command(&world, device, name, body).await;
        assert_eq!(found, status, "{device} {name} {body}: {problem}");
        assert!(problem["title"].is_string() && problem["next_step"].is_string(), "{problem}");
    }
}
