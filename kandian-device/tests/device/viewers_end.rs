//! How watching ends: places, good-byes, connections that are lost, and silence.

use std::sync::atomic::Ordering;
use std::time::Duration;

use kandian_proto::time::Millis;
use kandian_proto::value::StreamType;
use tokio::time::{sleep, timeout};

use crate::support::film::Film;
use crate::support::rtsp::{Client, datagram, ports};
use crate::support::{Device, Platform, SOON, logs};

const MAIN: StreamType = StreamType::MAIN;

/// Good-bye and loss free everything: the place, the entry in the status, the number in the heartbeat, the camera.
/// E-86
#[tokio::test]
async fn nothing_is_left() {
    let (platform, film) = (Platform::start().await, Film::new(20, 3_000));
    let (device, directory) = Device::showing(&platform, &film, |_| {}).await;
    let port = device.rtsp().await;
    let (mut first, _) = Client::watch(port, &platform.issue(0, MAIN)).await;
    platform.hears_of_viewers(1).await;
    let (mut second, _) = Client::watch(port, &platform.issue(0, MAIN)).await;
    second.picture().await;
    platform.hears_of_viewers(2).await;
    let status = device.watched_by(2).await;
    let address = second.stream.local_addr().unwrap();
    let viewer = status.viewers.iter().find(|viewer| viewer.address == address).unwrap();
    assert_eq!((viewer.channel, viewer.stream, viewer.transport), (0, "main", "tcp"));
    assert_eq!(status.rtsp_connections, 2);

    assert_eq!(first.ask("TEARDOWN", "", "").await.status, 200);
    first.closes().await;
    device.watched_by(1).await;
    platform.hears_of_viewers(1).await;
    logs(&directory, "it said good-bye").await;
    // The cable is pulled: a connection that ends with a reset.
    second.stream.set_zero_linger().unwrap();
    drop(second);
    device.watched_by(0).await;
    platform.forget();
    platform.hears_of_viewers(0).await;
    device.until("no connection", |status| status.rtsp_connections == 0).await;
    let stops = async {
        while film.running.load(Ordering::Relaxed) > 0 {
            sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(SOON, stops).await.expect("the camera goes on with nobody watching");
    device.stop().await;
}

/// With all places taken there is 453, for DESCRIBE and for SETUP; a place that is given back is there again.,
/// E-180
#[tokio::test]
async fn places_are_counted() {
    let (platform, film) = (Platform::start().await, Film::new(20, 3_000));
    let (device, directory) = Device::showing(&platform, &film, |config| config.rtsp_viewers = Some(2)).await;
    let port = device.rtsp().await;
    let (mut first, _) = Client::watch(port, &platform.issue(0, MAIN)).await;
    let mut late = Client::connect(port, &platform.issue(0, MAIN)).await;
    assert_eq!(late.describe().await.status, 200);
    let (_second, _) = Client::watch(port, &platform.issue(0, MAIN)).await;
    // It had seen the description when there was a place.
    assert_eq!(late.set_up("RTP/AVP/TCP;unicast;interleaved=0-1").await.status, 453);
    platform.forget();
    let path = platform.issue(0, MAIN);
    let mut third = Client::connect(port, &path).await;
    assert_eq!(third.describe().await.status, 453);
    assert_eq!(platform.checks(), 0, "a token is not spent on a place that is not there");
    logs(&directory, "all places for viewers are taken").await;
    // Those who are in stay in, and may ask again.
    assert_eq!(first.describe().await.status, 200);
    assert_eq!(first.ask("TEARDOWN", "", "").await.status, 200);
    device.watched_by(1).await;
    let (mut third, _) = Client::watch(port, &path).await;
    assert!(third.picture().await.is_key());
    device.stop().await;
}

/// A viewer over TCP who takes nothing is cut off., E-176
#[tokio::test]
async fn a_stall_ends_it() {
    let (platform, film) = (Platform::start().await, Film::new(10, 60_000));
    let tune = |config: &mut kandian_device::Config| config.rtsp_timing.stall = Millis(1_000);
    let (device, directory) = Device::showing(&platform, &film, tune).await;
    let (client, _) = Client::watch(device.rtsp().await, &platform.issue(0, MAIN)).await;
    device.watched_by(1).await;
    device.watched_by(0).await;
    let line = logs(&directory, "pictures lost").await;
    assert!(line.contains("in vain for the client that reads"), "{line}");
    platform.forget();
    platform.hears_of_viewers(0).await;
    device.until("no connection", |status| status.rtsp_connections == 0).await;
    drop(client);
    device.stop().await;
}

/// Over UDP silence ends it, and a sign of life of any kind does not., E-176
#[tokio::test]
async fn silence_over_udp_ends_it() {
    let (platform, film) = (Platform::start().await, Film::new(20, 3_000));
    let tune = |config: &mut kandian_device::Config| config.rtsp_timing.keep_alive = Millis(2_000);
    let (device, directory) = Device::showing(&platform, &film, tune).await;
    let (rtp, _rtcp) = ports().await;
    let port = rtp.local_addr().unwrap().port();
    let mut client = Client::connect(device.rtsp().await, &platform.issue(0, MAIN)).await;
    assert_eq!(client.describe().await.status, 200);
    let transport = format!("RTP/AVP;unicast;client_port={port}-{}", port + 1);
    assert_eq!(client.set_up(&transport).await.status, 200);
    assert_eq!(client.ask("PLAY", "", "").await.status, 200);
    // Twice as long as silence is borne.
    for _ in 0..20 {
        sleep(Duration::from_millis(200)).await;
        assert_eq!(client.ask("OPTIONS", "", "").await.status, 200);
    }
    assert_eq!(device.handle.status().await.viewers.len(), 1);
    client.closes().await;
    device.watched_by(0).await;
    let line = logs(&directory, "pictures lost").await;
    assert!(line.contains("in vain for the sign of life"), "{line}");
    platform.forget();
    platform.hears_of_viewers(0).await;
    let mut buffer = [0; 2048];
    while rtp.try_recv(&mut buffer).is_ok() {}
    assert!(timeout(Duration::from_millis(300), datagram(&rtp)).await.is_err());
    device.stop().await;
}

/// Over TCP a viewer needs no sign of life: many times as long as silence is borne over UDP.
#[tokio::test]
async fn silence_over_tcp_does_not() {
    let (platform, film) = (Platform::start().await, Film::new(20, 3_000));
    let tune = |config: &mut kandian_device::Config| {
        (config.rtsp_timing.keep_alive, config.rtsp_timing.idle) = (Millis(200), Millis(200));
    };
    let (device, _directory) = Device::showing(&platform, &film, tune).await;
    let (mut client, _) = Client::watch(device.rtsp().await, &platform.issue(0, MAIN)).await;
    let mut number = client.picture().await.number();
    for _ in 0..100 {
        let next = client.picture().await.number();
        assert_eq!(next, number + 1);
        number = next;
    }
    device.watched_by(1).await;
    device.stop().await;
}
