//! The queue of one viewer.

use bytes::Bytes;
use kandian_proto::rtsp::message::{Item, Reader};
use kandian_proto::rtsp::queue::{Limits, Pushed, ViewerQueue};
use kandian_proto::rtsp::rtp::{Depacketiser, Format, Packetiser, Run, Track, Unit};
use proptest::prelude::*;

fn limits(bytes: usize) -> Limits {
    Limits { bytes, packets: 10_000, message_bytes: 1_000 }
}

/// Pictures, of which every `group`th is an IDR picture.
fn source(count: usize, group: usize, length: usize) -> Vec<Unit> {
    let mut packetiser = Packetiser::video(1, 0);
    let picture = |index: usize| {
        [&[if index.is_multiple_of(group) { 0x65 } else { 0x41 }, 0x88][..], &vec![0xAA; length]].concat()
    };
    (0..count).map(|index| packetiser.h264([picture(index).as_slice()], index as u32 * 3_600)).collect()
}

fn written(queue: &mut ViewerQueue, at_most: usize) -> Vec<u8> {
    let mut out = Vec::new();
    while out.len() < at_most && !queue.chunk().is_empty() {
        let room = at_most - out.len();
        let chunk = queue.chunk();
        let part = chunk[..chunk.len().min(room)].to_vec();
        queue.advance(part.len());
        out.extend(part);
    }
    out
}

/// A viewer begins with a picture that can be decoded: the group that the source has kept.
#[test]
fn begins_with_an_idr_picture() {
    let units = source(8, 5, 100);
    let mut queue = ViewerQueue::new(Limits::DEFAULT);
    assert_eq!(units[1..5].iter().map(|unit| queue.push(unit)).collect::<Vec<_>>(), [Pushed::Waiting; 4]);
    assert_eq!(queue.start(&units[5..]), 3);
    assert_eq!(queue.counters().dropped, 0);
    let expected: Vec<u8> = units[5..].iter().flat_map(|unit| unit.interleaved().to_vec()).collect();
    assert_eq!(written(&mut queue, usize::MAX), expected);
    assert!(queue.is_empty());
}

/// Dropping ends with the next IDR picture, which replaces what waits when there is no room for it.
#[test]
fn drops_up_to_the_next_idr_picture() {
    let units = source(12, 4, 1_000);
    let length = units[0].interleaved().len();
    let mut queue = ViewerQueue::new(limits(length * 3));
    let pushed: Vec<_> = units[..4].iter().map(|unit| queue.push(unit)).collect();
    assert_eq!(pushed, [Pushed::Queued, Pushed::Queued, Pushed::Queued, Pushed::Dropped]);
    assert_eq!(queue.push(&units[4]), Pushed::Queued, "an IDR picture");
    assert_eq!(queue.media_bytes(), length);
    let counters = queue.counters();
    assert_eq!((counters.queued, counters.dropped, counters.overflows), (4, 4, 1));
    // One that fits nowhere.
    let mut queue = ViewerQueue::new(limits(length - 1));
    assert_eq!((queue.push(&units[0]), queue.push(&units[1])), (Pushed::Dropped, Pushed::Dropped));
    assert!(queue.is_empty());
}

/// Answers go between units, never into one; the viewer's own channels are used.
#[test]
fn messages_between_units() {
    let units = source(2, 2, 3_000);
    let mut queue = ViewerQueue::new(Limits::DEFAULT);
    queue.set_channel(Track::VIDEO, 4);
    queue.start(&units);
    let mut stream = written(&mut queue, 10);
    assert!(queue.push_message(Bytes::from_static(b"RTSP/1.0 200 OK\r\nCSeq: 1\r\n\r\n")));
    stream.extend(written(&mut queue, usize::MAX));
    let mut reader = Reader::for_client();
    reader.push(&stream).unwrap();
    let items: Vec<_> = core::iter::from_fn(|| reader.next_item().unwrap()).collect();
    let at = items.iter().position(|item| matches!(item, Item::Response(_))).unwrap();
    assert_eq!((at, items.len()), (units[0].packet_count(), units[0].packet_count() * 2 + 1));
    assert!(items.iter().all(|item| matches!(item, Item::Response(_) | Item::Frame { channel: 4, .. })));
}

/// E-177: a BYE goes out behind the last picture, answers before it; a seek forgets it.
#[test]
fn e177_bye_is_last() {
    let units = source(3, 3, 500);
    let mut queue = ViewerQueue::new(limits(10_000));
    queue.start(&units);
    assert!(queue.push_last(Bytes::from_static(b"bye")) && queue.push_message(Bytes::from_static(b"answer")));
    let pictures: Vec<u8> = units.iter().flat_map(|unit| unit.interleaved().to_vec()).collect();
    assert_eq!(written(&mut queue, usize::MAX), [&b"answer"[..], &pictures, b"bye"].concat());
    assert!(queue.is_empty());
    assert!(queue.push_last(Bytes::from_static(b"bye")) && !queue.is_empty());
    assert_eq!(written(&mut queue, usize::MAX), b"bye", "when nothing waits");

    queue.start(&units);
    assert!(queue.push_last(Bytes::from(vec![b'x'; 900])) && !queue.push_last(Bytes::from(vec![b'x'; 900])));
    queue.restart();
    assert!(queue.is_empty());
    assert!(queue.push_last(Bytes::from(vec![b'x'; 900])), "it takes no room any more");
}

/// after a PAUSE the answer goes out and the pictures wait; one that is being sent goes out whole.
#[test]
fn r10_7_held_back() {
    let units = source(3, 3, 4_000);
    let mut queue = ViewerQueue::new(Limits::DEFAULT);
    queue.start(&units);
    let mut stream = written(&mut queue, 10);
    queue.hold(true);
    assert!(queue.push_message(Bytes::from_static(b"answer")));
    stream.extend(written(&mut queue, usize::MAX));
    assert_eq!(stream, [&units[0].interleaved()[..], b"answer"].concat());
    assert!(queue.chunk().is_empty() && !queue.is_empty());
    queue.hold(false);
    assert_eq!(queue.chunk(), &units[1].interleaved()[..]);

    let mut queue = ViewerQueue::new(Limits::DEFAULT);
    queue.start(&units);
    queue.hold(true);
    assert_eq!(queue.datagram(), None);
    queue.hold(false);
    assert!(queue.datagram().is_some());
    queue.hold(true);
    let rest = core::iter::from_fn(|| queue.datagram()).count();
    assert_eq!(rest, units[0].packet_count() - 1);
    queue.hold(false);
    assert_eq!(queue.datagram(), Some((Track::VIDEO, units[1].packet(0).unwrap())));
}

/// Who never reads is told so.
#[test]
fn messages_are_bounded() {
    let mut queue = ViewerQueue::new(limits(100));
    let message = Bytes::from(vec![b'x'; 300]);
    assert_eq!(
        (0..5).map(|_| queue.push_message(message.clone())).collect::<Vec<_>>(),
        [true, true, true, false, false]
    );
}

/// Sound waits for the picture, unless it is all there is.
#[test]
fn sound() {
    let sound = Packetiser::pcma(1, 0).g711(&[0xD5; 160], 0);
    let mut queue = ViewerQueue::new(limits(10_000));
    assert_eq!(queue.push(&sound), Pushed::Waiting);
    queue.push(&source(1, 1, 10)[0]);
    assert_eq!(queue.push(&sound), Pushed::Queued);
    let mut queue = ViewerQueue::new(limits(300)).sound_only();
    assert_eq!((queue.push(&sound), queue.push(&sound)), (Pushed::Queued, Pushed::Dropped));
}

/// A picture without anything to send takes no place, however often it comes.
#[test]
fn empty_units() {
    let empty = Packetiser::video(1, 0).h264([&[][..]], 0);
    let mut queue = ViewerQueue::new(limits(100));
    (0..1_000).for_each(|_| assert_eq!(queue.push(&empty), Pushed::Queued));
    assert!(queue.is_empty() && queue.datagram().is_none());
}

/// UDP: packets in order; a restart lets the unit that is being sent come to its end.
#[test]
fn datagrams() {
    let units = source(3, 3, 4_000);
    let mut queue = ViewerQueue::new(Limits::DEFAULT);
    queue.start(&units);
    let first = queue.datagram().unwrap();
    assert_eq!(first, (Track::VIDEO, units[0].packet(0).unwrap()));
    queue.restart();
    let rest: Vec<_> = core::iter::from_fn(|| queue.datagram()).map(|(_, packet)| packet).collect();
    assert_eq!(rest, units[0].packets().skip(1).collect::<Vec<_>>());
    assert_eq!((queue.media_bytes(), queue.push(&units[1])), (0, Pushed::Waiting));
}

/// UDP: what can be sent as one comes as one, never across units, and is counted like packets.
#[test]
fn runs() {
    let units = source(3, 3, 4_000);
    let (mut single, mut queue) = (ViewerQueue::new(Limits::DEFAULT), ViewerQueue::new(Limits::DEFAULT));
    single.start(&units);
    queue.start(&units);
    let packets: Vec<_> =
        core::iter::from_fn(|| single.datagram()).map(|(_, packet)| packet.to_vec()).collect();
    let runs: Vec<_> = core::iter::from_fn(|| queue.run(2)).collect();
    assert!(runs.iter().all(|run| run.track() == Track::VIDEO && run.packet_count() <= 2));
    assert!(runs.len() < packets.len());
    let sent: Vec<_> = runs.iter().flat_map(Run::packets).map(<[u8]>::to_vec).collect();
    assert_eq!(sent, packets);
    assert_eq!((queue.counters(), queue.is_empty()), (single.counters(), true));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    /// However slowly a viewer reads, it gets whole pictures in order, each stretch from an IDR picture on, and no more
    /// waits than the limit.
    #[test]
    fn any_viewer(reads in proptest::collection::vec(0_usize..6_000, 1..60), group in 1_usize..8, limit in 3_000_usize..20_000) {
        let units = source(60, group, 1_500);
        let mut queue = ViewerQueue::new(limits(limit));
        let mut stream = Vec::new();
        for (index, unit) in units.iter().enumerate() {
            queue.push(unit);
            prop_assert!(queue.media_bytes() <= limit);
            stream.extend(written(&mut queue, reads[index % reads.len()]));
        }
        stream.extend(written(&mut queue, usize::MAX));
        let mut depacketiser = Depacketiser::new(Format::H264).in_order();
        let mut rest = &stream[..];
        let mut received = Vec::new();
        while let [b'$', 0, high, low, after @ ..] = rest {
            let (packet, after) = after.split_at(usize::from(u16::from_be_bytes([*high, *low])));
            depacketiser.push(packet).unwrap();
            received.extend(core::iter::from_fn(|| depacketiser.poll()));
            rest = after;
        }
        prop_assert!(rest.is_empty());
        prop_assert_eq!(received.len() as u64 + queue.counters().dropped, 60);
        for media in &received {
            prop_assert!(media.lost == 0 || media.is_idr, "a gap is followed by an IDR picture");
        }
    }
}
