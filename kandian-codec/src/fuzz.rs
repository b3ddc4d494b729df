//! Laws that hold for every input, as functions that panic where one is broken. Called with the
//! inputs of the fuzzer, its stored corpus and the property tests.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a panic is how a broken law is reported")]

use alloc::vec::Vec;

use crate::{
    Command, DIGEST_LEN, DecoderOptions, DigestPolicy, DigestVerdict, FrameDecoder, FrameError, FrameRef,
    HASH_BUDGET, MAX_PAYLOAD, OVERHEAD, OwnedItem, ResyncPolicy, SkipReason, Status, decode, encode,
    encode_into_slice,
};

/// Largest memory a decoder may hold: one frame of the longest kind.
const MEMORY_BOUND: usize = OVERHEAD + MAX_PAYLOAD;

/// What a stream gives, up to its end or its error.
#[derive(Debug, PartialEq)]
struct Reading {
    items: Vec<OwnedItem>,
    error: Option<FrameError>,
    hashed: u64,
}

/// Laws of a live link, with `data` as the stream: all digest policies, cut in several ways.
pub fn frame(data: &[u8]) {
    for digest in [DigestPolicy::Verify, DigestPolicy::Report, DigestPolicy::Ignore] {
        for max_payload in [MAX_PAYLOAD, 64] {
            let options = DecoderOptions::new().with_digest(digest).with_max_payload(max_payload);
            let reading = read_in_every_cut(data, options);
            assert_covers(data, &reading);
            assert_re_encodes(data, &reading.items);
            assert_core_agrees(data, options, &reading);
            assert!(reading.hashed <= data.len() as u64);
        }
    }
    round_trip(data);
}

/// Laws of a damaged capture, with `data` as the stream, and around a frame that carries it.
pub fn resync(data: &[u8]) {
    scan(data);

    let (before, payload) = data.split_at(data.len() / 2);
    let payload = &payload[..payload.len().min(MAX_PAYLOAD)];
    let mut stream = before.to_vec();
    encode(&FrameRef::new(Command::LOGIN, 1, payload), &mut stream, MAX_PAYLOAD).unwrap();
    stream.extend_from_slice(data);
    let reading = scan(&stream);
    let at = before.len() as u64;
    let found =
        reading.items.iter().any(|item| matches!(item, OwnedItem::Frame { offset, .. } if *offset == at));
    assert!(found || reading.error.is_some(), "a true frame at {at} was lost");
}

fn scan(stream: &[u8]) -> Reading {
    let options = DecoderOptions::new().with_resync(ResyncPolicy::Scan);
    let reading = read_in_every_cut(stream, options);
    match &reading.error {
        None => assert_covers(stream, &reading),
        Some(FrameError::HashBudgetExhausted { hashed, received, .. }) => {
            assert_eq!(*hashed, reading.hashed);
            assert!(*received <= stream.len() as u64);
        }
        Some(error) => panic!("{error} cannot happen while scanning"),
    }
    assert!(reading.hashed <= HASH_BUDGET * stream.len() as u64);
    assert_re_encodes(stream, &reading.items);
    let settled = reading.error.as_ref().map_or(stream.len() as u64, FrameError::offset);
    let by_hand = search_by_hand(stream, options, settled as usize);
    assert!(by_hand.starts_with(&reading.items), "the plain search finds something else");
    assert!(reading.error.is_some() || by_hand == reading.items);
    reading
}

/// The meaning of a scan in its plainest form: try every position from left to right.
fn search_by_hand(stream: &[u8], options: DecoderOptions, end: usize) -> Vec<OwnedItem> {
    let mut items = Vec::new();
    let mut gap: Option<(usize, SkipReason)> = None;
    let mut at = 0;
    let close = |gap: &mut Option<(usize, SkipReason)>, at: usize, items: &mut Vec<OwnedItem>| {
        if let Some((start, reason)) = gap.take() {
            items.push(OwnedItem::Skipped { offset: start as u64, bytes: (at - start) as u64, reason });
        }
    };
    while at < end {
        let reason = match decode(&stream[at..], options) {
            Ok(Status::Complete { frame, consumed, digest }) => {
                close(&mut gap, at, &mut items);
                items.push(OwnedItem::Frame { offset: at as u64, frame: frame.to_owned(), digest });
                at += consumed;
                continue;
            }
            Ok(Status::BadDigest { .. }) => SkipReason::BadDigest,
            Ok(Status::Incomplete { .. }) => SkipReason::Truncated,
            Err(FrameError::PayloadTooLong { .. }) => SkipReason::PayloadTooLong,
            Err(_) => SkipReason::NotMagic,
        };
        gap.get_or_insert((at, reason));
        at += 1;
    }
    close(&mut gap, at, &mut items);
    items
}

/// Reads the stream whole, byte by byte, and in pieces of many lengths, which must be the same.
fn read_in_every_cut(stream: &[u8], options: DecoderOptions) -> Reading {
    let whole = read(stream, options, |_| usize::MAX);
    assert_eq!(read(stream, options, |_| 1), whole, "byte by byte");
    let mut state = stream.iter().fold(stream.len(), |sum, byte| sum.wrapping_mul(31) + usize::from(*byte));
    let uneven = |at: usize| {
        state = state.wrapping_mul(0x5851_F42D).wrapping_add(at + 1);
        1 + (state >> 7) % 97
    };
    assert_eq!(read(stream, options, uneven), whole, "in uneven pieces");
    whole
}

fn read(stream: &[u8], options: DecoderOptions, mut piece: impl FnMut(usize) -> usize) -> Reading {
    let mut decoder = FrameDecoder::with_options(options).unwrap();
    let mut items = Vec::new();
    let mut rest = stream;
    let mut outcome = Ok(());
    while outcome.is_ok() && !rest.is_empty() {
        let (mut input, later) = rest.split_at(piece(stream.len() - rest.len()).min(rest.len()));
        outcome = drain(&mut decoder, &mut input, &mut items);
        assert!(outcome.is_err() || input.is_empty(), "an idle decoder has taken everything");
        rest = later;
        assert!(decoder.allocated() <= MEMORY_BOUND.min((OVERHEAD + options.max_payload).max(512)));
    }
    while outcome.is_ok() {
        match decoder.finish() {
            Ok(Some(item)) => items.push(item.to_owned()),
            Ok(None) => break,
            Err(error) => outcome = Err(error),
        }
    }
    if let Err(error) = &outcome {
        let mut input = stream;
        assert_eq!(decoder.decode(&mut input).as_ref().err(), Some(error), "an error is final");
        assert_eq!(decoder.finish().as_ref().err(), Some(error), "an error is final");
        assert_eq!(input.len(), stream.len());
    }
    Reading { items, error: outcome.err(), hashed: decoder.hashed() }
}

fn drain(
    decoder: &mut FrameDecoder,
    input: &mut &[u8],
    items: &mut Vec<OwnedItem>,
) -> Result<(), FrameError> {
    while let Some(item) = decoder.decode(input)? {
        items.push(item.to_owned());
    }
    Ok(())
}

fn extent(item: &OwnedItem) -> (u64, u64) {
    match item {
        OwnedItem::Frame { offset, frame, .. } => (*offset, frame.wire_len() as u64),
        OwnedItem::BadDigest { offset, header, .. } => (*offset, header.wire_len() as u64),
        OwnedItem::Skipped { offset, bytes, .. } => (*offset, *bytes),
    }
}

/// The items lie end to end, and only an error leaves something over.
fn assert_covers(stream: &[u8], reading: &Reading) {
    let mut end = 0;
    for item in &reading.items {
        let (offset, len) = extent(item);
        assert_eq!(offset, end, "a gap or an overlap before {item:?}");
        end += len;
    }
    match &reading.error {
        None => assert_eq!(end, stream.len() as u64),
        Some(FrameError::BadMagic { offset, .. }) => assert!((end..end + 2).contains(offset)),
        Some(error) => assert_eq!(error.offset(), end),
    }
    if let Some(FrameError::Truncated { have, need, .. }) = reading.error {
        assert_eq!(end + have as u64, stream.len() as u64);
        assert!(have < need);
    }
}

/// A frame with a correct digest, written again, gives the bytes it came from.
fn assert_re_encodes(stream: &[u8], items: &[OwnedItem]) {
    for item in items {
        let OwnedItem::Frame { offset, frame, digest } = item else { continue };
        let mut wire = Vec::new();
        encode(&frame.as_frame_ref(), &mut wire, MAX_PAYLOAD).unwrap();
        let came_from = &stream[*offset as usize..][..wire.len()];
        let same = wire == came_from;
        match digest {
            DigestVerdict::Ok => assert!(same),
            DigestVerdict::Bad => assert!(!same),
            // Only the digest may differ.
            DigestVerdict::Unchecked => {
                let signed = ..wire.len() - DIGEST_LEN;
                assert_eq!(wire[signed], came_from[signed]);
            }
        }
    }
}

/// The slice function and the decoder say the same about the first frame.
fn assert_core_agrees(data: &[u8], options: DecoderOptions, reading: &Reading) {
    match (decode(data, options), reading.items.first()) {
        (Ok(Status::Complete { frame, digest, .. }), first) => {
            assert_eq!(first, Some(&OwnedItem::Frame { offset: 0, frame: frame.to_owned(), digest }));
        }
        (Ok(Status::BadDigest { header, expected, found, .. }), first) => {
            assert_eq!(first, Some(&OwnedItem::BadDigest { offset: 0, header, expected, found }));
        }
        (Ok(Status::Incomplete { needed }), None) => {
            assert!(needed > 0);
            let need = data.len() + needed;
            let truncated = FrameError::Truncated { offset: 0, have: data.len(), need };
            assert_eq!(reading.error, (!data.is_empty()).then_some(truncated));
        }
        (Err(error), None) => assert_eq!(reading.error, Some(error)),
        (core, first) => panic!("{core:?} against {first:?}"),
    }
}

/// `data` as a payload comes back from both encoders.
fn round_trip(data: &[u8]) {
    let payload = &data[..data.len().min(MAX_PAYLOAD)];
    let [command, seq, remark] = [0, 1, 2].map(|at| data.get(at).copied().unwrap_or_default());
    let frame = FrameRef { command: Command(command), seq: u16::from(seq) << 8, remark, payload };
    let mut wire = Vec::new();
    assert_eq!(encode(&frame, &mut wire, MAX_PAYLOAD), Ok(frame.wire_len()));
    let mut slice = alloc::vec![0; frame.wire_len()];
    assert_eq!(encode_into_slice(&frame, &mut slice, MAX_PAYLOAD), Ok(wire.len()));
    assert_eq!(slice, wire);
    let complete = Status::Complete { frame, consumed: wire.len(), digest: DigestVerdict::Ok };
    assert_eq!(decode(&wire, DecoderOptions::new()), Ok(complete));
}
