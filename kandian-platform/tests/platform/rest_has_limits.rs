use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::camera::connect_from;
use super::world::{World, http, http_from};

/// Longer than a head may take; nothing here depends on how much.
const LONG: Duration = Duration::from_secs(60);

/// What comes until the platform ends the connection.
async fn rest_of(stream: &mut TcpStream) -> String {
    let mut answer = Vec::new();
    // It may be reset, which is an end as well.
    let _ = tokio::time::timeout(LONG, stream.read_to_end(&mut answer)).await.expect("an end in time");
    String::from_utf8_lossy(&answer).into_owned()
}

/// A head that drips, a connection that says nothing, and one that was used and is idle: each ends by itself.
#[tokio::test]
async fn slow_heads_are_cut_off() {
    let world = World::start().await;
    let at = world.platform.http();
    let mut silent = TcpStream::connect(at).await.unwrap();
    let mut slow = TcpStream::connect(at).await.unwrap();
    let mut used = TcpStream::connect(at).await.unwrap();
    used.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
    let dripping = async {
        while slow.write_all(b"G").await.is_ok() {
            let mut piece = [0; 64];
            let read = tokio::time::timeout(Duration::from_millis(200), slow.read(&mut piece));
            if matches!(read.await, Ok(Ok(0) | Err(_))) {
                break;
            }
        }
    };
    let ended = async {
        let (used, silent) = tokio::join!(rest_of(&mut used), rest_of(&mut silent));
        assert!(used.starts_with("HTTP/1.1 200 OK") && used.ends_with("ok\n"), "{used}");
        assert_eq!(silent, "");
    };
    tokio::join!(ended, async { tokio::time::timeout(LONG, dripping).await.expect("an end in time") });
}

/// As many connections from one address as may be, and in total; places come back.
#[tokio::test]
async fn connections_are_counted() {
    let world = World::with(|config| {
        (config.http.max_connections, config.http.max_per_address) = (3, 2);
    })
    .await;
    let at = world.platform.http();
    let mut kept = Vec::new();
    for source in ["127.0.0.1", "127.0.0.1", "127.0.0.2"] {
        let mut stream = connect_from(source, at).await;
        stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
        let mut piece = [0; 512];
        assert!(stream.read(&mut piece).await.unwrap() > 0);
        kept.push(stream);
    }
    for source in ["127.0.0.1", "127.0.0.3"] {
        let mut refused = connect_from(source, at).await;
        let _ = refused.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").await;
        assert_eq!(rest_of(&mut refused).await, "");
    }
    drop(kept);
    let again = async {
        loop {
            let mut stream = connect_from("127.0.0.1", at).await;
            let _ = stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await;
            if rest_of(&mut stream).await.contains("200 OK") {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(LONG, again).await.expect("there is room again");
}

/// Bodies and heads beyond their limits are refused with a reason, and without a token no body is read at all.
#[tokio::test]
async fn oversized_requests_are_refused() {
    let world = World::start().await;
    let large = vec![b' '; (4 << 20) + 1];
    let head = format!("{}Content-Type: application/json\r\n", world.bearer());
    let (status, problem) = http(world.platform.http(), "POST", "/api/v1/devices", &head, &large).await;
    assert_eq!(status, 413, "{}", String::from_utf8_lossy(&problem));
    let announced = b"POST /api/v1/devices HTTP/1.1\r\nHost: x\r\nContent-Length: 4000000000\r\n\r\n";
    let mut stream = TcpStream::connect(world.platform.http()).await.unwrap();
    stream.write_all(announced).await.unwrap();
    assert!(rest_of(&mut stream).await.starts_with("HTTP/1.1 401 "));
    let endless = format!("X-Y: {}\r\n", "y".repeat(100_000));
    let (status, _) = http_from("127.0.0.1", world.platform.http(), "GET", "/healthz", &endless, b"").await;
    assert_eq!(status, 431);
}

/// HTTP/2 is not spoken: its preface is no request of HTTP/1.1.
#[tokio::test]
async fn one_request_at_a_time() {
    let world = World::start().await;
    let mut stream = TcpStream::connect(world.platform.http()).await.unwrap();
    stream.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0").await.unwrap();
    let answer = rest_of(&mut stream).await;
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 4"), "{answer}");
}
