use kandian_codec::Command;
use kandian_proto::value::DevType;

use super::camera::Camera;
use super::world::World;

/// E-72: the newer login holds the device, and the older link is closed; commands go to the newer one.
#[tokio::test]
async fn and_the_older_link_closes() {
    let world = World::start().await;
    world.enter("81100000001", DevType::IPCAM).await;
    let mut older = Camera::online(world.access(), "81100000001").await;
    let mut newer = Camera::online(world.access(), "81100000001").await;
    assert_eq!(older.receive().await, None);
    world.until("81100000001", "online").await;
    let reboot = world.rest("POST", "/api/v1/devices/81100000001/commands/device_reboot", "");
    let answer = async {
        let (seq, _) = newer.asked(Command::REBOOT).await;
        newer
            .send(
                Command::REBOOT,
                seq,
                "<REBOOT_RES><Result>0</Result><DevID>81100000001</DevID></REBOOT_RES>",
            )
            .await;
    };
    let ((status, _), ()) = tokio::join!(reboot, answer);
    assert_eq!(status, 200);
    // The end of the older link says nothing about the device.
    assert_eq!(world.presence("81100000001").await, "online");
    drop(newer);
    world.until("81100000001", "offline").await;
}
