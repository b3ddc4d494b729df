//! From the first start to a link, and the ways back.

use std::time::Duration;

use kandian_device::{LinkPhase, RunError, Station};
use kandian_proto::message::device::{CloudAccount, RebootRequest, ResetDefaultRequest};
use kandian_proto::value::{CloudSpace, DevType, NetType, UrlOrEmpty};
use tokio::net::TcpListener;

use crate::support::{Device, Platform, config, id};

/// The group platform is asked once, its answer is remembered over restarts, and forgotten by a reset. R-5.1, R-5.3,
/// R-5.4, R-5.5, R-6.17, R-6.18, E-29, E-30, E-31
#[tokio::test]
async fn redirect_is_asked_once_until_a_reset() {
    let platform = Platform::start().await;
    let directory = tempfile::tempdir().unwrap();
    let mut config = config(DevType::IPCAM, directory.path());
    config.group = Some(platform.group());
    let device = Device::start(config.clone());
    device.reaches(LinkPhase::Unassigned).await;
    // Longer than the interval after which a device would register again.
    tokio::time::sleep(Duration::from_millis(800)).await;
    assert_eq!(platform.counts(), (1, 0, 0));
    device.stop().await;
    platform.assign();
    let device = Device::start(config.clone());
    device.reaches(LinkPhase::Online).await;
    assert_eq!(platform.counts(), (2, 1, 1));
    platform.yes(RebootRequest::new(id())).await;
    platform.until("login after the reboot", |p| (p.counts().2 == 2).then_some(())).await;
    device.stop().await;
    let device = Device::start(config);
    device.reaches(LinkPhase::Online).await;
    assert_eq!(platform.counts(), (2, 3, 3));
    platform.yes(ResetDefaultRequest::new(id())).await;
    platform.until("login after the reset", |p| (p.counts().2 == 4).then_some(())).await;
    assert_eq!(platform.counts(), (3, 4, 4));
    device.stop().await;
}

/// An address that was written in goes before everything; the group platform is not asked. R-5.2
#[tokio::test]
async fn a_written_address_goes_first() {
    let platform = Platform::start().await;
    let directory = tempfile::tempdir().unwrap();
    let mut config = config(DevType::NVR, directory.path());
    config.group = Some(platform.group());
    let device = Device::start(config);
    device.reaches(LinkPhase::Unassigned).await;
    let url = Some(platform.province().to_string());
    device.handle.control(kandian_device::ctl::Command::Province { url }).await;
    device.reaches(LinkPhase::Online).await;
    assert_eq!(platform.counts(), (1, 1, 1));
    device.stop().await;
}

/// Primary closed: the backup, without another registration. R-7.12
#[tokio::test]
async fn the_backup_takes_over() {
    let platform = Platform::start().await;
    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    platform.set_grant(Platform::grant_for(closed, platform.access));
    let (device, _directory) = Device::online(DevType::IPCAM, &platform).await;
    assert_eq!(platform.counts(), (0, 1, 1));
    assert_eq!(device.handle.status().await.server, Some(platform.access.to_string()));
    device.stop().await;
}

/// Servers may have names. R-16.1, E-56
#[tokio::test]
async fn servers_have_names() {
    let platform = Platform::start().await;
    let host: kandian_proto::value::Host = "localhost".parse().unwrap();
    let grant = Platform::grant_for(platform.access, platform.access);
    platform.set_grant(grant.access_host(host.clone()).backup_access_host(host));
    let (device, _directory) = Device::online(DevType::NVR, &platform).await;
    let server = device.handle.status().await.server.unwrap();
    assert!(server.starts_with("localhost:"), "{server}");
    device.stop().await;
}

/// Both closed: another registration, not before the interval. R-7.13, R-7.14
#[tokio::test]
async fn both_servers_closed_is_a_new_registration() {
    let platform = Platform::start().await;
    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    platform.set_grant(Platform::grant_for(closed, closed));
    let directory = tempfile::tempdir().unwrap();
    let mut config = config(DevType::IPCAM, directory.path());
    config.province = Some(platform.province());
    let device = Device::start(config);
    platform.until("first registration", |p| (p.counts().1 == 1).then_some(())).await;
    let first = std::time::Instant::now();
    platform.set_grant(Platform::grant_for(platform.access, platform.access));
    device.reaches(LinkPhase::Online).await;
    assert!(first.elapsed() >= Duration::from_millis(350), "{:?}", first.elapsed());
    assert_eq!(platform.counts(), (0, 2, 1));
    device.stop().await;
}

/// A platform that is not there: the operator sees why, and when the next attempt is made. R-7.14
#[tokio::test]
async fn a_platform_that_is_not_there() {
    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let directory = tempfile::tempdir().unwrap();
    let mut config = config(DevType::DVR, directory.path());
    config.province = Some(format!("http://{closed}/").parse().unwrap());
    config.timing.registration = kandian_proto::time::Millis::from_secs(300);
    let device = Device::start(config);
    device.reaches(LinkPhase::Waiting).await;
    let mut status = device.handle.status().await;
    for _ in 0..100 {
        if status.next_attempt_s.is_some() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
        status = device.handle.status().await;
    }
    let problem = status.problem.unwrap();
    assert!(problem.starts_with("not registered: the platform did not answer: "), "{problem}");
    assert!(
        status.next_attempt_s.is_some_and(|wait| (250..=301).contains(&wait)),
        "{:?}",
        status.next_attempt_s
    );
    device.stop().await;
}

/// A wrong key is refused, and the operator sees why. R-7.16, R-7.47
#[tokio::test]
async fn a_wrong_key() {
    let platform = Platform::start().await;
    let directory = tempfile::tempdir().unwrap();
    let mut config = config(DevType::IPCAM, directory.path());
    config.province = Some(platform.province());
    config.key = "wrong".into();
    let device = Device::start(config);
    device.reaches(LinkPhase::Waiting).await;
    let problem = device.handle.status().await.problem.unwrap();
    assert!(problem.contains("BAD_DEV_KEY"), "{problem}");
    assert_eq!(platform.counts().2, 0);
    device.stop().await;
}

/// A lost link comes back by itself, without another registration. R-7.24, E-58
#[tokio::test]
async fn a_lost_link_comes_back() {
    let platform = Platform::start().await;
    let (device, _directory) = Device::online(DevType::IPCAM, &platform).await;
    platform.hang_up().await;
    platform.until("second login", |p| (p.counts().2 == 2).then_some(())).await;
    assert_eq!(platform.counts(), (0, 1, 2));
    device.stop().await;
}

/// The cable goes first; without it the device logs in over Wi-Fi and says so, and returns to the cable. R-7.68
#[tokio::test]
async fn the_cable_goes_first() {
    use kandian_device::ctl::Command;
    use kandian_proto::Secret;
    use kandian_proto::message::device::SetWifiRequest;
    use kandian_proto::value::WifiSecurity;
    let platform = Platform::start().await;
    let (device, _directory) = Device::online(DevType::IPCAM, &platform).await;
    assert_eq!(platform.login().await.net_type, NetType::WIRED);
    let wifi = SetWifiRequest::new(id(), "kandian-shop", WifiSecurity::WPA2_PSK);
    platform.yes(wifi.password(Secret::from("kandian-wifi"))).await;
    platform.exception().await;
    device.handle.control(Command::Wire { plugged: false }).await;
    assert_eq!(platform.login().await.net_type, NetType::WIFI);
    device.handle.control(Command::Wire { plugged: true }).await;
    assert_eq!(platform.login().await.net_type, NetType::WIRED);
    device.stop().await;
}

/// The login says where the device is; the cloud account of the answer is kept; a camera reports what it encodes and its
/// ONVIF access. R-7.40, R-7.46, R-7.48, R-7.49, R-7.50, E-81
#[tokio::test]
async fn login_and_capabilities() {
    let platform = Platform::start().await;
    let url: UrlOrEmpty = "http://oos.example/".parse().unwrap();
    platform.set_cloud(CloudAccount::new(url, "AK", "SK", "r", "p").estore_space(CloudSpace(100)));
    let (device, directory) = Device::online(DevType::IPCAM, &platform).await;
    let login = platform.login().await;
    assert_eq!(login.local_ip.get(), Some(std::net::Ipv4Addr::LOCALHOST));
    // The one that is open.
    assert_eq!((login.rtsp_local_port.0, login.upnp_ip.get()), (device.rtsp().await, None));
    assert!(login.dev_ver.starts_with("V1.6_"));
    let report = platform.capabilities().await;
    assert_eq!((report.channel_num, report.videos.len(), report.local_store_flag.0), (1, 5, 1));
    let onvif = report.onvif.unwrap();
    assert!(onvif.password.reveal().len() >= 12);
    for kept in ["\"access_key\": \"AK\"", "\"account\": \"pictures\"", "ftp-secret", onvif.password.reveal()]
    {
        let state = || std::fs::read_to_string(directory.path().join("state.json")).unwrap();
        platform.until(kept, |_| state().contains(kept).then_some(())).await;
    }
    device.stop().await;
}

/// Two processes cannot share a data directory.
#[tokio::test]
async fn a_data_directory_is_for_one() {
    let platform = Platform::start().await;
    let (device, directory) = Device::online(DevType::IPCAM, &platform).await;
    let second = Station::open(config(DevType::IPCAM, directory.path()));
    assert!(matches!(second, Err(RunError::InUse(_))));
    device.stop().await;
    Station::open(config(DevType::IPCAM, directory.path())).unwrap();
}

/// A platform that answers nonsense, or nothing, is waited for, and the device ends when it is told to.
#[tokio::test]
async fn a_platform_that_makes_no_sense() {
    use tokio::io::AsyncWriteExt as _;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let answers: [&[u8]; 4] = [
        b"",
        b"\0\0\0\0\0\0",
        b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n\r\n<?xml version=\"1.0\"?><REGISTER_RES><Result>0</Result></REGISTER_RES>",
    ];
    let (sender, mut told) = tokio::sync::mpsc::unbounded_channel();
    tokio::spawn(async move {
        for answer in answers.iter().cycle() {
            let (mut stream, _) = listener.accept().await.unwrap();
            let _ = stream.write_all(answer).await;
            let _ = sender.send(());
        }
    });
    let directory = tempfile::tempdir().unwrap();
    let mut config = config(DevType::IPCAM, directory.path());
    config.province = Some(format!("http://{address}/").parse().unwrap());
    config.timing.registration = kandian_proto::time::Millis(30);
    let device = Device::start(config);
    for _ in 0..5 {
        tokio::time::timeout(crate::support::SOON, told.recv()).await.unwrap().unwrap();
    }
    device.reaches(LinkPhase::Waiting).await;
    assert!(device.handle.status().await.problem.unwrap().starts_with("not registered"));
    device.stop().await;
}

/// Without a cable a camera comes back over the access point that it was told, after a reboot and after its program
/// was started anew; a reset forgets it. R-7.68, R-7.117
#[tokio::test]
async fn wifi_survives_restarts_and_no_reset() {
    use kandian_device::ctl::Command;
    use kandian_proto::Secret;
    use kandian_proto::message::device::SetWifiRequest;
    use kandian_proto::value::WifiSecurity;
    let platform = Platform::start().await;
    let (device, directory) = Device::online(DevType::IPCAM, &platform).await;
    let wifi = SetWifiRequest::new(id(), "kandian-shop", WifiSecurity::WPA2_PSK);
    platform.yes(wifi.password(Secret::from("kandian-wifi"))).await;
    platform.exception().await;
    device.owes_nothing().await;
    device.handle.control(Command::Wire { plugged: false }).await;
    assert_eq!(platform.login().await.net_type, NetType::WIFI);
    platform.yes(RebootRequest::new(id())).await;
    assert_eq!(platform.login().await.net_type, NetType::WIFI);
    device.stop().await;
    let device = Device::at(DevType::IPCAM, &platform, directory.path()).await;
    assert_eq!(platform.login().await.net_type, NetType::WIFI);
    assert_eq!(device.handle.status().await.reports_owed, 0, "nobody asked for these connections");
    platform.yes(ResetDefaultRequest::new(id())).await;
    device.reaches(LinkPhase::NoNetwork).await;
    assert_eq!(device.handle.status().await.wifi, None);
    device.stop().await;
}

/// A platform that sends commands without a pause and without reading answers: the device stays what it is, and
/// comes back when the platform does.
#[tokio::test]
async fn a_platform_that_does_not_listen() {
    use kandian_codec::{Command, FrameRef, encode};
    use kandian_proto::message::device::{CloudAccount, LoginResponse, VideoPtzRequest};
    use kandian_proto::value::PtzDirection;
    use kandian_proto::{Outcome, Profile};
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let platform = Platform::start().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let deaf = listener.local_addr().unwrap();
    platform.set_grant(Platform::grant_for(deaf, deaf));
    let directory = tempfile::tempdir().unwrap();
    let mut config = config(DevType::IPCAM, directory.path());
    config.province = Some(platform.province());
    let device = Device::start(config);
    let (mut stream, _) = listener.accept().await.unwrap();
    let mut login = [0; 2048];
    assert!(stream.read(&mut login).await.unwrap() > 0);
    let mut frames = Vec::new();
    let mut frame = |command, seq, document: &[u8]| {
        encode(&FrameRef::new(command, seq, document), &mut frames, 65_535).unwrap();
    };
    let account = CloudAccount::new(UrlOrEmpty::NONE, "", "", "", "");
    let time: kandian_proto::time::Timestamp = "20300101000000".parse().unwrap();
    let accepted = LoginResponse::new(Outcome::Success(account)).dev_id(id()).time(time);
    frame(Command::LOGIN, 0, &kandian_proto::encode(&accepted, Profile::Spec).unwrap());
    let left = VideoPtzRequest::new(id(), 0_u16, PtzDirection::LEFT);
    let left = kandian_proto::encode(&left, Profile::Spec).unwrap();
    for seq in 0..2_000 {
        frame(Command::VIDEO_PTZ, seq, &left);
    }
    // As long as the device takes them; nothing is read.
    for _ in 0..10 {
        if tokio::time::timeout(Duration::from_millis(500), stream.write_all(&frames)).await.is_err() {
            break;
        }
    }
    let status = tokio::time::timeout(Duration::from_secs(5), device.handle.status()).await.unwrap();
    assert_eq!((status.restarts, status.storage.state), (0, "ready"));
    platform.set_grant(Platform::grant_for(platform.access, platform.access));
    drop((stream, listener));
    device.reaches(LinkPhase::Online).await;
    platform.until("login", |p| (p.counts().2 == 1).then_some(())).await;
    device.stop().await;
}
