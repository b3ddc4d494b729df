//! What the socket did not take yet.

use std::collections::VecDeque;
use std::io;

use tokio::net::TcpStream;

/// Bytes that wait for the socket. The machine stops sending as soon as something waits here, so it holds one frame at
/// most, and what came out with it.
#[derive(Debug, Default)]
pub(super) struct Outbound {
    bytes: VecDeque<u8>,
}

impl Outbound {
    pub(super) fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// Sends a frame, or what the socket takes of it; returns whether it took all.
    pub(super) fn send(&mut self, stream: &TcpStream, frame: &[u8]) -> io::Result<bool> {
        let sent = if self.bytes.is_empty() { write(stream, frame)? } else { 0 };
        self.bytes.extend(frame.get(sent..).unwrap_or_default());
        Ok(self.bytes.is_empty())
    }

    /// Sends what waits; returns whether nothing waits any more.
    pub(super) fn flush(&mut self, stream: &TcpStream) -> io::Result<bool> {
        while !self.bytes.is_empty() {
            let sent = write(stream, self.bytes.as_slices().0)?;
            if sent == 0 {
                return Ok(false);
            }
            self.bytes.drain(..sent);
        }
        self.bytes = VecDeque::new();
        Ok(true)
    }
}

/// How much the socket takes now.
fn write(stream: &TcpStream, bytes: &[u8]) -> io::Result<usize> {
    match stream.try_write(bytes) {
        Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(0),
        outcome => outcome,
    }
}
