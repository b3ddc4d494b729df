//! What the machine of a connection wants to know, and to have done.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use kandian_proto::play::{Check, CheckId, Media, PlayRefusal, StreamState, Target};
use kandian_proto::rtsp::h264::ParameterSets;
use kandian_proto::rtsp::message::{Method, Status};
use kandian_proto::rtsp::rtp::Track;
use kandian_proto::rtsp::sdp::Description;
use kandian_proto::rtsp::server::{
    CloseReason, Delivery, EndReason, Event, FirstPacket, ServerPorts, SessionKey, Ticket,
};
use kandian_proto::value::GenericResult;
use tokio::time::timeout;

use super::connection::Connection;
use super::desk::Watching;
use super::relay::Relay;
use super::session::{Sent, Session};
use super::sparing::Line;
use super::udp::Ports;
use crate::camera::{StreamId, Watched};
use crate::journal::note;
use crate::link::Delivery as Told;
use crate::unit::Unit;

/// How long a camera may take to show what it sees. Together with the platform's answer it stays below the time after which
/// players give up.
const FIRST_PICTURE: Duration = Duration::from_millis(2_500);

/// What a request waits for.
pub(super) type Work = Pin<Box<dyn Future<Output = Done> + Send>>;

/// What has become of it.
pub(super) enum Done {
    /// The platform was asked; what there is to be seen, when it may be seen.
    Checked { check: CheckId, target: Target, verdict: Verdict, description: Option<Description> },
    /// What there is to be seen.
    Described { ticket: Ticket, description: Description },
    /// There is a picture to begin with, or none came in time.
    Begins { ticket: Ticket, session: SessionKey, relay: Arc<Relay> },
}

/// What the platform said of a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Its answer.
    Answer(GenericResult),
    /// It could not be asked: why.
    NoLink(String),
    /// It did not answer; the machine knows how long that may take.
    Silence,
}

impl Connection {
    /// Does what the machine wants.
    pub(super) fn event(&mut self, event: Event) {
        match event {
            Event::Wanted { ticket, target } => self.wanted(ticket, target),
            Event::Verify(check) => {
                self.work = Some(Box::pin(verify(Arc::clone(&self.unit), check)));
            }
            Event::SetUp { ticket, session, target, track, delivery } => {
                let answer = self.set_up(session, &target, track, delivery);
                self.server.set_up(self.unit.clock.now(), ticket, answer);
            }
            Event::Play { ticket, session, .. } => self.play(ticket, session),
            Event::Ended { session, reason } => self.ended(session, reason),
            Event::Refused { method, status, why } => self.refused(&method, status, why),
            Event::Moved { to, .. } => {
                tracing::debug!(peer = %self.peer, %to, "the viewer is behind another port");
            }
            // Only recordings are paused, and none are played back.
            other => tracing::debug!(?other, "an event that this server does not know"),
        }
    }

    /// What the device knows itself. Nothing is opened for somebody whose token is not verified.
    fn wanted(&mut self, ticket: Ticket, target: Target) {
        self.asked = Some(target.clone());
        let now = self.unit.clock.now();
        let state = self.state(&target);
        let found = match stream(&target).filter(|_| state == StreamState::Available) {
            None => Err(state),
            Some(id) if self.allowed.contains(&target) => {
                let unit = Arc::clone(&self.unit);
                self.work = Some(Box::pin(async move {
                    Done::Described { ticket, description: description(&unit, id).await }
                }));
                return;
            }
            Some(_) => Ok(Description::live(ParameterSets::default())),
        };
        self.server.wanted(now, ticket, found);
    }

    ///
    fn state(&self, target: &Target) -> StreamState {
        let unit = &self.unit;
        let Some(id) = stream(target) else { return StreamState::Unknown };
        if target.dev_id != unit.config.id || unit.stages.get(id).is_none() {
            return StreamState::Unknown;
        }
        if unit.desk.is_full() && !self.sessions.iter().any(|session| session.stream == id) {
            return StreamState::Full;
        }
        StreamState::Available
    }

    /// Something that a request waited for has happened.
    pub(super) fn done(&mut self, done: Done) {
        let now = self.unit.clock.now();
        match done {
            Done::Checked { check, target, verdict, description } => {
                if let Some(description) = description {
                    self.server.set_description(&target, description);
                }
                match verdict {
                    Verdict::Answer(result) => {
                        if result == GenericResult::OK {
                            self.allowed.push(target);
                        }
                        self.server.verdict(now, check, result);
                    }
                    Verdict::NoLink(why) => {
                        tracing::debug!(peer = %self.peer, why, "a token cannot be verified");
                        self.server.link_down(now);
                    }
                    // The machine gives up at the same time.
                    Verdict::Silence => {}
                }
            }
            Done::Described { ticket, description } => self.server.wanted(now, ticket, Ok(description)),
            Done::Begins { ticket, session, relay } => self.begins(ticket, session, &relay),
        }
    }

    /// A place for a viewer, and ports for one that wants datagrams.
    fn set_up(
        &mut self,
        key: SessionKey,
        target: &Target,
        track: Track,
        delivery: Delivery,
    ) -> Result<Option<ServerPorts>, Status> {
        let id = stream(target).ok_or(Status::NOT_FOUND)?;
        let (ports, numbers) = match delivery {
            Delivery::Interleaved { .. } => (None, None),
            Delivery::Udp { .. } => {
                let opened = Ports::open(self.local).and_then(|ports| Ok((ports.numbers()?, ports)));
                let (numbers, ports) = opened.map_err(|error| {
                    tracing::warn!(peer = %self.peer, %error, "no ports for a viewer over UDP");
                    Status::UNSUPPORTED_TRANSPORT
                })?;
                (Some(ports), Some(numbers))
            }
        };
        let sent = Sent { track, delivery, ports: ports.map(Arc::new) };
        match self.sessions.iter_mut().find(|session| session.key == key) {
            Some(session) => {
                session.tracks.retain(|other| other.track != track);
                session.tracks.push(sent);
            }
            None => {
                let place = self.unit.desk.place().ok_or(Status::NOT_ENOUGH_BANDWIDTH)?;
                let mut session = Session::new(key, id, place);
                session.tracks.push(sent);
                self.sessions.push(session);
            }
        }
        Ok(numbers)
    }

    /// Begins when there is a picture to begin with.
    fn play(&mut self, ticket: Ticket, key: SessionKey) {
        let now = self.unit.clock.now();
        let Some(session) = self.sessions.iter().find(|session| session.key == key) else {
            return self.server.playing(now, ticket, Err(Status::SESSION_NOT_FOUND));
        };
        if session.view.is_some() {
            // It plays already; some clients say so again as a sign of life.
            return self.server.playing(now, ticket, Ok(&[]));
        }
        let Some(stage) = self.unit.stages.get(session.stream) else {
            return self.server.playing(now, ticket, Err(Status::NOT_FOUND));
        };
        let relay = self.unit.desk.relays.of(session.stream, stage);
        self.work = Some(Box::pin(async move {
            // Without one the session begins all the same, and shows something as soon as the camera does.
            let _ = timeout(FIRST_PICTURE, relay.begins()).await;
            Done::Begins { ticket, session: key, relay }
        }));
    }

    fn begins(&mut self, ticket: Ticket, key: SessionKey, relay: &Arc<Relay>) {
        let unit = Arc::clone(&self.unit);
        let now = unit.clock.now();
        let Some(session) = self.sessions.iter_mut().find(|session| session.key == key) else { return };
        let watching = Watching {
            peer: self.peer,
            stream: session.stream,
            is_udp: session.is_udp(),
            since: unit.clock.civil(),
            bytes: 0.into(),
            lost: 0.into(),
        };
        note!(unit, info, "RTSP: {} watches {}", self.peer, words(session.stream, session.is_udp()));
        let wanted = unit.stages.parameters(session.stream);
        let entry = unit.desk.enter(watching);
        let first = session.begin(relay, &self.outlet, wanted.as_ref(), entry);
        let first = first.map(|unit| FirstPacket {
            track: unit.track(),
            sequence: unit.first_sequence(),
            timestamp: unit.timestamp(),
        });
        let heard = first.and_then(|first| {
            let (sequence, timestamp) = relay.sound_from(first.timestamp)?;
            session.track(Track::AUDIO)?;
            Some(FirstPacket { track: Track::AUDIO, sequence, timestamp })
        });
        let first: Vec<_> = first.into_iter().chain(heard).collect();
        self.server.playing(now, ticket, Ok(&first));
    }

    fn ended(&mut self, key: SessionKey, reason: EndReason) {
        let Some(at) = self.sessions.iter().position(|session| session.key == key) else { return };
        let session = self.sessions.remove(at);
        self.outlet.end(key);
        let Some(view) = &session.view else { return };
        let watching = view.entry.watching();
        let (bytes, lost) = (watching.bytes.load(Ordering::Relaxed), watching.lost.load(Ordering::Relaxed));
        let seconds = view.began.elapsed().as_secs();
        let what = words(session.stream, session.is_udp());
        let why = why(reason);
        note!(
            self.unit,
            info,
            "RTSP: {} watched {what} for {seconds} s, {bytes} bytes, {lost} pictures lost; {why}",
            self.peer
        );
    }

    fn refused(&mut self, method: &Method, status: Status, why: Option<PlayRefusal>) {
        // Whoever waited for something waits no more.
        self.work = None;
        let Line::Write { kept_back } = self.unit.desk.refusals.line() else { return };
        let mut text = format!("RTSP: {} is refused {method} with {}", self.peer, status.0);
        if let Some(target) = &self.asked {
            text.push_str(&format!(" ({target})"));
        }
        if let Some(why) = why {
            text.push_str(&format!(": {why}"));
        }
        if matches!(self.asked.as_ref().map(|target| &target.media), Some(Media::Recording(_))) {
            text.push_str("; recordings are not played back");
        }
        if kept_back > 0 {
            text.push_str(&format!(" ({kept_back} lines like this kept back)"));
        }
        note!(self.unit, warn, "{text}");
    }
}

/// The stream of a target that is live.
fn stream(target: &Target) -> Option<StreamId> {
    match target.media {
        Media::Live(stream) => Some(StreamId { channel: target.channel_no, stream }),
        Media::Recording(_) => None,
    }
}

fn words(id: StreamId, is_udp: bool) -> String {
    let way = if is_udp { "UDP" } else { "TCP" };
    format!("channel {}, stream {}, over {way}", id.channel, id.stream)
}

fn why(reason: EndReason) -> String {
    match reason {
        EndReason::Teardown => "it said good-bye".to_owned(),
        EndReason::Timeout(kind) | EndReason::Closed(CloseReason::Timeout(kind)) => {
            format!("waited in vain for the {kind}")
        }
        EndReason::Closed(CloseReason::Peer) => "it closed the connection".to_owned(),
        EndReason::Closed(CloseReason::Malformed(error)) => format!("what it sent is no RTSP: {error}"),
        EndReason::Closed(CloseReason::Application) => "it asked more than it read answers".to_owned(),
        other => format!("{other:?}"),
    }
}

/// Has the platform verify a token; for a good one, looks what there is to be seen.
async fn verify(unit: Arc<Unit>, check: Check) -> Done {
    let verdict = ask(&unit, &check).await;
    let description = match stream(&check.target) {
        Some(id) if verdict == Verdict::Answer(GenericResult::OK) => Some(description(&unit, id).await),
        _ => None,
    };
    Done::Checked { check: check.id, target: check.target, verdict, description }
}

async fn ask(unit: &Unit, check: &Check) -> Verdict {
    // Never closed.
    let _turn = unit.desk.checks.acquire().await;
    match unit.line.ask(check.request()).await {
        Told::Acknowledged => Verdict::Answer(GenericResult::OK),
        Told::Refused(code) => Verdict::Answer(GenericResult(code)),
        Told::NoAnswer => Verdict::Silence,
        other => Verdict::NoLink(other.to_string()),
    }
}

/// What a stream shows, by its first picture; without parameter sets when none comes in time.
async fn description(unit: &Unit, id: StreamId) -> Description {
    let Some(stage) = unit.stages.get(id) else { return Description::live(ParameterSets::default()) };
    let mut viewer = stage.watch();
    let sets = match timeout(FIRST_PICTURE, viewer.next()).await {
        Ok(Watched::Unit(unit)) => ParameterSets::of(&unit.data),
        _ => ParameterSets::default(),
    };
    let description = Description::live(sets);
    // Known with the first picture., E-179
    match stage.sound() {
        Some(sound) => description.sound(sound),
        None => description,
    }
}
