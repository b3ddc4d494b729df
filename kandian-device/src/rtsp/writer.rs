//! Writing into the connection: what waits goes out as far as the socket takes it.

use std::io;

use bytes::{Buf as _, Bytes};
use kandian_proto::rtsp::queue::{Limits, ViewerQueue};
use kandian_proto::rtsp::server::SessionKey;
use tokio::net::TcpStream;

use super::lane::Lane;

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
    pub(super) fn ends(&mut self, lane: &mut Lane) {
        if self.within == Some(lane.key) {
            self.within = None;
            self.rest = Bytes::copy_from_slice(lane.queue.chunk());
        }
    }

    /// Whether everything is written that does not belong to a session.
    pub(super) fn is_done(&mut self) -> bool {
        self.rest.is_empty() && self.within.is_none() && self.answers.chunk().is_empty()
    }

    /// Writes until nothing waits, or the socket takes no more.
    pub(super) fn write(&mut self, stream: &TcpStream, lanes: &mut [Lane]) -> Written {
        let mut some = false;
        loop {
            let Some(chunk) = self.chunk(lanes) else { return Written::All };
            let written = match stream.try_write(chunk) {
                Ok(written @ 1..) => written,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Written::Blocked { some },
                Ok(0) | Err(_) => return Written::Over,
            };
            some = true;
            self.advance(lanes, written);
        }
    }

    /// What is to be written next.
    fn chunk<'a>(&'a mut self, lanes: &'a mut [Lane]) -> Option<&'a [u8]> {
        if !self.rest.is_empty() {
            return Some(&self.rest);
        }
        if self.within.is_none() && !self.answers.chunk().is_empty() {
            return Some(self.answers.chunk());
        }
        let at = self.next(lanes)?;
        Some(lanes[at].queue.chunk())
    }

    /// The session whose picture is half written, or the next one that has one.
    fn next(&self, lanes: &mut [Lane]) -> Option<usize> {
        if let Some(within) = self.within {
            return lanes.iter().position(|lane| lane.key == within);
        }
        let count = lanes.len();
        (0..count).map(|step| (self.turn + step) % count).find(|at| {
            let lane = &mut lanes[*at];
            !lane.is_udp() && !lane.queue.chunk().is_empty()
        })
    }

    /// So much of the chunk is written.
    fn advance(&mut self, lanes: &mut [Lane], written: usize) {
        if !self.rest.is_empty() {
            return self.rest.advance(written);
        }
        if self.within.is_none() && !self.answers.chunk().is_empty() {
            return self.answers.advance(written);
        }
        let Some(at) = self.next(lanes) else { return };
        let lane = &mut lanes[at];
        let is_whole = written >= lane.queue.chunk().len();
        lane.queue.advance(written);
        (self.within, self.turn) = if is_whole { (None, at + 1) } else { (Some(lane.key), at) };
    }
}
