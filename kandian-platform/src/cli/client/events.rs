//! Server-Sent Events as the platform writes them.

use std::time::Duration;

use http_body_util::BodyExt;
use hyper::body::{Buf, Incoming};

/// The platform says at least that it is there every 15 seconds.
const SILENCE: Duration = Duration::from_secs(60);
/// Longest event.
const LONGEST: usize = 1 << 20;

/// A stream of events.
#[derive(Debug)]
pub(crate) struct Events {
    body: Incoming,
    parser: Parser,
}

/// What comes next.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// The data of an event.
    Data(String),
    /// The platform ended the stream: it stops.
    End,
    /// The connection is of no use any more.
    Lost(String),
}

impl Events {
    pub(super) fn new(body: Incoming) -> Self {
        Self { body, parser: Parser::default() }
    }

    pub(crate) async fn next(&mut self) -> Next {
        loop {
            if let Some(data) = self.parser.next() {
                return Next::Data(data);
            }
            match tokio::time::timeout(SILENCE, self.body.frame()).await {
                Err(_) => return Next::Lost("it is silent".to_owned()),
                Ok(None) => return Next::End,
                Ok(Some(Err(error))) => return Next::Lost(error.to_string()),
                Ok(Some(Ok(frame))) => {
                    if let Ok(mut data) = frame.into_data() {
                        let bytes = data.copy_to_bytes(data.remaining());
                        if !self.parser.push(&bytes) {
                            return Next::Lost("it sends an event without an end".to_owned());
                        }
                    }
                }
            }
        }
    }
}

/// Takes events out of bytes. The platform ends lines with LF and writes the data of an event on one of them.
#[derive(Debug, Default)]
struct Parser {
    bytes: Vec<u8>,
}

impl Parser {
    /// Returns whether there is room for more.
    fn push(&mut self, bytes: &[u8]) -> bool {
        self.bytes.extend_from_slice(bytes);
        self.bytes.len() <= LONGEST
    }

    /// The data of the next event.
    fn next(&mut self) -> Option<String> {
        loop {
            let end = self.bytes.windows(2).position(|pair| pair == b"\n\n")?;
            let event: Vec<u8> = self.bytes.drain(..end + 2).collect();
            let event = String::from_utf8_lossy(&event);
            // Comments keep the connection alive.
            if let Some(data) = event.lines().find_map(|line| line.strip_prefix("data:")) {
                return Some(data.trim_start().to_owned());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_come_in_any_pieces() {
        let stream = b":\n\nid: 1\ndata: {\"a\":1}\n\nevent: missed\ndata: {\"missed\":7}\n\ndata: {";
        for size in 1..stream.len() {
            let mut parser = Parser::default();
            let mut found = Vec::new();
            for piece in stream.chunks(size) {
                assert!(parser.push(piece));
                found.extend(std::iter::from_fn(|| parser.next()));
            }
            assert_eq!(found, ["{\"a\":1}", "{\"missed\":7}"], "pieces of {size}");
        }
    }

    #[test]
    fn an_event_without_an_end_is_not_kept() {
        let mut parser = Parser::default();
        assert!(parser.push(&[b'x'; LONGEST]));
        assert!(!parser.push(b"x"));
    }
}
