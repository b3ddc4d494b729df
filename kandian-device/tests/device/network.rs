//! Routers that forward ports, networks that come and go, platforms that start again, and devices with one id.

use std::net::Ipv4Addr;
use std::time::{Duration, Instant};

use kandian_device::LinkPhase;
use kandian_device::ctl::{Command, Reply};
use kandian_device::hardware::sim::GatewayState;
use kandian_proto::Request;
use kandian_proto::message::device::HeartbeatRequest;
use kandian_proto::time::Millis;
use kandian_proto::value::DevType;
use tokio::time::{sleep, timeout};

use crate::support::{Device, Platform, config};

const PUBLIC: Ipv4Addr = Ipv4Addr::new(203, 0, 113, 7);
const OTHER: Ipv4Addr = Ipv4Addr::new(203, 0, 113, 8);

async fn behind(gateway: GatewayState, platform: &Platform) -> (Device, tempfile::TempDir) {
    let directory = tempfile::tempdir().unwrap();
    let mut config = config(DevType::IPCAM, directory.path());
    config.province = Some(platform.province());
    config.simulation.gateway = Some(gateway);
    let device = Device::start(config);
    device.reaches(LinkPhase::Online).await;
    (device, directory)
}

/// The next heartbeat that names this address.
async fn heartbeat(platform: &Platform, upnp: Option<Ipv4Addr>) -> HeartbeatRequest {
    let pick = |request: &Request| match request {
        Request::Heartbeat(beat) if beat.upnp_ip.get() == upnp => Some(beat.clone()),
        _ => None,
    };
    platform.sees("heartbeat", pick).await
}

/// The router is asked before the connection, for a port in the range; when it is exchanged, the platform hears of the
/// new one at once, not with the heartbeat of two minutes later., E-76, E-86
#[tokio::test]
async fn a_router_forwards() {
    let platform = Platform::start().await;
    let (device, _directory) = behind(GatewayState::Forwards(PUBLIC), &platform).await;
    let login = platform.login().await;
    let port = login.rtsp_upnp_port.get().unwrap();
    assert_eq!(login.upnp_ip.get(), Some(PUBLIC));
    assert!((10_000..=60_000).contains(&port), "{port}");
    heartbeat(&platform, Some(PUBLIC)).await;
    let changed = Instant::now();
    let reply = device.handle.control(Command::Gateway { address: Some(OTHER) }).await;
    assert!(matches!(reply, Reply::Done(_)), "{reply:?}");
    let beat = heartbeat(&platform, Some(OTHER)).await;
    assert!(changed.elapsed() < Duration::from_secs(10));
    // A mapping that lives keeps its port; this is a new one.
    assert_ne!(beat.rtsp_upnp_port.get(), Some(port));
    platform.hang_up().await;
    let login = platform.login().await;
    assert_eq!((login.upnp_ip.get(), login.rtsp_upnp_port), (Some(OTHER), beat.rtsp_upnp_port));
    device.stop().await;
}

/// A router that refuses keeps the device from nothing, and the platform hears of it after every login.,
/// E-75
#[tokio::test]
async fn a_router_refuses() {
    let platform = Platform::start().await;
    let (device, _directory) = behind(GatewayState::Refuses, &platform).await;
    for _ in 0..2 {
        let login = platform.login().await;
        assert_eq!((login.upnp_ip.get(), login.rtsp_upnp_port.get()), (None, None));
        assert_eq!(platform.exception().await, (12, "UPNP映射失败".to_owned()));
        platform.hang_up().await;
    }
    device.stop().await;
    // A device that asks no router has nothing to report.
    let (device, _directory) = Device::online(DevType::IPCAM, &platform).await;
    platform.login().await;
    assert!(timeout(Duration::from_secs(1), platform.exception()).await.is_err());
    let reply = device.handle.control(Command::Gateway { address: None }).await;
    assert!(matches!(reply, Reply::Failed(ref why) if why.contains("--gateway")), "{reply:?}");
    device.stop().await;
}

/// Without a network nothing is tried, so nothing has to be waited for when it is back: the device logs in at once,
/// without another registration., E-58
#[tokio::test]
async fn the_network_is_back() {
    let platform = Platform::start().await;
    let directory = tempfile::tempdir().unwrap();
    let mut config = config(DevType::NVR, directory.path());
    config.province = Some(platform.province());
    // Whoever tried in vain would wait longer than this test.
    config.timing.registration = Millis::from_secs(300);
    let device = Device::start(config);
    device.reaches(LinkPhase::Online).await;
    for round in 2..=3 {
        device.handle.control(Command::Wire { plugged: false }).await;
        device.reaches(LinkPhase::NoNetwork).await;
        sleep(Duration::from_secs(1)).await;
        assert_eq!(device.handle.status().await.link, LinkPhase::NoNetwork);
        let back = Instant::now();
        device.handle.control(Command::Wire { plugged: true }).await;
        platform.until("login", |p| (p.counts().2 == round).then_some(())).await;
        assert!(back.elapsed() < Duration::from_secs(5), "{:?}", back.elapsed());
        device.reaches(LinkPhase::Online).await;
    }
    assert_eq!(platform.counts(), (0, 1, 3));
    assert_eq!(device.handle.status().await.problem, None);
    device.stop().await;
}

/// A device that has no platform to go to has none when the network is back either.
#[tokio::test]
async fn no_platform_with_or_without_a_network() {
    let platform = Platform::start().await;
    let directory = tempfile::tempdir().unwrap();
    let mut config = config(DevType::NVR, directory.path());
    config.group = Some(platform.group());
    let device = Device::start(config);
    device.reaches(LinkPhase::Unassigned).await;
    for plugged in [false, true] {
        device.handle.control(Command::Wire { plugged }).await;
        sleep(Duration::from_millis(300)).await;
        assert_eq!(device.handle.status().await.link, LinkPhase::Unassigned);
    }
    assert_eq!(platform.counts(), (1, 0, 0));
    device.stop().await;
}

/// A platform that is gone for a while and then back on the same ports: every kind of device comes back by itself.
///
#[tokio::test]
async fn the_platform_starts_again() {
    for kind in [DevType::IPCAM, DevType::NVR, DevType::DVR] {
        let platform = Platform::start().await;
        let (device, _directory) = Device::online(kind, &platform).await;
        let ports = platform.stop().await;
        device.reaches(LinkPhase::Waiting).await;
        sleep(Duration::from_millis(600)).await;
        let platform = Platform::start_at(ports).await;
        platform.until("login", |p| (p.counts().2 == 1).then_some(())).await;
        device.reaches(LinkPhase::Online).await;
        device.stop().await;
    }
}

/// Two devices with one id: the platform keeps the newer link, and the older device comes back at its own pace, so
/// that they take turns and flood nobody. E-58
#[tokio::test]
async fn two_devices_with_one_id() {
    let platform = Platform::start().await;
    platform.keep_newest();
    let directories = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let start = |directory: &tempfile::TempDir| {
        let mut config = config(DevType::IPCAM, directory.path());
        config.province = Some(platform.province());
        (config.timing.reconnect, config.timing.reconnect_spread) = (Millis(400), Millis(50));
        Device::start(config)
    };
    let devices = directories.each_ref().map(start);
    sleep(Duration::from_secs(4)).await;
    let logins = platform.counts().2;
    // Each waits 400 ms or more after it was sent away, and longer each time.
    assert!((4..=20).contains(&logins), "{logins}");
    let mut online = 0;
    for device in &devices {
        online += usize::from(device.handle.status().await.online);
        assert!(device.handle.status().await.logins > 1);
    }
    assert!(online <= 1, "{online}");
    let [first, second] = devices;
    first.stop().await;
    second.reaches(LinkPhase::Online).await;
    second.stop().await;
}
