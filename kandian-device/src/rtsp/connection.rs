//! The loop of one connection: requests, what is in the way of pictures, datagrams that come, time.

use std::future::poll_fn;
use std::net::{IpAddr, SocketAddr};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use kandian_proto::play::Target;
use kandian_proto::rtsp::rtp::Track;
use kandian_proto::rtsp::server::{CloseReason, Config, Delivery, Input, Output, Server, SessionKey};
use kandian_proto::time::Millis;
use tokio::io::{Interest, Ready};
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep_until, timeout};

use super::answers::{Done, Work};
use super::outlet::{Flushed, Outlet};
use super::session::{Session, interleaved};
use super::udp::{Heard, MOST_HEARD};
use super::writer::Written;
use crate::unit::Unit;

/// Bytes read at a time. Requests have a few hundred.
const PIECE: usize = 4 << 10;
/// Pieces taken in one turn: who sends without a pause does not keep the others from their pictures.
const PIECES: usize = 4;
/// Datagrams taken in one turn, for the same reason.
const DATAGRAMS: usize = 16;
/// How long the last answer may take to leave, and the client to close.
const FAREWELL: Duration = Duration::from_secs(2);
/// Bytes read after the end, so that the last answer is not lost with them.
const LAST_BYTES: usize = 64 << 10;

/// One connection.
pub(super) struct Connection {
    pub(super) unit: Arc<Unit>,
    /// What goes out.
    pub(super) outlet: Arc<Outlet>,
    pub(super) peer: SocketAddr,
    pub(super) local: IpAddr,
    pub(super) server: Server,
    pub(super) sessions: Vec<Session>,
    /// What the request that is served waits for.
    pub(super) work: Option<Work>,
    /// What the last request was about, for the log.
    pub(super) asked: Option<Target>,
    /// What the platform allowed this connection to see.
    pub(super) allowed: Vec<Target>,
    is_blocked: bool,
    /// When datagrams go on.
    paced: Option<Instant>,
    deadline: Option<Millis>,
    closing: Option<CloseReason>,
}

/// Serves a connection to its end.
pub(super) async fn serve(unit: Arc<Unit>, stream: TcpStream, peer: SocketAddr) {
    let Ok(local) = stream.local_addr() else { return };
    let peer = SocketAddr::new(peer.ip().to_canonical(), peer.port());
    let config = Config::new(peer.ip(), local.ip(), rand::random()).timing(unit.config.rtsp_timing);
    let server = Server::new(config, unit.clock.now());
    let mut connection = Connection {
        unit,
        outlet: Arc::new(Outlet::new(stream)),
        peer,
        local: local.ip().to_canonical(),
        server,
        sessions: Vec::new(),
        work: None,
        asked: None,
        allowed: Vec::new(),
        is_blocked: false,
        paced: None,
        deadline: None,
        closing: None,
    };
    let reason = connection.run().await;
    tracing::debug!(%peer, ?reason, "the RTSP connection is over");
    if reason != CloseReason::Peer {
        connection.farewell().await;
    }
}

impl Connection {
    async fn run(&mut self) -> CloseReason {
        let mut alarm = pin!(sleep_until(Instant::now()));
        loop {
            self.settle();
            if let Some(reason) = self.closing {
                return reason;
            }
            let wake_at = self.wake_at();
            if alarm.deadline() != wake_at {
                alarm.as_mut().reset(wake_at);
            }
            let interest =
                if self.is_blocked { Interest::READABLE | Interest::WRITABLE } else { Interest::READABLE };
            let mut datagram = [0; MOST_HEARD];
            tokio::select! {
                ready = self.outlet.stream().ready(interest) => match ready {
                    Ok(ready) => self.ready(ready),
                    Err(_) => self.feed(Input::Closed),
                },
                () = self.outlet.woken() => {}
                done = work(&mut self.work) => self.done(done),
                heard = heard(&self.sessions, &mut datagram) => self.heard(heard, &mut datagram),
                () = alarm.as_mut() => self.feed(Input::Timeout),
            }
        }
    }

    pub(super) fn feed(&mut self, input: Input<'_>) {
        self.server.handle_input(self.unit.clock.now(), input);
    }

    /// Does what the machine wants and writes what waits, until neither leads to the other.
    fn settle(&mut self) {
        loop {
            self.drain();
            // Behind the answer that begins a session, and before its first picture: what comes before the report that tells
            // its time, VLC throws away.
            self.report();
            if !self.flush() {
                return;
            }
        }
    }

    fn drain(&mut self) {
        loop {
            match self.server.poll_output() {
                Output::Transmit(answer) => {
                    let is_taken = self.outlet.push(answer);
                    if !is_taken {
                        // It asks and does not read.
                        self.server.shut_down(self.unit.clock.now());
                    }
                }
                Output::Event(event) => self.event(event),
                Output::Close(reason) => self.closing = Some(reason),
                Output::Timeout(deadline) => {
                    self.deadline = deadline.map(|(at, _)| at);
                    return;
                }
                _ => {}
            }
        }
    }

    /// Sends the reports that are due.
    fn report(&mut self) {
        let (now, desk) = (self.unit.clock.now(), &self.unit.config.id);
        for session in &mut self.sessions {
            let wall = now.wall.unwrap_or_default();
            for (track, report) in session.reports(|relay, track| relay.report(track, wall, desk.as_str())) {
                let Some(sent) = session.track(track) else { continue };
                match (sent.delivery, &sent.ports) {
                    // When too much waits, the client does not read, and there will be another report.
                    (Delivery::Interleaved { rtcp, .. }, _) => {
                        let _ = self.outlet.push(interleaved(rtcp, &report));
                    }
                    (Delivery::Udp { .. }, Some(ports)) => {
                        if let Some(to) = self.server.reports_to(now, session.key, track) {
                            ports.report(&report, to);
                        }
                    }
                    (Delivery::Udp { .. }, None) => {}
                }
            }
        }
    }

    /// Writes what waits; returns whether the machine was told something.
    fn flush(&mut self) -> bool {
        let (now, server) = (self.unit.clock.now(), &self.server);
        let Flushed { written, more_at } = self.outlet.flush(|lane| lane.route(server, now));
        self.paced = more_at;
        let was_blocked = self.is_blocked;
        match written {
            Written::All => self.is_blocked = false,
            Written::Blocked { .. } => self.is_blocked = true,
            Written::Over => {
                self.is_blocked = false;
                if self.closing.is_some() {
                    return false;
                }
                self.feed(Input::Closed);
                return true;
            }
        }
        let is_moving = written != Written::Blocked { some: false };
        if was_blocked && is_moving {
            self.feed(Input::Writable);
        }
        if self.is_blocked && (!was_blocked || is_moving) {
            self.feed(Input::WriteBlocked);
        }
        was_blocked && is_moving || self.is_blocked && !was_blocked
    }

    fn wake_at(&self) -> Instant {
        let machine = self.deadline.map(|at| self.unit.clock.instant(at));
        let far = || Instant::now() + Duration::from_secs(86_400);
        let reports = self.sessions.iter().filter_map(Session::reports_at);
        [machine, self.paced].into_iter().flatten().chain(reports).min().unwrap_or_else(far)
    }

    fn ready(&mut self, ready: Ready) {
        if !ready.is_readable() && !ready.is_read_closed() {
            // There is room to write, which the next turn uses.
            return;
        }
        for _ in 0..PIECES {
            let mut piece = [0; PIECE];
            match self.outlet.stream().try_read(&mut piece) {
                Ok(read @ 1..) => self.feed(Input::Bytes(piece.get(..read).unwrap_or_default())),
                Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => return,
                Ok(_) | Err(_) => return self.feed(Input::Closed),
            }
            self.settle();
            if self.closing.is_some() {
                return;
            }
        }
    }

    fn heard(&mut self, first: (SessionKey, Track, Heard), buffer: &mut [u8]) {
        let mut next = Some(first);
        for _ in 0..DATAGRAMS {
            let Some((session, track, Heard { is_rtcp, from, length })) = next.take() else { return };
            let data = buffer.get(..length).unwrap_or_default();
            self.feed(Input::Datagram { session, track, is_rtcp, from, data });
            self.drain();
            next = self.more(buffer);
        }
    }

    /// A datagram that is there already.
    fn more(&self, buffer: &mut [u8]) -> Option<(SessionKey, Track, Heard)> {
        let mut cx = std::task::Context::from_waker(std::task::Waker::noop());
        match poll_heard(&self.sessions, &mut cx, buffer) {
            Poll::Ready(heard) => Some(heard),
            Poll::Pending => None,
        }
    }

    /// Says good-bye: what was answered leaves, and what the client still says does not make the system take it back.
    async fn farewell(self) {
        let Self { sessions, outlet, .. } = self;
        sessions.iter().for_each(|session| outlet.end(session.key));
        drop(sessions);
        let stream = outlet.stream();
        let goes = async {
            while !outlet.is_done() {
                stream.writable().await?;
                if outlet.flush(|_| {}).written == Written::Over {
                    return Ok(());
                }
            }
            outlet.shut_down()?;
            let mut left = LAST_BYTES;
            let mut piece = [0; 512];
            while left > 0 {
                stream.readable().await?;
                match stream.try_read(&mut piece) {
                    Ok(0) => break,
                    Ok(read) => left = left.saturating_sub(read),
                    Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {}
                    Err(error) => return Err(error),
                }
            }
            std::io::Result::Ok(())
        };
        // A client that is gone needs no good-bye.
        let _ = timeout(FAREWELL, goes).await;
    }
}

/// Waits for the work of the request that is served.
async fn work(work: &mut Option<Work>) -> Done {
    match work {
        Some(under_way) => {
            let done = Pin::as_mut(under_way).await;
            *work = None;
            done
        }
        None => std::future::pending().await,
    }
}

/// Waits for a datagram to any port of the sessions.
async fn heard(sessions: &[Session], buffer: &mut [u8]) -> (SessionKey, Track, Heard) {
    poll_fn(|cx| poll_heard(sessions, cx, buffer)).await
}

fn poll_heard(
    sessions: &[Session],
    cx: &mut std::task::Context<'_>,
    buffer: &mut [u8],
) -> Poll<(SessionKey, Track, Heard)> {
    for session in sessions {
        for sent in &session.tracks {
            let Some(ports) = &sent.ports else { continue };
            if let Poll::Ready(heard) = ports.poll_heard(cx, buffer) {
                return Poll::Ready((session.key, sent.track, heard));
            }
        }
    }
    Poll::Pending
}
