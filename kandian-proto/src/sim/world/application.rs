//! The platform's application, at the links.

use super::{At, Happening, Simulation};
use crate::session::CloseReason;
use crate::session::platform::{Admission, Event};
use crate::session::{End, Ticket};
use crate::sim::fleet::id_of;
use crate::sim::platform::{Core, Planned, State, command, response};
use crate::sim::{Kind, Rule, figures, moment};
use crate::time::Millis;
use crate::value::LoginResult;
use crate::{DevId, Request};

/// Longest time an open command may take: the longest deadline of the machine, and some.
const OLD: Millis = Millis::from_secs(65);

impl Simulation {
    pub(super) fn event(&mut self, at: At, device: u32, event: Event) {
        match event {
            Event::Heartbeat { .. } => {
                self.figures(device).heartbeats += 1;
                if self.slots[device as usize].kind.is_honest() {
                    self.heartbeats.add(self.now);
                }
            }
            Event::Request { ticket, request, .. } => self.asked(at, device, ticket, &request),
            // Its request ends next.
            Event::Tolerated { .. } => {}
            Event::Finished { ticket, end } => self.ended(at, device, ticket, &end),
            Event::Expired { ticket } => {
                let open = self.linked(at).and_then(|linked| {
                    let at = linked.owed.iter().position(|(open, _)| *open == ticket)?;
                    Some(linked.owed.swap_remove(at))
                });
                self.figures(device).tickets.expired += 1;
                if open.is_none() {
                    self.violated(device, Rule::EndsOnce, format!("ticket {ticket} expired twice"));
                }
            }
            Event::Vendor { .. } => {
                *self.figures(device).faults.entry("command word of a vendor").or_default() += 1;
            }
            Event::Fault(fault) => {
                *self.figures(device).faults.entry(figures::fault(&fault)).or_default() += 1;
            }
        }
    }

    /// A device asks; the answer takes a while.
    fn asked(&mut self, at: At, device: u32, ticket: Ticket, request: &Request) {
        let Some(planned) = self.core.plan(request) else {
            return self.violated(device, Rule::Contract, "an event with a request that no device makes");
        };
        let is_login = matches!(planned, Planned::Login(..));
        if is_login {
            let now = self.now;
            self.figures(device).logins.add(now);
            if self.slots[device as usize].kind.is_honest() {
                self.logins.add(now);
            }
        }
        let slot = &mut self.slots[device as usize];
        let wait = slot.random.within(if is_login { self.life.login } else { self.life.service });
        self.queue.push(self.now + wait, Happening::Answer(at, ticket));
        let Some(linked) = self.linked(at) else { return };
        linked.owed.push((ticket, planned));
        let waiting = linked.owed.len();
        let work = &mut self.figures(device).work;
        work.most_waiting = work.most_waiting.max(waiting);
    }

    /// The application has decided and stored, and answers.
    pub(super) fn answer(&mut self, at: At, ticket: Ticket) {
        let now = self.now;
        let Some(linked) = self.linked(at) else { return };
        let device = linked.device;
        // Gone when the ticket expired.
        let Some(index) = linked.owed.iter().position(|(open, _)| *open == ticket) else { return };
        let (_, mut planned) = linked.owed.swap_remove(index);
        if let Planned::Login(id, verdict) = planned {
            planned = Planned::Login(id, self.admit(at, device, id, verdict));
        }
        let Some(linked) = self.linked(at) else { return };
        let Some(link) = &mut linked.link else { return };
        let id = link.device().unwrap_or_default();
        let result = link.respond(moment(now), ticket, response(now, id, planned));
        match result {
            Ok(()) => self.figures(device).tickets.answered += 1,
            Err(error) => {
                self.violated(device, Rule::Contract, format!("answer to {ticket} refused: {error}"));
            }
        }
        self.drain(at);
    }

    /// What concerns the other links, before a login is answered.
    fn admit(
        &mut self,
        at: At,
        device: u32,
        id: DevId,
        verdict: Result<Kind, LoginResult>,
    ) -> Result<Kind, LoginResult> {
        let before = self.linked(at).and_then(|linked| linked.session.take());
        if let Some((old, epoch)) = before
            && (old != id || verdict.is_err())
        {
            self.core.hub.release(old, epoch);
        }
        let kind = match verdict {
            Ok(kind) => kind,
            Err(code) => {
                self.figures(device).refused += 1;
                if self.slots[device as usize].kind.is_honest() {
                    self.violated(device, Rule::Served, format!("login refused: {code}"));
                }
                return Err(code);
            }
        };
        let epoch = self.core.next_epoch();
        match self.core.hub.admit(self.now, id, at.id(), epoch) {
            Admission::Replaces { link, .. } => self.replace(At::of(link)),
            Admission::Stale => return Err(LoginResult::OTHER),
            _ => {}
        }
        self.figures(device).accepted += 1;
        if let Some(linked) = self.linked(at) {
            linked.session = Some((id, epoch));
            if let Some(link) = &mut linked.link {
                link.set_quirks(Core::quirks(kind));
                if let Some(device_type) = Core::device_type(kind) {
                    link.set_device_type(device_type);
                }
            }
        }
        Ok(kind)
    }

    fn replace(&mut self, old: At) {
        let now = self.now;
        if let Some(link) = self.linked(old).and_then(|linked| linked.link.as_mut()) {
            link.close(moment(now), CloseReason::Replaced);
            self.drain(old);
        }
    }

    /// Asks a device, if it is here.
    pub(super) fn command(&mut self, device: u32) {
        let now = self.now;
        let slot = &mut self.slots[device as usize];
        if let Some(wait) = slot.random.wait(self.life.commands) {
            self.queue.push(now + wait, Happening::Command(device));
        }
        let id = id_of(slot.kind, slot.number);
        let request = command(id, self.life.drastic, &mut slot.random);
        let holder = self.core.hub.holder(id).filter(|_| self.core.state == State::Up);
        let Some(at) = holder.map(|(link, _)| At::of(link)) else {
            *self.figures(device).commands.not_sent.entry("not online").or_default() += 1;
            return;
        };
        let Some(linked) = self.linked(at) else {
            return self.violated(device, Rule::Contract, "the hub names a link that is gone");
        };
        let Some(link) = &mut linked.link else { return };
        match link.request(moment(now), request) {
            Ok(ticket) => {
                linked.asked.push((ticket, now));
                self.figures(device).commands.sent += 1;
            }
            Err(error) => self.figures(device).commands.count_unsent(&error),
        }
        self.drain(at);
    }

    fn ended(&mut self, at: At, device: u32, ticket: Ticket, end: &End) {
        let open = self.linked(at).and_then(|linked| {
            let at = linked.asked.iter().position(|(open, _)| *open == ticket)?;
            Some(linked.asked.swap_remove(at))
        });
        self.figures(device).commands.count(end);
        if open.is_none() {
            self.violated(device, Rule::EndsOnce, format!("command {ticket} ended twice: {end:?}"));
        }
    }

    /// At the end: what is open must not be old.
    pub(super) fn look_at_open_requests(&mut self) {
        for place in 0..self.links.len() {
            let Some(linked) = self.links[place].as_deref() else { continue };
            let device = linked.device;
            let old = linked.asked.iter().filter(|(_, since)| *since + OLD < self.now).count();
            let open = linked.asked.len() as u64;
            self.figures(device).commands.open += open;
            if old > 0 {
                self.violated(device, Rule::EndsOnce, format!("{old} commands never ended"));
            }
        }
        for device in 0..self.slots.len() as u32 {
            let open = self.slots[device as usize].unit.open(self.now);
            self.figures(device).notices.open += open.all;
            if open.old > 0 {
                self.violated(device, Rule::EndsOnce, format!("{} requests never ended", open.old));
            }
        }
    }

    /// At the end: as many requests ended or are open as were sent.
    pub(super) fn settle_accounts(&mut self) {
        for kind in Kind::ALL {
            let report = &self.kinds[kind.index()];
            for (whose, sent, accounted) in [
                ("commands", report.commands.sent, report.commands.accounted()),
                ("notices", report.notices.sent, report.notices.accounted()),
            ] {
                if sent != accounted {
                    let found = format!("{sent} {whose} sent, {accounted} accounted for");
                    let first = self.slots.iter().position(|slot| slot.kind == kind).unwrap_or(0);
                    return self.violated(first as u32, Rule::EndsOnce, found);
                }
            }
        }
    }
}
