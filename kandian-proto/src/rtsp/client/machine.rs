//! The machine: what comes in, what goes out, and what is waited for.

use core::fmt;
use core::net::IpAddr;
use std::collections::VecDeque;

use bytes::Bytes;

use super::address::RtspUrl;
use super::auth::Challenge;
use super::config::{Mode, Options};
use super::io::{EndReason, Event, Input, NotNow, Output, TimerKind};
use super::receive::Receiving;
use crate::play::PlayUrl;
use crate::rtsp::message::{Item, Method, Range, Reader, Request, Response, Scale, Status};
use crate::rtsp::sdp::RemoteTrack;
use crate::time::{Millis, Now};

/// Pieces in which bytes are looked at, so that the reader never holds more than it may.
const PIECE_BYTES: usize = 16 << 10;

/// When a server forgets who is silent, unless it says otherwise (RFC 2326 §12.37).
const FOREIGN_TIMEOUT: Millis = Millis::from_secs(60);

/// Most wishes that wait for an answer to another request.
const MOST_WISHES: usize = 4;

/// One RTSP connection of a client.
///
/// The contract is that of [`session`](crate::session): feed one [`Input`], or call [`Client::play`], [`Client::pause`]
/// or [`Client::tear_down`], then call [`Client::poll_output`] until it gives [`Output::Timeout`]; time never runs
/// backwards; a fault of the device is an event or an [`EndReason`], and never an `Err`. After [`Output::Close`] the
/// machine is finished.
pub struct Client {
    pub(super) options: Options,
    pub(super) latest: Millis,
    pub(super) peer: Option<IpAddr>,
    reader: Reader,
    pub(super) step: Step,
    next_cseq: u32,
    pub(super) pending: Option<Pending>,
    pub(super) wishes: VecDeque<Wish>,
    /// What control URLs are resolved against.
    pub(super) base: String,
    /// What requests about all tracks name.
    pub(super) aggregate: String,
    /// Tracks that are still to be set up.
    pub(super) offered: VecDeque<RemoteTrack>,
    pub(super) tracks: Vec<Receiving>,
    pub(super) session: Option<String>,
    pub(super) announced_timeout: Option<Millis>,
    pub(super) timers: Timers,
    pub(super) access: Access,
    outputs: VecDeque<Output>,
}

/// What a foreign camera wants to know before it answers.
pub(super) struct Access {
    pub(super) url: RtspUrl,
    pub(super) challenge: Option<Challenge>,
    /// Requests under this challenge.
    pub(super) count: u32,
}

/// URLs hold the token; only the state is shown.
impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = f.debug_struct("Client");
        out.field("step", &self.step).field("pending", &self.pending).field("tracks", &self.tracks);
        out.field("timers", &self.timers).finish_non_exhaustive()
    }
}

/// How far the view is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// There is no connection yet.
    Connecting,
    /// It is being set up.
    SettingUp,
    Playing,
    Paused,
    TearingDown,
    Ended,
}

/// The request whose answer is waited for.
#[derive(Clone, Debug)]
pub(super) struct Pending {
    pub(super) cseq: u32,
    pub(super) method: Method,
    /// What was asked, to be asked again with a proof.
    pub(super) request: Request,
    /// How often it was asked.
    pub(super) tries: u32,
    pub(super) deadline: Millis,
    /// Whether it is a sign of life, whose answer says nothing.
    pub(super) is_keep_alive: bool,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Wish {
    Play(Option<Range>, Option<Scale>),
    Pause,
    TearDown,
}

/// What is due while the view plays.
#[derive(Debug, Default)]
pub(super) struct Timers {
    pub(super) first_media: Option<Millis>,
    pub(super) keep_alive: Option<Millis>,
    pub(super) punch: Option<Millis>,
    pub(super) report: Option<Millis>,
    pub(super) silence: Option<Millis>,
}

impl Client {
    /// A view of a device that begins when the connection is up.
    #[must_use]
    pub fn new(url: PlayUrl, options: Options, now: Now) -> Self {
        Self::at(url.into(), options, now)
    }

    /// A view of any camera, with user name and password where it wants them (Digest with MD5, or Basic). Unlike a
    /// device it may forget who is silent for the 60 s of RFC 2326 §12.37, also over TCP.
    #[must_use]
    pub fn foreign(url: RtspUrl, options: Options, now: Now) -> Self {
        Self { announced_timeout: Some(FOREIGN_TIMEOUT), ..Self::at(url, options, now) }
    }

    fn at(url: RtspUrl, options: Options, now: Now) -> Self {
        let text = url.request_url().to_owned();
        Self {
            options,
            latest: now.mono,
            peer: None,
            reader: Reader::for_client(),
            step: Step::Connecting,
            next_cseq: 1,
            pending: None,
            wishes: VecDeque::new(),
            base: text.clone(),
            aggregate: text,
            offered: VecDeque::new(),
            tracks: Vec::new(),
            session: None,
            announced_timeout: None,
            timers: Timers::default(),
            access: Access { url, challenge: None, count: 0 },
            outputs: VecDeque::new(),
        }
    }

    /// Something happened.
    pub fn handle_input(&mut self, now: Now, input: Input<'_>) {
        self.latest = self.latest.max(now.mono);
        if self.step == Step::Ended {
            return;
        }
        match input {
            Input::Connected(peer) if self.step == Step::Connecting => {
                self.peer = Some(peer.to_canonical());
                self.step = Step::SettingUp;
                self.ask_options();
            }
            Input::Connected(_) => {}
            Input::Bytes(bytes) => self.bytes(bytes),
            Input::Closed => self.end(EndReason::Closed),
            Input::Datagram { track, from, data } => self.datagram(track, from, data),
            Input::Timeout => self.timeout(),
        }
    }

    /// The next thing to do; [`Output::Timeout`] when there is nothing before the next input.
    pub fn poll_output(&mut self) -> Output {
        self.outputs.pop_front().unwrap_or_else(|| Output::Timeout(self.deadline()))
    }

    /// Goes on, from another place or at another speed; both are for recordings. The answer is [`Event::Playing`] or
    /// [`Event::Refused`].
    ///
    /// # Errors
    /// When nothing plays or pauses.
    pub fn play(&mut self, now: Now, range: Option<Range>, scale: Option<Scale>) -> Result<(), NotNow> {
        self.wish(now, Wish::Play(range, scale))
    }

    /// Pauses a recording. The answer is [`Event::Paused`] or [`Event::Refused`].
    ///
    /// # Errors
    /// When nothing plays or pauses.
    pub fn pause(&mut self, now: Now) -> Result<(), NotNow> {
        self.wish(now, Wish::Pause)
    }

    /// Ends the view. The connection is closed when the device has answered, or has not answered in time.
    pub fn tear_down(&mut self, now: Now) {
        self.latest = self.latest.max(now.mono);
        match self.step {
            Step::Ended | Step::TearingDown => {}
            // There is no session that could be torn down.
            Step::Connecting | Step::SettingUp if self.tracks.is_empty() => self.end(EndReason::Teardown),
            _ => self.begin_tear_down(),
        }
    }

    /// Whether the device has said that it plays.
    #[must_use]
    pub fn is_playing(&self) -> bool {
        self.step == Step::Playing
    }

    fn wish(&mut self, now: Now, wish: Wish) -> Result<(), NotNow> {
        self.latest = self.latest.max(now.mono);
        if !matches!(self.step, Step::Playing | Step::Paused) || self.wishes.len() >= MOST_WISHES {
            return Err(NotNow);
        }
        self.wishes.push_back(wish);
        self.next_wish();
        Ok(())
    }

    fn bytes(&mut self, bytes: &[u8]) {
        for piece in bytes.chunks(PIECE_BYTES) {
            if let Err(error) = self.reader.push(piece) {
                return self.end(EndReason::Malformed(error));
            }
            loop {
                match self.reader.next_item() {
                    Ok(Some(Item::Frame { channel, data })) => self.frame(channel, &data),
                    Ok(Some(Item::Response(response))) => self.response(&response),
                    Ok(Some(Item::Request(request))) => self.asked(&request),
                    Ok(None) => break,
                    Err(error) => return self.end(EndReason::Malformed(error)),
                }
                if self.step == Step::Ended {
                    return;
                }
            }
        }
    }

    /// A device has nothing to ask. What sends the client elsewhere is not followed.
    fn asked(&mut self, request: &Request) {
        if request.method == Method::Redirect {
            return self.end(EndReason::Redirected);
        }
        if let Some(cseq) = request.cseq() {
            let answer = Response::new(Status::NOT_IMPLEMENTED).header("CSeq", cseq);
            self.transmit(answer.to_bytes());
        }
    }

    /// Sends a request, and waits for its answer.
    pub(super) fn send(&mut self, request: Request, is_keep_alive: bool) {
        self.send_again(request, is_keep_alive, 1);
    }

    pub(super) fn send_again(&mut self, request: Request, is_keep_alive: bool, tries: u32) {
        let cseq = self.next_cseq;
        self.next_cseq = cseq.wrapping_add(1).max(1);
        let deadline = self.latest + self.options.timing.answer;
        let method = request.method;
        self.pending =
            Some(Pending { cseq, method, request: request.clone(), tries, deadline, is_keep_alive });
        let mut request = request.header("CSeq", cseq).header("User-Agent", &self.options.user_agent);
        if let Some(proof) = self.proof(&request) {
            request = request.header("Authorization", proof);
        }
        if let Some(session) = &self.session {
            request = request.header("Session", session);
        }
        self.transmit(request.to_bytes());
    }

    fn deadline(&self) -> Option<(Millis, TimerKind)> {
        if self.step == Step::Ended {
            return None;
        }
        let Timers { first_media, keep_alive, punch, report, silence } = self.timers;
        let answer = self.pending.as_ref().map(|pending| pending.deadline);
        // A sign of life waits for the answer to what was asked before, which is one as well.
        let keep_alive = keep_alive.filter(|_| self.pending.is_none());
        [
            (answer, TimerKind::Answer),
            (first_media, TimerKind::FirstMedia),
            (keep_alive, TimerKind::KeepAlive),
            (punch, TimerKind::Punch),
            (report, TimerKind::Report),
            (silence, TimerKind::Silence),
        ]
        .into_iter()
        .filter_map(|(at, kind)| Some((at?, kind)))
        .min()
    }

    fn timeout(&mut self) {
        let Some((_, kind)) = self.deadline().filter(|(at, _)| *at <= self.latest) else { return };
        match kind {
            TimerKind::Answer if self.step == Step::TearingDown => self.end(EndReason::Teardown),
            TimerKind::Answer => self.end(EndReason::Timeout(kind)),
            TimerKind::FirstMedia => {
                self.event(Event::NoVideo);
                self.begin_tear_down();
            }
            TimerKind::KeepAlive => self.keep_alive(),
            TimerKind::Punch => self.punch(),
            TimerKind::Report => self.report(),
            TimerKind::Silence => {
                self.timers.silence = None;
                self.event(Event::Silent);
            }
        }
    }

    pub(super) const fn is_udp(&self) -> bool {
        matches!(self.options.mode, Mode::Udp { .. })
    }

    pub(super) fn end(&mut self, reason: EndReason) {
        if core::mem::replace(&mut self.step, Step::Ended) == Step::Ended {
            return;
        }
        (self.pending, self.timers) = (None, Timers::default());
        self.wishes.clear();
        self.reader = Reader::for_client();
        self.outputs.push_back(Output::Close(reason));
    }

    fn transmit(&mut self, bytes: Bytes) {
        self.outputs.push_back(Output::Transmit(bytes));
    }

    pub(super) fn event(&mut self, event: Event) {
        self.outputs.push_back(Output::Event(event));
    }

    pub(super) fn output(&mut self, output: Output) {
        self.outputs.push_back(output);
    }
}
