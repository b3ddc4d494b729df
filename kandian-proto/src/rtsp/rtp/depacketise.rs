//! Packets back into access units and frames of sound.; E-179.

use core::fmt;
use std::collections::VecDeque;

use bytes::Bytes;
use rtp_types::RtpPacket;

use super::assemble::Assembly;
use super::packetise::AAC_HEADER_BYTES;
use super::reorder::{Arrival, Reorder};

/// Longest access unit that is put together, in bytes. The largest picture of a camera of 8 megapixels stays below.
pub const MAX_UNIT_BYTES: usize = 4 << 20;

/// Most finished units that wait to be fetched. A packet finishes few; the bound is for who never fetches.
const MOST_FINISHED: usize = 64;

/// Most frames of AAC in one packet.
const MOST_FRAMES: usize = 16;

/// How the payload of a track is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Format {
    /// H.264: single NAL units, parts (FU-A), and, although knows none, several in one packet (STAP-A).
    H264,
    /// AAC in the mode AAC-hbr of RFC 3640.
    Aac,
    /// Each packet stands for itself: G.711, and whatever else a device announces (E-179).
    Whole,
}

/// One access unit or frame of sound.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Media {
    /// Its time, in ticks of the clock of the track; counted on where the 32 bits of RTP start again.
    pub timestamp: u64,
    /// H.264: NAL units with start codes. Else the bytes of the frame.
    pub data: Bytes,
    /// Whether decoding can begin here. Always, for sound.
    pub is_idr: bool,
    /// Packets that were lost since the unit before. After a loss a picture may refer to one that never came; who wants
    /// clean pictures waits for the next [`Media::is_idr`].
    pub lost: u32,
}

/// The data may show what a camera saw; only its length is shown.
impl fmt::Debug for Media {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { timestamp, data, is_idr, lost } = self;
        write!(f, "Media(at {timestamp}, {} bytes, IDR {is_idr}, lost {lost})", data.len())
    }
}

/// A datagram or frame that is no RTP packet, or not one that can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RtpError {
    /// Not RTP of version 2, or cut.
    #[error("not an RTP packet")]
    NotRtp,
    /// Of a payload type that was not announced.
    #[error("payload type {0} was not announced")]
    PayloadType(u8),
    /// The payload contradicts its own lengths, or is of a form that is not read here.
    #[error("the payload cannot be read")]
    Payload,
}

/// What happened, in numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Counts {
    /// Packets that were used.
    pub packets: u64,
    /// Sequence numbers that never came.
    pub lost: u64,
    /// Packets that came twice, or too late.
    pub old: u64,
    /// Packets without payload, which open a NAT.
    pub empty: u64,
    /// Access units of which a part was missing or wrong, or that were too long.
    pub dropped: u64,
    /// Times another source began to send, or the same one began its numbers anew.
    pub restarts: u64,
}

/// Puts the packets of one track together: in order, without those that came twice, and never half an access unit.
///
/// Memory is bounded by [`MAX_UNIT_BYTES`], some packets that wait for an overtaken one, and some finished units; fetch
/// those with [`Depacketiser::poll`] after each packet.
#[derive(Debug)]
pub struct Depacketiser {
    format: Format,
    payload_type: Option<u8>,
    ssrc: Option<u32>,
    reorder: Reorder,
    assembly: Assembly,
    /// The last time, counted on.
    clock: Option<u64>,
    /// Lost since the last unit.
    lost: u32,
    finished: VecDeque<Media>,
    counts: Counts,
}

impl Depacketiser {
    /// For a track of this format and any payload type.
    #[must_use]
    pub fn new(format: Format) -> Self {
        Self {
            format,
            payload_type: None,
            ssrc: None,
            reorder: Reorder::default(),
            assembly: Assembly::default(),
            clock: None,
            lost: 0,
            finished: VecDeque::new(),
            counts: Counts::default(),
        }
    }

    /// The same for one payload type.
    #[must_use]
    pub const fn payload_type(mut self, payload_type: u8) -> Self {
        self.payload_type = Some(payload_type);
        self
    }

    /// The same for packets that come over TCP: what is missing was never sent, and nothing waits for it.
    #[must_use]
    pub fn in_order(mut self) -> Self {
        self.reorder = Reorder::in_order();
        self
    }

    /// Takes a packet.
    ///
    /// # Errors
    /// When it is none, or cannot be used. The track goes on all the same.
    pub fn push(&mut self, packet: &[u8]) -> Result<(), RtpError> {
        let read = RtpPacket::parse(packet).map_err(|_| RtpError::NotRtp)?;
        if self.payload_type.is_some_and(|expected| expected != read.payload_type()) {
            return Err(RtpError::PayloadType(read.payload_type()));
        }
        if read.payload().is_empty() {
            self.counts.empty += 1;
            return Ok(());
        }
        if self.ssrc.replace(read.ssrc()).is_some_and(|before| before != read.ssrc()) {
            self.restart();
        }
        match self.reorder.push(read.sequence_number(), Bytes::copy_from_slice(packet)) {
            Arrival::Taken => {}
            Arrival::Restarted => self.begun_anew(),
            Arrival::Old => {
                self.counts.old += 1;
                return Ok(());
            }
            Arrival::Strange => return Ok(()),
        }
        let mut result = Ok(());
        while let Some(turn) = self.reorder.pop() {
            self.counts.packets += 1;
            self.counts.lost += u64::from(turn.lost);
            self.lost = self.lost.saturating_add(u32::from(turn.lost));
            if turn.lost > 0 && self.assembly.gap() {
                self.counts.dropped += 1;
            }
            if let Ok(packet) = RtpPacket::parse(&turn.packet) {
                result = result.and(self.take(&packet));
            }
        }
        result
    }

    /// The next unit that is whole.
    pub fn poll(&mut self) -> Option<Media> {
        self.finished.pop_front()
    }

    /// What happened up to now.
    #[must_use]
    pub const fn counts(&self) -> Counts {
        self.counts
    }

    /// Another source sends: nothing of the old one is of use, and its losses are nobody's.
    fn restart(&mut self) {
        self.counts.restarts += 1;
        self.reorder.restart();
        self.assembly = Assembly::default();
        self.clock = None;
        // At least something is missing between the two.
        self.lost = self.lost.saturating_add(1);
    }

    /// The numbers began anew. How much is missing nobody knows; at least something is.
    fn begun_anew(&mut self) {
        self.counts.restarts += 1;
        self.lost = self.lost.saturating_add(1);
        if self.assembly.gap() {
            self.counts.dropped += 1;
        }
    }

    fn take(&mut self, packet: &RtpPacket<'_>) -> Result<(), RtpError> {
        let (payload, time) = (packet.payload(), packet.timestamp());
        match self.format {
            Format::Whole => self.finish(time, Bytes::copy_from_slice(payload), true),
            Format::Aac => self.frames(time, payload)?,
            Format::H264 => return self.video(packet),
        }
        Ok(())
    }

    fn video(&mut self, packet: &RtpPacket<'_>) -> Result<(), RtpError> {
        let time = packet.timestamp();
        if let Some(whole) = self.assembly.turn_to(time) {
            self.finish_video(whole);
        }
        let taken = self.assembly.payload(packet.payload());
        if packet.marker_bit()
            && let Some(whole) = self.assembly.end()
        {
            self.finish_video(whole);
        }
        taken
    }

    fn finish_video(&mut self, whole: super::assemble::Whole) {
        match whole.data {
            Some(data) => self.finish(whole.timestamp, data, whole.is_idr),
            None => self.counts.dropped += 1,
        }
    }

    fn finish(&mut self, time: u32, data: Bytes, is_idr: bool) {
        if self.finished.len() >= MOST_FINISHED {
            self.finished.pop_front();
            self.counts.dropped += 1;
        }
        let timestamp = counted_on(self.clock, time);
        self.clock = Some(timestamp);
        let lost = core::mem::take(&mut self.lost);
        self.finished.push_back(Media { timestamp, data, is_idr, lost });
    }

    /// Frames of AAC with their headers (RFC 3640 §3.2). Sizes have 13 bits; frames that go on in another packet are
    /// not put together.
    fn frames(&mut self, time: u32, payload: &[u8]) -> Result<(), RtpError> {
        let (bits, rest) = payload.split_at_checked(2).ok_or(RtpError::Payload)?;
        let headers = usize::from(u16::from_be_bytes([bits[0], bits[1]])).div_ceil(8);
        let (headers, mut data) = rest.split_at_checked(headers).ok_or(RtpError::Payload)?;
        const { assert!(AAC_HEADER_BYTES == 4, "a length and one header") };
        for (index, header) in headers.chunks_exact(2).take(MOST_FRAMES).enumerate() {
            let size = usize::from(u16::from_be_bytes([header[0], header[1]]) >> 3);
            let (frame, after) = data.split_at_checked(size).ok_or(RtpError::Payload)?;
            if frame.is_empty() {
                return Err(RtpError::Payload);
            }
            data = after;
            // A frame has 1,024 samples.
            let time = time.wrapping_add(index as u32 * 1_024);
            self.finish(time, Bytes::copy_from_slice(frame), true);
        }
        Ok(())
    }
}

/// The time of 32 bits nearest to the last one, counted on.
fn counted_on(last: Option<u64>, time: u32) -> u64 {
    let Some(last) = last else { return u64::from(time) };
    let step = time.wrapping_sub(last as u32) as i32;
    last.saturating_add_signed(i64::from(step))
}
