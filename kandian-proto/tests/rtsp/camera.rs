//! A camera without sockets: the server's machine and the answers of an application.

use kandian_proto::play::StreamState;
use kandian_proto::rtsp::h264::ParameterSets;
use kandian_proto::rtsp::message::{Item, Reader, Response, Status};
use kandian_proto::rtsp::rtp::Track;
use kandian_proto::rtsp::sdp::{Description, Sound};
use kandian_proto::rtsp::server::{
    CloseReason, Config, Event, FirstPacket, Input, Output, Server, ServerPorts, SessionKey, Ticket,
    TimerKind,
};
use kandian_proto::time::{Millis, Now};
use kandian_proto::value::GenericResult;

pub(crate) const HOST: &str = "rtsp://192.0.2.7:554";
pub(crate) const TOKEN: &str = "6f1ed002ab5595859014ebf0951522d9";
pub(crate) const DURATION: Millis = Millis(1_854_000);

pub(crate) fn live(channel: u16) -> String {
    format!("{HOST}/realplay?devid=81100000001&channelno={channel}&streamtype=2&hashtoken={TOKEN}")
}

pub(crate) fn recording() -> String {
    format!("{HOST}/realplay?devid=81100000001&channelno=0&filename=ch01_00000000017000000&hashtoken={TOKEN}")
}

pub(crate) fn parameter_sets() -> ParameterSets {
    ParameterSets::of(&[0, 0, 1, 0x67, 0x42, 0xC0, 0x1E, 0xD9, 0, 0, 1, 0x68, 0xCE, 0x3C, 0x80])
}

pub(crate) struct Camera {
    pub(crate) server: Server,
    pub(crate) now: Now,
    pub(crate) events: Vec<Event>,
    pub(crate) closed: Option<CloseReason>,
    /// What was transmitted.
    pub(crate) bytes: Vec<u8>,
    reader: Reader,
    answered: Vec<Response>,
    /// What is known of each channel: 0 and 1 are there, with sound on 1.
    pub(crate) state: [Result<(), StreamState>; 2],
    /// The platform's verdict; none keeps it waiting.
    pub(crate) verdict: Option<GenericResult>,
    /// Whether the application answers at all.
    pub(crate) answers: bool,
    pub(crate) places: usize,
    cseq: u32,
}

impl Camera {
    pub(crate) fn new() -> Self {
        Self::with(Config::new("198.51.100.9".parse().unwrap(), "192.0.2.7".parse().unwrap(), 0x5EED))
    }

    pub(crate) fn with(config: Config) -> Self {
        let now = Now::mono(Millis(1_000));
        Self {
            server: Server::new(config, now),
            now,
            events: Vec::new(),
            closed: None,
            bytes: Vec::new(),
            reader: Reader::for_client(),
            answered: Vec::new(),
            state: [Ok(()), Ok(())],
            verdict: Some(GenericResult::OK),
            answers: true,
            places: 4,
            cseq: 0,
        }
    }

    pub(crate) fn feed(&mut self, input: Input<'_>) -> Option<(Millis, TimerKind)> {
        self.server.handle_input(self.now, input);
        self.drain()
    }

    pub(crate) fn drain(&mut self) -> Option<(Millis, TimerKind)> {
        loop {
            match self.server.poll_output() {
                Output::Transmit(bytes) => {
                    assert_eq!(self.closed, None);
                    self.bytes.extend_from_slice(&bytes);
                    self.reader.push(&bytes).unwrap();
                    while let Some(item) = self.reader.next_item().unwrap() {
                        let Item::Response(answer) = item else { panic!("{item:?}") };
                        self.answered.push(answer);
                    }
                }
                Output::Event(event) => {
                    if self.answers {
                        self.act(&event);
                    }
                    self.events.push(event);
                }
                Output::Close(reason) => assert_eq!(self.closed.replace(reason), None),
                Output::Timeout(deadline) => return deadline,
                _ => unreachable!(),
            }
        }
    }

    fn act(&mut self, event: &Event) {
        let now = self.now;
        match event {
            Event::Wanted { ticket, target } => {
                let state = self
                    .state
                    .get(usize::from(target.channel_no))
                    .copied()
                    .unwrap_or(Err(StreamState::Unknown));
                let found = match &target.media {
                    kandian_proto::play::Media::Live(_) if target.channel_no == 1 => {
                        Description::live(parameter_sets()).sound(Sound::Pcma)
                    }
                    kandian_proto::play::Media::Live(_) => Description::live(parameter_sets()),
                    kandian_proto::play::Media::Recording(_) => {
                        Description::recording(parameter_sets(), DURATION)
                    }
                };
                self.server.wanted(now, *ticket, state.map(|()| found));
            }
            Event::Verify(check) => {
                if let Some(verdict) = self.verdict {
                    self.server.verdict(now, check.id, verdict);
                }
            }
            Event::SetUp { ticket, .. } => self.set_up(*ticket),
            Event::Play { ticket, .. } => {
                let first = [
                    FirstPacket { track: Track::VIDEO, sequence: 7, timestamp: 90_000 },
                    FirstPacket { track: Track::AUDIO, sequence: 8, timestamp: 8_000 },
                ];
                self.server.playing(now, *ticket, Ok(&first));
            }
            Event::Ended { .. } => self.places += 1,
            _ => {}
        }
    }

    fn set_up(&mut self, ticket: Ticket) {
        if self.places == 0 {
            // The session that is refused gives back a place that it never took.
            self.places = 0;
            self.server.set_up(self.now, ticket, Err(Status::NOT_ENOUGH_BANDWIDTH));
            return;
        }
        self.places -= 1;
        let ports =
            ServerPorts { source: Some("129.240.65.208".parse().unwrap()), rtp: 20_026, rtcp: 20_027 };
        self.server.set_up(self.now, ticket, Ok(Some(ports)));
    }

    /// Sends a request, and gives the answers that came.
    pub(crate) fn ask(&mut self, method: &str, url: &str, headers: &str) -> Response {
        self.cseq += 1;
        let request = format!("{method} {url} RTSP/1.0\r\nCSeq: {}\r\n{headers}\r\n", self.cseq);
        self.feed(Input::Bytes(request.as_bytes()));
        let mut answers = self.answers();
        assert_eq!(answers.len(), 1, "{request}");
        let answer = answers.remove(0);
        assert_eq!(answer.cseq(), Some(self.cseq), "{request}");
        answer
    }

    pub(crate) fn status(&mut self, method: &str, url: &str, headers: &str) -> u16 {
        self.ask(method, url, headers).status.0
    }

    pub(crate) fn answers(&mut self) -> Vec<Response> {
        core::mem::take(&mut self.answered)
    }

    /// DESCRIBE and SETUP of one track; the header with the session.
    pub(crate) fn set_up_one(&mut self, url: &str, transport: &str) -> String {
        assert_eq!(self.status("DESCRIBE", url, ""), 200);
        let answer = self.ask("SETUP", &format!("{url}/trackID=0"), &format!("Transport: {transport}\r\n"));
        assert_eq!(answer.status, Status::OK);
        format!("Session: {}\r\n", answer.headers.session().unwrap().id)
    }

    pub(crate) fn play(&mut self, url: &str, transport: &str) -> String {
        let session = self.set_up_one(url, transport);
        assert_eq!(self.status("PLAY", url, &session), 200);
        session
    }

    /// Time passes; deadlines on the way are met.
    pub(crate) fn pass(&mut self, span: Millis) {
        let end = self.now.mono + span;
        while let Some((at, _)) = self.drain().filter(|(at, _)| *at <= end) {
            self.now.mono = self.now.mono.max(at);
            self.feed(Input::Timeout);
        }
        self.now.mono = end;
    }

    pub(crate) fn session(&self) -> SessionKey {
        let found = self.events.iter().rev().find_map(|event| match event {
            Event::SetUp { session, .. } => Some(*session),
            _ => None,
        });
        found.unwrap()
    }

    pub(crate) fn count(&self, is: impl Fn(&Event) -> bool) -> usize {
        self.events.iter().filter(|event| is(event)).count()
    }
}

pub(crate) const TCP: &str = "RTP/AVP/TCP;unicast;interleaved=0-1";
pub(crate) const UDP: &str = "RTP/AVP;unicast;client_port=16264-16265";
