//! The WebSocket of a browser, by hand (RFC 6455).

use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::person::Person;
use super::phone::CAMERA;
use super::world::{PATIENCE, World};

/// What comes over a socket.
#[derive(Debug, PartialEq)]
pub(crate) enum Heard {
    Told(Value),
    /// The codec of an initialisation segment.
    Init(String),
    /// Whether decoding can begin with the picture.
    Picture(bool),
    /// Sound of a payload type.
    Sound(u8),
    Closed(u16),
}

pub(crate) struct Browser {
    stream: TcpStream,
    pending: Vec<u8>,
}

/// Where a ticket for the main stream is to be had.
pub(crate) fn live(channel: u16) -> String {
    format!("/api/v1/me/devices/{CAMERA}/channels/{channel}/live")
}

/// The path of a socket.
pub(crate) async fn socket_of(person: &Person<'_>, stream: u8) -> String {
    let (status, ticket) = person.ask("POST", &live(0), &format!("{{\"stream\":{stream}}}")).await;
    assert_eq!(status, 201, "{ticket}");
    ticket["socket"].as_str().unwrap().to_owned()
}

impl Browser {
    /// A browser of somebody who watches a stream.
    pub(crate) async fn of(world: &World, person: &Person<'_>, stream: u8) -> Self {
        let path = socket_of(person, stream).await;
        Self::open(world, &path, "").await.unwrap_or_else(|status| panic!("{status}"))
    }

    /// Opens a socket, or says with which status it was refused.
    pub(crate) async fn open(world: &World, path: &str, head: &str) -> Result<Self, u16> {
        let at = world.platform.http();
        let mut stream = TcpStream::connect(at).await.unwrap();
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: {at}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n{head}\r\n"
        );
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut browser = Self { stream, pending: Vec::new() };
        let end = loop {
            match browser.pending.windows(4).position(|four| four == b"\r\n\r\n") {
                Some(end) => break end + 4,
                None => assert!(browser.read().await, "an answer"),
            }
        };
        let head = String::from_utf8(browser.pending.drain(..end).collect()).unwrap();
        match head.get(9..12).unwrap() {
            "101" => {
                // Of the key above, as RFC 6455 §1.3 has it.
                assert!(head.contains("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="), "{head}");
                Ok(browser)
            }
            status => Err(status.parse().unwrap()),
        }
    }

    async fn read(&mut self) -> bool {
        let mut piece = [0; 16_384];
        let read = tokio::time::timeout(PATIENCE, self.stream.read(&mut piece)).await;
        let count = read.expect("something in time").unwrap_or(0);
        self.pending.extend_from_slice(&piece[..count]);
        count > 0
    }

    /// Bytes that come; `None` at the end.
    async fn take(&mut self, count: usize) -> Option<Vec<u8>> {
        while self.pending.len() < count {
            if !self.read().await {
                return None;
            }
        }
        Some(self.pending.drain(..count).collect())
    }

    /// The next message; one of 1006 when the connection ends without a word.
    pub(crate) async fn next(&mut self) -> Heard {
        self.frame().await.unwrap_or(Heard::Closed(1_006))
    }

    async fn frame(&mut self) -> Option<Heard> {
        loop {
            let head = self.take(2).await?;
            let length = match head[1] {
                126 => u64::from(u16::from_be_bytes(self.take(2).await?.try_into().unwrap())),
                127 => u64::from_be_bytes(self.take(8).await?.try_into().unwrap()),
                length => u64::from(length),
            };
            let data = self.take(usize::try_from(length).unwrap()).await?;
            match head[0] {
                0x81 => return Some(Heard::Told(serde_json::from_slice(&data).unwrap())),
                0x82 => return Some(binary(&data)),
                0x88 => return Some(Heard::Closed(u16::from_be_bytes([data[0], data[1]]))),
                0x89 => {}
                other => panic!("a frame of kind {other:#x}"),
            }
        }
    }

    /// What comes until something does, that included.
    pub(crate) async fn until(&mut self, is_it: impl Fn(&Heard) -> bool) -> Vec<Heard> {
        let mut all = Vec::new();
        let wait = async {
            loop {
                all.push(self.next().await);
                match all.last().unwrap() {
                    heard if is_it(heard) => return,
                    Heard::Closed(code) => panic!("closed with {code}"),
                    _ => {}
                }
            }
        };
        tokio::time::timeout(PATIENCE, wait).await.expect("it comes");
        all
    }

    /// So many pictures; what came until the last of them.
    pub(crate) async fn pictures(&mut self, count: usize) -> Vec<Heard> {
        let mut all = Vec::new();
        for _ in 0..count {
            all.extend(self.until(|heard| matches!(heard, Heard::Picture(_))).await);
        }
        all
    }

    /// A message of the browser, masked with zeros.
    pub(crate) async fn say(&mut self, opcode: u8, data: &[u8]) {
        let mut frame = vec![0x80 | opcode, 0x80 | 126];
        frame.extend_from_slice(&u16::try_from(data.len()).unwrap().to_be_bytes());
        frame.extend_from_slice(&[0; 4]);
        frame.extend_from_slice(data);
        // The platform may have closed it; reading shows it.
        let _ = self.stream.write_all(&frame).await;
    }
}

fn binary(data: &[u8]) -> Heard {
    match data[0] {
        1 => {
            let end = 2 + usize::from(data[1]);
            assert_eq!(&data[end + 4..end + 8], b"ftyp");
            Heard::Init(String::from_utf8(data[2..end].to_vec()).unwrap())
        }
        2 => {
            assert_eq!(&data[6..10], b"moof");
            Heard::Picture(data[1] == 1)
        }
        3 => Heard::Sound(data[1]),
        other => panic!("a message of kind {other}"),
    }
}

/// Whether a status names a stage.
pub(crate) fn is_stage(heard: &Heard, stage: &str) -> bool {
    matches!(heard, Heard::Told(told) if told["type"] == "status" && told["stage"] == stage)
}
