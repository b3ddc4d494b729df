use kandian_platform::config::{Config, Policy};
use kandian_proto::value::DevType;

use super::camera::Camera;
use super::world::{World, http_from};

const CAMERA: &str = "81100000001";
const ELSEWHERE: &str = "127.0.0.7";

async fn limited(change: impl FnOnce(&mut Config)) -> World {
    World::with(|config| {
        config.limits.wrong_keys_per_device = 3;
        config.limits.new_devices_per_address = 2;
        config.limits.new_devices = 3;
        change(config);
    })
    .await
}

fn result(answer: &str) -> &str {
    answer.split("<Result>").nth(1).and_then(|rest| rest.split('<').next()).unwrap_or(answer)
}

/// The result of a registration or a redirect; both are answered with status 200 or, by E-27, 401.
async fn enrol(world: &World, from: &str, root: &str, id: &str, key: &str) -> String {
    let body = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?><{root}><ManufacturerNo>811</ManufacturerNo><Mode>KD-1</Mode>\
         <DevType>1</DevType><DevID>{id}</DevID><DevKey>{key}</DevKey></{root}>"
    );
    let path = if root == "REGISTER_REQ" { "/DeviceRegisterServlet" } else { "/ISMPGroupManager" };
    let (status, answer) =
        http_from(from, world.platform.device_http(), "POST", path, "", body.as_bytes()).await;
    assert!(status == 200 || (status == 401 && root == "REDIRECT_REQ"), "{status}");
    result(&String::from_utf8(answer).unwrap()).to_owned()
}

async fn login(world: &World, from: &str, id: &str, key: &str) -> String {
    let mut camera = Camera::connect_from(from, world.access(), id).await;
    result(&camera.login(key).await).to_owned()
}

async fn entries(world: &World) -> Vec<String> {
    let (_, audit) = world.rest("GET", "/api/v1/audit", "").await;
    let entries = audit["audit"].as_array().unwrap().iter();
    let met = entries.filter(|entry| entry["action"] == "limit.met");
    met.map(|entry| format!("{} {}", entry["target"].as_str().unwrap(), entry["detail"].as_str().unwrap()))
        .collect()
}

/// three wrong keys are answered 2, then everything from this address 255, the right key as well; the device
/// itself, elsewhere, notices nothing. Whether keys are tried at login or at registration makes no difference.
#[tokio::test]
async fn and_the_device_is_not_locked_out() {
    let world = limited(|_| ()).await;
    world.enter(CAMERA, DevType::IPCAM).await;
    assert_eq!(login(&world, "127.0.0.1", CAMERA, "WRONG1").await, "2");
    assert_eq!(enrol(&world, "127.0.0.1", "REGISTER_REQ", CAMERA, "WRONG2").await, "2");
    assert_eq!(enrol(&world, "127.0.0.1", "REDIRECT_REQ", CAMERA, "WRONG3").await, "255");
    for key in ["WRONG4", "K7M2P9Q4"] {
        assert_eq!(login(&world, "127.0.0.1", CAMERA, key).await, "255");
        assert_eq!(enrol(&world, "127.0.0.1", "REGISTER_REQ", CAMERA, key).await, "255");
        assert_eq!(enrol(&world, "127.0.0.1", "REDIRECT_REQ", CAMERA, key).await, "255");
    }
    assert_eq!(login(&world, ELSEWHERE, CAMERA, "K7M2P9Q4").await, "0");
    assert_eq!(enrol(&world, ELSEWHERE, "REGISTER_REQ", CAMERA, "K7M2P9Q4").await, "0");
    // On record once, however often it is met.
    assert_eq!(
        entries(&world).await,
        [format!("{CAMERA} login from 127.0.0.1, limits.wrong_keys_per_device")]
    );
    let (_, figures) =
        super::world::http(world.platform.http(), "GET", "/metrics", &world.bearer(), b"").await;
    let figures = String::from_utf8(figures).unwrap();
    assert!(figures.contains("kandian_limited_total{what=\"login\",limit=\"limits.wrong_keys_per_device\"}"));
}

/// E-58: a device that was refused may try again at once, and right keys do not count.
#[tokio::test]
async fn right_keys_do_not_count() {
    let world = limited(|_| ()).await;
    world.enter(CAMERA, DevType::IPCAM).await;
    let mut camera = Camera::connect(world.access(), CAMERA).await;
    for _ in 0..10 {
        assert_eq!(result(&camera.login("K7M2P9Q4").await), "0");
    }
    assert_eq!(result(&camera.login("WRONG").await), "2");
    assert_eq!(result(&camera.login("K7M2P9Q4").await), "0");
    assert_eq!(entries(&world).await, [""; 0]);
}

/// One key tried on many devices meets the limit of the address. Who shares it and was there before is let in.
#[tokio::test]
async fn neighbours_of_who_guesses() {
    let world = limited(|config| config.limits.wrong_keys_per_address = 4).await;
    let (stranger, neighbour) = ("81100000009", "81100000008");
    for id in [CAMERA, stranger, neighbour] {
        world.enter(id, DevType::IPCAM).await;
    }
    assert_eq!(login(&world, "127.0.0.1", neighbour, "K7M2P9Q4").await, "0");
    assert_eq!(login(&world, ELSEWHERE, stranger, "K7M2P9Q4").await, "0");
    for key in ["A", "B"] {
        assert_eq!(login(&world, "127.0.0.1", CAMERA, key).await, "2");
        assert_eq!(login(&world, "127.0.0.1", stranger, key).await, "2");
    }
    assert_eq!(login(&world, "127.0.0.1", neighbour, "K7M2P9Q4").await, "0");
    assert_eq!(login(&world, "127.0.0.1", stranger, "K7M2P9Q4").await, "255");
    assert_eq!(login(&world, ELSEWHERE, stranger, "K7M2P9Q4").await, "0");
    assert_eq!(enrol(&world, "127.0.0.1", "REGISTER_REQ", CAMERA, "K7M2P9Q4").await, "255");
    assert_eq!(entries(&world).await.len(), 1);
}

/// E-35, E-50: devices that nobody knows are taken in up to a limit, from one address and from all; beyond it the answer
/// is status 200 with 255, nothing is stored, and devices on record register as before.
#[tokio::test]
async fn floods_of_new_devices_end() {
    let world = limited(|config| config.enrolment.policy = Policy::Open).await;
    let register = |from: &'static str, id: &'static str| enrol(&world, from, "REGISTER_REQ", id, "K7M2P9Q4");
    assert_eq!(register("127.0.0.1", "81100000001").await, "0");
    assert_eq!(register("127.0.0.1", "81100000002").await, "0");
    assert_eq!(register("127.0.0.1", "81100000003").await, "255");
    assert_eq!(register("127.0.0.1", "81100000001").await, "0");
    assert_eq!(register(ELSEWHERE, "81100000003").await, "0");
    assert_eq!(register(ELSEWHERE, "81100000004").await, "255");
    // The first contact with the group platform is on record as well.
    assert_eq!(enrol(&world, ELSEWHERE, "REDIRECT_REQ", "81100000005", "K7M2P9Q4").await, "255");
    let (_, page) = world.rest("GET", "/api/v1/devices", "").await;
    assert_eq!(page["total"], 3, "{page}");
    let entries = entries(&world).await;
    assert_eq!(
        entries,
        [
            "81100000004 new device from 127.0.0.7, limits.new_devices",
            "81100000003 new device from 127.0.0.1, limits.new_devices_per_address",
        ]
    );
}

/// E-26: the key of a device that is on record here cannot be taken by asking the group platform first.
#[tokio::test]
async fn the_first_key_is_the_one_on_record() {
    let world = World::start().await;
    world.enter(CAMERA, DevType::IPCAM).await;
    assert_eq!(enrol(&world, ELSEWHERE, "REDIRECT_REQ", CAMERA, "WRONG").await, "255");
    assert_eq!(enrol(&world, "127.0.0.1", "REDIRECT_REQ", CAMERA, "K7M2P9Q4").await, "0");
}
