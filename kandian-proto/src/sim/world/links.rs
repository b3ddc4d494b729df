//! Connections: bytes in both directions, their ends, and what the network does to them.

use super::{At, Fault, Happening, OwedAnswer, Simulation};
use crate::DevId;
use crate::session::platform::{Link, LinkEpoch, LinkId};
use crate::session::{Input, Output, Ticket};
use crate::sim::device::{NEVER, Occurs};
use crate::sim::pipe::{self, Pipe};
use crate::sim::trace::Trace;
use crate::sim::{Kind, Rule, Span, figures, moment};
use crate::time::Millis;

/// Longest frame: what may be on its way on top of a full buffer, since a sender learns of it afterwards.
const LONGEST_FRAME: u32 = 65_559;

/// A connection, with the platform's end of it.
#[derive(Debug)]
pub(super) struct Linked {
    pub(super) serial: u32,
    pub(super) device: u32,
    /// The platform's machine, until this end is closed.
    pub(super) link: Option<Link>,
    /// Whether the device's end is open.
    pub(super) device_end: bool,
    /// Whether bytes vanish.
    pub(super) dead: bool,
    latency: Millis,
    up: Pipe,
    down: Pipe,
    wake: Millis,
    /// Commands that have not ended.
    pub(super) asked: Vec<(Ticket, Millis)>,
    pub(super) owed: Vec<OwedAnswer>,
    pub(super) session: Option<(DevId, LinkEpoch)>,
}

impl At {
    pub(super) fn id(self) -> LinkId {
        LinkId(u64::from(self.serial) << 32 | u64::from(self.place))
    }

    pub(super) fn of(id: LinkId) -> Self {
        Self { place: id.0 as u32, serial: (id.0 >> 32) as u32 }
    }
}

impl Simulation {
    pub(super) fn linked(&mut self, at: At) -> Option<&mut Linked> {
        self.links.get_mut(at.place as usize)?.as_deref_mut().filter(|linked| linked.serial == at.serial)
    }

    /// A connection was accepted.
    pub(super) fn open_link(&mut self, device: u32) {
        let place = self.free.pop().unwrap_or_else(|| {
            self.links.push(None);
            (self.links.len() - 1) as u32
        });
        self.serial = self.serial.wrapping_add(1);
        let at = At { place, serial: self.serial };
        let slot = &mut self.slots[device as usize];
        slot.link = Some(at);
        let network = &self.config.network;
        let latency = slot.random.within(network.latency);
        let faults = [
            (Fault::Stall, network.stalls),
            (Fault::Reset, network.resets),
            (Fault::HalfOpen, network.half_open),
        ];
        for (fault, rate) in faults {
            if let Some(wait) = slot.random.wait(rate) {
                self.queue.push(self.now + wait, Happening::Fault(at, fault));
            }
        }
        self.links[place as usize] = Some(Box::new(Linked {
            serial: at.serial,
            device,
            link: Some(Link::new(self.core.link_config.clone(), moment(self.now))),
            device_end: true,
            dead: false,
            latency,
            up: Pipe::default(),
            down: Pipe::default(),
            wake: NEVER,
            asked: Vec::new(),
            owed: Vec::new(),
            session: None,
        }));
        self.drain(at);
    }

    pub(super) fn free_link(&mut self, at: At) {
        if self.linked(at).is_some() {
            self.links[at.place as usize] = None;
            self.free.push(at.place);
        }
    }

    // ---- bytes ----

    /// Puts bytes on their way; says whether the sender must wait from now on.
    pub(super) fn transmit(&mut self, at: At, up: bool, mut bytes: Vec<u8>) -> bool {
        let Some(linked) = self.links.get_mut(at.place as usize).and_then(Option::as_deref_mut) else {
            return false;
        };
        let network = &self.config.network;
        let slot = &mut self.slots[linked.device as usize];
        let (device, latency) = (linked.device, linked.latency);
        let pipe = if up { &mut linked.up } else { &mut linked.down };
        // Whoever does not wait finds the socket full.
        if pipe.blocked && slot.kind == Kind::Hostile && up {
            return false;
        }
        pipe.under_way += bytes.len() as u32;
        let work = &mut self.kinds[slot.kind.index()].work;
        let (sum, most) = if up {
            (&mut work.bytes_up, &mut work.most_up)
        } else {
            (&mut work.bytes_down, &mut work.most_down)
        };
        *sum += bytes.len() as u64;
        *most = pipe.under_way.max(*most);
        let too_many = pipe.under_way > network.send_buffer + 2 * LONGEST_FRAME;
        let blocks = pipe.under_way > network.send_buffer && !pipe.blocked;
        pipe.blocked |= blocks;
        let end = |up| if up { Happening::DownEnd(at) } else { Happening::UpEnd(at) };
        let was_dead = linked.dead;
        if was_dead && !core::mem::replace(&mut pipe.doomed, true) {
            // Nothing is acknowledged; one day its TCP says so.
            self.queue.push(self.now + network.give_up, end(up));
        }
        let mut pieces = if slot.random.chance(network.split) { 1 + slot.random.below(3) } else { 0 };
        let mut late = Millis(0);
        while !linked.dead {
            let rest = match bytes.len() {
                len @ 2.. if pieces > 0 => bytes.split_off(1 + slot.random.below(len as u64 - 1) as usize),
                _ => Vec::new(),
            };
            pieces = pieces.saturating_sub(1);
            let Some(arrival) = pipe.carry(self.now + late, bytes.len(), latency, network, &mut slot.random)
            else {
                linked.dead = true;
                self.queue.push(self.now + pipe::gave_up_after(), end(up));
                *self.kinds[slot.kind.index()].network.entry("given up by TCP").or_default() += 1;
                break;
            };
            let piece = bytes.into_boxed_slice();
            self.queue.push(arrival, if up { Happening::Up(at, piece) } else { Happening::Down(at, piece) });
            if rest.is_empty() {
                break;
            }
            bytes = rest;
            late = late + slot.random.within(Span::millis(1, 50));
        }
        if linked.dead && !was_dead {
            self.disturb_link(at);
        }
        if too_many {
            self.violated(device, Rule::Bounded, "a sender does not wait");
        }
        blocks
    }

    /// Bytes arrive at the platform.
    pub(super) fn up(&mut self, at: At, bytes: &[u8]) {
        let (now, buffer) = (self.now, self.config.network.send_buffer);
        let Some(linked) = self.linked(at) else { return };
        let Some(link) = linked.link.as_mut().filter(|_| !linked.dead) else { return };
        let device = linked.device;
        linked.up.under_way -= bytes.len() as u32;
        let writable = linked.up.blocked && linked.up.under_way <= buffer / 2;
        linked.up.blocked &= !writable;
        let device_end = linked.device_end;
        link.handle_input(moment(now), Input::Bytes(bytes));
        self.note(device, 4, Trace::of(bytes));
        self.meter = (0, 0);
        self.drain(at);
        let (outputs, sent) = self.meter;
        let work = &mut self.figures(device).work;
        work.most_outputs = work.most_outputs.max(outputs);
        work.most_sent = work.most_sent.max(sent);
        if writable && device_end {
            self.tell(device, Occurs::Writable);
        }
    }

    /// Bytes arrive at the device.
    pub(super) fn down(&mut self, at: At, bytes: &[u8]) {
        let (now, buffer) = (self.now, self.config.network.send_buffer);
        let Some(linked) = self.linked(at) else { return };
        let device = linked.device;
        if linked.dead || !linked.device_end {
            return;
        }
        if !self.slots[device as usize].unit.reads() {
            return;
        }
        let Some(linked) = self.linked(at) else { return };
        linked.down.under_way -= bytes.len() as u32;
        if linked.down.blocked && linked.down.under_way <= buffer / 2 {
            linked.down.blocked = false;
            if let Some(link) = &mut linked.link {
                link.handle_input(moment(now), Input::Writable);
            }
            self.drain(at);
        }
        self.note(device, 5, Trace::of(bytes));
        self.tell(device, Occurs::Bytes(bytes));
    }

    // ---- the platform's end ----

    pub(super) fn wake_link(&mut self, at: At) {
        let now = self.now;
        let Some(linked) = self.linked(at) else { return };
        if linked.wake != now {
            return;
        }
        linked.wake = NEVER;
        if let Some(link) = &mut linked.link {
            link.handle_input(moment(now), Input::Timeout);
            self.drain(at);
        }
    }

    /// Takes everything the machine has to say.
    pub(super) fn drain(&mut self, at: At) {
        loop {
            let now = self.now;
            let Some(linked) = self.linked(at) else { return };
            let device = linked.device;
            let Some(link) = &mut linked.link else { return };
            match link.poll_output() {
                Output::Timeout(None) => return,
                Output::Timeout(Some((wanted, _))) => {
                    let overdue = wanted <= now;
                    // The deadline moves with each heartbeat; a clock that rings too early is set again.
                    if wanted < linked.wake {
                        linked.wake = wanted.max(now);
                        self.queue.push(wanted, Happening::LinkWake(at));
                    }
                    if overdue {
                        self.violated(device, Rule::Contract, "a deadline of the platform that is past");
                    }
                    return;
                }
                Output::Transmit(bytes) => {
                    self.meter.0 += 1;
                    self.meter.1 += bytes.len() as u64;
                    if self.transmit(at, false, bytes)
                        && let Some(link) = self.linked(at).and_then(|linked| linked.link.as_mut())
                    {
                        link.handle_input(moment(now), Input::WriteBlocked);
                    }
                }
                Output::Event(event) => {
                    self.meter.0 += 1;
                    self.event(at, device, event);
                }
                Output::Disconnect(reason) => {
                    let why = figures::close_reason(reason);
                    *self.figures(device).platform_closes.entry(why).or_default() += 1;
                    return self.platform_closes(at);
                }
                other => self.violated(device, Rule::Contract, format!("the platform wants {other:?}")),
            }
        }
    }

    /// The machine closed its end.
    fn platform_closes(&mut self, at: At) {
        let now = self.now;
        let Some(linked) = self.linked(at) else { return };
        let (device, tell) = (linked.device, linked.device_end && !linked.dead);
        let end = linked.down.end(now, linked.latency);
        if tell {
            self.queue.push(end, Happening::DownEnd(at));
        }
        if self.slots[device as usize].link == Some(at) {
            self.go_offline(device);
        }
        self.platform_end_is_gone(at);
    }

    /// The connection is over, and the platform's end is told.
    pub(super) fn platform_learns_end(&mut self, at: At) {
        let now = self.now;
        if let Some(link) = self.linked(at).and_then(|linked| linked.link.as_mut()) {
            link.handle_input(moment(now), Input::Disconnected);
            self.drain(at);
            self.platform_end_is_gone(at);
        }
    }

    /// What belongs to the platform's end goes with it.
    pub(super) fn platform_end_is_gone(&mut self, at: At) {
        let Some(linked) = self.linked(at) else { return };
        if linked.link.take().is_none() {
            return;
        }
        let (device, session, owed) = (linked.device, linked.session.take(), linked.owed.len() as u64);
        linked.owed = Vec::new();
        let unended = core::mem::take(&mut linked.asked);
        let device_end = linked.device_end;
        if let Some((id, epoch)) = session {
            self.core.hub.release(id, epoch);
        }
        self.figures(device).tickets.link_lost += owed;
        for (ticket, _) in unended {
            self.violated(device, Rule::EndsOnce, format!("command {ticket} did not end with its link"));
        }
        if !device_end {
            self.free_link(at);
        }
    }

    /// The device closed its end.
    pub(super) fn device_hung_up(&mut self, at: At) {
        let now = self.now;
        let Some(linked) = self.linked(at) else { return };
        linked.device_end = false;
        let (open, dead) = (linked.link.is_some(), linked.dead);
        let end = linked.up.end(now, linked.latency);
        match (open, dead) {
            (false, _) => self.free_link(at),
            (true, false) => self.queue.push(end, Happening::UpEnd(at)),
            // The platform finds out by itself.
            (true, true) => {}
        }
    }

    // ---- what the network does ----

    pub(super) fn strike(&mut self, at: At, fault: Fault) {
        let now = self.now;
        let stall_for = self.config.network.stall_for;
        let rate = self.config.network.stalls;
        let Some(linked) = self.links.get_mut(at.place as usize).and_then(Option::as_deref_mut) else {
            return;
        };
        if linked.serial != at.serial || linked.dead {
            return;
        }
        let device = linked.device;
        let slot = &mut self.slots[device as usize];
        let name = match fault {
            Fault::Stall => {
                let until = now + slot.random.within(stall_for);
                linked.up.stall(until);
                linked.down.stall(until);
                if let Some(wait) = slot.random.wait(rate) {
                    self.queue.push(until + wait, Happening::Fault(at, Fault::Stall));
                }
                "stall"
            }
            Fault::HalfOpen => {
                linked.dead = true;
                "half-open"
            }
            Fault::Reset => {
                linked.dead = true;
                self.queue.push(now, Happening::DownEnd(at));
                self.queue.push(now, Happening::UpEnd(at));
                "reset"
            }
        };
        *self.kinds[slot.kind.index()].network.entry(name).or_default() += 1;
        self.note(device, 6, fault as u64);
        self.disturb_link(at);
    }

    /// The device of a connection is not to blame for being offline now.
    pub(super) fn disturb_link(&mut self, at: At) {
        let Some(linked) = self.linked(at) else { return };
        let (device, dead) = (linked.device, linked.dead);
        if self.slots[device as usize].link == Some(at) {
            if dead {
                self.go_offline(device);
            }
            self.disturb(device);
        }
    }

    /// Cuts every link at the platform: its process or its machine is gone.
    pub(super) fn cut_all_links(&mut self, told: bool) {
        for place in 0..self.links.len() {
            let Some(linked) = self.links[place].as_deref_mut() else { continue };
            let at = At { place: place as u32, serial: linked.serial };
            let (latency, device_end, dead) = (linked.latency, linked.device_end, linked.dead);
            self.platform_learns_end(at);
            if let Some(linked) = self.linked(at) {
                linked.dead = true;
            }
            if told && device_end && !dead {
                self.queue.push(self.now + latency, Happening::DownEnd(at));
            }
            self.disturb_link(at);
        }
    }
}
