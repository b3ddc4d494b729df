//! How often something may happen, for very many keys in bounded memory.

use std::collections::HashMap;
use std::hash::Hash;

use kandian_proto::time::Millis;

/// The span over which a limit counts.
const HOUR: u64 = 3_600_000;

/// So many in an hour: all at once, then one each time its share of the hour has passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rate {
    most: u64,
    each: u64,
}

/// What was done lately, as the moment at which all of it is forgotten.
///
/// One number is enough: each deed moves the moment further away, time brings it nearer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Spent(Millis);

impl Rate {
    /// So many in an hour; `None` for 0, which means without limit.
    pub(super) const fn per_hour(most: u32) -> Option<Self> {
        match most {
            0 => None,
            most => {
                let each = HOUR / most as u64;
                // More than one in a millisecond is no limit that anybody needs.
                Some(Self { most: most as u64, each: if each == 0 { 1 } else { each } })
            }
        }
    }

    /// Whether one more is allowed.
    pub(super) fn allows(self, spent: Spent, now: Millis) -> bool {
        (spent.0 - now).0 + self.each <= self.each * self.most
    }

    /// The same after one more.
    pub(super) fn spend(self, spent: Spent, now: Millis) -> Spent {
        Spent(spent.0.max(now) + Millis(self.each))
    }

    /// The same with one less.
    pub(super) fn give_back(self, spent: Spent) -> Spent {
        Spent(spent.0 - Millis(self.each))
    }
}

#[derive(Clone, Copy, Debug, Default)]
struct Entry {
    spent: Spent,
    /// Somebody was told that the limit was met, and need not be told again before all is forgotten.
    told: bool,
}

/// What happened lately under each of many keys.
///
/// A key of which all is forgotten takes no memory. When there are more keys than there is room for, those are
/// dropped that would be forgotten soonest: whoever brings many keys in order to be forgotten needs as many addresses.
#[derive(Debug)]
pub(super) struct Table<K> {
    rate: Option<Rate>,
    room: usize,
    entries: HashMap<K, Entry>,
}

impl<K: Eq + Hash + Copy> Table<K> {
    pub(super) fn new(rate: Option<Rate>, room: usize) -> Self {
        Self { rate, room, entries: HashMap::new() }
    }

    /// Whether one more is allowed under this key.
    pub(super) fn allows(&self, key: &K, now: Millis) -> bool {
        let (Some(rate), Some(entry)) = (self.rate, self.entries.get(key)) else { return true };
        rate.allows(entry.spent, now)
    }

    /// Notes one more under this key.
    pub(super) fn spend(&mut self, key: K, now: Millis) {
        let Some(rate) = self.rate else { return };
        if self.entries.len() >= self.room && !self.entries.contains_key(&key) {
            self.make_room(now);
        }
        let entry = self.entries.entry(key).or_default();
        if entry.spent <= Spent(now) {
            entry.told = false;
        }
        entry.spent = rate.spend(entry.spent, now);
    }

    /// Notes one more under this key if that is allowed.
    ///
    /// # Errors
    ///
    /// It is not; whether that is so for the first time since all was forgotten.
    pub(super) fn try_spend(&mut self, key: K, now: Millis) -> Result<(), bool> {
        if !self.allows(&key, now) {
            return Err(self.is_news(&key));
        }
        self.spend(key, now);
        Ok(())
    }

    /// Takes one back.
    pub(super) fn give_back(&mut self, key: &K, now: Millis) {
        let (Some(rate), Some(entry)) = (self.rate, self.entries.get_mut(key)) else { return };
        entry.spent = rate.give_back(entry.spent);
        if entry.spent <= Spent(now) {
            self.entries.remove(key);
        }
    }

    /// Whether the limit is met for the first time since all was forgotten.
    pub(super) fn is_news(&mut self, key: &K) -> bool {
        self.entries.get_mut(key).is_some_and(|entry| !std::mem::replace(&mut entry.told, true))
    }

    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    /// Drops what is forgotten, and an eighth of the room when that is not enough: the cost of looking at all of them
    /// is shared by as many insertions.
    fn make_room(&mut self, now: Millis) {
        self.entries.retain(|_, entry| entry.spent > Spent(now));
        let least = (self.room / 8).max(1);
        if self.entries.len() + least <= self.room {
            return;
        }
        let mut moments: Vec<_> = self.entries.values().map(|entry| entry.spent).collect();
        let at = least.min(moments.len()) - 1;
        let last = *moments.select_nth_unstable(at).1;
        self.entries.retain(|_, entry| entry.spent > last);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT: Millis = Millis(50_000);

    fn later(seconds: u64) -> Millis {
        AT + Millis::from_secs(seconds)
    }

    #[test]
    fn so_many_at_once_and_then_their_share_of_the_hour() {
        let mut table = Table::new(Rate::per_hour(20), 10);
        for _ in 0..20 {
            assert!(table.allows(&1, AT));
            table.spend(1, AT);
        }
        assert!(!table.allows(&1, AT) && !table.allows(&1, later(179)));
        assert!(table.allows(&1, later(180)) && table.allows(&2, AT));
        table.spend(1, later(180));
        assert!(!table.allows(&1, later(180)));
        table.give_back(&1, later(180));
        assert!(table.allows(&1, later(180)));
        // An hour later all is as new.
        assert!(table.allows(&1, later(3_780)));
        table.spend(1, later(7_200));
        table.give_back(&1, later(7_200));
        assert_eq!(table.len(), 0);
    }

    #[test]
    fn news_once() {
        let mut table = Table::new(Rate::per_hour(2), 10);
        assert!(!table.is_news(&1));
        table.spend(1, AT);
        assert!(table.is_news(&1) && !table.is_news(&1));
        table.spend(1, later(10));
        assert!(!table.is_news(&1));
        table.spend(1, later(3_700));
        assert!(table.is_news(&1));
    }

    /// Whatever number of keys come, memory is bounded, and who has done the most is not forgotten for it.
    #[test]
    fn memory_is_bounded() {
        let mut table = Table::new(Rate::per_hour(5), 1_000);
        for _ in 0..5 {
            table.spend(0, AT);
        }
        for key in 1..100_000u32 {
            table.spend(key, AT + Millis(u64::from(key % 7)));
            assert!(table.len() <= 1_000);
        }
        assert!(!table.allows(&0, AT));
    }

    #[test]
    fn nothing_is_no_limit() {
        let mut table = Table::new(Rate::per_hour(0), 10);
        for _ in 0..1_000 {
            table.spend(1, AT);
        }
        assert!(table.allows(&1, AT) && table.len() == 0);
        assert!(Rate::per_hour(u32::MAX).is_some_and(|rate| rate.allows(Spent::default(), AT)));
    }
}
