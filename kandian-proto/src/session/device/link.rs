//! The link: connection, login, capabilities, and the way back when it is lost. Spec §7.3.

use kandian_codec::{Command, FrameRef, Side};

use super::machine::{Device, Next, Phase, Round};
use super::{Event, Output};
use crate::message::device::{AbilityUpRequest, ExceptionNotifyRequest, LoginRequest, LoginResponse};
use crate::session::wire::{self, Received, STRIKES, Wire};
use crate::session::{CloseReason, End, PeerFault};
use crate::time::Millis;
use crate::value::{ExceptionType, Ipv4OrEmpty, Port};
use crate::{Message, Operation, Outcome, Profile, decode, encode};

/// How often the wait before a reconnection doubles.
const DOUBLINGS: u32 = 3;

impl Device {
    /// Between the login and the loss of the link.
    pub(super) fn is_logged_in(&self) -> bool {
        matches!(self.phase, Phase::Reporting { .. } | Phase::Online)
    }

    /// Lets the application look for addresses before the link is made.
    pub(super) fn prepare(&mut self) {
        if !self.config.prepare {
            return self.connect();
        }
        self.phase = Phase::Preparing { until: self.now + self.config.timing.preparation };
        self.event(Event::Prepare);
    }

    /// Connects, with or without a mapping.
    pub(super) fn connect(&mut self) {
        let Some(server) = self.servers.get(self.round.server).cloned() else { return self.register() };
        self.phase = Phase::Connecting { until: self.now + self.config.timing.connection };
        self.output(Output::Connect(server));
    }

    pub(super) fn connected(&mut self) {
        if !matches!(self.phase, Phase::Connecting { .. }) {
            return;
        }
        self.forget_link();
        self.phase = Phase::LoggingIn { until: self.now + self.config.timing.answer };
        let identity = &self.config.identity;
        let login = LoginRequest::new(
            identity.dev_ver.as_str(),
            identity.dev_id,
            identity.dev_key.clone(),
            Ipv4OrEmpty::NONE,
            Port::NONE,
            self.network.net_type,
            self.network.nat_type,
        );
        let login = self.network.addresses.into_login(login);
        self.send_own(Command::LOGIN, &login);
    }

    /// Sends one of the three messages that the machine sends by itself. Their answers are recognised by the
    /// command word in the phase that waits for it; nothing else can be meant (E-66).
    pub(super) fn send_own(&mut self, command: Command, message: &impl Message) {
        match encode(message, Profile::Spec) {
            Ok(document) => {
                let seq = self.pending.seq();
                self.transmit(wire::frame(command, seq, &document));
            }
            Err(error) => self.event(Event::NotSent { command, error }),
        }
    }

    /// The peer or the network ended the connection, or refused it.
    pub(super) fn disconnected(&mut self) {
        match self.phase {
            Phase::Connecting { .. } | Phase::LoggingIn { .. } => self.server_failed(None),
            Phase::Reporting { .. } | Phase::Online => self.lost(None),
            _ => {}
        }
    }

    /// No connection, or no answer to the login: the next server at once, then a new registration (E-53).
    pub(super) fn server_failed(&mut self, reason: Option<CloseReason>) {
        if let Some(reason) = reason {
            self.hang_up(reason);
        }
        self.round.failed += 1;
        if self.round.failed < self.servers.len() {
            self.next_server();
            return self.connect();
        }
        self.losses = self.losses.saturating_add(1);
        self.round = Round { refused: self.round.refused, ..Round::default() };
        self.register();
    }

    fn next_server(&mut self) {
        self.round.server = (self.round.server + 1) % self.servers.len().max(1);
    }

    /// A link with an accepted login is gone; a new one is made soon (R-7.24, E-58).
    pub(super) fn lost(&mut self, reason: Option<CloseReason>) {
        match reason {
            Some(reason) => self.hang_up(reason),
            None => self.forget_link(),
        }
        self.event(Event::Offline(reason));
        self.losses = self.losses.saturating_add(1);
        self.round = Round::default();
        let until = self.now + self.backoff();
        self.phase = Phase::Resting { until, then: Next::Connect };
    }

    /// The wait before the next attempt: 5 to 15 s, doubled with each further loss.
    pub(super) fn backoff(&mut self) -> Millis {
        let timing = &self.config.timing;
        let doublings = self.losses.saturating_sub(1).min(DOUBLINGS);
        let span = self.jitter.span(timing.reconnect, timing.reconnect_spread);
        Millis(span.0 << doublings)
    }

    /// Closes the connection, if there is one.
    pub(super) fn hang_up(&mut self, reason: CloseReason) {
        let open = matches!(self.phase, Phase::Connecting { .. } | Phase::LoggingIn { .. });
        if open || self.is_logged_in() {
            self.forget_link();
            self.output(Output::Disconnect(reason));
        }
    }

    /// Every request ends; nothing is sent again.
    fn forget_link(&mut self) {
        for open in self.pending.clear() {
            self.event(Event::Finished { ticket: open.ticket, end: End::LinkLost });
        }
        self.owed.clear();
        self.clear_frames();
        self.wire = Wire::default();
    }

    pub(super) fn bytes(&mut self, mut input: &[u8]) {
        // Out of `self` while frames are borrowed from it.
        let mut wire = core::mem::take(&mut self.wire);
        while matches!(self.phase, Phase::LoggingIn { .. }) || self.is_logged_in() {
            match wire.next(&mut input) {
                // The device verifies, so none is tolerated.
                Ok(Some(Received::Frame { frame, .. })) => self.frame(frame),
                Ok(Some(Received::WrongDigest { command, in_a_row })) => {
                    self.event(Event::Fault(PeerFault::WrongDigest { command, in_a_row }));
                    if in_a_row >= STRIKES {
                        self.broken();
                    }
                }
                Ok(None) => {
                    self.wire = wire;
                    return;
                }
                Err(error) => {
                    self.event(Event::Fault(PeerFault::NotAFrame(error)));
                    self.broken();
                }
            }
        }
    }

    /// The platform's bytes cannot be trusted any more (E-62).
    fn broken(&mut self) {
        if self.is_logged_in() {
            self.lost(Some(CloseReason::PeerFault));
        } else {
            self.server_failed(Some(CloseReason::PeerFault));
        }
    }

    fn frame(&mut self, frame: FrameRef<'_>) {
        let Some(operation) = Operation::of_command(frame.command) else { return self.undefined(frame) };
        if operation.info().requesting_side() == Side::Platform {
            return self.asked(operation, frame);
        }
        match (operation, self.phase) {
            (Operation::Login, Phase::LoggingIn { .. }) => self.login_answered(frame),
            (Operation::AbilityUp, Phase::Reporting { .. }) => self.online(),
            // A later report, after something changed.
            (Operation::AbilityUp, Phase::Online) => {}
            (Operation::Heartbeat, Phase::Online) => self.heartbeat_answered(),
            // Of the three at another time nothing is open, which is said there.
            _ => self.answered(operation, frame),
        }
    }

    fn login_answered(&mut self, frame: FrameRef<'_>) {
        let response = match decode::<LoginResponse>(frame.payload) {
            Ok(read) => read.message,
            Err(error) => {
                self.event(Event::Fault(PeerFault::Unreadable { command: frame.command, error }));
                return self.server_failed(Some(CloseReason::PeerFault));
            }
        };
        match response.outcome {
            Outcome::Success(account) => {
                self.round = Round::default();
                let time = response.time.get();
                self.event(Event::LoggedIn { account: Box::new(account), time });
                self.send_capabilities();
                self.phase = Phase::Reporting { until: self.now + self.config.timing.answer, times: 1 };
                self.report_missing_mapping();
            }
            Outcome::Failure(result) => {
                self.event(Event::LoginRefused(result));
                self.login_refused();
            }
        }
    }

    /// Three minutes at least, then the other server; after a refusal by both, a new registration (E-53).
    fn login_refused(&mut self) {
        self.hang_up(CloseReason::LoginRefused);
        self.round.refused += 1;
        self.round.failed = 0;
        self.next_server();
        let timing = &self.config.timing;
        let until = self.now + self.jitter.span(timing.refused_login, timing.refused_login_spread);
        if self.round.refused < self.servers.len() {
            self.phase = Phase::Resting { until, then: Next::Connect };
            return;
        }
        self.round = Round::default();
        let last = self.registered_at.unwrap_or(self.now);
        let allowed = last + self.jitter.span(timing.registration, timing.registration_spread);
        self.phase = Phase::Resting { until: until.max(allowed), then: Next::Register };
    }

    ///
    fn report_missing_mapping(&mut self) {
        if !self.network.upnp_failed {
            return;
        }
        let device = self.config.identity.dev_id;
        let report = ExceptionNotifyRequest::new(device, ExceptionType::UPNP_FAILED, "UPNP映射失败");
        // It is only now that a request is allowed, and there is nothing else open.
        let _ = self.ask(report.into());
    }

    pub(super) fn send_capabilities(&mut self) {
        let mut capabilities: AbilityUpRequest = self.config.capabilities.clone();
        capabilities.dev_id = self.config.identity.dev_id;
        self.send_own(Command::ABILITYUP, &capabilities);
    }

    /// Sends the capabilities once more, then starts with the heartbeats, which tell a dead link from a platform
    /// that does not confirm (E-80).
    pub(super) fn capabilities_unconfirmed(&mut self, times: u32) {
        if times >= self.config.timing.reports {
            return self.online();
        }
        self.send_capabilities();
        self.phase = Phase::Reporting { until: self.now + self.config.timing.answer, times: times + 1 };
    }

    /// The first heartbeat goes out right after the capabilities (E-59).
    fn online(&mut self) {
        self.phase = Phase::Online;
        self.event(Event::Online);
        self.start_heartbeats();
    }
}
