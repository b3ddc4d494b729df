//! One link of the platform against anything a device and an application can do.

use std::collections::BTreeSet;
use std::sync::Arc;

use kandian_codec::Command;

use super::{Input, Ledger, MOST_OPERATIONS, accept, assert_ahead, frame, id, login, moment, whole_frames};
use crate::message::device::{RebootRequest, StoreQueryRequest};
use crate::session::platform::{Config, Event, Link, Output};
use crate::session::{self, CloseReason, Quirks, Ticket};
use crate::time::Millis;
use crate::{Request, Response};

/// Documents of a device, so that an input need not spell them.
const DOCUMENTS: [(u8, &[u8]); 8] = [
    (0x31, include_bytes!("../../../testdata/canonical/LOGIN_REQ.xml")),
    (0x32, include_bytes!("../../../testdata/canonical/ABILITYUP_REQ.xml")),
    (0x33, include_bytes!("../../../testdata/canonical/HEARTBEAT_REQ.xml")),
    (0x34, include_bytes!("../../../testdata/canonical/EXCEPTION_NOTIFY_REQ.xml")),
    (0x35, include_bytes!("../../../testdata/canonical/VIDEO_PLAY_REQ.xml")),
    (0x37, include_bytes!("../../../testdata/canonical/ALARM_NOTIFY_REQ.xml")),
    (0x6C, include_bytes!("../../../testdata/canonical/REBOOT_RES.xml")),
    (0x7F, include_bytes!("../../../testdata/canonical/STORE_QUERY_RES.xml")),
];

/// Operations on a link: time, bytes, frames good and bad, answers, requests, back-pressure, the end.
pub fn platform_ops(data: &[u8]) {
    let mut input = Input(data);
    let mut bench = Bench::new(&mut input);
    for _ in 0..MOST_OPERATIONS {
        if input.is_over() {
            break;
        }
        // Events that are drained now may stem from before the operation or from after it.
        let before = bench.link.device().is_some();
        bench.step(&mut input);
        bench.online = before || bench.link.device().is_some();
        bench.drain();
    }
    bench.finish();
}

struct Bench {
    link: Link,
    now: Millis,
    ours: Ledger,
    /// Requests of the device that wait for an answer, with the request.
    theirs: Vec<(Ticket, Request)>,
    seen: BTreeSet<Ticket>,
    closed: bool,
    online: bool,
}

impl Bench {
    fn new(input: &mut Input<'_>) -> Self {
        let mut config = Config::default();
        if input.byte() & 1 == 1 {
            config.quirks = Quirks::LEGACY_RECORDER;
        }
        let link = Link::new(Arc::new(config), moment(Millis(0)));
        Self {
            link,
            now: Millis(0),
            ours: Ledger::default(),
            theirs: Vec::new(),
            seen: BTreeSet::new(),
            closed: false,
            online: false,
        }
    }

    fn step(&mut self, input: &mut Input<'_>) {
        let now = moment(self.now);
        match input.byte() % 12 {
            0 | 1 => {
                self.now = self.now + input.span();
                self.link.handle_input(moment(self.now), session::Input::Timeout);
            }
            2 => self.link.handle_input(now, session::Input::Bytes(input.bytes(60))),
            3..=5 => {
                let (command, document) = DOCUMENTS[usize::from(input.byte() & 7)];
                let mut bytes = frame(Command(command), u16::from(input.byte()), document);
                if input.byte() == 255 {
                    // A wrong digest.
                    if let Some(last) = bytes.last_mut() {
                        *last ^= 1;
                    }
                }
                self.link.handle_input(now, session::Input::Bytes(&bytes));
            }
            6 => {
                let document = input.bytes(40);
                let bytes = frame(Command(input.byte()), u16::from(input.byte()), document);
                self.link.handle_input(now, session::Input::Bytes(&bytes));
            }
            7 => self.respond(input),
            8 => {
                let command = [Command::REBOOT, Command::STORE_QUERY][usize::from(input.byte() & 1)];
                let request: Request = match command {
                    Command::REBOOT => RebootRequest::new(id()).into(),
                    _ => StoreQueryRequest::new(id()).into(),
                };
                let online = self.link.device().is_some();
                let result = self.link.request(now, request);
                assert!(result.is_err() || online && !self.closed, "sent on a link without a login");
                self.ours.asked(result, command);
            }
            9 => self.link.handle_input(now, session::Input::WriteBlocked),
            10 => self.link.handle_input(now, session::Input::Writable),
            _ => match input.byte() % 16 {
                0 => self.link.handle_input(now, session::Input::Disconnected),
                1 => self.link.close(now, CloseReason::Application),
                _ => {}
            },
        }
    }

    fn respond(&mut self, input: &mut Input<'_>) {
        if self.theirs.is_empty() {
            return;
        }
        let at = usize::from(input.byte()) % self.theirs.len();
        let (ticket, request) = self.theirs.swap_remove(at);
        let response: Response = match (&request, input.byte() & 3) {
            (Request::Login(_), 0) => login(false),
            _ => accept(&request),
        };
        // The ticket may have run out, or its device may be gone.
        let _ = self.link.respond(moment(self.now), ticket, response);
        let again = self.link.respond(moment(self.now), ticket, accept(&request));
        assert!(again.is_err(), "one request was answered twice");
    }

    fn drain(&mut self) {
        // More outputs than an operation can cause would be a machine that never rests.
        for _ in 0..10_000 {
            match self.link.poll_output() {
                Output::Timeout(at) => return assert_ahead(self.now, at),
                Output::Transmit(bytes) => {
                    assert!(!self.closed);
                    assert!(!whole_frames(&bytes).is_empty());
                }
                Output::Disconnect(_) => {
                    assert!(!self.closed, "closed twice");
                    self.closed = true;
                    self.theirs.clear();
                }
                Output::Event(Event::Request { ticket, request, .. }) => {
                    assert!(self.seen.insert(ticket), "a ticket was used again");
                    assert!(self.online || matches!(*request, Request::Login(_)), "a stranger was heard");
                    self.theirs.push((ticket, *request));
                }
                Output::Event(Event::Expired { ticket }) => {
                    assert!(self.seen.contains(&ticket));
                    self.theirs.retain(|(open, _)| *open != ticket);
                }
                Output::Event(Event::Finished { ticket, end }) => self.ours.ended(ticket, &end),
                Output::Event(Event::Heartbeat { .. } | Event::Vendor { .. }) => assert!(self.online),
                Output::Event(Event::Fault(_)) => {}
                other => panic!("{other:?}"),
            }
        }
        panic!("the link never rests");
    }

    /// Whatever came before, the end of the link ends every request.
    fn finish(&mut self) {
        self.link.handle_input(moment(self.now), session::Input::Disconnected);
        self.drain();
        assert!(self.ours.open.is_empty(), "never ended: {:?}", self.ours.open);
        assert_eq!(self.link.poll_output(), Output::Timeout(None));
    }
}
