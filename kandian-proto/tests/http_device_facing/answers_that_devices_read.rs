//! A device may talk to any server, and finds what it needs. E-27, E-36, E-50.

use kandian_proto::http::{AnswerReader, HttpErrorKind as Kind, Limits, NotHttp};

use crate::delivery::{answer, answer_up_to_the_end, bad_answer};

const DOCUMENT: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" ?><REGISTER_RES/>";

#[test]
fn status_lines() {
    for (line, status, reason) in [
        ("HTTP/1.1 200 OK", 200, "OK"),
        ("HTTP/1.0 200 OK", 200, "OK"),
        ("http/1.1 200 ok", 200, "ok"),
        ("HTTP/1.1 200", 200, ""),
        ("HTTP/1.1 200 ", 200, ""),
        ("HTTP/1.1  200  All  right ", 200, "All  right"),
        ("HTTP/1.1 401 NO", 401, "NO"),
        ("HTTP/1.1 503 Service Unavailable", 503, "Service Unavailable"),
        ("HTTP/1.1 302 Found", 302, "Found"),
        ("HTTP/1.1 999 \u{5e97}", 999, "\u{5e97}"),
    ] {
        for end in ["\r\n", "\n"] {
            let read = answer(format!("{line}{end}content-length:{0}{end}{end}{DOCUMENT}", DOCUMENT.len()));
            assert_eq!((read.status, read.reason.as_str()), (status, reason), "{line}");
            assert_eq!(read.document(), DOCUMENT.as_bytes(), "{line}");
        }
    }
}

/// The content type, cookies and whatever else are no matter.
#[test]
fn header_lines() {
    for lines in [
        "Content-Type: application/json;charset=utf-8\r\n",
        "Set-Cookie: JSESSIONID=1\r\nSet-Cookie: b=2\r\nmatch-request: /x\r\n",
        "Connection: Keep-Alive\r\nKeep-Alive: timeout=5\r\n",
        "Server : x\r\nstray\r\nX: a\r\n b\r\n",
        "Content-Length: 54\r\n",
        "Location: https://elsewhere.example/\r\n",
    ] {
        assert_eq!(DOCUMENT.len(), 54);
        let read = answer_or_end(&format!("HTTP/1.1 200 OK\r\n{lines}\r\n{DOCUMENT}"));
        assert_eq!(read.document(), DOCUMENT.as_bytes(), "{lines}");
    }
}

fn answer_or_end(stream: &str) -> kandian_proto::http::Answer {
    let has_length = stream.contains("Content-Length");
    if has_length { answer(stream) } else { answer_up_to_the_end(stream) }
}

/// The document is found wherever it stands in the body.
#[test]
fn documents() {
    for (body, document) in [
        (format!("\r\n\r\n{DOCUMENT}\n"), DOCUMENT),
        (format!("\u{feff}{DOCUMENT}"), DOCUMENT),
        (format!("Notice: x in <b>y</b>\n{DOCUMENT}\0"), DOCUMENT),
        ("\n<REGISTER_RES/>\n".to_owned(), "<REGISTER_RES/>"),
        (String::new(), ""),
    ] {
        let read = answer_up_to_the_end(format!("HTTP/1.1 200 OK\r\n\r\n{body}"));
        assert_eq!(read.document(), document.as_bytes(), "{body}");
        assert_eq!(read.body, body.as_bytes());
    }
}

/// Interim answers are passed over; their status is none.
#[test]
fn interim_answers() {
    let stream =
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nA: b\r\n\r\n";
    let read = answer_up_to_the_end(format!("{stream}{DOCUMENT}"));
    assert_eq!((read.status, read.fields.len(), read.document()), (200, 1, DOCUMENT.as_bytes()));
    let mut reader = AnswerReader::new(Limits::ANSWER);
    assert_eq!(reader.push(b"HTTP/1.1 100 Continue\r\n\r\n"), Ok(None));
    assert_eq!(reader.status(), None);
    assert_eq!(reader.end().unwrap_err().kind, Kind::EndInHead);
}

/// Answers that have no body, whatever their head says.
#[test]
fn no_body() {
    for status in ["204 No Content", "304 Not Modified"] {
        let read = answer(format!("HTTP/1.1 {status}\r\nContent-Length: 10\r\n\r\n"));
        assert_eq!(read.body, b"");
    }
}

#[test]
fn defects() {
    for (stream, kind, offset) in [
        ("", Kind::NothingSent, 0),
        ("\x15\x03\x01\x00\x02\x02\x46", Kind::NotHttp(NotHttp::Tls), 0),
        ("<html>", Kind::NotHttp(NotHttp::Document), 0),
        ("SSH-2.0-x\r\n", Kind::StatusLine, 0),
        ("HTTP/1.1\r\n", Kind::StatusLine, 0),
        ("HTTP/2 200\r\n", Kind::StatusLine, 0),
        ("HTTP/1.1 OK\r\n", Kind::StatusLine, 9),
        ("HTTP/1.1 20 OK\r\n", Kind::StatusLine, 9),
        ("HTTP/1.1 2000 OK\r\n", Kind::StatusLine, 9),
        ("HTTP/1.1 020 OK\r\n", Kind::StatusLine, 9),
        ("HTTP/1.1 2x0 OK\r\n", Kind::StatusLine, 9),
        ("HTTP/1.1 +20 OK\r\n", Kind::StatusLine, 9),
        ("HTTP/1.1 200 OK\r\nA: \x01", Kind::Control(1), 20),
        ("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n", Kind::TwoLengths, 52),
        ("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n", Kind::Compressed, 35),
        ("HTTP/1.1 200 OK\r\nContent-Length: 16385\r\n\r\n", Kind::BodyTooLong { limit: 16_384 }, 33),
        ("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n<", Kind::EndInBody { missing: 4 }, 39),
        ("HTTP/1.1 200 OK\r\nA: b\r\n", Kind::EndInHead, 23),
    ] {
        assert_eq!(bad_answer(stream), (kind, offset), "{stream:?}");
    }
}

/// A status outlives a body that cannot be read: it says more than "no answer".
#[test]
fn the_status_stays() {
    let mut reader = AnswerReader::new(Limits::ANSWER);
    assert_eq!(reader.status(), None);
    assert_eq!(reader.push(b"HTTP/1.1 502 Bad Gateway\r\nContent-Le"), Ok(None));
    assert_eq!(reader.status(), Some(502));
    assert!(reader.push(b"ngth: 1000000\r\n\r\n<html>").is_err());
    assert_eq!(reader.status(), Some(502));
    let mut reader = AnswerReader::new(Limits::ANSWER);
    assert_eq!(reader.push(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 10\r\n\r\n<html>"), Ok(None));
    assert!(reader.end().is_err());
    assert_eq!(reader.status(), Some(502));
}
