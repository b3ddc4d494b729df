//! TCP connections of a capture, each with a stream of frames or HTTP messages in both directions.

use std::collections::HashMap;
use std::net::SocketAddr;

use kandian_codec::{Header, MAGIC, Side};

use super::documents::Start;
use super::failure::Failure;
use super::link::Segment;
use super::note::{Note, Severity};
use super::output::Output;
use super::report::{Place, Report};
use super::stream::{Kind, Stream};
use super::tcp::{Event, Half};
use super::time::Time;

/// Connections followed at a time; the one that was silent longest makes room.
const MAX_CONNECTIONS: usize = 1_024;
/// Memory for segments that wait, in all connections together.
const MAX_WAITING_BYTES: usize = 64 << 20;

/// All connections.
pub(super) struct Connections {
    port: u16,
    scan: bool,
    table: HashMap<(SocketAddr, SocketAddr), Connection>,
    clock: u64,
    waiting_bytes: usize,
    /// TCP packets of connections that do not speak the protocol.
    pub(super) ignored: u64,
    /// HTTP messages of other protocols.
    pub(super) foreign: u64,
}

struct Connection {
    /// Who opened it, when the capture has that.
    opener: Option<SocketAddr>,
    /// The direction away from the smaller address, then the other one.
    directions: [Direction; 2],
    last_seen: u64,
}

struct Direction {
    half: Half,
    stream: Stream,
    from: SocketAddr,
    to: SocketAddr,
    last_time: Option<Time>,
}

impl Connections {
    pub(super) fn new(port: u16, scan: bool) -> Self {
        Self { port, scan, table: HashMap::new(), clock: 0, waiting_bytes: 0, ignored: 0, foreign: 0 }
    }

    /// Takes the next segment of the capture.
    pub(super) fn segment(
        &mut self,
        time: Option<Time>,
        segment: &Segment<'_>,
        out: &mut Output<'_>,
    ) -> Result<(), Failure> {
        self.clock += 1;
        let key = (segment.from.min(segment.to), segment.from.max(segment.to));
        if !self.table.contains_key(&key) && !self.is_relevant(segment) {
            self.ignored += 1;
            return Ok(());
        }
        self.make_room(key, out)?;
        let away = usize::from(segment.from != key.0);
        let restarted = segment.syn
            && self.table.get(&key).is_some_and(|c| c.directions[away].half.is_new_connection(segment.seq));
        if restarted {
            self.close(key, out)?;
        }
        let connection = match self.table.entry(key) {
            std::collections::hash_map::Entry::Occupied(entry) => entry.into_mut(),
            std::collections::hash_map::Entry::Vacant(entry) => {
                entry.insert(Connection::new(key, self.scan)?)
            }
        };
        connection.last_seen = self.clock;
        let before = connection.waiting_bytes();
        connection.segment(time, segment, away, self.port, out)?;
        self.foreign += connection.take_foreign();
        self.waiting_bytes = self.waiting_bytes - before + connection.waiting_bytes();
        if self.waiting_bytes > MAX_WAITING_BYTES {
            for direction in [0, 1] {
                connection.event(direction, self.port, out, |half, take| half.give_up(take))?;
            }
            self.waiting_bytes = self.table.values().map(Connection::waiting_bytes).sum();
        }
        Ok(())
    }

    /// The capture is over: what waits will not come, and no stream goes on.
    pub(super) fn finish(&mut self, out: &mut Output<'_>) -> Result<(), Failure> {
        let mut keys: Vec<_> =
            self.table.iter().map(|(key, connection)| (connection.last_seen, *key)).collect();
        keys.sort_unstable();
        keys.into_iter().try_for_each(|(_, key)| self.close(key, out))
    }

    /// Whether a connection is worth following that is not followed yet.
    fn is_relevant(&self, segment: &Segment<'_>) -> bool {
        segment.to.port() == self.port
            || segment.from.port() == self.port
            || looks_like_a_frame(segment.payload)
            || Start::of(segment.payload) == Start::Http
    }

    fn make_room(&mut self, key: (SocketAddr, SocketAddr), out: &mut Output<'_>) -> Result<(), Failure> {
        if self.table.len() < MAX_CONNECTIONS || self.table.contains_key(&key) {
            return Ok(());
        }
        let oldest =
            self.table.iter().min_by_key(|(_, connection)| connection.last_seen).map(|(key, _)| *key);
        oldest.map_or(Ok(()), |oldest| self.close(oldest, out))
    }

    fn close(&mut self, key: (SocketAddr, SocketAddr), out: &mut Output<'_>) -> Result<(), Failure> {
        let Some(mut connection) = self.table.remove(&key) else { return Ok(()) };
        self.waiting_bytes -= connection.waiting_bytes();
        for direction in [0, 1] {
            connection.event(direction, self.port, out, |half, take| half.finish(take))?;
        }
        self.foreign += connection.take_foreign();
        Ok(())
    }
}

/// A header with something like XML behind it.
fn looks_like_a_frame(payload: &[u8]) -> bool {
    payload.starts_with(&MAGIC)
        && matches!(Header::parse(payload), Ok(Some(_)))
        && payload.get(8) == Some(&b'<')
}

impl Connection {
    fn new((smaller, larger): (SocketAddr, SocketAddr), scan: bool) -> Result<Self, Failure> {
        let direction = |from, to| {
            let stream = if scan { Stream::scanned()? } else { Stream::new(0, Kind::Captured) };
            Ok::<_, Failure>(Direction { half: Half::default(), stream, from, to, last_time: None })
        };
        let directions = [direction(smaller, larger)?, direction(larger, smaller)?];
        Ok(Self { opener: None, directions, last_seen: 0 })
    }

    fn take_foreign(&mut self) -> u64 {
        self.directions.iter_mut().map(|direction| direction.stream.take_foreign()).sum()
    }

    fn waiting_bytes(&self) -> usize {
        self.directions.iter().map(|direction| direction.half.waiting_bytes()).sum()
    }

    fn segment(
        &mut self,
        time: Option<Time>,
        segment: &Segment<'_>,
        away: usize,
        port: u16,
        out: &mut Output<'_>,
    ) -> Result<(), Failure> {
        let direction = &mut self.directions[away];
        direction.last_time = time;
        let mut seq = segment.seq;
        if segment.syn {
            self.opener = Some(if segment.ack.is_some() { segment.to } else { segment.from });
            direction.half.open(seq);
            seq = seq.wrapping_add(1);
        } else if direction.half.is_untouched() && !looks_like_a_frame(segment.payload) {
            // The capture begins inside the stream, perhaps inside a frame.
            if segment.payload.is_empty() {
                return self.acknowledge(segment, away, port, out);
            }
            direction.stream = Stream::new(0, Kind::Middle);
        }
        self.event(away, port, out, |half, take| half.segment(seq, segment.payload, segment.fin, take))?;
        self.acknowledge(segment, away, port, out)?;
        if segment.rst {
            for direction in [0, 1] {
                self.event(direction, port, out, |half, take| half.finish(take))?;
            }
        }
        Ok(())
    }

    fn acknowledge(
        &mut self,
        segment: &Segment<'_>,
        away: usize,
        port: u16,
        out: &mut Output<'_>,
    ) -> Result<(), Failure> {
        let Some(ack) = segment.ack else { return Ok(()) };
        let back = 1 - away;
        let time = self.directions[away].last_time;
        if !self.directions[back].half.is_untouched() && self.directions[back].half.waiting_bytes() > 0 {
            self.directions[back].last_time = time.or(self.directions[back].last_time);
            return self.event(back, port, out, |half, take| half.acknowledged(ack, take));
        }
        Ok(())
    }

    /// Does something to a direction and passes on what comes out of it.
    fn event(
        &mut self,
        direction: usize,
        port: u16,
        out: &mut Output<'_>,
        act: impl FnOnce(&mut Half, &mut dyn FnMut(Event<'_>)),
    ) -> Result<(), Failure> {
        let opener = self.opener;
        let Direction { half, stream, from, to, last_time } = &mut self.directions[direction];
        let sender = sender(opener, port, *from, *to);
        let place = Place { time: *last_time, link: Some((*from, *to)), sender };
        let mut result = Ok(());
        act(half, &mut |event| {
            if result.is_ok() {
                result = pass_on(event, place, stream, out);
            }
        });
        result
    }
}

fn pass_on(event: Event<'_>, place: Place, stream: &mut Stream, out: &mut Output<'_>) -> Result<(), Failure> {
    match event {
        Event::Data(bytes) => stream.feed(place, bytes, out)?,
        Event::End => stream.finish(place, out)?,
        Event::Lost { offset, bytes } => {
            stream.finish(place, out)?;
            let text = "the capture lacks these bytes; looking for the next frame behind them";
            let note = Note::new(Severity::Error, "lost", offset, text)
                .advice("capture with a larger buffer (`tcpdump -B`) and whole packets (`-s 0`)");
            out.report(&Report::bytes(place, offset, bytes, "lost", note))?;
            *stream = Stream::new(offset + bytes, Kind::Middle);
        }
    }
    Ok(())
}

/// Devices connect to platforms. Where the capture does not show who connected, the port tells.
fn sender(opener: Option<SocketAddr>, port: u16, from: SocketAddr, to: SocketAddr) -> Option<Side> {
    match (opener, to.port() == port, from.port() == port) {
        (Some(opener), _, _) if opener == from => Some(Side::Device),
        (Some(_), _, _) => Some(Side::Platform),
        (None, true, false) => Some(Side::Device),
        (None, false, true) => Some(Side::Platform),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_sent_it() {
        let device: SocketAddr = "192.0.2.7:40000".parse().unwrap();
        let platform: SocketAddr = "198.51.100.1:8588".parse().unwrap();
        assert_eq!(sender(None, 8588, device, platform), Some(Side::Device));
        assert_eq!(sender(None, 8588, platform, device), Some(Side::Platform));
        assert_eq!(sender(None, 9000, platform, device), None);
        assert_eq!(sender(Some(device), 9000, platform, device), Some(Side::Platform));
        assert_eq!(sender(Some(platform), 8588, platform, device), Some(Side::Device));
    }
}
