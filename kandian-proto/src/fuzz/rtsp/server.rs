//! A connection of a device.

use core::net::{IpAddr, Ipv4Addr};
use std::collections::BTreeMap;

use super::{assert_held, parts};
use crate::play::{Media, StreamState};
use crate::rtsp::h264::ParameterSets;
use crate::rtsp::message::Status;
use crate::rtsp::rtp::{Track, punch};
use crate::rtsp::sdp::{Description, Sound};
use crate::rtsp::server::{
    CloseReason, Config, Destination, Event, FirstPacket, Input, Output, Server, ServerPorts, SessionKey,
};
use crate::time::{Millis, Now};
use crate::value::GenericResult;

/// Longest answer: a description, and the URL of a request repeated in it.
const ANSWER_BYTES: usize = 16 << 10;

/// However a stream is cut, the same is answered; every session ends once; answers and memory are bounded; no deadline
/// lies behind a moment that was told.
pub fn rtsp_server(data: &[u8]) {
    let Some((policy, piece, stream)) = parts(data) else { return };
    let whole = run(policy, stream.len().max(1), stream);
    let cut = run(policy, piece, stream);
    // A connection that was closed for what came too fast is another matter.
    if stream.len() < 60_000 {
        assert_eq!(whole, cut);
    }
}

fn run(policy: u8, piece: usize, stream: &[u8]) -> (Vec<u8>, Option<CloseReason>) {
    let peer = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 9));
    let rule = [Destination::Peer, Destination::Proven, Destination::AsAsked][usize::from(policy % 3)];
    let config = Config::new(peer, peer, 7).destination(rule);
    let now = Now::mono(Millis(5));
    let mut device = Device {
        server: Server::new(config, now),
        now,
        policy,
        sessions: BTreeMap::new(),
        sent: Vec::new(),
        answers: 0,
        closed: None,
    };
    for piece in stream.chunks(piece) {
        device.server.handle_input(now, Input::Bytes(piece));
        device.drain();
        if device.closed.is_some() {
            break;
        }
        assert_held(device.server.held());
    }
    let lines = stream.iter().filter(|byte| **byte == b'\n').count();
    assert!(device.answers <= lines + 1 && device.sent.len() <= ANSWER_BYTES * (lines + 1));
    let result = (core::mem::take(&mut device.sent), device.closed);
    device.end();
    result
}

struct Device {
    server: Server,
    now: Now,
    policy: u8,
    /// Whether each session has ended.
    sessions: BTreeMap<SessionKey, bool>,
    sent: Vec<u8>,
    answers: usize,
    closed: Option<CloseReason>,
}

impl Device {
    fn drain(&mut self) -> Option<Millis> {
        loop {
            match self.server.poll_output() {
                Output::Transmit(bytes) => {
                    assert_eq!(self.closed, None);
                    self.answers += 1;
                    self.sent.extend_from_slice(&bytes);
                }
                Output::Event(event) => self.act(event),
                Output::Close(reason) => assert_eq!(self.closed.replace(reason), None),
                Output::Timeout(deadline) => return deadline.map(|(at, _)| at),
            }
        }
    }

    fn act(&mut self, event: Event) {
        let now = self.now;
        match event {
            Event::Wanted { ticket, target } => {
                let found = match (target.channel_no, &target.media) {
                    (0, Media::Live(_)) => Ok(Description::live(ParameterSets::default()).sound(Sound::Pcma)),
                    (_, Media::Recording(_)) => {
                        Ok(Description::recording(ParameterSets::default(), Millis(60_000)))
                    }
                    (1, _) => Ok(Description::live(ParameterSets::default())),
                    (2, _) => Err(StreamState::Full),
                    _ => Err(StreamState::Unknown),
                };
                self.server.wanted(now, ticket, found);
            }
            Event::Verify(check) => match self.policy {
                6 => self.server.link_down(now),
                7 => self.server.verdict(now, check.id, GenericResult::OTHER),
                _ => self.server.verdict(now, check.id, GenericResult::OK),
            },
            Event::SetUp { ticket, session, .. } => {
                assert_ne!(self.sessions.insert(session, false), Some(true), "set up after its end");
                let ports = ServerPorts { source: None, rtp: 4_000, rtcp: 4_001 };
                let answer =
                    if self.policy == 5 { Err(Status::NOT_ENOUGH_BANDWIDTH) } else { Ok(Some(ports)) };
                self.server.set_up(now, ticket, answer);
            }
            Event::Play { ticket, session, .. } => {
                assert_eq!(self.sessions.get(&session), Some(&false));
                let first = [FirstPacket { track: Track::VIDEO, sequence: 1, timestamp: 2 }];
                self.server.playing(now, ticket, Ok(&first));
            }
            Event::Ended { session, .. } => {
                assert_eq!(self.sessions.insert(session, true), Some(false), "ended twice, or never begun");
            }
            Event::Pause { session } => assert_eq!(self.sessions.get(&session), Some(&false)),
            Event::Moved { .. } | Event::Refused { .. } => {}
        }
    }

    /// A stranger's packet, a stall, time, and the end.
    fn end(mut self) {
        for session in self.sessions.keys().copied().collect::<Vec<_>>() {
            let (track, from) = (Track::VIDEO, (Ipv4Addr::new(203, 0, 113, 66), 9).into());
            for is_rtcp in [true, false] {
                let data = &punch(96, 1, 1);
                self.server.handle_input(self.now, Input::Datagram { session, track, is_rtcp, from, data });
            }
            let media = self.server.media_to(self.now, session, track);
            let reports = self.server.reports_to(self.now, session, track);
            for to in [media, reports].into_iter().flatten() {
                assert!(to.ip() == from.ip() || self.policy % 3 != 1, "not proven: {to:?}");
            }
        }
        self.server.handle_input(self.now, Input::WriteBlocked);
        let mut rounds = 0;
        while let Some(at) = self.drain() {
            assert!(at >= self.now.mono, "a deadline in the past");
            self.now.mono = at;
            self.server.handle_input(self.now, Input::Timeout);
            rounds += 1;
            assert!(rounds < 200, "time alone does not end this connection");
        }
        assert!(self.closed.is_some());
        assert!(self.sessions.values().all(|has_ended| *has_ended), "a session was forgotten");
    }
}
