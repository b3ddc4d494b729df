//! A device of the specification: the device machine of this crate, with an application around it.

use core::net::{Ipv4Addr, SocketAddrV4};
use std::sync::Arc;

use super::spec_answers::answer;
use super::{Do, NEVER, Occurs, Open, Outbox};
use crate::message::device::{
    AbilityUpRequest, AlarmNotifyRequest, ExceptionNotifyRequest, VideoPlayRequest,
};
use crate::session::device::{Config, Device, Event, Identity, Network, Obstacle, Restart};
use crate::session::{HttpAnswer, Input, Output, SendError, Ticket, TimerKind};
use crate::sim::figures;
use crate::sim::platform::{GROUP_URL, PROVINCE_URL};
use crate::sim::random::Random;
use crate::sim::{Kind, Life, Rule, moment};
use crate::time::Millis;
use crate::value::{AlarmType, DevType, ExceptionType, HashToken, LocalStoreFlag, Manufacturer, StreamType};
use crate::{DevId, Request, Response};

const KIND: usize = Kind::Spec.index();
/// 811, the first of the table, as in the ids.
const MANUFACTURER: Manufacturer = Manufacturer::KNOWN[0].0;
/// Longest time an open request may take: the longest deadline of the machine, and some.
const OLD: Millis = Millis::from_secs(15);

/// The machine and its application.
#[derive(Debug)]
pub(in crate::sim) struct Spec {
    device: Device,
    id: DevId,
    random: Random,
    life: Arc<Life>,
    timeout: Millis,
    /// The HTTP exchange under way.
    exchange: Ticket,
    /// Requests to the platform that have not ended, and when they were sent.
    asked: Vec<(Ticket, Millis)>,
    /// Answers that are being worked on.
    owed: Vec<(Millis, Ticket, Box<Response>)>,
    next_notice: Millis,
    next_change: Millis,
    restart_at: Millis,
    network: Network,
}

impl Spec {
    pub(super) fn new(now: Millis, id: DevId, key: &str, mut random: Random, life: Arc<Life>) -> Self {
        let identity = Identity {
            dev_id: id,
            dev_key: key.into(),
            manufacturer: MANUFACTURER,
            model: "KD-1".to_owned(),
            dev_type: DevType::IPCAM,
            dev_ver: "V1.6_20140318".to_owned(),
        };
        let capabilities = AbilityUpRequest::new(id, 1_u16, LocalStoreFlag::USABLE, 0_u16).ptz_flag(true);
        let mut config = Config::new(identity, capabilities, random.next());
        if random.chance(life.redirected) {
            config.group_url = GROUP_URL.parse().ok();
        } else {
            config.province_url = PROVINCE_URL.parse().ok();
        }
        let mut network = Network::default();
        network.addresses.local = Some(SocketAddrV4::new(Ipv4Addr::new(192, 168, 1, 64), 554));
        config.network = network;
        let after = |wait: Option<Millis>| wait.map_or(NEVER, |wait| now + wait);
        Self {
            device: Device::new(config, moment(now)),
            id,
            timeout: NEVER,
            exchange: Ticket(0),
            asked: Vec::new(),
            owed: Vec::new(),
            next_notice: after(random.wait(life.alarms)),
            next_change: after(random.wait(life.changes)),
            restart_at: NEVER,
            network,
            random,
            life,
        }
    }

    pub(super) fn wake(&self) -> Millis {
        let owed = self.owed.iter().map(|(due, ..)| *due).min().unwrap_or(NEVER);
        self.timeout.min(owed).min(self.next_notice).min(self.next_change).min(self.restart_at)
    }

    pub(super) fn open(&self, now: Millis) -> Open {
        let old = self.asked.iter().filter(|(_, since)| *since + OLD < now).count();
        Open { all: self.asked.len() as u64, old: old as u64 }
    }

    pub(super) fn handle(&mut self, now: Millis, occurs: Occurs<'_>, out: &mut Outbox) {
        let input = match occurs {
            Occurs::SwitchedOn => return self.drain(now, out),
            Occurs::Woken => return self.woken(now, out),
            Occurs::Connected => Input::Connected,
            Occurs::Closed => Input::Disconnected,
            Occurs::Bytes(bytes) => Input::Bytes(bytes),
            Occurs::Http(status, body) => {
                Input::HttpAnswer(HttpAnswer { ticket: self.exchange, status, body })
            }
            Occurs::Blocked => Input::WriteBlocked,
            Occurs::Writable => Input::Writable,
        };
        self.device.handle_input(moment(now), input);
        self.drain(now, out);
    }

    fn woken(&mut self, now: Millis, out: &mut Outbox) {
        if self.timeout <= now {
            self.device.handle_input(moment(now), Input::Timeout);
            self.drain(now, out);
        }
        while let Some(at) = self.owed.iter().position(|(due, ..)| *due <= now) {
            let (_, ticket, response) = self.owed.swap_remove(at);
            self.respond(now, ticket, *response, out);
        }
        if self.next_notice <= now {
            self.next_notice = self.random.wait(self.life.alarms).map_or(NEVER, |wait| now + wait);
            self.notice(now, out);
        }
        if self.next_change <= now {
            self.next_change = self.random.wait(self.life.changes).map_or(NEVER, |wait| now + wait);
            let port = 20_000 + self.random.below(20_000) as u16;
            self.network.addresses.upnp = Some(SocketAddrV4::new(Ipv4Addr::new(203, 0, 113, 7), port));
            self.device.set_network(moment(now), self.network);
            self.drain(now, out);
        }
        if self.restart_at <= now {
            self.restart_at = NEVER;
            self.device.restart(moment(now), Restart::Reboot);
            self.drain(now, out);
        }
    }

    fn respond(&mut self, now: Millis, ticket: Ticket, response: Response, out: &mut Outbox) {
        let reboot = matches!(response, Response::Reboot(_));
        match self.device.respond(moment(now), ticket, response) {
            Ok(()) if reboot => self.restart_at = now + Millis::from_secs(1),
            // Too late, or the link is gone.
            Ok(()) | Err(SendError::UnknownTicket(_)) => {}
            Err(error) => out.broken(Rule::Contract, format!("a proper response is refused: {error}")),
        }
        self.drain(now, out);
    }

    /// An alarm, a token check or an exception.
    fn notice(&mut self, now: Millis, out: &mut Outbox) {
        let request: Request = match self.random.below(10) {
            0..6 => AlarmNotifyRequest::new(self.id, 0_u16, AlarmType::MOTION, "移动侦测").into(),
            6..9 => match HashToken::new(format!("{:032x}", self.random.next())) {
                Ok(token) => VideoPlayRequest::new(self.id, 0_u16, StreamType::SUB, token).into(),
                Err(_) => return,
            },
            _ => ExceptionNotifyRequest::new(self.id, ExceptionType::POWER_FAULT, "电源异常").into(),
        };
        match self.device.request(moment(now), request) {
            Ok(ticket) => {
                out.notices[KIND].sent += 1;
                self.asked.push((ticket, now));
            }
            Err(error) => out.notices[KIND].count_unsent(&error),
        }
        self.drain(now, out);
    }

    fn drain(&mut self, now: Millis, out: &mut Outbox) {
        loop {
            match self.device.poll_output() {
                Output::Timeout(at) => {
                    self.timeout = at.map_or(NEVER, |(at, _): (Millis, TimerKind)| at);
                    return;
                }
                Output::Transmit(bytes) => out.send(bytes),
                Output::Connect(_) => out.todo.push(Do::Dial),
                Output::Disconnect(reason) => out.todo.push(Do::Close(figures::close_reason(reason))),
                Output::Http(request) => {
                    self.exchange = request.ticket;
                    out.todo.push(Do::Http(request.exchange, request.body));
                }
                Output::Event(event) => self.event(now, event, out),
            }
        }
    }

    fn event(&mut self, now: Millis, event: Event, out: &mut Outbox) {
        match event {
            Event::LoggedIn { .. } => out.todo.push(Do::LoggedIn),
            Event::Online => out.todo.push(Do::Online),
            Event::Request { ticket, request, .. } if !self.random.chance(self.life.forgotten) => {
                if let Some(response) = answer(&request) {
                    let due = now + self.random.within(self.life.handling);
                    self.owed.push((due, ticket, Box::new(response)));
                }
            }
            Event::Finished { ticket, end } => {
                let at = self.asked.iter().position(|(open, _)| *open == ticket);
                match at.map(|at| self.asked.swap_remove(at)) {
                    Some(_) => out.notices[KIND].count(&end),
                    None => out.broken(Rule::EndsOnce, format!("request {ticket} ended twice: {end:?}")),
                }
            }
            Event::LoginRefused(result) => out.broken(Rule::Served, format!("login refused: {result}")),
            Event::NotRegistered(Obstacle::Register(result)) => {
                out.broken(Rule::Served, format!("registration refused: {result}"));
            }
            Event::Unassigned(why) => out.broken(Rule::Served, format!("unassigned: {why}")),
            Event::Fault(fault) => *out.faults[KIND].entry(figures::fault(&fault)).or_default() += 1,
            _ => {}
        }
    }
}
