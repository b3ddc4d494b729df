//! Sound beside the pictures.; E-179, E-189

use std::sync::Arc;
use std::time::Duration;

use kandian_device::camera::{Microphone, Voiced};
use kandian_device::hardware::Source;
use kandian_device::{LinkPhase, Station};
use kandian_proto::message::device::SetChannelRequest;
use kandian_proto::value::{DevType, StreamType};
use tokio::time::timeout;

use crate::support::film::Film;
use crate::support::rtsp::{Client, datagram, ports};
use crate::support::{Device, Platform, SOON, config, id};

const MAIN: StreamType = StreamType::MAIN;

/// A device whose film has a tone.
async fn sounding(platform: &Platform) -> (Device, tempfile::TempDir) {
    let directory = tempfile::tempdir().unwrap();
    let mut config = config(DevType::IPCAM, directory.path());
    config.province = Some(platform.province());
    let film: Arc<dyn Source> = Film::new(40, 2_000);
    let voiced = Arc::new(Voiced::new(film, Microphone::tone()));
    let device = Device::run(Station::fitted(config, |hardware, _| hardware.video = voiced).unwrap());
    device.reaches(LinkPhase::Online).await;
    (device, directory)
}

/// Sequence number, time and payload of a packet of G.711 A-law.
fn sound(packet: &[u8]) -> (u16, u32, &[u8]) {
    assert_eq!((packet[0], packet[1] & 0x7F), (0x80, 8));
    let time = u32::from_be_bytes(packet[4..8].try_into().unwrap());
    (u16::from_be_bytes([packet[2], packet[3]]), time, &packet[12..])
}

/// The description says so, each track has its channel, and a second of sound is a second of pictures; the answer to PLAY and
/// the reports speak of both. E-179
#[tokio::test]
async fn over_tcp() {
    let platform = Platform::start().await;
    let (device, _directory) = sounding(&platform).await;
    let mut client = Client::connect(device.rtsp().await, &platform.issue(0, MAIN)).await;
    let description = client.describe().await.body;
    let audio = "m=audio 0 RTP/AVP 8\r\na=rtpmap:8 PCMA/8000\r\na=control:trackID=1\r\n";
    assert!(description.ends_with(audio), "{description}");
    assert_eq!(client.set_up("RTP/AVP/TCP;unicast;interleaved=0-1").await.status, 200);
    let transport = "Transport: RTP/AVP/TCP;unicast;interleaved=2-3\r\n";
    assert_eq!(client.ask("SETUP", "/trackID=1", transport).await.status, 200);
    let play = client.ask("PLAY", "", "").await;
    assert_eq!(play.status, 200);
    let first = client.frame(2).await;
    let (mut sequence, mut time, _) = sound(&first);
    let mut loud = 0;
    for _ in 0..50 {
        let packet = client.frame(2).await;
        let (next, at, payload) = sound(&packet);
        assert_eq!((next, at), (sequence.wrapping_add(1), time.wrapping_add(320)));
        assert_eq!(payload.len(), 320);
        loud += payload.iter().filter(|sample| **sample != 0xD5).count();
        (sequence, time) = (next, at);
    }
    // Two seconds, in each of which a tenth sounds.
    assert!((1_000..=1_400).contains(&loud), "{loud}");
    let report = client.frame(3).await;
    assert_eq!((report[1], &report[4..8]), (200, &first[8..12]), "a sender report of the sound");
    device.stop().await;
}

/// The same over UDP, each track from ports of its own.
#[tokio::test]
async fn over_udp() {
    let platform = Platform::start().await;
    let (device, _directory) = sounding(&platform).await;
    let ((video, _video_rtcp), (audio, _audio_rtcp)) = (ports().await, ports().await);
    let mut client = Client::connect(device.rtsp().await, &platform.issue(0, MAIN)).await;
    assert_eq!(client.describe().await.status, 200);
    let transport = |port: u16| format!("RTP/AVP;unicast;client_port={port}-{}", port + 1);
    let port = |socket: &tokio::net::UdpSocket| socket.local_addr().unwrap().port();
    assert_eq!(client.set_up(&transport(port(&video))).await.status, 200);
    let set_up = format!("Transport: {}\r\n", transport(port(&audio)));
    assert_eq!(client.ask("SETUP", "/trackID=1", &set_up).await.status, 200);
    assert_eq!(client.ask("PLAY", "", "").await.status, 200);
    let (first, from) = datagram(&audio).await;
    let (second, again) = datagram(&audio).await;
    assert_eq!((sound(&second).0, from), (sound(&first).0.wrapping_add(1), again));
    let (picture, elsewhere) = datagram(&video).await;
    assert_eq!(picture[1] & 0x7F, 96);
    assert_ne!(from, elsewhere);
    device.stop().await;
}

/// AudioInput off: nothing more is heard, who comes next is not told of sound, and on again it is there again.
#[tokio::test]
async fn it_can_be_switched_off() {
    let platform = Platform::start().await;
    let (device, _directory) = sounding(&platform).await;
    let port = device.rtsp().await;
    let mut listening = Client::connect(port, &platform.issue(0, MAIN)).await;
    listening.describe().await;
    listening.set_up("RTP/AVP/TCP;unicast;interleaved=0-1").await;
    listening.ask("SETUP", "/trackID=1", "Transport: RTP/AVP/TCP;unicast;interleaved=2-3\r\n").await;
    listening.ask("PLAY", "", "").await;
    listening.frame(2).await;

    platform.yes(SetChannelRequest::new(id(), 0_u16, MAIN).audio_input(false)).await;
    let mut told = true;
    for _ in 0..100 {
        let mut next = Client::connect(port, &platform.issue(0, MAIN)).await;
        told = next.describe().await.body.contains("m=audio");
        if !told {
            break;
        }
    }
    assert!(!told, "the description still speaks of sound");
    // What was on its way is over after some pictures.
    for _ in 0..10 {
        listening.picture().await;
    }
    let heard = timeout(Duration::from_secs(1), listening.frame(2)).await;
    assert!(heard.is_err(), "it is still heard");
    listening.picture().await;

    platform.yes(SetChannelRequest::new(id(), 0_u16, MAIN).audio_input(true)).await;
    timeout(SOON, listening.frame(2)).await.expect("it is heard again");
    device.stop().await;
}
