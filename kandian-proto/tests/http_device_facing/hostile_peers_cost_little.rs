//! Peers that send too much, too slowly, or not what they announce: memory and work stay bounded, and the defect is
//! named.

use std::hint::black_box;
use std::time::{Duration, Instant};

use kandian_proto::http::{AnswerReader, HttpErrorKind as Kind, Limits, RequestReader};

use crate::delivery::{Read, request_within};

/// Bytes of bookkeeping that a reader may hold beside head and body: the places of 64 lines, a copy of the target
/// with each byte replaced, and the usual first allocations.
const BOOKKEEPING: usize = 8 << 10;

/// Feeds pieces until the reader gives up; returns the error, the bytes it had taken then, and the most memory held.
fn flood<R: Read>(limits: Limits, start: &str, piece: &[u8]) -> (Kind, usize, usize) {
    let mut reader = R::begin(limits);
    let (mut sent, mut most) = (0, 0);
    for piece in core::iter::once(start.as_bytes()).chain(core::iter::repeat_n(piece, 1 << 20)) {
        sent += piece.len();
        match reader.push(piece) {
            Ok(message) => assert!(message.is_none()),
            Err(error) => {
                assert!(error.offset <= sent);
                assert!(reader.allocated() <= most.max(BOOKKEEPING));
                return (error.kind, sent, most);
            }
        }
        most = most.max(reader.allocated());
    }
    panic!("{sent} bytes were taken");
}

#[test]
fn floods() {
    let head = Kind::HeadTooLong { limit: 4_096 };
    let body = Kind::BodyTooLong { limit: 8_192 };
    let overhead = Kind::ChunkOverhead { limit: 4_096 };
    let chunked = "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n";
    for (start, piece, kind) in [
        ("", "\r\n", head),
        ("", "\n", head),
        ("P", "O", head),
        ("POST /", "a", head),
        ("POST /", "\u{5e97}", head),
        ("POST ", " ", head),
        ("POST / HTTP/1.1\r\n", "a", head),
        ("POST / HTTP/1.1\r\nHost: a", " ", head),
        ("POST / HTTP/1.1\r\n", "A:b\r\n", Kind::TooManyFields { limit: 64 }),
        ("POST / HTTP/1.1\r\n", "stray\r\n", Kind::TooManyFields { limit: 64 }),
        ("POST / HTTP/1.1\r\nA: b\r\n", " c\r\n", Kind::TooManyFields { limit: 64 }),
        ("POST / HTTP/1.1\r\n\r\n", "x", body),
        ("POST / HTTP/1.0\r\n\r\n", "0123456789abcdef", body),
        (chunked, "0", overhead),
        (chunked, "1\r\nx\r\n", overhead),
        (&format!("{chunked}1;"), "x", overhead),
        (&format!("{chunked}0\r\n"), "x: y\r\n", overhead),
        (chunked, "100\r\n0123456789abcdef", Kind::ChunkEnd),
    ] {
        let (found, sent, most) = flood::<RequestReader>(Limits::REQUEST, start, piece.as_bytes());
        let name = format!("{start:?} and {piece:?}");
        assert_eq!(found, kind, "{name}");
        assert!(sent <= 4_096 + 8_192 + 4_096 + start.len() + piece.len(), "{name}: {sent} bytes");
        assert!(most <= 4_096 + 8_192 + BOOKKEEPING, "{name}: {most} bytes held");
    }
}

/// The same for a device whose server is hostile.
#[test]
fn floods_of_answers() {
    let head = Kind::HeadTooLong { limit: 8_192 };
    for (start, piece, kind) in [
        ("", "\n", head),
        ("HTTP/1.1 200 ", "a", head),
        ("", "HTTP/1.1 100 Continue\r\n\r\n", head),
        ("", "HTTP/1.1 102 Processing\r\nA: b\r\n\r\n", head),
        ("HTTP/1.1 200 OK\r\n", "Set-Cookie: a\r\n", Kind::TooManyFields { limit: 64 }),
        ("HTTP/1.1 200 OK\r\n\r\n", "<html>", Kind::BodyTooLong { limit: 16_384 }),
    ] {
        let (found, sent, most) = flood::<AnswerReader>(Limits::ANSWER, start, piece.as_bytes());
        assert_eq!(found, kind, "{start:?} and {piece:?}");
        assert!(sent <= 2 * 16_384, "{sent} bytes");
        assert!(most <= 8_192 + 16_384 + BOOKKEEPING, "{most} bytes held");
    }
}

/// An announced length takes no memory, and one above the limit is refused before anything of the body comes.
#[test]
fn lengths_that_lie() {
    let reader = |length: &str| {
        let mut reader = RequestReader::new(Limits::REQUEST);
        let head = format!("POST / HTTP/1.1\r\nContent-Length: {length}\r\n\r\n");
        let result = reader.push(head.as_bytes());
        (result, reader)
    };
    let (result, open) = reader("8192");
    assert_eq!(result, Ok(None));
    assert!(open.allocated() < 512, "{} bytes", open.allocated());
    for length in ["8193", "4294967296", "18446744073709551616", &"9".repeat(1_000)] {
        let (result, failed) = reader(length);
        assert_eq!(result.unwrap_err().kind, Kind::BodyTooLong { limit: 8_192 }, "{length}");
        assert!(failed.allocated() <= 1, "the target is all that stays");
    }
    // More than announced is another message, which is not read.
    let (result, mut short) = reader("1");
    assert_eq!(result, Ok(None));
    assert_eq!(short.push(b"<REGISTER_REQ/>").unwrap().unwrap().body, b"<");
}

/// Each limit is exact: what fits is read, one more is refused where it stands.
#[test]
fn limits_are_exact() {
    let limits =
        Limits::REQUEST.with_head_bytes(64).unwrap().with_fields(3).unwrap().with_body_bytes(4).unwrap();
    let read = |stream: &str| request_within(limits, stream).map(|request| request.unwrap().body.len());
    let error = |stream: &str| read(stream).map_err(|error| (error.kind, error.offset)).unwrap_err();

    let head = |length: usize| format!("GET /{} HTTP/1.0\r\n\r\n", "a".repeat(length - 18));
    assert_eq!((head(64).len(), read(&head(64))), (64, Ok(0)));
    assert_eq!(error(&head(65)), (Kind::HeadTooLong { limit: 64 }, 64));
    assert_eq!(error(&format!("\r\n{}", head(63))), (Kind::HeadTooLong { limit: 64 }, 64));

    assert_eq!(read("GET / HTTP/1.0\r\na:b\r\nstray\r\n c\r\n\r\n"), Ok(0));
    let stream = "GET / HTTP/1.0\r\na:b\r\nstray\r\n c\r\nd:e\r\n\r\n";
    assert_eq!(error(stream), (Kind::TooManyFields { limit: 3 }, 32));

    assert_eq!(read("POST / HTTP/1.0\r\nContent-Length:4\r\n\r\nabcd"), Ok(4));
    let stream = "POST / HTTP/1.0\r\nContent-Length:5\r\n\r\nabcde";
    assert_eq!(error(stream), (Kind::BodyTooLong { limit: 4 }, 32));
    assert_eq!(read("POST / HTTP/1.0\r\n\r\nabcd"), Ok(4));
    assert_eq!(error("POST / HTTP/1.0\r\n\r\nabcde"), (Kind::BodyTooLong { limit: 4 }, 23));
    // Nothing at all is a limit, too.
    let none = limits.with_head_bytes(0).unwrap();
    assert_eq!(request_within(none, "GET").unwrap_err().kind, Kind::HeadTooLong { limit: 0 });
}

/// The largest limits that can be set are within what a platform can afford.
#[test]
fn limits_have_limits() {
    let limits = Limits::REQUEST;
    assert_eq!((limits.head_bytes(), limits.fields(), limits.body_bytes()), (4_096, 64, 8_192));
    assert_eq!(limits.with_body_bytes(16_384).map(|l| l.body_bytes()), Some(16_384));
    assert_eq!(limits.with_body_bytes(16_385), None);
    assert_eq!(limits.with_head_bytes(16_385), None);
    assert_eq!(limits.with_fields(257), None);
    assert!(Limits::ANSWER.body_bytes() <= kandian_proto::xml::Limits::FRAME.document_bytes);
}

/// Work is linear in the bytes, however they are cut: twenty of the longest requests, byte by byte, take a fraction
/// of the time that is allowed here; looking at what came before with every byte would take a thousand times as long.
#[test]
#[allow(clippy::disallowed_methods, reason = "the time that work takes is what is measured")]
fn slow_bytes_cost_what_fast_ones_do() {
    let head = format!("POST / HTTP/1.1\r\nX: {}\r\n", "a".repeat(3_900));
    let stream = format!("{head}Content-Length: 8192\r\n\r\n{}", "<!x>".repeat(2_048));
    let started = Instant::now();
    for _ in 0..20 {
        let mut reader = RequestReader::new(Limits::REQUEST);
        let mut found = None;
        for byte in stream.as_bytes().chunks(1) {
            found = found.or(reader.push(byte).unwrap());
        }
        let request = found.unwrap();
        // Roots and documents are looked for in linear time as well.
        black_box(kandian_proto::http::Routes::new().find(&request)).unwrap();
        black_box(request.document());
    }
    assert!(started.elapsed() < Duration::from_secs(5), "{:?}", started.elapsed());
}

/// Nothing secret in what is logged.
#[test]
fn debug_shows_no_secrets() {
    let stream = b"POST /?password=hunter2 HTTP/1.1\r\nCookie: hunter2\r\nContent-Length: 24\r\n\r\n<DevKey>hunter2</DevKey>";
    let mut reader = RequestReader::new(Limits::REQUEST);
    assert!(reader.push(&stream[..stream.len() - 1]).unwrap().is_none());
    assert_eq!(format!("{reader:?}").matches("hunter2").count(), 0, "{reader:?}");
    let request = reader.push(b">").unwrap().unwrap();
    let shown = format!("{request:?}");
    assert!(!shown.contains("hunter2") && shown.contains("Cookie") && shown.contains("24 bytes"), "{shown}");
    let mut reader = AnswerReader::new(Limits::ANSWER);
    reader.push(b"HTTP/1.1 200 OK\r\nSet-Cookie: hunter2\r\n\r\n<FtpPassword>hunter2").unwrap();
    assert!(!format!("{reader:?}").contains("hunter2"), "{reader:?}");
    let answer = reader.end().unwrap().unwrap();
    assert!(!format!("{answer:?}").contains("hunter2"), "{answer:?}");
}
