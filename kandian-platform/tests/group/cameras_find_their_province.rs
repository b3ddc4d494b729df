use super::camera::Camera;
use super::device::{boots, redirect, register};
use super::nation::{JIANGSU, Nation, SHANGHAI};
use super::phone::{ANNA, BERT, CAMERA, KEY, ask, session, text};
use super::world::World;

/// The result of §8.5.
pub(crate) async fn add(world: &World, account: &str, session: &str, id: &str, key: &str) -> String {
    let device = format!("<DevID>{id}</DevID><DevKey>{key}</DevKey>");
    text(&ask(world, "MCU_ADD_DEVICE_REQ", account, session, &device).await, "Result").to_owned()
}

pub(crate) async fn owner(nation: &Nation, id: &str) -> Option<String> {
    let (status, record) = nation.group.rest("GET", &format!("/api/v1/enrolments/{id}"), "").await;
    assert_eq!(status, 200, "{record}");
    record["province"].as_str().map(str::to_owned)
}

/// E-27, E-33: a camera
/// that knows the group platform only comes to the province of its owner, who sees it online.
#[tokio::test(flavor = "multi_thread")]
async fn the_whole_way() {
    let nation = Nation::start().await;
    let (group, shanghai) = (&nation.group.world, &nation.shanghai.world);
    nation.shanghai.open(ANNA, 2).await;
    nation.jiangsu.open(BERT, 2).await;
    let anna = session(shanghai, ANNA).await;
    let bert = session(&nation.jiangsu.world, BERT).await;
    // nobody has heard of it yet.
    assert_eq!(add(shanghai, ANNA, &anna, CAMERA, KEY).await, "3");
    assert_eq!(nation.group.rest("GET", &format!("/api/v1/enrolments/{CAMERA}"), "").await.0, 404);
    // it is on record from its first question on, and belongs to nobody.
    assert_eq!(boots(group, CAMERA).await, "401, 1");
    assert_eq!(boots(group, CAMERA).await, "401, 1");
    assert_eq!(owner(&nation, CAMERA).await, None);
    // E-28: a wrong key changes nothing, from wherever.
    assert_eq!(add(shanghai, ANNA, &anna, CAMERA, "WRONG").await, "4");
    assert_eq!(redirect(group, CAMERA, "WRONG").await, (200, "255".to_owned(), None));
    assert_eq!(owner(&nation, CAMERA).await, None);
    // the right one brings the device to the province, in one go with its owner.
    assert_eq!(add(shanghai, ANNA, &anna, CAMERA, KEY).await, "0");
    assert_eq!(owner(&nation, CAMERA).await.as_deref(), Some(SHANGHAI));
    let (_, device) = nation.shanghai.rest("GET", &format!("/api/v1/devices/{CAMERA}"), "").await;
    assert_eq!((&device["origin"], &device["registered_at"]), (&"group".into(), &serde_json::Value::Null));
    // it has an owner.
    assert_eq!(add(shanghai, ANNA, &anna, CAMERA, KEY).await, "6");
    // E-33: another province does not get it, and who has a wrong key does not even learn that.
    assert_eq!(add(&nation.jiangsu.world, BERT, &bert, CAMERA, KEY).await, "255");
    assert_eq!(add(&nation.jiangsu.world, BERT, &bert, CAMERA, "WRONG").await, "4");
    assert_eq!(owner(&nation, CAMERA).await.as_deref(), Some(SHANGHAI));
    // E-39: after its restart it is told where that province platform takes devices.
    let url = boots(group, CAMERA).await;
    assert_eq!(url, format!("http://{}/DeviceRegisterServlet", shanghai.platform.device_http()));
    //
    let access = register(&url, CAMERA).await;
    assert_eq!(access, shanghai.access());
    let (_, device) = nation.shanghai.rest("GET", &format!("/api/v1/devices/{CAMERA}"), "").await;
    assert_eq!((&device["kind"], &device["model"]), (&"nvr".into(), &"KD-9".into()));
    let _camera = Camera::online(access, CAMERA).await;
    shanghai.until(CAMERA, "online").await;
    let list = ask(shanghai, "MCU_GET_DEVICES_REQ", ANNA, &anna, "").await;
    assert_eq!((text(&list, "DevID"), text(&list, "OnLine")), (CAMERA, "1"));
}

/// E-32: a device that the province knows is added there, and the group platform hears nothing of it.
#[tokio::test(flavor = "multi_thread")]
async fn and_the_group_is_not_asked_about_known_ones() {
    let Nation { group, shanghai, jiangsu } = Nation::start().await;
    shanghai.world.enter(CAMERA, kandian_proto::value::DevType::IPCAM).await;
    shanghai.open(ANNA, 1).await;
    let anna = session(&shanghai.world, ANNA).await;
    let group = group.down().await;
    assert_eq!(add(&shanghai.world, ANNA, &anna, CAMERA, KEY).await, "0");
    // E-34, E-168: nor about one for which there is no room: a claim cannot be taken back.
    let group = group.up().await;
    assert_eq!(boots(&group.world, "81100000002").await, "401, 1");
    assert_eq!(add(&shanghai.world, ANNA, &anna, "81100000002", KEY).await, "5");
    let nation = Nation { group, shanghai, jiangsu };
    assert_eq!(owner(&nation, "81100000002").await, None);
}

/// E-34: what was claimed survives restarts of all platforms; a device that was reset gets the same address.
#[tokio::test(flavor = "multi_thread")]
async fn and_it_stays_so() {
    let Nation { group, shanghai, jiangsu } = Nation::start().await;
    for camera in [CAMERA, "81100000002"] {
        assert_eq!(boots(&group.world, camera).await, "401, 1");
    }
    jiangsu.open(BERT, 2).await;
    let bert = session(&jiangsu.world, BERT).await;
    assert_eq!(add(&jiangsu.world, BERT, &bert, CAMERA, KEY).await, "0");
    let first = boots(&group.world, CAMERA).await;
    let (group, shanghai) = (group.restart().await, shanghai.restart().await);
    let jiangsu = jiangsu.restart().await;
    assert_eq!(boots(&group.world, CAMERA).await, first);
    assert_eq!(boots(&group.world, "81100000002").await, "401, 1");
    let nation = Nation { group, shanghai, jiangsu };
    assert_eq!(owner(&nation, CAMERA).await.as_deref(), Some(JIANGSU));
    assert_eq!(add(&nation.jiangsu.world, BERT, &bert, CAMERA, KEY).await, "6");
    // A user gives it up, and another adds it: the province knows it, so that nobody asks again.
    let gone = format!("<DevID>{CAMERA}</DevID><DevKey>{KEY}</DevKey>");
    let gone = ask(&nation.jiangsu.world, "MCU_DEL_DEVICE_REQ", BERT, &bert, &gone).await;
    assert_eq!(text(&gone, "Result"), "0");
    assert_eq!(owner(&nation, CAMERA).await.as_deref(), Some(JIANGSU));
    assert_eq!(add(&nation.jiangsu.world, BERT, &bert, CAMERA, KEY).await, "0");
}
