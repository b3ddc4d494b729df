//! The codec for `tokio_util`, driven by hand as `Framed` drives it.
#![cfg(feature = "tokio")]
#![allow(clippy::panic, reason = "a panic is a failed test")]

mod common;

use std::io;

use bytes::BytesMut;
use common::{all_options, whole, wire};
use kandian_codec::tokio::{CodecError, FrameCodec};
use kandian_codec::{Command, EncodeError, Frame, FrameError, FrameRef, OwnedItem};
use tokio_util::codec::{Decoder, Encoder};

type Outcome = (Vec<OwnedItem>, Option<FrameError>);

fn drive(codec: &mut FrameCodec, pieces: &[&[u8]]) -> Outcome {
    let mut buffer = BytesMut::new();
    let mut items = Vec::new();
    let outcome = (|| {
        for piece in pieces {
            buffer.extend_from_slice(piece);
            while let Some(item) = codec.decode(&mut buffer)? {
                items.push(item);
            }
            assert!(buffer.is_empty());
        }
        while let Some(item) = codec.decode_eof(&mut buffer)? {
            items.push(item);
        }
        Ok(())
    })();
    let error = match outcome {
        Ok(()) => None,
        Err(CodecError::Frame(error)) => Some(error),
        Err(other) => panic!("{other}"),
    };
    (items, error)
}

#[test]
fn it_decodes_like_the_decoder_however_the_stream_is_cut() {
    let mut damaged = wire(Command::LOGIN, 2, b"<LOGIN_REQ/>");
    damaged[9] ^= 1;
    let good = wire(Command::LOGIN, 1, b"<LOGIN_REQ/>");
    let streams = [[&good[..], &damaged, &good, &good[..10]].concat(), [&good[..], b"junk", &good].concat()];
    for options in all_options() {
        for stream in &streams {
            for at in 0..=stream.len() {
                let mut codec = FrameCodec::with_options(options).unwrap();
                let (first, second) = stream.split_at(at);
                assert_eq!(drive(&mut codec, &[first, second]), whole(stream, options), "cut at {at}");
            }
        }
    }
}

/// What a peer announces in LEN must not make the read buffer grow.
#[test]
fn an_announced_length_reserves_nothing() {
    let mut codec = FrameCodec::new();
    let mut buffer = BytesMut::from(&b"\xFA\xF5\x31\x00\x00\x00\xFF\xFF"[..]);
    let before = buffer.capacity();
    assert!(codec.decode(&mut buffer).unwrap().is_none());
    assert!(buffer.capacity() <= before);
    assert_eq!(codec.decoder().buffered(), 8);
    assert!(codec.decoder().allocated() <= 512);
}

#[test]
fn the_end_inside_a_frame_is_reported() {
    let good = wire(Command::LOGIN, 1, b"<LOGIN_REQ/>");
    let (items, error) = drive(&mut FrameCodec::new(), &[&good, &good[..9]]);
    assert_eq!(items.len(), 1);
    assert_eq!(error, Some(FrameError::Truncated { offset: 36, have: 9, need: 36 }));
    assert_eq!(drive(&mut FrameCodec::new(), &[&good]).1, None);
}

/// Frames kept in a queue own exactly their payload.
#[test]
fn items_do_not_hold_the_read_buffer() {
    let mut buffer = BytesMut::from(&wire(Command::LOGIN, 1, b"abc")[..]);
    let range = buffer.as_ptr_range();
    let item = FrameCodec::new().decode(&mut buffer).unwrap();
    let Some(OwnedItem::Frame { frame, .. }) = item else { panic!("{item:?}") };
    assert!(!range.contains(&frame.payload.as_ptr()));
}

#[test]
fn both_kinds_of_frame_are_written_behind_what_is_there() {
    let frame = FrameRef::new(Command::REBOOT, 5, b"<REBOOT_REQ/>");
    let mut codec = FrameCodec::new();
    let mut out = BytesMut::from(&b"before"[..]);
    codec.encode(frame, &mut out).unwrap();
    codec.encode(Frame::from(frame), &mut out).unwrap();
    let one = wire(Command::REBOOT, 5, b"<REBOOT_REQ/>");
    assert_eq!(out, [b"before", &one[..], &one].concat());
}

#[test]
fn a_frame_above_the_send_limit_is_not_written() {
    let mut codec = FrameCodec::new().with_send_limit(3);
    let mut out = BytesMut::new();
    let error = codec.encode(FrameRef::new(Command::REBOOT, 5, b"1234"), &mut out).unwrap_err();
    let too_long = EncodeError::PayloadTooLong { len: 4, limit: 3 };
    assert!(matches!(&error, CodecError::Encode(found) if *found == too_long));
    assert!(out.is_empty());
    assert_eq!(io::Error::from(error).kind(), io::ErrorKind::InvalidInput);
}
