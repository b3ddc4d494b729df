//! What waits for one viewer. R-10.16; E-176.
//!
//! ```
//! use kandian_proto::rtsp::queue::{Limits, Pushed, ViewerQueue};
//! use kandian_proto::rtsp::rtp::Packetiser;
//! let mut packetiser = Packetiser::video(1, 0);
//! let idr = packetiser.h264([&[0x65, 0x88][..]], 0);
//! let picture = packetiser.h264([&[0x41, 0x9A][..]], 3_600);
//! let mut queue = ViewerQueue::new(Limits::DEFAULT);
//! assert_eq!(queue.push(&picture), Pushed::Waiting); // nothing is sent before an IDR picture
//! assert_eq!(queue.push(&idr), Pushed::Queued);
//! assert_eq!(queue.chunk(), &idr.interleaved()[..]);
//! queue.advance(3); // what the socket took
//! assert_eq!(queue.chunk().len(), idr.interleaved().len() - 3);
//! ```

use std::collections::VecDeque;

use bytes::{Buf, Bytes};

use super::rtp::{Kind, Run, Track, Unit};

/// Most tracks a viewer has.
const MOST_TRACKS: usize = 4;

/// How much may wait for one viewer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of media. An access unit that is longer is never sent, so it has to be above the largest picture.
    pub bytes: usize,
    /// Packets of media.
    pub packets: usize,
    /// Bytes of RTSP and RTCP. What is beyond them is refused: the connection is of no more use.
    pub message_bytes: usize,
}

impl Limits {
    /// Two seconds of 4 Mbit/s.
    pub const DEFAULT: Self = Self { bytes: 1 << 20, packets: 2_048, message_bytes: 64 << 10 };
}

/// What became of a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Pushed {
    /// It waits to be sent.
    Queued,
    /// It cannot be shown before an IDR picture comes.
    Waiting,
    /// There was no room; so is what follows, up to the next IDR picture.
    Dropped,
}

/// What happened, in numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Counters {
    /// Units that were taken.
    pub queued: u64,
    /// Units that were dropped because the viewer was slow, those that wait for an IDR picture after it included.
    pub dropped: u64,
    /// Times the viewer fell behind.
    pub overflows: u64,
    /// Bytes handed out.
    pub bytes: u64,
}

/// What waits for one viewer, bounded and in whole access units: who reads too slowly misses pictures, and never sees
/// half of one. Dropping begins with the unit that finds no room, and ends with the next IDR picture; what was taken
/// before is still a stretch that can be decoded. An IDR picture that finds no room replaces what waits.
///
/// Over TCP, [`ViewerQueue::chunk`] and [`ViewerQueue::advance`] give the bytes to write: answers and reports between
/// units, media interleaved on the channels of the viewer. Over UDP, [`ViewerQueue::datagram`] gives packets, and
/// [`ViewerQueue::run`] those that can be sent as one. A viewer is one or the other.
#[derive(Debug)]
pub struct ViewerQueue {
    limits: Limits,
    channels: Vec<(Track, u8)>,
    messages: VecDeque<Bytes>,
    /// What goes out behind all media.
    last: VecDeque<Bytes>,
    /// Of both.
    message_bytes: usize,
    /// No unit is begun.
    is_held: bool,
    units: VecDeque<Unit>,
    bytes: usize,
    packets: usize,
    /// What is being written; nothing may come between its bytes.
    current: Bytes,
    /// The packet of the first unit that comes next, over UDP.
    next_packet: usize,
    /// Video is passed over up to the next IDR picture.
    waits_for_idr: bool,
    /// Whether it is so because the viewer was slow.
    is_behind: bool,
    counters: Counters,
}

impl ViewerQueue {
    /// An empty queue, which begins with the first IDR picture.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        Self {
            limits,
            channels: Vec::new(),
            messages: VecDeque::new(),
            last: VecDeque::new(),
            message_bytes: 0,
            is_held: false,
            units: VecDeque::new(),
            bytes: 0,
            packets: 0,
            current: Bytes::new(),
            next_packet: 0,
            waits_for_idr: true,
            is_behind: false,
            counters: Counters::default(),
        }
    }

    /// For a viewer who set up the sound alone, which waits for no picture.
    #[must_use]
    pub const fn sound_only(mut self) -> Self {
        self.waits_for_idr = false;
        self
    }

    /// TCP: the channel of a track, when it is not the usual one. Push only tracks that the viewer has set up.
    pub fn set_channel(&mut self, track: Track, rtp: u8) {
        self.channels.retain(|(other, _)| *other != track);
        if self.channels.len() < MOST_TRACKS {
            self.channels.push((track, rtp));
        }
    }

    /// Begins with what the source has kept since its last IDR picture, so that the viewer sees something at once.
    /// Gives how many units were taken.
    pub fn start<'a>(&mut self, since_idr: impl IntoIterator<Item = &'a Unit>) -> usize {
        since_idr.into_iter().filter(|unit| self.push(unit) == Pushed::Queued).count()
    }

    /// Takes a unit, or passes it over.
    pub fn push(&mut self, unit: &Unit) -> Pushed {
        if unit.packet_count() == 0 {
            // There is nothing to be sent, nor anything that a limit could count.
            return Pushed::Queued;
        }
        match unit.kind() {
            Kind::Idr => self.push_idr(unit),
            Kind::Picture if self.waits_for_idr && self.is_behind => {
                self.counters.dropped += 1;
                Pushed::Dropped
            }
            Kind::Picture if self.waits_for_idr => Pushed::Waiting,
            Kind::Picture if self.has_room(unit) => self.take(unit),
            Kind::Picture => self.fall_behind(),
            // Sound alone means nothing before the first picture.
            Kind::Audio if self.waits_for_idr && !self.is_behind => Pushed::Waiting,
            Kind::Audio if self.has_room(unit) => self.take(unit),
            Kind::Audio => {
                self.counters.dropped += 1;
                Pushed::Dropped
            }
        }
    }

    /// Takes an answer or a report for the connection; it goes out between two units. `false` when there is no room: end
    /// the connection.
    #[must_use]
    pub fn push_message(&mut self, message: Bytes) -> bool {
        let has_room = self.count(&message);
        if has_room {
            self.messages.push_back(message);
        }
        has_room
    }

    /// TCP: takes a report that goes out when no media waits any more, such as the BYE at the end of a recording (E-177).
    /// [`ViewerQueue::restart`] forgets it, since the end was not reached then. `false` as with
    /// [`ViewerQueue::push_message`].
    #[must_use]
    pub fn push_last(&mut self, message: Bytes) -> bool {
        let has_room = self.count(&message);
        if has_room {
            self.last.push_back(message);
        }
        has_room
    }

    /// Holds media back, or lets it go on: between PAUSE and PLAY (R-10.7) the answers go out and pictures wait. A unit
    /// that is being sent goes out whole.
    pub const fn hold(&mut self, is_held: bool) {
        self.is_held = is_held;
    }

    /// TCP: the bytes to write next; empty when nothing waits that may be sent. Stays what it is until [`ViewerQueue::advance`].
    pub fn chunk(&mut self) -> &[u8] {
        if self.current.is_empty() {
            self.next_chunk();
        }
        &self.current
    }

    /// TCP: so many bytes of the chunk were written.
    pub fn advance(&mut self, written: usize) {
        let written = written.min(self.current.len());
        self.current.advance(written);
        self.counters.bytes += written as u64;
    }

    /// UDP: the next packet and its track.
    pub fn datagram(&mut self) -> Option<(Track, Bytes)> {
        let (unit, first) = (self.units.front()?.clone(), self.next_packet);
        let run = self.run(1)?;
        Some((run.track(), unit.packet(first)?))
    }

    /// UDP: the next packets that can be sent as one, `most` at most, and one at least.
    pub fn run(&mut self, most: usize) -> Option<Run> {
        if self.is_held && self.next_packet == 0 {
            return None;
        }
        let unit = self.units.front()?;
        // A unit that waits has packets.
        let run = unit.run(self.next_packet, most)?;
        self.next_packet += run.packet_count();
        if self.next_packet >= unit.packet_count() {
            self.pop();
        }
        self.counters.bytes += run.bytes() as u64;
        Some(run)
    }

    /// Whether nothing waits, nor is held back.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let has_messages = !self.messages.is_empty() || !self.last.is_empty();
        self.current.is_empty() && !has_messages && self.units.is_empty()
    }

    /// Whether a unit of a playback may be pushed without anything being dropped: its source can wait.
    #[must_use]
    pub fn has_room(&self, unit: &Unit) -> bool {
        self.bytes + unit.interleaved().len() <= self.limits.bytes
            && self.packets + unit.packet_count() <= self.limits.packets
    }

    /// Forgets the media that waits, and begins again with an IDR picture: for a seek, or after a pause. A unit that is
    /// being sent goes out whole.
    pub fn restart(&mut self) {
        self.drop_waiting();
        let forgotten: usize = self.last.drain(..).map(|message| message.len()).sum();
        self.message_bytes = self.message_bytes.saturating_sub(forgotten);
        (self.waits_for_idr, self.is_behind) = (true, false);
    }

    /// What happened up to now.
    #[must_use]
    pub const fn counters(&self) -> Counters {
        self.counters
    }

    /// Bytes of media that wait, those being written not counted.
    #[must_use]
    pub const fn media_bytes(&self) -> usize {
        self.bytes
    }

    fn push_idr(&mut self, unit: &Unit) -> Pushed {
        if !self.has_room(unit) {
            // What waits is older, and not needed to decode what comes.
            self.counters.overflows += u64::from(!self.is_behind);
            self.drop_waiting();
            if !self.has_room(unit) {
                (self.waits_for_idr, self.is_behind) = (true, true);
                self.counters.dropped += 1;
                return Pushed::Dropped;
            }
        }
        (self.waits_for_idr, self.is_behind) = (false, false);
        self.take(unit)
    }

    fn take(&mut self, unit: &Unit) -> Pushed {
        self.bytes += unit.interleaved().len();
        self.packets += unit.packet_count();
        self.units.push_back(unit.clone());
        self.counters.queued += 1;
        Pushed::Queued
    }

    fn fall_behind(&mut self) -> Pushed {
        (self.waits_for_idr, self.is_behind) = (true, true);
        self.counters.overflows += 1;
        self.counters.dropped += 1;
        Pushed::Dropped
    }

    /// Drops what is not being sent.
    fn drop_waiting(&mut self) {
        // A unit of which packets went out over UDP is sent to its end.
        let kept = usize::from(self.next_packet > 0);
        while self.units.len() > kept {
            if let Some(unit) = self.units.pop_back() {
                self.forget(&unit);
                self.counters.dropped += 1;
            }
        }
    }

    fn pop(&mut self) -> Option<Unit> {
        let unit = self.units.pop_front()?;
        self.next_packet = 0;
        self.forget(&unit);
        Some(unit)
    }

    fn forget(&mut self, unit: &Unit) {
        self.bytes = self.bytes.saturating_sub(unit.interleaved().len());
        self.packets = self.packets.saturating_sub(unit.packet_count());
    }

    /// Counts a message, when there is room for it.
    const fn count(&mut self, message: &Bytes) -> bool {
        let sum = self.message_bytes + message.len();
        let has_room = sum <= self.limits.message_bytes;
        if has_room {
            self.message_bytes = sum;
        }
        has_room
    }

    fn next_message(&mut self) -> Option<Bytes> {
        let message = match self.messages.pop_front() {
            None if self.units.is_empty() => self.last.pop_front(),
            message => message,
        }?;
        self.message_bytes = self.message_bytes.saturating_sub(message.len());
        Some(message)
    }

    fn next_unit(&mut self) -> Option<Unit> {
        if self.is_held { None } else { self.pop() }
    }

    fn next_chunk(&mut self) {
        if let Some(message) = self.next_message() {
            self.current = message;
        } else if let Some(unit) = self.next_unit() {
            let channel =
                self.channels.iter().find(|(track, _)| *track == unit.track()).map(|(_, channel)| *channel);
            self.current =
                channel.map_or_else(|| unit.interleaved().clone(), |channel| unit.interleaved_on(channel));
        }
    }
}
