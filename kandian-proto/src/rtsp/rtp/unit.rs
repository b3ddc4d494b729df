//! One access unit or one frame of sound, as packets that are shared by all viewers.

use core::fmt;
use core::ops::Range;
use std::sync::Arc;

use bytes::{BufMut, Bytes, BytesMut};
use rtp_types::RtpPacket;

use super::HEADER_BYTES;

/// A track of a session: 0 is the video, 1 the sound (`trackID=0`, `trackID=1`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Track(pub u8);

impl Track {
    /// `trackID=0`.
    pub const VIDEO: Self = Self(0);
    /// `trackID=1`.
    pub const AUDIO: Self = Self(1);

    /// The channel that clients choose for its RTP in the RTSP connection: 0 and 2. The next one is for RTCP.
    #[must_use]
    pub const fn usual_channel(self) -> u8 {
        self.0.wrapping_mul(2)
    }
}

/// What a unit holds, as far as dropping is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A picture from which decoding can begin.
    Idr,
    /// A picture that needs those before it.
    Picture,
    /// Sound, of which every frame stands for itself.
    Audio,
}

/// One access unit or one frame of sound as RTP packets, built once and shared by all viewers. A clone costs two
/// counters.
///
/// The packets lie in one piece of memory, each behind the four bytes that interleave it into an RTSP connection, so
/// that one write sends the whole unit over TCP, and a slice is a datagram for UDP.
#[derive(Clone, PartialEq, Eq)]
pub struct Unit {
    track: Track,
    kind: Kind,
    timestamp: u32,
    first_sequence: u16,
    bytes: Bytes,
    /// Where each packet ends.
    ends: Arc<[u32]>,
}

impl Unit {
    pub(super) fn new(
        (track, kind): (Track, Kind),
        (timestamp, first_sequence): (u32, u16),
        bytes: Bytes,
        ends: Vec<u32>,
    ) -> Self {
        Self { track, kind, timestamp, first_sequence, bytes, ends: ends.into() }
    }

    /// The track it belongs to.
    #[must_use]
    pub const fn track(&self) -> Track {
        self.track
    }

    /// What it holds.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// Whether decoding can begin here.
    #[must_use]
    pub const fn is_idr(&self) -> bool {
        matches!(self.kind, Kind::Idr)
    }

    /// Its RTP timestamp, for `RTP-Info`.
    #[must_use]
    pub const fn timestamp(&self) -> u32 {
        self.timestamp
    }

    /// The sequence number of its first packet, for `RTP-Info`.
    #[must_use]
    pub const fn first_sequence(&self) -> u16 {
        self.first_sequence
    }

    /// How many packets it has.
    #[must_use]
    pub fn packet_count(&self) -> usize {
        self.ends.len()
    }

    /// Its packets, for UDP.
    pub fn packets(&self) -> impl Iterator<Item = Bytes> {
        (0..self.ends.len()).filter_map(|index| self.packet(index))
    }

    /// One of its packets.
    #[must_use]
    pub fn packet(&self, index: usize) -> Option<Bytes> {
        self.place(index).map(|place| self.bytes.slice(place))
    }

    /// The longest [`Run`] that begins with one of its packets, of `most` packets at most, and of one at least; `None` behind
    /// the last one.
    #[must_use]
    pub fn run(&self, first: usize, most: usize) -> Option<Run> {
        let length = self.place(first)?.len();
        let mut end = first + 1;
        while end - first < most
            && let Some(next) = self.place(end).map(|place| place.len())
            && next <= length
        {
            end += 1;
            if next < length {
                break;
            }
        }
        Some(Run { unit: self.clone(), packets: first..end })
    }

    /// Where a packet lies.
    fn place(&self, index: usize) -> Option<Range<usize>> {
        let end = *self.ends.get(index)? as usize;
        let before = index.checked_sub(1).and_then(|index| self.ends.get(index));
        Some(before.map_or(0, |end| *end as usize) + INTERLEAVE_BYTES..end)
    }

    /// All packets for an RTSP connection, on the channel that is usual for the track.
    #[must_use]
    pub const fn interleaved(&self) -> &Bytes {
        &self.bytes
    }

    /// All packets for an RTSP connection whose client chose a channel of its own: a copy, unless it is the usual one.
    #[must_use]
    pub fn interleaved_on(&self, channel: u8) -> Bytes {
        if channel == self.track.usual_channel() {
            return self.bytes.clone();
        }
        let mut copy = BytesMut::with_capacity(self.bytes.len());
        self.packets().for_each(|packet| interleave(channel, &packet, &mut copy));
        copy.freeze()
    }
}

/// The packets may hold what a camera saw; only sizes are shown.
impl fmt::Debug for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (count, bytes) = (self.ends.len(), self.bytes.len());
        write!(
            f,
            "Unit({:?} {:?}, at {}, {count} packets, {bytes} bytes)",
            self.track, self.kind, self.timestamp
        )
    }
}

/// Packets in a row of one length, the last of which may be shorter: what a system cuts into datagrams by itself when it
/// gets it as one (Linux: `UDP_SEGMENT`).
///
/// ```
/// use kandian_proto::rtsp::rtp::{DEFAULT_PACKET_BYTES, Packetiser};
/// let slice = [&[0x41][..], &[7; 3_000]].concat();
/// let unit = Packetiser::video(1, 0).h264([&slice[..]], 0);
/// let run = unit.run(0, 32).expect("a unit has packets");
/// let lengths: Vec<_> = run.packets().map(<[u8]>::len).collect();
/// assert_eq!(lengths[..2], [DEFAULT_PACKET_BYTES; 2]);
/// assert_eq!((lengths.len(), run.packet_bytes()), (3, DEFAULT_PACKET_BYTES));
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Run {
    unit: Unit,
    /// Never empty, and within the unit.
    packets: Range<usize>,
}

impl Run {
    /// The track it belongs to.
    #[must_use]
    pub const fn track(&self) -> Track {
        self.unit.track
    }

    /// How many packets it has; never 0.
    #[must_use]
    pub fn packet_count(&self) -> usize {
        self.packets.len()
    }

    /// The length of each packet but perhaps the last one.
    #[must_use]
    pub fn packet_bytes(&self) -> usize {
        self.unit.place(self.packets.start).map_or(0, |place| place.len())
    }

    /// The length of all packets together.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.packets().map(<[u8]>::len).sum()
    }

    /// What is left behind so many packets; `None` when that is nothing.
    #[must_use]
    pub fn skip(mut self, packets: usize) -> Option<Self> {
        self.packets.start = self.packets.start.saturating_add(packets);
        (!self.packets.is_empty()).then_some(self)
    }

    /// The packets.
    pub fn packets(&self) -> impl Iterator<Item = &[u8]> {
        let places = self.packets.clone().filter_map(|index| self.unit.place(index));
        places.filter_map(|place| self.unit.bytes.get(place))
    }
}

impl fmt::Debug for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Run({:?} of {:?})", self.packets, self.unit)
    }
}

/// `$`, the channel, and two bytes of length.
pub(in crate::rtsp) const INTERLEAVE_BYTES: usize = 4;

/// Writes a packet as it stands in an RTSP connection (RFC 2326 §10.12). It has at most 65,535 bytes.
pub(in crate::rtsp) fn interleave(channel: u8, packet: &[u8], out: &mut BytesMut) {
    out.put_slice(&[b'$', channel]);
    // Packets of this module are shorter than the limit, and reports much shorter.
    out.put_u16(packet.len() as u16);
    out.put_slice(packet);
}

/// The RTP packet without payload with which a client opens the way through a NAT, and which has nothing else to say.
/// R-15.13.
#[must_use]
pub fn punch(payload_type: u8, sequence: u16, ssrc: u32) -> [u8; HEADER_BYTES] {
    let mut packet = [0; HEADER_BYTES];
    packet[0] = 0x80;
    packet[1] = payload_type & 0x7F;
    packet[2..4].copy_from_slice(&sequence.to_be_bytes());
    packet[8..].copy_from_slice(&ssrc.to_be_bytes());
    packet
}

/// Whether a datagram is an RTP packet without payload. R-15.13.
pub(in crate::rtsp) fn is_punch(datagram: &[u8]) -> bool {
    RtpPacket::parse(datagram).is_ok_and(|packet| packet.payload().is_empty())
}
