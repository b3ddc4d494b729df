//! Cameras that know nothing of 手机看店: any URL, user name and password. RFC 2326, RFC 2617, RFC 2069.

use kandian_proto::Secret;
use kandian_proto::rtsp::client::{
    Client, Credentials, EndReason, Event, Input, Options, Output, RtspUrl, RtspUrlError, TimerKind,
};
use kandian_proto::rtsp::message::{Method, Status};
use kandian_proto::time::{Millis, Now};
use proptest::prelude::*;

const SDP: &str = "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=Media\r\nt=0 0\r\nm=audio 0 RTP/AVP 0\r\na=control:trackID=2\r\n\
    m=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\na=control:trackID=1\r\n";
const DIGEST: &str = "WWW-Authenticate: Digest realm=\"cam\", nonce=\"one\"\r\n";

struct Dialogue {
    client: Client,
    now: Now,
    sent: Vec<String>,
    ended: Option<EndReason>,
    due: Option<(Millis, TimerKind)>,
}

impl Dialogue {
    fn new(url: &str) -> Self {
        let client = Client::foreign(url.parse().unwrap(), Options::tcp(), Now::mono(Millis(0)));
        let (now, sent) = (Now::mono(Millis(0)), Vec::new());
        let mut dialogue = Self { client, now, sent, ended: None, due: None };
        dialogue.feed(Input::Connected("192.0.2.64".parse().unwrap()));
        dialogue
    }

    fn feed(&mut self, input: Input<'_>) {
        self.client.handle_input(self.now, input);
        loop {
            match self.client.poll_output() {
                Output::Transmit(bytes) => self.sent.push(String::from_utf8(bytes.to_vec()).unwrap()),
                Output::Event(event) => assert!(!matches!(event, Event::Media { .. })),
                Output::Close(reason) => assert_eq!(self.ended.replace(reason), None),
                Output::Timeout(due) => break self.due = due,
                _ => unreachable!(),
            }
        }
    }

    fn answer(&mut self, status: &str, headers: &str, body: &str) {
        let cseq = self.sent.last().unwrap().split("CSeq: ").nth(1).unwrap().split("\r\n").next().unwrap();
        let length = body.len();
        let text =
            format!("RTSP/1.0 {status}\r\nCSeq: {cseq}\r\n{headers}Content-Length: {length}\r\n\r\n{body}");
        self.feed(Input::Bytes(text.as_bytes()));
    }

    fn last(&self) -> &str {
        self.sent.last().unwrap()
    }

    fn methods(&self) -> Vec<&str> {
        self.sent.iter().map(|request| request.split(' ').next().unwrap()).collect()
    }
}

/// RFC 2617: each request is asked once plainly at most, and with the proof for its own method and URL from then on.
#[test]
fn rfc_2617_view_behind_a_password() {
    let mut view = Dialogue::new("rtsp://admin:12345@192.0.2.64:8554/Streaming/101?x=1");
    view.answer("200 OK", "Public: OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN\r\n", "");
    assert!(view.last().starts_with("DESCRIBE rtsp://192.0.2.64:8554/Streaming/101?x=1 RTSP/1.0\r\n"));
    assert!(!view.last().contains("Authorization"));
    view.answer("401 Unauthorized", &format!("WWW-Authenticate: Basic realm=\"cam\"\r\n{DIGEST}"), "");
    let proof = view.last().split("Authorization: ").nth(1).unwrap();
    assert!(proof.starts_with(
        "Digest username=\"admin\", realm=\"cam\", nonce=\"one\", uri=\"rtsp://192.0.2.64:8554/"
    ));
    assert!(view.sent.iter().all(|request| !request.contains("12345")));
    view.answer("200 OK", "Content-Base: rtsp://192.0.2.64:8554/Streaming/101/\r\n", SDP);
    assert!(
        view.last().starts_with("SETUP rtsp://192.0.2.64:8554/Streaming/101/trackID=1 "),
        "the video first"
    );
    assert!(view.last().contains("uri=\"rtsp://192.0.2.64:8554/Streaming/101/trackID=1\""));
    // A number that has grown old is answered with a new one.
    view.answer("401 Unauthorized", "WWW-Authenticate: Digest realm=\"cam\", nonce=\"two\"\r\n", "");
    assert!(view.last().starts_with("SETUP ") && view.last().contains("nonce=\"two\""));
    let transport = "Session: 9\r\nTransport: RTP/AVP/TCP;unicast;interleaved=0-1\r\n";
    view.answer("200 OK", transport, "");
    assert!(view.last().contains("/trackID=2 "));
    view.answer("200 OK", "Session: 9\r\nTransport: RTP/AVP/TCP;unicast;interleaved=2-3\r\n", "");
    view.answer("200 OK", "Session: 9\r\n", "");
    assert!(view.client.is_playing());
    assert_eq!(view.methods(), ["OPTIONS", "DESCRIBE", "DESCRIBE", "SETUP", "SETUP", "SETUP", "PLAY"]);
    let debug = format!("{:?}", view.client);
    assert!(!debug.contains("12345") && !debug.contains("response="), "{debug}");
}

/// RFC 2326 §12.37: who says nothing of it forgets a session after 60 s; five sixths of that.
#[test]
fn rfc_2326_sign_of_life() {
    let mut view = Dialogue::new("rtsp://192.0.2.64/x");
    view.answer("200 OK", "", "");
    view.answer("200 OK", "", &SDP.replace("m=audio", "m=text"));
    view.answer("200 OK", "Session: 9\r\nTransport: RTP/AVP/TCP;unicast;interleaved=0-1\r\n", "");
    view.answer("200 OK", "Session: 9\r\n", "");
    // The wait for media comes first, and is over once.
    assert_eq!(view.due, Some((Millis(10_000), TimerKind::Silence)));
    view.now.mono = Millis(10_000);
    view.feed(Input::Timeout);
    assert_eq!(view.due, Some((Millis(50_000), TimerKind::KeepAlive)));
    view.now.mono = Millis(50_000);
    view.feed(Input::Timeout);
    assert!(
        view.last().starts_with("OPTIONS rtsp://192.0.2.64/x RTSP/1.0\r\n")
            && view.last().contains("Session: 9")
    );
}

/// A password that was refused is not tried again; one whose number was too old is, for three tries at most.
#[test]
fn rfc_2617_refused() {
    let refused = |method| Some(EndReason::Refused { method, status: Status::UNAUTHORIZED });
    let mut view = Dialogue::new("rtsp://admin:wrong@192.0.2.64/x");
    view.answer("401 Unauthorized", DIGEST, "");
    view.answer("401 Unauthorized", DIGEST, "");
    assert_eq!((view.methods().len(), view.ended), (2, refused(Method::Options)));

    let mut view = Dialogue::new("rtsp://admin:right@192.0.2.64/x");
    view.answer("401 Unauthorized", DIGEST, "");
    for _ in 0..5 {
        if view.ended.is_none() {
            view.answer(
                "401 Unauthorized",
                "WWW-Authenticate: Digest realm=\"cam\", nonce=\"2\", stale=true\r\n",
                "",
            );
        }
    }
    assert_eq!((view.methods().len(), view.ended), (3, refused(Method::Options)));

    // Nobody to be, or no way to say who.
    for (url, challenge) in
        [("rtsp://192.0.2.64/x", DIGEST), ("rtsp://u:p@192.0.2.64/x", "WWW-Authenticate: Negotiate\r\n")]
    {
        let mut view = Dialogue::new(url);
        view.answer("401 Unauthorized", challenge, "");
        assert_eq!((view.methods().len(), view.ended), (1, refused(Method::Options)), "{url}");
    }
}

/// Where a server is and who asks, out of what people write into settings.
#[test]
fn urls() {
    for (text, request, who) in [
        ("rtsp://h/", "rtsp://h/", None),
        ("RTSP://h:8554", "RTSP://h:8554", None),
        ("rtsp://u@h/x", "rtsp://h/x", Some(("u", ""))),
        ("rtsp://u:p@w:d@h/x@y", "rtsp://h/x@y", Some(("u", "p@w:d"))),
        ("rtsp://u:%2F%3f%23%25@[2001:db8::1]:5/a?b", "rtsp://[2001:db8::1]:5/a?b", Some(("u", "/?#%"))),
        (
            "rtsp://h/user=admin&password=x&channel=1.sdp?a@b",
            "rtsp://h/user=admin&password=x&channel=1.sdp?a@b",
            None,
        ),
    ] {
        let url: RtspUrl = text.parse().unwrap_or_else(|error| panic!("{text}: {error}"));
        let found = url.credentials().map(|who| (who.user.as_str(), who.password.reveal()));
        assert_eq!((url.request_url(), found), (request, who), "{text}");
        assert!(!format!("{url} {url:?}").contains("password=x"));
    }
    let who = Credentials { user: "u".to_owned(), password: Secret::from("p") };
    let url: RtspUrl = "rtsp://h/".parse().unwrap();
    assert_eq!(url.with_credentials(Some(who.clone())).credentials(), Some(&who));
    assert_eq!(format!("{who:?}"), "Credentials(***)");
    for (text, error) in [
        ("http://h/", "scheme at byte 0: not rtsp://"),
        ("rtsp://u:p@/x", "host at byte 7: not a host name, an IPv4 address or an IPv6 address in brackets"),
        ("rtsp://u:p%@h/", "a % in the user name or password that begins no escape; write %25"),
        ("rtsp://:p@h/", "a user name or password that is empty, too long or holds a control character"),
        ("rtsp://u:p%0A@h/", "a user name or password that is empty, too long or holds a control character"),
        ("rtsp://h/a b", "URL at byte 10: white space or a control character"),
    ] {
        assert_eq!(RtspUrl::parse(text).unwrap_err().to_string(), error, "{text}");
    }
    let long = format!("rtsp://u:{}@h/", "p".repeat(129));
    assert_eq!(RtspUrl::parse(&long), Err(RtspUrlError::Credentials));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    /// Whatever a camera demands, the client asks a bounded number of times, in short requests without line breaks.
    #[test]
    fn challenges_of_all_kinds(
        challenges in prop::collection::vec("(Digest|Basic|digest|X)? ?(realm|nonce|qop|stale|algorithm|,|=|\"|\\\\| |auth|MD5|[ -~é]){0,20}", 1..8)
    ) {
        let mut view = Dialogue::new("rtsp://admin:SEKRET@192.0.2.64/x");
        for challenge in &challenges {
            if view.ended.is_some() { break }
            view.answer("401 Unauthorized", &format!("WWW-Authenticate: {challenge}\r\n"), "");
        }
        prop_assert!(view.methods().len() <= 3);
        for request in &view.sent {
            prop_assert!(request.len() < 2_048 && !request.contains("SEKRET"));
            prop_assert_eq!(request.matches("\r\n\r\n").count(), 1);
        }
    }
}
