//! Answers as devices give them, and as attackers might. E-172, E-173.

use kandian_proto::play::PlayUrl;
use kandian_proto::rtsp::client::{BadAnswer, Client, EndReason, Event, Input, Options, Output, TimerKind};
use kandian_proto::rtsp::message::{MessageErrorKind, Method, Status};
use kandian_proto::rtsp::sdp::SdpError;
use kandian_proto::time::{Millis, Now};
use proptest::prelude::*;

use crate::camera::live;

const SDP: &str = "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=h264.mp4\r\nt=0 0\r\nm=video 0 RTP/AVP 96\r\n\
    a=rtpmap:96 H264/90000\r\na=control:trackID=0\r\n";

struct Dialogue {
    client: Client,
    now: Now,
    sent: Vec<String>,
    events: Vec<Event>,
    ended: Option<EndReason>,
    to: Vec<std::net::SocketAddr>,
}

impl Dialogue {
    fn new(options: Options) -> Self {
        let now = Now::mono(Millis(0));
        let client = Client::new(PlayUrl::parse(&live(0)).unwrap().url, options, now);
        let mut dialogue =
            Self { client, now, sent: Vec::new(), events: Vec::new(), ended: None, to: Vec::new() };
        dialogue.feed(Input::Connected("192.0.2.7".parse().unwrap()));
        dialogue
    }

    fn feed(&mut self, input: Input<'_>) -> Option<(Millis, TimerKind)> {
        self.client.handle_input(self.now, input);
        loop {
            match self.client.poll_output() {
                Output::Transmit(bytes) => self.sent.push(String::from_utf8(bytes.to_vec()).unwrap()),
                Output::Datagram { to, .. } => self.to.push(to),
                Output::Event(event) => self.events.push(event),
                Output::Close(reason) => assert_eq!(self.ended.replace(reason), None),
                Output::Timeout(deadline) => return deadline,
                _ => unreachable!(),
            }
        }
    }

    /// Answers the last request.
    fn answer(&mut self, status: &str, headers: &str, body: &str) {
        let last = self.sent.last().unwrap();
        let cseq = last.split("CSeq: ").nth(1).unwrap().split("\r\n").next().unwrap();
        let length = body.len();
        let text =
            format!("RTSP/1.0 {status}\r\nCSeq: {cseq}\r\n{headers}Content-Length: {length}\r\n\r\n{body}");
        self.feed(Input::Bytes(text.as_bytes()));
    }

    fn described(options: Options, headers: &str, sdp: &str) -> Self {
        let mut dialogue = Self::new(options);
        dialogue.answer("200 OK", "", "");
        dialogue.answer("200 OK", headers, sdp);
        dialogue
    }

    fn last_url(&self) -> &str {
        self.sent.last().unwrap().split(' ').nth(1).unwrap()
    }
}

/// E-172: controls of all kinds, resolved as devices expect it: behind the token.
#[test]
fn e172_controls() {
    let base = live(0);
    for (headers, control, expected) in [
        ("".to_owned(), "trackID=0", format!("{base}/trackID=0")),
        (format!("Content-Base: {base}/\r\n"), "trackID=0", format!("{base}/trackID=0")),
        (format!("Content-Base: {base}\r\n"), "track1", format!("{base}/track1")),
        (
            "Content-Base: rtsp://192.0.2.7:554/realplay/\r\n".to_owned(),
            "streamid=0",
            "rtsp://192.0.2.7:554/realplay/streamid=0".to_owned(),
        ),
        ("".to_owned(), "rtsp://192.0.2.7/x/trackID=7", "rtsp://192.0.2.7/x/trackID=7".to_owned()),
        ("".to_owned(), "*", base.clone()),
        // What cannot stand in a request is not used.
        ("Content-Base: http://evil/\r\n".to_owned(), "trackID=0", format!("{base}/trackID=0")),
    ] {
        let dialogue = Dialogue::described(Options::tcp(), &headers, &SDP.replace("trackID=0", control));
        assert!(dialogue.sent.last().unwrap().starts_with("SETUP "), "{:?}", dialogue.ended);
        assert_eq!(dialogue.last_url(), expected);
    }
    for unusable in ["t".repeat(2_049), "trackID=0 x".to_owned()] {
        let dialogue = Dialogue::described(Options::tcp(), "", &SDP.replace("trackID=0", &unusable));
        assert_eq!(dialogue.last_url(), base, "what cannot stand in a request is not used");
    }
    let dialogue = Dialogue::described(Options::tcp(), "", &SDP.replace("a=control:trackID=0\r\n", ""));
    assert_eq!(dialogue.last_url(), base, "one track and no control");
}

/// E-172: the specification's answers have no session and no number.
#[test]
fn e172_answers() {
    let mut dialogue = Dialogue::described(Options::tcp(), "", SDP);
    let answer = "RTSP/1.0 200 OK\nDate: Wed, Mar 07 2012 03:48:18 GMT\n\
        Transport: RTP/AVP/TCP;unicast;destination=125.216.243.188;source=222.201.145.236;interleaved=0-1\n\n";
    dialogue.feed(Input::Bytes(answer.as_bytes()));
    assert!(
        dialogue.sent.last().unwrap().starts_with("PLAY ")
            && !dialogue.sent.last().unwrap().contains("Session")
    );
    dialogue.answer(
        "200 OK",
        "RTP-Info: url=rtsp://h/a&hashtoken=0123/trackID=1;seq=3103;rtptime=1620000\r\n",
        "",
    );
    let Some(Event::Playing { info, .. }) = dialogue.events.last() else { panic!() };
    assert_eq!((info[0].sequence, info[0].timestamp), (Some(3_103), Some(1_620_000)));
    // Tokens do not get into logs.
    assert!(!format!("{:?} {:?}", dialogue.events, dialogue.client).contains("0123"));
}

/// E-172: a device that does not know where the client is serves it all the same.
#[test]
fn e172_destination_of_nobody() {
    let mut dialogue = Dialogue::described(Options::udp([(1, 2), (3, 4)], None, 9), "", SDP);
    let transport = "Session: 1\r\nTransport: RTP/AVP;unicast;destination=0.0.0.0;server_port=7000-7001\r\n";
    dialogue.answer("200 OK", transport, "");
    assert!(dialogue.sent.last().unwrap().starts_with("PLAY "), "{:?}", dialogue.ended);
}

/// E-173: the address of the description, where the answer has none.
#[test]
fn e173_address_of_the_description() {
    let udp = || Options::udp([(5_000, 5_001), (5_002, 5_003)], None, 1);
    let sdp = SDP.replace("t=0 0", "c=IN IP4 198.51.100.77\r\nt=0 0").replace("video 0", "video 20026");
    let mut dialogue = Dialogue::described(udp(), "", &sdp);
    dialogue.answer("200 OK", "Session: 1\r\nTransport: RTP/AVP;unicast;client_port=5000-5001\r\n", "");
    dialogue.answer("200 OK", "", "");
    assert_eq!(dialogue.to, ["198.51.100.77:20026".parse().unwrap(), "198.51.100.77:20027".parse().unwrap()]);
    // With ports alone it is the device itself.
    let mut dialogue = Dialogue::described(udp(), "", SDP);
    dialogue.answer("200 OK", "Session: 1\r\nTransport: RTP/AVP;unicast;server_port=7000-7001\r\n", "");
    dialogue.answer("200 OK", "", "");
    assert_eq!(dialogue.to[0], "192.0.2.7:7000".parse().unwrap());
}

/// Punching packets are few, wherever a device points them.
#[test]
fn punching_is_bounded() {
    let mut dialogue = Dialogue::described(Options::udp([(5_000, 5_001); 2], None, 1), "", SDP);
    let transport = "Session: 1\r\nTransport: RTP/AVP;unicast;server_port=7000-7001;source=203.0.113.66\r\n";
    dialogue.answer("200 OK", transport, "");
    dialogue.answer("200 OK", "", "");
    while let Some((at, _)) = dialogue.feed(Input::Timeout) {
        dialogue.now.mono = dialogue.now.mono.max(at);
    }
    assert!(dialogue.to.len() <= 15, "{}", dialogue.to.len());
    // TEARDOWN, which nobody answers.
    assert!(dialogue.events.contains(&Event::NoVideo));
    assert_eq!(dialogue.ended, Some(EndReason::Teardown));
}

/// What ends a view at once, and with which reason.
#[test]
fn endings() {
    let ends = |status: &str, headers: &str, body: &str| {
        let mut dialogue = Dialogue::new(Options::tcp());
        dialogue.answer("200 OK", "", "");
        dialogue.answer(status, headers, body);
        dialogue.ended
    };
    assert_eq!(ends("302 Moved", "Location: rtsp://evil/\r\n", ""), Some(EndReason::Redirected));
    assert_eq!(
        ends("453 Not Enough Bandwidth", "", ""),
        Some(EndReason::Refused { method: Method::Describe, status: Status::NOT_ENOUGH_BANDWIDTH })
    );
    assert_eq!(
        ends("200 OK", "", "<html>"),
        Some(EndReason::BadAnswer(BadAnswer::Description(SdpError::NotSdp)))
    );
    assert_eq!(
        ends("200 OK", "", &SDP.replace("H264", "H265")),
        Some(EndReason::BadAnswer(BadAnswer::NoVideo))
    );

    let mut dialogue = Dialogue::described(Options::tcp(), "", SDP);
    dialogue.answer("200 OK", "Transport: RTP/AVP;unicast;client_port=1-2;server_port=3-4\r\n", "");
    assert_eq!(dialogue.ended, Some(EndReason::BadAnswer(BadAnswer::Transport)));

    let mut dialogue = Dialogue::new(Options::tcp());
    dialogue.feed(Input::Bytes(b"REDIRECT * RTSP/1.0\r\nCSeq: 1\r\nLocation: rtsp://evil/\r\n\r\n"));
    assert_eq!(dialogue.ended, Some(EndReason::Redirected));

    let mut dialogue = Dialogue::new(Options::tcp());
    dialogue.feed(Input::Bytes(b"HTTP/1.1 400 Bad Request\r\n\r\n"));
    let Some(EndReason::Malformed(error)) = dialogue.ended else { panic!("{:?}", dialogue.ended) };
    assert_eq!(error.kind, MessageErrorKind::FirstLine);

    let mut dialogue = Dialogue::new(Options::tcp());
    let (at, kind) = dialogue.feed(Input::Timeout).unwrap();
    assert_eq!((at, kind), (Millis(10_000), TimerKind::Answer));
    dialogue.now.mono = at;
    assert_eq!(dialogue.feed(Input::Timeout), None);
    assert_eq!(dialogue.ended, Some(EndReason::Timeout(TimerKind::Answer)));
}

/// An answer to a question that was not asked changes nothing; a question of the device is answered.
#[test]
fn strange_numbers() {
    let mut dialogue = Dialogue::new(Options::tcp());
    dialogue.feed(Input::Bytes(b"RTSP/1.0 200 OK\r\nCSeq: 99\r\n\r\n"));
    assert_eq!(dialogue.sent.len(), 1);
    dialogue.feed(Input::Bytes(b"ANNOUNCE * RTSP/1.0\r\nCSeq: 5\r\n\r\n"));
    assert_eq!(dialogue.sent[1], "RTSP/1.0 501 Not Implemented\r\nCSeq: 5\r\n\r\n");
}

/// A sign of life to a device that knows the session no more ends the view.
#[test]
fn session_is_gone() {
    let mut dialogue = Dialogue::described(Options::tcp(), "", SDP);
    dialogue.answer("200 OK", "Session: 1;timeout=60\r\n", "");
    dialogue.answer("200 OK", "", "");
    dialogue.now.mono = Millis(10_000);
    dialogue.feed(Input::Timeout);
    dialogue.now.mono = Millis(50_000);
    dialogue.feed(Input::Timeout);
    assert!(dialogue.sent.last().unwrap().starts_with("OPTIONS "));
    dialogue.answer("454 Session Not Found", "", "");
    assert_eq!(
        dialogue.ended,
        Some(EndReason::Refused { method: Method::Options, status: Status::SESSION_NOT_FOUND })
    );
}

proptest! {
    /// Any bytes of a device, in any state.
    #[test]
    fn hostile(answers in 0_usize..4, bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let mut dialogue = Dialogue::new(Options::tcp());
        for (body, headers) in [("", ""), (SDP, ""), ("", "Session: 1\r\n"), ("", "")].into_iter().take(answers) {
            dialogue.answer("200 OK", headers, body);
        }
        let sent = dialogue.sent.len();
        dialogue.feed(Input::Bytes(&[b"$\0\0\x20", &bytes[..]].concat()));
        dialogue.feed(Input::Closed);
        prop_assert!(dialogue.ended.is_some() && dialogue.sent.len() <= sent + 1);
    }
}
