//! What happens next: a queue in the order of time, and of insertion within one millisecond.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::time::Millis;

/// Milliseconds that have a slot of their own. More than two heartbeat periods, so that nearly everything goes
/// straight to its slot; a heap of 300,000 entries would cost more than the messages themselves.
const SLOTS: u64 = 1 << 18;
const NONE: u32 = u32::MAX;

/// A ring of slots, one per millisecond, each a list in the order of insertion; what lies further ahead waits
/// in a heap ordered by (time, number) and moves to the ring as soon as its slot exists. So the order is that of
/// (time, number) throughout.
#[derive(Debug)]
pub(super) struct Queue<E> {
    /// The moment of the slot that is emptied now. Nothing lies before it.
    base: u64,
    slots: Vec<(u32, u32)>,
    /// One bit for each slot that is not empty.
    taken: Vec<u64>,
    nodes: Vec<Node<E>>,
    free: u32,
    near: usize,
    far: BinaryHeap<Reverse<(u64, u64, u32)>>,
    number: u64,
    most: usize,
}

#[derive(Debug)]
struct Node<E> {
    event: Option<E>,
    next: u32,
}

impl<E> Queue<E> {
    pub(super) fn new() -> Self {
        Self {
            base: 0,
            slots: vec![(NONE, NONE); SLOTS as usize],
            taken: vec![0; (SLOTS / 64) as usize],
            nodes: Vec::new(),
            free: NONE,
            near: 0,
            far: BinaryHeap::new(),
            number: 0,
            most: 0,
        }
    }

    /// Most entries there ever were.
    pub(super) fn most(&self) -> usize {
        self.most
    }

    /// Puts an event at a moment; one that is past counts as now.
    pub(super) fn push(&mut self, at: Millis, event: E) {
        let at = at.0.max(self.base);
        let node = self.store(event);
        if at - self.base < SLOTS {
            self.append(at, node);
        } else {
            self.number += 1;
            self.far.push(Reverse((at, self.number, node)));
        }
        self.most = self.most.max(self.near + self.far.len());
    }

    /// The next event, unless it is later than `end`.
    pub(super) fn pop(&mut self, end: Millis) -> Option<(Millis, E)> {
        loop {
            if let Some(event) = self.first_of_slot() {
                return Some((Millis(self.base), event));
            }
            let next = match self.near {
                0 => self.far.peek().map(|Reverse((at, ..))| *at)?,
                _ => self.next_taken()?,
            };
            if next > end.0 {
                return None;
            }
            self.base = next;
            self.bring_near();
        }
    }

    fn store(&mut self, event: E) -> u32 {
        let index = self.free;
        if let Some(node) = self.nodes.get_mut(index as usize) {
            self.free = node.next;
            *node = Node { event: Some(event), next: NONE };
            return index;
        }
        self.nodes.push(Node { event: Some(event), next: NONE });
        (self.nodes.len() - 1) as u32
    }

    fn append(&mut self, at: u64, node: u32) {
        let slot = (at % SLOTS) as usize;
        let (first, last) = self.slots[slot];
        if first == NONE {
            self.slots[slot] = (node, node);
            self.taken[slot / 64] |= 1 << (slot % 64);
        } else {
            self.nodes[last as usize].next = node;
            self.slots[slot].1 = node;
        }
        self.near += 1;
    }

    fn first_of_slot(&mut self) -> Option<E> {
        let slot = (self.base % SLOTS) as usize;
        let (first, last) = self.slots[slot];
        let node = self.nodes.get_mut(first as usize)?;
        let event = node.event.take();
        if first == last {
            self.slots[slot] = (NONE, NONE);
            self.taken[slot / 64] &= !(1 << (slot % 64));
        } else {
            self.slots[slot].0 = node.next;
        }
        node.next = self.free;
        self.free = first;
        self.near -= 1;
        event
    }

    /// The next moment whose slot is not empty.
    fn next_taken(&self) -> Option<u64> {
        let start = self.base % SLOTS;
        let words = self.taken.len() as u64;
        // The first word is looked at twice: its upper bits first, its lower ones after a whole turn.
        for step in 0..=words {
            let word = (start / 64 + step) % words;
            let mut bits = self.taken[word as usize];
            if step == 0 {
                bits &= !0 << (start % 64);
            }
            if bits != 0 {
                let slot = word * 64 + u64::from(bits.trailing_zeros());
                return Some(self.base + (slot + SLOTS - start) % SLOTS);
            }
        }
        None
    }

    /// Moves to the ring what has a slot now. Nobody else could have put anything into these slots before.
    fn bring_near(&mut self) {
        while let Some(&Reverse((at, _, node))) = self.far.peek()
            && at - self.base < SLOTS
        {
            self.far.pop();
            self.append(at, node);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::random::Random;
    use super::*;

    /// The order is that of a plain sort by time that keeps the order of insertion.
    #[test]
    fn order_is_time_then_insertion() {
        let mut random = Random::new(3, 0, 0);
        let (mut queue, mut model, mut found) = (Queue::new(), Vec::new(), Vec::new());
        let mut now = 0;
        for number in 0..20_000_u64 {
            let ahead = match random.below(4) {
                0 => random.below(3),
                1 => random.below(1_000),
                2 => random.below(SLOTS),
                _ => random.below(5 * SLOTS),
            };
            queue.push(Millis(now + ahead), number);
            model.push((now + ahead, number));
            if random.below(2) == 0
                && let Some((at, event)) = queue.pop(Millis(u64::MAX))
            {
                assert!(at.0 >= now);
                now = at.0;
                found.push((at.0, event));
            }
        }
        while let Some((at, event)) = queue.pop(Millis(u64::MAX)) {
            found.push((at.0, event));
        }
        model.sort();
        assert_eq!(found, model);
    }

    #[test]
    fn nothing_comes_before_its_time() {
        let mut queue = Queue::new();
        queue.push(Millis(10 * SLOTS), 'b');
        queue.push(Millis(5), 'a');
        assert_eq!(queue.pop(Millis(4)), None);
        assert_eq!(queue.pop(Millis(5)), Some((Millis(5), 'a')));
        assert_eq!(queue.pop(Millis(10 * SLOTS - 1)), None);
        assert_eq!(queue.pop(Millis(10 * SLOTS)), Some((Millis(10 * SLOTS), 'b')));
        assert_eq!((queue.pop(Millis(u64::MAX)), queue.most()), (None, 2));
    }
}
