//! The set-up over the camera's hotspot.

use std::net::SocketAddr;

use kandian_device::LinkPhase;
use kandian_device::ctl::{Command, Reply};
use kandian_proto::message::wifi_setup::{GetWifiRequest, GetWifiResponse, SetWifiRequest, SetWifiResponse};
use kandian_proto::value::{DevType, NetType, WifiSecurity};
use kandian_proto::{Message, Profile, Secret, decode, encode};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use crate::support::{Device, Platform, config};

/// A port that is free at this moment.
async fn free() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap()
}

/// Sends bytes, returns what comes back until the end.
async fn raw(address: SocketAddr, request: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request).await.unwrap();
    let mut answer = String::new();
    let _ = stream.read_to_string(&mut answer).await;
    answer
}

async fn post(address: SocketAddr, message: &impl Message) -> String {
    let document = encode(message, Profile::Spec).unwrap();
    let head = format!(
        "POST /wifi HTTP/1.1\r\nContent-Type: text/xml;charset=UTF-8\r\nContent-Length: {}\r\n\r\n",
        document.len()
    );
    let answer = raw(address, &[head.as_bytes(), &document].concat()).await;
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 200 OK\r\nContent-Type: text/xml;charset=UTF-8\r\n"), "{head}");
    body.to_owned()
}

fn set(password: &str) -> SetWifiRequest {
    SetWifiRequest::new("kandian-shop", WifiSecurity::WPA2_PSK).password(Secret::from(password))
}

/// A camera without a cable: list, wrong and right password, answers before connections, and the hotspot ends.
/// E-08, E-109
#[tokio::test]
async fn a_camera_without_a_cable() {
    let (platform, directory) = (Platform::start().await, tempfile::tempdir().unwrap());
    let mut config = config(DevType::IPCAM, directory.path());
    config.province = Some(platform.province());
    config.simulation.wired = Some(false);
    config.wifi_setup = free().await;
    let address = config.wifi_setup;
    let device = Device::start(config);
    device.reaches(LinkPhase::NoNetwork).await;
    platform.until("hotspot", |_| std::net::TcpStream::connect(address).ok()).await;

    let list = decode::<GetWifiResponse>(post(address, &GetWifiRequest::new()).await.as_bytes()).unwrap();
    let points = list.message.outcome.into_result().unwrap().access_points;
    assert_eq!(points.first().map(|point| point.ssid.as_str()), Some("kandian-shop"));
    let code = async |request: &SetWifiRequest| {
        let answer = post(address, request).await;
        decode::<SetWifiResponse>(answer.as_bytes()).unwrap().message.result.0
    };
    assert_eq!(code(&set("short")).await, 255);
    assert_eq!(code(&set("wrong password")).await, 0);
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    assert_eq!(device.handle.status().await.link, LinkPhase::NoNetwork);
    assert_eq!(platform.counts(), (0, 0, 0), "a device without a network asks nobody");
    assert_eq!(code(&set("kandian-wifi")).await, 0);
    device.reaches(LinkPhase::Online).await;
    assert_eq!(platform.login().await.net_type, NetType::WIFI);
    platform
        .until("end of the hotspot", |_| std::net::TcpStream::connect(address).is_err().then_some(()))
        .await;
    // The outcomes of both attempts, in order.
    assert_eq!(platform.exception().await.1, "WIFI连接失败:kandian-shop");
    assert_eq!(platform.exception().await.1, "WIFI连接成功:kandian-shop");
    device.stop().await;
}

/// With a cable there is no hotspot; it opens when the cable is pulled and ends when it is back.
#[tokio::test]
async fn the_hotspot_follows_the_cable() {
    let (platform, directory) = (Platform::start().await, tempfile::tempdir().unwrap());
    let mut config = config(DevType::IPCAM, directory.path());
    config.wifi_setup = free().await;
    let address = config.wifi_setup;
    let device = Device::start(config);
    device.reaches(LinkPhase::Unassigned).await;
    assert!(std::net::TcpStream::connect(address).is_err());
    for _ in 0..3 {
        let reply = device.handle.control(Command::Wire { plugged: false }).await;
        assert!(matches!(reply, Reply::Done(_)));
        platform.until("hotspot", |_| std::net::TcpStream::connect(address).ok()).await;
        device.handle.control(Command::Wire { plugged: true }).await;
        platform.until("end", |_| std::net::TcpStream::connect(address).is_err().then_some(())).await;
    }
    device.stop().await;
}

/// What is no request gets an answer that says so, and the service goes on.
#[tokio::test]
async fn nonsense() {
    let (platform, directory) = (Platform::start().await, tempfile::tempdir().unwrap());
    let mut config = config(DevType::IPCAM, directory.path());
    config.simulation.wired = Some(false);
    config.wifi_setup = free().await;
    let address = config.wifi_setup;
    let device = Device::start(config);
    platform.until("hotspot", |_| std::net::TcpStream::connect(address).ok()).await;
    for (request, status) in [
        (&b"GET /wifi HTTP/1.1\r\n\r\n"[..], "405"),
        (b"POST /else HTTP/1.1\r\nContent-Length: 0\r\n\r\n", "404"),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", "400"),
        (b"POST /wifi HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n", "413"),
    ] {
        let answer = raw(address, request).await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{answer}");
    }
    let answer = raw(address, b"POST /wifi HTTP/1.1\r\nContent-Length: 7\r\n\r\nrubbish").await;
    assert!(answer.contains("<SET_WIFI_RES><Result>255</Result></SET_WIFI_RES>"), "{answer}");
    // More clients than there are places, none of which says anything.
    let idle: Vec<_> = (0..20).map(|_| std::net::TcpStream::connect(address).unwrap()).collect();
    drop(idle);
    assert!(post(address, &GetWifiRequest::new()).await.contains("<Result>0</Result>"));
    device.stop().await;
}
