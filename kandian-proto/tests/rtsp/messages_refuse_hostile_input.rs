//! Limits on messages, and errors that say where.

use kandian_proto::rtsp::message::{
    MAX_BODY_BYTES, MAX_FIELDS, MAX_HEAD_BYTES, MAX_HELD_BYTES, MessageErrorKind as Kind, Reader,
};
use proptest::prelude::*;

fn refused(stream: &[u8]) -> (Kind, u64) {
    let mut whole = Reader::for_server();
    whole.push(stream).unwrap();
    let error = loop {
        match whole.next_item() {
            Ok(Some(_)) => {}
            Ok(None) => panic!("taken: {}", String::from_utf8_lossy(stream)),
            Err(error) => break error,
        }
    };
    // The same error in pieces.
    let mut pieces = Reader::for_server();
    let again = stream.iter().find_map(|byte| {
        pieces.push(&[*byte]).unwrap();
        core::iter::from_fn(|| pieces.next_item().transpose()).find_map(Result::err)
    });
    assert_eq!(again, Some(error), "{}", String::from_utf8_lossy(stream));
    (error.kind, error.offset)
}

/// What is wrong, and where.
#[test]
fn errors() {
    assert_eq!(refused(b"\x16\x03\x01"), (Kind::NotRtsp(0x16), 0));
    assert_eq!(refused(b"OPTIONS * RTSP/1.0\r\n\r\n\0"), (Kind::NotRtsp(0), 22));
    assert_eq!(refused(b"OPTIONS\r\n\r\n"), (Kind::FirstLine, 0));
    assert_eq!(refused(b"RTSP/1.0 20 OK\r\n\r\n"), (Kind::FirstLine, 0));
    assert_eq!(refused(b"OPTIONS * RTSP/1.0\r\nA: \x07\r\n\r\n"), (Kind::Control(7), 23));
    assert_eq!(refused(b"OPTIONS * RTSP/1.0\r\nContent-Length: -1\r\n\r\n"), (Kind::Length, 36));
    let twice = b"OPTIONS * RTSP/1.0\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n";
    assert_eq!(refused(twice), (Kind::TwoLengths, 55));
    for length in ["65537", "99999999999999999999999"] {
        let text = format!("OPTIONS * RTSP/1.0\r\nContent-Length: {length}\r\n\r\n");
        assert_eq!(refused(text.as_bytes()), (Kind::BodyTooLong { limit: MAX_BODY_BYTES }, 36));
    }
    let many = format!("OPTIONS * RTSP/1.0\r\n{}\r\n", "A: b\r\n".repeat(MAX_FIELDS + 1));
    assert_eq!(refused(many.as_bytes()), (Kind::TooManyFields, 20 + 6 * MAX_FIELDS as u64));
}

/// A head that does not end.
#[test]
fn endless_heads() {
    let mut reader = Reader::for_server();
    reader.push(b"OPTIONS * RTSP/1.0\r\nA: ").unwrap();
    let mut pushed = 23;
    let error = loop {
        reader.push(&[b'a'; 100]).unwrap();
        pushed += 100;
        match reader.next_item() {
            Ok(item) => assert!(item.is_none() && pushed <= MAX_HEAD_BYTES),
            Err(error) => break error,
        }
    };
    assert_eq!((error.kind, error.offset), (Kind::HeadTooLong, MAX_HEAD_BYTES as u64));
}

/// Who sends on while nobody reads is held at a bound.
#[test]
fn held_bytes() {
    let mut reader = Reader::for_server();
    while reader.held() + 1_000 <= MAX_HELD_BYTES {
        reader.push(&[b'$'; 1_000]).unwrap();
    }
    assert_eq!(reader.push(&[b'$'; 1_000]).unwrap_err().kind, Kind::TooMuch);
    assert!(reader.held() <= MAX_HELD_BYTES);
}

proptest! {
    /// Any bytes, cut anywhere, read the same.
    #[test]
    fn any_cut(bytes in "[A-Z$:/ 0-9\\r\\n]{0,200}", cut in 0_usize..200) {
        let bytes = bytes.as_bytes();
        let cut = cut.min(bytes.len());
        let read = |pieces: [&[u8]; 2]| {
            let mut reader = Reader::for_server();
            let mut items = Vec::new();
            for piece in pieces {
                reader.push(piece).unwrap();
                loop {
                    match reader.next_item() {
                        Ok(Some(item)) => items.push(format!("{item:?}")),
                        Ok(None) => break,
                        Err(error) => return (items, Some(error)),
                    }
                }
            }
            (items, None)
        };
        prop_assert_eq!(read([&bytes[..cut], &bytes[cut..]]), read([bytes, &[]]));
    }
}
