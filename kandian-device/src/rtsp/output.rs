//! Writing: what waits goes out as far as the sockets take it.

use std::io;

use bytes::{Buf as _, Bytes};
use kandian_proto::rtsp::queue::{Limits, ViewerQueue};
use kandian_proto::rtsp::rtp::Track;
use kandian_proto::rtsp::server::{Delivery, Server, SessionKey};
use kandian_proto::time::Now;
use tokio::net::TcpStream;

use super::session::{Session, interleaved};

/// Bytes of datagrams sent without a pause. A burst, such as a picture that stands by itself, is more than the buffers on
/// the way take at once.
const BURST: usize = 48 << 10;

/// What became of writing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Written {
    /// Nothing waits.
    All,
    /// The socket takes no more; whether it took something.
    Blocked { some: bool },
    /// The connection is gone.
    Over,
}

/// What goes into a connection: answers and reports, and what its sessions send inside it. Nothing comes between the bytes
/// of one picture.
#[derive(Debug)]
pub(super) struct Writer {
    answers: ViewerQueue,
    /// The rest of a picture whose session is over.
    rest: Bytes,
    /// Whose picture is half written.
    within: Option<SessionKey>,
    /// The session whose turn it is, so that several on one connection share it.
    turn: usize,
}

impl Writer {
    pub(super) fn new() -> Self {
        Self { answers: ViewerQueue::new(Limits::DEFAULT), rest: Bytes::new(), within: None, turn: 0 }
    }

    /// Takes an answer or a report; `false` when too many wait.
    #[must_use]
    pub(super) fn push(&mut self, message: Bytes) -> bool {
        self.answers.push_message(message)
    }

    /// A session is over. What is half written of it is written to its end.
    pub(super) fn ends(&mut self, session: &mut Session) {
        if self.within == Some(session.key) {
            self.within = None;
            self.rest = Bytes::copy_from_slice(session.queue.chunk());
        }
    }

    /// Whether everything is written that does not belong to a session.
    pub(super) fn is_done(&mut self) -> bool {
        self.rest.is_empty() && self.within.is_none() && self.answers.chunk().is_empty()
    }

    /// Writes until nothing waits, or the socket takes no more.
    pub(super) fn write(&mut self, stream: &TcpStream, sessions: &mut [Session]) -> Written {
        let mut some = false;
        loop {
            let Some(chunk) = self.chunk(sessions) else { return Written::All };
            let written = match stream.try_write(chunk) {
                Ok(written @ 1..) => written,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Written::Blocked { some },
                Ok(0) | Err(_) => return Written::Over,
            };
            some = true;
            self.advance(sessions, written);
        }
    }

    /// What is to be written next.
    fn chunk<'a>(&'a mut self, sessions: &'a mut [Session]) -> Option<&'a [u8]> {
        if !self.rest.is_empty() {
            return Some(&self.rest);
        }
        if self.within.is_none() && !self.answers.chunk().is_empty() {
            return Some(self.answers.chunk());
        }
        let at = self.next(sessions)?;
        Some(sessions[at].queue.chunk())
    }

    /// The session whose picture is half written, or the next one that has one.
    fn next(&self, sessions: &mut [Session]) -> Option<usize> {
        if let Some(within) = self.within {
            return sessions.iter().position(|session| session.key == within);
        }
        let count = sessions.len();
        (0..count).map(|step| (self.turn + step) % count).find(|at| {
            let session = &mut sessions[*at];
            session.view.is_some() && !session.is_udp() && !session.queue.chunk().is_empty()
        })
    }

    /// So much of the chunk is written.
    fn advance(&mut self, sessions: &mut [Session], written: usize) {
        if !self.rest.is_empty() {
            return self.rest.advance(written);
        }
        if self.within.is_none() && !self.answers.chunk().is_empty() {
            return self.answers.advance(written);
        }
        let Some(at) = self.next(sessions) else { return };
        let session = &mut sessions[at];
        let is_whole = written >= session.queue.chunk().len();
        session.queue.advance(written);
        (self.within, self.turn) = if is_whole { (None, at + 1) } else { (Some(session.key), at) };
    }

    /// Sends a report of the sender the way its track goes; `false` when too much waits.
    #[must_use]
    pub(super) fn report(
        &mut self,
        (session, track): (&Session, Track),
        server: &Server,
        now: Now,
        report: &[u8],
    ) -> bool {
        let Some(sent) = session.track(track) else { return true };
        match (sent.delivery, &sent.ports) {
            (Delivery::Interleaved { rtcp, .. }, _) => return self.push(interleaved(rtcp, report)),
            (Delivery::Udp { .. }, Some(ports)) => {
                if let Some(to) = server.reports_to(now, session.key, track) {
                    ports.report(report, to);
                }
            }
            (Delivery::Udp { .. }, None) => {}
        }
        true
    }
}

/// Sends the datagrams of a session; returns whether there are more, for a moment later.
pub(super) fn send(session: &mut Session, server: &Server, now: Now) -> bool {
    let mut sent = 0;
    while sent < BURST {
        let Some((track, packet)) = session.held.take().or_else(|| session.queue.datagram()) else {
            return false;
        };
        sent += packet.len();
        let ports = session.track(track).and_then(|sent| sent.ports.as_ref());
        let to = server.media_to(now, session.key, track);
        if let (Some(ports), Some(to)) = (ports, to)
            && !ports.send(&packet, to)
        {
            session.held = Some((track, packet));
            return true;
        }
    }
    true
}
