use std::sync::Arc;

use kandian_proto::defaults::{Factory, Grade};
use kandian_proto::rtsp::h264::{NalType, annex_b};
use kandian_proto::value::{DevType, StreamType};
use tokio::sync::watch;

use super::*;
use crate::camera::{Stage, Viewer, Watched};
use crate::pull::tests::camera::{Camera, Mood, OTHER_SPS};

/// Nothing here takes longer on a busy machine.
const LONG: Duration = Duration::from_secs(30);
const ID: StreamId = StreamId { channel: 0, stream: StreamType::MAIN };

fn wanted() -> VideoParameters {
    Factory { kind: DevType::IPCAM, grade: Grade::Sd }.video(StreamType::MAIN).unwrap()
}

fn upstream(camera: &Camera, transport: Transport) -> Upstream {
    Upstream::new(camera.url().parse().unwrap(), transport)
}

async fn viewed(camera: &Camera) -> Viewed {
    timeout(LONG, upstream(camera, Transport::Tcp).connect()).await.unwrap().unwrap()
}

async fn next(feed: &mut dyn Feed) -> Result<Unit, Fault> {
    timeout(LONG, feed.next()).await.expect("a picture, or an end")
}

/// The parameter set and the number of a picture.
fn read(unit: &Unit) -> (Option<Vec<u8>>, u32) {
    let sps = annex_b(&unit.data).find(|nal| NalType::of(nal) == NalType::SPS).map(<[u8]>::to_vec);
    let slice = annex_b(&unit.data).find(|nal| NalType::of(nal).is_slice()).unwrap();
    (sps, slice[2..6].iter().fold(0, |number, byte| number << 8 | u32::from(byte & 0x7F)))
}

fn watched(camera: &Camera) -> (Stage, watch::Sender<VideoParameters>) {
    let (sender, wanted) = watch::channel(wanted());
    (Stage::new(ID, Arc::new(upstream(camera, Transport::Tcp)), wanted), sender)
}

async fn seen(viewer: &mut Viewer) -> Arc<Unit> {
    loop {
        if let Watched::Unit(unit) = timeout(LONG, viewer.next()).await.expect("a picture in time") {
            return unit;
        }
    }
}

/// Pictures with their parameter sets, and the sound, over TCP and over UDP.
#[tokio::test]
async fn pictures_and_sound() {
    for transport in [Transport::Tcp, Transport::Udp] {
        let camera = Camera::start(&[Mood::Good]).await;
        let mut feed = upstream(&camera, transport).open(ID, &wanted()).await.unwrap();
        let Voice { sound, mut frames } = feed.voice().unwrap();
        assert_eq!(sound, Sound::Pcma);
        let first = next(&mut *feed).await.unwrap();
        assert!(first.is_key && read(&first).0.is_some(), "{first:?}");
        let number = read(&first).1;
        for later in number + 1..number + 31 {
            assert_eq!(read(&next(&mut *feed).await.unwrap()).1, later);
        }
        let mut times = Vec::new();
        for _ in 0..10 {
            let frame = timeout(LONG, frames.next()).await.unwrap().unwrap();
            assert_eq!(frame.data, [0xD5; 80][..]);
            times.push(frame.at);
        }
        let steps: Vec<_> = times.windows(2).map(|pair| pair[1] - pair[0]).collect();
        assert_eq!(steps, [Duration::from_millis(10); 9]);
    }
}

/// A camera that vanishes is asked again; whoever watches sees the next picture that stands by itself, and no time goes back.
#[tokio::test]
async fn it_vanishes_and_comes_back() {
    let camera = Camera::start(&[Mood::Hangs(12), Mood::Babbles(7), Mood::Good]).await;
    let (stage, _sender) = watched(&camera);
    let mut viewer = stage.watch();
    let (mut last, mut began, mut at) = (None, 0, Duration::ZERO);
    while began < 3 || last < Some(20) {
        let unit = seen(&mut viewer).await;
        let (sps, number) = read(&unit);
        assert!(unit.at >= at);
        at = unit.at;
        if last.is_none_or(|last| number != last + 1) {
            began += 1;
            assert!(unit.is_key && sps.is_some(), "{number} after {last:?}");
        }
        last = Some(number);
    }
    assert_eq!((began, stage.fault()), (3, None));
}

/// Parameter sets that are in the stream only are as good; without any there is no picture, and a reason.
#[tokio::test]
async fn no_sets_in_the_description() {
    let camera = Camera::start(&[Mood::Reticent]).await;
    let mut feed = viewed(&camera).await;
    let first = next(&mut feed).await.unwrap();
    assert!(first.is_key && read(&first).0.is_some(), "{first:?}");

    let camera = Camera::start(&[Mood::Senseless]).await;
    let mut feed = viewed(&camera).await;
    feed.first_picture_within = Duration::from_millis(300);
    let fault = next(&mut feed).await.unwrap_err();
    assert!(fault.0.contains("no picture that stands by itself (IDR with SPS and PPS)"), "{fault}");
}

/// A camera that changes its size while somebody watches: what comes later has the new parameter set.
#[tokio::test]
async fn its_size_changes() {
    let camera = Camera::start(&[Mood::Changes(12)]).await;
    let (stage, _sender) = watched(&camera);
    let mut viewer = stage.watch();
    loop {
        let unit = seen(&mut viewer).await;
        let (sps, number) = read(&unit);
        if unit.is_key {
            assert_eq!(sps.as_deref() == Some(OTHER_SPS), number >= 12, "{number}");
        }
        if number > 30 {
            break;
        }
    }
    // Who joins now hears of the new one at once.
    let joined = seen(&mut stage.watch()).await;
    assert_eq!(read(&joined).0.as_deref(), Some(OTHER_SPS));
}

/// A clock that stands still, or runs a hundred times too fast, does not make time stand still or run away.
#[tokio::test]
async fn its_clock_lies() {
    for ticks in [0, 90_000, u32::MAX - 899] {
        let camera = Camera::start(match ticks {
            0 => &[Mood::Clock(0)],
            90_000 => &[Mood::Clock(90_000)],
            _ => &[Mood::Clock(u32::MAX - 899)],
        })
        .await;
        let mut feed = viewed(&camera).await;
        let (began, mut last) = (Instant::now(), Duration::ZERO);
        for _ in 0..60 {
            let at = next(&mut feed).await.unwrap().at;
            let passed = began.elapsed();
            assert!(at >= last && at <= passed + Duration::from_secs(4), "{ticks}: {at:?} after {passed:?}");
            last = at;
        }
    }
}

/// A picture without end is no picture, and does not fill the memory.
#[tokio::test]
async fn a_picture_without_end() {
    let camera = Camera::start(&[Mood::Endless]).await;
    let mut feed = viewed(&camera).await;
    feed.first_picture_within = Duration::from_secs(2);
    let came = timeout(Duration::from_secs(3), feed.next()).await;
    assert!(!matches!(came, Ok(Ok(_))), "{came:?}");
}

/// Why a camera does not show anything is said so that somebody can act on it.
#[tokio::test]
async fn why_there_is_no_picture() {
    let camera = Camera::start(&[Mood::Locked]).await;
    let refused = upstream(&camera, Transport::Tcp).open(ID, &wanted()).await.err().unwrap();
    assert!(refused.0.contains("401"), "{refused}");
    let address = camera.address;
    drop(camera);
    let url = format!("rtsp://admin:s3cret@{address}/").parse().unwrap();
    let absent = Upstream::new(url, Transport::Tcp).open(ID, &wanted()).await.err().unwrap();
    assert!(absent.0.contains(&address.to_string()) && !absent.0.contains("s3cret"), "{absent}");
}
