//! What clients in the field send although no standard has it; all of it is read. E-36.

use kandian_proto::http::{CONTINUE, Limits, Method, RequestReader, Version};

use crate::delivery::{post, request, request_up_to_the_end};

const DOCUMENT: &str = "<REGISTER_REQ/>";

/// The request line is read as this target; the rest of the request does not suffer.
#[track_caller]
fn line(line: &str, target: &str, path: &str) {
    for end in ["\r\n", "\n"] {
        let read = request(format!("{line}{end}Content-Length: 15{end}{end}{DOCUMENT}"));
        assert_eq!((read.target.as_str(), read.path()), (target, path), "{line}");
        assert_eq!((read.method, read.document()), (Method::Post, DOCUMENT.as_bytes()), "{line}");
    }
}

#[test]
fn request_lines() {
    line("POST / HTTP/1.1", "/", "/");
    line("POST  HTTP/1.1", "", "");
    line("POST HTTP/1.1", "", "");
    line("POST   /a   HTTP/1.0  ", "/a", "/a");
    line("POST\t/a\tHTTP/1.1", "/a", "/a");
    line("post /a http/1.1", "/a", "/a");
    line("Post /a HTTP/1.2", "/a", "/a");
    line("POST /a?b=/c#d HTTP/1.1", "/a?b=/c#d", "/a");
    line("POST ?b HTTP/1.1", "?b", "");
    line("POST * HTTP/1.1", "*", "*");
    line("POST //a HTTP/1.1", "//a", "//a");
    line("POST /\u{5e97}/a HTTP/1.1", "/\u{5e97}/a", "/\u{5e97}/a");
}

/// Proxies and some clients send the whole URL.
#[test]
fn absolute_targets() {
    line("POST http://h:8098/a?b HTTP/1.1", "http://h:8098/a?b", "/a");
    line("POST http://h HTTP/1.1", "http://h", "");
    line("POST http://h?a=/b HTTP/1.1", "http://h?a=/b", "");
    line("POST /a?u=http://h/b HTTP/1.1", "/a?u=http://h/b", "/a");
    line("POST /a://b HTTP/1.1", "/a://b", "/a://b");
}

/// Bytes that are no UTF-8 are kept as replacement characters, in the target and in values.
#[test]
fn bytes_of_other_encodings() {
    let read = request(b"POST /\xB5\xEA HTTP/1.1\r\nX: \xB5\xEA\r\nContent-Length: 0\r\n\r\n");
    assert_eq!(read.target, "/\u{FFFD}\u{FFFD}");
    assert_eq!(read.fields.first("x").as_deref(), Some("\u{FFFD}\u{FFFD}"));
}

/// HTTP/1.0 and missing `Host`, `Content-Type`, `User-Agent`.
#[test]
fn bare_requests() {
    let read = request(format!("POST / HTTP/1.0\r\nContent-Length: 15\r\n\r\n{DOCUMENT}"));
    assert_eq!((read.version, read.fields.len()), (Version::Http10, 1));
    assert_eq!(read.document(), DOCUMENT.as_bytes());
}

/// Empty lines before the request, with and without CR.
#[test]
fn empty_lines_before() {
    for before in ["\r\n", "\n", "\r\n\r\n\n", "\r\r\n"] {
        assert_eq!(request(format!("{before}{}", post("", DOCUMENT))), request(post("", DOCUMENT)));
    }
}

/// Header lines that are no fields, or strange ones.
#[test]
fn header_lines() {
    for lines in [
        "Host : a\r\n",
        "Host\t: a\r\n",
        "Host:a\r\n",
        "HOST:\ta \r\n",
        "Host: a\r\nstray line\r\n",
        "stray line\r\nHost: a\r\n",
        ": nothing\r\nHost: a\r\n",
        "two words: x\r\nHost: a\r\n",
        "Host: a\r\n continued: b\r\n\tand: more\r\n",
        " before: any\r\nHost: a\r\n",
        "Host: a\r\n \r\n",
        "Host: a\n",
    ] {
        let read = request(post(lines, DOCUMENT));
        let fields: Vec<_> = read.fields.iter().collect();
        assert_eq!(fields.len(), 2, "{lines:?}: {fields:?}");
        assert_eq!(read.fields.first("host").as_deref(), Some("a"), "{lines:?}");
        assert_eq!(read.document(), DOCUMENT.as_bytes(), "{lines:?}");
    }
    // The first of several counts, and all can be seen.
    let read = request(post("X-Forwarded-For: 192.0.2.1\r\nx-forwarded-for: 192.0.2.2\r\n", ""));
    assert_eq!(read.fields.first("X-Forwarded-For").as_deref(), Some("192.0.2.1"));
    assert_eq!(read.fields.all("X-Forwarded-For").collect::<Vec<_>>(), ["192.0.2.1", "192.0.2.2"]);
}

/// E-36: any content type, or none.
#[test]
fn content_types() {
    let types = ["", "application/json", "text/xml", "application/x-www-form-urlencoded", ";;;"];
    for kind in types {
        let read =
            request(post(&format!("Content-Type: {kind}\r\nContent-Encoding: identity\r\n"), DOCUMENT));
        assert_eq!(read.document(), DOCUMENT.as_bytes());
    }
}

/// The same length twice is one length.
#[test]
fn lengths() {
    for lines in [
        "Content-Length: 15\r\nContent-Length: 15\r\n",
        "content-length : 15\r\nCONTENT-LENGTH: 015\r\n",
        "Content-Length: 15, 15\r\n",
        "Content-Length: 15 ,15\t\r\ncontent-length:15\r\n",
    ] {
        let read = request(format!("POST / HTTP/1.1\r\n{lines}\r\n{DOCUMENT}"));
        assert_eq!(read.document(), DOCUMENT.as_bytes(), "{lines}");
    }
}

/// White space, a byte order mark and the NUL of a C string around the document; all are part of the body.
#[test]
fn bodies() {
    for (before, after) in
        [("", "\n"), ("\r\n  ", ""), ("\u{feff}", "\r\n"), ("\n\u{feff}\n", "\n\0"), ("\t", " \0\0")]
    {
        let body = format!("{before}{DOCUMENT}{after}");
        let read = request(post("", &body));
        assert_eq!(
            (read.body.as_slice(), read.document()),
            (body.as_bytes(), DOCUMENT.as_bytes()),
            "{body:?}"
        );
    }
}

/// Without a length the body ends where the client closes, in either version.
#[test]
fn no_length() {
    for version in ["1.0", "1.1"] {
        let stream = format!("POST / HTTP/{version}\r\nHost: a\r\n\r\n{DOCUMENT}\n");
        assert_eq!(request_up_to_the_end(&stream).document(), DOCUMENT.as_bytes());
        assert_eq!(request_up_to_the_end(format!("POST / HTTP/{version}\r\n\r\n")).body, b"");
        let mut reader = RequestReader::new(Limits::REQUEST);
        assert!(!reader.ends_at_close());
        assert_eq!(reader.push(stream.as_bytes()), Ok(None));
        assert!(reader.ends_at_close());
    }
    let mut reader = RequestReader::new(Limits::REQUEST);
    assert_eq!(reader.push(b"POST / HTTP/1.1\r\nContent-Length: 1\r\n\r\n"), Ok(None));
    assert!(!reader.ends_at_close());
}

/// Other methods are requests, too; without a length they have no body.
#[test]
fn methods() {
    for (name, method) in [
        ("GET", Method::Get),
        ("get", Method::Get),
        ("HEAD", Method::Head),
        ("PUT", Method::Other),
        ("M-SEARCH", Method::Other),
    ] {
        let read = request(format!("{name} /x HTTP/1.1\r\nHost: a\r\n\r\n"));
        assert_eq!((read.method, read.body.len()), (method, 0), "{name}");
    }
    let read = request("PUT / HTTP/1.1\r\nContent-Length: 2\r\n\r\nab");
    assert_eq!((read.method, read.body.as_slice()), (Method::Other, &b"ab"[..]));
}

/// A client that asks for leave gets it once, and only while it waits.
#[test]
fn expectations() {
    let leave = |head: &str, piece: &str| {
        let mut reader = RequestReader::new(Limits::REQUEST);
        assert_eq!(reader.take_continue(), None);
        assert_eq!(reader.push(head.as_bytes()), Ok(None));
        assert_eq!(reader.push(piece.as_bytes()), Ok(None));
        let leave = reader.take_continue();
        assert_eq!(reader.take_continue(), None);
        (leave, reader)
    };
    let head = "POST / HTTP/1.1\r\nExpect: 100-Continue\r\nContent-Length: 15\r\n\r\n";
    let (given, mut reader) = leave(head, "");
    assert_eq!(given, Some(CONTINUE));
    assert_eq!(reader.push(DOCUMENT.as_bytes()).unwrap().unwrap().document(), DOCUMENT.as_bytes());
    assert_eq!(reader.take_continue(), None);

    let chunked = "POST / HTTP/1.1\r\nExpect: 100-continue\r\nTransfer-Encoding: chunked\r\n\r\n";
    assert_eq!(leave(chunked, "").0, Some(CONTINUE));
    // It did not wait.
    assert_eq!(leave(head, "<").0, None);
    assert_eq!(leave(chunked, "f").0, None);
    // The head is not there yet.
    assert_eq!(leave(&head[..head.len() - 1], "").0, None);
    // HTTP/1.0 has no such answer.
    assert_eq!(leave(&head.replace("1.1", "1.0"), "").0, None);
    // Other expectations are not waited for.
    assert_eq!(leave(&head.replace("100-Continue", "miracles"), "").0, None);
    // What is too long gets an error and no leave.
    let mut reader = RequestReader::new(Limits::REQUEST);
    assert!(reader.push(head.replace("15", "15000").as_bytes()).is_err());
    assert_eq!(reader.take_continue(), None);
}
