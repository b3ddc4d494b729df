//! Pictures into packets, once for everybody who watches a stream. ADR 9.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use bytes::Bytes;
use kandian_proto::rtsp::h264::annex_b;
use kandian_proto::rtsp::rtcp::{Ntp, sender_report};
use kandian_proto::rtsp::rtp::{HEADER_BYTES, Packetiser, Track, Unit};
use kandian_proto::rtsp::sdp::Sound;
use kandian_proto::rtsp::server::SessionKey;
use kandian_proto::time::UnixMillis;
use tokio::sync::Notify;
use tokio::task::AbortHandle;
use tokio::time::Instant;

use super::outlet::Outlet;
use super::sound::Soundtrack;
use crate::camera::{self, Frame, Stage, StreamId, Watched};

/// Most bytes of packets kept since the last picture that stands by itself, as in a [`Stage`].
const KEPT_BYTES: usize = 8 << 20;
/// Most units of the same.
const KEPT_UNITS: usize = 1_024;
/// Bytes that interleave a packet into an RTSP connection.
const INTERLEAVED: usize = 4;

/// The streams that are watched.
#[derive(Debug, Default)]
pub(super) struct Relays(Mutex<BTreeMap<StreamId, Weak<Relay>>>);

impl Relays {
    /// The relay of a stream; it runs as long as somebody holds it.
    pub(super) fn of(&self, id: StreamId, stage: &Stage) -> Arc<Relay> {
        let mut relays = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(relay) = relays.get(&id).and_then(Weak::upgrade)
            && !relay.pump.is_finished()
        {
            return relay;
        }
        let relay = Arc::new(Relay::start(stage));
        relays.insert(id, Arc::downgrade(&relay));
        relay
    }
}

/// A stream as packets, while somebody watches.
#[derive(Debug)]
pub(super) struct Relay {
    shared: Arc<Shared>,
    pump: AbortHandle,
}

#[derive(Debug)]
struct Shared {
    inner: Mutex<Inner>,
    /// The first picture has come.
    begun: Notify,
}

#[derive(Debug)]
struct Inner {
    packetiser: Packetiser,
    /// Where the RTP time begins (RFC 3550 §5.1).
    offset: u32,
    /// The packets since the last picture that stands by itself, beginning with it.
    kept: Vec<Unit>,
    kept_bytes: usize,
    /// Who watches. What is brought to them is brought without the lock, hence in a piece of its own.
    subscribers: Arc<Vec<Subscriber>>,
    next: u64,
    /// The time of the last picture, and when it came.
    latest: Option<(Duration, Instant)>,
    sent: Sent,
    sound: Option<Soundtrack>,
}

/// What was sent of a track, as reports say it. The counters begin again after 2^32.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Sent {
    pub(super) packets: u32,
    pub(super) payload_bytes: u32,
}

/// A session of a connection.
#[derive(Clone, Debug)]
struct Subscriber {
    number: u64,
    outlet: Arc<Outlet>,
    session: SessionKey,
}

/// A session that gets the units of a relay; dropping it ends that.
#[derive(Debug)]
pub(super) struct Subscription {
    relay: Arc<Relay>,
    number: u64,
}

impl Relay {
    fn start(stage: &Stage) -> Self {
        let packetiser = Packetiser::video(rand::random(), rand::random());
        let inner = Inner {
            packetiser,
            offset: rand::random(),
            kept: Vec::new(),
            kept_bytes: 0,
            subscribers: Arc::default(),
            next: 0,
            latest: None,
            sent: Sent::default(),
            sound: None,
        };
        let shared = Arc::new(Shared { inner: Mutex::new(inner), begun: Notify::new() });
        let pump = tokio::spawn(pump(stage.clone(), Arc::clone(&shared))).abort_handle();
        Self { shared, pump }
    }

    /// Waits until there is a picture to begin with.
    pub(super) async fn begins(&self) {
        loop {
            let begun = self.shared.begun.notified();
            tokio::pin!(begun);
            // Registered before looking, so that nothing is missed in between.
            begun.as_mut().enable();
            if !self.shared.lock().kept.is_empty() {
                return;
            }
            begun.await;
        }
    }

    /// Has every unit from now on brought to a session; also gives those since the last picture that stands by itself.
    pub(super) fn subscribe(
        self: &Arc<Self>,
        outlet: Arc<Outlet>,
        session: SessionKey,
    ) -> (Subscription, Vec<Unit>) {
        // Under the same lock as showing: nothing is seen twice, and nothing missed.
        let mut inner = self.shared.lock();
        let number = inner.next;
        inner.next += 1;
        Arc::make_mut(&mut inner.subscribers).push(Subscriber { number, outlet, session });
        (Subscription { relay: Arc::clone(self), number }, inner.kept.clone())
    }

    /// A sender report of this moment for a track; `None` before there was a picture, or for a track that is not there.
    pub(super) fn report(&self, track: Track, wall: UnixMillis, name: &str) -> Option<Bytes> {
        let inner = self.shared.lock();
        let (at, came) = inner.latest?;
        // Both tracks have one clock, by which players bring them together.
        let at = at + came.elapsed();
        let (ssrc, timestamp, sent) = match (track, &inner.sound) {
            (Track::VIDEO, _) => (inner.packetiser.ssrc(), inner.timestamp(at), inner.sent),
            (_, Some(sound)) => (sound.ssrc(), sound.timestamp(at), sound.sent),
            (_, None) => return None,
        };
        let Sent { packets, payload_bytes } = sent;
        Some(sender_report(ssrc, Ntp::from_unix(wall), timestamp, packets, payload_bytes, name))
    }

    /// Sequence number and time of the sound that belongs to a picture of this RTP time; `None` when nothing was heard yet.
    pub(super) fn sound_from(&self, picture: u32) -> Option<(u16, u32)> {
        let inner = self.shared.lock();
        let ((at, _), sound) = (inner.latest?, inner.sound.as_ref()?);
        let since = inner.timestamp(at).wrapping_sub(picture);
        let at = at.saturating_sub(Duration::from_micros(u64::from(since) * 100 / 9));
        Some((sound.next_sequence(), sound.timestamp(at)))
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.pump.abort();
    }
}

impl Subscription {
    pub(super) fn relay(&self) -> &Relay {
        &self.relay
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        let mut inner = self.relay.shared.lock();
        Arc::make_mut(&mut inner.subscribers).retain(|subscriber| subscriber.number != self.number);
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn show(&self, picture: &camera::Unit) {
        let mut inner = self.lock();
        let timestamp = inner.timestamp(picture.at);
        let unit = inner.packetiser.h264(annex_b(&picture.data), timestamp);
        inner.latest = Some((picture.at, Instant::now()));
        inner.sent.count(&unit);
        inner.keep(&unit);
        let has_begun = !inner.kept.is_empty();
        let subscribers = Arc::clone(&inner.subscribers);
        drop(inner);
        if has_begun {
            self.begun.notify_waiters();
        }
        bring(&subscribers, &unit);
    }

    fn hear(&self, sound: Option<Sound>, frame: &Frame) {
        let mut inner = self.lock();
        // Another camera may have taken the place of the first one.
        if inner.sound.as_ref().map(Soundtrack::sound) != sound.as_ref() {
            inner.sound = sound.and_then(Soundtrack::new);
        }
        let Some(unit) = inner.sound.as_mut().and_then(|sound| sound.frame(frame)) else { return };
        let subscribers = Arc::clone(&inner.subscribers);
        drop(inner);
        bring(&subscribers, &unit);
    }
}

/// Brings a unit to everybody.
fn bring(subscribers: &[Subscriber], unit: &Unit) {
    for Subscriber { outlet, session, .. } in subscribers {
        outlet.bring(*session, unit);
    }
}

impl Sent {
    pub(super) fn count(&mut self, unit: &Unit) {
        let packets = unit.packet_count();
        let headers = packets * (INTERLEAVED + HEADER_BYTES);
        let payload = unit.interleaved().len().saturating_sub(headers);
        self.packets = self.packets.wrapping_add(packets as u32);
        self.payload_bytes = self.payload_bytes.wrapping_add(payload as u32);
    }
}

impl Inner {
    /// The RTP time of a picture.
    fn timestamp(&self, at: Duration) -> u32 {
        self.offset.wrapping_add(ticks(at))
    }

    fn keep(&mut self, unit: &Unit) {
        if unit.is_idr() {
            self.forget();
        }
        if unit.is_idr() || !self.kept.is_empty() {
            self.kept_bytes += unit.interleaved().len();
            self.kept.push(unit.clone());
        }
        if self.kept_bytes > KEPT_BYTES || self.kept.len() > KEPT_UNITS {
            self.forget();
        }
    }

    fn forget(&mut self) {
        self.kept.clear();
        self.kept_bytes = 0;
    }
}

/// A span in ticks of 90 kHz. They begin again after 13 hours, as RTP wants it.
fn ticks(span: Duration) -> u32 {
    let ticks = (span.as_nanos() * 9 + 50_000) / 100_000;
    u32::try_from(ticks & u128::from(u32::MAX)).unwrap_or_default()
}

async fn pump(stage: Stage, shared: Arc<Shared>) {
    let (mut viewer, mut listener) = (stage.watch(), stage.listen());
    loop {
        tokio::select! {
            watched = viewer.next() => match watched {
                Watched::Unit(unit) => shared.show(&unit),
                // What comes next stands by itself.
                Watched::Missed(count) => {
                    tracing::debug!(count, "pictures were missed before they became packets");
                }
            },
            frame = listener.next() => shared.hear(stage.sound(), &frame),
        }
    }
}
