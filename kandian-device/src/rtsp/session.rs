//! What one session of a connection sends.

use std::sync::Arc;
use std::time::Duration;

use bytes::{BufMut, Bytes, BytesMut};
use kandian_proto::message::device::VideoParameters;
use kandian_proto::rtsp::queue::{Limits, ViewerQueue};
use kandian_proto::rtsp::rtp::{Track, Unit};
use kandian_proto::rtsp::server::{Delivery, SessionKey};
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::Instant;

use super::desk::Entry;
use super::lane::{Datagrams, Lane, Way};
use super::outlet::Outlet;
use super::relay::{Relay, Subscription};
use super::udp::Ports;
use crate::camera::StreamId;

/// Between two reports of the sender (RFC 3550 §6.2).
const REPORTS: Duration = Duration::from_secs(5);
/// The same before there was a picture to report.
const NO_PICTURE: Duration = Duration::from_secs(1);
/// Seconds of a stream that may wait for a viewer. The pictures since the last one that stands by itself are among them,
/// and come every second or two.
const WAITING_SECS: usize = 4;
/// Least and most bytes that may wait, whatever the stream: a picture of 720P that stands by itself has to find room, and
/// so have four seconds of 8 Mbit/s.
const WAITING_BYTES: (usize, usize) = (512 << 10, 4 << 20);

/// One session: a viewer with its place.
#[derive(Debug)]
pub(super) struct Session {
    pub(super) key: SessionKey,
    pub(super) stream: StreamId,
    pub(super) tracks: Vec<Sent>,
    /// Given back when the session ends.
    _place: OwnedSemaphorePermit,
    pub(super) view: Option<View>,
}

/// A track that is set up.
#[derive(Debug)]
pub(super) struct Sent {
    pub(super) track: Track,
    pub(super) delivery: Delivery,
    /// Over UDP.
    pub(super) ports: Option<Arc<Ports>>,
}

/// A session that plays.
#[derive(Debug)]
pub(super) struct View {
    subscription: Subscription,
    pub(super) entry: Entry,
    report_at: Instant,
    pub(super) began: Instant,
}

impl Session {
    pub(super) fn new(key: SessionKey, stream: StreamId, place: OwnedSemaphorePermit) -> Self {
        Self { key, stream, tracks: Vec::new(), _place: place, view: None }
    }

    pub(super) fn is_udp(&self) -> bool {
        self.tracks.iter().any(|sent| sent.ports.is_some())
    }

    pub(super) fn track(&self, track: Track) -> Option<&Sent> {
        self.tracks.iter().find(|sent| sent.track == track)
    }

    /// Begins with the last picture that stands by itself; gives the first unit that is sent.
    pub(super) fn begin(
        &mut self,
        relay: &Arc<Relay>,
        outlet: &Arc<Outlet>,
        wanted: Option<&VideoParameters>,
        entry: Entry,
    ) -> Option<Unit> {
        let mut queue = ViewerQueue::new(limits(wanted));
        for sent in &self.tracks {
            if let Delivery::Interleaved { rtp, .. } = sent.delivery {
                queue.set_channel(sent.track, rtp);
            }
        }
        let ways = self.tracks.iter().map(Sent::way).collect();
        let lane = Lane::new(self.key, queue, ways, Arc::clone(entry.watching()));
        let (subscription, first) = outlet.begin(relay, lane);
        let began = Instant::now();
        self.view = Some(View { subscription, entry, report_at: began, began });
        first
    }

    /// When the next reports are due.
    pub(super) fn reports_at(&self) -> Option<Instant> {
        self.view.as_ref().map(|view| view.report_at)
    }

    /// Reports of the sender for its tracks, when it is time for them.
    pub(super) fn reports(&mut self, write: impl Fn(&Relay, Track) -> Option<Bytes>) -> Vec<(Track, Bytes)> {
        let now = Instant::now();
        let Some(view) = self.view.as_mut().filter(|view| view.report_at <= now) else { return Vec::new() };
        let relay = view.subscription.relay();
        let tracks = self.tracks.iter().map(|sent| sent.track);
        let reports: Vec<_> = tracks.filter_map(|track| Some((track, write(relay, track)?))).collect();
        view.report_at = now + if reports.is_empty() { NO_PICTURE } else { REPORTS };
        reports
    }
}

impl Sent {
    fn way(&self) -> Way {
        let datagrams = self.ports.clone().map(|ports| Datagrams { ports, to: None, is_settled: false });
        Way { track: self.track, datagrams }
    }
}

/// How much may wait for a viewer of a stream: a few seconds of it, so that who is slow sees what is, and not what was.
fn limits(wanted: Option<&VideoParameters>) -> Limits {
    let kbps = wanted.and_then(|wanted| wanted.bit_rate.kbps()).unwrap_or_default();
    let bytes = usize::from(kbps) * 1_000 / 8 * WAITING_SECS;
    Limits { bytes: bytes.clamp(WAITING_BYTES.0, WAITING_BYTES.1), packets: 8_192, ..Limits::DEFAULT }
}

/// A report as it stands in the connection (RFC 2326 §10.12).
pub(super) fn interleaved(channel: u8, report: &[u8]) -> Bytes {
    let mut out = BytesMut::with_capacity(4 + report.len());
    out.put_slice(&[b'$', channel]);
    // A report has less than a hundred bytes.
    out.put_u16(u16::try_from(report.len()).unwrap_or_default());
    out.put_slice(report);
    out.freeze()
}
