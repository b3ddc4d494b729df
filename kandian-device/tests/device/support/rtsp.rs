//! An RTSP client by hand: what a player does, and what no player would.

use std::collections::{HashMap, VecDeque};
use std::net::SocketAddr;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpStream, UdpSocket};
use tokio::time::timeout;

use super::SOON;

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HashMap<String, String>,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }
}

/// A connection.
pub(crate) struct Client {
    pub(crate) stream: TcpStream,
    pub(crate) url: String,
    held: Vec<u8>,
    /// Interleaved frames that came: channel and content.
    pub(crate) frames: VecDeque<(u8, Vec<u8>)>,
    cseq: u32,
    pub(crate) session: Option<String>,
}

impl Client {
    pub(crate) async fn connect(port: u16, path: &str) -> Self {
        let stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
        let url = format!("rtsp://127.0.0.1:{port}{path}");
        Self { stream, url, held: Vec::new(), frames: VecDeque::new(), cseq: 0, session: None }
    }

    /// Another URL from now on.
    pub(crate) fn go(&mut self, path: &str) {
        let port = self.stream.peer_addr().unwrap().port();
        self.url = format!("rtsp://127.0.0.1:{port}{path}");
    }

    pub(crate) async fn send(&mut self, method: &str, suffix: &str, headers: &str) {
        self.cseq += 1;
        let session = self.session.as_ref().map(|id| format!("Session: {id}\r\n")).unwrap_or_default();
        let text = format!(
            "{method} {}{suffix} RTSP/1.0\r\nCSeq: {}\r\n{session}{headers}\r\n",
            self.url, self.cseq
        );
        self.stream.write_all(text.as_bytes()).await.unwrap();
    }

    pub(crate) async fn ask(&mut self, method: &str, suffix: &str, headers: &str) -> Answer {
        self.send(method, suffix, headers).await;
        self.answer().await
    }

    /// The next answer; frames before it are kept.
    pub(crate) async fn answer(&mut self) -> Answer {
        let answer = timeout(SOON, async {
            loop {
                if let Some(answer) = self.parse() {
                    return answer;
                }
                assert!(self.fill().await, "closed instead of an answer");
            }
        });
        let answer = answer.await.expect("no answer");
        assert_eq!(answer.header("cseq"), self.cseq.to_string());
        answer
    }

    /// The next frame, whatever its channel; it stays.
    pub(crate) async fn next_frame(&mut self) -> &(u8, Vec<u8>) {
        let comes = timeout(SOON, async {
            while self.frames.is_empty() {
                assert!(self.parse().is_none(), "an answer instead of a frame");
                assert!(!self.frames.is_empty() || self.fill().await, "closed instead of a frame");
            }
        });
        comes.await.expect("no frame");
        self.frames.front().unwrap()
    }

    /// The next frame of a channel.
    pub(crate) async fn frame(&mut self, channel: u8) -> Vec<u8> {
        let frame = timeout(SOON, async {
            loop {
                while let Some((of, frame)) = self.frames.pop_front() {
                    if of == channel {
                        return frame;
                    }
                }
                assert!(self.parse().is_none(), "an answer instead of a frame");
                if self.frames.is_empty() {
                    assert!(self.fill().await, "closed instead of a frame");
                }
            }
        });
        frame.await.expect("no frame")
    }

    /// Waits until the other side closes; what comes before is read.
    pub(crate) async fn closes(&mut self) {
        timeout(SOON, async { while self.fill().await {} }).await.expect("it does not close");
    }

    async fn fill(&mut self) -> bool {
        let mut piece = [0; 4096];
        let read = self.stream.read(&mut piece).await.unwrap_or(0);
        self.held.extend_from_slice(&piece[..read]);
        read > 0
    }

    /// Takes frames off, up to the first answer that is whole.
    fn parse(&mut self) -> Option<Answer> {
        while self.held.first() == Some(&b'$') {
            let length = usize::from(u16::from_be_bytes([*self.held.get(2)?, *self.held.get(3)?]));
            if self.held.len() < 4 + length {
                return None;
            }
            let frame: Vec<u8> = self.held.drain(..4 + length).collect();
            self.frames.push_back((frame[1], frame[4..].to_vec()));
        }
        let end = self.held.windows(4).position(|four| four == b"\r\n\r\n")? + 4;
        let head = String::from_utf8(self.held[..end].to_vec()).unwrap();
        let mut lines = head.lines();
        let status = lines.next()?.split(' ').nth(1)?.parse().unwrap();
        let fields = lines.filter_map(|line| line.split_once(": "));
        let headers: HashMap<_, _> =
            fields.map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned())).collect();
        let length: usize = headers.get("content-length").map_or(0, |length| length.parse().unwrap());
        if self.held.len() < end + length {
            return None;
        }
        let body = String::from_utf8(self.held[end..end + length].to_vec()).unwrap();
        self.held.drain(..end + length);
        Some(Answer { status, headers, body })
    }

    pub(crate) async fn describe(&mut self) -> Answer {
        self.ask("DESCRIBE", "", "Accept: application/sdp\r\n").await
    }

    pub(crate) async fn set_up(&mut self, transport: &str) -> Answer {
        let answer = self.ask("SETUP", "/trackID=0", &format!("Transport: {transport}\r\n")).await;
        let session = answer.header("session").split(';').next().unwrap_or_default();
        if answer.status == 200 {
            self.session = Some(session.to_owned());
        }
        answer
    }

    /// All of it over TCP; the answer to PLAY.
    pub(crate) async fn watch(port: u16, path: &str) -> (Self, Answer) {
        let mut client = Self::connect(port, path).await;
        assert_eq!(client.describe().await.status, 200);
        assert_eq!(client.set_up("RTP/AVP/TCP;unicast;interleaved=0-1").await.status, 200);
        let play = client.ask("PLAY", "", "Range: npt=0.000-\r\n").await;
        assert_eq!(play.status, 200);
        (client, play)
    }

    /// The next picture over TCP.
    pub(crate) async fn picture(&mut self) -> Picture {
        let mut picture = Picture::default();
        while !picture.push(&self.frame(0).await) {}
        picture
    }
}

/// What came of one picture.
#[derive(Debug, Default)]
pub(crate) struct Picture {
    pub(crate) first_sequence: Option<u16>,
    pub(crate) last_sequence: u16,
    pub(crate) timestamp: u32,
    pub(crate) ssrc: u32,
    /// Its NAL units.
    pub(crate) nals: Vec<Vec<u8>>,
}

impl Picture {
    /// Takes a packet; returns whether it was the last one.
    pub(crate) fn push(&mut self, packet: &[u8]) -> bool {
        assert_eq!((packet[0], packet[1] & 0x7F), (0x80, 96));
        let sequence = u16::from_be_bytes([packet[2], packet[3]]);
        if self.first_sequence.is_some() {
            assert_eq!(sequence, self.last_sequence.wrapping_add(1), "a packet is missing inside a picture");
        }
        self.first_sequence.get_or_insert(sequence);
        self.last_sequence = sequence;
        self.timestamp = u32::from_be_bytes(packet[4..8].try_into().unwrap());
        self.ssrc = u32::from_be_bytes(packet[8..12].try_into().unwrap());
        let payload = &packet[12..];
        match payload[0] & 0x1F {
            1..=23 => self.nals.push(payload.to_vec()),
            // FU-A, and nothing else.
            28 => {
                if payload[1] & 0x80 != 0 {
                    self.nals.push(vec![payload[0] & 0xE0 | payload[1] & 0x1F]);
                }
                self.nals.last_mut().unwrap().extend_from_slice(&payload[2..]);
            }
            other => panic!("NAL type {other}"),
        }
        packet[1] & 0x80 != 0
    }

    pub(crate) fn is_key(&self) -> bool {
        self.nals.iter().any(|nal| nal[0] & 0x1F == 5)
    }

    pub(crate) fn sps(&self) -> Option<&[u8]> {
        self.nals.iter().find(|nal| nal[0] & 0x1F == 7).map(Vec::as_slice)
    }

    /// The number that a film puts into its pictures.
    pub(crate) fn number(&self) -> u32 {
        let slice = self.nals.iter().find(|nal| matches!(nal[0] & 0x1F, 1 | 5)).unwrap();
        slice[2..6].iter().fold(0, |number, byte| number << 8 | u32::from(byte & 0x7F))
    }
}

/// Two ports beside each other, the first one even.
pub(crate) async fn ports() -> (UdpSocket, UdpSocket) {
    for _ in 0..100 {
        let rtp = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let port = rtp.local_addr().unwrap().port();
        if port.is_multiple_of(2)
            && let Ok(rtcp) = UdpSocket::bind(("127.0.0.1", port + 1)).await
        {
            return (rtp, rtcp);
        }
    }
    panic!("no two ports");
}

/// The next datagram.
pub(crate) async fn datagram(socket: &UdpSocket) -> (Vec<u8>, SocketAddr) {
    let mut buffer = [0; 2048];
    let (length, from) = timeout(SOON, socket.recv_from(&mut buffer)).await.expect("no datagram").unwrap();
    (buffer[..length].to_vec(), from)
}
