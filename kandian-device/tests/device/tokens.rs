//! Who may watch: holders of a token that the platform verified, on the connection on which it did.

use std::time::Duration;

use kandian_device::LinkPhase;
use kandian_proto::value::StreamType;
use tokio::time::timeout;

use crate::support::film::Film;
use crate::support::platform::path;
use crate::support::rtsp::Client;
use crate::support::{Device, Platform, SOON, id, logs};

const MAIN: StreamType = StreamType::MAIN;
const TCP: &str = "RTP/AVP/TCP;unicast;interleaved=0-1";

/// The platform is asked once, with what the URL says; the second DESCRIBE, SETUP and PLAY of the connection are served by
/// that., E-92
#[tokio::test]
async fn one_check_for_each_connection() {
    let (platform, film) = (Platform::start().await, Film::new(20, 3_000));
    let (device, _directory) = Device::showing(&platform, &film, |_| {}).await;
    let path = platform.issue(0, MAIN);
    let mut client = Client::connect(device.rtsp().await, &path).await;
    assert_eq!(client.describe().await.status, 200);
    let check = platform.check().await;
    assert_eq!((check.dev_id, check.channel_no, check.stream_type), (id(), 0, MAIN));
    assert!(path.ends_with(check.hash_token.as_str()));
    assert_eq!(client.describe().await.status, 200);
    assert_eq!(client.set_up(TCP).await.status, 200);
    assert_eq!(client.ask("PLAY", "", "").await.status, 200);
    assert!(client.picture().await.is_key());
    assert_eq!(platform.checks(), 0);
    device.stop().await;
}

/// A token is good once: neither a second connection nor one after TEARDOWN sees anything with it., E-92
#[tokio::test]
async fn replayed() {
    let (platform, film) = (Platform::start().await, Film::new(20, 3_000));
    let (device, _directory) = Device::showing(&platform, &film, |_| {}).await;
    let (port, path) = (device.rtsp().await, platform.issue(0, MAIN));
    let (mut owner, _) = Client::watch(port, &path).await;
    let mut thief = Client::connect(port, &path).await;
    assert_eq!(thief.describe().await.status, 401);
    assert_eq!(thief.set_up(TCP).await.status, 401);
    assert_eq!(owner.ask("TEARDOWN", "", "").await.status, 200);
    owner.closes().await;
    let mut again = Client::connect(port, &path).await;
    assert_eq!(again.describe().await.status, 401);
    device.watched_by(0).await;
    drop(owner);
    device.until("two connections", |status| status.rtsp_connections == 2).await;
    device.stop().await;
}

/// What a token was not given for, and what there is not., E-92
#[tokio::test]
async fn for_something_else() {
    let (platform, film) = (Platform::start().await, Film::new(20, 3_000));
    let (device, directory) = Device::showing(&platform, &film, |_| {}).await;
    let port = device.rtsp().await;
    let token = platform.issue(0, MAIN).rsplit('=').next().unwrap().to_owned();
    let of = |device: &str, channel: u16, stream: u16| {
        format!("/realplay?devid={device}&channelno={channel}&streamtype={stream}&hashtoken={token}")
    };
    // The other stream exists, and its pictures are not what the token is for; it is spent by the attempt.
    let recording = format!(
        "/realplay?devid={}&channelno=0&filename={}_0_20140318103000.ts&hashtoken={token}",
        id(),
        id()
    );
    let own = id().to_string();
    for (path, status) in [
        (recording, 404),
        (of(&own, 0, StreamType::SUB.0), 401),
        (of("81100000009", 0, MAIN.0), 404),
        (of(&own, 1, MAIN.0), 404),
        (of(&own, 65_535, MAIN.0), 404),
        (of(&own, 0, 9), 404),
    ] {
        platform.forget();
        let mut client = Client::connect(port, &path).await;
        assert_eq!(client.describe().await.status, status, "{path}");
        assert_eq!(client.set_up(TCP).await.status, status, "{path}");
        assert_eq!(client.ask("PLAY", "", "").await.status, 454, "{path}");
        assert_eq!(platform.checks(), usize::from(status == 401), "{path}");
    }
    let line = logs(&directory, "recordings are not played back").await;
    assert!(line.contains("404"), "{line}");
    logs(&directory, "the platform refused the token").await;
    let log = std::fs::read_to_string(directory.path().join("device.log")).unwrap();
    assert!(!log.contains(&token), "{log}");
    device.stop().await;
}

/// What was verified for one stream opens no other one on the same connection. E-92
#[tokio::test]
async fn one_stream_does_not_open_another() {
    let (platform, film) = (Platform::start().await, Film::new(20, 3_000));
    let (device, _directory) = Device::showing(&platform, &film, |_| {}).await;
    let mut client = Client::connect(device.rtsp().await, &platform.issue(0, MAIN)).await;
    assert_eq!(client.describe().await.status, 200);
    client.go(&path(0, StreamType::SUB, "00000000000000000000000000000000"));
    assert_eq!(client.describe().await.status, 401);
    assert_eq!(client.set_up(TCP).await.status, 401);
    client.go(&platform.issue(0, StreamType::SUB));
    assert_eq!(client.describe().await.status, 200);
    device.stop().await;
}

/// Guessing: three questions on a connection reach the platform, and the log has a few lines for hundreds of guesses.
///
#[tokio::test]
async fn guessed() {
    let (platform, film) = (Platform::start().await, Film::new(20, 3_000));
    let (device, directory) = Device::showing(&platform, &film, |_| {}).await;
    let port = device.rtsp().await;
    platform.forget();
    for round in 0..10_u32 {
        let mut client = Client::connect(port, "/").await;
        for guess in 0..10_u32 {
            client.go(&path(0, MAIN, &format!("{:032x}", round * 100 + guess)));
            assert_eq!(client.describe().await.status, 401);
        }
    }
    assert_eq!(platform.checks(), 30);
    // The first line is written, and the others with it.
    logs(&directory, "with 401").await;
    let log = std::fs::read_to_string(directory.path().join("device.log")).unwrap();
    let lines = log.lines().filter(|line| line.contains("RTSP") && line.contains("401")).count();
    assert!((1..=10).contains(&lines), "{lines} lines:\n{log}");
    let (mut owner, _) = Client::watch(port, &platform.issue(0, MAIN)).await;
    assert!(owner.picture().await.is_key());
    device.stop().await;
}

/// A platform that says nothing: the player hears of it before it gives up, and the log says why.
#[tokio::test]
async fn a_platform_that_says_nothing() {
    let (platform, film) = (Platform::start().await, Film::new(20, 3_000));
    let (device, directory) = Device::showing(&platform, &film, |_| {}).await;
    platform.fall_silent();
    let mut client = Client::connect(device.rtsp().await, &platform.issue(0, MAIN)).await;
    // Players give up after 5 to 10 s; the machines of this test may be slow.
    let answer = timeout(Duration::from_secs(9), client.describe()).await.expect("in the time of a player");
    assert_eq!(answer.status, 401);
    logs(&directory, "the platform did not answer within 4000 ms").await;
    device.stop().await;
}

/// Without a link nothing can be verified, which is said at once; when the link is there again, the same connection may ask
/// again.
#[tokio::test]
async fn without_a_link() {
    let (platform, film) = (Platform::start().await, Film::new(20, 3_000));
    let tune = |config: &mut kandian_device::Config| {
        config.timing.reconnect = kandian_proto::time::Millis(2_000);
    };
    let (device, directory) = Device::showing(&platform, &film, tune).await;
    let mut client = Client::connect(device.rtsp().await, &platform.issue(0, MAIN)).await;
    platform.hang_up().await;
    device.until("loss of the link", |status| !status.online).await;
    assert_eq!(client.describe().await.status, 401);
    logs(&directory, "no link to the platform").await;
    device.reaches(LinkPhase::Online).await;
    assert_eq!(client.describe().await.status, 200);
    device.stop().await;
}

/// A link that is lost while the platform is asked: the player hears of it, and who watches goes on.
#[tokio::test]
async fn a_link_that_is_lost_meanwhile() {
    let (platform, film) = (Platform::start().await, Film::new(20, 3_000));
    let (device, _directory) = Device::showing(&platform, &film, |_| {}).await;
    let port = device.rtsp().await;
    let (mut watching, _) = Client::watch(port, &platform.issue(0, MAIN)).await;
    platform.fall_silent();
    platform.forget();
    let mut client = Client::connect(port, &platform.issue(0, MAIN)).await;
    client.send("DESCRIBE", "", "").await;
    platform.check().await;
    platform.hang_up().await;
    assert_eq!(timeout(SOON, client.answer()).await.unwrap().status, 401);
    let number = watching.picture().await.number();
    for _ in 0..50 {
        watching.picture().await;
    }
    assert!(watching.picture().await.number() > number + 50);
    device.stop().await;
}
