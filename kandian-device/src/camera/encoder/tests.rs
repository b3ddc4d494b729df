use kandian_proto::defaults::{Factory, Grade};
use kandian_proto::rtsp::h264::{ParameterSets, Sps, annex_b};
use kandian_proto::rtsp::rtp::{Depacketiser, Format, Packetiser};
use kandian_proto::value::{BitRate as Code, DevType, FrameRate as Rate, FrameSize, StreamType};
use openh264::decoder::Decoder;
use openh264::formats::YUVSource as _;

use super::*;
use crate::camera::pattern::mark;

fn wanted(size: u16, rate: u8, kbps: u16) -> VideoParameters {
    let mut wanted = Factory { kind: DevType::IPCAM, grade: Grade::Sd }.video(StreamType::SUB).unwrap();
    (wanted.frame_size, wanted.frame_rate) = (FrameSize(size), Rate(rate));
    wanted.bit_rate = Code::nearest(kbps);
    wanted
}

/// What a decoder sees: width, height, and the mark.
fn decoded(decoder: &mut Decoder, unit: &Unit) -> ((usize, usize), mark::Mark) {
    let picture = decoder.decode(&unit.data).unwrap().expect("a picture");
    let ((width, height), (stride, ..)) = (picture.dimensions(), picture.strides());
    ((width, height), mark::read(picture.y(), stride, width, height).expect("a mark"))
}

/// Pictures of the size that is asked for, whose mark a decoder reads; each number once; the first and each after two
/// seconds stand by themselves, also after a change while it runs.
#[tokio::test]
async fn pictures_are_what_is_asked_for() {
    let stream = StreamId { channel: 0, stream: StreamType::SUB };
    let source = TestPattern::new("81100000001", 480);
    let mut feed = source.open(stream, &wanted(3, 25, 256)).await.unwrap();
    let mut decoder = Decoder::new().unwrap();
    let mut keys = Vec::new();
    let mut last: Option<Duration> = None;
    for number in 0..60 {
        let unit = feed.next().await.unwrap();
        let (size, mark) = decoded(&mut decoder, &unit);
        assert_eq!((size, mark.number), ((352, 288), number));
        if let Some(last) = last.replace(unit.at) {
            // On the beat, whoever was late: 25 in a second, or a multiple of that span.
            let span = unit.at.checked_sub(last).unwrap();
            assert!(!span.is_zero() && span.as_millis().is_multiple_of(40), "{span:?}");
        }
        if unit.is_key {
            keys.push(number);
            // An SPS begins it.
            assert_eq!(unit.data[4] & 0x1f, 7);
        }
    }
    assert_eq!(keys, [0, 50]);
    assert_eq!(feed.set(&wanted(2, 10, 512)), Change::Followed);
    let unit = feed.next().await.unwrap();
    assert!(unit.is_key && Some(unit.at) > last);
    assert_eq!(decoded(&mut decoder, &unit).0, (704, 576));
    feed.refresh();
    assert!(feed.next().await.unwrap().is_key);
    assert!(!feed.next().await.unwrap().is_key);
}

/// what the encoder says of itself is what the packets of a stream and their description rest on: size and
/// parameter sets are read from its first unit, and units come whole out of packets.
#[tokio::test]
async fn packets_carry_what_was_encoded() {
    let source = TestPattern::new("81100000001", 480);
    let stream = StreamId { channel: 0, stream: StreamType::MAIN };
    for (size, expected) in [(1, (1280, 720)), (2, (704, 576)), (3, (352, 288))] {
        let mut feed = source.open(stream, &wanted(size, 25, 512)).await.unwrap();
        let mut packetiser = Packetiser::video(7, 65_500);
        let mut depacketiser = Depacketiser::new(Format::H264).in_order();
        for number in 0..4u32 {
            let unit = feed.next().await.unwrap();
            if unit.is_key {
                let sets = ParameterSets::of(&unit.data);
                let sps = Sps::parse(&sets.sps).unwrap();
                assert!(sets.is_complete() && (sps.width, sps.height) == expected, "{sps:?}");
            }
            let packets = packetiser.h264(annex_b(&unit.data), number * 3_600);
            assert!(packets.packets().all(|packet| packet.len() <= 1_400));
            packets.packets().for_each(|packet| depacketiser.push(&packet).unwrap());
            let got = depacketiser.poll().expect("a whole unit");
            let sent: Vec<&[u8]> = annex_b(&unit.data).collect();
            assert_eq!(annex_b(&got.data).collect::<Vec<_>>(), sent, "{size} {number}");
        }
    }
}

/// The bit rate is about what is asked for, as far as 25 frames can tell: four times as many bits are at least twice as
/// many.
#[tokio::test]
async fn bits_follow_the_rate() {
    let mut sizes = Vec::new();
    for kbps in [128, 512] {
        let stream = StreamId { channel: 0, stream: StreamType::SUB };
        let source = TestPattern::new("81100000001", 480);
        let mut feed = source.open(stream, &wanted(3, 25, kbps)).await.unwrap();
        let mut bytes = 0;
        for _ in 0..50 {
            bytes += feed.next().await.unwrap().data.len();
        }
        sizes.push(bytes);
    }
    assert!(sizes[1] > sizes[0] * 2, "{sizes:?}");
}

/// What phones and web pages may choose, and what a device is delivered with:
/// each gives pictures of its size, at its rate. E-192, E-193
#[tokio::test(start_paused = true)]
async fn presets() {
    let presets = [
        (3, 10, 128),
        (3, 15, 256),
        (3, 25, 512),
        (2, 10, 256),
        (2, 15, 512),
        (2, 25, 1_024),
        (1, 10, 512),
        (1, 15, 1_024),
        (1, 25, 2_048),
    ];
    let factory =
        [(Grade::Sd, StreamType::MAIN), (Grade::Hd, StreamType::MAIN), (Grade::Hd, StreamType::SUB)];
    let delivered =
        factory.map(|(grade, stream)| Factory { kind: DevType::IPCAM, grade }.video(stream).unwrap());
    let chosen = presets.map(|(size, rate, kbps)| wanted(size, rate, kbps));
    for wanted in chosen.into_iter().chain(delivered) {
        let stream = StreamId { channel: 0, stream: StreamType::MAIN };
        let mut feed = TestPattern::new("81100000001", 480).open(stream, &wanted).await.unwrap();
        let mut units = Vec::new();
        for _ in 0..3 {
            units.push(feed.next().await.unwrap());
        }
        let sps = ParameterSets::of(&units[0].data).sps;
        let sps = Sps::parse(&sps).unwrap();
        let size = match wanted.frame_size.0 {
            1 => (1_280, 720),
            2 => (704, 576),
            _ => (352, 288),
        };
        assert_eq!((sps.width, sps.height), size, "{wanted:?}");
        let beat = Duration::from_secs(1) / u32::from(wanted.frame_rate.0);
        let steps = units.windows(2).map(|pair| pair[1].at - pair[0].at);
        assert!(
            steps.clone().all(|step| step.abs_diff(beat) < Duration::from_millis(5)),
            "{wanted:?}: {:?}",
            steps.collect::<Vec<_>>()
        );
    }
}
