//! What is over after a while.; E-176.

use super::io::{CloseReason, EndReason, SessionKey, TimerKind};
use super::machine::{Server, Step};
use super::session::{Session, State};
use crate::play::{Decision, PlayRefusal};
use crate::rtsp::message::Status;
use crate::time::{Millis, Now};

/// When something is over, what, and of which session; of the connection when there is none.
type Due = (Millis, TimerKind, Option<SessionKey>);

impl Server {
    /// The earliest moment at which something is over.
    pub(super) fn deadline(&self) -> Option<(Millis, TimerKind)> {
        self.due().map(|(at, kind, _)| (at, kind))
    }

    fn due(&self) -> Option<Due> {
        if self.is_closed {
            return None;
        }
        let timing = &self.config.timing;
        let waiting = self.serving.as_ref().map(|serving| match serving.step {
            Step::Verdict(_) => (serving.deadline, TimerKind::Verdict),
            _ => (serving.deadline, TimerKind::Application),
        });
        let message = self.within.map(|since| (since + timing.message, TimerKind::Message));
        let stall =
            self.blocked.filter(|_| !self.is_paused()).map(|since| (since + timing.stall, TimerKind::Stall));
        let is_idle = self.sessions.is_empty() && self.serving.is_none();
        let idle = is_idle.then(|| (self.asked + timing.idle, TimerKind::Idle));
        let sessions = self.sessions.iter().filter_map(|session| self.session_deadline(session));
        let connection = [waiting, message, stall, idle].into_iter().flatten();
        connection.map(|(at, kind)| (at, kind, None)).chain(sessions).min()
    }

    /// Data of a paused playback may wait as long as the pause (E-176).
    pub(super) fn is_paused(&self) -> bool {
        !self.sessions.is_empty() && self.sessions.iter().all(|session| session.state == State::Paused)
    }

    fn session_deadline(&self, session: &Session) -> Option<Due> {
        let timing = &self.config.timing;
        let (span, kind) = match session.state {
            _ if session.is_udp() => (timing.keep_alive, TimerKind::KeepAlive),
            State::Ready => (timing.idle, TimerKind::Idle),
            State::Paused => (timing.paused, TimerKind::Paused),
            // TCP says by itself when nobody reads any more.
            State::Playing => return None,
        };
        Some((session.fed + span, kind, Some(session.key)))
    }

    pub(super) fn timeout(&mut self) {
        let Some((_, kind, session)) = self.due().filter(|(at, ..)| *at <= self.latest) else { return };
        if let Some(session) = session {
            return self.session_over(session, kind);
        }
        match kind {
            TimerKind::Verdict => {
                let refusal = self.gate.handle_timeout(Now::mono(self.latest));
                let refusal = match refusal {
                    Some(Decision::Refuse(refusal)) => refusal,
                    _ => PlayRefusal::LinkDown,
                };
                self.give_up(Status(refusal.status()), Some(refusal));
            }
            TimerKind::Application => self.give_up(Status::UNAVAILABLE, None),
            _ => self.close(CloseReason::Timeout(kind)),
        }
    }

    /// Ends a session, and the connection with the last one, as TEARDOWN does: the others go on.
    fn session_over(&mut self, session: SessionKey, kind: TimerKind) {
        self.end_session(session, EndReason::Timeout(kind));
        if self.sessions.is_empty() {
            self.close(CloseReason::Timeout(kind));
        }
    }
}
