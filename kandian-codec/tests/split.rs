//! The network cuts a stream wherever it likes; what comes out must not depend on it.

mod common;

use common::{all_options, read, scan, seqs, whole, wire};
use kandian_codec::{Command, FrameDecoder, FrameError, Item, OwnedItem, SkipReason};

/// Frames of several lengths, the third with a damaged payload, the fourth empty.
fn stream() -> Vec<u8> {
    let mut damaged = wire(Command::ALARM_NOTIFY, 3, b"<ALARM_NOTIFY_REQ/>");
    damaged[12] ^= 1;
    [
        wire(Command::LOGIN, 1, b"<LOGIN_REQ/>"),
        wire(Command::ABILITYUP, 2, &[b' '; 700]),
        damaged,
        wire(Command::HEARTBEAT, 4, b""),
        wire(Command(0x91), 5, b"vendor"),
    ]
    .concat()
}

/// Streams that end well, end early, and break, to be cut everywhere.
fn streams() -> [Vec<u8>; 4] {
    let good = stream();
    let mut garbage_inside = wire(Command::LOGIN, 1, b"<LOGIN_REQ/>");
    garbage_inside.extend_from_slice(b"\xFA\xFA\xF5noise\xFA\xF5\x31\x00\x00\x00\x00\x10");
    garbage_inside.extend_from_slice(&good);
    [good.clone(), good[..good.len() - 3].to_vec(), garbage_inside, [&good[..], b"\xFA"].concat()]
}

#[test]
fn every_split_point_gives_the_same_items() {
    for options in all_options() {
        for stream in streams() {
            let expected = whole(&stream, options);
            for at in 0..=stream.len() {
                let (first, second) = stream.split_at(at);
                assert_eq!(read([first, second], options), expected, "cut at {at}, {options:?}");
            }
        }
    }
}

#[test]
fn every_piece_length_gives_the_same_items() {
    for options in all_options() {
        for stream in streams() {
            let expected = whole(&stream, options);
            for len in 1..40 {
                assert_eq!(read(stream.chunks(len), options), expected, "pieces of {len}, {options:?}");
            }
        }
    }
}

/// E-62: a wrong digest is an item, and the frames behind it still arrive.
#[test]
fn a_damaged_frame_is_named_and_passed_over() {
    let [verify, report, ignore, scan] = all_options().map(|options| whole(&stream(), options));
    let OwnedItem::BadDigest { offset, header, expected, found } = &verify.0[2] else {
        panic!("{:?}", verify.0[2]);
    };
    assert_eq!((*offset, header.command, header.seq), (36 + 724, Command::ALARM_NOTIFY, 3));
    assert_ne!(expected, found);
    assert_eq!(seqs(&verify.0), [1, 2, 4, 5]);
    assert_eq!(seqs(&report.0), [1, 2, 3, 4, 5]);
    assert_eq!(seqs(&ignore.0), [1, 2, 3, 4, 5]);
    assert_eq!(seqs(&scan.0), [1, 2, 4, 5]);
    let skipped = OwnedItem::Skipped { offset: 760, bytes: 19 + 24, reason: SkipReason::BadDigest };
    assert_eq!(scan.0[2], skipped);
}

#[test]
fn the_end_inside_a_frame_is_an_error_or_a_gap() {
    let stream = stream();
    let cut = &stream[..stream.len() - 3];
    let start = stream.len() - 30;
    let truncated = FrameError::Truncated { offset: start as u64, have: 27, need: 30 };
    assert_eq!(whole(cut, all_options()[0]).1, Some(truncated));
    let (items, error) = whole(cut, scan());
    assert_eq!(error, None);
    let gap = OwnedItem::Skipped { offset: start as u64, bytes: 27, reason: SkipReason::Truncated };
    assert_eq!(items.last(), Some(&gap));
}

/// A frame that lies wholly in the piece is lent from it: no copy, no memory.
#[test]
fn whole_frames_are_lent_from_the_piece() {
    let stream = [wire(Command::LOGIN, 1, b"one"), wire(Command::LOGIN, 2, b"two")].concat();
    let mut decoder = FrameDecoder::new();
    let mut input = &stream[..];
    while let Some(item) = decoder.decode(&mut input).unwrap() {
        let Item::Frame { frame, .. } = item else { panic!("{item:?}") };
        assert!(stream.as_ptr_range().contains(&frame.payload.as_ptr()));
    }
    assert_eq!(decoder.allocated(), 0);
    assert_eq!(decoder.received(), stream.len() as u64);
}

#[test]
fn the_buffer_is_given_back_when_empty() {
    let stream = wire(Command::FILE_QUERY, 1, &[b'x'; 60_000]);
    let mut decoder = FrameDecoder::new();
    let mut items = Vec::new();
    common::feed(&mut decoder, stream.chunks(1460), &mut items).unwrap();
    assert_eq!(items.len(), 1);
    let mut nothing = &[][..];
    assert_eq!(decoder.decode(&mut nothing), Ok(None));
    assert_eq!((decoder.buffered(), decoder.allocated()), (0, 0));
}

/// Ordinary frames keep using one small buffer.
#[test]
fn a_small_buffer_is_kept() {
    let stream = wire(Command::HEARTBEAT, 1, &[b'x'; 340]).repeat(20);
    let mut decoder = FrameDecoder::new();
    let mut items = Vec::new();
    for piece in stream.chunks(100) {
        common::feed(&mut decoder, [piece], &mut items).unwrap();
        assert!(decoder.allocated() <= 512);
    }
    assert_eq!(items.len(), 20);
}
