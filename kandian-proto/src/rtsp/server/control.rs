//! PLAY, PAUSE, TEARDOWN and parameters.; E-176 to E-178.

use super::asked::Asked;
use super::io::{CloseReason, EndReason, Event, FirstPacket, SessionKey, Ticket};
use super::machine::{Server, Serving, Step};
use super::session::{Session, State};
use crate::play::{Media, Target};
use crate::rtsp::message::{Range, Request, Scale, Start, Status, TrackInfo, write_rtp_info};
use crate::time::Now;

impl Server {
    /// The application's answer to [`Event::Play`]: the first packet of each track behind the answer; or why it cannot
    /// be. Media follows what this transmits.
    pub fn playing(&mut self, now: Now, ticket: Ticket, answer: Result<&[FirstPacket], Status>) {
        self.advance(now);
        let waits = |step: &Step| matches!(step, Step::Play { .. });
        let Some(Serving { request, step: Step::Play { session }, .. }) = self.take(ticket, waits) else {
            return;
        };
        if let Err(status) = answer.and_then(|first| self.played(&request, session, first)) {
            self.refuse(&request, status, None);
        }
        self.go_on();
    }

    /// The recording of this session has come to its end. The client may still go back, by the same wait as after a
    /// PAUSE; then the session is over, since over TCP nothing else would ever end it (R-10.15, E-177).
    pub fn source_ended(&mut self, now: Now, session: SessionKey) {
        let latest = self.advance(now).mono;
        if let Some(session) = self.session_mut(session).filter(|session| session.state == State::Playing) {
            (session.state, session.fed) = (State::Paused, latest);
        }
    }

    /// A session that is named must be there.
    pub(super) fn check_session(&self, request: &Request) -> Result<(), Status> {
        match request.headers.session() {
            Some(named) if !self.sessions.iter().any(|session| session.id == named.id) => {
                Err(Status::SESSION_NOT_FOUND)
            }
            _ => Ok(()),
        }
    }

    /// The session a request is about: the one it names, or the only one, as the specification's own samples name none
    /// (E-172).
    fn session_of(&self, request: &Request) -> Result<&Session, Status> {
        self.check_session(request)?;
        let session = match (request.headers.session(), self.sessions.as_slice()) {
            (Some(named), sessions) => sessions.iter().find(|session| session.id == named.id),
            (None, [only]) => Some(only),
            (None, _) => None,
        };
        let session = session.ok_or(Status::SESSION_NOT_FOUND)?;
        match Asked::read(&request.url)? {
            Asked::Play(read) if read.url.target != session.target => Err(Status::NOT_FOUND),
            _ => Ok(session),
        }
    }

    pub(super) fn play(&mut self, request: &Request) -> Result<(), Status> {
        let session = self.session_of(request)?;
        if session.tracks.is_empty() {
            return Err(Status::METHOD_NOT_VALID);
        }
        let (session, target) = (session.key, session.target.clone());
        let (range, scale) = self.wishes(request, &target)?;
        let ticket = self.wait(request.clone(), self.application_deadline(), Step::Play { session });
        self.event(Event::Play { ticket, session, range, scale });
        Ok(())
    }

    /// Where and how fast. For a live view both are ignored (E-177).
    fn wishes(&self, request: &Request, target: &Target) -> Result<(Option<Range>, Option<Scale>), Status> {
        if matches!(target.media, Media::Live(_)) {
            return Ok((None, None));
        }
        let range = match request.headers.first("Range") {
            Some(text) => Some(text.parse::<Range>().map_err(|_| Status::INVALID_RANGE)?),
            None => None,
        };
        let scale = match request.headers.first("Scale") {
            Some(text) => Some(text.parse::<Scale>().map_err(|_| Status::BAD_REQUEST)?),
            None => None,
        };
        let duration = self.description(target).and_then(|description| description.duration);
        let is_beyond = |range: &Range| match (range.start, duration) {
            (Start::At(start), Some(duration)) => start > duration,
            _ => false,
        };
        if range.as_ref().is_some_and(is_beyond) || scale.is_some_and(|scale| !scale.is_known()) {
            return Err(Status::INVALID_RANGE);
        }
        Ok((range, scale))
    }

    fn played(&mut self, request: &Request, key: SessionKey, first: &[FirstPacket]) -> Result<(), Status> {
        let latest = self.latest;
        if self.is_paused() {
            // What waited during a pause counts from now on (E-176). Asking for more is no sign that anything is read.
            self.blocked = self.blocked.map(|_| latest);
        }
        let begun = *self.first_play.get_or_insert(latest);
        let session = self.session_mut(key).ok_or(Status::SESSION_NOT_FOUND)?;
        session.state = State::Playing;
        for path in session.tracks.iter_mut().filter_map(|sending| sending.path.as_mut()) {
            path.start(begun);
        }
        let (id, target) = (session.id.clone(), session.target.clone());
        let info = rtp_info(session, first);
        let (range, scale) = self.wishes(request, &target)?;
        let range = match target.media {
            Media::Live(_) => Range { start: Start::Now, end: None },
            Media::Recording(_) => {
                let duration = self.description(&target).and_then(|description| description.duration);
                let range = range.unwrap_or(Range { start: Start::Now, end: None });
                Range { end: range.end.or(duration).filter(|_| range.start != Start::Now), ..range }
            }
        };
        let mut answer = self.answer(request, Status::OK).header("Session", id).header("Range", range);
        // Players give up on a speed that is not repeated.
        if let Some(scale) = scale {
            answer = answer.header("Scale", scale);
        }
        if !info.is_empty() {
            answer = answer.header("RTP-Info", info);
        }
        self.send(&answer);
        Ok(())
    }

    pub(super) fn pause(&mut self, request: &Request) -> Result<(), Status> {
        let session = self.session_of(request)?;
        if matches!(session.target.media, Media::Live(_)) || session.state == State::Ready {
            return Err(Status::METHOD_NOT_VALID);
        }
        let (key, id) = (session.key, session.id.clone());
        if let Some(session) = self.session_mut(key) {
            session.state = State::Paused;
        }
        self.event(Event::Pause { session: key });
        let answer = self.answer(request, Status::OK).header("Session", id);
        self.send(&answer);
        Ok(())
    }

    /// Ends the session, and the connection with the last one.
    pub(super) fn teardown(&mut self, request: &Request) -> Result<(), Status> {
        let session = self.session_of(request)?;
        let (key, id) = (session.key, session.id.clone());
        self.end_session(key, EndReason::Teardown);
        let answer = self.answer(request, Status::OK).header("Session", id);
        self.send(&answer);
        if self.sessions.is_empty() {
            self.close(CloseReason::Teardown);
        }
        Ok(())
    }

    /// A sign of life (E-176). There are no parameters to be read or set.
    pub(super) fn parameter(&mut self, request: &Request) -> Result<(), Status> {
        self.check_session(request)?;
        if !request.body.is_empty() {
            return Err(Status::PARAMETER_NOT_UNDERSTOOD);
        }
        let mut answer = self.answer(request, Status::OK);
        if let Some(named) = request.headers.session() {
            answer = answer.header("Session", named.id);
        }
        self.send(&answer);
        Ok(())
    }
}

/// The first packet of each track that is set up.
fn rtp_info(session: &Session, first: &[FirstPacket]) -> String {
    let tracks = session.tracks.iter().filter_map(|sending| {
        let packet = first.iter().find(|packet| packet.track == sending.track)?;
        let (sequence, timestamp) = (Some(packet.sequence), Some(packet.timestamp));
        Some(TrackInfo { url: sending.url.clone(), sequence, timestamp })
    });
    write_rtp_info(&tracks.collect::<Vec<_>>())
}
