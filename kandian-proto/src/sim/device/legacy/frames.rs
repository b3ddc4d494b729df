//! Frames: what it writes, and what it makes of those it reads.

use kandian_codec::{Command, FrameRef, HEADER_LEN, MAGIC, MAX_PAYLOAD, OVERHEAD, encode};

use super::commands::{Reply, reply};
use super::{BUFFER, HEARTBEAT, KIND, LIMIT, Legacy, State, document_of, is_failure, number_in};
use crate::sim::device::{Do, NEVER, Outbox};
use crate::sim::{Rule, Span};
use crate::time::Millis;

impl Legacy {
    /// A request of its own: the counter is raised first.
    pub(super) fn ask(&mut self, command: Command, document: &str, out: &mut Outbox) {
        self.seq = self.seq.wrapping_add(1);
        self.write(command, document, out);
    }

    pub(super) fn write(&mut self, command: Command, document: &str, out: &mut Outbox) {
        // A write to a full socket waits; what it would send after that is late or in vain.
        if !self.connected || self.full {
            return;
        }
        let mut bytes = Vec::new();
        // Its longest document has 4,095 bytes.
        if encode(&FrameRef::new(command, self.seq, document.as_bytes()), &mut bytes, MAX_PAYLOAD).is_ok() {
            out.send(bytes);
        }
    }

    pub(super) fn request(&self, root: &str, body: &str) -> String {
        document_of(&format!("<{root}><DevID>{}</DevID>{body}</{root}>", self.id))
    }

    pub(super) fn read(&mut self, now: Millis, out: &mut Outbox) {
        while self.connected && !self.is_blocked() {
            let Some(header) = self.received.get(..HEADER_LEN) else { break };
            let &[a, b, command, s1, s2, _, l1, l2] = header else { break };
            let len = usize::from(u16::from_be_bytes([l1, l2]));
            if [a, b] != MAGIC || OVERHEAD + len > BUFFER {
                return self.close(now, "bytes it cannot take", out);
            }
            let Some(frame) = self.received.get(..OVERHEAD + len) else { break };
            let document =
                String::from_utf8_lossy(frame.get(HEADER_LEN..HEADER_LEN + len).unwrap_or_default());
            let document = document.into_owned();
            self.received.drain(..OVERHEAD + len);
            self.rest_until = NEVER;
            self.seq = u16::from_be_bytes([s1, s2]);
            self.frame(now, Command(command), &document, out);
        }
        match self.received.is_empty() {
            true => self.received = Vec::new(),
            false if self.rest_until == NEVER && !self.is_blocked() => self.rest_until = now + LIMIT,
            false => {}
        }
    }

    pub(super) fn frame(&mut self, now: Millis, command: Command, document: &str, out: &mut Outbox) {
        match command {
            Command::LOGIN if is_failure(number_in(document, "Result")) => {
                out.broken(Rule::Served, "login refused");
                self.state = State::Sleeping { until: now + self.seconds(0, 10) };
            }
            Command::LOGIN => {
                out.todo.push(Do::LoggedIn);
                return self.report(now, out);
            }
            Command::ABILITYUP if matches!(self.state, State::Reporting { .. }) => {
                self.state = State::Online;
                self.unanswered = 0;
                out.todo.push(Do::Online);
                self.heartbeat(now, out);
            }
            Command::HEARTBEAT => {
                self.unanswered = 0;
                self.due = self.sent_at + HEARTBEAT;
            }
            Command::EXCEPTION_NOTIFY => self.exception = false,
            Command::VIDEO_PLAY if self.tokens.pop().is_some() => out.notices[KIND].answered += 1,
            _ => self.command(now, command, document, out),
        }
        self.turn(now, out);
    }

    pub(super) fn command(&mut self, now: Millis, command: Command, document: &str, out: &mut Outbox) {
        match reply(self, command, document) {
            Reply::Silence => {}
            Reply::Now(document) => self.write(command, &document, out),
            Reply::Later(document) => {
                let due = now + self.random.within(Span::millis(200, 3_000));
                self.later.push((due, command, document));
            }
            Reply::ThenFormat(document) => {
                self.write(command, &document, out);
                let until = now + self.random.within(Span::millis(60_000, 420_000));
                self.state = State::Formatting { until };
            }
            Reply::ThenReboot(document) => {
                self.write(command, &document, out);
                self.state = State::Leaving { until: now + Millis::from_secs(1) };
            }
        }
    }

    /// Every frame turns the loop, which repeats what is not confirmed.
    pub(super) fn turn(&mut self, now: Millis, out: &mut Outbox) {
        if matches!(self.state, State::Reporting { .. }) {
            self.report(now, out);
        }
        if self.exception && self.is_logged_in() {
            let body = "<ChannelNo>0</ChannelNo><ExceptionType>11</ExceptionType><ExceptionDesc />";
            self.ask(Command::EXCEPTION_NOTIFY, &self.request("EXCEPTION_NOTIFY_REQ", body), out);
        }
    }
}
