//! The URLs of platforms, as installers type them and other platforms send them. E-36, E-56, E-75.

use kandian_proto::http::{HttpUrl, HttpUrlErrorKind as Kind, MAX_URL_BYTES, request};
use proptest::prelude::*;

use crate::delivery;

#[track_caller]
fn reads(text: &str, server: &str, target: &str) {
    let url: HttpUrl = text.parse().unwrap_or_else(|error| panic!("{text}: {error}"));
    assert_eq!((url.server().to_string().as_str(), url.target()), (server, target), "{text}");
}

#[test]
fn forms() {
    reads(
        "http://192.0.2.1:8098/tykd/DeviceRegisterServlet",
        "192.0.2.1:8098",
        "/tykd/DeviceRegisterServlet",
    );
    reads("http://192.0.2.1:8098", "192.0.2.1:8098", "/");
    reads("http://192.0.2.1", "192.0.2.1:80", "/");
    reads("http://192.0.2.1:", "192.0.2.1:80", "/");
    reads("HTTP://province.example/", "province.example:80", "/");
    reads("192.0.2.1:9000/DeviceRegisterServlet", "192.0.2.1:9000", "/DeviceRegisterServlet");
    reads("province.example", "province.example:80", "/");
    reads("http://[2001:db8::1]:8098/a", "[2001:db8::1]:8098", "/a");
    reads("http://[2001:db8::1]", "[2001:db8::1]:80", "/");
    reads("http://h?a=b", "h:80", "/?a=b");
    reads("http://h/a?b=c/d#e?f", "h:80", "/a?b=c/d");
    reads("http://h#e", "h:80", "/");
    reads("http://h/a?u=https://x@y/", "h:80", "/a?u=https://x@y/");
    reads("h/a?u=https://x@y/", "h:80", "/a?u=https://x@y/");
    reads("http://h/\u{5e97}%20\u{e9}", "h:80", "/%E5%BA%97%20%C3%A9");
    reads("http://h:65535//a", "h:65535", "//a");
}

#[track_caller]
fn refused(text: &str, kind: Kind, offset: usize) {
    let error = request(text, b"").expect_err(text);
    assert_eq!((error.kind, error.offset), (kind, offset), "{text}: {error}");
}

#[test]
fn defects() {
    refused("https://h/", Kind::Https, 0);
    refused("HTTPS://h/", Kind::Https, 0);
    refused("ftp://h/", Kind::Scheme, 0);
    refused("://h/", Kind::Scheme, 0);
    refused("file:///etc/passwd", Kind::Scheme, 0);
    refused("http://user:secret@h/", Kind::UserInfo, 18);
    refused("http://192.0.2.1@h/", Kind::UserInfo, 16);
    refused("", Kind::Host, 0);
    refused("/a", Kind::Host, 0);
    for host in
        ["", ":80", "2001:db8::1", "[]", "[::1", "[fe80::1%25eth0]", "[192.0.2.1]", "a,b", "%61", "\u{5e97}"]
    {
        let text = format!("http://{host}/");
        let error = request(&text, b"").expect_err(&text);
        assert!(matches!(error.kind, Kind::Host | Kind::Port), "{text}: {error}");
        assert!(error.offset >= 7, "{text}: {error}");
    }
    refused("http://0.0.0.0:8098/", Kind::NoHost, 7);
    refused("http://[::]:8098/", Kind::NoHost, 7);
    refused("http://[::ffff:0.0.0.0]/", Kind::NoHost, 7);
    for port in ["0", "65536", "-1", "+1", "x", " ", "80:80", "99999999999999999999"] {
        let text = format!("http://h:{port}/");
        let kind = if port == " " { Kind::Character } else { Kind::Port };
        refused(&text, kind, if port == " " { 9 } else { 8 });
    }
    refused("http://[::1]8098/", Kind::Port, 12);
    refused(&format!("http://h/{}", "a".repeat(MAX_URL_BYTES)), Kind::TooLong, MAX_URL_BYTES);
    for (text, offset) in [
        ("http://h/a b", 10),
        ("http://h/\r\nHost: evil", 9),
        ("http://h/\0", 9),
        ("http://h\t/", 8),
        (" http://h/", 0),
        ("http://h/\u{a0}", 9),
        ("http://h/\u{85}", 9),
    ] {
        refused(text, Kind::Character, offset);
    }
}

/// Every refusal tells the installer what to change.
#[test]
fn sentences() {
    let error = request("https://h/", b"").unwrap_err();
    assert_eq!(error.to_string(), "at byte 0: https is not spoken by devices; the URL begins with http://");
    let url: HttpUrl = "http://h/a?password=hunter2".parse().unwrap();
    assert!(!format!("{url:?}").contains("hunter2"), "{url:?}");
}

proptest! {
    /// Whatever the URL: it is refused, or the request has one line, one host, and the document and nothing else.
    #[test]
    fn no_text_splits_a_request(text in "(http://)?[a-z0-9.:\\[\\]@]{0,12}(/|\\?|#)?.{0,20}", document in ".{0,40}") {
        let Ok((server, bytes)) = request(&text, document.as_bytes()) else { return Ok(()) };
        let read = delivery::request(bytes);
        prop_assert_eq!(read.body, document.as_bytes());
        prop_assert_eq!(read.fields.len(), 4);
        prop_assert_eq!(read.fields.first("host").unwrap(), server.to_string());
        prop_assert!(read.target.starts_with('/') && read.target.is_ascii());
    }
}
