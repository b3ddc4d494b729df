//! Bodies in chunks. E-36.

use kandian_proto::http::{HttpErrorKind as Kind, Limits};

use crate::delivery::{answer, bad_answer, refused, request, request_within};

const HEAD: &str = "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n";

/// E-36: every form of chunks means the same body.
#[test]
fn forms() {
    for chunks in [
        "f\r\n<REGISTER_REQ/>\r\n0\r\n\r\n",
        "F\r\n<REGISTER_REQ/>\r\n0\r\n\r\n",
        "000f\r\n<REGISTER_REQ/>\r\n000\r\n\r\n",
        "f\n<REGISTER_REQ/>\n0\n\n",
        "f  \r\n<REGISTER_REQ/>\r\n0\t\r\n\r\n",
        "f;name=value\r\n<REGISTER_REQ/>\r\n0;last\r\n\r\n",
        "f ; name=\"v\"\r\n<REGISTER_REQ/>\r\n0\r\n\r\n",
        "1\r\n<\r\ne\r\nREGISTER_REQ/>\r\n0\r\n\r\n",
        "f\r\n<REGISTER_REQ/>\r\n0\r\nTrailer: 1\r\nanother\r\n\r\n",
        "f\r\n<REGISTER_REQ/>\r\n0\r\n\r\nPOST /next HTTP/1.1\r\n\r\n",
    ] {
        assert_eq!(request(format!("{HEAD}{chunks}")).body, b"<REGISTER_REQ/>", "{chunks}");
        let head = "HTTP/1.1 200 OK\r\ntransfer-encoding:Chunked\r\n\r\n";
        assert_eq!(answer(format!("{head}{chunks}")).body, b"<REGISTER_REQ/>", "{chunks}");
    }
    assert_eq!(request(format!("{HEAD}0\r\n\r\n")).body, b"");
}

/// Data may look like chunks.
#[test]
fn data_is_opaque() {
    assert_eq!(request(format!("{HEAD}5\r\n0\r\n\r\n\r\n0\r\n\r\n")).body, b"0\r\n\r\n");
}

#[test]
fn defects() {
    let of = |chunks: &[u8], kind: Kind, offset: usize| {
        refused([HEAD.as_bytes(), chunks].concat(), kind, HEAD.len() + offset);
    };
    for size in ["", "g", "-1", "+1", " 1", "0x1", "<?xml", ";x"] {
        let bad = size.len() - size.trim_start_matches('0').len();
        of(format!("{size}\r\na").as_bytes(), Kind::ChunkSize, bad);
    }
    of(b"1 1\r\n", Kind::ChunkSize, 2);
    of(b"1\rx", Kind::BareCr, 2);
    of(b"1\r\nab\r\n", Kind::ChunkEnd, 4);
    of(b"1\r\na\rb", Kind::BareCr, 5);
    of(b"0\r\n\rX", Kind::BareCr, 4);
    of(b"1;a\0\r\n", Kind::Control(0), 3);
    of(b"0\r\nA: \x01\r\n", Kind::Control(1), 6);
    of(b"2001\r\n", Kind::BodyTooLong { limit: 8_192 }, 3);
    of(b"ffffffffffffffffffffffffffffffff\r\n", Kind::BodyTooLong { limit: 8_192 }, 3);
}

/// A server that announces both: the chunks count, and the length does not (RFC 9112 §6.3).
#[test]
fn an_answer_with_both() {
    let stream =
        "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n<a/>\r\n0\r\n\r\n";
    assert_eq!(answer(stream).body, b"<a/>");
    assert_eq!(bad_answer(&stream[..stream.len() - 1]), (Kind::EndInChunks, stream.len() - 1));
}

/// The limit on the body is exact, over all chunks; so is the one on what is between them.
#[test]
fn limits_are_exact() {
    let limits = Limits::REQUEST.with_body_bytes(20).unwrap().with_head_bytes(64).unwrap();
    let read = |chunks: &str| request_within(limits, format!("{HEAD}{chunks}"));
    let body = |chunks: &str| read(chunks).unwrap().unwrap().body.len();
    assert_eq!(body(&format!("a\r\n{0}\r\na\r\n{0}\r\n0\r\n\r\n", "x".repeat(10))), 20);
    let error = read(&format!("a\r\n{0}\r\nb\r\n{0}x\r\n0\r\n\r\n", "x".repeat(10))).unwrap_err();
    assert_eq!((error.kind, error.offset), (Kind::BodyTooLong { limit: 20 }, HEAD.len() + 15));

    // "0", LF and the last LF leave 61 bytes for a trailer.
    assert_eq!(body(&format!("0\n{}\n\n", "T".repeat(60))), 0);
    let error = read(&format!("0\n{}\n\n", "T".repeat(61))).unwrap_err();
    assert_eq!((error.kind, error.offset), (Kind::ChunkOverhead { limit: 64 }, HEAD.len() + 64));
}
