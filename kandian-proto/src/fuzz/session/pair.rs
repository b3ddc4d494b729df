//! Both real machines over a link that cuts, flips, swallows and breaks.

use std::collections::VecDeque;
use std::sync::Arc;

use super::{Input, Ledger, MOST_OPERATIONS, accept, capabilities, id, identity, login, moment};
use crate::message::device::{AlarmNotifyRequest, RebootRequest};
use crate::session::device::{self, Device};
use crate::session::platform::{self, Link};
use crate::session::{self, HttpAnswer, Output, Ticket};
use crate::time::Millis;
use crate::value::AlarmType;
use crate::{Request, Response};
use kandian_codec::Command;

const REGISTERED: &[u8] = include_bytes!("../../../testdata/canonical/REGISTER_RES.xml");

/// Operations on the network between a device and its platform. At the end the network works again, and the device
/// must come back by itself.
pub fn pair(data: &[u8]) {
    let mut input = Input(data);
    let mut pair = Pair::new(u64::from(input.byte()));
    for _ in 0..MOST_OPERATIONS {
        if input.is_over() {
            break;
        }
        pair.step(&mut input);
        pair.settle();
    }
    pair.recover();
}

struct Pair {
    device: Device,
    link: Option<Link>,
    now: Millis,
    /// Bytes on their way, to the platform and to the device.
    up: VecDeque<u8>,
    down: VecDeque<u8>,
    /// Whether bytes arrive, and whether connections can be made.
    flowing: bool,
    reachable: bool,
    refusing: bool,
    asks: VecDeque<Ask>,
    device_ledger: Ledger,
    link_ledger: Ledger,
    device_timeout: Option<Millis>,
    link_timeout: Option<Millis>,
}

enum Ask {
    Http(Ticket),
    Connect,
}

impl Pair {
    fn new(seed: u64) -> Self {
        let mut config = device::Config::new(identity(), capabilities(), seed);
        config.province_url = Some("http://province.example/".parse().unwrap());
        let mut pair = Self {
            device: Device::new(config, moment(Millis(0))),
            link: None,
            now: Millis(0),
            up: VecDeque::new(),
            down: VecDeque::new(),
            flowing: true,
            reachable: true,
            refusing: false,
            asks: VecDeque::new(),
            device_ledger: Ledger::default(),
            link_ledger: Ledger::default(),
            device_timeout: None,
            link_timeout: None,
        };
        pair.settle();
        pair
    }

    fn step(&mut self, input: &mut Input<'_>) {
        match input.byte() % 10 {
            0..=2 => self.run(input.span()),
            3 => self.flowing = input.byte() & 3 != 0,
            4 => self.reachable = input.byte() & 3 != 0,
            5 => self.refusing = input.byte() & 7 == 0,
            6 => self.cut(),
            7 => {
                // One damaged bit.
                let (at, bit) = (usize::from(input.byte()), input.byte() & 7);
                let queue = if input.byte() & 1 == 1 { &mut self.up } else { &mut self.down };
                let length = queue.len().max(1);
                if let Some(byte) = queue.get_mut(at % length) {
                    *byte ^= 1 << bit;
                }
            }
            8 => {
                let alarm = AlarmNotifyRequest::new(id(), u16::from(input.byte()), AlarmType(2), "motion");
                let result = self.device.request(moment(self.now), alarm.into());
                self.device_ledger.asked(result, Command::ALARM_NOTIFY);
            }
            _ => {
                if let Some(link) = &mut self.link {
                    let result = link.request(moment(self.now), RebootRequest::new(id()).into());
                    self.link_ledger.asked(result, Command::REBOOT);
                }
            }
        }
    }

    /// Lets time pass, from deadline to deadline.
    fn run(&mut self, span: Millis) {
        let end = self.now + span;
        for _ in 0..100_000 {
            self.settle();
            let next = [self.device_timeout, self.link_timeout].into_iter().flatten().min();
            let Some(at) = next.filter(|at| *at <= end) else {
                self.now = end;
                return;
            };
            self.now = self.now.max(at);
            self.device.handle_input(moment(self.now), session::Input::Timeout);
            if let Some(link) = &mut self.link {
                link.handle_input(moment(self.now), session::Input::Timeout);
            }
        }
        panic!("the machines never rest");
    }

    /// The network works, the platform accepts: within a registration interval, a refused login and the longest
    /// back-off the device is online.
    fn recover(&mut self) {
        (self.flowing, self.reachable, self.refusing) = (true, true, false);
        self.run(Millis::from_secs(480 + 360 + 360 + 195 + 120));
        assert!(self.device.is_online(), "the device did not come back");
        assert_eq!(self.link.as_ref().and_then(Link::device), Some(id()));
        self.cut();
        self.settle();
        assert!(self.device_ledger.open.is_empty(), "never ended: {:?}", self.device_ledger.open);
        assert!(self.link_ledger.open.is_empty(), "never ended: {:?}", self.link_ledger.open);
    }

    /// Both ends notice that the connection is gone.
    fn cut(&mut self) {
        self.close_link();
        self.device.handle_input(moment(self.now), session::Input::Disconnected);
    }

    fn close_link(&mut self) {
        if let Some(link) = &mut self.link {
            link.handle_input(moment(self.now), session::Input::Disconnected);
        }
        self.drain_link();
        self.link = None;
        self.link_timeout = None;
        self.up.clear();
        self.down.clear();
    }

    fn settle(&mut self) {
        for _ in 0..10_000 {
            self.drain_device();
            self.drain_link();
            let Some(ask) = self.asks.pop_front() else {
                if !self.carry() {
                    return;
                }
                continue;
            };
            match ask {
                Ask::Http(ticket) => {
                    let status = self.reachable.then_some(200);
                    let answer = HttpAnswer { ticket, status, body: REGISTERED };
                    self.device.handle_input(moment(self.now), session::Input::HttpAnswer(answer));
                }
                Ask::Connect if self.reachable => {
                    self.close_link();
                    let config = Arc::new(platform::Config::default());
                    assert!(self.link_ledger.open.is_empty(), "never ended: {:?}", self.link_ledger.open);
                    self.link_ledger = Ledger::default();
                    self.link = Some(Link::new(config, moment(self.now)));
                    self.device.handle_input(moment(self.now), session::Input::Connected);
                }
                Ask::Connect => self.device.handle_input(moment(self.now), session::Input::Disconnected),
            }
        }
        panic!("the pair never rests");
    }

    /// Carries bytes; returns whether there were any.
    fn carry(&mut self) -> bool {
        if !self.flowing || self.link.is_none() {
            return false;
        }
        let (up, down): (Vec<u8>, Vec<u8>) = (self.up.drain(..).collect(), self.down.drain(..).collect());
        // In pieces of a size that cuts headers and digests.
        for piece in up.chunks(13) {
            if let Some(link) = &mut self.link {
                link.handle_input(moment(self.now), session::Input::Bytes(piece));
            }
        }
        down.chunks(13).for_each(|piece| {
            self.device.handle_input(moment(self.now), session::Input::Bytes(piece));
        });
        !up.is_empty() || !down.is_empty()
    }

    fn drain_device(&mut self) {
        loop {
            match self.device.poll_output() {
                Output::Timeout(at) => {
                    self.device_timeout = at.map(|(at, _)| at);
                    return;
                }
                Output::Http(request) => self.asks.push_back(Ask::Http(request.ticket)),
                Output::Connect(_) => self.asks.push_back(Ask::Connect),
                Output::Disconnect(_) => {
                    self.asks.retain(|ask| matches!(ask, Ask::Http(_)));
                    self.close_link();
                }
                Output::Transmit(bytes) => self.up.extend(bytes),
                Output::Event(device::Event::Request { ticket, request, .. }) => {
                    // The link may have broken behind the request.
                    let _ = self.device.respond(moment(self.now), ticket, accept(&request));
                }
                Output::Event(device::Event::Finished { ticket, end }) => {
                    self.device_ledger.ended(ticket, &end);
                }
                Output::Event(_) => {}
            }
        }
    }

    fn drain_link(&mut self) {
        while let Some(link) = &mut self.link {
            match link.poll_output() {
                Output::Timeout(at) => {
                    self.link_timeout = at.map(|(at, _)| at);
                    return;
                }
                Output::Transmit(bytes) => self.down.extend(bytes),
                Output::Event(platform::Event::Request { ticket, request, .. }) => {
                    let response: Response = match *request {
                        Request::Login(_) => login(!self.refusing),
                        ref other => accept(other),
                    };
                    let _ = link.respond(moment(self.now), ticket, response);
                }
                Output::Event(platform::Event::Finished { ticket, end }) => {
                    self.link_ledger.ended(ticket, &end);
                }
                Output::Event(_) => {}
                Output::Disconnect(_) => {
                    self.link = None;
                    self.link_timeout = None;
                    self.up.clear();
                    self.down.clear();
                    if self.flowing {
                        self.device.handle_input(moment(self.now), session::Input::Disconnected);
                    }
                }
                other => panic!("{other:?}"),
            }
        }
    }
}
