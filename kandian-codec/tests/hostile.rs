//! Peers that lie, and captures that are damaged. E-62, E-63.

mod common;

use common::{all_options, end, feed, read, scan, seqs, whole, wire};
use kandian_codec::{
    Command, DecoderOptions, DigestPolicy, FrameDecoder, FrameError, HASH_BUDGET, MAX_PAYLOAD, OVERHEAD,
    OptionsError, OwnedItem, ResyncPolicy, SkipReason, Status, decode,
};

const MEMORY_BOUND: usize = OVERHEAD + MAX_PAYLOAD;

/// E-62: a stream that cannot become a frame is refused with the first byte that shows it.
#[test]
fn a_wrong_start_is_refused_at_once() {
    let options = DecoderOptions::new();
    let first = FrameError::BadMagic { offset: 0, expected: 0xFA, found: 0x47 };
    let second = FrameError::BadMagic { offset: 1, expected: 0xF5, found: 0xFA };
    assert_eq!(decode(b"\x47", options), Err(first.clone()));
    assert_eq!(decode(b"\x47ET / HTTP", options), Err(first));
    assert_eq!(decode(b"\xFA", options), Ok(Status::Incomplete { needed: 23 }));
    assert_eq!(decode(b"\xFA\xFA\xF5", options), Err(second));
    assert_eq!(decode(b"", options), Ok(Status::Incomplete { needed: 24 }));
}

/// Offsets count from the start of the stream, and the error repeats.
#[test]
fn an_error_names_its_place_and_is_final() {
    let stream = [&wire(Command::LOGIN, 1, b"ok")[..], b"\xFA\xFAjunk"].concat();
    let mut decoder = FrameDecoder::new();
    let mut items = Vec::new();
    let error = feed(&mut decoder, [&stream[..]], &mut items).unwrap_err();
    assert_eq!(error, FrameError::BadMagic { offset: 27, expected: 0xF5, found: 0xFA });
    assert_eq!(error.to_string(), "byte 27: FA where the frame start FA F5 needs F5");
    assert_eq!(items.len(), 1);
    let good = wire(Command::LOGIN, 2, b"ok");
    assert_eq!(decoder.decode(&mut &good[..]), Err(error.clone()));
    assert_eq!(decoder.finish(), Err(error));
}

/// E-63: LEN 0 is a frame with an empty body.
#[test]
fn len_zero_is_a_frame() {
    for options in all_options() {
        let (items, error) = whole(&wire(Command::HEARTBEAT, 9, b""), options);
        assert_eq!((items.len(), error), (1, None));
        assert!(matches!(&items[0], OwnedItem::Frame { frame, .. } if frame.payload.is_empty()));
    }
}

/// E-63: the longest frame has 65559 bytes.
/// 65535 bytes of DATA.
#[test]
fn len_65535_is_a_frame() {
    let stream = wire(Command::FILE_QUERY, 9, &[b'x'; MAX_PAYLOAD]);
    assert_eq!(stream.len(), 65_559);
    for options in all_options() {
        let (items, error) = read(stream.chunks(1000), options);
        assert_eq!((items.len(), error), (1, None));
    }
}

/// A header above the limit is refused before any DATA arrives.
#[test]
fn len_above_the_limit_is_refused_with_the_header() {
    let options = DecoderOptions::new().with_max_payload(100);
    let stream = wire(Command::LOGIN, 1, &[b'x'; 101]);
    assert_eq!(decode(&stream[..7], options), Ok(Status::Incomplete { needed: 17 }));
    let refused = FrameError::PayloadTooLong { offset: 0, len: 101, limit: 100 };
    assert_eq!(decode(&stream[..8], options), Err(refused));
    assert!(decode(&wire(Command::LOGIN, 1, &[b'x'; 100]), options).is_ok());
}

/// What a peer announces costs nothing; only what it sends does.
#[test]
fn an_announced_length_allocates_nothing() {
    for options in all_options() {
        let mut decoder = FrameDecoder::with_options(options).unwrap();
        let mut items = Vec::new();
        feed(&mut decoder, [&b"\xFA\xF5\x31\x00\x00\x00\xFF\xFF"[..]], &mut items).unwrap();
        assert_eq!(decoder.buffered(), 8);
        assert!(decoder.allocated() <= 512);
        for piece in [b'x'; 65_535].chunks(512) {
            let before = decoder.buffered();
            feed(&mut decoder, [piece], &mut items).unwrap();
            assert!(decoder.allocated() <= (2 * (before + piece.len())).min(MEMORY_BOUND));
        }
    }
}

/// A LEN that is too small makes the rest of DATA the next "frame".
#[test]
fn len_too_small_breaks_a_live_link() {
    let mut stream = wire(Command::LOGIN, 1, b"<LOGIN_REQ>0123456789012345</LOGIN_REQ>");
    stream[7] -= 5;
    let (items, error) = whole(&stream, DecoderOptions::new());
    assert!(matches!(items[..], [OwnedItem::BadDigest { offset: 0, .. }]));
    assert!(matches!(error, Some(FrameError::BadMagic { offset: 58, .. })), "{error:?}");
}

/// A LEN that is too large swallows the next frame. The scan finds it all the same.
#[test]
fn len_too_large_hides_no_frame_from_a_scan() {
    let mut lie = wire(Command::LOGIN, 1, b"<LOGIN_REQ/>");
    lie[7] += 10;
    let stream = [lie, wire(Command::HEARTBEAT, 2, b"a"), wire(Command::HEARTBEAT, 3, b"b")].concat();
    let (items, error) = whole(&stream, scan());
    assert_eq!((seqs(&items), error), (vec![2, 3], None));
    assert_eq!(items[0], OwnedItem::Skipped { offset: 0, bytes: 36, reason: SkipReason::BadDigest });
}

/// A false start with LEN 65535 holds back what follows, and loses none of it, whether the
/// capture goes on long enough or ends before.
#[test]
fn frames_inside_a_false_frame_are_found() {
    let good: Vec<u8> = (1..=40).flat_map(|seq| wire(Command::HEARTBEAT, seq, &[b' '; 100])).collect();
    let lie = b"\xFA\xF5\x31\x00\x00\x00\xFF\xFF";
    for filler in [0, 70_000] {
        let stream = [&lie[..], &good, &vec![b'.'; filler]].concat();
        let mut decoder = FrameDecoder::with_options(scan()).unwrap();
        let mut items = Vec::new();
        for piece in stream.chunks(777) {
            feed(&mut decoder, [piece], &mut items).unwrap();
            assert!(decoder.allocated() <= MEMORY_BOUND && decoder.buffered() <= MEMORY_BOUND);
        }
        end(&mut decoder, &mut items).unwrap();
        assert_eq!(seqs(&items), (1..=40).collect::<Vec<_>>());
        assert!(decoder.hashed() <= HASH_BUDGET * stream.len() as u64);
    }
}

#[test]
fn a_scan_steps_over_every_kind_of_garbage() {
    let good = wire(Command::LOGIN, 7, b"<LOGIN_REQ/>");
    let too_long = b"\xFA\xF5\x31\x00\x00\x00\x10\x00";
    let cases: [(&[u8], SkipReason); 6] = [
        (b"noise", SkipReason::NotMagic),
        (b"\xFA", SkipReason::NotMagic),
        (b"\xFA\xFA", SkipReason::NotMagic),
        (b"\xF5\xFA\xFA\xFA", SkipReason::NotMagic),
        (b"\xFA\xF5\x31\x00\x00\x00\x00\x00", SkipReason::BadDigest),
        (too_long, SkipReason::PayloadTooLong),
    ];
    for (garbage, reason) in cases {
        let options = scan().with_max_payload(1024);
        let (items, error) = whole(&[garbage, &good].concat(), options);
        let skipped = OwnedItem::Skipped { offset: 0, bytes: garbage.len() as u64, reason };
        assert_eq!((items[0].clone(), error), (skipped, None));
        assert_eq!(seqs(&items), [7], "{garbage:02X?}");
    }
}

/// An endless stream of frame starts is ended by the budget, on bounded memory.
#[test]
fn endless_false_starts_exhaust_the_budget() {
    let piece = b"\xFA\xF5".repeat(4096);
    let mut decoder = FrameDecoder::with_options(scan()).unwrap();
    let mut items = Vec::new();
    let mut sent = 0;
    let error = loop {
        sent += piece.len() as u64;
        match feed(&mut decoder, [&piece[..]], &mut items) {
            Ok(()) => assert!(sent < 1 << 20, "the budget must end this"),
            Err(error) => break error,
        }
        assert!(decoder.allocated() <= MEMORY_BOUND);
    };
    let FrameError::HashBudgetExhausted { hashed, received, .. } = error else { panic!("{error}") };
    assert!(hashed <= HASH_BUDGET * received && received <= sent);
    assert_eq!(decoder.hashed(), hashed);
    assert!(items.is_empty());
}

/// The budget counts every byte that arrived, also those of a frame that the end of the capture
/// shows to be false.
#[test]
fn the_budget_counts_an_unfinished_frame() {
    let mut stream = b"\xFA\xF5\x31\x00\x00\x00\xFF\xFF".to_vec();
    for nested in 0..30_u16 {
        stream.extend_from_slice(b"\xFA\xF5\x31\x00\x00\x00");
        stream.extend_from_slice(&(370 - 8 * nested).to_be_bytes());
    }
    stream.resize(1000, b'.');
    stream.extend_from_slice(&wire(Command::LOGIN, 7, b"<LOGIN_REQ/>"));
    let (items, error) = whole(&stream, scan());
    assert_eq!((seqs(&items), error), (vec![7], None));
}

/// Garbage without a frame start costs no hashing and no memory, however long it is.
#[test]
fn endless_noise_is_cheap() {
    let mut decoder = FrameDecoder::with_options(scan()).unwrap();
    let mut items = Vec::new();
    for _ in 0..100 {
        feed(&mut decoder, [&[0xF4; 10_000][..], &[0xFA; 10_001]], &mut items).unwrap();
        assert!(decoder.buffered() <= 1 && decoder.allocated() <= 512);
    }
    assert_eq!(decoder.hashed(), 0);
    end(&mut decoder, &mut items).unwrap();
    let all = OwnedItem::Skipped { offset: 0, bytes: 2_000_100, reason: SkipReason::NotMagic };
    assert_eq!(items, [all]);
}

/// After a gap is reported the decoder keeps the frame it found and needs nothing handed in again.
#[test]
fn the_frame_behind_a_gap_is_hashed_once() {
    let good = wire(Command::LOGIN, 7, b"<LOGIN_REQ/>");
    let (items, _) = whole(&[b"noise", &good[..]].concat(), scan());
    assert_eq!(items.len(), 2);
    let stream = [b"noise", &good[..]].concat();
    let mut decoder = FrameDecoder::with_options(scan()).unwrap();
    let mut input = &stream[..];
    assert!(matches!(decoder.decode(&mut input), Ok(Some(kandian_codec::Item::Skipped { .. }))));
    assert!(matches!(decoder.decode(&mut &[][..]), Ok(Some(kandian_codec::Item::Frame { .. }))));
    assert_eq!(decoder.hashed(), good.len() as u64 - 16);
}

#[test]
fn a_scan_without_verification_is_refused() {
    for digest in [DigestPolicy::Report, DigestPolicy::Ignore] {
        let options = DecoderOptions::new().with_resync(ResyncPolicy::Scan).with_digest(digest);
        assert_eq!(FrameDecoder::with_options(options).unwrap_err(), OptionsError::ScanNeedsVerify);
        let mut scanning = FrameDecoder::with_options(scan()).unwrap();
        assert_eq!(scanning.set_digest(digest), Err(OptionsError::ScanNeedsVerify));
        assert_eq!(scanning.options(), scan());
    }
}

/// Under `ignore` nothing is hashed.
#[test]
fn ignoring_the_digest_costs_nothing() {
    let stream = wire(Command::LOGIN, 7, &[b'x'; 500]);
    for (options, hashed) in all_options().into_iter().zip([508, 508, 0, 508]) {
        let mut decoder = FrameDecoder::with_options(options).unwrap();
        feed(&mut decoder, [&stream[..]], &mut Vec::new()).unwrap();
        assert_eq!(decoder.hashed(), hashed);
    }
}
