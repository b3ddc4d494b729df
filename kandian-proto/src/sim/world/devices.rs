//! The devices' side: what they want done.

use super::{At, Happening, Simulation};
use crate::session::Exchange;
use crate::sim::device::{Do, NEVER, Occurs, Unit};
use crate::sim::platform::State;
use crate::sim::{Rule, pipe};
use crate::time::Millis;

/// Wakings of one device in one millisecond that are no accident any more.
const RESTLESS: u32 = 1_000;

impl Simulation {
    pub(super) fn switch_on(&mut self, device: u32) {
        let slot = &mut self.slots[device as usize];
        slot.unit = Unit::new(self.now, self.config.seed, self.config.fleet, device, &self.life);
        slot.since = self.now;
        if let Some(wait) = slot.random.wait(self.life.commands) {
            self.queue.push(self.now + wait, Happening::Command(device));
        }
        self.tell(device, Occurs::SwitchedOn);
    }

    pub(super) fn wake(&mut self, device: u32) {
        let slot = &mut self.slots[device as usize];
        // An alarm clock that was set to another time since.
        if slot.wake != self.now {
            return;
        }
        slot.wake = NEVER;
        if slot.unit.wake() > self.now {
            return self.set_clock(device);
        }
        slot.woken = if slot.woken.0 == self.now { (self.now, slot.woken.1 + 1) } else { (self.now, 0) };
        if slot.woken.1 == RESTLESS {
            self.violated(device, Rule::Contract, "the device never rests");
            // So that the simulation ends all the same.
            let slot = &mut self.slots[device as usize];
            slot.wake = self.now + Millis::from_secs(1);
            self.queue.push(slot.wake, Happening::Wake(device));
            return;
        }
        self.tell(device, Occurs::Woken);
    }

    /// Lets a device know, and does what it wants done.
    pub(super) fn tell(&mut self, device: u32, occurs: Occurs<'_>) {
        self.slots[device as usize].unit.handle(self.now, occurs, &mut self.out);
        let mut todo = core::mem::take(&mut self.out.todo);
        let mut blocked = false;
        for wanted in todo.drain(..) {
            match wanted {
                Do::Send(bytes) => blocked |= self.device_sends(device, bytes),
                Do::Dial => self.dial(device),
                Do::Close(why) => self.device_closes(device, why),
                Do::Http(exchange, body) => self.http(device, exchange, body),
                Do::LoggedIn => self.logged_in(device),
                Do::Online => self.go_online(device),
            }
        }
        // Keeps the memory of the list for the next time.
        if self.out.todo.capacity() == 0 {
            self.out.todo = todo;
        }
        for (rule, found) in core::mem::take(&mut self.out.broken) {
            self.violated(device, rule, found);
        }
        if blocked {
            self.tell(device, Occurs::Blocked);
        }
        self.set_clock(device);
    }

    fn set_clock(&mut self, device: u32) {
        let slot = &mut self.slots[device as usize];
        let wanted = slot.unit.wake().max(self.now);
        if wanted < slot.wake {
            slot.wake = wanted;
            self.queue.push(wanted, Happening::Wake(device));
        }
    }

    fn device_sends(&mut self, device: u32, bytes: Vec<u8>) -> bool {
        match self.slots[device as usize].link {
            Some(at) => self.transmit(at, true, bytes),
            None => {
                self.violated(device, Rule::Contract, "bytes without a connection");
                false
            }
        }
    }

    fn logged_in(&mut self, device: u32) {
        let latency = self.now - self.slots[device as usize].connected_at;
        self.figures(device).login_latency.add(latency);
    }

    // ---- connections ----

    fn dial(&mut self, device: u32) {
        let slot = &mut self.slots[device as usize];
        slot.dial += 1;
        slot.dialing = true;
        let (attempt, busy) = (slot.dial, slot.link.is_some());
        let there_and_back = {
            let latency = slot.random.within(self.config.network.latency);
            pipe::repetitions(&self.config.network, &mut slot.random).map(|late| latency + latency + late)
        };
        self.figures(device).connections += 1;
        if busy {
            self.violated(device, Rule::Contract, "a second connection beside an open one");
        }
        match there_and_back {
            Some(span) => self.queue.push(self.now + span, Happening::Dialed(device, attempt)),
            None => {
                self.figures(device).unconnected += 1;
                self.disturb(device);
            }
        }
    }

    pub(super) fn dialed(&mut self, device: u32, attempt: u32) {
        let slot = &mut self.slots[device as usize];
        if slot.dial != attempt || !slot.dialing {
            return;
        }
        self.note(device, 1, self.core.state as u64);
        match self.core.state {
            State::Up => {
                self.slots[device as usize].dialing = false;
                self.slots[device as usize].connected_at = self.now;
                self.open_link(device);
                self.tell(device, Occurs::Connected);
            }
            State::Refusing => {
                self.slots[device as usize].dialing = false;
                self.figures(device).unconnected += 1;
                self.tell(device, Occurs::Closed);
            }
            State::Silent => self.figures(device).unconnected += 1,
        }
    }

    fn device_closes(&mut self, device: u32, why: &'static str) {
        *self.figures(device).device_closes.entry(why).or_default() += 1;
        let slot = &mut self.slots[device as usize];
        slot.dialing = false;
        if let Some(at) = slot.link.take() {
            self.go_offline(device);
            self.device_hung_up(at);
        }
    }

    /// The device's end is told that the connection is over.
    pub(super) fn device_learns_end(&mut self, at: At) {
        let Some(linked) = self.linked(at) else { return };
        let device = linked.device;
        if !core::mem::take(&mut linked.device_end) {
            return;
        }
        let gone = linked.link.is_none();
        self.slots[device as usize].link = None;
        self.go_offline(device);
        if gone {
            self.free_link(at);
        }
        self.note(device, 2, 0);
        self.tell(device, Occurs::Closed);
    }

    // ---- HTTP ----

    fn http(&mut self, device: u32, exchange: Exchange, body: Vec<u8>) {
        let network = &self.config.network;
        let slot = &mut self.slots[device as usize];
        slot.http += 1;
        // Connection, then the request.
        let latency = slot.random.within(network.latency);
        let Some(late) = pipe::repetitions(network, &mut slot.random) else {
            return self.disturb(device);
        };
        let arrival = self.now + latency + latency + latency + late;
        self.queue.push(arrival, Happening::Http(device, Box::new((slot.http, exchange, body))));
    }

    pub(super) fn http_arrives(&mut self, device: u32, number: u32, exchange: Exchange, body: &[u8]) {
        let (status, body) = match self.core.state {
            State::Silent => return,
            State::Refusing => (None, Vec::new()),
            State::Up => {
                self.figures(device).registrations += 1;
                let (status, body) = self.core.http(self.now, exchange, body);
                (Some(status), body)
            }
        };
        self.note(device, 3, u64::from(status.unwrap_or(0)));
        let slot = &mut self.slots[device as usize];
        let span = slot.random.within(self.life.http) + slot.random.within(self.config.network.latency);
        self.queue.push(self.now + span, Happening::HttpAnswer(device, Box::new((number, status, body))));
    }

    pub(super) fn http_answered(&mut self, device: u32, number: u32, status: Option<u16>, body: &[u8]) {
        if self.slots[device as usize].http == number {
            self.tell(device, Occurs::Http(status, body));
        }
    }
}
