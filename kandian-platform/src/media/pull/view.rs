//! One view: the choice of a way, the RTSP client, and the connection, in one loop. Spec §10, §15.
//!
//! Media comes inside the RTSP connection. Datagrams are for the relay, which is not part of this version.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use kandian_proto::play::PlayUrl;
use kandian_proto::play::path::{
    Attempt, AttemptId, Failure, Input as Choice, Output as Chosen, Path, PathChooser, Preference,
    StepOutcome, Urls,
};
use kandian_proto::rtsp::client::{Client, EndReason, Event, Input, Options, Output};
use kandian_proto::rtsp::message::{Method, Status as RtspStatus};
use kandian_proto::rtsp::rtp::{Media, Track};
use kandian_proto::rtsp::sdp::{Codec, Remote};
use kandian_proto::time::{Millis, Now};
use kandian_proto::value::NatType;
use tokio_util::sync::CancellationToken;

use super::line::{Came, Line};
use crate::access::Presence;
use crate::app::App;
use crate::media::explain::{End, PlayId, Sound, What};
use crate::media::fmp4::Muxer;
use crate::media::hub::{Pull, Stage, Status};
use crate::service::play::{Ways, ways_for_gateway};

/// How long a stream may be silent before it is fetched anew: the client says so after ten seconds, and as much again.
const SILENCE: Millis = Millis::from_secs(10);
/// The most that comes from a camera, in bytes over five seconds: 48 Mbit/s, three times what 8 megapixels take.
const MOST_BYTES: u64 = 30_000_000;
const WINDOW: Millis = Millis::from_secs(5);

pub(super) struct View<'a> {
    app: &'a Arc<App>,
    pull: &'a Pull,
    play: PlayId,
    muxer: &'a mut Muxer,
    chooser: PathChooser,
    current: Option<Current>,
    line: Line,
    /// The payload type of the sound that browsers get.
    sound: Option<u8>,
    has_media: bool,
    has_picture: bool,
    bytes: u64,
    /// When the window began, and what had come by then.
    window: (Millis, u64),
    silent_until: Option<Millis>,
    leaving: bool,
    end: Option<End>,
}

/// The attempt that is under way.
struct Current {
    id: AttemptId,
    path: Path,
    address: SocketAddr,
    client: Client,
}

impl<'a> View<'a> {
    pub(super) fn new(
        app: &'a Arc<App>,
        pull: &'a Pull,
        play: PlayId,
        muxer: &'a mut Muxer,
        ways: Ways,
    ) -> Self {
        let now = app.clock.now();
        Self {
            // The platform has a public address, or one without a NAT to what it connects to.
            chooser: PathChooser::new(now, urls(ways), NatType::default(), Preference::Auto),
            app,
            pull,
            play,
            muxer,
            current: None,
            line: Line::None,
            sound: None,
            has_media: false,
            has_picture: false,
            bytes: 0,
            window: (now.mono, 0),
            silent_until: None,
            leaving: false,
            end: None,
        }
    }

    /// Runs to the end, and says why it ended.
    pub(super) async fn run(mut self, leave: &CancellationToken) -> End {
        loop {
            let deadline = self.drain().await;
            if let Some(end) = self.end.take() {
                self.app.media.plays.bytes(self.play, self.bytes);
                return end;
            }
            let wait = deadline.map(|at| self.app.clock.instant(at).into());
            tokio::select! {
                came = self.line.next() => self.came(came),
                () = sleep_until(wait) => self.timeout(),
                () = leave.cancelled(), if !self.leaving => self.leave(),
            }
        }
    }

    fn now(&self) -> Now {
        self.app.clock.now()
    }

    fn note(&self, what: What) {
        self.app.media.plays.note(self.now(), self.play, what);
    }

    fn came(&mut self, came: Came) {
        let now = self.now();
        let Some(current) = &mut self.current else { return };
        match came {
            Came::Connected => {
                self.chooser.handle_input(now, Choice::Connected(current.id));
                current.client.handle_input(now, Input::Connected(current.address.ip()));
                self.note(What::Connected);
            }
            Came::NotConnected(error) => {
                let refused = error.kind() == std::io::ErrorKind::ConnectionRefused;
                self.chooser.handle_input(now, Choice::Failed(current.id, Failure::Connect));
                self.current = None;
                self.note(What::NotConnected { refused });
            }
            Came::Bytes(count) => {
                self.bytes += count as u64;
                metrics::counter!("kandian_media_received_bytes_total").increment(count as u64);
                current.client.handle_input(now, Input::Bytes(self.line.piece(count)));
                self.measure(now.mono);
            }
            Came::Closed => {
                self.line = Line::None;
                current.client.handle_input(now, Input::Closed);
            }
        }
    }

    /// More than a camera sends is no camera.
    fn measure(&mut self, now: Millis) {
        let (since, before) = self.window;
        if self.bytes - before > MOST_BYTES {
            self.end = Some(End::TooMuch);
        }
        if now.0.saturating_sub(since.0) >= WINDOW.0 {
            self.window = (now, self.bytes);
            self.app.media.plays.bytes(self.play, self.bytes);
        }
    }

    fn timeout(&mut self) {
        let now = self.now();
        self.chooser.handle_input(now, Choice::Timeout);
        if let Some(current) = &mut self.current {
            current.client.handle_input(now, Input::Timeout);
        }
        if self.silent_until.is_some_and(|until| until <= now.mono) {
            self.end = Some(End::Silent);
        }
    }

    /// Nobody watches any more: says so to the device, and goes when it has answered or not answered.
    fn leave(&mut self) {
        self.leaving = true;
        let now = self.now();
        match &mut self.current {
            Some(current) if self.line.is_up() => current.client.tear_down(now),
            _ => self.end = Some(End::Left),
        }
    }

    /// Does what both machines want; returns when they want to be asked again.
    async fn drain(&mut self) -> Option<Millis> {
        loop {
            let chosen = self.choose().await;
            let (asked, again) = self.ask().await;
            // What the client says goes to the chooser, and the other way round.
            if !again {
                return [chosen, asked, self.silent_until].into_iter().flatten().min();
            }
        }
    }

    async fn choose(&mut self) -> Option<Millis> {
        loop {
            match self.chooser.poll_output() {
                Chosen::Attempt(attempt) => self.attempt(attempt),
                Chosen::HangUp(id) => self.hang_up(id).await,
                Chosen::RenewUrls(_) => {
                    let ways = ways_for_gateway(self.app, self.play, self.pull.camera).await;
                    let choice = ways.map_or(Choice::NotRenewed, |ways| Choice::Renewed(urls(ways)));
                    self.chooser.handle_input(self.now(), choice);
                }
                Chosen::Playing(_) => {}
                Chosen::Failed(trace) => {
                    let was_tried = |outcome: &StepOutcome| !matches!(outcome, StepOutcome::Skipped(_));
                    let tried = trace.steps.iter().any(|step| was_tried(&step.outcome));
                    self.end.get_or_insert(if tried { End::Failed } else { End::NoWay });
                }
                Chosen::Timeout(at) => return at.map(|(at, _)| at),
            }
        }
    }

    fn attempt(&mut self, attempt: Attempt) {
        let Attempt { id, path, url, host, port, .. } = attempt;
        // The platform wrote the URL itself, with an address in it.
        let (Ok(ip), Ok(read)) = (host.as_str().parse::<IpAddr>(), PlayUrl::parse(url.as_str())) else {
            return self.chooser.handle_input(self.now(), Choice::Failed(id, Failure::Protocol));
        };
        let address = SocketAddr::new(ip, port.0);
        self.note(What::Connecting { path, address });
        let client = Client::new(read.url, Options::tcp(), self.now());
        self.line = Line::connect(address);
        self.current = Some(Current { id, path, address, client });
    }

    /// The chooser gives an attempt up, and has noted why.
    async fn hang_up(&mut self, id: AttemptId) {
        let Some(mut current) = self.current.take_if(|current| current.id == id) else { return };
        // Ways that are skipped may stand behind it already.
        let failure = self.chooser.trace().steps.iter().rev().find_map(|step| match &step.outcome {
            StepOutcome::Failed(failure) if step.path == current.path => Some(*failure),
            _ => None,
        });
        match failure {
            Some(Failure::ConnectTimeout { .. }) => self.note(What::NotConnected { refused: false }),
            Some(Failure::SignalTimeout { .. }) => self.note(What::HungUp(End::NoAnswer)),
            Some(Failure::NoMedia { .. }) => self.note(What::HungUp(End::NoMedia)),
            _ => {}
        }
        current.client.tear_down(self.now());
        while let Output::Transmit(bytes) = current.client.poll_output() {
            if !self.line.send(&bytes).await {
                break;
            }
        }
        self.line = Line::None;
    }

    /// Does what the client wants; returns when it wants to be asked again, and whether it had anything to say.
    async fn ask(&mut self) -> (Option<Millis>, bool) {
        let mut again = false;
        loop {
            let Some(current) = &mut self.current else { return (None, again) };
            match current.client.poll_output() {
                Output::Transmit(bytes) => {
                    let is_sent = self.line.send(&bytes).await;
                    if !is_sent {
                        current.client.handle_input(self.app.clock.now(), Input::Closed);
                    }
                }
                Output::Event(event) => self.event(event),
                Output::Close(reason) => self.closed(reason),
                Output::Timeout(at) => return (at.map(|(at, _)| at), again),
                // Datagrams were not asked for.
                _ => {}
            }
            again = true;
        }
    }

    fn event(&mut self, event: Event) {
        match event {
            Event::Described(remote) => self.described(&remote),
            Event::Playing { .. } => {
                self.note(What::Playing);
                let now = self.now();
                if let Some(current) = &self.current {
                    self.chooser.handle_input(now, Choice::PlayAnswered(current.id));
                }
            }
            Event::Media { track: Track::VIDEO, media } => self.picture(&media),
            Event::Media { media, .. } => {
                if let Some(payload_type) = self.sound {
                    self.pull.sound(payload_type, &media.data);
                }
            }
            Event::Silent => {
                self.note(What::Silent);
                self.silent_until = Some(self.now().mono + SILENCE);
                self.set(Stage::Silent);
            }
            Event::SourceEnded { .. } => self.end = Some(End::Closed),
            _ => {}
        }
    }

    fn described(&mut self, remote: &Remote) {
        if let Some(video) = remote.tracks.iter().find(|track| track.codec == Codec::H264) {
            self.muxer.begin(&video.parameter_sets);
        }
        let sound = remote.tracks.iter().find(|track| !track.is_video && track.codec != Codec::Other);
        self.sound = match sound.map(|track| track.codec) {
            Some(Codec::Pcma) => Some(kandian_proto::rtsp::rtp::PCMA),
            Some(Codec::Pcmu) => Some(kandian_proto::rtsp::rtp::PCMU),
            _ => None,
        };
        let sound = match (sound, self.sound) {
            (None, _) => Sound::None,
            (Some(_), Some(_)) => Sound::Passed,
            (Some(_), None) => Sound::NotPassed,
        };
        self.note(What::Described { sound });
    }

    fn picture(&mut self, media: &Media) {
        if !std::mem::replace(&mut self.has_media, true) {
            self.note(What::FirstMedia);
            let now = self.now();
            if let Some(current) = &self.current {
                self.chooser.handle_input(now, Choice::Media(current.id));
            }
        }
        let was_silent = self.silent_until.take().is_some();
        let made = self.muxer.push(media);
        let is_first = made.fragment.is_some() && !std::mem::replace(&mut self.has_picture, true);
        let (width, height) = self.muxer.size();
        if is_first {
            self.note(What::FirstPicture { width, height });
        } else if made.init.is_some() {
            self.note(What::Changed { width, height });
        }
        if is_first || was_silent && self.has_picture {
            self.set(Stage::Playing);
        }
        self.pull.picture(&made);
    }

    fn set(&self, stage: Stage) {
        let way = self.current.as_ref().map(|current| (current.path, current.address));
        self.pull.set(Status { stage, play: Some(self.play), way });
    }

    /// The client is finished.
    fn closed(&mut self, reason: EndReason) {
        let Some(current) = self.current.take() else { return };
        self.line = Line::None;
        if self.leaving {
            self.end = Some(End::Left);
            return;
        }
        let (end, failure) = self.why(reason);
        if self.has_media {
            // The chooser is done.
            self.end = end.or(Some(End::Failed));
            return;
        }
        if let Some(end) = end {
            self.note(What::HungUp(end));
        }
        self.chooser.handle_input(self.now(), Choice::Failed(current.id, failure));
    }

    /// Why the client is finished; none where a note says it.
    fn why(&self, reason: EndReason) -> (Option<End>, Failure) {
        match reason {
            EndReason::Refused { method, status } => {
                self.refused(method, status);
                (None, Failure::Rtsp { status: status.0 })
            }
            EndReason::Closed | EndReason::Teardown => (Some(End::Closed), Failure::Closed),
            EndReason::Timeout(_) => (Some(End::NoAnswer), Failure::Protocol),
            EndReason::Malformed(error) => (Some(End::NotUnderstood(error.to_string())), Failure::Protocol),
            EndReason::BadAnswer(error) => (Some(End::NotUnderstood(error.to_string())), Failure::Protocol),
            // Elsewhere nobody knows what the token is for, and who waits there.
            EndReason::Redirected => {
                (Some(End::NotUnderstood("it sends its viewers elsewhere".to_owned())), Failure::Protocol)
            }
            _ => (Some(End::Failed), Failure::Protocol),
        }
    }

    fn refused(&self, method: Method, status: RtspStatus) {
        let device = self.pull.camera.device;
        let is_online = matches!(self.app.registry.presence(device), Presence::Online(_));
        let cause = self.app.media.plays.cause(self.play, status, is_online);
        tracing::info!(%device, %method, status = status.0, ?cause, "a camera refused the platform a stream");
        self.note(What::Refused { method, status, cause });
    }
}

fn urls(ways: Ways) -> Urls {
    Urls { local: ways.local, upnp: ways.upnp, turn: ways.relay, device_nat: ways.nat_type }
}

async fn sleep_until(at: Option<tokio::time::Instant>) {
    match at {
        Some(at) => tokio::time::sleep_until(at).await,
        None => std::future::pending().await,
    }
}
