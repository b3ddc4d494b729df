//! Requests that wait for the answer of the peer.

use kandian_codec::Command;

use super::Ticket;
use super::quirks::ResponseMatch;
use crate::time::Millis;

/// How many expired requests are remembered, so that a late answer is not taken for the answer to a
/// newer request of the same command.
const REMEMBERED: usize = 8;

/// One open request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Open {
    pub(crate) ticket: Ticket,
    pub(crate) command: Command,
    pub(crate) seq: u16,
    pub(crate) deadline: Millis,
}

/// What a response belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Match {
    Found(Open),
    /// To a request whose time is over.
    Late,
    Unknown,
}

/// The open requests of one side of a link, and its SEQ counter (R-7.34, E-65).
#[derive(Debug, Default)]
pub(crate) struct Pending {
    next_seq: u16,
    open: Vec<Open>,
    expired: Vec<(Command, u16)>,
}

impl Pending {
    pub(crate) fn len(&self) -> usize {
        self.open.len()
    }

    pub(crate) fn is_open(&self, command: Command) -> bool {
        self.open.iter().any(|o| o.command == command)
    }

    /// The SEQ of a request of our own.
    pub(crate) fn seq(&mut self) -> u16 {
        // Fewer requests are open than there are numbers, so this ends.
        while self.open.iter().any(|o| o.seq == self.next_seq) {
            self.next_seq = self.next_seq.wrapping_add(1);
        }
        let seq = self.next_seq;
        self.next_seq = seq.wrapping_add(1);
        seq
    }

    /// Opens a request and returns its SEQ.
    pub(crate) fn start(&mut self, ticket: Ticket, command: Command, deadline: Millis) -> u16 {
        let seq = self.seq();
        self.open.push(Open { ticket, command, seq, deadline });
        seq
    }

    /// Finds and closes the request that a response answers.
    pub(crate) fn take(&mut self, command: Command, seq: u16, policy: ResponseMatch) -> Match {
        let exact = self.open.iter().position(|o| (o.command, o.seq) == (command, seq));
        if let Some(at) = exact {
            return Match::Found(self.open.swap_remove(at));
        }
        if let Some(at) = self.expired.iter().position(|e| *e == (command, seq)) {
            self.expired.remove(at);
            return Match::Late;
        }
        let mut candidates = self.open.iter().enumerate().filter(|(_, o)| o.command == command);
        match (policy, candidates.next(), candidates.next()) {
            (ResponseMatch::Command, Some((at, _)), None) => Match::Found(self.open.swap_remove(at)),
            _ => Match::Unknown,
        }
    }

    /// Closes and returns one request whose time is over.
    pub(crate) fn expire(&mut self, now: Millis) -> Option<Open> {
        let at = self.open.iter().position(|o| o.deadline <= now)?;
        let open = self.open.swap_remove(at);
        if self.expired.len() == REMEMBERED {
            self.expired.remove(0);
        }
        self.expired.push((open.command, open.seq));
        Some(open)
    }

    pub(crate) fn next_deadline(&self) -> Option<Millis> {
        self.open.iter().map(|o| o.deadline).min()
    }

    /// Closes everything, because nobody will answer; the link stays. Answers that come all the same are late.
    pub(crate) fn end_all(&mut self) -> Vec<Open> {
        for open in &self.open {
            if self.expired.len() == REMEMBERED {
                self.expired.remove(0);
            }
            self.expired.push((open.command, open.seq));
        }
        core::mem::take(&mut self.open)
    }

    /// Closes everything, because the link is gone. The counter starts again with the next link (E-65).
    pub(crate) fn clear(&mut self) -> Vec<Open> {
        core::mem::take(self).open
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A number that is still open is passed over, also after all others were used., E-65.
    #[test]
    fn numbers_go_round_what_is_open() {
        let mut pending = Pending::default();
        let soon = Millis(1);
        assert_eq!(pending.start(Ticket(1), Command::REBOOT, soon), 0);
        for expected in 1..=u16::MAX {
            assert_eq!(pending.seq(), expected);
        }
        assert_eq!(pending.seq(), 1);
        assert_eq!((pending.len(), pending.next_deadline()), (1, Some(soon)));
    }

    /// The last eight that went unanswered are known, and no more. E-66.
    #[test]
    fn what_is_late_is_remembered_for_a_while() {
        for (later, expected) in [(REMEMBERED - 1, Match::Late), (REMEMBERED, Match::Unknown)] {
            for all_at_once in [false, true] {
                let mut pending = Pending::default();
                for number in 0..=later as u64 {
                    pending.start(Ticket(number), Command::REBOOT, Millis(number));
                }
                if all_at_once {
                    assert_eq!(pending.end_all().len(), later + 1);
                } else {
                    for number in 0..=later as u64 {
                        let over = pending.expire(Millis(number)).map(|open| open.ticket);
                        assert_eq!(over, Some(Ticket(number)));
                    }
                }
                assert_eq!(pending.expire(Millis(u64::MAX)), None);
                assert_eq!(pending.take(Command::REBOOT, 0, ResponseMatch::SeqAndCommand), expected);
            }
        }
    }
}
