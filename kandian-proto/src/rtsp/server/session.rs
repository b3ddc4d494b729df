//! The sessions of one connection.

use core::fmt;
use core::net::SocketAddr;

use super::io::{Delivery, SessionKey};
use super::path::UdpPath;
use crate::play::Target;
use crate::rtsp::rtp::Track;
use crate::time::Millis;

pub(super) struct Session {
    pub(super) key: SessionKey,
    pub(super) id: String,
    pub(super) target: Target,
    pub(super) tracks: Vec<Sending>,
    pub(super) state: State,
    /// The last sign of life.
    pub(super) fed: Millis,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Ready,
    Playing,
    Paused,
}

/// One track that is set up.
pub(super) struct Sending {
    pub(super) track: Track,
    /// How the client named it, for `RTP-Info`.
    pub(super) url: String,
    pub(super) delivery: Delivery,
    pub(super) path: Option<UdpPath>,
}

/// The id is worth a session, and the URLs of the tracks hold the token.
impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tracks: Vec<_> = self.tracks.iter().map(|sending| (sending.track, sending.delivery)).collect();
        write!(f, "Session({:?} {:?}, {tracks:?}, {:?})", self.key, self.target, self.state)
    }
}

impl Session {
    pub(super) fn is_udp(&self) -> bool {
        self.tracks.iter().any(|sending| sending.path.is_some())
    }

    pub(super) fn track(&self, track: Track) -> Option<&Sending> {
        self.tracks.iter().find(|sending| sending.track == track)
    }

    pub(super) fn track_mut(&mut self, track: Track) -> Option<&mut Sending> {
        self.tracks.iter_mut().find(|sending| sending.track == track)
    }

    /// Whether one of its tracks uses this channel.
    pub(super) fn uses(&self, channel: u8) -> bool {
        self.tracks.iter().any(|sending| match sending.delivery {
            Delivery::Interleaved { rtp, rtcp } => rtp == channel || rtcp == channel,
            Delivery::Udp { .. } => false,
        })
    }

    pub(super) fn media_to(&self, now: Millis, track: Track) -> Option<SocketAddr> {
        self.track(track)?.path.as_ref()?.media_to(now)
    }

    pub(super) fn is_settled(&self, track: Track) -> bool {
        self.track(track).and_then(|sending| sending.path.as_ref()).is_none_or(UdpPath::is_settled)
    }

    pub(super) fn reports_to(&self, now: Millis, track: Track) -> Option<SocketAddr> {
        self.track(track)?.path.as_ref()?.reports_to(now)
    }
}
