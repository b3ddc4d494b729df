//! A recorder of 2014, after what is known of the firmware of one: it reports `V1.6_<date>`.
//!
//! Written without the session machines, so that a mistake in them is not repeated here. What it does
//! differently from the specification:
//!
//! - One SEQ counter, raised before each request of its own and **overwritten with the SEQ of every frame that
//!   arrives**. Responses are recognised by the command word alone; no digest is looked at.
//! - It registers once, and never again until it reboots. A registration that fails is repeated after 300 to
//!   359 s, a server that cannot be reached after 5 to 14 s.
//! - A NAT test of three seconds before each login; without an answer it logs in again on the same connection,
//!   about every eight seconds and for ever. After a refusal it does so after 0 to 9 s.
//! - Capabilities are repeated every five seconds, and after every frame, until they are confirmed.
//! - A heartbeat every 120 s; one without an answer is repeated every 10 s, and the fourth closes the link.
//! - A frame of more than 4,096 bytes, a wrong magic or a gap of three seconds inside a frame closes the link. It
//!   reconnects at once.

mod arrival;
mod commands;
mod frames;
mod turns;

use std::sync::Arc;

use kandian_codec::Command;

use super::{NEVER, Occurs, Open, Outbox};
use crate::sim::random::Random;
use crate::sim::{Kind, Life};
use crate::time::Millis;
use crate::{DevId, Secret};

const KIND: usize = Kind::Legacy.index();
/// Its receive buffer.
const BUFFER: usize = 4_096;
/// Limit for connections, and for the rest of a frame.
const LIMIT: Millis = Millis::from_secs(3);
/// Between two loop turns without a frame.
const TURN: Millis = Millis::from_secs(5);
const HEARTBEAT: Millis = Millis::from_secs(120);
const HEARTBEAT_AGAIN: Millis = Millis::from_secs(10);
const MOST_UNANSWERED: u8 = 4;
/// How long a viewer's token check waits.
const TOKEN: Millis = Millis::from_secs(4);

/// What the firmware is doing. The waits of the first two lines block it: frames stay in the socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Testing {
        until: Millis,
    },
    Sleeping {
        until: Millis,
    },
    Formatting {
        until: Millis,
    },
    Registering {
        until: Millis,
    },
    /// Before the next registration.
    Pausing {
        until: Millis,
    },
    Dialing {
        until: Millis,
        server: u8,
    },
    /// Before the next round of connections.
    Resting {
        until: Millis,
    },
    AwaitingLogin {
        until: Millis,
    },
    Reporting {
        until: Millis,
    },
    Online,
    /// The answer to a reboot is out.
    Leaving {
        until: Millis,
    },
    Booting {
        until: Millis,
    },
}

/// The recorder.
#[derive(Debug)]
pub(in crate::sim) struct Legacy {
    id: DevId,
    key: Secret,
    random: Random,
    life: Arc<Life>,
    state: State,
    connected: bool,
    /// Its socket is full; the next write does not return.
    full: bool,
    seq: u16,
    received: Vec<u8>,
    /// The rest of a frame must come until then.
    rest_until: Millis,
    unanswered: u8,
    sent_at: Millis,
    due: Millis,
    exception: bool,
    /// When each viewer gives up waiting for its token check.
    tokens: Vec<Millis>,
    /// Replies that take a while.
    later: Vec<(Millis, Command, String)>,
    next_viewer: Millis,
    next_change: Millis,
    relay_port: u16,
}

impl Legacy {
    pub(super) fn new(id: DevId, key: String, random: Random, life: Arc<Life>) -> Self {
        Self {
            id,
            key: key.into(),
            random,
            life,
            state: State::Booting { until: Millis(0) },
            connected: false,
            full: false,
            seq: 0,
            received: Vec::new(),
            rest_until: NEVER,
            unanswered: 0,
            sent_at: Millis(0),
            due: NEVER,
            exception: false,
            tokens: Vec::new(),
            later: Vec::new(),
            next_viewer: NEVER,
            next_change: NEVER,
            relay_port: 0,
        }
    }

    pub(super) fn wake(&self) -> Millis {
        let state = match self.state {
            State::Testing { until }
            | State::Sleeping { until }
            | State::Formatting { until }
            | State::Registering { until }
            | State::Pausing { until }
            | State::Dialing { until, .. }
            | State::Resting { until }
            | State::AwaitingLogin { until }
            | State::Reporting { until }
            | State::Leaving { until }
            | State::Booting { until } => until,
            State::Online => self.due,
        };
        let later = self.later.iter().map(|(due, ..)| *due).min().unwrap_or(NEVER);
        let tokens = self.tokens.iter().copied().min().unwrap_or(NEVER);
        let rest = if self.is_blocked() { NEVER } else { self.rest_until };
        state.min(later).min(tokens).min(rest).min(self.next_viewer).min(self.next_change)
    }

    pub(super) fn open(&self) -> Open {
        Open { all: self.tokens.len() as u64, old: 0 }
    }

    pub(super) fn handle(&mut self, now: Millis, occurs: Occurs<'_>, out: &mut Outbox) {
        match occurs {
            Occurs::SwitchedOn => self.boot(now, out),
            Occurs::Woken => self.woken(now, out),
            Occurs::Connected => {
                self.connected = true;
                self.full = false;
                self.received.clear();
                self.rest_until = NEVER;
                self.test(now);
            }
            Occurs::Closed if self.connected => self.reconnect(now, out),
            Occurs::Closed => self.unreachable(now, out),
            Occurs::Bytes(bytes) => {
                self.received.extend_from_slice(bytes);
                self.read(now, out);
            }
            Occurs::Http(status, body) => self.registered(now, status, body, out),
            Occurs::Blocked => self.full = true,
            Occurs::Writable => self.full = false,
        }
    }

    /// Whether the one thread waits, and leaves frames in the socket.
    fn is_blocked(&self) -> bool {
        matches!(self.state, State::Testing { .. } | State::Sleeping { .. } | State::Formatting { .. })
    }

    fn is_logged_in(&self) -> bool {
        matches!(self.state, State::Reporting { .. } | State::Online)
    }

    fn seconds(&mut self, least: u64, count: u64) -> Millis {
        Millis::from_secs(least + self.random.below(count))
    }
}

/// As its XML library writes: one line, and a line feed.
fn document_of(root: &str) -> String {
    format!("<?xml version=\"1.0\" encoding=\"utf-8\"?>{root}\n")
}

/// Only these codes are failures; any other number is success.
fn is_failure(code: u32) -> bool {
    matches!(code, 1 | 2 | 3 | 255)
}

/// The number in the first element of this name, as C's `atoi` reads it; 255 when there is none.
fn number_in(document: &str, name: &str) -> u32 {
    let Some((_, rest)) = document.split_once(&format!("<{name}>")) else { return 255 };
    let digits: String = rest.trim_start().chars().take_while(char::is_ascii_digit).collect();
    if rest.starts_with('<') { 255 } else { digits.parse().unwrap_or(0) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_are_read_as_the_firmware_reads_them() {
        let read = |text: &str| is_failure(number_in(text, "Result"));
        for refused in ["<Result>1</Result>", "<Result>255</Result>", "<Result></Result>", "<Other>0</Other>"]
        {
            assert!(read(refused), "{refused}");
        }
        for taken in
            ["<Result>0</Result>", "<Result>4</Result>", "<Result>100</Result>", "<Result>00</Result>"]
        {
            assert!(!read(taken), "{taken}");
        }
    }
}
