use kandian_platform::config::Policy;

use super::cameras_find_their_province::add;
use super::device::{boots, register, register_at};
use super::nation::{Place, SHANGHAI, enter};
use super::phone::{ANNA, CAMERA, KEY, session, text};

/// with both roles in one process the group platform is asked without a network, also
/// under the policy that takes in nothing but what it sends.
#[tokio::test(flavor = "multi_thread")]
async fn a_claim_stays_in_the_process() {
    for policy in [Policy::Open, Policy::ViaGroup] {
        let place = Place::start(|config, _| config.enrolment.policy = policy).await;
        place.open(ANNA, 4).await;
        let anna = session(&place.world, ANNA).await;
        assert_eq!(add(&place.world, ANNA, &anna, CAMERA, KEY).await, "3");
        assert_eq!(boots(&place.world, CAMERA).await, "401, 1");
        assert_eq!(add(&place.world, ANNA, &anna, CAMERA, "WRONG").await, "4");
        assert_eq!(add(&place.world, ANNA, &anna, CAMERA, KEY).await, "0");
        let url = boots(&place.world, CAMERA).await;
        assert_eq!(url, format!("http://{}/DeviceRegisterServlet", place.world.platform.device_http()));
        assert_eq!(register(&url, CAMERA).await, place.world.access());
        let (_, device) = place.rest("GET", &format!("/api/v1/devices/{CAMERA}"), "").await;
        assert_eq!((&device["origin"], &device["kind"]), (&"group".into(), &"nvr".into()));
    }
}

/// E-35: under that policy a device of another province is not taken in.
#[tokio::test(flavor = "multi_thread")]
async fn and_devices_of_others_are_not_taken_in() {
    let place = Place::start(|config, _| config.enrolment.policy = Policy::ViaGroup).await;
    let password = enter(&place, SHANGHAI, "上海").await;
    assert_eq!(boots(&place.world, CAMERA).await, "401, 1");
    let claim = format!(
        "<DEVICE_USE_REQ><ProvinceNo>3100</ProvinceNo><CmsNo>01</CmsNo><CmsPassword>{password}</CmsPassword>\
         <DevID>{CAMERA}</DevID><DevKey>{KEY}</DevKey></DEVICE_USE_REQ>"
    );
    assert_eq!(text(&place.post(&claim).await.1, "Result"), "0");
    let url = format!("http://{}/DeviceRegisterServlet", place.world.platform.device_http());
    assert_eq!(register_at(&url, CAMERA).await.0, "1");
    let own = "{\"province\":\"0000-00\"}";
    assert_eq!(place.rest("PUT", &format!("/api/v1/enrolments/{CAMERA}/province"), own).await.0, 200);
    // E-26: a stranger who names it first does not make his key that of the device.
    let stranger = format!(
        "<REGISTER_REQ><ManufacturerNo>811</ManufacturerNo><Mode>KD-1</Mode><DevType>1</DevType>\
         <DevID>{CAMERA}</DevID><DevKey>STRANGER</DevKey></REGISTER_REQ>"
    );
    let at = place.world.platform.device_http();
    let (_, answer) = super::world::http(at, "POST", "/DeviceRegisterServlet", "", stranger.as_bytes()).await;
    assert_eq!(text(std::str::from_utf8(&answer).unwrap(), "Result"), "2");
    assert_eq!(register_at(&url, CAMERA).await.0, "0");
}

/// E-35: where administrators enter the devices, users do not bring others in.
#[tokio::test(flavor = "multi_thread")]
async fn unless_only_administrators_enter_devices() {
    let place = Place::start(|config, _| config.enrolment.policy = Policy::Closed).await;
    place.open(ANNA, 4).await;
    let anna = session(&place.world, ANNA).await;
    assert_eq!(boots(&place.world, CAMERA).await, "401, 1");
    assert_eq!(add(&place.world, ANNA, &anna, CAMERA, KEY).await, "3");
    assert_eq!(boots(&place.world, CAMERA).await, "401, 1");
}

/// E-31: the STUN servers are those of the settings; without any the TURN servers, which are STUN servers as well.
#[tokio::test(flavor = "multi_thread")]
async fn and_devices_are_told_stun_servers() {
    let answer = async |place: &Place| {
        let body = format!(
            "<REDIRECT_REQ><ManufacturerNo>811</ManufacturerNo><Mode>KD-1</Mode><DevType>1</DevType>\
             <DevID>{CAMERA}</DevID><DevKey>{KEY}</DevKey></REDIRECT_REQ>"
        );
        let at = place.world.platform.device_http();
        let (status, answer) = super::world::http(at, "POST", "/ISMPGroupManager", "", body.as_bytes()).await;
        assert_eq!(status, 200);
        String::from_utf8(answer).unwrap()
    };
    let place = Place::start(|config, _| {
        config.group.assign_unclaimed = true;
        config.group.stun.host = "stun1.example".parse().ok();
        config.group.stun.backup_host = "stun2.example".parse().ok();
        config.group.stun.backup_port = 3479;
    })
    .await;
    let told = answer(&place).await;
    for wanted in [
        "<StunIP>stun1.example</StunIP><StunPort>3478</StunPort>",
        "<BackupStunIP>stun2.example</BackupStunIP><BackupStunPort>3479</BackupStunPort>",
    ] {
        assert!(told.contains(wanted), "{told}");
    }
    let place = Place::start(|config, _| {
        config.group.assign_unclaimed = true;
        config.turn.host = "turn.example".parse().ok();
        config.turn.port = 3480;
    })
    .await;
    let told = answer(&place).await;
    assert!(told.contains("<StunIP>turn.example</StunIP><StunPort>3480</StunPort><BackupStunIP>turn.example</BackupStunIP><BackupStunPort>3480<"), "{told}");
}
