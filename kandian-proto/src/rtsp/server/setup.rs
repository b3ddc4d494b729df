//! SETUP.; E-172, E-173.

use core::net::{IpAddr, SocketAddr};

use super::asked::Asked;
use super::io::{Delivery, EndReason, Event, ServerPorts, SessionKey, Ticket};
use super::machine::{MAX_SESSIONS, Server, Serving, Step};
use super::path::{UdpPath, is_allowed};
use super::session::{Sending, Session, State};
use crate::play::Target;
use crate::rtsp::message::{Request, Status};
use crate::rtsp::rtp::Track;
use crate::rtsp::transport::{Protocol, Transport};
use crate::time::Now;

impl Server {
    /// The application's answer to [`Event::SetUp`]: the ports, when the track goes over UDP; or why it is refused, which
    /// is [`Status::NOT_ENOUGH_BANDWIDTH`] when all places are taken.
    pub fn set_up(&mut self, now: Now, ticket: Ticket, answer: Result<Option<ServerPorts>, Status>) {
        self.advance(now);
        let waits = |step: &Step| matches!(step, Step::SetUp { .. });
        let Some(Serving { request, step: Step::SetUp { session, track, is_new }, .. }) =
            self.take(ticket, waits)
        else {
            return;
        };
        let answer = answer.and_then(|ports| self.set_up_done(&request, session, track, ports));
        if let Err(status) = answer {
            self.not_set_up(session, track, is_new);
            self.refuse(&request, status, None);
        }
        self.go_on();
    }

    /// A track that was refused, or about which nobody said anything in time: it leaves the session, and a session that
    /// was to begin with it is over.
    pub(super) fn not_set_up(&mut self, session: SessionKey, track: Track, is_new: bool) {
        if is_new {
            self.end_session(session, EndReason::NotSetUp);
        } else if let Some(session) = self.session_mut(session) {
            session.tracks.retain(|sending| sending.track != track);
        }
    }

    /// A SETUP came. What is it about, and may it be seen?
    pub(super) fn set_up_asked(&mut self, request: &Request) -> Result<(), Status> {
        self.check_session(request)?;
        let asked = Asked::read(&request.url)?;
        let session =
            request.headers.session().and_then(|named| self.sessions.iter().find(|s| s.id == named.id));
        let target = match (session, asked) {
            (Some(session), Asked::Play(read)) if read.url.target != session.target => {
                return Err(Status::NOT_FOUND);
            }
            (Some(session), _) => session.target.clone(),
            // The application says again what there is, and the gate whether the token has to be verified.
            (None, Asked::Play(read)) => {
                self.ask_for(request, read);
                return Ok(());
            }
            // The newest one whose token was good.
            (None, Asked::Short(_)) => {
                let verified = self.known.iter().rfind(|known| known.is_verified);
                verified.ok_or(Status::UNAUTHORIZED)?.target.clone()
            }
        };
        self.set_up_verified(request, &target)
    }

    /// What it is about may be seen.
    pub(super) fn set_up_verified(&mut self, request: &Request, target: &Target) -> Result<(), Status> {
        let track = self.track_of(request, target)?;
        let asked = request.headers.first("Transport").ok_or(Status::BAD_REQUEST)?;
        let transport = Transport::choose(asked, self.config.offer).ok_or(Status::UNSUPPORTED_TRANSPORT)?;
        let named = request.headers.session().map(|session| session.id);
        let session = self.sessions.iter().find(|session| named == Some(session.id.as_str()));
        if let Some(session) = session {
            // Tracks of one session travel the same way, and stay what they are while they play.
            let is_udp = transport.protocol == Protocol::Udp;
            if session.state != State::Ready {
                return Err(Status::METHOD_NOT_VALID);
            }
            if session.tracks.iter().any(|sending| sending.track != track) && session.is_udp() != is_udp {
                return Err(Status::UNSUPPORTED_TRANSPORT);
            }
        } else if self.sessions.len() >= MAX_SESSIONS {
            return Err(Status::NOT_ENOUGH_BANDWIDTH);
        }
        let session = session.map(|session| session.key);
        let delivery = self.delivery(&transport, session, track)?;
        self.begin(request, target, (session, track), delivery);
        Ok(())
    }

    /// Enters the track and asks the application.
    fn begin(
        &mut self,
        request: &Request,
        target: &Target,
        of: (Option<SessionKey>, Track),
        delivery: Delivery,
    ) {
        let (known, track) = of;
        let rule = self.config.destination;
        let path = match delivery {
            Delivery::Udp { rtp, rtcp } => Some(UdpPath::new(rtp, rtcp.port(), rule)),
            Delivery::Interleaved { .. } => None,
        };
        let sending = Sending { track, url: request.url.clone(), delivery, path };
        let key = known.unwrap_or_else(|| {
            let (key, id) = self.new_session();
            let (target, fed) = (target.clone(), self.latest);
            self.sessions.push(Session { key, id, target, tracks: Vec::new(), state: State::Ready, fed });
            key
        });
        if let Some(session) = self.session_mut(key) {
            session.tracks.retain(|other| other.track != track);
            session.tracks.push(sending);
        }
        let step = Step::SetUp { session: key, track, is_new: known.is_none() };
        let ticket = self.wait(request.clone(), self.application_deadline(), step);
        self.event(Event::SetUp { ticket, session: key, target: target.clone(), track, delivery });
    }

    /// The track that is meant: the one that is named, or the only one (E-172).
    fn track_of(&self, request: &Request, target: &Target) -> Result<Track, Status> {
        let description = self.description(target).ok_or(Status::INTERNAL)?;
        match (Asked::read(&request.url)?.track(), description.tracks()) {
            (Some(track), _) if description.has(track) => Ok(track),
            (Some(_), _) => Err(Status::NOT_FOUND),
            (None, [only]) => Ok(*only),
            (None, _) => Err(Status::AGGREGATE_NOT_ALLOWED),
        }
    }

    fn delivery(&self, asked: &Transport, of: Option<SessionKey>, track: Track) -> Result<Delivery, Status> {
        match asked.protocol {
            Protocol::Tcp => self.channels(asked, of, track),
            Protocol::Udp => {
                let (rtp, rtcp) = asked.client_port.ok_or(Status::UNSUPPORTED_TRANSPORT)?;
                let address: IpAddr = asked.destination.unwrap_or(self.config.peer);
                if !is_allowed(self.config.destination, self.config.peer, address) {
                    return Err(Status::UNSUPPORTED_TRANSPORT);
                }
                Ok(Delivery::Udp { rtp: SocketAddr::new(address, rtp), rtcp: SocketAddr::new(address, rtcp) })
            }
        }
    }

    /// The channels a client chose, or the usual ones; each is used once on a connection.
    fn channels(&self, asked: &Transport, of: Option<SessionKey>, track: Track) -> Result<Delivery, Status> {
        // A track that is set up again gives its channels back.
        let others = |channel: u8| {
            self.sessions.iter().any(|session| match session.track(track) {
                Some(_) if Some(session.key) == of => session.tracks.iter().any(|sending| {
                    sending.track != track
                        && matches!(sending.delivery, Delivery::Interleaved { rtp, rtcp } if rtp == channel || rtcp == channel)
                }),
                _ => session.uses(channel),
            })
        };
        let is_free = |(rtp, rtcp): &(u8, u8)| rtp != rtcp && !others(*rtp) && !others(*rtcp);
        let usual = track.usual_channel();
        let pair = match asked.interleaved {
            Some(pair) => Some(pair).filter(is_free),
            None => (usual..=u8::MAX - 1).step_by(2).map(|rtp| (rtp, rtp + 1)).find(is_free),
        };
        let (rtp, rtcp) = pair.ok_or(Status::UNSUPPORTED_TRANSPORT)?;
        Ok(Delivery::Interleaved { rtp, rtcp })
    }

    fn set_up_done(
        &mut self,
        request: &Request,
        key: SessionKey,
        track: Track,
        ports: Option<ServerPorts>,
    ) -> Result<(), Status> {
        let asked =
            request.headers.first("Transport").and_then(|asked| Transport::choose(asked, self.config.offer));
        let session = self.session(key).ok_or(Status::SESSION_NOT_FOUND)?;
        let sending = session.track(track).ok_or(Status::INTERNAL)?;
        // What only the server can say is not repeated from what the client wrote.
        let mut transport =
            Transport { source: None, server_port: None, ssrc: None, ..asked.ok_or(Status::INTERNAL)? };
        let id = session.id.clone();
        let session = match sending.delivery {
            Delivery::Interleaved { rtp, rtcp } => {
                transport.interleaved = Some((rtp, rtcp));
                // Who reads is alive, so no timeout is announced.
                id
            }
            Delivery::Udp { rtp, .. } => {
                // Without ports of the server nobody can punch; the application forgot them.
                let ports = ports.ok_or(Status::INTERNAL)?;
                transport.destination = Some(rtp.ip());
                transport.source = Some(ports.source.unwrap_or(self.config.local));
                transport.server_port = Some((ports.rtp, ports.rtcp));
                format!("{id};timeout={}", self.config.announced_timeout_seconds)
            }
        };
        let answer =
            self.answer(request, Status::OK).header("Transport", transport).header("Session", session);
        self.send(&answer);
        Ok(())
    }
}
