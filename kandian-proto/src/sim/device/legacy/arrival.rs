//! From power-on to the connection.

use super::{KIND, LIMIT, Legacy, State, document_of, is_failure, number_in};
use crate::session::Exchange;
use crate::sim::device::{Do, NEVER, Outbox};
use crate::sim::{Rule, Span};
use crate::time::Millis;

/// What a registration must contain, or it failed.
const REGISTER_ELEMENTS: [&str; 15] = [
    "<Result",
    "<DevID",
    "<NatIP",
    "<NatPort",
    "<BackupNatIP",
    "<BackupNatPort",
    "<TurnIP",
    "<TurnPort",
    "<BackupTurnIP",
    "<BackupTurnPort",
    "<FtpIP",
    "<FtpPort",
    "<FtpAccount",
    "<FtpPassword",
    "<Time",
];

impl Legacy {
    pub(super) fn boot(&mut self, now: Millis, out: &mut Outbox) {
        self.seq = 0;
        self.next_viewer = self.random.wait(self.life.alarms).map_or(NEVER, |wait| now + wait);
        self.next_change = self.random.wait(self.life.changes).map_or(NEVER, |wait| now + wait);
        self.register(now, out);
    }

    pub(super) fn register(&mut self, now: Millis, out: &mut Outbox) {
        // The connection and the answer have a limit each.
        self.state = State::Registering { until: now + LIMIT + LIMIT };
        let document = format!(
            "<REGISTER_REQ><ManufacturerNo>850</ManufacturerNo><Mode>LK-NVR1604-H</Mode><DevType>3</DevType>\
             <DevID>{}</DevID><DevKey>{}</DevKey></REGISTER_REQ>",
            self.id,
            self.key.reveal(),
        );
        out.todo.push(Do::Http(Exchange::Register, document_of(&document).into_bytes()));
    }

    pub(super) fn registered(&mut self, now: Millis, status: Option<u16>, body: &[u8], out: &mut Outbox) {
        if !matches!(self.state, State::Registering { .. }) {
            return;
        }
        let text = String::from_utf8_lossy(body);
        let complete = REGISTER_ELEMENTS.iter().all(|name| text.contains(name));
        match status {
            None => self.state = State::Pausing { until: now + self.seconds(5, 10) },
            Some(200) if complete && !is_failure(number_in(&text, "Result")) => self.dial(now, 0, out),
            Some(status) => {
                out.broken(Rule::Served, format!("registration refused with status {status}"));
                self.state = State::Pausing { until: now + self.seconds(300, 60) };
            }
        }
    }

    pub(super) fn dial(&mut self, now: Millis, server: u8, out: &mut Outbox) {
        self.state = State::Dialing { until: now + LIMIT, server };
        out.todo.push(Do::Dial);
    }

    pub(super) fn unreachable(&mut self, now: Millis, out: &mut Outbox) {
        match self.state {
            State::Dialing { server: 0, .. } => self.dial(now, 1, out),
            State::Dialing { .. } => self.state = State::Resting { until: now + self.seconds(5, 10) },
            _ => {}
        }
    }

    pub(super) fn reconnect(&mut self, now: Millis, out: &mut Outbox) {
        self.connected = false;
        self.received = Vec::new();
        self.rest_until = NEVER;
        // Its viewers are told no.
        out.notices[KIND].link_lost += self.tokens.len() as u64;
        self.tokens.clear();
        self.later.clear();
        match self.state {
            // The thread that would notice is busy.
            State::Formatting { .. } | State::Leaving { .. } => {}
            _ => self.dial(now, 0, out),
        }
    }

    pub(super) fn close(&mut self, now: Millis, why: &'static str, out: &mut Outbox) {
        out.todo.push(Do::Close(why));
        self.reconnect(now, out);
    }

    pub(super) fn test(&mut self, now: Millis) {
        self.state = State::Testing { until: now + self.random.within(Span::millis(3_000, 3_400)) };
    }
}
