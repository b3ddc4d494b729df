//! What goes out of one connection.

use std::io;
use std::net::Shutdown;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use kandian_proto::rtsp::rtp::Unit;
use kandian_proto::rtsp::server::SessionKey;
use socket2::SockRef;
use tokio::net::TcpStream;
use tokio::sync::Notify;
use tokio::time::Instant;

use super::lane::Lane;
use super::relay::{Relay, Subscription};
use super::writer::{Writer, Written};

/// A connection and what waits for it. Its own task and the relays it watches share it: a picture goes out at once, from
/// the task that brings it to everybody, and wakes the connection only when something is in its way. To wake them all
/// costs as much as to write to them.
#[derive(Debug)]
pub(super) struct Outlet {
    stream: TcpStream,
    /// The connection has to look.
    wake: Notify,
    inner: Mutex<Inner>,
}

#[derive(Debug)]
struct Inner {
    writer: Writer,
    /// Of the sessions that play.
    lanes: Vec<Lane>,
    /// The connection takes no more; its task waits until it does.
    is_blocked: bool,
}

/// What became of what waited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Flushed {
    pub(super) written: Written,
    /// When there are more datagrams to be sent.
    pub(super) more_at: Option<Instant>,
}

impl Outlet {
    pub(super) fn new(stream: TcpStream) -> Self {
        let inner = Inner { writer: Writer::new(), lanes: Vec::new(), is_blocked: false };
        Self { stream, wake: Notify::new(), inner: Mutex::new(inner) }
    }

    pub(super) const fn stream(&self) -> &TcpStream {
        &self.stream
    }

    /// Says that nothing more comes.
    pub(super) fn shut_down(&self) -> io::Result<()> {
        SockRef::from(&self.stream).shutdown(Shutdown::Write)
    }

    /// Waits until the connection has to look.
    pub(super) async fn woken(&self) {
        self.wake.notified().await;
    }

    /// Takes an answer or a report for the connection; `false` when too many wait.
    #[must_use]
    pub(super) fn push(&self, message: Bytes) -> bool {
        self.lock().writer.push(message)
    }

    /// A session begins with what the relay has kept; gives the first unit. Nothing goes out before the next
    /// [`Outlet::flush`], so that the answer to PLAY comes first.
    pub(super) fn begin(
        self: &Arc<Self>,
        relay: &Arc<Relay>,
        mut lane: Lane,
    ) -> (Subscription, Option<Unit>) {
        // What comes meanwhile waits for this lock, and so for its turn.
        let mut inner = self.lock();
        let (subscription, kept) = relay.subscribe(Arc::clone(self), lane.key);
        lane.queue.hold(true);
        let first = lane.start(&kept);
        inner.lanes.push(lane);
        (subscription, first)
    }

    /// A session is over; what is half written of it is written to its end.
    pub(super) fn end(&self, key: SessionKey) {
        let mut inner = self.lock();
        let Some(at) = inner.lanes.iter().position(|lane| lane.key == key) else { return };
        let mut lane = inner.lanes.remove(at);
        inner.writer.ends(&mut lane);
        lane.account();
    }

    /// A unit comes for a session. It goes out at once when nothing is in its way.
    pub(super) fn bring(&self, key: SessionKey, unit: &Unit) {
        let mut inner = self.lock();
        let Inner { writer, lanes, is_blocked } = &mut *inner;
        let Some(lane) = lanes.iter_mut().find(|lane| lane.key == key) else { return };
        let is_clear = lane.is_clear();
        lane.push(unit);
        let is_in_the_way = if lane.is_udp() {
            !is_clear || lane.send().is_some()
        } else if *is_blocked {
            // The connection looks by itself when there is room.
            false
        } else {
            let written = writer.write(&self.stream, lanes);
            *is_blocked = matches!(written, Written::Blocked { .. });
            written != Written::All
        };
        lanes.iter().for_each(Lane::account);
        if is_in_the_way {
            self.wake.notify_one();
        }
    }

    /// Writes and sends what waits, each session to where it is now.
    pub(super) fn flush(&self, mut route: impl FnMut(&mut Lane)) -> Flushed {
        let mut inner = self.lock();
        let Inner { writer, lanes, is_blocked } = &mut *inner;
        for lane in lanes.iter_mut() {
            route(lane);
            lane.queue.hold(false);
        }
        let written = writer.write(&self.stream, lanes);
        *is_blocked = matches!(written, Written::Blocked { .. });
        let more_at = lanes.iter_mut().filter(|lane| lane.is_udp()).filter_map(Lane::send).min();
        lanes.iter().for_each(Lane::account);
        Flushed { written, more_at }
    }

    /// Whether everything is written that does not belong to a session.
    pub(super) fn is_done(&self) -> bool {
        self.lock().writer.is_done()
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
