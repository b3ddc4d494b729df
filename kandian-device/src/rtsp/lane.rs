//! What waits for one viewer, and the way it goes.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use kandian_proto::rtsp::queue::{Pushed, ViewerQueue};
use kandian_proto::rtsp::rtp::{Track, Unit};
use kandian_proto::rtsp::server::{Server, SessionKey};
use kandian_proto::time::Now;
use tokio::time::Instant;

use super::bursts::Bursts;
use super::desk::Watching;
use super::udp::Ports;

/// What waits for a session that plays.
#[derive(Debug)]
pub(super) struct Lane {
    pub(super) key: SessionKey,
    pub(super) queue: ViewerQueue,
    pub(super) ways: Vec<Way>,
    /// Over UDP.
    bursts: Bursts,
    watching: Arc<Watching>,
}

/// The way of a track.
#[derive(Debug)]
pub(super) struct Way {
    pub(super) track: Track,
    /// Over UDP.
    pub(super) datagrams: Option<Datagrams>,
}

/// The way of a track over UDP.
#[derive(Debug)]
pub(super) struct Datagrams {
    pub(super) ports: Arc<Ports>,
    /// Where they go; what comes while that is nowhere is passed over.
    pub(super) to: Option<SocketAddr>,
    /// Whether that stays so until the client says something.
    pub(super) is_settled: bool,
}

impl Lane {
    pub(super) fn new(key: SessionKey, queue: ViewerQueue, ways: Vec<Way>, watching: Arc<Watching>) -> Self {
        Self { key, queue, ways, bursts: Bursts::default(), watching }
    }

    pub(super) fn is_udp(&self) -> bool {
        self.ways.iter().any(|way| way.datagrams.is_some())
    }

    /// Begins with what was kept since the last picture that stands by itself; gives the first unit that is sent.
    pub(super) fn start(&mut self, kept: &[Unit]) -> Option<Unit> {
        let ways = &self.ways;
        let mut wanted =
            kept.iter().filter(|unit| ways.iter().any(|way| way.track == unit.track())).peekable();
        let first = wanted.peek().copied().cloned();
        self.queue.start(wanted);
        first
    }

    /// Where its datagrams go from now on, as the machine of the connection says it.
    pub(super) fn route(&mut self, server: &Server, now: Now) {
        for way in &mut self.ways {
            if let Some(datagrams) = &mut way.datagrams {
                datagrams.to = server.media_to(now, self.key, way.track);
                datagrams.is_settled = server.is_settled(self.key, way.track);
            }
        }
    }

    /// Takes a unit, if it belongs to a track that is set up.
    pub(super) fn push(&mut self, unit: &Unit) {
        if self.way(unit.track()).is_some() && self.queue.push(unit) == Pushed::Dropped {
            tracing::trace!(?unit, "a viewer is too slow for it");
        }
    }

    /// Whether a unit that comes now may go at once: nothing waits before it, and where it goes is known.
    pub(super) fn is_clear(&self) -> bool {
        let is_settled = |way: &Way| way.datagrams.as_ref().is_none_or(|datagrams| datagrams.is_settled);
        !self.bursts.are_held() && self.queue.is_empty() && self.ways.iter().all(is_settled)
    }

    /// Sends datagrams, one burst at a time whoever asks for it; returns when there are more to be sent.
    pub(super) fn send(&mut self) -> Option<Instant> {
        let Self { ways, queue, bursts, .. } = self;
        bursts.send(queue, |run| {
            let way = ways.iter().find(|way| way.track == run.track())?;
            let Datagrams { ports, to, .. } = way.datagrams.as_ref()?;
            ports.send(run, (*to)?)
        })
    }

    /// What has been sent and lost, for the list of who watches.
    pub(super) fn account(&self) {
        let counters = self.queue.counters();
        self.watching.bytes.store(counters.bytes, Ordering::Relaxed);
        self.watching.lost.store(counters.dropped, Ordering::Relaxed);
    }

    fn way(&self, track: Track) -> Option<&Way> {
        self.ways.iter().find(|way| way.track == track)
    }
}
