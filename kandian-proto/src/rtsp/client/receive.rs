//! Packets that come, and what has to be sent for them to come.; E-175, E-177.

use core::net::SocketAddr;

use bytes::Bytes;

use super::io::{Event, Output};
use super::machine::{Client, Step};
use crate::rtsp::rtcp::{self, Report};
use crate::rtsp::rtp::{Depacketiser, Track, punch};
use crate::rtsp::sdp::RemoteTrack;

/// Most punching packets of a track. They go where the device says, and must not be a flood there.
const MOST_PUNCHES: u16 = 12;

/// A track that was set up.
#[derive(Debug)]
pub(super) struct Receiving {
    track: Track,
    payload_type: u8,
    way: Way,
    depacketiser: Depacketiser,
    punches: u16,
}

/// How packets come.
#[derive(Clone, Copy, Debug)]
pub(super) enum Way {
    Channels { rtp: u8, rtcp: u8 },
    Datagrams { rtp: SocketAddr, rtcp: SocketAddr },
}

impl Receiving {
    pub(super) fn new(track: Track, remote: &RemoteTrack, way: Way) -> Self {
        let payload_type = remote.payload_type;
        let depacketiser = Depacketiser::new(remote.codec.format()).payload_type(payload_type);
        let depacketiser = match way {
            Way::Channels { .. } => depacketiser.in_order(),
            Way::Datagrams { .. } => depacketiser,
        };
        Self { track, payload_type, way, depacketiser, punches: 0 }
    }

    pub(super) fn is_video(&self) -> bool {
        self.track == Track::VIDEO
    }

    pub(super) fn uses(&self, channel: u8) -> bool {
        matches!(self.way, Way::Channels { rtp, rtcp } if rtp == channel || rtcp == channel)
    }

    /// Whether a packet with payload came.
    pub(super) fn has_media(&self) -> bool {
        self.depacketiser.counts().packets > 0
    }
}

impl Client {
    /// A frame of the connection.
    pub(super) fn frame(&mut self, channel: u8, data: &[u8]) {
        let Some(at) = self.tracks.iter().position(|track| track.uses(channel)) else { return };
        let is_rtp = matches!(self.tracks[at].way, Way::Channels { rtp, .. } if rtp == channel);
        self.packet(at, is_rtp, data);
    }

    /// A datagram; what comes from elsewhere is passed over. The port may be another one than the device said.
    pub(super) fn datagram(&mut self, track: Track, from: SocketAddr, data: &[u8]) {
        let Some(at) = self.tracks.iter().position(|receiving| receiving.track == track) else { return };
        let Way::Datagrams { rtp, .. } = self.tracks[at].way else { return };
        let from = from.ip().to_canonical();
        if from == rtp.ip().to_canonical() || Some(from) == self.peer {
            self.packet(at, !rtcp::is_rtcp(data), data);
        }
    }

    fn packet(&mut self, at: usize, is_rtp: bool, data: &[u8]) {
        let Some(receiving) = self.tracks.get_mut(at) else { return };
        let track = receiving.track;
        if !is_rtp {
            for report in rtcp::parse(data) {
                match report {
                    Report::Sender { ntp, timestamp, .. } => {
                        self.event(Event::Clock { track, ntp, timestamp });
                    }
                    Report::Bye { .. } => self.event(Event::SourceEnded { track }),
                    Report::Receiver { .. } => {}
                }
            }
            return;
        }
        let before = receiving.depacketiser.counts().packets;
        // A packet that cannot be used costs itself; it is counted by what is missing.
        let _ = receiving.depacketiser.push(data);
        let has_come = receiving.depacketiser.counts().packets > before;
        let media: Vec<_> = core::iter::from_fn(|| receiving.depacketiser.poll()).collect();
        media.into_iter().for_each(|media| self.event(Event::Media { track, media }));
        if has_come {
            self.media_came(track);
        }
    }

    fn media_came(&mut self, track: Track) {
        // waits for the video; sound says nothing about the way of the pictures.
        if track == Track::VIDEO {
            self.timers.first_media = None;
        }
        if self.step == Step::Playing {
            self.timers.silence = Some(self.latest + self.options.timing.silence);
        }
    }

    /// RTP packets without payload, so that the NATs on the way let the stream through. Each track has a way of
    /// its own, which is open when something has come on it.
    pub(super) fn punch(&mut self) {
        let mut packets = Vec::new();
        let is_closed =
            |receiving: &&mut Receiving| receiving.punches < MOST_PUNCHES && !receiving.has_media();
        for receiving in self.tracks.iter_mut().filter(is_closed) {
            let Way::Datagrams { rtp: to, .. } = receiving.way else { continue };
            let data = punch(receiving.payload_type, receiving.punches, self.options.ssrc);
            receiving.punches += 1;
            let data = Bytes::copy_from_slice(&data);
            packets.push(Output::Datagram { track: receiving.track, is_rtcp: false, to, data });
        }
        self.timers.punch = (!packets.is_empty()).then(|| self.latest + self.options.timing.punch);
        packets.into_iter().for_each(|packet| self.output(packet));
    }

    /// A report over UDP, which is a sign of life too (E-176).
    pub(super) fn report(&mut self) {
        let ssrc = self.options.ssrc;
        let ways: Vec<_> = self.tracks.iter().map(|receiving| (receiving.track, receiving.way)).collect();
        for (track, way) in ways {
            if let Way::Datagrams { rtcp: to, .. } = way {
                let data = rtcp::receiver_report(ssrc, None, &self.options.user_agent);
                self.output(Output::Datagram { track, is_rtcp: true, to, data });
            }
        }
        self.timers.report = Some(self.latest + self.options.timing.report);
    }
}
