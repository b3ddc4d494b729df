//! Sound into packets, beside the pictures of a relay.; E-179.

use std::time::Duration;

use kandian_proto::rtsp::rtp::{AAC, PCMA, PCMU, Packetiser, Track, Unit};
use kandian_proto::rtsp::sdp::Sound;

use super::relay::Sent;
use crate::camera::Frame;

/// The sound of a stream as packets.
#[derive(Debug)]
pub(super) struct Soundtrack {
    sound: Sound,
    packetiser: Packetiser,
    /// Where its RTP time begins (RFC 3550 §5.1).
    offset: u32,
    pub(super) sent: Sent,
}

impl Soundtrack {
    /// Of a sound that can be sent.
    pub(super) fn new(sound: Sound) -> Option<Self> {
        let payload_type = match &sound {
            Sound::Pcma => PCMA,
            Sound::Pcmu => PCMU,
            Sound::Aac { .. } => AAC,
            _ => return None,
        };
        let packetiser = Packetiser::new(Track::AUDIO, payload_type, rand::random(), rand::random());
        Some(Self { sound, packetiser, offset: rand::random(), sent: Sent::default() })
    }

    pub(super) const fn sound(&self) -> &Sound {
        &self.sound
    }

    pub(super) const fn ssrc(&self) -> u32 {
        self.packetiser.ssrc()
    }

    /// The packets of a piece; none for one that does not fit into any.
    pub(super) fn frame(&mut self, frame: &Frame) -> Option<Unit> {
        let timestamp = self.timestamp(frame.at);
        let unit = match self.sound {
            Sound::Aac { .. } => self.packetiser.aac_frame(&frame.data, timestamp)?,
            _ if frame.data.is_empty() => return None,
            _ => self.packetiser.g711(&frame.data, timestamp),
        };
        self.sent.count(&unit);
        Some(unit)
    }

    /// The RTP time of a moment on the clock of the pictures.
    pub(super) fn timestamp(&self, at: Duration) -> u32 {
        let rate_hz = match self.sound {
            Sound::Aac { rate_hz, .. } => rate_hz,
            _ => 8_000,
        };
        // The nearest one: a time that was rounded down comes out as the tick it was made of.
        let ticks = (at.as_nanos() * u128::from(rate_hz) + 500_000_000) / 1_000_000_000;
        // They begin again after 2^32, as RTP wants it.
        self.offset.wrapping_add(u32::try_from(ticks & u128::from(u32::MAX)).unwrap_or_default())
    }

    /// The sequence number of the next packet.
    pub(super) const fn next_sequence(&self) -> u16 {
        self.packetiser.next_sequence()
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    fn frame(millis: u64, bytes: usize) -> Frame {
        Frame { at: Duration::from_millis(millis), data: Bytes::from(vec![0xD5; bytes]) }
    }

    /// Each kind has its payload type, and its clock counts samples. E-179
    #[test]
    fn clocks_count_samples() {
        let config = Bytes::from_static(&[0x14, 0x08]);
        let aac = Sound::Aac { rate_hz: 16_000, channels: 1, config };
        for (sound, payload_type, ticks) in [(Sound::Pcma, 8, 320), (Sound::Pcmu, 0, 320), (aac, 97, 640)] {
            let mut track = Soundtrack::new(sound).unwrap();
            let first = track.frame(&frame(1_000, 320)).unwrap();
            let second = track.frame(&frame(1_040, 320)).unwrap();
            assert_eq!(second.timestamp().wrapping_sub(first.timestamp()), ticks);
            assert_eq!(second.first_sequence().wrapping_sub(first.first_sequence()), 1);
            assert_eq!(first.packet(0).unwrap()[1] & 0x7F, payload_type);
            assert_eq!(track.timestamp(Duration::from_millis(1_000)), first.timestamp());
            assert_eq!((track.sent.packets, track.sent.payload_bytes >= 640), (2, true));
        }
    }

    /// What cannot be sent is left out, and does not end the others.
    #[test]
    fn frames_that_do_not_fit() {
        let config = Bytes::from_static(&[0x14, 0x08]);
        let mut track = Soundtrack::new(Sound::Aac { rate_hz: 16_000, channels: 1, config }).unwrap();
        assert!(track.frame(&frame(0, 8_192)).is_none() && track.frame(&frame(0, 0)).is_none());
        assert!(track.frame(&frame(0, 200)).is_some());
    }
}
