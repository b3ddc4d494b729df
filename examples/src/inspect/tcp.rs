//! One direction of a TCP connection, put back in order.
//!
//! Bytes that are already here win over bytes that come again. Memory is bounded: what waits behind a
//! hole is given up for good when it grows too large, when the other side has acknowledged the hole
//! (so nobody will send it again) or when the connection ends.

use std::collections::BTreeMap;

/// Most bytes that wait behind a hole, per direction. Above any window a device uses.
const MAX_WAITING_BYTES: usize = 1 << 20;
/// Most segments that wait behind a hole, per direction.
const MAX_WAITING: usize = 1_024;
/// Packets seen after the acknowledgement of a hole before it is given up: the capture itself may
/// have put packets a little out of order.
const PATIENCE: u8 = 4;
/// A sequence number farther ahead than this is rubbish: no window is larger.
const MAX_AHEAD: u64 = 1 << 30;

/// What comes out of a direction, in the order of the stream. Offsets count from its first byte.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Event<'a> {
    /// The next bytes.
    Data(&'a [u8]),
    /// Bytes that the capture does not have.
    Lost {
        /// Where they would stand.
        offset: u64,
        /// How many.
        bytes: u64,
    },
    /// Nothing comes any more.
    End,
}

/// One direction.
#[derive(Debug, Default)]
pub(super) struct Half {
    /// Sequence number of the first byte, once known.
    first: Option<u32>,
    /// Bytes delivered or given up.
    next: u64,
    /// Bytes behind a hole, by their offset.
    waiting: BTreeMap<u64, Vec<u8>>,
    waiting_bytes: usize,
    end: Option<u64>,
    ended: bool,
    /// Packets since the hole was acknowledged.
    strikes: u8,
}

impl Half {
    /// True when neither SYN nor bytes were seen.
    pub(super) fn is_untouched(&self) -> bool {
        self.first.is_none()
    }

    /// Bytes that wait behind a hole.
    pub(super) fn waiting_bytes(&self) -> usize {
        self.waiting_bytes
    }

    /// True when a SYN with this sequence number opens another connection than the present one.
    pub(super) fn is_new_connection(&self, syn: u32) -> bool {
        self.first.is_some_and(|first| first != syn.wrapping_add(1))
    }

    /// Takes a SYN.
    pub(super) fn open(&mut self, syn: u32) {
        self.first.get_or_insert(syn.wrapping_add(1));
    }

    /// Takes a segment; `last` says that FIN follows its bytes.
    pub(super) fn segment(&mut self, seq: u32, bytes: &[u8], last: bool, out: &mut dyn FnMut(Event<'_>)) {
        if self.ended {
            return;
        }
        let Some(offset) = self.offset_of(seq) else {
            // The start of bytes that came before: what reaches beyond them is news.
            let before = self.next_seq().wrapping_sub(seq) as usize;
            if let Some(news) = bytes.get(before..).filter(|news| last || !news.is_empty()) {
                self.segment(self.next_seq(), news, last, out);
            }
            return;
        };
        if offset > self.next + MAX_AHEAD {
            return;
        }
        if last {
            self.end.get_or_insert(offset + bytes.len() as u64);
        }
        if offset == self.next {
            self.deliver(bytes, out);
        } else if !bytes.is_empty() {
            self.keep(offset, bytes);
        }
        self.drain(out);
        while self.waiting_bytes > MAX_WAITING_BYTES || self.waiting.len() > MAX_WAITING {
            self.give_up(out);
        }
    }

    /// Takes the acknowledgement that the other side sent.
    pub(super) fn acknowledged(&mut self, ack: u32, out: &mut dyn FnMut(Event<'_>)) {
        let beyond =
            self.offset_of(ack).is_some_and(|offset| offset > self.next && offset <= self.next + MAX_AHEAD);
        if self.waiting.is_empty() || !beyond {
            self.strikes = 0;
            return;
        }
        self.strikes += 1;
        if self.strikes >= PATIENCE {
            self.give_up(out);
        }
    }

    /// Gives up the hole in front, and with it the memory of what waits behind it.
    pub(super) fn give_up(&mut self, out: &mut dyn FnMut(Event<'_>)) {
        self.strikes = 0;
        let Some((&offset, _)) = self.waiting.first_key_value() else { return };
        if offset > self.next {
            out(Event::Lost { offset: self.next, bytes: offset - self.next });
            self.next = offset;
        }
        self.drain(out);
    }

    /// The connection is over, by reset or because the capture ends.
    pub(super) fn finish(&mut self, out: &mut dyn FnMut(Event<'_>)) {
        while !self.waiting.is_empty() {
            self.give_up(out);
        }
        if let Some(end) = self.end.filter(|&end| end > self.next) {
            out(Event::Lost { offset: self.next, bytes: end - self.next });
            self.next = end;
        }
        if !self.ended {
            self.ended = true;
            out(Event::End);
        }
    }

    /// Offset in the stream of a sequence number; `None` when it lies before the next byte. The first
    /// number seen is where a stream begins whose start the capture does not have.
    fn offset_of(&mut self, seq: u32) -> Option<u64> {
        self.first.get_or_insert(seq);
        let ahead = seq.wrapping_sub(self.next_seq());
        (ahead < 1 << 31).then(|| self.next + u64::from(ahead))
    }

    /// Sequence number of the next byte; the counter wraps as TCP's does.
    fn next_seq(&self) -> u32 {
        self.first.unwrap_or_default().wrapping_add(self.next as u32)
    }

    fn keep(&mut self, offset: u64, bytes: &[u8]) {
        let known = self.waiting.get(&offset).map_or(0, Vec::len);
        if known < bytes.len() {
            self.waiting_bytes += bytes.len() - known;
            let mut all = self.waiting.remove(&offset).unwrap_or_default();
            all.extend_from_slice(bytes.get(known..).unwrap_or_default());
            self.waiting.insert(offset, all);
        }
    }

    fn deliver(&mut self, bytes: &[u8], out: &mut dyn FnMut(Event<'_>)) {
        if !bytes.is_empty() {
            self.next += bytes.len() as u64;
            self.strikes = 0;
            out(Event::Data(bytes));
        }
    }

    /// Delivers what no longer waits, without the part that came before.
    fn drain(&mut self, out: &mut dyn FnMut(Event<'_>)) {
        while let Some(entry) = self.waiting.first_entry().filter(|entry| *entry.key() <= self.next) {
            let (offset, bytes) = entry.remove_entry();
            self.waiting_bytes -= bytes.len();
            let news = usize::try_from(self.next - offset).unwrap_or(usize::MAX);
            self.deliver(bytes.get(news..).unwrap_or_default(), out);
        }
        if !self.ended && self.end.is_some_and(|end| self.next >= end) {
            self.ended = true;
            self.waiting.clear();
            self.waiting_bytes = 0;
            out(Event::End);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Everything that comes out, as text: `.` and a count for lost bytes, `$` for the end.
    fn play(half: &mut Half, steps: &[(u32, &str)]) -> String {
        let mut text = String::new();
        for (seq, bytes) in steps {
            let (bytes, last) = bytes.strip_suffix('$').map_or((*bytes, false), |bytes| (bytes, true));
            half.segment(*seq, bytes.as_bytes(), last, &mut |event| note(&mut text, &event));
        }
        text
    }

    fn note(text: &mut String, event: &Event<'_>) {
        match event {
            Event::Data(bytes) => text.push_str(&String::from_utf8_lossy(bytes)),
            Event::Lost { offset, bytes } => text.push_str(&format!(".{bytes}@{offset}.")),
            Event::End => text.push('$'),
        }
    }

    fn finished(half: &mut Half) -> String {
        let mut text = String::new();
        half.finish(&mut |event| note(&mut text, &event));
        text
    }

    #[test]
    fn in_order_and_out_of_order() {
        let mut half = Half::default();
        half.open(99);
        assert_eq!(
            play(&mut half, &[(100, "abc"), (106, "ghi"), (103, "def"), (109, "jkl$")]),
            "abcdefghijkl$"
        );
        assert_eq!(finished(&mut half), "");
    }

    #[test]
    fn retransmissions_and_overlaps_bring_no_byte_twice() {
        let steps = [
            (1, "abcd"),
            (1, "abcd"),
            (3, "XXef"),
            (9, "ij"),
            (7, "ghij"),
            (8, "hijkl"),
            (1, "abcdefghijklm$"),
        ];
        let mut half = Half::default();
        half.open(0);
        assert_eq!(play(&mut half, &steps), "abcdefghijklm$");
    }

    #[test]
    fn sequence_numbers_wrap() {
        let mut half = Half::default();
        half.open(u32::MAX - 3);
        assert_eq!(play(&mut half, &[(u32::MAX - 2, "ab"), (2, "fg"), (u32::MAX, "cde")]), "abcdefg");
        assert_eq!(play(&mut half, &[(u32::MAX - 2, "abcdefghi$")]), "hi$");
    }

    #[test]
    fn a_hole_is_lost_when_the_connection_ends() {
        let mut half = Half::default();
        half.open(0);
        assert_eq!(play(&mut half, &[(1, "ab"), (6, "fg"), (10, "jk")]), "ab");
        assert_eq!(finished(&mut half), ".3@2.fg.2@7.jk$");
    }

    #[test]
    fn a_missing_end_is_lost_too() {
        let mut half = Half::default();
        half.open(0);
        assert_eq!(play(&mut half, &[(1, "ab"), (8, "$")]), "ab");
        assert_eq!(finished(&mut half), ".5@2.$");
    }

    #[test]
    fn an_acknowledged_hole_is_given_up_after_some_packets() {
        let (mut half, mut text) = (Half::default(), String::new());
        half.open(0);
        play(&mut half, &[(1, "ab"), (6, "fg")]);
        for _ in 1..PATIENCE {
            half.acknowledged(8, &mut |event| note(&mut text, &event));
        }
        assert_eq!(text, "");
        half.acknowledged(8, &mut |event| note(&mut text, &event));
        assert_eq!(text, ".3@2.fg");
        // The lost bytes do turn up after all: too late.
        assert_eq!(play(&mut half, &[(3, "cde"), (8, "h")]), "h");
    }

    #[test]
    fn an_unacknowledged_hole_is_waited_for() {
        let (mut half, mut text) = (Half::default(), String::new());
        half.open(0);
        play(&mut half, &[(1, "ab"), (6, "fg")]);
        for _ in 0..100 {
            half.acknowledged(3, &mut |event| note(&mut text, &event));
        }
        assert_eq!(text, "");
        assert_eq!(play(&mut half, &[(3, "cde")]), "cdefg");
    }

    #[test]
    fn memory_is_bounded() {
        let (mut half, mut lost) = (Half::default(), 0);
        half.open(0);
        let piece = vec![b'x'; 1_000];
        for n in 0..10_000_u32 {
            half.segment(2 + n * 1_001, &piece, false, &mut |event| {
                lost += u32::from(matches!(event, Event::Lost { .. }));
            });
            assert!(half.waiting_bytes() <= MAX_WAITING_BYTES);
            assert!(half.waiting.len() <= MAX_WAITING);
        }
        assert!(lost > 8_000);
    }

    #[test]
    fn a_stream_without_its_start_begins_where_the_capture_does() {
        let mut half = Half::default();
        assert_eq!(play(&mut half, &[(5_000, "abc"), (4_990, "0123456789abcdef"), (5_006, "g")]), "abcdefg");
    }

    #[test]
    fn rubbish_far_ahead_is_ignored() {
        let mut half = Half::default();
        half.open(0);
        assert_eq!(play(&mut half, &[(1, "ab"), (0x5000_0000, "zz"), (3, "cd")]), "abcd");
        assert_eq!(half.waiting_bytes(), 0);
    }
}
