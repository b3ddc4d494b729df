//! What is no HTTP, what could be read in two ways, and what ends too early: refused with the reason and the place.

use kandian_proto::http::{HttpErrorKind as Kind, Limits, NotHttp, Refusal, RequestReader, Status};

use crate::delivery::{at, refused, refused_at_the_end};

/// Other protocols at this port, told by their first byte.
#[test]
fn not_http() {
    let of = |stream: &[u8], what: NotHttp, offset: usize| refused(stream, Kind::NotHttp(what), offset);
    of(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", NotHttp::Tls, 0);
    of(b"\xfa\xf5\x31\x00\x01\x00\x01\x6b<?xml", NotHttp::Frame, 0);
    of(b"<?xml version=\"1.0\"?><REGISTER_REQ/>", NotHttp::Document, 0);
    of(b"\r\n<REGISTER_REQ/>", NotHttp::Document, 2);
    of(b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c", NotHttp::Proxy, 4);
    of(b"PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\nPOST / HTTP/1.1\r\n", NotHttp::Proxy, 0);
    of(b"\0", NotHttp::Other(0), 0);
    of(b"\n\0", NotHttp::Other(0), 1);
    of(b"\xEF\xBB\xBFPOST / HTTP/1.1\r\n", NotHttp::Other(0xEF), 0);
    of(b"{\"DevID\":1}", NotHttp::Other(b'{'), 0);
    of(b" POST / HTTP/1.1\r\n", NotHttp::Other(b' '), 0);
}

#[test]
fn request_lines() {
    refused("HELLO\r\n", Kind::Version, 5);
    refused("POST /a\r\n", Kind::Version, 5);
    refused("POST /a HTTP/2.0\r\n", Kind::Version, 8);
    refused("POST /a HTTP/0.9\r\n", Kind::Version, 8);
    refused("POST /a HTTP/1.10\r\n", Kind::Version, 8);
    refused("POST /a HTTP/1.\r\n", Kind::Version, 8);
    refused("POST /aHTTP/1.1\r\n", Kind::Version, 5);
    refused("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", Kind::Version, 6);
    refused("HTTP/1.1 200 OK\r\n", Kind::Method, 4);
    refused("SSH-2.0-OpenSSH_9.2\r\n", Kind::Method, 4);
    refused("P\u{d6}ST / HTTP/1.1\r\n", Kind::Method, 1);
    refused("POST /a b HTTP/1.1\r\n", Kind::TargetSpace, 7);
    refused("POST  /a\tb  c HTTP/1.1\r\n", Kind::TargetSpace, 8);
}

/// Characters at which one reader ends a line, or a text, and another does not.
#[test]
fn control_characters() {
    for byte in (0..0x20_u8).chain([0x7F]).filter(|b| !b"\t\n\r".contains(b)) {
        let kind = Kind::Control(byte);
        refused([b"POST /a", &[byte][..], b" HTTP/1.1\r\n"].concat(), kind, 7);
        refused([b"POST / HTTP/1.1\r\nHost: a", &[byte][..], b"b\r\n"].concat(), kind, 24);
        refused([b"POST / HTTP/1.1\r\n", &[byte][..]].concat(), kind, 17);
    }
    refused("POST / HTTP/1.1\rHost: a\r\n", Kind::BareCr, 15);
    refused("POST / HTTP/1.1\r\r\n", Kind::BareCr, 15);
    refused("POST / HTTP/1.1\r\nA: b\rTransfer-Encoding: chunked\r\n", Kind::BareCr, 21);
}

/// E-36 takes chunks, but not where another reader would take something else.
#[test]
fn bodies_that_two_readers_cut_differently() {
    let of = |lines: &str, kind: Kind, place: &str| {
        let stream = format!("POST / HTTP/1.1\r\n{lines}\r\n0\r\n\r\n");
        refused(&stream, kind, at(&stream, place));
    };
    of("Content-Length: 5\r\nContent-Length: 6\r\n", Kind::TwoLengths, "6\r\n");
    of("Content-Length : 5\r\nHost: a\r\ncontent-length: 6\r\n", Kind::TwoLengths, "6\r\n");
    of("Content-Length: 5, 6\r\n", Kind::TwoLengths, "5, 6");
    of("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", Kind::LengthAndChunks, "chunked");
    of("Transfer-Encoding : chunked\r\nContent-Length : 5\r\n", Kind::LengthAndChunks, "5\r\n");
    of("Transfer-Encoding: gzip, chunked\r\n", Kind::TransferEncoding, "gzip");
    of("Transfer-Encoding: chunked, chunked\r\n", Kind::TransferEncoding, "chunked,");
    of("Transfer-Encoding: identity\r\n", Kind::TransferEncoding, "identity");
    of("Transfer-Encoding: xchunked\r\n", Kind::TransferEncoding, "xchunked");
    of(
        "Transfer-Encoding: chunked\r\nTransfer-Encoding:  chunked\r\n",
        Kind::TransferEncoding,
        "chunked\r\n\r\n",
    );
    of("Content-Length: 1\r\n 0\r\n", Kind::FoldedFraming, " 0\r\n");
    of("Content-Length: 1\r\n\tX: y\r\n", Kind::FoldedFraming, "\tX");
    of("Transfer-Encoding: chunked\r\n \r\n", Kind::FoldedFraming, " \r\n");
    refused("POST / HTTP/1.1\r\nContent-Length:\r\n", Kind::Length, 32);
    for length in ["+5", "-5", "0x5", "5 5", "5;", "\"5\"", "5,", ",5", "1e3", "\u{665}"] {
        of(&format!("Content-Length: {length}\r\n"), Kind::Length, &format!("{length}\r\n"));
    }
    let stream = "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n";
    refused(stream, Kind::ChunksTooOld, at(stream, "chunked"));
}

/// Compressed documents would be read as rubbish.
#[test]
fn compressed_bodies() {
    let stream = "POST / HTTP/1.1\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\n\r\n";
    refused(stream, Kind::Compressed, at(stream, "gzip"));
}

/// A client that closes too early.
#[test]
fn early_ends() {
    refused_at_the_end("", Kind::NothingSent);
    refused_at_the_end("\r\n", Kind::EndInHead);
    refused_at_the_end("PO", Kind::EndInHead);
    refused_at_the_end("POST / HTTP/1.1\r\nHost: a\r\n", Kind::EndInHead);
    refused_at_the_end("POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\n1234", Kind::EndInBody { missing: 5 });
    refused_at_the_end("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nab", Kind::EndInChunks);
}

/// What is answered to each, and what the log can still say about it.
#[test]
fn errors_have_a_status() {
    for (stream, status) in [
        ("POST /a HTTP/3.0\r\n", Status::VERSION),
        ("POST /a HTTP/1.1\r\nContent-Length: x\r\n", Status::BAD_REQUEST),
        ("POST /a HTTP/1.1\r\nContent-Length: 9000\r\n\r\n", Status::TOO_LARGE),
        ("POST /a HTTP/1.1\r\nContent-Encoding: br\r\n", Status::NOT_SUPPORTED),
        (&format!("POST /a HTTP/1.1\r\n{}", "A\r\n".repeat(65)), Status::HEAD_TOO_LARGE),
        (&format!("POST /{} HTTP/1.1\r\n", "a".repeat(5_000)), Status::HEAD_TOO_LARGE),
    ] {
        let mut reader = RequestReader::new(Limits::REQUEST);
        let error = reader.push(stream.as_bytes()).unwrap_err();
        let refusal = Refusal::from(error);
        assert_eq!(refusal.status(), status, "{stream}");
        assert!(String::from_utf8(refusal.to_bytes()).unwrap().contains(&error.to_string()), "{stream}");
        let is_known = !matches!(error.kind, Kind::Version | Kind::HeadTooLong { .. });
        assert_eq!(reader.target(), is_known.then_some("/a"), "{stream}");
    }
}
