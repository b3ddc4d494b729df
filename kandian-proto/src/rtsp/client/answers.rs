//! What a device answers.; E-172, E-173, E-175.

use core::net::SocketAddr;

use super::auth::Challenge;
use super::io::{BadAnswer, EndReason, Event};
use super::machine::{Client, Pending, Step};
use super::receive::{Receiving, Way};
use super::requests::{is_rtsp, resolve, track_of};
use crate::rtsp::message::{Method, Request, Response, Status, parse_rtp_info};
use crate::rtsp::sdp::{Codec, Remote, RemoteTrack};
use crate::rtsp::transport::{Protocol, Transport};
use crate::time::Millis;

/// Most times one request is asked: plainly, with a proof, and with a proof for a newer number.
const MOST_TRIES: u32 = 3;

impl Client {
    pub(super) fn response(&mut self, response: &Response) {
        // Old devices leave the number out (E-172); one request is open at a time.
        let is_answer = |pending: &mut Pending| response.cseq().is_none_or(|cseq| cseq == pending.cseq);
        let Some(pending) = self.pending.take_if(is_answer) else { return };
        if let Status(300..=399) = response.status {
            return self.end(EndReason::Redirected);
        }
        if response.status == Status::UNAUTHORIZED && self.is_told_who(&pending, response) {
            return;
        }
        if self.step == Step::TearingDown {
            return self.torn_down(pending);
        }
        if pending.is_keep_alive {
            return self.alive(response.status);
        }
        if !response.status.is_success() {
            return self.refused(pending.method, response.status);
        }
        match pending.method {
            Method::Options => self.ask_describe(),
            Method::Describe => self.described(response),
            Method::Setup => self.set_up(response),
            Method::Play => self.playing(response),
            Method::Pause => {
                self.step = Step::Paused;
                (self.timers.silence, self.timers.first_media, self.timers.punch) = (None, None, None);
                self.event(Event::Paused);
                self.next_wish();
            }
            _ => {}
        }
    }

    /// Asks again with a proof, when the server wants to know who asks and that can be said. A password that was refused
    /// is not tried again.
    fn is_told_who(&mut self, pending: &Pending, response: &Response) -> bool {
        let Some(challenge) = self.access.url.credentials().and(Challenge::of(&response.headers)) else {
            return false;
        };
        if pending.tries > 1 && !challenge.is_stale() || pending.tries >= MOST_TRIES {
            return false;
        }
        (self.access.challenge, self.access.count) = (Some(challenge), 0);
        self.send_again(pending.request.clone(), pending.is_keep_alive, pending.tries + 1);
        true
    }

    /// The proof for a request, once the server has said that it wants one.
    pub(super) fn proof(&mut self, request: &Request) -> Option<String> {
        let who = self.access.url.credentials()?;
        let challenge = self.access.challenge.as_ref()?;
        self.access.count = self.access.count.saturating_add(1);
        Some(challenge.answer(who, request.method, &request.url, self.access.count, self.options.seed))
    }

    /// What was asked before the end is of no interest any more.
    fn torn_down(&mut self, pending: Pending) {
        if pending.method == Method::Teardown {
            self.end(EndReason::Teardown);
        } else {
            self.next_wish();
        }
    }

    fn alive(&mut self, status: Status) {
        if status == Status::SESSION_NOT_FOUND {
            return self.end(EndReason::Refused { method: Method::Options, status });
        }
        self.next_wish();
    }

    fn refused(&mut self, method: Method, status: Status) {
        match method {
            // Not every device knows it, and nothing depends on it.
            Method::Options if status == Status::NOT_IMPLEMENTED || status == Status::METHOD_NOT_ALLOWED => {
                self.ask_describe();
            }
            Method::Play | Method::Pause if self.step != Step::SettingUp => {
                self.event(Event::Refused { method, status });
                self.next_wish();
            }
            _ => self.end(EndReason::Refused { method, status }),
        }
    }

    fn described(&mut self, response: &Response) {
        let remote = match Remote::parse(&response.body) {
            Ok(remote) => remote,
            Err(error) => return self.end(EndReason::BadAnswer(error.into())),
        };
        let base = response.headers.first("Content-Base").or(response.headers.first("Content-Location"));
        if let Some(base) = base.filter(|base| is_rtsp(base)) {
            base.clone_into(&mut self.base);
        }
        if let Some(control) = remote.control.as_deref().filter(|control| is_rtsp(control)) {
            self.aggregate = resolve(&self.base, Some(control));
        }
        let Some(video) = remote.tracks.iter().find(|track| track.codec == Codec::H264) else {
            return self.end(EndReason::BadAnswer(BadAnswer::NoVideo));
        };
        self.offered.push_back(video.clone());
        let sound = remote.tracks.iter().find(|track| !track.is_video && track.codec != Codec::Other);
        self.offered.extend(sound.filter(|_| self.options.sound).cloned());
        self.event(Event::Described(remote));
        self.ask_set_up();
    }

    fn set_up(&mut self, response: &Response) {
        let Some(offered) = self.offered.pop_front() else { return };
        let Some(way) = self.way(response, &offered) else {
            return self.end(EndReason::BadAnswer(BadAnswer::Transport));
        };
        if let Some(session) = response.headers.session() {
            self.session = Some(session.id.to_owned());
            let seconds = session.timeout_seconds.map(u64::from);
            self.announced_timeout = seconds.map(Millis::from_secs).or(self.announced_timeout);
        }
        self.tracks.push(Receiving::new(track_of(&offered), &offered, way));
        self.ask_set_up();
    }

    /// How the packets of a track come; none when the device does not say, or not what was asked.
    fn way(&self, response: &Response, offered: &RemoteTrack) -> Option<Way> {
        let asked = self.asked_transport(track_of(offered));
        let answered = match response.headers.first("Transport") {
            // The answer may name the server's ports only.
            Some(text) => text.split(',').find_map(Transport::parse_answer)?,
            None => asked.clone(),
        };
        if answered.protocol != asked.protocol {
            return None;
        }
        match answered.protocol {
            Protocol::Tcp => {
                let (rtp, rtcp) = answered.interleaved.or(asked.interleaved)?;
                let is_taken = |track: &Receiving| track.uses(rtp) || track.uses(rtcp);
                (rtp != rtcp && !self.tracks.iter().any(is_taken)).then_some(Way::Channels { rtp, rtcp })
            }
            Protocol::Udp => {
                // E-173: the description may say what the answer does not.
                let (address, described) =
                    offered.address.map_or((None, None), |(a, port)| (Some(a), Some(port)));
                let address = answered.source.or(address).or(self.peer)?;
                let described = described.and_then(|port| Some((port, port.checked_add(1)?)));
                let (rtp, rtcp) = answered.server_port.or(described)?;
                Some(Way::Datagrams {
                    rtp: SocketAddr::new(address, rtp),
                    rtcp: SocketAddr::new(address, rtcp),
                })
            }
        }
    }

    fn playing(&mut self, response: &Response) {
        let is_first = self.step == Step::SettingUp;
        self.step = Step::Playing;
        let headers = &response.headers;
        let range = headers.first("Range").and_then(|text| text.parse().ok());
        let scale = headers.first("Scale").and_then(|text| text.parse().ok());
        let info = headers.first("RTP-Info").map(|text| parse_rtp_info(text).collect()).unwrap_or_default();
        self.event(Event::Playing { range, scale, info });
        self.timers.silence = Some(self.latest + self.options.timing.silence);
        if is_first {
            self.plan_keep_alive();
        }
        if self.is_udp() && is_first {
            // E-175: from the answer to PLAY.
            if !self.tracks.iter().any(|track| track.is_video() && track.has_media()) {
                self.timers.first_media = Some(self.latest + self.options.timing.first_media);
            }
            self.punch();
            self.report();
        }
        self.next_wish();
    }
}
