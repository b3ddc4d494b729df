//! Live video: what a viewer gets, and what several of them cost each other.

use std::sync::atomic::Ordering;
use std::time::Duration;

use kandian_proto::value::StreamType;
#[cfg(feature = "encoder")]
use kandian_proto::{
    message::device::SetChannelRequest,
    rtsp::h264::Sps,
    value::{DevType, FrameSize},
};
use tokio::time::timeout;

use crate::support::film::Film;
use crate::support::rtsp::{Client, Picture, datagram, ports};
use crate::support::{Device, Platform, SOON};

const MAIN: StreamType = StreamType::MAIN;

/// Whoever comes in the middle begins with a picture that stands by itself, of which the answer to PLAY speaks, and gets
/// all that follow; two of them cost one camera.
#[tokio::test]
async fn over_tcp() {
    let (platform, film) = (Platform::start().await, Film::new(20, 6_000));
    let (device, _directory) = Device::showing(&platform, &film, |_| {}).await;
    let port = device.rtsp().await;
    let (mut first, _) = Client::watch(port, &platform.issue(0, MAIN)).await;
    while first.picture().await.number() % 10 != 5 {}
    let opened = film.opened.load(Ordering::Relaxed);
    let mut second = Client::connect(port, &platform.issue(0, MAIN)).await;
    let description = second.describe().await;
    assert_eq!(description.header("content-type"), "application/sdp");
    for part in ["m=video 0 RTP/AVP 96", "H264/90000", "sprop-parameter-sets=Z0LAHtk=,aM48gA=="] {
        assert!(description.body.contains(part), "{part}: {}", description.body);
    }
    let set_up = second.set_up("RTP/AVP/TCP;unicast;interleaved=0-1").await;
    assert!(set_up.header("transport").contains("interleaved=0-1"), "{set_up:?}");
    let play = second.ask("PLAY", "", "Range: npt=0.000-\r\n").await;
    assert_eq!(play.status, 200);
    let info = play.header("rtp-info").to_owned();
    // A report comes first: some players throw away what comes before they know its time.
    let (channel, report) = second.next_frame().await;
    assert_eq!((*channel, report[1]), (1, 200));
    let mut before = second.picture().await;
    assert!(before.is_key() && before.sps() == Some(&[0x67, 0x42, 0xC0, 0x1E, 0xD9]), "{before:?}");
    let (sequence, time) = (before.first_sequence.unwrap(), before.timestamp);
    assert!(info.contains(&format!("seq={sequence};rtptime={time}")), "{info}");
    for _ in 0..25 {
        let picture = second.picture().await;
        assert_eq!(picture.number(), before.number() + 1);
        assert_eq!(picture.first_sequence.unwrap(), before.last_sequence.wrapping_add(1));
        assert_eq!(picture.timestamp.wrapping_sub(before.timestamp), 20 * 90);
        assert_eq!(picture.ssrc, before.ssrc);
        before = picture;
    }
    assert_eq!(film.opened.load(Ordering::Relaxed), opened);
    assert_eq!(film.running.load(Ordering::Relaxed), 1);
    device.stop().await;
}

/// The same over UDP, with reports; the stream follows a viewer to the port from which it punches.,
/// E-185
#[tokio::test]
async fn over_udp() {
    let (platform, film) = (Platform::start().await, Film::new(20, 6_000));
    let (device, _directory) = Device::showing(&platform, &film, |_| {}).await;
    let (rtp, rtcp) = ports().await;
    let port = rtp.local_addr().unwrap().port();
    let mut client = Client::connect(device.rtsp().await, &platform.issue(0, MAIN)).await;
    assert_eq!(client.describe().await.status, 200);
    let set_up = client.set_up(&format!("RTP/AVP;unicast;client_port={port}-{}", port + 1)).await;
    assert_eq!(set_up.status, 200);
    let transport = set_up.header("transport").to_owned();
    let served = transport.split("server_port=").nth(1).unwrap().split(['-', ';']).next().unwrap();
    let served: u16 = served.parse().unwrap();
    assert_eq!(client.ask("PLAY", "", "").await.status, 200);
    let mut picture = Picture::default();
    loop {
        let (packet, from) = datagram(&rtp).await;
        assert_eq!(from.port(), served);
        if picture.push(&packet) {
            break;
        }
    }
    assert!(picture.is_key() && picture.sps().is_some(), "{picture:?}");
    let (report, from) = datagram(&rtcp).await;
    assert_eq!((report[0] & 0xC0, report[1], from.port()), (0x80, 200, served + 1));
    assert_eq!(report[4..8], picture.ssrc.to_be_bytes());
    let status = device.watched_by(1).await;
    assert_eq!((status.viewers[0].transport, status.viewers[0].stream), ("udp", "main"));

    let (moved, _rtcp) = ports().await;
    let punch = [&[0x80, 96, 0, 1][..], &[0; 8]].concat();
    moved.send_to(&punch, ("127.0.0.1", served)).await.unwrap();
    let (packet, from) = datagram(&moved).await;
    assert_eq!((packet[0], from.port()), (0x80, served));

    // after the good-bye nothing comes any more.
    assert_eq!(client.ask("TEARDOWN", "", "").await.status, 200);
    client.closes().await;
    device.watched_by(0).await;
    let mut buffer = [0; 2048];
    while moved.try_recv(&mut buffer).is_ok() {}
    assert!(timeout(Duration::from_millis(300), moved.recv(&mut buffer)).await.is_err());
    device.stop().await;
}

/// A viewer who does not read misses pictures, and the other one none; when it reads again it goes on with a picture that
/// stands by itself, and was never sent half of one.
#[tokio::test]
async fn a_slow_one_slows_nobody() {
    let (platform, film) = (Platform::start().await, Film::new(10, 60_000));
    let (device, _directory) = Device::showing(&platform, &film, |_| {}).await;
    let port = device.rtsp().await;
    let (mut slow, _) = Client::watch(port, &platform.issue(0, MAIN)).await;
    let slow_one = slow.stream.local_addr().unwrap();
    let (mut quick, _) = Client::watch(port, &platform.issue(0, MAIN)).await;
    let mut number = quick.picture().await.number();
    let mut lost = 0;
    for read in 1..=2_000 {
        let next = quick.picture().await.number();
        assert_eq!(next, number + 1);
        number = next;
        if read % 20 == 0 {
            let status = device.handle.status().await;
            let of =
                |is_slow| status.viewers.iter().find(move |viewer| (viewer.address == slow_one) == is_slow);
            assert_eq!(of(false).unwrap().lost, 0);
            lost = of(true).map_or(lost, |viewer| viewer.lost);
        }
        if lost >= 30 {
            break;
        }
    }
    assert!(lost >= 30, "the slow one lost {lost} pictures");
    let reads = tokio::spawn(async move {
        let mut before = slow.picture().await;
        for _ in 0..2_000 {
            let picture = slow.picture().await;
            if picture.number() != before.number() + 1 {
                // Behind the gap a picture that stands by itself.
                return (before.number(), picture.number(), picture.is_key());
            }
            before = picture;
        }
        panic!("nothing was lost");
    });
    let reading = async {
        while !reads.is_finished() {
            quick.picture().await;
        }
    };
    timeout(SOON, reading).await.unwrap();
    let (before, behind, is_key) = reads.await.unwrap();
    assert!(is_key && behind > before + 1, "{before} {behind}");
    device.stop().await;
}

/// Another size, set by the platform while somebody watches, shows in the next pictures. E-97
#[cfg(feature = "encoder")]
#[tokio::test]
async fn another_size_while_it_plays() {
    let platform = Platform::start().await;
    let (device, _directory) = Device::online(DevType::IPCAM, &platform).await;
    let size = |size| SetChannelRequest::new(crate::support::id(), 0_u16, MAIN).frame_size(size);
    platform.yes(size(FrameSize::CIF)).await;
    let (mut client, _) = Client::watch(device.rtsp().await, &platform.issue(0, MAIN)).await;
    let shows = |picture: &Picture| {
        picture.sps().map(|sps| {
            let sps = Sps::parse(sps).unwrap();
            (sps.width, sps.height)
        })
    };
    let first = client.picture().await;
    assert_eq!((first.is_key(), shows(&first)), (true, Some((352, 288))));
    let ssrc = first.ssrc;
    platform.yes(size(FrameSize::D1)).await;
    for _ in 0..500 {
        let picture = client.picture().await;
        assert_eq!(picture.ssrc, ssrc);
        if shows(&picture) == Some((704, 576)) {
            assert!(picture.is_key());
            return device.stop().await;
        }
    }
    panic!("the size did not change");
}

/// Main and sub stream are two streams, and the status tells who watches which.
#[cfg(feature = "encoder")]
#[tokio::test]
async fn the_sub_stream_is_another() {
    let platform = Platform::start().await;
    let (device, _directory) = Device::online(DevType::IPCAM, &platform).await;
    let port = device.rtsp().await;
    let (mut main, _) = Client::watch(port, &platform.issue(0, MAIN)).await;
    let (mut sub, _) = Client::watch(port, &platform.issue(0, StreamType::SUB)).await;
    let (main_picture, sub_picture) = (main.picture().await, sub.picture().await);
    assert!(main_picture.is_key() && sub_picture.is_key());
    assert_ne!(main_picture.sps(), sub_picture.sps());
    let status = device.watched_by(2).await;
    let mut streams: Vec<_> = status.viewers.iter().map(|viewer| viewer.stream).collect();
    streams.sort_unstable();
    assert_eq!(streams, ["main", "sub"]);
    device.stop().await;
}
