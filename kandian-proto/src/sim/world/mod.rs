//! The world: what happens, in which order, and who is told.

mod application;
mod devices;
mod links;
mod presence;

use std::sync::Arc;

use self::links::Linked;
use super::device::{NEVER, Outbox, Unit};
use super::fleet::id_of;
use super::platform::{Core, Planned};
use super::queue::Queue;
use super::random::Random;
use super::report::{KindReport, Report, RestartReport, Rule, Violation};
use super::trace::Trace;
use super::{Config, ConfigError, Kind, Life, Rate, Sample, Spread};
use crate::session::{Exchange, Ticket};
use crate::time::Millis;

/// Violations that are kept; the others are counted.
const KEPT: usize = 100;

/// Names a connection: its place, and a number that is never used again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct At {
    place: u32,
    serial: u32,
}

/// What can happen to a connection besides bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    Stall,
    Reset,
    HalfOpen,
}

/// Something that will happen.
#[derive(Debug)]
enum Happening {
    SwitchOn(u32),
    Wake(u32),
    /// The answer to the device's attempt of this number to connect.
    Dialed(u32, u32),
    Http(u32, Box<(u32, Exchange, Vec<u8>)>),
    HttpAnswer(u32, Box<(u32, Option<u16>, Vec<u8>)>),
    /// Bytes arrive at the platform.
    Up(At, Box<[u8]>),
    /// Bytes arrive at the device.
    Down(At, Box<[u8]>),
    /// The device's end of the connection closed, and the platform learns it.
    UpEnd(At),
    DownEnd(At),
    LinkWake(At),
    Fault(At, Fault),
    /// The application of the platform has thought about a request.
    Answer(At, Ticket),
    Command(u32),
    PlatformDown(usize),
    PlatformUp,
}

/// A device and what the world knows of it.
#[derive(Debug)]
struct Slot {
    unit: Unit,
    kind: Kind,
    number: u32,
    /// For paths and applications.
    random: Random,
    trace: Trace,
    link: Option<At>,
    /// Number of the last attempt to connect, and whether it is under way.
    dial: u32,
    dialing: bool,
    http: u32,
    wake: Millis,
    /// When it was woken last, and how often at that moment.
    woken: (Millis, u32),
    connected_at: Millis,
    online: bool,
    /// When it went offline, or was disturbed last.
    since: Millis,
    /// The restart it was torn out of.
    torn_by: Option<usize>,
}

/// A simulation under way. [`run`](super::run) is the short form.
#[derive(Debug)]
pub struct Simulation {
    config: Config,
    life: Arc<Life>,
    now: Millis,
    queue: Queue<Happening>,
    slots: Vec<Slot>,
    links: Vec<Option<Box<Linked>>>,
    free: Vec<u32>,
    serial: u32,
    core: Core,
    out: Outbox,
    trace: Trace,
    events: u64,
    kinds: [KindReport; 3],
    online: [u32; 3],
    /// Fewest online since the last sample.
    fewest: [u32; 3],
    heartbeats: Rate,
    logins: Rate,
    samples: Vec<Sample>,
    next_sample: Millis,
    restarts: Vec<RestartReport>,
    violations: Vec<Violation>,
    violation_count: u64,
    /// Outputs and bytes of the platform's machine since the last piece.
    meter: (u64, u64),
}

impl Simulation {
    /// Prepares a run; nothing has happened yet.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] when the configuration makes no sense.
    pub fn new(config: Config) -> Result<Self, ConfigError> {
        config.check()?;
        let mut simulation = Self {
            life: Arc::new(config.life.clone()),
            now: Millis(0),
            queue: Queue::new(),
            slots: Vec::with_capacity(config.fleet.total() as usize),
            links: Vec::new(),
            free: Vec::new(),
            serial: 0,
            core: Core::new(config.fleet),
            out: Outbox::default(),
            trace: Trace::default(),
            events: 0,
            kinds: Default::default(),
            online: [0; 3],
            fewest: [0; 3],
            heartbeats: Rate::default(),
            logins: Rate::default(),
            samples: Vec::new(),
            next_sample: config.sample,
            restarts: Vec::new(),
            violations: Vec::new(),
            violation_count: 0,
            meter: (0, 0),
            config,
        };
        simulation.begin();
        Ok(simulation)
    }

    fn begin(&mut self) {
        let fleet = self.config.fleet;
        for device in 0..fleet.total() {
            let (kind, number) = fleet.member(device);
            self.kinds[kind.index()].devices += 1;
            // Evenly within each kind, so that no kind depends on another.
            let span = u128::from(self.config.start_over.0) * u128::from(number) / u128::from(fleet.of(kind));
            self.queue.push(Millis(span as u64), Happening::SwitchOn(device));
            self.slots.push(Slot {
                unit: Unit::Off,
                kind,
                number,
                random: Random::new(self.config.seed, 11 + kind.index() as u64, u64::from(number)),
                trace: Trace::default(),
                link: None,
                dial: 0,
                dialing: false,
                http: 0,
                wake: NEVER,
                woken: (NEVER, 0),
                connected_at: Millis(0),
                online: false,
                since: Millis(0),
                torn_by: None,
            });
        }
        for (index, restart) in self.config.restarts.iter().enumerate() {
            self.restarts.push(RestartReport {
                restart: *restart,
                online_before: [0; 3],
                back: [const { Spread::EMPTY }; 3],
                login_peak: [0; 3],
            });
            self.queue.push(restart.at, Happening::PlatformDown(index));
        }
    }

    /// How far the simulation has come.
    #[must_use]
    pub const fn now(&self) -> Millis {
        self.now
    }

    /// Devices online now, by kind.
    #[must_use]
    pub const fn online(&self) -> [u32; 3] {
        self.online
    }

    /// Lets time pass, up to and including a moment.
    pub fn run_until(&mut self, end: Millis) {
        while let Some((at, happening)) = self.queue.pop(end) {
            self.sample_until(at);
            self.now = at;
            self.events += 1;
            self.happen(happening);
        }
        self.sample_until(end);
        self.now = self.now.max(end);
    }

    fn happen(&mut self, happening: Happening) {
        match happening {
            Happening::SwitchOn(device) => self.switch_on(device),
            Happening::Wake(device) => self.wake(device),
            Happening::Dialed(device, attempt) => self.dialed(device, attempt),
            Happening::Http(device, request) => {
                let (number, exchange, body) = *request;
                self.http_arrives(device, number, exchange, &body);
            }
            Happening::HttpAnswer(device, answer) => {
                let (number, status, body) = *answer;
                self.http_answered(device, number, status, &body);
            }
            Happening::Up(at, bytes) => self.up(at, &bytes),
            Happening::Down(at, bytes) => self.down(at, &bytes),
            Happening::UpEnd(at) => self.platform_learns_end(at),
            Happening::DownEnd(at) => self.device_learns_end(at),
            Happening::LinkWake(at) => self.wake_link(at),
            Happening::Fault(at, fault) => self.strike(at, fault),
            Happening::Answer(at, ticket) => self.answer(at, ticket),
            Happening::Command(device) => self.command(device),
            Happening::PlatformDown(index) => self.platform_down(index),
            Happening::PlatformUp => self.platform_up(),
        }
    }

    /// Takes note of something in the hashes.
    fn note(&mut self, device: u32, what: u64, value: u64) {
        let stamp = self.now.0 ^ (what << 56);
        self.trace.add(stamp);
        self.trace.add(u64::from(device));
        self.trace.add(value);
        let own = &mut self.slots[device as usize].trace;
        own.add(stamp);
        own.add(value);
    }

    fn violated(&mut self, device: u32, rule: Rule, found: impl Into<String>) {
        self.violation_count += 1;
        if self.violations.len() < KEPT {
            let slot = &self.slots[device as usize];
            let (kind, device) = (slot.kind, id_of(slot.kind, slot.number));
            self.violations.push(Violation { at: self.now, kind, device, rule, found: found.into() });
        }
    }

    fn figures(&mut self, device: u32) -> &mut KindReport {
        &mut self.kinds[self.slots[device as usize].kind.index()]
    }

    /// Ends the simulation here.
    #[must_use]
    pub fn finish(mut self) -> Report {
        self.look_at_open_requests();
        self.look_for_stuck_devices();
        let Outbox { notices, faults, attacks, .. } = core::mem::take(&mut self.out);
        let mut traces = [0_u64; 3];
        for slot in &self.slots {
            let mut own = slot.trace;
            own.add(u64::from(slot.number));
            let sum = &mut traces[slot.kind.index()];
            *sum = sum.wrapping_add(own.value());
        }
        for (index, (notices, faults)) in notices.into_iter().zip(faults).enumerate() {
            let kind = &mut self.kinds[index];
            let open = kind.notices.open;
            kind.notices = notices;
            kind.notices.open = open;
            kind.platform_faults = faults;
            kind.online = self.online[index];
            kind.trace = traces[index];
        }
        self.kinds[Kind::Hostile.index()].attacks = attacks;
        self.settle_accounts();
        Report {
            seed: self.config.seed,
            duration: self.now,
            trace: self.trace.value(),
            events: self.events,
            queue: self.queue.most(),
            kinds: self.kinds,
            samples: self.samples,
            heartbeats: self.heartbeats,
            logins: self.logins,
            restarts: self.restarts,
            violations: self.violations,
            violation_count: self.violation_count,
        }
    }
}

/// A request of a device that the application is thinking about.
type OwedAnswer = (Ticket, Planned);
