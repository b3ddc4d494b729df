use std::time::Duration;

use kandian_codec::Command;
use kandian_proto::value::DevType;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::camera::Camera;
use super::world::{PATIENCE, World, http};

/// Connections beyond the limit of an address are closed; when one ends, there is room again.
#[tokio::test]
async fn links_of_one_address() {
    let world = World::with(|config| config.access.max_links_per_address = 2).await;
    world.enter("81100000001", DevType::IPCAM).await;
    let first = Camera::connect(world.access(), "81100000001").await;
    let mut second = Camera::online(world.access(), "81100000001").await;
    let mut third = Camera::connect(world.access(), "81100000001").await;
    assert_eq!(third.receive().await, None);
    drop(first);
    // The end of the first one is noticed a moment later.
    let mut entered = false;
    for _ in 0..200 {
        let mut next = Camera::connect(world.access(), "81100000001").await;
        entered = next.is_heard().await;
        if entered {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert!(entered, "there is room again");
    let alive = "<HEARTBEAT_REQ><DevID>81100000001</DevID><CurVideoNum>0</CurVideoNum><UpnpIP>0.0.0.0</UpnpIP>\
        <RtspUpnpPort>0</RtspUpnpPort><LocalIP>192.168.1.88</LocalIP><RtspLocalPort>1554</RtspLocalPort>\
        <TurnRelayIP>0.0.0.0</TurnRelayIP><RtspTurnRelayPort>0</RtspTurnRelayPort></HEARTBEAT_REQ>";
    assert!(second.ask(Command::HEARTBEAT, alive).await.contains("HEARTBEAT_RES"));
}

/// E-62: garbage costs a link, and nobody else anything.
#[tokio::test]
async fn garbage_costs_its_own_link() {
    let world = World::start().await;
    world.enter("81100000001", DevType::IPCAM).await;
    let mut honest = Camera::online(world.access(), "81100000001").await;
    for noise in [&b"GET / HTTP/1.1\r\n\r\n"[..], b"\xFA\xF5\x33\0\0\0\0\0", &[0xFF; 70_000]] {
        let mut hostile = Camera::connect(world.access(), "x").await;
        hostile.bytes(noise).await;
        // A lying LEN waits for the rest; the others are closed.
        if noise.first() != Some(&0xFA) {
            assert_eq!(hostile.receive().await, None);
        }
    }
    assert!(honest.login("K7M2P9Q4").await.contains("<Result>0</Result>"));
}

/// A client that sends a byte now and then is cut off after the time of an exchange, and an endless head is refused.
#[tokio::test]
async fn slow_http_is_cut_off() {
    let world = World::with(|config| config.device_http.timeout_secs = 3).await;
    let mut slow = TcpStream::connect(world.platform.device_http()).await.unwrap();
    slow.write_all(b"POST / HTTP/1.1\r\nContent-Length: 500\r\n\r\n").await.unwrap();
    let mut rest = Vec::new();
    tokio::time::timeout(PATIENCE, slow.read_to_end(&mut rest)).await.expect("an end").unwrap();
    assert_eq!(rest, b"");
    let endless = format!("X: {}\r\n", "y".repeat(100)).repeat(100);
    let (status, _) = http(world.platform.device_http(), "POST", "/", &endless, b"").await;
    assert!((400..500).contains(&status), "{status}");
}

/// E-10: a login that cannot be read and names nobody gets no answer, since LOGIN_RES has to name the device; the
/// link closes when no better one comes in time, and so does one on which nothing comes. One that names the device is
/// refused with 255 and may be repeated.
#[tokio::test]
async fn logins_that_cannot_be_read() {
    let world = World::with(|config| {
        (config.access.first_message_secs, config.access.login_secs) = (10, 10);
    })
    .await;
    world.enter("81100000001", DevType::IPCAM).await;
    let mut silent = Camera::connect(world.access(), "81100000001").await;
    let mut nameless = Camera::connect(world.access(), "81100000001").await;
    nameless.send(Command::LOGIN, 1, "<LOGIN_REQ><DevKey>K7M2P9Q4</DevKey></LOGIN_REQ>").await;
    let mut named = Camera::connect(world.access(), "81100000001").await;
    let broken = "<LOGIN_REQ><DevID>81100000001</DevID><DevKey>K7M2P9Q4</DevKey></LOGIN_REQ>";
    assert!(named.ask(Command::LOGIN, broken).await.contains("<Result>255</Result>"));
    assert!(named.login("K7M2P9Q4").await.contains("<Result>0</Result>"));
    assert_eq!(nameless.receive().await, None);
    assert_eq!(silent.receive().await, None);
    assert!(named.login("K7M2P9Q4").await.contains("<Result>0</Result>"));
}
