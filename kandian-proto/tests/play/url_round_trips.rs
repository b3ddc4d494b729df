//! What is written is read again, strictly and leniently, and has exactly one form.

use crate::support::play::{TOKEN, device, play_url, recording, token};
use kandian_proto::DevId;
use kandian_proto::play::{
    FileName, MAX_FILE_NAME_BYTES, MAX_URL_BYTES, Media, PlayUrl, PlayUrlError, Target, UrlErrorKind, UrlPart,
};
use kandian_proto::value::{HashToken, Host, Port, StreamType};
use proptest::prelude::*;

// E-94
#[test]
fn live() {
    let url = play_url(crate::support::play::live());
    let text = "rtsp://192.168.1.64:554/realplay?devid=81100000001&channelno=0&streamtype=1\
        &hashtoken=6f1ed002ab5595859014ebf0951522d9";
    assert_eq!(url.to_url().as_str(), text);
    assert_eq!(PlayUrl::parse_strict(text).as_ref(), Ok(&url));
    assert_eq!(text.parse().as_ref(), Ok(&url));
    let read = PlayUrl::parse(text).unwrap();
    assert_eq!((read.url, read.track, read.notes), (url, None, vec![]));
}

// E-94: told from live view by `filename`.
#[test]
fn playback() {
    let url = play_url(recording());
    let text = "rtsp://192.168.1.64:554/realplay?devid=81100000001&channelno=0\
        &filename=81100000001_0_20140318080000.ts&hashtoken=6f1ed002ab5595859014ebf0951522d9";
    assert_eq!(url.to_url().as_str(), text);
    let read = PlayUrl::parse_strict(text).unwrap();
    assert_eq!(read, url);
    assert!(
        matches!(read.target.media, Media::Recording(name) if name.as_str() == crate::support::play::FILE)
    );
}

// E-94
#[test]
fn file_names_are_percent_encoded() {
    for (name, escaped) in [
        ("ch01_00000000017000000", "ch01_00000000017000000"),
        ("a-b.c_d~e", "a-b.c_d~e"),
        ("a b", "a%20b"),
        ("a&hashtoken=b", "a%26hashtoken%3Db"),
        ("a/trackID=1", "a%2FtrackID%3D1"),
        ("100%", "100%25"),
        ("%41", "%2541"),
        ("a+b?c#d", "a%2Bb%3Fc%23d"),
        ("商店", "%E5%95%86%E5%BA%97"),
    ] {
        let name = FileName::new(name).unwrap();
        assert_eq!(name.to_escaped(), escaped);
        let url = play_url(Target::recording(device("81100000001"), 0, name));
        assert!(url.to_url().as_str().contains(&format!("&filename={escaped}&")), "{escaped}");
        assert_eq!(PlayUrl::parse_strict(url.to_url().as_str()), Ok(url));
    }
}

#[test]
fn file_names_are_bounded() {
    assert_eq!(MAX_FILE_NAME_BYTES, 255);
    assert!(FileName::new("a".repeat(255)).is_ok());
    assert!(FileName::new("商".repeat(85)).is_ok());
    let name: FileName = "ch01_00000000017000000".parse().unwrap();
    assert_eq!((name.as_ref(), name.to_string().as_str()), (name.as_str(), "ch01_00000000017000000"));
    for text in ["", "a\0", "a\nb", "\u{85}", &"a".repeat(256), &"商".repeat(86)] {
        assert!(FileName::new(text).is_err(), "{text:?}");
        assert!(text.parse::<FileName>().is_err());
    }
}

// RFC 3986: brackets in the text, none in the value.
#[test]
fn ipv6() {
    let url = PlayUrl { host: "2001:db8::1".parse().unwrap(), ..play_url(live_target()) };
    let text = url.to_url();
    assert!(text.as_str().starts_with("rtsp://[2001:db8::1]:554/realplay?"), "{text}");
    assert_eq!(PlayUrl::parse_strict(text.as_str()), Ok(url));
}

fn live_target() -> Target {
    crate::support::play::live()
}

// E-75, E-94: what cannot be connected is not built.
#[test]
fn only_addresses_that_exist() {
    let new = |host: &str, port| {
        PlayUrl::new(host.parse().unwrap_or_default(), Port(port), live_target(), token(TOKEN)).map(|_| ())
    };
    let error = |kind, part| Err(PlayUrlError { kind, part, offset: 0 });
    assert_eq!(new("198.51.100.23", 1), Ok(()));
    assert_eq!(new("camera.example", 65_535), Ok(()));
    assert_eq!(new("2001:db8::1", 554), Ok(()));
    assert_eq!(new("", 554), error(UrlErrorKind::Host, UrlPart::Host));
    assert_eq!(new("a:b", 554), error(UrlErrorKind::Host, UrlPart::Host));
    for host in ["0.0.0.0", "::", "0:0:0:0:0:0:0:0", "::ffff:0.0.0.0"] {
        assert_eq!(new(host, 554), error(UrlErrorKind::NoHost, UrlPart::Host), "{host}");
    }
    assert_eq!(new("198.51.100.23", 0), error(UrlErrorKind::NoPort, UrlPart::Port));
    let nobody = Target { dev_id: DevId::default(), ..live_target() };
    let built = PlayUrl::new("a".parse().unwrap(), Port(1), nobody, token(TOKEN));
    assert_eq!(built.map(|_| ()), error(UrlErrorKind::Missing, UrlPart::DevId));
}

#[test]
fn the_longest_url_is_read() {
    let name = FileName::new("\u{7f}".repeat(255).replace('\u{7f}', " ")).unwrap();
    let target = Target::recording(device(&"9".repeat(32)), u16::MAX, name);
    let host = "a".repeat(255).parse().unwrap();
    let url = PlayUrl::new(host, Port(65_535), target, token(&"z".repeat(64))).unwrap();
    let text = url.to_url();
    assert_eq!(text.as_str().len(), 1_182);
    assert!(text.as_str().len() < MAX_URL_BYTES);
    assert_eq!(PlayUrl::parse(text.as_str()).unwrap().url, url);
}

// E-172
#[test]
fn the_url_of_a_track() {
    let url = play_url(live_target());
    assert_eq!(url.to_track_url(1), format!("{}/trackID=1", url.to_url()));
    let read = PlayUrl::parse(&url.to_track_url(u32::MAX)).unwrap();
    assert_eq!((read.url, read.track, read.notes), (url, Some(u32::MAX), vec![]));
}

/// Whoever has the token may watch.
#[test]
fn debug_hides_the_token() {
    let url = play_url(live_target());
    for text in [format!("{url:?}"), format!("{:?}", url.to_url())] {
        assert!(text.contains("192.168.1.64:554/realplay?devid=81100000001"), "{text}");
        assert!(!text.contains(TOKEN), "{text}");
    }
}

fn host() -> impl Strategy<Value = Host> {
    prop_oneof![
        any::<std::net::Ipv4Addr>().prop_map(|address| address.to_string()),
        any::<std::net::Ipv6Addr>().prop_map(|address| address.to_string()),
        "[a-zA-Z0-9._-]{1,40}",
    ]
    .prop_map(|text| text.parse().unwrap())
}

fn target(dev_id: &'static str) -> impl Strategy<Value = Target> {
    let media = prop_oneof![
        any::<u16>().prop_map(|code| Media::Live(StreamType(code))),
        "[^\\p{Cc}]{1,60}".prop_map(|name| Media::Recording(FileName::new(name).unwrap())),
        // Much that looks like the rest of a URL.
        "[%&=/?#.trackID01]{1,40}".prop_map(|name| Media::Recording(FileName::new(name).unwrap())),
    ];
    (dev_id, any::<u16>(), media).prop_map(|(dev_id, channel_no, media)| Target {
        dev_id: device(&dev_id),
        channel_no,
        media,
    })
}

fn canonical(media: &Media) -> bool {
    matches!(media, Media::Recording(_) | Media::Live(StreamType::MAIN | StreamType::SUB))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    // E-94
    #[test]
    fn canonical_values(
        host in host(), port in 1..=u16::MAX, target in target("[0-9]{11}"), digest in any::<[u8; 16]>(),
        track in any::<u32>(),
    ) {
        let Ok(url) = PlayUrl::new(host, Port(port), target, HashToken::from(digest)) else { return Ok(()) };
        let text = url.to_url();
        prop_assert_eq!(PlayUrl::parse_strict(text.as_str()).is_ok(), canonical(&url.target.media));
        let read = PlayUrl::parse(text.as_str()).unwrap();
        prop_assert_eq!(read.notes.is_empty(), canonical(&url.target.media));
        prop_assert_eq!((&read.url, read.track), (&url, None));

        let read = PlayUrl::parse(&url.to_track_url(track)).unwrap();
        prop_assert_eq!((read.url, read.track), (url, Some(track)));
    }

    // E-21, E-91, E-94
    #[test]
    fn all_values(
        host in host(), port in 1..=u16::MAX, target in target("[0-9A-Za-z]{1,32}"), token in "[0-9A-Za-z]{1,64}",
    ) {
        let Ok(url) = PlayUrl::new(host, Port(port), target, HashToken::new(token).unwrap()) else { return Ok(()) };
        prop_assert_eq!(&PlayUrl::parse(url.to_url().as_str()).unwrap().url, &url);
    }
}
