use kandian_proto::value::DevType;

use super::camera::Camera;
use super::world::World;

/// after a restart a device that was online is awaited, not offline; commands say so; and it is online as soon as
/// it returns.
#[tokio::test]
async fn devices_are_awaited() {
    let world = World::start().await;
    world.enter("81100000001", DevType::IPCAM).await;
    world.enter("81100000002", DevType::IPCAM).await;
    let mut camera = Camera::online(world.access(), "81100000001").await;
    let world = world.restart().await;
    assert_eq!(camera.receive().await, None, "links are closed when the platform stops");
    assert_eq!(world.presence("81100000001").await, "unknown");
    assert_eq!(world.presence("81100000002").await, "offline");
    let (status, problem) =
        world.rest("POST", "/api/v1/devices/81100000001/commands/device_reboot", "").await;
    assert_eq!((status, problem["type"].as_str()), (409, Some("unknown")), "{problem}");
    let _camera = Camera::online(world.access(), "81100000001").await;
    world.until("81100000001", "online").await;
}
