//! What a decoder says about itself: bytes received, held and hashed, memory, places in the stream.
#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use common::{scan, wire};
use kandian_codec::{Command, FrameDecoder, Item};

/// What stays allocated in an empty decoder, as its documentation says.
const KEPT: usize = 512;

#[test]
fn bytes_received_and_held() {
    let frame = wire(Command::HEARTBEAT, 1, &[b'x'; 100]);
    let mut decoder = FrameDecoder::new();
    assert_eq!((decoder.received(), decoder.buffered(), decoder.hashed()), (0, 0, 0));
    assert!(decoder.decode(&mut &frame[..10]).unwrap().is_none());
    assert_eq!((decoder.received(), decoder.buffered(), decoder.hashed()), (10, 10, 0));
    assert!(decoder.decode(&mut &frame[10..]).unwrap().is_some());
    assert_eq!((decoder.received(), decoder.buffered(), decoder.hashed()), (124, 0, 108));
    assert!(decoder.decode(&mut &frame[..30]).unwrap().is_none());
    assert_eq!((decoder.received(), decoder.buffered()), (154, 30));
}

#[test]
fn memory_follows_what_arrives_and_is_given_back() {
    for (length, kept) in [(100, KEPT), (KEPT - 24, KEPT), (KEPT - 23, 0), (65_535, 0)] {
        let frame = wire(Command::LOGIN, 1, &vec![b'x'; length]);
        let mut decoder = FrameDecoder::new();
        assert_eq!(decoder.allocated(), 0);
        assert!(decoder.decode(&mut &frame[..9]).unwrap().is_none());
        assert_eq!(decoder.allocated(), KEPT, "LEN alone allocates nothing");
        assert!(decoder.decode(&mut &frame[9..]).unwrap().is_some());
        assert!((frame.len()..=frame.len().max(KEPT)).contains(&decoder.allocated()));
        assert!(decoder.decode(&mut &[][..]).unwrap().is_none());
        assert_eq!(decoder.allocated(), kept, "{length}");
    }
}

#[test]
fn items_know_their_place() {
    let good = wire(Command::HEARTBEAT, 1, b"abc");
    let mut bad = good.clone();
    bad[9] ^= 1;
    let mut stream = good.clone();
    stream.extend(&bad);
    stream.extend(&good);
    let mut decoder = FrameDecoder::new();
    let mut input = stream.as_slice();
    let mut places = Vec::new();
    while let Some(item) = decoder.decode(&mut input).unwrap() {
        places.push((item.offset(), item.wire_len(), matches!(item, Item::BadDigest { .. })));
    }
    assert_eq!(places, [(0, 27, false), (27, 27, true), (54, 27, false)]);

    let mut scanning = FrameDecoder::with_options(scan()).unwrap();
    let mut input = &stream[20..];
    let item = scanning.decode(&mut input).unwrap().unwrap();
    assert!(matches!(item, Item::Skipped { .. }));
    assert_eq!((item.offset(), item.wire_len()), (0, 34));
}

/// What waits may be half of a login with its key.
#[test]
fn debug_shows_sizes_and_no_content() {
    let frame = wire(Command::LOGIN, 1, b"<DevKey>SEKRET1</DevKey>");
    let mut decoder = FrameDecoder::new();
    assert!(decoder.decode(&mut &frame[..30]).unwrap().is_none());
    let shown = format!("{decoder:?}");
    assert!(shown.contains("Buffer(30 bytes)"), "{shown}");
    assert!(!shown.contains("SEKRET"));
}
