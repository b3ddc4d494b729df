//! What no player does: half requests, giants, floods, and connections that only take places.

use std::time::Duration;

use kandian_proto::time::Millis;
use kandian_proto::value::StreamType;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::support::film::Film;
use crate::support::rtsp::Client;
use crate::support::{Device, Platform, SOON, logs};

const MAIN: StreamType = StreamType::MAIN;

async fn connect(port: u16) -> TcpStream {
    TcpStream::connect(("127.0.0.1", port)).await.unwrap()
}

/// What comes until the other side closes, which it has to do soon.
async fn last_words(stream: &mut TcpStream) -> String {
    let mut words = Vec::new();
    let read = async {
        let mut piece = [0; 4096];
        while let Ok(read @ 1..) = stream.read(&mut piece).await {
            words.extend_from_slice(&piece[..read]);
        }
    };
    timeout(SOON, read).await.expect("it does not close");
    String::from_utf8_lossy(&words).into_owned()
}

/// Two thousand connections that say nothing: most are turned away at once, the others later; who watches goes on
/// watching, and when they are gone there is room again.
#[tokio::test]
async fn thousands_that_say_nothing() {
    let (platform, film) = (Platform::start().await, Film::new(20, 3_000));
    let tune = |config: &mut kandian_device::Config| {
        (config.rtsp_viewers, config.rtsp_timing.idle) = (Some(2), Millis(3_000));
    };
    let (device, directory) = Device::showing(&platform, &film, tune).await;
    let port = device.rtsp().await;
    let (mut client, _) = Client::watch(port, &platform.issue(0, MAIN)).await;
    let (mut silent, mut most) = (Vec::new(), 0);
    for number in 0..2_000 {
        // When the device has no time to take them, the system turns them away.
        if let Ok(Ok(stream)) = timeout(Duration::from_secs(1), TcpStream::connect(("127.0.0.1", port))).await
        {
            silent.push(stream);
        }
        if silent.len() > 200 {
            silent.drain(..150);
        }
        if number % 100 == 0 {
            most = most.max(device.handle.status().await.rtsp_connections);
            client.picture().await;
        }
    }
    assert!((2..=2 + 64).contains(&most), "{most} connections");
    logs(&directory, "is turned away").await;
    let log = std::fs::read_to_string(directory.path().join("device.log")).unwrap();
    assert!(log.lines().filter(|line| line.contains("is turned away")).count() <= 10, "{log}");
    // The watching one stays; the last of the others are closed because they ask nothing.
    device.until("silence to end", |status| status.rtsp_connections == 1).await;
    let (mut second, _) = Client::watch(port, &platform.issue(0, MAIN)).await;
    assert!(second.picture().await.is_key());
    drop(silent);
    device.stop().await;
}

/// A request that never becomes whole holds its place for a while only; so does one that comes byte by byte.
#[tokio::test]
async fn half_requests() {
    let (platform, film) = (Platform::start().await, Film::new(20, 3_000));
    let tune = |config: &mut kandian_device::Config| config.rtsp_timing.message = Millis(500);
    let (device, _directory) = Device::showing(&platform, &film, tune).await;
    let port = device.rtsp().await;
    for half in [
        "D",
        "DESCRIBE rtsp://127.0.0.1/realplay?devid=81100000001",
        "DESCRIBE rtsp://127.0.0.1/ RTSP/1.0\r\nCSeq: 1\r\n",
        "SET_PARAMETER rtsp://127.0.0.1/ RTSP/1.0\r\nCSeq: 1\r\nContent-Length: 60000\r\n\r\nabc",
        "$\0\u{1}",
    ] {
        let mut stream = connect(port).await;
        stream.write_all(half.as_bytes()).await.unwrap();
        assert_eq!(last_words(&mut stream).await, "", "{half:?}");
    }
    let mut stream = connect(port).await;
    stream.write_all(b"OPTIONS rtsp://127.0.0.1/ RTSP/1.0\r\nCSeq: 1\r\nUser-Agent: ").await.unwrap();
    let mut is_closed = false;
    for _ in 0..400 {
        tokio::time::sleep(Duration::from_millis(20)).await;
        if stream.write_all(b"x").await.is_err() {
            is_closed = true;
            break;
        }
    }
    assert!(is_closed);
    device.until("no connection", |status| status.rtsp_connections == 0).await;
    device.stop().await;
}

/// Headers without end, bodies without end, numbers without end, and what is no RTSP at all.
#[tokio::test]
async fn giants() {
    let (platform, film) = (Platform::start().await, Film::new(20, 3_000));
    let (device, _directory) = Device::showing(&platform, &film, |_| {}).await;
    let port = device.rtsp().await;
    let head = "OPTIONS rtsp://127.0.0.1/ RTSP/1.0\r\nCSeq: 1\r\n";
    for giant in [
        format!("{head}User-Agent: {}\r\n\r\n", "x".repeat(1 << 20)),
        format!("{head}{}\r\n", "X: y\r\n".repeat(100_000)),
        format!("OPTIONS rtsp://127.0.0.1/{} RTSP/1.0\r\nCSeq: 1\r\n\r\n", "x".repeat(1 << 20)),
        format!("{head}Content-Length: 18446744073709551615\r\n\r\n"),
        format!("{head}Content-Length: 1000000000\r\n\r\n"),
        format!("{head}Content-Length: -1\r\n\r\n"),
        "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".to_owned(),
        "\0\u{1}\u{2}".repeat(100_000),
        "\u{16}\u{3}\u{1}\u{2}\0\u{1}\0\u{1}".repeat(20),
    ] {
        let mut stream = connect(port).await;
        // It may close before all of it is sent.
        let _ = timeout(SOON, stream.write_all(giant.as_bytes())).await.expect("it neither reads nor closes");
        let _ = stream.shutdown().await;
        let words = last_words(&mut stream).await;
        let start = &giant[..60.min(giant.len())];
        assert!(!words.contains("200 OK"), "{start:?}: {words}");
    }
    device.until("no connection", |status| status.rtsp_connections == 0).await;
    // A CSeq is given back as it came, in an answer of one line more.
    let mut client = Client::connect(port, "/").await;
    assert_eq!(client.ask("OPTIONS", "", "").await.status, 200);
    device.stop().await;
}

/// Requests and frames without a pause, whose answers nobody reads: the device stops to answer, then to read, and at last
/// closes; others do not notice.
#[tokio::test]
async fn floods() {
    let (platform, film) = (Platform::start().await, Film::new(20, 3_000));
    let tune = |config: &mut kandian_device::Config| config.rtsp_timing.stall = Millis(1_000);
    let (device, _directory) = Device::showing(&platform, &film, tune).await;
    let port = device.rtsp().await;
    let (mut client, _) = Client::watch(port, &platform.issue(0, MAIN)).await;
    let asks = "OPTIONS * RTSP/1.0\r\nCSeq: 1\r\n\r\n".repeat(100).into_bytes();
    let frames = [&[b'$', 1, 3, 0xE8][..], &[0; 1000]].concat().repeat(10);
    for flood in [asks, frames] {
        let mut stream = connect(port).await;
        let mut sent = 0_usize;
        let floods = async {
            // Much more than the buffers of the system.
            while sent < 64 << 20 && stream.write_all(&flood).await.is_ok() {
                sent += flood.len();
            }
        };
        let watches = async {
            let mut number = client.picture().await.number();
            for _ in 0..50 {
                let next = client.picture().await.number();
                assert_eq!(next, number + 1);
                number = next;
            }
        };
        timeout(SOON * 2, async { tokio::join!(floods, watches) })
            .await
            .expect("it neither reads nor closes");
        drop(stream);
    }
    device.until("one connection", |status| status.rtsp_connections == 1).await;
    device.stop().await;
}
