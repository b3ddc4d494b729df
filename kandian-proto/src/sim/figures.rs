//! Figures that are collected while a simulation runs.

use std::collections::BTreeMap;

use crate::session::{CloseReason, End, PeerFault, SendError, TimerKind};
use crate::time::Millis;

/// How often each of several named things happened.
pub type Counts = BTreeMap<&'static str, u64>;

/// How requests ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ends {
    /// Sent.
    pub sent: u64,
    /// Done.
    pub answered: u64,
    /// Refused by the peer.
    pub refused: u64,
    /// Answered with something unreadable.
    pub unreadable: u64,
    /// Not answered in time.
    pub no_answer: u64,
    /// Ended with the link.
    pub link_lost: u64,
    /// Still open when the simulation ended.
    pub open: u64,
    /// Not sent at all, by reason.
    pub not_sent: Counts,
}

impl Ends {
    pub(super) fn count(&mut self, end: &End) {
        *match end {
            End::Answered(_) => &mut self.answered,
            End::Refused { .. } => &mut self.refused,
            End::Unreadable(_) => &mut self.unreadable,
            End::NoAnswer => &mut self.no_answer,
            End::LinkLost => &mut self.link_lost,
        } += 1;
    }

    pub(super) fn count_unsent(&mut self, error: &SendError) {
        *self.not_sent.entry(send_error(error)).or_default() += 1;
    }

    /// All that ended, and those that are open.
    #[must_use]
    pub const fn accounted(&self) -> u64 {
        self.answered + self.refused + self.unreadable + self.no_answer + self.link_lost + self.open
    }
}

/// A distribution of spans, to the millisecond.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Spread {
    counts: BTreeMap<Millis, u64>,
    total: u64,
}

impl Spread {
    pub(super) const EMPTY: Self = Self { counts: BTreeMap::new(), total: 0 };

    pub(super) fn add(&mut self, span: Millis) {
        *self.counts.entry(span).or_default() += 1;
        self.total += 1;
    }

    /// How many.
    #[must_use]
    pub const fn count(&self) -> u64 {
        self.total
    }

    /// The span that so many per mille do not exceed; `None` when there is none.
    #[must_use]
    pub fn quantile(&self, per_mille: u64) -> Option<Millis> {
        let wanted = (self.total * per_mille).div_ceil(1_000).max(1);
        let mut seen = 0;
        self.counts.iter().find_map(|(&span, &count)| {
            seen += count;
            (seen >= wanted).then_some(span)
        })
    }

    /// The longest.
    #[must_use]
    pub fn longest(&self) -> Option<Millis> {
        self.counts.last_key_value().map(|(&span, _)| span)
    }
}

/// Events per second.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rate {
    /// All of them.
    pub total: u64,
    /// Most in one second.
    pub peak: u32,
    /// The second of the peak.
    pub peak_at: Millis,
    second: u64,
    count: u32,
    since_sample: u32,
}

impl Rate {
    pub(super) fn add(&mut self, now: Millis) {
        if now.as_secs() != self.second {
            self.second = now.as_secs();
            self.count = 0;
        }
        self.count += 1;
        self.total += 1;
        self.since_sample = self.since_sample.max(self.count);
        if self.count > self.peak {
            self.peak = self.count;
            self.peak_at = Millis::from_secs(self.second);
        }
    }

    /// What came before does not count for the next [`sample`](Self::sample).
    pub(super) fn begin_period(&mut self) {
        self.since_sample = 0;
        self.count = 0;
    }

    /// The highest rate since the last call.
    pub(super) fn sample(&mut self) -> u32 {
        core::mem::take(&mut self.since_sample)
    }
}

/// One point of the curves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sample {
    /// End of the interval.
    pub at: Millis,
    /// Fewest devices online within the interval, by kind: a dip shows however short it is.
    pub online: [u32; 3],
    /// Most logins that reached the platform within one second of the interval, by kind.
    pub logins: [u32; 3],
    /// Most heartbeats that reached the platform within one second of the interval, from honest devices.
    pub heartbeats: u32,
}

/// A short name for a reason to close.
pub(super) const fn close_reason(reason: CloseReason) -> &'static str {
    match reason {
        CloseReason::Timeout(kind) => match kind {
            TimerKind::FirstMessage => "timeout: first message",
            TimerKind::AcceptedLogin => "timeout: accepted login",
            TimerKind::Heartbeat => "timeout: heartbeat of the device",
            TimerKind::PeerAnswer => "timeout: answer of the platform",
            TimerKind::Connection => "timeout: TCP connection",
            _ => "timeout: other",
        },
        CloseReason::PeerFault => "fault of the peer",
        CloseReason::SlowReader => "peer does not read",
        CloseReason::Application => "application",
        CloseReason::Replaced => "replaced by a newer login",
        CloseReason::LoginRefused => "login refused",
        CloseReason::Restart => "device restarts",
    }
}

/// A short name for a fault.
pub(super) const fn fault(fault: &PeerFault) -> &'static str {
    match fault {
        PeerFault::NotAFrame(_) => "no frame",
        PeerFault::DigestTolerated(_) => "wrong digest, tolerated",
        PeerFault::WrongDigest { .. } => "wrong digest",
        PeerFault::Unreadable { .. } => "unreadable document",
        PeerFault::BeforeLogin(_) => "request before the login",
        PeerFault::NotLoggedIn(_) => "request without an accepted login",
        PeerFault::ForeignDevId { .. } => "id of another device",
        PeerFault::Unmatched { late: true, .. } => "late response",
        PeerFault::Unmatched { late: false, .. } => "response to nothing",
        PeerFault::TooManyRequests(_) => "too many requests",
    }
}

const fn send_error(error: &SendError) -> &'static str {
    match error {
        SendError::NotOnline => "not online",
        SendError::Busy(_) => "one is open already",
        SendError::Full(_) => "too many are open",
        SendError::Blocked => "link takes no bytes",
        SendError::WrongDirection(_) => "wrong direction",
        SendError::NotForDevice { .. } => "not for this device type",
        SendError::Unsupported(_) => "device does not answer it",
        SendError::Repeated => "same alarm within 60 s",
        SendError::Encode(_) => "cannot be written",
        SendError::UnknownTicket(_)
        | SendError::WrongResponse { .. }
        | SendError::NotVendor(_)
        | SendError::TooLong(_) => "other",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_values_that_occurred() {
        let mut spread = Spread::default();
        assert_eq!((spread.quantile(500), spread.longest()), (None, None));
        (1..=100).rev().for_each(|ms| spread.add(Millis(ms)));
        assert_eq!(spread.quantile(500), Some(Millis(50)));
        assert_eq!(spread.quantile(990), Some(Millis(99)));
        assert_eq!((spread.quantile(1_000), spread.longest()), (Some(Millis(100)), Some(Millis(100))));
    }

    #[test]
    fn peaks_are_per_second() {
        let mut rate = Rate::default();
        for ms in [100, 900, 1_000, 1_100, 1_999, 5_000] {
            rate.add(Millis(ms));
        }
        assert_eq!((rate.total, rate.peak, rate.peak_at), (6, 3, Millis(1_000)));
        assert_eq!((rate.sample(), rate.sample()), (3, 0));
    }
}
