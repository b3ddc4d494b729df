//! URLs made to confuse, to smuggle or to cost memory: refused with what and where, and never a panic.

use crate::support::play::play_url;
use kandian_proto::play::{
    MAX_PARAMETERS, MAX_URL_BYTES, PlayUrl, UrlErrorKind as Kind, UrlPart as Part, rtsp_address,
};
use proptest::prelude::*;

const BASE: &str = "rtsp://192.168.1.64:554/realplay?devid=81100000001&channelno=0&streamtype=1\
    &hashtoken=6f1ed002ab5595859014ebf0951522d9";

/// Both readings refuse it for the same reason.
#[track_caller]
fn refused(text: &str, kind: Kind, part: Part, offset: usize) {
    for error in [PlayUrl::parse(text).map(|_| ()), PlayUrl::parse_strict(text).map(|_| ())] {
        let error = error.expect_err(text);
        assert_eq!((error.kind, error.part, error.offset), (kind, part, offset), "{text}: {error}");
        assert!(error.to_string().len() < 200, "{error}");
    }
}

fn position(text: &str, of: &str) -> usize {
    text.find(of).unwrap()
}

#[test]
fn not_rtsp() {
    for text in [
        "",
        "rtsp",
        "rtsp:/",
        "rtsp:192.0.2.1",
        "http://192.0.2.1/",
        "rtsps://192.0.2.1/",
        "\u{feff}rtsp://a/",
        "商店商店",
    ] {
        refused(text, Kind::Scheme, Part::Scheme, 0);
    }
}

// E-75
#[test]
fn hosts() {
    for host in [
        "",
        ":554",
        "[]:554",
        "[::1",
        "::1]",
        "[::1]554",
        "[::1]x:554",
        "[::g]:554",
        "[fe80::1%25eth0]:1",
        "a/b",
        "%61",
        "主机",
        "a,b",
    ] {
        let text = format!("rtsp://{host}/realplay?devid=1");
        let error = PlayUrl::parse(&text).expect_err(&text);
        assert!(matches!(error.kind, Kind::Host | Kind::Path | Kind::Value { .. }), "{text}: {error}");
    }
    for host in ["", ":554", "[]:554", "[::1]554", "[::g]:554", "[192.0.2.1]:554", "%61", "主机"] {
        refused(&format!("rtsp://{host}/realplay?devid=1"), Kind::Host, Part::Host, 7);
    }
    for host in ["0.0.0.0", "[::]", "[::ffff:0.0.0.0]"] {
        refused(&BASE.replace("192.168.1.64", host), Kind::NoHost, Part::Host, 7);
    }
    for host in ["root@192.168.1.64", "192.168.1.64@192.0.2.1", "a:b@c"] {
        refused(&BASE.replace("192.168.1.64", host), Kind::UserInfo, Part::Host, 7);
    }
    // An @ behind the host is nothing special.
    assert!(PlayUrl::parse(&format!("{BASE}&x=@")).is_ok());
    refused(&BASE.replace(":554", ":0"), Kind::NoPort, Part::Port, 20);
    for port in ["65536", "-1", "x", "5 54", "1:2", "+1"] {
        let error = PlayUrl::parse(&BASE.replace("554", port)).expect_err(port);
        assert!(matches!(error.kind, Kind::Value { .. } | Kind::Character), "{port}: {error}");
        assert_eq!(error.offset, if port == "5 54" { 21 } else { 20 });
    }
}

#[test]
fn paths() {
    let at = position(BASE, "/realplay");
    for path in [
        "/",
        "/real",
        "/realplays",
        "/realplay2",
        "//realplay",
        "/../realplay",
        "/realplay/..",
        "/realplay/x",
        "/%72ealplay",
        "/play",
    ] {
        refused(&BASE.replace("/realplay", path), Kind::Path, Part::Path, at);
    }
    // Without the slash, as the samples of chapter 15 are printed.
    refused(&BASE.replace("554/realplay", "554?"), Kind::Path, Part::Path, at);
    refused("rtsp://192.168.1.64:554", Kind::Path, Part::Path, 23);
}

// The platform and the device must never read two different things.
#[test]
fn twice() {
    for (name, part) in [
        ("devid", Part::DevId),
        ("channelno", Part::ChannelNo),
        ("streamtype", Part::StreamType),
        ("hashtoken", Part::HashToken),
    ] {
        let text = format!("{BASE}&{name}=1");
        refused(&text, Kind::Duplicate, part, BASE.len() + 1);
        let text = format!("{BASE}&{}=1", name.to_uppercase());
        refused(&text, Kind::Duplicate, part, BASE.len() + 1);
    }
    let text = "rtsp://192.168.1.64:554/realplay?devid=81100000001&channelno=0&filename=a&filename=b";
    refused(text, Kind::Duplicate, Part::FileName, position(text, "filename=b"));
}

#[test]
fn missing() {
    for (name, part) in [
        ("devid", Part::DevId),
        ("channelno", Part::ChannelNo),
        ("streamtype", Part::StreamType),
        ("hashtoken", Part::HashToken),
    ] {
        let (start, rest) = BASE.split_once('?').unwrap();
        let rest: Vec<_> = rest.split('&').filter(|piece| !piece.starts_with(name)).collect();
        let text = format!("{start}?{}", rest.join("&"));
        refused(&text, Kind::Missing, part, text.len());
    }
    for text in ["rtsp://192.168.1.64:554/realplay", "rtsp://192.168.1.64:554/realplay?"] {
        refused(text, Kind::Missing, Part::DevId, text.len());
    }
}

#[test]
fn values() {
    for (good, bad, part) in [
        ("devid=81100000001", "devid=", Part::DevId),
        ("devid=81100000001", "devid", Part::DevId),
        ("devid=81100000001", "devid=../../etc/passwd", Part::DevId),
        ("devid=81100000001", "devid=811%2F..", Part::DevId),
        ("channelno=0", "channelno=", Part::ChannelNo),
        ("channelno=0", "channelno=-1", Part::ChannelNo),
        ("channelno=0", "channelno=65536", Part::ChannelNo),
        ("channelno=0", "channelno=0x0", Part::ChannelNo),
        ("streamtype=1", "streamtype=", Part::StreamType),
        ("streamtype=1", "streamtype=main", Part::StreamType),
        ("streamtype=1", "filename=", Part::FileName),
        ("streamtype=1", "filename=a%0d%0aTEARDOWN", Part::FileName),
        ("streamtype=1", "filename=a%00.ts", Part::FileName),
        ("=6f1ed002ab5595859014ebf0951522d9", "=", Part::HashToken),
        ("=6f1ed002ab5595859014ebf0951522d9", "='%20OR%201=1", Part::HashToken),
    ] {
        let text = BASE.replace(good, bad);
        for error in [PlayUrl::parse(&text).map(|_| ()), PlayUrl::parse_strict(&text).map(|_| ())] {
            let error = error.expect_err(&text);
            assert_eq!(error.part, part, "{text}: {error}");
            assert!(matches!(error.kind, Kind::Value { .. } | Kind::Deviation(_)), "{text}: {error}");
        }
        assert!(matches!(PlayUrl::parse(&text).unwrap_err().kind, Kind::Value { .. }), "{text}");
    }
    let long = format!("filename={}", "a".repeat(256));
    let text = BASE.replace("streamtype=1", &long);
    let expected = "a file name of 1 to 255 bytes without control characters";
    refused(&text, Kind::Value { expected }, Part::FileName, position(&text, "aaa"));
    let text = BASE.replace("6f1ed002ab5595859014ebf0951522d9", &"a".repeat(65));
    let error = PlayUrl::parse(&text).unwrap_err();
    assert_eq!((error.part, error.offset), (Part::HashToken, position(&text, "aaa")));
}

#[test]
fn escapes() {
    for (bad, at) in [
        ("%", 0),
        ("ab%", 2),
        ("a%4", 1),
        ("a%g1", 1),
        ("a%1g", 1),
        ("a%%41", 1),
        ("%41%+1", 3),
        ("x%ff", 1),
        ("%c3%28", 0),
        ("%e5%95", 0),
    ] {
        let text = BASE.replace("streamtype=1", &format!("filename={bad}"));
        refused(&text, Kind::Escape, Part::FileName, position(&text, "filename=") + 9 + at);
    }
    let text = BASE.replace("channelno=0", "channelno=0%");
    refused(&text, Kind::Escape, Part::ChannelNo, position(&text, "0%") + 1);
}

#[test]
fn what_would_split_a_request() {
    for bad in ["\r\nCSeq: 1", "\n", "\0", " ", "\t", "\u{7f}", "\u{85}", "\u{2028}", "\u{3000}"] {
        let text = format!("{BASE}{bad}");
        refused(&text, Kind::Character, Part::Whole, BASE.len());
        assert!(rtsp_address(&text).is_err());
    }
    refused(&format!("{BASE}#x"), Kind::Fragment, Part::Whole, BASE.len());
    refused(&format!("{BASE}&x=#"), Kind::Fragment, Part::Whole, BASE.len() + 3);
}

#[test]
fn length() {
    let fill = |length: usize| format!("{BASE}&x={}", "y".repeat(length - BASE.len() - 3));
    assert_eq!(MAX_URL_BYTES, 2_048);
    assert_eq!(fill(2_048).len(), 2_048);
    assert!(PlayUrl::parse(&fill(2_048)).is_ok());
    refused(&fill(2_049), Kind::TooLong, Part::Whole, 2_048);
    refused(&fill(10_000_000), Kind::TooLong, Part::Whole, 2_048);
    refused(&"\r".repeat(2_049), Kind::TooLong, Part::Whole, 2_048);
}

/// Pieces of URLs, and what is near them.
fn piece() -> impl Strategy<Value = String> {
    let pieces = [
        "rtsp://",
        "RTSP://",
        "192.168.1.64",
        "[::1]",
        ":554",
        ":",
        "/",
        "//",
        "realplay",
        "playback",
        "?",
        "&",
        "&amp;",
        "devid=",
        "DEVID=",
        "81100000001",
        "channelno=",
        "0",
        "00",
        "streamtype=",
        "1",
        "filename=",
        "%41",
        "%",
        "%zz",
        "hashtoken=",
        "6f1ed002ab5595859014ebf0951522d9",
        "/trackID=1",
        "/trackID=",
        "track1/",
        "=",
        "#",
        "@",
        "商",
        " ",
    ];
    prop_oneof![
        8 => prop::sample::select(pieces.to_vec()).prop_map(str::to_owned),
        1 => any::<char>().prop_map(|c| c.to_string()),
    ]
}

#[track_caller]
fn laws(text: &str) {
    let lenient = PlayUrl::parse(text);
    let strict = PlayUrl::parse_strict(text);
    match (&lenient, &strict) {
        (Ok(read), Ok(strict)) => {
            assert_eq!((&read.url, read.track, read.notes.len()), (strict, None, 0), "{text}");
            assert_eq!(strict.to_url().as_str(), text, "strict reading takes one form only");
        }
        (Ok(read), Err(_)) => assert!(read.track.is_some() || !read.notes.is_empty(), "{text}"),
        (Err(_), Ok(_)) => panic!("strict reading took what lenient refused: {text}"),
        (Err(_), Err(_)) => {}
    }
    for error in lenient.as_ref().err().into_iter().chain(strict.as_ref().err()) {
        assert!(error.offset <= text.len(), "{text}: {error}");
        assert!(error.to_string().len() < 200);
    }
    if let Ok(read) = lenient {
        assert!(read.notes.len() <= 3 * MAX_PARAMETERS + 8, "{text}");
        assert!(read.notes.iter().all(|note| note.offset <= text.len()));
        assert!(
            rtsp_address(text)
                .is_ok_and(|(host, port)| (host, port) == (read.url.host.clone(), read.url.port))
        );
        // What was understood can be written, and means the same.
        assert_eq!(PlayUrl::parse(read.url.to_url().as_str()).unwrap().url, read.url, "{text}");
        let _ = read.url.check_legacy();
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text(text in any::<String>()) {
        laws(&text);
        laws(&format!("rtsp://a:1/realplay?{text}"));
        laws(&format!("rtsp://{text}"));
    }

    #[test]
    fn any_pieces(pieces in prop::collection::vec(piece(), 0..24)) {
        laws(&pieces.concat());
    }

    #[test]
    fn small_changes(at in any::<prop::sample::Index>(), remove in 0..3usize, piece in piece()) {
        let chars: Vec<char> = BASE.chars().collect();
        let at = at.index(chars.len() + 1);
        let end = (at + remove).min(chars.len());
        let start: String = chars[..at].iter().collect();
        let rest: String = chars[end..].iter().collect();
        laws(&format!("{start}{piece}{rest}"));
    }
}

#[test]
fn every_prefix() {
    let long = play_url(crate::support::play::recording()).to_track_url(1);
    for end in 0..=long.len() {
        laws(&long[..end]);
    }
}
