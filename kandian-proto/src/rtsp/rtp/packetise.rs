//! Access units and frames of sound into packets.; E-179.

use bytes::{BufMut, Bytes, BytesMut};

use super::unit::INTERLEAVE_BYTES;
use super::{AAC, H264, HEADER_BYTES, Kind, PCMA, Track, Unit};
use crate::rtsp::h264::NalType;

/// Longest packet by default, in bytes, header included. With the headers of UDP and IP it fits into what PPPoE and
/// tunnels leave of an Ethernet frame.
pub const DEFAULT_PACKET_BYTES: usize = 1_400;

/// Shortest limit on packets, in bytes: below it headers cost more than they carry.
pub const LEAST_PACKET_BYTES: usize = 128;

/// Bytes before the data of a part of a NAL unit.
const FRAGMENT_BYTES: usize = 2;

/// Makes the packets of one track of one source. Viewers share its sequence numbers and its SSRC; a playback, which
/// has one viewer and its own speed, has a packetiser of its own.
///
/// Video goes as single NAL units and parts of them (FU-A), and never as several in one packet: knows no
/// STAP-A.
#[derive(Clone, Debug)]
pub struct Packetiser {
    track: Track,
    payload_type: u8,
    ssrc: u32,
    next_sequence: u16,
    packet_bytes: usize,
}

impl Packetiser {
    /// H.264 on track 0, in packets of at most [`DEFAULT_PACKET_BYTES`]. SSRC and first sequence number should be
    /// random (RFC 3550 §5.1).
    #[must_use]
    pub const fn video(ssrc: u32, first_sequence: u16) -> Self {
        Self::new(Track::VIDEO, H264, ssrc, first_sequence)
    }

    /// G.711 A-law on track 1, the usual sound of a device. E-179.
    #[must_use]
    pub const fn pcma(ssrc: u32, first_sequence: u16) -> Self {
        Self::new(Track::AUDIO, PCMA, ssrc, first_sequence)
    }

    /// AAC on track 1.
    #[must_use]
    pub const fn aac(ssrc: u32, first_sequence: u16) -> Self {
        Self::new(Track::AUDIO, AAC, ssrc, first_sequence)
    }

    /// Any track and payload type; of the latter the low seven bits count.
    #[must_use]
    pub const fn new(track: Track, payload_type: u8, ssrc: u32, first_sequence: u16) -> Self {
        let packet_bytes = DEFAULT_PACKET_BYTES;
        Self { track, payload_type, ssrc, next_sequence: first_sequence, packet_bytes }
    }

    /// The same with another limit on packets, header included, from [`LEAST_PACKET_BYTES`] to 65,535; what is outside
    /// is moved to the nearer end.
    #[must_use]
    pub fn packet_bytes(mut self, most: usize) -> Self {
        self.packet_bytes = most.clamp(LEAST_PACKET_BYTES, usize::from(u16::MAX));
        self
    }

    /// The sequence number of the next packet, for `RTP-Info`.
    #[must_use]
    pub const fn next_sequence(&self) -> u16 {
        self.next_sequence
    }

    /// The source of its packets.
    #[must_use]
    pub const fn ssrc(&self) -> u32 {
        self.ssrc
    }

    /// One access unit: its NAL units without start codes. Types above 23, which mean something else in RTP, and empty
    /// ones are left out.
    pub fn h264<'a>(&mut self, nals: impl IntoIterator<Item = &'a [u8]>, timestamp: u32) -> Unit {
        let mut out = Writer::new(self, timestamp);
        let mut kind = Kind::Picture;
        let mut nals = nals.into_iter().filter(|nal| NalType::of(nal).is_single()).peekable();
        while let Some(nal) = nals.next() {
            if NalType::of(nal) == NalType::IDR {
                kind = Kind::Idr;
            }
            out.nal(nal, nals.peek().is_none());
        }
        out.finish(kind)
    }

    /// A stretch of G.711, cut into packets when it is too long. The timestamp counts samples; so does each packet.
    pub fn g711(&mut self, samples: &[u8], timestamp: u32) -> Unit {
        let most = self.packet_bytes - HEADER_BYTES;
        let mut out = Writer::new(self, timestamp);
        for part in samples.chunks(most) {
            out.packet(false, &[], part);
            // One byte is one sample.
            out.timestamp = out.timestamp.wrapping_add(part.len() as u32);
        }
        out.finish(Kind::Audio)
    }

    /// One frame of AAC without its ADTS header, in the mode AAC-hbr (RFC 3640 §3.3.6). `None` when it does not fit
    /// into one packet, as no frame of a camera's sound does not.
    pub fn aac_frame(&mut self, frame: &[u8], timestamp: u32) -> Option<Unit> {
        let most = (self.packet_bytes - HEADER_BYTES - AAC_HEADER_BYTES).min(MOST_AAC_BYTES);
        if frame.is_empty() || frame.len() > most {
            return None;
        }
        // The length of the headers in bits; then 13 bits of size and 3 of index.
        let size = (frame.len() as u16) << 3;
        let [high, low] = size.to_be_bytes();
        let mut out = Writer::new(self, timestamp);
        out.packet(true, &[0, 16, high, low], frame);
        Some(out.finish(Kind::Audio))
    }
}

/// Bytes before a frame of AAC.
pub(super) const AAC_HEADER_BYTES: usize = 4;

/// Longest frame of AAC whose size 13 bits can say.
const MOST_AAC_BYTES: usize = (1 << 13) - 1;

/// Packets of one unit that is being written.
struct Writer<'a> {
    of: &'a mut Packetiser,
    timestamp: u32,
    first: (u32, u16),
    bytes: BytesMut,
    ends: Vec<u32>,
}

impl<'a> Writer<'a> {
    fn new(of: &'a mut Packetiser, timestamp: u32) -> Self {
        let first = (timestamp, of.next_sequence);
        Self { of, timestamp, first, bytes: BytesMut::new(), ends: Vec::new() }
    }

    fn nal(&mut self, nal: &[u8], is_last: bool) {
        let most = self.of.packet_bytes - HEADER_BYTES;
        if nal.len() <= most {
            return self.packet(is_last, &[], nal);
        }
        let Some((&first, data)) = nal.split_first() else { return };
        // Importance of the unit, type FU-A; then start, end, and the type of the unit.
        let (indicator, kind) = (first & 0xE0 | NalType::FU_A.0, first & 0x1F);
        let mut parts = data.chunks(most - FRAGMENT_BYTES).peekable();
        let mut start = 0x80;
        while let Some(part) = parts.next() {
            let end = if parts.peek().is_none() { 0x40 } else { 0 };
            self.packet(is_last && end != 0, &[indicator, start | end | kind], part);
            start = 0;
        }
    }

    fn packet(&mut self, marker: bool, head: &[u8], data: &[u8]) {
        let length = HEADER_BYTES + head.len() + data.len();
        self.bytes.reserve(INTERLEAVE_BYTES + length);
        self.bytes.put_slice(&[b'$', self.of.track.usual_channel()]);
        // At most `packet_bytes`, which is at most 65,535.
        self.bytes.put_u16(length as u16);
        self.bytes.put_slice(&[0x80, u8::from(marker) << 7 | self.of.payload_type & 0x7F]);
        self.bytes.put_u16(self.of.next_sequence);
        self.bytes.put_u32(self.timestamp);
        self.bytes.put_u32(self.of.ssrc);
        self.bytes.put_slice(head);
        self.bytes.put_slice(data);
        self.of.next_sequence = self.of.next_sequence.wrapping_add(1);
        // A unit of 4 GB is none.
        self.ends.push(self.bytes.len() as u32);
    }

    fn finish(self, kind: Kind) -> Unit {
        let bytes: Bytes = self.bytes.freeze();
        Unit::new((self.of.track, kind), self.first, bytes, self.ends)
    }
}
