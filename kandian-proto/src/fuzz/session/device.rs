//! A device against anything a platform, a network and an application can do.

use std::collections::BTreeSet;

use kandian_codec::Command;

use super::{
    Input, Ledger, MOST_OPERATIONS, accept, assert_ahead, capabilities, frame, id, identity, moment, port,
};
use super::{login, whole_frames};
use crate::Request;
use crate::message::device::{AlarmNotifyRequest, ExceptionNotifyRequest};
use crate::session::device::{Config, Device, Event, Network, Output, Restart};
use crate::session::{self, Exchange, HttpAnswer, Ticket};
use crate::time::Millis;
use crate::value::{AlarmType, ExceptionType};

/// Documents of a platform.
const DOCUMENTS: [(u8, &[u8]); 8] = [
    (0x31, include_bytes!("../../../testdata/canonical/LOGIN_RES.xml")),
    (0x31, include_bytes!("../../../testdata/variants/LOGIN_RES.refused.xml")),
    (0x32, include_bytes!("../../../testdata/canonical/ABILITYUP_RES.xml")),
    (0x33, include_bytes!("../../../testdata/canonical/HEARTBEAT_RES.xml")),
    (0x34, include_bytes!("../../../testdata/canonical/EXCEPTION_NOTIFY_RES.xml")),
    (0x37, include_bytes!("../../../testdata/canonical/ALARM_NOTIFY_RES.xml")),
    (0x6C, include_bytes!("../../../testdata/canonical/REBOOT_REQ.xml")),
    (0x6C, include_bytes!("../../../testdata/canonical/REBOOT_RES.xml")),
];

/// HTTP bodies.
const BODIES: [&[u8]; 4] = [
    include_bytes!("../../../testdata/canonical/REGISTER_RES.xml"),
    include_bytes!("../../../testdata/variants/REGISTER_RES.key-error.xml"),
    include_bytes!("../../../testdata/canonical/REDIRECT_RES.xml"),
    include_bytes!("../../../testdata/variants/REDIRECT_RES.unassigned.xml"),
];

/// Operations on a device: time, HTTP answers, connections, bytes, frames, answers, requests, restarts.
pub fn device_ops(data: &[u8]) {
    let mut input = Input(data);
    let mut bench = Bench::new(&mut input);
    bench.drain();
    for _ in 0..MOST_OPERATIONS {
        if input.is_over() {
            break;
        }
        bench.step(&mut input);
        bench.drain();
    }
    bench.restart(Restart::Reboot);
    bench.drain();
    assert!(bench.ours.open.is_empty(), "never ended: {:?}", bench.ours.open);
}

struct Bench {
    device: Device,
    now: Millis,
    ours: Ledger,
    theirs: Vec<(Ticket, Request)>,
    seen: BTreeSet<Ticket>,
    /// Whether a connection is up or asked for.
    connected: bool,
    /// The latest HTTP exchange.
    waits_for: Ticket,
    /// Starts of exchanges since the last restart.
    redirects: u32,
    registered_at: Option<Millis>,
    refused_at: Option<Millis>,
}

impl Bench {
    fn new(input: &mut Input<'_>) -> Self {
        let mut config = Config::new(identity(), capabilities(), u64::from(input.byte()));
        let options = input.byte();
        config.group_url = (options & 1 == 1).then(|| "http://group.example/".parse().unwrap());
        config.province_url = (options & 2 == 2).then(|| "http://province.example/".parse().unwrap());
        config.prepare = options & 4 == 4;
        Self {
            device: Device::new(config, moment(Millis(0))),
            now: Millis(0),
            ours: Ledger::default(),
            theirs: Vec::new(),
            seen: BTreeSet::new(),
            connected: false,
            waits_for: Ticket(0),
            redirects: 0,
            registered_at: None,
            refused_at: None,
        }
    }

    fn step(&mut self, input: &mut Input<'_>) {
        let now = moment(self.now);
        match input.byte() % 12 {
            0 | 1 => {
                self.now = self.now + input.span();
                self.device.handle_input(moment(self.now), session::Input::Timeout);
            }
            2 => {
                let choice = input.byte();
                let status = [None, Some(200), Some(401), Some(500)][usize::from(choice & 3)];
                // Mostly the exchange that is waited for, at times another.
                let ticket = Ticket(self.waits_for.0 - u64::from(choice >> 7).min(self.waits_for.0));
                let body = match input.byte() % 5 {
                    4 => input.bytes(40),
                    n => BODIES[usize::from(n)],
                };
                self.device
                    .handle_input(now, session::Input::HttpAnswer(HttpAnswer { ticket, status, body }));
            }
            3 if self.connected => self.device.handle_input(now, session::Input::Connected),
            4 if self.connected => {
                self.connected = false;
                self.device.handle_input(now, session::Input::Disconnected);
            }
            5 if self.connected => self.device.handle_input(now, session::Input::Bytes(input.bytes(60))),
            6 | 7 if self.connected => {
                let (command, document) = DOCUMENTS[usize::from(input.byte() & 7)];
                let bytes = frame(Command(command), u16::from(input.byte()), document);
                self.device.handle_input(now, session::Input::Bytes(&bytes));
            }
            8 => self.respond(input),
            9 => self.ask(input),
            10 => {
                let mut network = Network { upnp_failed: input.byte() & 1 == 1, ..Network::default() };
                let relay = port(50_000 + u16::from(input.byte()));
                network.addresses.relay =
                    relay.get().map(|port| core::net::SocketAddrV4::new([198, 51, 100, 20].into(), port));
                self.device.set_network(now, network);
            }
            11 => match input.byte() % 16 {
                0 | 1 => {
                    let restart = if input.byte() & 1 == 1 { Restart::Reset } else { Restart::Reboot };
                    self.restart(restart);
                }
                2 => self.device.handle_input(now, session::Input::WriteBlocked),
                3 => self.device.handle_input(now, session::Input::Writable),
                _ => {}
            },
            _ => {}
        }
    }

    /// The intervals count from one start to the next (E-54).
    fn restart(&mut self, restart: Restart) {
        self.device.restart(moment(self.now), restart);
        (self.redirects, self.registered_at, self.refused_at) = (0, None, None);
    }

    fn respond(&mut self, input: &mut Input<'_>) {
        if self.theirs.is_empty() {
            return;
        }
        let at = usize::from(input.byte()) % self.theirs.len();
        let (ticket, request) = self.theirs.swap_remove(at);
        let first = self.device.respond(moment(self.now), ticket, accept(&request));
        let again = self.device.respond(moment(self.now), ticket, accept(&request));
        assert!(first.is_ok() || again.is_err());
        assert!(again.is_err(), "one request was answered twice");
        // A login is nothing that platforms ask.
        assert!(self.device.respond(moment(self.now), ticket, login(true)).is_err());
    }

    fn ask(&mut self, input: &mut Input<'_>) {
        let (request, command): (Request, Command) = if input.byte() & 1 == 1 {
            let alarm = AlarmNotifyRequest::new(id(), u16::from(input.byte() & 3), AlarmType(2), "motion");
            (alarm.into(), Command::ALARM_NOTIFY)
        } else {
            let exception = ExceptionNotifyRequest::new(id(), ExceptionType(1), "disk");
            (exception.into(), Command::EXCEPTION_NOTIFY)
        };
        let result = self.device.request(moment(self.now), request);
        self.ours.asked(result, command);
    }

    fn drain(&mut self) {
        for _ in 0..10_000 {
            match self.device.poll_output() {
                Output::Timeout(at) => return assert_ahead(self.now, at),
                Output::Http(request) => self.exchange(request.ticket, request.exchange),
                Output::Connect(_) => {
                    assert!(!self.connected, "two connections");
                    self.connected = true;
                }
                Output::Disconnect(_) => {
                    assert!(self.connected, "closed what is not open");
                    self.connected = false;
                    self.theirs.clear();
                }
                Output::Transmit(bytes) => self.sent(&bytes),
                Output::Event(event) => self.event(event),
            }
        }
        panic!("the device never rests");
    }

    /// E-29: one redirect per start: registrations 300 seconds apart.
    fn exchange(&mut self, ticket: Ticket, exchange: Exchange) {
        self.waits_for = ticket;
        match exchange {
            Exchange::Redirect => {
                self.redirects += 1;
                assert_eq!(self.redirects, 1, "more than one redirect per start");
            }
            Exchange::Register => {
                let early = self.registered_at.is_some_and(|last| self.now - last < Millis::from_secs(300));
                assert!(!early, "two registrations within 300 seconds");
                self.registered_at = Some(self.now);
            }
        }
    }

    /// no login within 180 seconds of a refusal.
    fn sent(&mut self, bytes: &[u8]) {
        for (command, _) in whole_frames(bytes) {
            if command == Command::LOGIN {
                let early = self.refused_at.is_some_and(|at| self.now - at < Millis::from_secs(180));
                assert!(!early, "a login within 180 seconds of a refusal");
            }
        }
    }

    fn event(&mut self, event: Event) {
        match event {
            Event::Request { ticket, request, .. } => {
                assert!(self.seen.insert(ticket), "a ticket was used again");
                self.theirs.push((ticket, *request));
            }
            Event::Expired { ticket } => self.theirs.retain(|(open, _)| *open != ticket),
            // The report of a missing mapping is the machine's own.
            Event::Finished { ticket, end } if self.ours.open.contains_key(&ticket) => {
                self.ours.ended(ticket, &end);
            }
            Event::LoginRefused(_) => self.refused_at = Some(self.now),
            Event::Offline(_) => self.theirs.clear(),
            Event::Save(saved) => {
                let url = saved.province_url.map(|url| url.as_str().to_owned());
                assert!(url.is_none_or(|url| url.starts_with("http")), "saved what is no address");
            }
            _ => {}
        }
    }
}
