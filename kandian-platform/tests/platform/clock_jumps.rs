use kandian_codec::Command;
use kandian_platform::service::create_token;
use kandian_platform::store::TokenRole;
use kandian_proto::time::UnixMillis;
use kandian_proto::value::DevType;

use super::camera::Camera;
use super::world::{World, http};

const CAMERA: &str = "81100000001";
const YEAR: i64 = 365 * 24 * 3_600_000;

async fn status_with(world: &World, token: &str) -> u16 {
    let head = format!("Authorization: Bearer {token}\r\n");
    http(world.platform.http(), "GET", "/api/v1/devices", &head, b"").await.0
}

/// The clock of the system jumps a year ahead, then three years back. Links stay and commands are answered, since what
/// is waited for goes by the monotonic clock; tokens end by the time of day, whatever it is; logins are numbered and
/// not timed, so that the order of the records holds; and after a restart nothing is lost.
#[tokio::test]
async fn nothing_breaks() {
    let world = World::start().await;
    world.enter(CAMERA, DevType::IPCAM).await;
    let app = world.platform.app();
    let end = UnixMillis(app.clock.wall().0 + YEAR / 2);
    let token =
        create_token(&app.store, "half", TokenRole::Viewer, app.clock.wall(), Some(end)).await.unwrap();
    let mut camera = Camera::online(world.access(), CAMERA).await;
    for (jump, token_counts) in [(0, 200), (YEAR, 401), (-3 * YEAR, 200)] {
        app.clock.jump(jump);
        let path = format!("/api/v1/devices/{CAMERA}/commands/device_reboot");
        let sent = world.rest("POST", &path, "");
        let answers = async {
            let (seq, _) = camera.asked(Command::REBOOT).await;
            let done = format!("<REBOOT_RES><Result>0</Result><DevID>{CAMERA}</DevID></REBOOT_RES>");
            camera.send(Command::REBOOT, seq, &done).await;
        };
        let ((status, answer), ()) = tokio::join!(sent, answers);
        assert_eq!(status, 200, "{jump}: {answer}");
        assert_eq!(world.presence(CAMERA).await, "online", "{jump}");
        assert_eq!(status_with(&world, token.reveal()).await, token_counts, "{jump}");
        // The time of day that devices are told is the one of the clock (E-14).
        assert!(camera.login("K7M2P9Q4").await.contains("<Result>0</Result>"), "{jump}");
    }
    let before = app.store.device(CAMERA.parse().unwrap()).await.unwrap().unwrap().epoch;
    assert_eq!(before.0, 4);
    let world = world.restart().await;
    assert_eq!(camera.receive().await, None);
    let _camera = Camera::online(world.access(), CAMERA).await;
    world.until(CAMERA, "online").await;
    let after = world.platform.app().store.device(CAMERA.parse().unwrap()).await.unwrap().unwrap().epoch;
    assert_eq!(after.0, 5);
}
