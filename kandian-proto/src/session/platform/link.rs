//! One link: login, keep-alive, and the way of every frame.

use std::collections::VecDeque;
use std::sync::Arc;

use kandian_codec::{Command, DigestPolicy, FrameRef, Side};

use super::asked::Owed;
use super::{Config, Event, Output};
use crate::session::pending::Pending;
use crate::session::ticket::Tickets;
use crate::session::wire::{self, Received, STRIKES, Wire, sooner};
use crate::session::{Addresses, CloseReason, End, Input, KeepAlive, PeerFault, Quirks, Ticket, TimerKind};
use crate::time::{Millis, Now};
use crate::value::DevType;
use crate::{DevId, Operation};

/// One TCP link at the province platform, from accept to close. Spec §7.3–§7.5.
///
/// The calling contract is that of [`session`](crate::session). The inputs are `Bytes`, `Disconnected`,
/// `WriteBlocked`, `Writable` and `Timeout`, others are ignored; the outputs `Transmit`, `Event`, `Disconnect` and `Timeout`.
///
/// # What it does
///
/// - The first message must be a login and come in time; else the link closes.
/// - Every request of the device but the heartbeat becomes an [`Event::Request`]. A login may be repeated, and
///   is answered each time (E-72).
/// - 360 seconds without a heartbeat close the link.
/// - A frame with a wrong digest is dropped; the third in a row closes the link (E-62).
/// - Requests to the device: one at a time per command word, each with its own time limit (E-67).
///
/// A link that is logged in and idle takes less than a kilobyte.
#[derive(Debug)]
pub struct Link {
    pub(super) config: Arc<Config>,
    pub(super) quirks: Quirks,
    /// The same, widened by what would have tolerated the device's doings.
    pub(super) learned: Quirks,
    pub(super) phase: Phase,
    pub(super) pending: Pending,
    pub(super) tickets: Tickets,
    pub(super) device_type: Option<DevType>,
    pub(super) blocked: bool,
    blocked_since: Option<Millis>,
    /// Commands the device kept silent on, and how often in a row.
    pub(super) silent: Vec<(Command, u8)>,
    /// The device of the last accepted login.
    pub(super) device: DevId,
    pub(super) addresses: Addresses,
    pub(super) owed: Vec<Owed>,
    /// The last login that came, and the addresses in it; they count once it is accepted.
    pub(super) login: Option<(Ticket, Addresses)>,
    pub(super) now: Millis,
    wire: Wire,
    frames: VecDeque<Vec<u8>>,
    held: usize,
    events: VecDeque<Event>,
    closing: Option<CloseReason>,
}

/// How far a link has come. Each phase holds its own deadline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// Nothing came yet.
    New {
        until: Millis,
    },
    /// A first login came and was not accepted, or not yet.
    NotLoggedIn {
        until: Millis,
    },
    /// The last login was accepted. `until` is when the next heartbeat is missed for good.
    Online {
        until: Millis,
    },
    Closed,
}

impl Link {
    /// A link that was just accepted.
    #[must_use]
    pub fn new(config: Arc<Config>, now: Now) -> Self {
        Self {
            quirks: config.quirks,
            learned: config.quirks,
            phase: Phase::New { until: now.mono + config.first_message },
            pending: Pending::default(),
            tickets: Tickets::default(),
            device_type: None,
            blocked: false,
            blocked_since: None,
            silent: Vec::new(),
            wire: Wire::new(config.quirks.digest),
            device: DevId::default(),
            addresses: Addresses::default(),
            owed: Vec::new(),
            login: None,
            frames: VecDeque::new(),
            held: 0,
            events: VecDeque::new(),
            closing: None,
            now: now.mono,
            config,
        }
    }

    /// The device that is logged in.
    #[must_use]
    pub fn device(&self) -> Option<DevId> {
        matches!(self.phase, Phase::Online { .. }).then_some(self.device)
    }

    /// Where the device says that it can be reached.
    #[must_use]
    pub fn addresses(&self) -> Addresses {
        self.addresses
    }

    /// The policies in force.
    #[must_use]
    pub fn quirks(&self) -> Quirks {
        self.quirks
    }

    /// Chooses the policies, once the device is known. They count from the next bytes on.
    ///
    /// A device that computes its digests wrongly is known only once its login is read, so links must start with
    /// [`DigestPolicy::Report`] for it to get in. Each such login is preceded by
    /// [`PeerFault::DigestTolerated`]: refuse it, unless that device may.
    pub fn set_quirks(&mut self, quirks: Quirks) {
        self.wire.set_digest(quirks.digest);
        self.quirks = quirks;
        self.learned = quirks;
    }

    /// The policies in force, widened by what this device was seen to need: an answer with another SEQ while only
    /// one request could be meant, a wrong digest, a foreign DevID, two silences in a row on a command. Whether to
    /// take them over, now or at the next login, is for the operator or the application to decide; each opens a
    /// door a little.
    #[must_use]
    pub fn learned_quirks(&self) -> Quirks {
        self.learned
    }

    /// Says what kind of device it is, so that commands it does not have are refused here.
    pub fn set_device_type(&mut self, device_type: DevType) {
        self.device_type = Some(device_type);
    }

    /// Something happened.
    pub fn handle_input(&mut self, now: Now, input: Input<'_>) {
        self.advance(now);
        if self.is_closed() {
            return;
        }
        match input {
            Input::Bytes(bytes) => self.bytes(now, bytes),
            Input::Disconnected => self.end(),
            Input::WriteBlocked => {
                self.blocked = true;
                self.blocked_since.get_or_insert(self.now);
            }
            Input::Writable => (self.blocked, self.blocked_since) = (false, None),
            // The latter two are for a device's end.
            Input::Timeout | Input::Connected | Input::HttpAnswer(_) => {}
        }
        self.expire();
    }

    /// Closes the link, after what the socket takes is sent. What is open ends with [`End::LinkLost`].
    pub fn close(&mut self, now: Now, reason: CloseReason) {
        self.advance(now);
        if !self.is_closed() {
            self.shut(reason);
        }
    }

    /// What to do next. See the contract in [`session`](crate::session).
    pub fn poll_output(&mut self) -> Output {
        if !self.blocked
            && let Some(frame) = self.frames.pop_front()
        {
            self.held -= frame.len();
            return Output::Transmit(frame);
        }
        if let Some(event) = self.events.pop_front() {
            return Output::Event(event);
        }
        if let Some(reason) = self.closing.take() {
            return Output::Disconnect(reason);
        }
        self.give_back();
        Output::Timeout(self.next_timeout())
    }

    /// Thousands of idle links share the memory; none keeps a queue it does not use.
    fn give_back(&mut self) {
        if self.frames.is_empty() {
            self.frames = VecDeque::new();
        }
        self.events = VecDeque::new();
        if self.owed.is_empty() {
            self.owed = Vec::new();
        }
    }

    fn next_timeout(&self) -> Option<(Millis, TimerKind)> {
        let phase = match self.phase {
            Phase::New { until } => Some((until, TimerKind::FirstMessage)),
            Phase::NotLoggedIn { until } => Some((until, TimerKind::AcceptedLogin)),
            Phase::Online { until } => Some((until, TimerKind::Heartbeat)),
            Phase::Closed => return None,
        };
        let owed = self.owed.iter().map(|o| o.deadline).min().map(|at| (at, TimerKind::ApplicationAnswer));
        let phase = sooner(phase, self.stalled_at().map(|at| (at, TimerKind::SlowReader)));
        let pending = self.pending.next_deadline().map(|at| (at, TimerKind::PeerAnswer));
        sooner(phase, sooner(owed, pending))
    }

    /// When a device that takes nothing has had its time.
    fn stalled_at(&self) -> Option<Millis> {
        Some(self.blocked_since? + self.config.stalled)
    }

    /// Takes note of the time, which never runs backwards.
    pub(super) fn advance(&mut self, now: Now) {
        self.now = self.now.max(now.mono);
    }

    fn is_closed(&self) -> bool {
        self.phase == Phase::Closed
    }

    pub(super) fn event(&mut self, event: Event) {
        self.events.push_back(event);
    }

    pub(super) fn fault(&mut self, fault: PeerFault) {
        self.event(Event::Fault(fault));
    }

    /// Ends what is over at this moment.
    fn expire(&mut self) {
        while let Some(at) = self.owed.iter().position(|o| o.deadline <= self.now) {
            let ticket = self.owed.swap_remove(at).ticket;
            self.event(Event::Expired { ticket });
        }
        while let Some(open) = self.pending.expire(self.now) {
            self.note_silence(open.command);
            self.event(Event::Finished { ticket: open.ticket, end: End::NoAnswer });
        }
        if !self.is_closed() && self.stalled_at().is_some_and(|at| at <= self.now) {
            return self.shut(CloseReason::SlowReader);
        }
        match self.phase {
            Phase::New { until } if until <= self.now => {
                self.shut(CloseReason::Timeout(TimerKind::FirstMessage));
            }
            Phase::NotLoggedIn { until } if until <= self.now => {
                self.shut(CloseReason::Timeout(TimerKind::AcceptedLogin));
            }
            Phase::Online { until } if until <= self.now => {
                self.shut(CloseReason::Timeout(TimerKind::Heartbeat));
            }
            _ => {}
        }
    }

    pub(super) fn shut(&mut self, reason: CloseReason) {
        self.end();
        self.closing = Some(reason);
    }

    /// The link is gone; every request ends, nothing is sent again.
    fn end(&mut self) {
        self.end_requests();
        self.owed.clear();
        self.wire = Wire::default();
        self.phase = Phase::Closed;
    }

    /// Requests to the device that nobody will answer any more. The SEQ count goes on with the link.
    pub(super) fn end_requests(&mut self) {
        for open in self.pending.end_all() {
            self.event(Event::Finished { ticket: open.ticket, end: End::LinkLost });
        }
    }

    /// Queues a frame, or closes the link when the device lets too many lie.
    pub(super) fn send(&mut self, command: Command, seq: u16, document: &[u8]) {
        let frame = wire::frame(command, seq, document);
        self.held += frame.len();
        self.frames.push_back(frame);
        if self.blocked && self.held > self.config.held_bytes {
            self.frames.clear();
            self.held = 0;
            self.shut(CloseReason::SlowReader);
        }
    }

    fn bytes(&mut self, now: Now, mut input: &[u8]) {
        // Out of `self` while frames are borrowed from it.
        let mut wire = core::mem::take(&mut self.wire);
        while !self.is_closed() {
            match wire.next(&mut input) {
                Ok(Some(Received::Frame { frame, tolerated })) => {
                    if tolerated {
                        self.learned.digest = DigestPolicy::Report;
                        self.fault(PeerFault::DigestTolerated(frame.command));
                    }
                    self.frame(now, frame);
                }
                Ok(Some(Received::WrongDigest { command, in_a_row })) => {
                    self.learned.digest = DigestPolicy::Report;
                    self.fault(PeerFault::WrongDigest { command, in_a_row });
                    if in_a_row >= STRIKES {
                        self.shut(CloseReason::PeerFault);
                    }
                }
                Ok(None) => break,
                Err(error) => {
                    self.fault(PeerFault::NotAFrame(error));
                    self.shut(CloseReason::PeerFault);
                }
            }
        }
        if !self.is_closed() {
            self.wire = wire;
        }
    }

    fn frame(&mut self, now: Now, frame: FrameRef<'_>) {
        let command = frame.command;
        if matches!(self.phase, Phase::New { .. }) && command != Command::LOGIN {
            self.fault(PeerFault::BeforeLogin(command));
            return self.shut(CloseReason::PeerFault);
        }
        if self.quirks.keep_alive == KeepAlive::AnyFrame {
            self.alive();
        }
        match Operation::of_command(command) {
            None => self.undefined(frame),
            Some(operation) if operation.info().requesting_side() == Side::Device => {
                self.asked(now, operation, frame);
            }
            Some(operation) => self.answered(operation, frame),
        }
    }

    /// The device showed that it is there.
    pub(super) fn alive(&mut self) {
        if let Phase::Online { until } = &mut self.phase {
            *until = self.now + self.config.heartbeat;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is held is what was not taken yet, and only more than is allowed closes the link.
    #[test]
    fn held_bytes_are_counted() {
        const FRAME: usize = 24 + 4;
        let config = Config { held_bytes: 3 * FRAME, ..Config::default() };
        let mut link = Link::new(Arc::new(config), Now { mono: Millis(0), wall: None });
        let send = |link: &mut Link| link.send(Command::HEARTBEAT, 1, b"<X/>");
        (0..3).for_each(|_| send(&mut link));
        assert!(matches!(link.poll_output(), Output::Transmit(frame) if frame.len() == FRAME));
        assert_eq!(link.held, 2 * FRAME);
        link.blocked = true;
        send(&mut link);
        assert!(!link.is_closed());
        send(&mut link);
        assert!(link.is_closed() && link.held == 0);
    }
}
