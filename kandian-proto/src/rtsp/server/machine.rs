//! The machine: what comes in, what goes out, and which request is being served.

use core::net::SocketAddr;
use std::collections::VecDeque;

use bytes::Bytes;

use super::config::Config;
use super::describe::LIVE;
use super::io::{CloseReason, EndReason, Event, Input, Output, SessionKey, Ticket};
use super::path::Heard;
use super::session::{Session, State};
use crate::play::{MAX_TARGETS, PlayGate, PlayRefusal, Target};
use crate::rtsp::message::{Item, MessageErrorKind, Method, Reader, Request, Response, Status};
use crate::rtsp::rtp::Track;
use crate::rtsp::sdp::Description;
use crate::time::{Millis, Now};

/// Most sessions of one connection: as many as it may see streams and recordings.
pub const MAX_SESSIONS: usize = MAX_TARGETS;

/// Most bytes of answers that are made while the client does not read. What it asks then waits.
const MOST_UNREAD_BYTES: usize = 16 << 10;

/// One RTSP connection of a device or a gateway.
///
/// The contract is that of [`session`](crate::session): feed one [`Input`], or answer one [`Event`], then call
/// [`Server::poll_output`] until it gives [`Output::Timeout`]; time never runs backwards; what comes in is taken before
/// what is over; a fault of the peer is an event and never an `Err`. After [`Output::Close`] the machine is finished.
///
/// Requests are served one after another, in the order they came; what follows one that waits for the application or the
/// platform waits too, up to [`MAX_HELD_BYTES`](super::super::message::MAX_HELD_BYTES).
#[derive(Debug)]
pub struct Server {
    pub(super) config: Config,
    pub(super) latest: Millis,
    pub(super) reader: Reader,
    /// Since when a message is not whole.
    pub(super) within: Option<Millis>,
    /// Since when the socket takes nothing.
    pub(super) blocked: Option<Millis>,
    /// Answers made since then, in bytes.
    unread: usize,
    /// The last request.
    pub(super) asked: Millis,
    pub(super) gate: PlayGate,
    pub(super) known: Vec<Known>,
    pub(super) sessions: Vec<Session>,
    /// When the first session began to play: all of them share the time in which nothing is proven.
    pub(super) first_play: Option<Millis>,
    pub(super) serving: Option<Serving>,
    next_ticket: u32,
    next_session: u32,
    outputs: VecDeque<Output>,
    pub(super) is_closed: bool,
}

/// What a client asked for on this connection.
#[derive(Debug)]
pub(super) struct Known {
    pub(super) target: Target,
    pub(super) description: Description,
    /// Whether a token for it was good. Nothing of it is shown before.
    pub(super) is_verified: bool,
}

/// A request that waits for somebody.
#[derive(Debug)]
pub(super) struct Serving {
    pub(super) request: Request,
    pub(super) ticket: Ticket,
    pub(super) deadline: Millis,
    pub(super) step: Step,
}

/// What it waits for.
#[derive(Debug)]
pub(super) enum Step {
    /// The application, to say what the target is.
    Wanted(Box<crate::play::ReadUrl>),
    /// The platform, to verify the token.
    Verdict(Target),
    /// The application, to take a viewer.
    SetUp { session: SessionKey, track: Track, is_new: bool },
    /// The application, to begin.
    Play { session: SessionKey },
}

impl Server {
    /// A new connection.
    #[must_use]
    pub fn new(config: Config, now: Now) -> Self {
        Self {
            config,
            latest: now.mono,
            reader: Reader::for_server(),
            within: None,
            blocked: None,
            unread: 0,
            asked: now.mono,
            gate: PlayGate::new(),
            known: Vec::new(),
            sessions: Vec::new(),
            first_play: None,
            serving: None,
            next_ticket: 0,
            next_session: 0,
            outputs: VecDeque::new(),
            is_closed: false,
        }
    }

    /// Something happened.
    pub fn handle_input(&mut self, now: Now, input: Input<'_>) {
        self.advance(now);
        if self.is_closed {
            return;
        }
        match input {
            Input::Bytes(bytes) => self.bytes(bytes),
            Input::Closed => self.close(CloseReason::Peer),
            Input::WriteBlocked => {
                self.blocked.get_or_insert(self.latest);
            }
            Input::Writable => {
                (self.blocked, self.unread) = (None, 0);
                self.go_on();
            }
            Input::Datagram { session, track, is_rtcp, from, data } => {
                self.datagram((session, track), is_rtcp, from, data);
            }
            Input::Timeout => self.timeout(),
        }
    }

    /// The next thing to do; [`Output::Timeout`] when there is nothing before the next input.
    pub fn poll_output(&mut self) -> Output {
        self.outputs.pop_front().unwrap_or_else(|| Output::Timeout(self.deadline()))
    }

    /// Ends the connection, for example because the program stops.
    pub fn shut_down(&mut self, now: Now) {
        self.advance(now);
        self.close(CloseReason::Application);
    }

    /// Where the media of a track over UDP goes at this moment; `None` when nothing may be sent, or not over UDP.
    #[must_use]
    pub fn media_to(&self, now: Now, session: SessionKey, track: Track) -> Option<SocketAddr> {
        self.session(session)?.media_to(now.mono.max(self.latest), track)
    }

    /// Whether [`Server::media_to`] stays what it is until this machine is told something: what sends need not ask each time.
    #[must_use]
    pub fn is_settled(&self, session: SessionKey, track: Track) -> bool {
        self.session(session).is_none_or(|session| session.is_settled(track))
    }

    /// Where the reports of a track over UDP go at this moment; `None` as with [`Server::media_to`].
    #[must_use]
    pub fn reports_to(&self, now: Now, session: SessionKey, track: Track) -> Option<SocketAddr> {
        self.session(session)?.reports_to(now.mono.max(self.latest), track)
    }

    /// Whether media of this session may be sent: it plays.
    #[must_use]
    pub fn is_playing(&self, session: SessionKey) -> bool {
        self.session(session).is_some_and(|session| session.state == State::Playing)
    }

    /// Bytes held.
    #[must_use]
    pub fn held(&self) -> usize {
        self.reader.held()
    }

    pub(super) fn advance(&mut self, now: Now) -> Now {
        self.latest = self.latest.max(now.mono);
        Now { mono: self.latest, wall: now.wall }
    }

    fn bytes(&mut self, bytes: &[u8]) {
        if let Err(error) = self.reader.push(bytes) {
            return self.malformed(error);
        }
        self.go_on();
    }

    /// Serves what has come, until something has to be waited for.
    pub(super) fn go_on(&mut self) {
        while self.serving.is_none() && !self.is_closed && self.unread < MOST_UNREAD_BYTES {
            match self.reader.next_item() {
                Ok(Some(Item::Request(request))) => self.request(request),
                Ok(Some(Item::Frame { channel, .. })) => self.frame(channel),
                // An answer to a question that was never asked.
                Ok(Some(Item::Response(_))) => {}
                Ok(None) => break,
                Err(error) => return self.malformed(error),
            }
            self.within = None;
        }
        if !self.reader.is_within() {
            self.within = None;
        } else if self.serving.is_none() {
            self.within.get_or_insert(self.latest);
        }
    }

    /// A report inside the connection is a sign of life.
    fn frame(&mut self, channel: u8) {
        let latest = self.latest;
        self.sessions
            .iter_mut()
            .filter(|session| session.uses(channel))
            .for_each(|session| session.fed = latest);
    }

    fn datagram(&mut self, of: (SessionKey, Track), is_rtcp: bool, from: SocketAddr, data: &[u8]) {
        let (key, track) = of;
        let latest = self.latest;
        let Some(session) = self.sessions.iter_mut().find(|session| session.key == key) else { return };
        let Some(path) = session.track_mut(track).and_then(|sending| sending.path.as_mut()) else { return };
        let heard = path.handle_datagram(from, is_rtcp, data);
        if heard != Heard::Nothing {
            session.fed = latest;
        }
        if let Heard::Moved(to) = heard {
            self.event(Event::Moved { session: key, track, to });
        }
    }

    fn request(&mut self, request: Request) {
        self.asked = self.latest;
        self.feed(&request);
        if let Err(status) = self.dispatch(&request) {
            self.refuse(&request, status, None);
        }
    }

    /// Any request of a session is a sign of life (E-176); one that names none is about all of the connection.
    fn feed(&mut self, request: &Request) {
        let named = request.headers.session().map(|session| session.id);
        let latest = self.latest;
        let fed = self.sessions.iter_mut().filter(|session| named.is_none_or(|id| id == session.id));
        fed.for_each(|session| session.fed = latest);
    }

    fn dispatch(&mut self, request: &Request) -> Result<(), Status> {
        if request.cseq().is_none() {
            return Err(Status::BAD_REQUEST);
        }
        if !request.is_version_1 {
            return Err(Status::VERSION);
        }
        if let Some(required) = request.headers.first("Require").or(request.headers.first("Proxy-Require")) {
            let answer = self.answer(request, Status::OPTION_NOT_SUPPORTED).header("Unsupported", required);
            self.refused(request.method, Status::OPTION_NOT_SUPPORTED, None);
            self.send(&answer);
            return Ok(());
        }
        match request.method {
            Method::Options => self.options(request),
            Method::Describe => self.describe(request),
            Method::Setup => self.set_up_asked(request),
            Method::Play => self.play(request),
            Method::Pause => self.pause(request),
            Method::Teardown => self.teardown(request),
            Method::GetParameter | Method::SetParameter => self.parameter(request),
            _ => Err(Status::NOT_IMPLEMENTED),
        }
    }

    /// Has a request wait.
    pub(super) fn wait(&mut self, request: Request, deadline: Millis, step: Step) -> Ticket {
        let ticket = Ticket(self.next_ticket);
        self.next_ticket = self.next_ticket.wrapping_add(1);
        self.serving = Some(Serving { request, ticket, deadline, step });
        ticket
    }

    pub(super) fn application_deadline(&self) -> Millis {
        self.latest + self.config.timing.application
    }

    pub(super) fn new_session(&mut self) -> (SessionKey, String) {
        let number = self.next_session;
        self.next_session = number.wrapping_add(1);
        // Good on this connection only, so that its neighbours may be guessed.
        let id = self.config.seed.wrapping_add(u64::from(number).wrapping_mul(0x9E37_79B9_7F4A_7C15));
        (SessionKey(number), format!("{id:016x}"))
    }

    pub(super) fn session(&self, key: SessionKey) -> Option<&Session> {
        self.sessions.iter().find(|session| session.key == key)
    }

    pub(super) fn session_mut(&mut self, key: SessionKey) -> Option<&mut Session> {
        self.sessions.iter_mut().find(|session| session.key == key)
    }

    pub(super) fn end_session(&mut self, key: SessionKey, reason: EndReason) {
        let Some(at) = self.sessions.iter().position(|session| session.key == key) else { return };
        self.sessions.remove(at);
        self.event(Event::Ended { session: key, reason });
    }

    pub(super) fn close(&mut self, reason: CloseReason) {
        if core::mem::replace(&mut self.is_closed, true) {
            return;
        }
        while let Some(key) = self.sessions.first().map(|session| session.key) {
            self.end_session(key, EndReason::Closed(reason));
        }
        (self.serving, self.within, self.blocked) = (None, None, None);
        self.reader = Reader::for_server();
        self.outputs.push_back(Output::Close(reason));
    }

    /// What follows cannot be found any more.
    fn malformed(&mut self, error: crate::rtsp::message::MessageError) {
        if error.kind != MessageErrorKind::TooMuch {
            self.transmit(Response::new(Status::BAD_REQUEST).to_bytes());
        }
        self.close(CloseReason::Malformed(error));
    }

    pub(super) fn answer(&self, request: &Request, status: Status) -> Response {
        let answer = Response::new(status);
        match request.headers.first("CSeq") {
            Some(cseq) if request.cseq().is_some() => answer.header("CSeq", cseq),
            _ => answer,
        }
    }

    pub(super) fn refuse(&mut self, request: &Request, status: Status, why: Option<PlayRefusal>) {
        let mut answer = self.answer(request, status);
        if matches!(status, Status::METHOD_NOT_VALID | Status::METHOD_NOT_ALLOWED) {
            answer = answer.header("Allow", LIVE);
        }
        self.refused(request.method, status, why);
        self.send(&answer);
    }

    fn refused(&mut self, method: Method, status: Status, why: Option<PlayRefusal>) {
        self.event(Event::Refused { method, status, why });
    }

    pub(super) fn send(&mut self, answer: &Response) {
        self.transmit(answer.to_bytes());
    }

    fn transmit(&mut self, bytes: Bytes) {
        if self.blocked.is_some() {
            self.unread += bytes.len();
        }
        self.outputs.push_back(Output::Transmit(bytes));
    }

    pub(super) fn event(&mut self, event: Event) {
        self.outputs.push_back(Output::Event(event));
    }
}
