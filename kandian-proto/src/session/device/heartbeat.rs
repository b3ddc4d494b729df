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
    /// Whether the last one is without an answer.
    unanswered: bool,
    /// How many periods in a row ended without an answer.
    missed: u32,
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
        self.heartbeats.unanswered = true;
        self.heartbeats.sent_at = self.now;
        // Any heartbeat restarts the period (E-59).
        self.heartbeats.due = self.now + self.config.timing.heartbeat;
    }

    /// The period is over, or a change is to be told.
    pub(super) fn heartbeat_due(&mut self) {
        let period_over = self.now >= self.heartbeats.sent_at + self.config.timing.heartbeat;
        if self.heartbeats.unanswered && period_over {
            self.heartbeats.missed += 1;
            if self.heartbeats.missed >= self.config.timing.missed_heartbeats {
                return self.lost(Some(CloseReason::Timeout(TimerKind::PeerAnswer)));
            }
        }
        self.send_heartbeat();
    }

    /// A heartbeat as soon as changes may be told again.
    pub(super) fn heartbeat_soon(&mut self) {
        let allowed = self.heartbeats.sent_at + self.config.timing.heartbeat_change;
        self.heartbeats.due = self.heartbeats.due.min(allowed.max(self.now));
    }

    pub(super) fn heartbeat_answered(&mut self) {
        self.heartbeats.unanswered = false;
        self.heartbeats.missed = 0;
        self.losses = 0;
    }
}
