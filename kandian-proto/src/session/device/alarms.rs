//! The same alarm is sent once in 60 seconds., E-136.

use crate::message::device::AlarmNotifyRequest;
use crate::time::Millis;
use crate::value::AlarmType;

/// What makes two alarms the same: channel, type, and digital input (E-136).
type Key = (u16, AlarmType, Option<u16>);

/// Alarms remembered at most; a recorder with 64 channels has fewer sources. When more are raised within the
/// span, the oldest is forgotten and could be repeated, which costs a message and loses none.
const REMEMBERED: usize = 256;

/// When each alarm was sent last.
#[derive(Clone, Debug, Default)]
pub(super) struct Alarms {
    sent: Vec<(Key, Millis)>,
}

impl Alarms {
    /// Whether an alarm goes out now. The span counts from the alarm that was sent, not from its repetitions.
    pub(super) fn is_repeated(&mut self, now: Millis, alarm: &AlarmNotifyRequest, span: Millis) -> bool {
        self.sent.retain(|&(_, at)| now < at + span);
        self.sent.iter().any(|(key, _)| *key == key_of(alarm))
    }

    /// Remembers an alarm that was sent.
    pub(super) fn sent(&mut self, now: Millis, alarm: &AlarmNotifyRequest) {
        if self.sent.len() == REMEMBERED {
            self.sent.remove(0);
        }
        self.sent.push((key_of(alarm), now));
    }
}

fn key_of(alarm: &AlarmNotifyRequest) -> Key {
    (alarm.channel_no, alarm.alarm_type, alarm.dido_no)
}
