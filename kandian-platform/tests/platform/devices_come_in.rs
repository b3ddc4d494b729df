use kandian_codec::Command;
use kandian_platform::config::Policy;
use kandian_proto::value::DevType;

use super::camera::Camera;
use super::world::{World, http, raw};

const REGISTER: &str = "<?xml version=\"1.0\" encoding=\"utf-8\"?><REGISTER_REQ><ManufacturerNo>811</ManufacturerNo>\
    <Mode>KD-1</Mode><DevType>1</DevType><DevID>81100000001</DevID><DevKey>K7M2P9Q4</DevKey></REGISTER_REQ>\n";

async fn register(world: &World, path: &str, body: &str) -> (u16, String) {
    let (status, body) = http(world.platform.device_http(), "POST", path, "", body.as_bytes()).await;
    (status, String::from_utf8(body).unwrap())
}

/// E-35: a device nobody knows registers, and logs in with the key it presented then.
#[tokio::test]
async fn unknown_ones_are_taken_in() {
    let world = World::start().await;
    let (status, answer) = register(&world, "/DeviceRegisterServlet", REGISTER).await;
    assert_eq!(status, 200);
    let port = world.access().port();
    for part in
        ["<Result>0</Result>", "<NatIP>127.0.0.1</NatIP>", &format!("<NatPort>{port}</NatPort>"), "<Time>20"]
    {
        assert!(answer.contains(part), "{part}: {answer}");
    }
    let mut camera = Camera::online(world.access(), "81100000001").await;
    world.until("81100000001", "online").await;
    let report = "<ABILITYUP_REQ><DevID>81100000001</DevID><ChannelNum>1</ChannelNum><PTZFlag>1</PTZFlag>\
        <LocalStoreFlag>1</LocalStoreFlag><DIDONum>0</DIDONum></ABILITYUP_REQ>";
    let answer = camera.ask(Command::ABILITYUP, report).await;
    assert!(answer.contains("<DevID>81100000001</DevID>"), "{answer}");
    let (_, device) = world.rest("GET", "/api/v1/devices/81100000001", "").await;
    assert_eq!((device["channels"].as_u64(), device["origin"].as_str()), (Some(1), Some("open")));
    // the address in the message and the one of the socket.
    assert_eq!(device["addresses"]["local"], "192.168.1.88:1554");
    assert!(device["addresses"]["public"].as_str().unwrap().starts_with("127.0.0.1:"));
}

/// each result, at registration and at login; the first key counts.
#[tokio::test]
async fn with_the_right_key() {
    let world = World::start().await;
    register(&world, "/DeviceRegisterServlet", REGISTER).await;
    let (status, wrong) = register(&world, "/", &REGISTER.replace("K7M2P9Q4", "OTHER")).await;
    assert_eq!(status, 200, "E-50");
    assert!(wrong.contains("<Result>2</Result>"), "{wrong}");
    let (_, broken) = register(&world, "/", "<REGISTER_REQ><DevID>81100000001</DevID>").await;
    assert!(broken.contains("<Result>255</Result>"), "{broken}");
    let mut camera = Camera::connect(world.access(), "81100000001").await;
    assert!(camera.login("OTHER").await.contains("<Result>2</Result>"));
    // E-72: on the same link.
    assert!(camera.login("K7M2P9Q4").await.contains("<Result>0</Result>"));
    let mut stranger = Camera::connect(world.access(), "81100000009").await;
    assert!(stranger.login("K7M2P9Q4").await.contains("<Result>1</Result>"));
}

/// E-35: the closed policy takes nobody in whom nobody has entered: nor a blocked device.
#[tokio::test]
async fn unless_the_policy_is_closed() {
    let world = World::with(|config| config.enrolment.policy = Policy::Closed).await;
    let (_, answer) = register(&world, "/", REGISTER).await;
    assert!(answer.contains("<Result>1</Result>"), "{answer}");
    world.enter("81100000001", DevType::IPCAM).await;
    assert!(register(&world, "/", REGISTER).await.1.contains("<Result>0</Result>"));
    let (status, _) = world.rest("PATCH", "/api/v1/devices/81100000001", "{\"blocked\":true}").await;
    assert_eq!(status, 200);
    assert!(register(&world, "/", REGISTER).await.1.contains("<Result>1</Result>"));
}

/// A request without a target, as some firmware sends it, and one in pieces; the answer fits what recorders read.
#[tokio::test]
async fn however_they_write_http() {
    let world = World::start().await;
    let head = format!("POST  HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\r\n", REGISTER.len());
    let answer = raw(world.platform.device_http(), format!("{head}{REGISTER}").as_bytes()).await;
    let text = String::from_utf8(answer).unwrap();
    assert!(text.starts_with("HTTP/1.1 200 OK\r\nContent-Type: text/xml;charset=UTF-8\r\n"), "{text}");
    assert!(text.len() < 1024 && text.contains("<Result>0</Result>"), "{text}");
    let lost = raw(world.platform.device_http(), b"GET /admin HTTP/1.1\r\nHost: x\r\n\r\n").await;
    assert!(lost.starts_with(b"HTTP/1.1 405 "), "{}", String::from_utf8_lossy(&lost));
}

/// E-27: nobody has claimed the device: 401 with a short reason and Result 1. Once it is on record
/// here: the address of this province platform.
#[tokio::test]
async fn by_way_of_the_group_platform() {
    let world = World::start().await;
    let redirect = REGISTER.replace("REGISTER_REQ", "REDIRECT_REQ");
    let (status, answer) = register(&world, "/ISMPGroupManager", &redirect).await;
    assert_eq!(status, 401);
    assert!(answer.contains("<Result>1</Result>"), "{answer}");
    world.enter("81100000001", DevType::IPCAM).await;
    let (status, answer) = register(&world, "/ISMPGroupManager", &redirect).await;
    let url = format!(
        "<LcmsUrl>http://127.0.0.1:{}/DeviceRegisterServlet</LcmsUrl>",
        world.platform.device_http().port()
    );
    assert_eq!(status, 200);
    assert!(answer.contains(&url) && answer.contains("<StunIP>127.0.0.1</StunIP>"), "{answer}");
}
