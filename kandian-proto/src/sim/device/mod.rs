//! The devices: each takes what happens and says what it wants done.

mod hostile;
mod legacy;
mod spec;
mod spec_answers;

use super::figures::{Counts, Ends};
use super::fleet::{id_of, key_of};
use super::random::Random;
use super::{Fleet, Kind, Life, Rule};
use crate::session::Exchange;
use crate::time::Millis;

/// Never.
pub(super) const NEVER: Millis = Millis(u64::MAX);

/// Something happened to a device.
#[derive(Clone, Copy, Debug)]
pub(super) enum Occurs<'a> {
    SwitchedOn,
    /// The moment it asked for has come.
    Woken,
    Connected,
    /// The connection ended, or could not be made.
    Closed,
    Bytes(&'a [u8]),
    /// The status and the body of an HTTP answer.
    Http(Option<u16>, &'a [u8]),
    Blocked,
    Writable,
}

/// Something a device wants done.
#[derive(Debug)]
pub(super) enum Do {
    Http(Exchange, Vec<u8>),
    Dial,
    Send(Vec<u8>),
    Close(&'static str),
    LoggedIn,
    Online,
}

/// What a device wants done, and what is to be counted.
#[derive(Debug, Default)]
pub(super) struct Outbox {
    pub(super) todo: Vec<Do>,
    pub(super) broken: Vec<(Rule, String)>,
    /// By kind.
    pub(super) notices: [Ends; 3],
    pub(super) faults: [Counts; 3],
    pub(super) attacks: Counts,
}

impl Outbox {
    fn send(&mut self, bytes: Vec<u8>) {
        self.todo.push(Do::Send(bytes));
    }

    fn broken(&mut self, rule: Rule, found: impl Into<String>) {
        self.broken.push((rule, found.into()));
    }
}

/// A device.
#[derive(Debug)]
pub(super) enum Unit {
    Off,
    Spec(Box<spec::Spec>),
    Legacy(Box<legacy::Legacy>),
    Hostile(Box<hostile::Hostile>),
}

impl Unit {
    /// A device that is switched on now.
    pub(super) fn new(
        now: Millis,
        seed: u64,
        fleet: Fleet,
        device: u32,
        life: &std::sync::Arc<Life>,
    ) -> Self {
        let (kind, number) = fleet.member(device);
        let random = Random::new(seed, 1 + kind.index() as u64, u64::from(number));
        let (id, key) = (id_of(kind, number), key_of(kind, number));
        match kind {
            Kind::Spec => {
                Self::Spec(Box::new(spec::Spec::new(now, id, &key, random, std::sync::Arc::clone(life))))
            }
            Kind::Legacy => {
                Self::Legacy(Box::new(legacy::Legacy::new(id, key, random, std::sync::Arc::clone(life))))
            }
            Kind::Hostile => {
                let victim = match number % 2 {
                    0 if fleet.legacy > 0 => id_of(Kind::Legacy, number % fleet.legacy),
                    _ => id_of(Kind::Spec, number.checked_rem(fleet.spec).unwrap_or(0)),
                };
                Self::Hostile(Box::new(hostile::Hostile::new(id, key, victim, random)))
            }
        }
    }

    pub(super) fn handle(&mut self, now: Millis, occurs: Occurs<'_>, out: &mut Outbox) {
        match self {
            Self::Off => {}
            Self::Spec(unit) => unit.handle(now, occurs, out),
            Self::Legacy(unit) => unit.handle(now, occurs, out),
            Self::Hostile(unit) => unit.handle(now, occurs, out),
        }
    }

    /// When it wants to be woken.
    pub(super) fn wake(&self) -> Millis {
        match self {
            Self::Off => NEVER,
            Self::Spec(unit) => unit.wake(),
            Self::Legacy(unit) => unit.wake(),
            Self::Hostile(unit) => unit.wake(),
        }
    }

    /// Whether it takes what is sent to it.
    pub(super) fn reads(&self) -> bool {
        match self {
            Self::Hostile(unit) => unit.reads(),
            _ => true,
        }
    }

    /// Requests of its application that are open; `old` counts those for which every deadline is over.
    pub(super) fn open(&self, now: Millis) -> Open {
        match self {
            Self::Spec(unit) => unit.open(now),
            Self::Legacy(unit) => unit.open(),
            Self::Off | Self::Hostile(_) => Open::default(),
        }
    }
}

/// Open requests at the end.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Open {
    pub(super) all: u64,
    pub(super) old: u64,
}
