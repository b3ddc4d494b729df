//! The last messages of each device, decoded, to be looked at when something does not work.
//!
//! In memory only, and secrets are masked before anything is kept.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};

use kandian_proto::time::UnixMillis;
use kandian_proto::{DevId, Diagnostic};
use serde::Serialize;

/// Bytes kept of all devices together; then the device that was silent longest is forgotten.
const MOST_BYTES: usize = 64 << 20;
/// What a message costs beside its texts, roughly.
const OVERHEAD: usize = 96;

/// Which way a message went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// From the device.
    FromDevice,
    /// To the device.
    ToDevice,
}

/// A message that was seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Seen {
    /// When, in milliseconds of Unix time; the last time, of several.
    pub at: i64,
    /// How often it came in a row, word for word the same. Heartbeats would else push out everything of interest.
    pub times: u32,
    /// Which way.
    pub direction: Direction,
    /// Its JSON twin under the name of its root, secrets masked; or what is wrong with it, as a text.
    pub message: Box<str>,
    /// What was put up with.
    pub diagnostics: Box<[Box<str>]>,
}

impl Seen {
    fn is_repeated_by(&self, other: &Self) -> bool {
        self.direction == other.direction
            && self.message == other.message
            && self.diagnostics == other.diagnostics
    }

    fn bytes(&self) -> usize {
        OVERHEAD + self.message.len() + self.diagnostics.iter().map(|text| text.len() + 16).sum::<usize>()
    }
}

/// The last messages of all devices.
#[derive(Debug)]
pub struct Messages {
    kept: usize,
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    devices: HashMap<DevId, VecDeque<Seen>>,
    /// Devices in the order in which they were first heard of, for forgetting.
    order: VecDeque<DevId>,
    bytes: usize,
}

impl Messages {
    /// A memory of so many messages of each device; 0 keeps none.
    #[must_use]
    pub fn new(kept: usize) -> Self {
        Self { kept, inner: Mutex::default() }
    }

    /// Whether anything is kept.
    #[must_use]
    pub fn is_on(&self) -> bool {
        self.kept > 0
    }

    /// Keeps a message.
    pub fn note<M: Serialize>(
        &self,
        at: UnixMillis,
        device: DevId,
        direction: Direction,
        message: &M,
        diagnostics: &[Diagnostic],
    ) {
        if !self.is_on() {
            return;
        }
        // A message that has no JSON twin was not sent either.
        let message = serde_json::to_string(message).unwrap_or_default().into();
        let diagnostics = diagnostics.iter().map(|diagnostic| diagnostic.to_string().into()).collect();
        self.keep(device, Seen { at: at.0, times: 1, direction, message, diagnostics });
    }

    fn keep(&self, device: DevId, seen: Seen) {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        let inner = &mut *inner;
        let list = inner.devices.entry(device).or_insert_with(|| {
            inner.order.push_back(device);
            VecDeque::new()
        });
        if let Some(last) = list.back_mut()
            && last.is_repeated_by(&seen)
        {
            last.at = seen.at;
            last.times = last.times.saturating_add(1);
            return;
        }
        inner.bytes += seen.bytes();
        list.push_back(seen);
        if list.len() > self.kept
            && let Some(oldest) = list.pop_front()
        {
            inner.bytes -= oldest.bytes();
        }
        while inner.bytes > MOST_BYTES {
            let Some(forgotten) = inner.order.pop_front() else { return };
            let list = inner.devices.remove(&forgotten).unwrap_or_default();
            inner.bytes -= list.iter().map(Seen::bytes).sum::<usize>();
        }
    }

    /// The last messages of a device, the oldest first.
    #[must_use]
    pub fn of(&self, device: DevId) -> Vec<Seen> {
        let inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        inner.devices.get(&device).map(|list| list.iter().cloned().collect()).unwrap_or_default()
    }

    /// Forgets a device.
    pub fn forget(&self, device: DevId) {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(list) = inner.devices.remove(&device) {
            inner.bytes -= list.iter().map(Seen::bytes).sum::<usize>();
            inner.order.retain(|other| *other != device);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(number: u32) -> DevId {
        format!("811{number:08}").parse().unwrap()
    }

    fn note(messages: &Messages, device: DevId, text: &str) {
        messages.note(UnixMillis(1), device, Direction::FromDevice, &text, &[]);
    }

    #[test]
    fn the_last_ones_are_kept() {
        let messages = Messages::new(3);
        for text in ["a", "b", "c", "d"] {
            note(&messages, id(1), text);
        }
        let kept: Vec<_> = messages.of(id(1)).into_iter().map(|seen| seen.message).collect();
        assert_eq!(kept, ["\"b\"".into(), "\"c\"".into(), Box::from("\"d\"")]);
        assert_eq!(messages.of(id(2)), []);
        messages.forget(id(1));
        assert_eq!(messages.of(id(1)), []);
        assert_eq!(messages.inner.lock().unwrap().bytes, 0);
    }

    /// What comes again and again takes one place.
    #[test]
    fn repetitions_are_counted() {
        let messages = Messages::new(3);
        for (at, text) in [(1, "a"), (2, "b"), (3, "b"), (4, "b"), (5, "a")] {
            messages.note(UnixMillis(at), id(1), Direction::FromDevice, &text, &[]);
        }
        messages.note(UnixMillis(6), id(1), Direction::ToDevice, &"a", &[]);
        let kept: Vec<_> = messages.of(id(1)).into_iter().map(|seen| (seen.at, seen.times)).collect();
        assert_eq!(kept, [(4, 3), (5, 1), (6, 1)]);
    }

    /// Memory is bounded whatever devices send, and however many there are.
    #[test]
    fn memory_is_bounded() {
        let messages = Messages::new(4);
        let large = "x".repeat(60_000);
        for number in 0..2_000 {
            note(&messages, id(number), &large);
        }
        let inner = messages.inner.lock().unwrap();
        assert!(inner.bytes <= MOST_BYTES && inner.devices.len() == inner.order.len());
        assert!(!inner.devices.contains_key(&id(0)) && inner.devices.contains_key(&id(1_999)));
    }

    #[test]
    fn off_is_off() {
        let messages = Messages::new(0);
        note(&messages, id(1), "a");
        assert_eq!(messages.of(id(1)), []);
    }
}
