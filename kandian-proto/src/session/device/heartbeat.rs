//! Heartbeats: every 120 seconds, at once when something changed, and three unanswered ones end the link.

use kandian_codec::Command;

use super::machine::Device;
use crate::message::device::HeartbeatRequest;
use crate::session::{CloseReason, TimerKind};
use crate::time::Millis;
use crate::value::{Ipv4OrEmpty, Port};

/// The state of the heartbeats of a link.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Heartbeats {
    /// When the next one goes out.
    pub(super) due: Millis,
    sent_at: Millis,
    /// When the first one went out that is without an answer.
    unanswered_since: Option<Millis>,
}

impl Device {
    pub(super) fn start_heartbeats(&mut self) {
        self.heartbeats = Heartbeats::default();
        self.send_heartbeat();
    }

    fn send_heartbeat(&mut self) {
        let device = self.config.identity.dev_id;
        let blank = HeartbeatRequest::new(device, self.viewers, Ipv4OrEmpty::NONE, Port::NONE);
        let heartbeat = self.network.addresses.into_heartbeat(blank);
        self.send_own(Command::HEARTBEAT, &heartbeat);
        self.heartbeats.unanswered_since.get_or_insert(self.now);
        self.heartbeats.sent_at = self.now;
        // Any heartbeat restarts the period (E-59).
        self.heartbeats.due = self.now + self.config.timing.heartbeat;
    }

    /// When the link counts as broken, should no answer come: three periods after the first heartbeat that is
    /// without one. Heartbeats that report changes in between put nothing off.
    fn broken_at(&self) -> Option<Millis> {
        let timing = &self.config.timing;
        let patience = Millis(timing.heartbeat.0.saturating_mul(u64::from(timing.missed_heartbeats)));
        Some(self.heartbeats.unanswered_since? + patience)
    }

    /// The next heartbeat, or the end of patience.
    pub(super) fn heartbeat_deadline(&self) -> Millis {
        self.broken_at().map_or(self.heartbeats.due, |broken| broken.min(self.heartbeats.due))
    }

    /// The period is over, or a change is to be told, or nobody answers.
    pub(super) fn heartbeat_due(&mut self) {
        if self.broken_at().is_some_and(|broken| broken <= self.now) {
            return self.lost(Some(CloseReason::Timeout(TimerKind::PeerAnswer)));
        }
        self.send_heartbeat();
    }

    /// A heartbeat as soon as changes may be told again.
    pub(super) fn heartbeat_soon(&mut self) {
        let allowed = self.heartbeats.sent_at + self.config.timing.heartbeat_change;
        self.heartbeats.due = self.heartbeats.due.min(allowed.max(self.now));
    }

    pub(super) fn heartbeat_answered(&mut self) {
        self.heartbeats.unanswered_since = None;
        self.losses = 0;
    }
}
