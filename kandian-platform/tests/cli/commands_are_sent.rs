use kandian_codec::Command;

use super::camera::Camera;
use super::world::{CAMERA, KEY, World};

async fn answer(camera: &mut Camera, command: Command, body: &str) -> String {
    let (seq, asked) = camera.asked(command).await;
    let name = asked.split('<').find(|tag| tag.contains("_REQ>")).unwrap().replace("_REQ>", "_RES");
    let id = camera.id.clone();
    camera.send(command, seq, &format!("<{name}><Result>0</Result><DevID>{id}</DevID>{body}</{name}>")).await;
    asked
}

/// §7.5: the answer is shown, and what is set when asked for.
#[tokio::test(flavor = "multi_thread")]
async fn to_a_device_that_answers() {
    let world = World::new();
    let platform = world.serve();
    world.run(&["device", "add", "--id", CAMERA, "--key", KEY]);
    let mut camera = Camera::online(platform.access, CAMERA).await;
    let set = "{\"ChannelNo\":0,\"RecordFull\":1,\"StorageFlag\":1}";
    let sent = world.start(&["device", "send", CAMERA, "full_day_record_set", set, "--read-back"]);
    let asked = answer(&mut camera, Command::SET_RECORD_FULL, "").await;
    assert!(asked.contains("<RecordFull>1</RecordFull>"), "{asked}");
    let now = "<ChannelNo>0</ChannelNo><RecordFull>0</RecordFull><StorgeFlag>1</StorgeFlag>";
    answer(&mut camera, Command::GET_RECORD_FULL, now).await;
    let sent = sent.await.unwrap();
    assert_eq!(sent.code, 0, "{sent:?}");
    assert!(sent.out.starts_with("81100000001 answered full_day_record_set\n  "), "{sent:?}");
    assert!(sent.out.contains("\nread back with full_day_record_"), "{sent:?}");
    assert!(sent.out.lines().any(|line| line.split_whitespace().eq(["RecordFull", "0"])), "{sent:?}");
    // The request from a file, and the answer as JSON.
    let file = format!("@{}", world.file("request.json", set).display());
    let sent = world.start(&["device", "send", CAMERA, "full_day_record_set", &file, "--json"]);
    answer(&mut camera, Command::SET_RECORD_FULL, "").await;
    let sent = sent.await.unwrap();
    assert_eq!((sent.code, &sent.json()[0]["response"]["Result"]), (0, &0.into()), "{sent:?}");
    // and E-67: a refusal has its code.
    let sent = world.start(&["device", "send", CAMERA, "device_reboot", "--json"]);
    let (seq, _) = camera.asked(Command::REBOOT).await;
    let refusal = format!("<REBOOT_RES><Result>1</Result><DevID>{CAMERA}</DevID></REBOOT_RES>");
    camera.send(Command::REBOOT, seq, &refusal).await;
    let sent = sent.await.unwrap();
    assert_eq!((sent.code, &sent.json()[0]["type"]), (4, &"refused".into()), "{sent:?}");
    assert!(sent.err.contains("the device refused with result 1"), "{sent:?}");
}

/// Each way to fail has an exit code and a sentence with the next step.
#[test]
fn or_not_and_why_is_said() {
    let world = World::new();
    let send = |words: &[&str]| world.run(&[&["device", "send", CAMERA], words].concat());
    let nowhere = send(&["device_reboot"]);
    assert_eq!(nowhere.code, 3, "{nowhere:?}");
    assert!(
        nowhere.err.contains("no platform runs") && nowhere.err.contains("serve --data-dir"),
        "{nowhere:?}"
    );
    let mut platform = world.serve();
    let unknown = send(&["device_reboot"]);
    assert!(unknown.code == 1 && unknown.err.contains("There is no device with this id"), "{unknown:?}");
    world.run(&["device", "add", "--id", CAMERA, "--key", KEY]);
    let offline = send(&["device_reboot"]);
    assert!(offline.code == 4 && offline.err.contains("the device is offline; wait until"), "{offline:?}");
    let typo = send(&["device_rebot"]);
    assert!(typo.code == 2 && typo.err.contains("device_reboot"), "{typo:?}");
    let broken = send(&["device_reboot", "{\"a\""]);
    assert!(broken.code == 1 && broken.err.contains("the request is no JSON object"), "{broken:?}");
    let element = send(&["device_reboot", "{\"Extra\":1}"]);
    assert!(element.code == 1 && element.err.contains("The body is not this request"), "{element:?}");
    let piped = world.run_with(&["device", "send", CAMERA, "device_reboot", "-", "--json"], "[]");
    assert!(piped.code == 1 && piped.err.contains("standard input is no JSON object"), "{piped:?}");
    platform.stop();
    assert_eq!(send(&["device_reboot"]).code, 3);
}
