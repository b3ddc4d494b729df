//! Messages and frames, whole and in pieces. E-172.

use kandian_proto::rtsp::message::{Item, Method, Range, Reader, Request, Response, Scale, Status};

fn read(stream: &[u8], cut: usize) -> Vec<Item> {
    let mut reader = Reader::for_server();
    let mut items = Vec::new();
    for piece in [&stream[..cut], &stream[cut..]] {
        reader.push(piece).unwrap();
        items.extend(core::iter::from_fn(|| reader.next_item().unwrap()));
    }
    assert!(!reader.is_within());
    items
}

/// Requests, answers, frames and bodies in one stream, cut at every byte.
#[test]
fn every_cut() {
    let stream = b"OPTIONS rtsp://h/ RTSP/1.0\r\nCSeq: 1\r\n\r\n$\x01\0\x02ab\r\n\
        SET_PARAMETER rtsp://h/ RTSP/1.0\nCSeq: 2\nContent-Length: 4\n\n$\0\0\0RTSP/1.0 200 OK\r\nCSeq: 3\r\n\r\n$\0\0\0";
    let whole = read(stream, 0);
    assert_eq!(whole.len(), 5);
    let Item::Request(set) = &whole[2] else { panic!() };
    assert_eq!(set.body[..], *b"$\0\0\0");
    for cut in 0..stream.len() {
        assert_eq!(read(stream, cut), whole, "cut at {cut}");
    }
    let mut reader = Reader::for_client();
    let mut items = Vec::new();
    for byte in stream {
        reader.push(&[*byte]).unwrap();
        items.extend(core::iter::from_fn(|| reader.next_item().unwrap()));
    }
    assert_eq!(items, whole);
}

/// E-172: the specification's own requests, with real values in place of its xxx: a request line in pieces, no slash,
/// no version, a comment, another case.
#[test]
fn e172_samples() {
    let url =
        "rtsp://192.168.1.64:554/realplay?devid=81100000001&channelno=0&streamtype=2&hashtoken=6f1ed002";
    for (sample, cseq) in [
        (
            "SETUP                                rtsp://                                192.168.1.64:                                554\n\
             realplay?devid=81100000001&channelno=0&streamtype=2&hashtoken=6f1ed002\nCSeq: 4\n\
             User-Agent: LibVLC/1.1.11 (LIVE555 Streaming Media v2011.05.25)\n\
             Transport: RTP/AVP/TCP;unicast;interleaved=0-1//请求 TCP 协议传输 RTP 数据包\n\n",
            4,
        ),
        (
            "SETUP rtsp://                192.168.1.64:                554\n\
             realplay?devid=81100000001&channelno=0&streamtype=2&hashtoken=6f1ed002\nRTSP/1.0\n\
             User-Agent: LibVLC/1.1.11 (LIVE555 Streaming Media v2011.05.25)\nCseq: 3\n\
             Transport: RTP/AVP;UNICAST;destination=114.23.72.118;client_port=16264-16265;mode=play\n\n",
            3,
        ),
    ] {
        for text in [sample.to_owned(), sample.replace('\n', "\r\n")] {
            let items = read(text.as_bytes(), 7);
            let [Item::Request(request)] = &items[..] else { panic!("{items:?}") };
            assert_eq!(
                (request.method, request.url.as_str(), request.cseq()),
                (Method::Setup, url, Some(cseq))
            );
            assert!(request.headers.first("transport").is_some() && request.is_version_1);
        }
    }
    let answer = "RTSP/1.0 200 OK\nCSeq: 4\nDate: Wed, Mar 07 2012 03:48:18 GMT\n\
        Transport: RTP/AVP/TCP;unicast;destination=125.216.243.188;source=222.201.145.236;interleaved=0-1\n\n";
    let [Item::Response(response)] = &read(answer.as_bytes(), 0)[..] else { panic!() };
    assert_eq!((response.status, response.cseq()), (Status::OK, Some(4)));
}

/// E-172: methods and names in any case, blanks before a colon, values that go on.
#[test]
fn e172_any_case() {
    let url = "rtsp://h/realplay?devid=8&hashtoken=ab";
    let mut reader = Reader::for_server();
    reader.push(format!("describe {url} rtsp/1.0\r\n").as_bytes()).unwrap();
    reader.push(b"cseq : 9\r\nX-Long: a\r\n b\r\nstray\r\nsession:  ab;TIMEOUT=60\r\n\r\n").unwrap();
    let Some(Item::Request(request)) = reader.next_item().unwrap() else { panic!() };
    assert_eq!((request.method, request.cseq()), (Method::Describe, Some(9)));
    assert_eq!((request.url.as_str(), request.is_version_1), (url, true));
    assert_eq!(request.headers.first("x-long"), Some("a b"));
    let session = request.headers.session().unwrap();
    assert_eq!((session.id, session.timeout_seconds), ("ab", Some(60)));
}

/// E-172: a version in any case is never part of the URL, wherever it stands; other versions are known as such.
#[test]
fn e172_versions() {
    for (line, url, is_version_1) in [
        ("PLAY rtsp://h/a Rtsp/1.0\r\n", "rtsp://h/a", true),
        ("PLAY rtsp://h/a\r\nrtsp/1.0\r\n", "rtsp://h/a", true),
        ("PLAY rtsp://h/a rtsp/1.0\r\nstray\r\n", "rtsp://h/a", true),
        ("PLAY rtsp://h/a rtsp/2.0\r\n", "rtsp://h/a", false),
        ("PLAY rtsp://h/a RTSP/ 1.1\r\n", "rtsp://h/a", true),
        ("PLAY rtsp://h/xRTSP/1.0\r\n", "rtsp://h/xRTSP/1.0", true),
        ("PLAY rtsp:// h/a\r\n", "rtsp://h/a", true),
    ] {
        let items = read(format!("{line}CSeq: 1\r\n\r\n").as_bytes(), 3);
        let [Item::Request(request)] = &items[..] else { panic!("{items:?}") };
        assert_eq!((request.url.as_str(), request.is_version_1), (url, is_version_1), "{line}");
    }
    let [Item::Response(response)] = &read(b"rtsp/1.0 454 x\r\nCSeq: 4\r\n\r\n", 0)[..] else { panic!() };
    assert_eq!(response.status, Status::SESSION_NOT_FOUND);
}

/// What is written is read back, and cannot grow a line.
#[test]
fn written_messages() {
    let request = Request::new(Method::Play, "rtsp://h/a b\r\nX: y")
        .header("Range", Range::from(kandian_proto::time::Millis(60_000)));
    assert_eq!(request.to_bytes(), "PLAY rtsp://h/a_b__X:_y RTSP/1.0\r\nRange: npt=60.000-\r\n\r\n");
    let answer = Response::new(Status::OK).header("CSeq", "1\r\nEvil: 2").body("text/plain", "abc");
    let bytes = answer.to_bytes();
    assert_eq!(
        bytes,
        "RTSP/1.0 200 OK\r\nCSeq: 1  Evil: 2\r\nContent-Type: text/plain\r\nContent-Length: 3\r\n\r\nabc"
    );
}

/// E-177: ranges and speeds in every form that is accepted.
#[test]
fn e177_ranges_and_scales() {
    for (text, again) in [
        ("npt=0-", "npt=0.000-"),
        ("npt=60.000-", "npt=60.000-"),
        ("NPT = 1.5 - 20", "npt=1.500-20.000"),
        ("npt=now-", "npt=now-"),
        ("npt=10.000-;time=19970123T143720Z", "npt=10.000-"),
        ("npt=-20", "npt=0.000-20.000"),
        ("npt=1:00:00.25-", "npt=3600.250-"),
    ] {
        assert_eq!(text.parse::<Range>().unwrap().to_string(), again, "{text}");
    }
    for bad in [
        "",
        "npt",
        "npt=",
        "npt=x-",
        "npt=5-3",
        "smpte=0:10:20-",
        "npt=1:2-",
        "npt=-1-",
        "npt=99999999999-",
        "npt=1e3-",
    ] {
        assert!(bad.parse::<Range>().is_err(), "{bad}");
    }
    for (text, scale) in [
        ("1", Scale::NORMAL),
        ("1.0", Scale::NORMAL),
        ("2.000000", Scale::DOUBLE),
        (".5", Scale { thousandths: 0 }),
    ] {
        match text.parse::<Scale>() {
            Ok(read) => assert_eq!(read, scale),
            Err(_) => assert_eq!(text, ".5"),
        }
    }
    assert_eq!(Scale::ALL.map(|scale| scale.to_string()), ["0.25", "0.5", "1", "2", "4"]);
    assert!(!"3".parse::<Scale>().unwrap().is_known() && "-1".parse::<Scale>().is_err());
}
