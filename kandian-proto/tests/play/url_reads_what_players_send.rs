//! Lenient reading of play URLs: what it makes of each deviation, and that strict reading refuses it.

use crate::support::play::{FILE, TOKEN, device, live, play_url, recording};
use kandian_proto::Erratum;
use kandian_proto::play::{
    MAX_PARAMETERS, Media, PlayUrl, ReadUrl, Target, UrlDeviation as Deviation, UrlErrorKind,
    UrlPart as Part, rtsp_address,
};
use kandian_proto::value::{Port, StreamType};

const LIVE: &str = "rtsp://192.168.1.64:554/realplay?devid=81100000001&channelno=0&streamtype=1\
    &hashtoken=6f1ed002ab5595859014ebf0951522d9";
const PLAYBACK: &str = "rtsp://192.168.1.64:554/realplay?devid=81100000001&channelno=0\
    &filename=81100000001_0_20140318080000.ts&hashtoken=6f1ed002ab5595859014ebf0951522d9";

/// Reads leniently; strict reading refuses and names the first note, or the track.
#[track_caller]
fn read(text: &str) -> ReadUrl {
    let read = PlayUrl::parse(text).unwrap_or_else(|e| panic!("{text}: {e}"));
    let error = PlayUrl::parse_strict(text).expect_err(text);
    assert!(matches!(error.kind, UrlErrorKind::Deviation(_)), "{error}");
    // A track is no deviation in a request, but in the URL of a platform.
    if let Some(first) = read.notes.first()
        && error.kind != UrlErrorKind::Deviation(Deviation::Track)
    {
        let strict = (error.kind, error.part, error.offset);
        assert_eq!(strict, (UrlErrorKind::Deviation(first.kind), first.part, first.offset));
    }
    read
}

/// What was noted, as kind, part, erratum, and the text from there on.
fn notes<'a>(read: &ReadUrl, text: &'a str) -> Vec<(Deviation, Part, Option<u16>, &'a str)> {
    let erratum = |id: Option<Erratum>| id.map(|Erratum(number)| number);
    read.notes.iter().map(|n| (n.kind, n.part, erratum(n.erratum), &text[n.offset..])).collect()
}

#[track_caller]
fn one_note(text: &str, kind: Deviation, part: Part, erratum: Option<u16>, at: &str) -> ReadUrl {
    let read = read(text);
    let notes = notes(&read, text);
    let [(found, found_part, id, rest)] = notes.as_slice() else { panic!("{text}: {notes:?}") };
    assert_eq!((*found, *found_part, *id), (kind, part, erratum), "{text}");
    assert!(rest.starts_with(at), "{text}: at {rest}");
    read
}

// E-94
#[test]
fn parameters_in_any_order() {
    let parts =
        ["devid=81100000001", "channelno=0", "streamtype=1", "hashtoken=6f1ed002ab5595859014ebf0951522d9"];
    let mut orders = 0;
    for a in 0..4 {
        for b in (0..4).filter(|b| *b != a) {
            for c in (0..4).filter(|c| ![a, b].contains(c)) {
                let d = 6 - a - b - c;
                let text = format!(
                    "rtsp://192.168.1.64:554/realplay?{}&{}&{}&{}",
                    parts[a], parts[b], parts[c], parts[d],
                );
                orders += 1;
                if (a, b, c) == (0, 1, 2) {
                    assert!(PlayUrl::parse_strict(&text).is_ok());
                    continue;
                }
                let read = read(&text);
                assert_eq!(read.url, play_url(live()), "{text}");
                assert!(
                    read.notes.iter().all(|n| n.kind == Deviation::Order && n.erratum == Some(Erratum(94)))
                );
                assert!(!read.notes.is_empty());
            }
        }
    }
    assert_eq!(orders, 24);
    let text = "rtsp://192.168.1.64:554/realplay?channelno=0&devid=81100000001&streamtype=1&hashtoken=\
        6f1ed002ab5595859014ebf0951522d9";
    let read = one_note(text, Deviation::Order, Part::DevId, Some(94), "devid=");
    assert_eq!(
        read.notes[0].to_string(),
        "devid at byte 45: not in its place; the order is devid, channelno, streamtype or filename, hashtoken \
         (E-94)",
    );
}

// E-94
#[test]
fn names_in_any_case() {
    for (from, to, part) in [
        ("rtsp://", "RTSP://", Part::Scheme),
        ("/realplay", "/RealPlay", Part::Path),
        ("devid", "DevID", Part::DevId),
        ("channelno", "ChannelNo", Part::ChannelNo),
        ("streamtype", "StreamType", Part::StreamType),
        ("hashtoken", "HASHTOKEN", Part::HashToken),
    ] {
        let read = one_note(&LIVE.replace(from, to), Deviation::Case, part, Some(94), to);
        assert_eq!(read.url, play_url(live()));
    }
    let text = PLAYBACK.replace("filename", "FileName");
    let read = one_note(&text, Deviation::Case, Part::FileName, Some(94), "FileName=");
    assert_eq!(read.url, play_url(recording()));
}

// E-94
#[test]
fn the_path_playback() {
    for path in ["/playback?", "/PlayBack?"] {
        let text = PLAYBACK.replace("/realplay?", path);
        let read = one_note(&text, Deviation::PlaybackPath, Part::Path, Some(94), path);
        assert_eq!(read.url, play_url(recording()));
        // The parameters say what it is, not the path.
        let read = self::read(&LIVE.replace("/realplay?", path));
        assert_eq!(read.url, play_url(live()));
    }
}

// E-94
#[test]
fn a_file_name_makes_it_playback() {
    let text = PLAYBACK.replace("&filename", "&streamtype=1&filename");
    let read = one_note(&text, Deviation::StreamTypeOfRecording, Part::StreamType, Some(94), "1&filename=");
    assert_eq!(read.url, play_url(recording()));
}

// RFC 2326: players leave the default port out of their requests.
#[test]
fn no_port() {
    for (port, at) in [("/realplay", "/realplay"), (":/realplay", ":/realplay")] {
        let text = LIVE.replace(":554/realplay", port);
        let read = one_note(&text, Deviation::DefaultPort, Part::Port, None, at);
        assert_eq!(read.url.port, Port(554));
    }
    let text = LIVE.replace("192.168.1.64:554", "[2001:db8::1]");
    let read = one_note(&text, Deviation::DefaultPort, Part::Port, None, "/realplay");
    assert_eq!(read.url.host.as_str(), "2001:db8::1");
}

// E-172: requests about a track, as LIVE555, FFmpeg and GStreamer form them.
#[test]
fn tracks() {
    for (appended, track, form) in [
        ("/trackID=0", 0, None),
        ("/trackID=1", 1, None),
        ("/trackID=4294967295", u32::MAX, None),
        ("/trackid=1", 1, Some(Deviation::TrackForm)),
        ("/track=2", 2, Some(Deviation::TrackForm)),
        ("/track2", 2, Some(Deviation::TrackForm)),
        ("/Track2", 2, Some(Deviation::TrackForm)),
        ("/streamid=1", 1, Some(Deviation::TrackForm)),
        ("/stream=1", 1, Some(Deviation::TrackForm)),
    ] {
        for (base, target) in [(LIVE, live()), (PLAYBACK, recording())] {
            let text = format!("{base}{appended}");
            let read = read(&text);
            assert_eq!((&read.url, read.track), (&play_url(target.clone()), Some(track)), "{text}");
            let expected: Vec<_> =
                form.map(|form| (form, Part::Track, Some(172), appended)).into_iter().collect();
            assert_eq!(notes(&read, &text), expected);

            // Before the parameters; a slash behind it makes no difference.
            for slash in ["", "/"] {
                let text = base.replace('?', &format!("{appended}{slash}?"));
                let read = one_note(&text, Deviation::TrackForm, Part::Track, Some(172), appended);
                assert_eq!((read.url, read.track), (play_url(target.clone()), Some(track)), "{text}");
            }
        }
        // Appended to whatever came last.
        let text = format!(
            "rtsp://192.168.1.64:554/realplay?hashtoken={TOKEN}&devid=81100000001&channelno=0&filename={FILE}{appended}"
        );
        assert_eq!((read(&text).url, read(&text).track), (play_url(recording()), Some(track)), "{text}");
    }
    // At both places the end counts.
    let text = format!("{}/trackID=1", LIVE.replace('?', "/trackID=0?"));
    assert_eq!(read(&text).track, Some(1));
}

// E-172: strict reading is for URLs of platforms, which name no track.
#[test]
fn a_track_is_no_part_of_a_platforms_url() {
    let error = PlayUrl::parse_strict(&format!("{LIVE}/trackID=0")).unwrap_err();
    assert_eq!(error.kind, UrlErrorKind::Deviation(Deviation::Track));
    assert_eq!((error.part, error.offset), (Part::Track, LIVE.len()));
    assert_eq!(error.to_string(), format!("track at byte {}: names a track", LIVE.len()));
}

#[test]
fn what_is_no_track_is_refused() {
    for appended in
        ["/trackID=", "/trackID=x", "/trackID=1x", "/1", "/audio", "/trackID=4294967296", "/xtrack1"]
    {
        assert!(PlayUrl::parse(&format!("{LIVE}{appended}")).is_err(), "{appended}");
        assert!(PlayUrl::parse(&LIVE.replace('?', &format!("{appended}?"))).is_err(), "{appended}");
    }
}

#[test]
fn slashes_at_the_end() {
    let read = one_note(&format!("{LIVE}/"), Deviation::Slash, Part::Track, None, "/");
    assert_eq!((read.url, read.track), (play_url(live()), None));
    let read = one_note(&LIVE.replace('?', "/?"), Deviation::Slash, Part::Path, None, "/?");
    assert_eq!((read.url, read.track), (play_url(live()), None));
    let read = one_note(&format!("{LIVE}/trackID=1/"), Deviation::Slash, Part::Track, None, "/");
    assert_eq!((read.url, read.track), (play_url(live()), Some(1)));
    assert!(PlayUrl::parse(&format!("{LIVE}//")).is_err());
}

// E-94: the specification says to write `&amp;` in XML; some clients never undo it.
#[test]
fn ampersands_out_of_xml() {
    let text = LIVE.replace('&', "&amp;");
    let read = read(&text);
    assert_eq!(read.url, play_url(live()));
    let expected = [
        (Deviation::DoubleEscape, Part::Other, None, &text[text.find("amp;").unwrap()..]),
        (Deviation::DoubleEscape, Part::Other, None, &text[text.find("amp;streamtype").unwrap()..]),
        (Deviation::DoubleEscape, Part::Other, None, &text[text.find("amp;hashtoken").unwrap()..]),
    ];
    assert_eq!(notes(&read, &text), expected);
    // Only where an ampersand was.
    assert!(PlayUrl::parse(&LIVE.replace('?', "?amp;")).is_err());
}

#[test]
fn foreign_parameters_are_ignored() {
    for (foreign, at) in [("&user=13312345678", "user="), ("&x", "x"), ("&", ""), ("&=", "=")] {
        let text = format!("{LIVE}{foreign}");
        let read = one_note(&text, Deviation::Unknown, Part::Other, None, at);
        assert_eq!(read.url, play_url(live()), "{text}");
        let text = LIVE.replace("&streamtype", &format!("{foreign}&streamtype"));
        assert_eq!(self::read(&text).url, play_url(live()), "{text}");
    }
    // Up to the limit.
    let fill = |count| format!("{LIVE}{}", "&x=1".repeat(count));
    assert_eq!(MAX_PARAMETERS, 16);
    assert_eq!(read(&fill(12)).notes.len(), 12);
    let error = PlayUrl::parse(&fill(13)).unwrap_err();
    assert_eq!((error.kind, error.part), (UrlErrorKind::TooManyParameters, Part::Whole));
    assert_eq!(error.offset, fill(12).len() + 1);
}

// E-94: whatever a player escapes or does not.
#[test]
fn percent_encoding() {
    let text = PLAYBACK.replace("_0_", "%5F0%5f");
    let read = one_note(&text, Deviation::Encoding, Part::FileName, Some(94), "81100000001%5F");
    assert_eq!(read.url, play_url(recording()));
    let name = |text: &str| {
        let text = PLAYBACK.replace(FILE, text);
        match one_note(&text, Deviation::Encoding, Part::FileName, Some(94), "").url.target.media {
            Media::Recording(name) => name.to_string(),
            other => panic!("{other}"),
        }
    };
    assert_eq!(name("商店.ts"), "商店.ts");
    assert_eq!(name("a+b"), "a+b");
    assert_eq!(name("a=b"), "a=b");
    assert_eq!(name("a?b"), "a?b");
    assert_eq!(name("sd/a.ts"), "sd/a.ts");
    assert_eq!(name("sd/track1"), "sd/track1");
    assert_eq!(name("%e5%95%86"), "商");
    let text = LIVE.replace("devid=8", "devid=%38").replace("channelno=0", "channelno=%30");
    let read = self::read(&text);
    assert_eq!(read.url, play_url(live()));
    let found: Vec<_> = read.notes.iter().map(|n| (n.kind, n.part)).collect();
    assert_eq!(found, [(Deviation::Encoding, Part::DevId), (Deviation::Encoding, Part::ChannelNo)]);
}

// E-09, E-21, E-91: values that only lenient reading takes, with the erratum of each.
#[test]
fn values() {
    let deviation = |what| Deviation::Value { what };
    let text = LIVE.replace("channelno=0", "channelno=00");
    one_note(&text, deviation("has leading zeros"), Part::ChannelNo, Some(9), "00&");
    let text = LIVE.replace(":554", ":0554");
    let read = one_note(&text, deviation("has leading zeros"), Part::Port, Some(9), "0554/");
    assert_eq!(read.url.port, Port(554));
    let text = LIVE.replace("81100000001", "812A930E4BC");
    let what = deviation("is not 11 digits; up to 32 letters and digits are accepted");
    let read = one_note(&text, what, Part::DevId, Some(21), "812A930E4BC&");
    assert_eq!(read.url.target.dev_id, device("812A930E4BC"));
    let text = LIVE.replace("streamtype=1", "streamtype=0");
    let what = deviation("is not in the table of the specification; kept as it is");
    let read = one_note(&text, what, Part::StreamType, None, "0&");
    assert_eq!(read.url.target, Target::live(device("81100000001"), 0, StreamType(0)));
    let text = LIVE.replace(TOKEN, &TOKEN.to_uppercase());
    let what = deviation("is not 32 lower-case hexadecimal digits; up to 64 letters and digits are accepted");
    let read = one_note(&text, what, Part::HashToken, Some(91), "6F1E");
    assert_eq!(read.url.token.as_str(), TOKEN.to_uppercase());
    assert_eq!(
        read.notes[0].to_string(),
        "hashtoken at byte 86: the value is not 32 lower-case hexadecimal digits; up to 64 letters and digits are \
         accepted (E-91)",
    );
}

// The request line of a recorder in use, with a file name of its own kind.
#[test]
fn a_request_as_it_was_seen() {
    let text = "rtsp://203.0.113.7:5504/realplay?devid=811435133080&channelno=0&filename=ch01_00000000017000000\
        &hashtoken=6f1ed002ab5595859014ebf0951522d9/trackID=1";
    let read = read(text);
    assert_eq!(read.track, Some(1));
    assert_eq!(
        read.url.target.to_string(),
        "device 811435133080, channel 0, recording \"ch01_00000000017000000\""
    );
    assert_eq!(read.url.token.as_str(), TOKEN);
}

// E-75: where a client would connect, whatever follows.
#[test]
fn addresses() {
    let address = |text: &str| rtsp_address(text).map(|(host, port)| (host.to_string(), port.0)).ok();
    for text in [LIVE, "RTSP://192.168.1.64", "rtsp://192.168.1.64?x", "rtsp://192.168.1.64:/any/thing#x"] {
        assert_eq!(address(text), Some(("192.168.1.64".to_owned(), 554)), "{text}");
    }
    assert_eq!(address("rtsp://[::1]:1554/"), Some(("::1".to_owned(), 1554)));
    for text in [
        "",
        "http://a/",
        "rtsp:/a",
        "rtsp://",
        "rtsp://:554/",
        "rtsp://0.0.0.0:554/",
        "rtsp://a:0/",
        "rtsp://a b/",
    ] {
        assert_eq!(address(text), None, "{text}");
    }
}
