//! The machine: its state, its inputs and outputs, and its clock.

use std::collections::VecDeque;

use super::alarms::Alarms;
use super::asked::Owed;
use super::heartbeat::Heartbeats;
use super::{Config, Event, Network, Output, Restart, Saved};
use crate::message::device::AbilityUpRequest;
use crate::session::jitter::Jitter;
use crate::session::pending::Pending;
use crate::session::ticket::Tickets;
use crate::session::wire::{Wire, sooner};
use crate::session::{CloseReason, HttpAnswer, Input, Server, Ticket, TimerKind};
use crate::time::{Millis, Now};
use crate::value::Url;

/// A camera or recorder that dials in to its platform and stays there. Spec §5, §7.2–§7.5.
///
/// The calling contract is that of [`session`](crate::session). All inputs occur; the outputs are `Http`,
/// `Connect`, `Disconnect`, `Transmit`, `Event` and `Timeout`.
///
/// # What it does
///
/// - **Onboarding.** It asks the group platform for its province platform, once per start and only while none
///   is known (R-5.1, R-5.4, E-29); it registers with the province platform, at most every five minutes.
/// - **Link.** It connects to the primary server, else to the backup server, else registers again (R-7.12,
///   It logs in, reports what it can do, and sends a heartbeat every 120 seconds. Three without
///   an answer, and it makes a new link. A refused login is repeated after three minutes.
/// - **Requests.** Those of the platform are events that the application answers; those to the platform are
///   sent while logged in, and never later. The same alarm goes out once in 60 seconds.
///
/// # Why the waits are random
///
/// A platform that restarts loses all its links in the same second. Devices return between 5 and 15 seconds
/// later, evenly spread: of N devices N/10 log in per second, whatever N is. Who finds nobody there waits twice
/// as long each time, and registers again 300 to 360 seconds after the last time, or as soon as the attempt under way has ended.
#[derive(Debug)]
pub struct Device {
    pub(super) config: Config,
    pub(super) phase: Phase,
    pub(super) province: Option<Url>,
    /// The HTTP exchange that is waited for, or the last one that was.
    pub(super) exchange: Ticket,
    pub(super) servers: Vec<Server>,
    pub(super) round: Round,
    /// Links lost and rounds failed since the last answered heartbeat.
    pub(super) losses: u32,
    /// When the last registration started.
    pub(super) registered_at: Option<Millis>,
    pub(super) heartbeats: Heartbeats,
    pub(super) network: Network,
    pub(super) viewers: u16,
    pub(super) alarms: Alarms,
    pub(super) jitter: Jitter,
    pub(super) wire: Wire,
    pub(super) pending: Pending,
    pub(super) tickets: Tickets,
    pub(super) owed: Vec<Owed>,
    pub(super) now: Millis,
    pub(super) blocked: bool,
    frames: VecDeque<Vec<u8>>,
    /// Bytes in `frames`.
    held: usize,
    outputs: VecDeque<Output>,
}

/// Most bytes held back for a platform that reads slowly: two of the longest frames.
const MOST_HELD: usize = 2 * 65_559;

/// Where the device is on its way. Each phase holds its own deadline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// The group platform was asked.
    Redirecting {
        until: Millis,
    },
    /// There is nobody to go to; only a restart helps.
    Unassigned,
    /// Waiting before the next step.
    Resting {
        until: Millis,
        then: Next,
    },
    /// The province platform was asked.
    Registering {
        until: Millis,
    },
    /// The application looks for addresses.
    Preparing {
        until: Millis,
    },
    Connecting {
        until: Millis,
    },
    LoggingIn {
        until: Millis,
    },
    /// Logged in; the capabilities were sent that often.
    Reporting {
        until: Millis,
        times: u32,
    },
    /// Logged in, heartbeats run.
    Online,
}

/// What follows a rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    Register,
    Connect,
}

/// One pass over the access servers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Round {
    /// Index of the server in turn.
    pub(super) server: usize,
    /// Servers that could not be reached, or did not answer the login.
    pub(super) failed: usize,
    /// Logins refused since the last accepted one.
    pub(super) refused: usize,
}

impl Device {
    /// A device that was just switched on.
    #[must_use]
    pub fn new(config: Config, now: Now) -> Self {
        let mut device = Self {
            phase: Phase::Unassigned,
            province: None,
            exchange: Ticket::NONE,
            servers: Vec::new(),
            round: Round::default(),
            losses: 0,
            registered_at: None,
            heartbeats: Heartbeats::default(),
            network: config.network,
            viewers: 0,
            alarms: Alarms::default(),
            jitter: Jitter::new(config.seed),
            wire: Wire::default(),
            pending: Pending::default(),
            tickets: Tickets::default(),
            owed: Vec::new(),
            now: now.mono,
            blocked: false,
            frames: VecDeque::new(),
            held: 0,
            outputs: VecDeque::new(),
            config,
        };
        device.start();
        device
    }

    /// Whether heartbeats run.
    #[must_use]
    pub fn is_online(&self) -> bool {
        self.phase == Phase::Online
    }

    /// Something happened.
    pub fn handle_input(&mut self, now: Now, input: Input<'_>) {
        self.advance(now);
        match input {
            Input::Connected => self.connected(),
            Input::Disconnected => self.disconnected(),
            Input::Bytes(bytes) => self.bytes(bytes),
            Input::WriteBlocked => self.blocked = true,
            Input::Writable => self.blocked = false,
            Input::HttpAnswer(answer) => self.http_answer(answer),
            Input::Timeout => {}
        }
        self.expire();
    }

    /// How the device can be reached now. Tells the platform at once when an address changed (R-7.52, E-86), and
    /// ends the wait that [`Event::Prepare`] began.
    pub fn set_network(&mut self, now: Now, network: Network) {
        self.advance(now);
        let changed = network.addresses != self.network.addresses;
        self.network = network;
        match self.phase {
            Phase::Preparing { .. } => self.connect(),
            Phase::Online if changed => self.heartbeat_soon(),
            _ => {}
        }
        self.expire();
    }

    /// How many viewers watch now (`CurVideoNum`); goes out with the next heartbeat (E-86).
    pub fn set_viewers(&mut self, viewers: u16) {
        self.viewers = viewers;
    }

    /// What the device can do now. Tells the platform when it is logged in.
    pub fn set_capabilities(&mut self, now: Now, capabilities: AbilityUpRequest) {
        self.advance(now);
        let changed = capabilities != self.config.capabilities;
        self.config.capabilities = capabilities;
        if changed && self.is_logged_in() {
            self.send_capabilities();
        }
    }

    /// Writes a province platform address into the device, or takes it away; counts from the next
    /// [`restart`](Self::restart) on.
    pub fn set_province_url(&mut self, url: Option<Url>) {
        self.config.province_url = url;
    }

    /// Starts again, as after command 6CH or 82H. The answer to an HTTP exchange that is under way will be ignored.
    pub fn restart(&mut self, now: Now, restart: Restart) {
        self.advance(now);
        self.hang_up(CloseReason::Restart);
        if restart == Restart::Reset && self.config.saved != Saved::default() {
            self.config.saved = Saved::default();
            self.event(Event::Save(Saved::default()));
        }
        self.registered_at = None;
        self.losses = 0;
        self.alarms = Alarms::default();
        self.start();
    }

    /// What to do next. See the contract in [`session`](crate::session).
    pub fn poll_output(&mut self) -> Output {
        if !self.blocked
            && let Some(frame) = self.frames.pop_front()
        {
            self.held -= frame.len();
            return Output::Transmit(frame);
        }
        self.outputs.pop_front().unwrap_or_else(|| Output::Timeout(self.next_timeout()))
    }

    fn next_timeout(&self) -> Option<(Millis, TimerKind)> {
        let pending = self.pending.next_deadline().map(|at| (at, TimerKind::PeerAnswer));
        let owed = self.owed.iter().map(|o| o.deadline).min().map(|at| (at, TimerKind::ApplicationAnswer));
        sooner(self.phase_deadline(), sooner(pending, owed))
    }

    fn phase_deadline(&self) -> Option<(Millis, TimerKind)> {
        match self.phase {
            Phase::Redirecting { until } | Phase::Registering { until } => {
                Some((until, TimerKind::HttpAnswer))
            }
            Phase::Unassigned => None,
            Phase::Resting { until, then: Next::Register } => Some((until, TimerKind::Registration)),
            Phase::Resting { until, then: Next::Connect } => Some((until, TimerKind::Reconnect)),
            Phase::Preparing { until } => Some((until, TimerKind::Preparation)),
            Phase::Connecting { until } => Some((until, TimerKind::Connection)),
            Phase::LoggingIn { until } | Phase::Reporting { until, .. } => {
                Some((until, TimerKind::PeerAnswer))
            }
            Phase::Online => Some((self.heartbeat_deadline(), TimerKind::SendHeartbeat)),
        }
    }

    /// Takes note of the time, which never runs backwards.
    pub(super) fn advance(&mut self, now: Now) {
        self.now = self.now.max(now.mono);
    }

    /// Does what is due at this moment. One step may be due right after another, when the caller comes late.
    fn expire(&mut self) {
        self.expire_requests();
        if self.is_slow_reader() {
            self.lost(Some(CloseReason::SlowReader));
        }
        while self.phase_is_over() {
            self.next_phase();
        }
    }

    fn phase_is_over(&self) -> bool {
        self.phase_deadline().is_some_and(|(until, _)| until <= self.now)
    }

    fn next_phase(&mut self) {
        match self.phase {
            Phase::Redirecting { .. } | Phase::Registering { .. } => {
                self.http_answer(HttpAnswer { ticket: self.exchange, status: None, body: &[] });
            }
            Phase::Unassigned => {}
            Phase::Resting { then: Next::Register, .. } => self.register(),
            Phase::Resting { then: Next::Connect, .. } => self.prepare(),
            Phase::Preparing { .. } => self.connect(),
            Phase::Connecting { .. } => {
                self.server_failed(Some(CloseReason::Timeout(TimerKind::Connection)));
            }
            Phase::LoggingIn { .. } => {
                self.server_failed(Some(CloseReason::Timeout(TimerKind::PeerAnswer)));
            }
            Phase::Reporting { times, .. } => self.capabilities_unconfirmed(times),
            Phase::Online => self.heartbeat_due(),
        }
    }

    pub(super) fn output(&mut self, output: Output) {
        self.outputs.push_back(output);
    }

    pub(super) fn event(&mut self, event: Event) {
        self.output(Output::Event(event));
    }

    pub(super) fn transmit(&mut self, frame: Vec<u8>) {
        self.held += frame.len();
        self.frames.push_back(frame);
    }

    /// A platform that does not read what it asked for.
    fn is_slow_reader(&self) -> bool {
        self.blocked && self.held > MOST_HELD && self.is_logged_in()
    }

    /// Forgets what was to be sent on a connection that is gone.
    pub(super) fn clear_frames(&mut self) {
        self.frames.clear();
        self.held = 0;
        self.blocked = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::device::AbilityUpRequest;
    use crate::session::device::Identity;
    use crate::value::{DevType, LocalStoreFlag};

    fn device() -> Device {
        let identity = Identity {
            dev_id: "81100000001".parse().unwrap(),
            dev_key: "K7M2P9Q4".into(),
            manufacturer: "811".parse().unwrap(),
            model: "KD-1".to_owned(),
            dev_type: DevType::IPCAM,
            dev_ver: "V1.6_20140318".to_owned(),
        };
        let capabilities = AbilityUpRequest::new(identity.dev_id, 1_u16, LocalStoreFlag(1), 0_u16);
        Device::new(Config::new(identity, capabilities, 7), Now { mono: Millis(0), wall: None })
    }

    /// What is held is what was not taken yet, and only more than two of the longest frames are too much.
    #[test]
    fn held_bytes_are_counted() {
        let mut device = device();
        while !matches!(device.poll_output(), Output::Timeout(_)) {}
        device.phase = Phase::Online;
        for length in [10, 20, 30] {
            device.transmit(vec![0; length]);
        }
        assert!(matches!(device.poll_output(), Output::Transmit(frame) if frame.len() == 10));
        assert_eq!(device.held, 50);
        device.blocked = true;
        device.transmit(vec![0; MOST_HELD - 50]);
        assert!(!device.is_slow_reader());
        device.transmit(vec![0]);
        assert!(device.is_slow_reader());
        device.clear_frames();
        assert!(!device.is_slow_reader() && device.held == 0);
    }
}
