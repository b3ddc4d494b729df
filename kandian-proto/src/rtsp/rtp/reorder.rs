//! Packets that overtook others.

use std::collections::VecDeque;

use bytes::Bytes;

/// Most packets that wait for one that is missing. At the rate of a camera that is a fraction of a second; what is
/// missing then was lost.
const MOST_WAITING: usize = 16;

/// How far behind a packet may be and still be one that was overtaken, and how far ahead one may be and still be of
/// the same numbers. RFC 3550 A.1.
const MOST_BEHIND: u16 = 100;
const MOST_AHEAD: u16 = 3_000;

/// Puts packets into the order of their sequence numbers.
#[derive(Debug)]
pub(super) struct Reorder {
    /// How many packets may wait for one before them.
    most_waiting: usize,
    /// The number that comes next; none before the first packet.
    next: Option<u16>,
    /// What came too early, in order.
    waiting: VecDeque<(u16, Bytes)>,
    /// The last packet, when its number was far from the others.
    strange: Option<(u16, Bytes)>,
}

/// What became of a packet.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Arrival {
    /// It is there, or waits.
    Taken,
    /// It was there before, or came after its place was given up.
    Old,
    /// Its number is far from the others. The next packet says whether it is of any use.
    Strange,
    /// It follows a strange one: the sender began its numbers anew, and both are there.
    Restarted,
}

/// A packet in its turn, and how many before it are missing.
pub(super) struct Turn {
    pub(super) lost: u16,
    pub(super) packet: Bytes,
}

impl Default for Reorder {
    fn default() -> Self {
        Self { most_waiting: MOST_WAITING, ..Self::in_order() }
    }
}

impl Reorder {
    /// For a way on which nothing is overtaken.
    pub(super) const fn in_order() -> Self {
        Self { most_waiting: 0, next: None, waiting: VecDeque::new(), strange: None }
    }

    pub(super) fn push(&mut self, sequence: u16, packet: Bytes) -> Arrival {
        let next = *self.next.get_or_insert(sequence);
        let ahead = sequence.wrapping_sub(next);
        if ahead > MOST_AHEAD && ahead < MOST_BEHIND.wrapping_neg() {
            return self.far(sequence, packet);
        }
        self.strange = None;
        if ahead > MOST_AHEAD {
            return Arrival::Old;
        }
        let at = self.waiting.iter().position(|(other, _)| other.wrapping_sub(next) >= ahead);
        match at {
            Some(at) if self.waiting.get(at).is_some_and(|(other, _)| *other == sequence) => {
                return Arrival::Old;
            }
            Some(at) => self.waiting.insert(at, (sequence, packet)),
            None => self.waiting.push_back((sequence, packet)),
        }
        Arrival::Taken
    }

    /// One packet from far away is a fault or somebody's trick; two in a row are a sender that began anew.
    fn far(&mut self, sequence: u16, packet: Bytes) -> Arrival {
        match self.strange.take() {
            Some((first, before)) if first.wrapping_add(1) == sequence => {
                self.restart();
                self.next = Some(first);
                self.waiting.extend([(first, before), (sequence, packet)]);
                Arrival::Restarted
            }
            _ => {
                self.strange = Some((sequence, packet));
                Arrival::Strange
            }
        }
    }

    /// The next packet, when it is its turn, or when too many wait for one before it.
    pub(super) fn pop(&mut self) -> Option<Turn> {
        let (sequence, _) = self.waiting.front()?;
        let lost = sequence.wrapping_sub(self.next?);
        if lost != 0 && self.waiting.len() <= self.most_waiting {
            return None;
        }
        let (sequence, packet) = self.waiting.pop_front()?;
        self.next = Some(sequence.wrapping_add(1));
        Some(Turn { lost, packet })
    }

    /// Forgets everything: another source sends.
    pub(super) fn restart(&mut self) {
        (self.next, self.strange) = (None, None);
        self.waiting.clear();
    }
}
