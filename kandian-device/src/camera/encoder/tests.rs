use kandian_proto::defaults::{Factory, Grade};
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
    let mut last = None;
    for number in 0..60 {
        let unit = feed.next().await.unwrap();
        let (size, mark) = decoded(&mut decoder, &unit);
        assert_eq!((size, mark.number), ((352, 288), number));
        assert!(last < Some(unit.at), "{last:?} {:?}", unit.at);
        last = Some(unit.at);
        if unit.is_key {
            keys.push(number);
            // An SPS begins it.
            assert_eq!(unit.data[4] & 0x1f, 7);
        }
    }
    assert_eq!(keys, [0, 50]);
    assert!(feed.set(&wanted(2, 10, 512)));
    let unit = feed.next().await.unwrap();
    assert!(unit.is_key && Some(unit.at) > last);
    assert_eq!(decoded(&mut decoder, &unit).0, (704, 576));
    feed.refresh();
    assert!(feed.next().await.unwrap().is_key);
    assert!(!feed.next().await.unwrap().is_key);
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
