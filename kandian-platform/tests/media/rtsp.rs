//! An RTSP server as a camera has it: requests in, answers and interleaved RTP out, and all that can go wrong on the way.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, oneshot};

/// Whether a token is good, as the platform says it over the link of the camera (35H).
pub(crate) type Question = (String, oneshot::Sender<bool>);

/// How a camera behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Manner {
    /// It plays.
    Plays,
    /// Its pictures are large: 6 MB come in a second.
    PlaysLarge,
    /// It plays so many pictures, and hangs up.
    Breaks(usize),
    /// It answers DESCRIBE with this status and asks nobody.
    Refuses(u16),
    /// Its link breaks before it answers DESCRIBE with 401.
    LosesItsLink,
    /// It asks about another channel than it was asked for, and answers 401 for that.
    AsksWrongly,
    /// It answers 401 although it was told that the token is good.
    MissesTheAnswer,
    /// It hangs up at DESCRIBE.
    HangsUp,
    /// It answers with something else than RTSP.
    Babbles,
    /// It agrees to play, and sends nothing.
    SendsNothing,
}

/// What a camera saw.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    /// Connections so far.
    pub(crate) connections: AtomicUsize,
    /// Connections that stand.
    pub(crate) open: AtomicUsize,
    /// TEARDOWN so far.
    pub(crate) torn_down: AtomicUsize,
}

/// The RTSP server of a camera.
pub(crate) struct Server {
    pub(crate) at: SocketAddr,
    pub(crate) seen: Arc<Seen>,
    manner: Arc<Mutex<Manner>>,
}

impl Server {
    pub(crate) async fn start(questions: mpsc::Sender<Question>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (at, seen) = (listener.local_addr().unwrap(), Arc::new(Seen::default()));
        let manner = Arc::new(Mutex::new(Manner::Plays));
        let (now, watched) = (Arc::clone(&manner), Arc::clone(&seen));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                watched.connections.fetch_add(1, Ordering::SeqCst);
                watched.open.fetch_add(1, Ordering::SeqCst);
                let manner = *now.lock().unwrap();
                let session =
                    Session { stream, manner, questions: questions.clone(), seen: Arc::clone(&watched) };
                tokio::spawn(session.run());
            }
        });
        Self { at, seen, manner }
    }

    /// How it behaves from the next connection on.
    pub(crate) fn behave(&self, manner: Manner) {
        *self.manner.lock().unwrap() = manner;
    }
}

/// Parameter sets of a picture of 352 × 288.
const SETS: &str = "Z0LADdoFglsBEAAAAwAQAAADAyDxQqo=,aM4PyA==";
/// Pictures between two IDR pictures.
const GROUP: usize = 5;
const PERIOD: Duration = Duration::from_millis(20);
const LARGE_PERIOD: Duration = Duration::from_millis(10);
/// Bytes of a picture.
const SMALL: usize = 300;
const LARGE: usize = 60_000;
/// 20 ms of silence in A-law.
const SOUND: [u8; 160] = [0xd5; 160];

struct Session {
    stream: TcpStream,
    manner: Manner,
    questions: mpsc::Sender<Question>,
    seen: Arc<Seen>,
}

impl Session {
    async fn run(mut self) {
        // Why it ends is what a test looks at from the other side.
        let _ = self.talk().await;
        self.seen.open.fetch_sub(1, Ordering::SeqCst);
    }

    async fn talk(&mut self) -> Option<()> {
        let mut pending = Vec::new();
        let mut plays = false;
        let mut count = 0;
        let is_large = self.manner == Manner::PlaysLarge;
        let (period, size) = if is_large { (LARGE_PERIOD, LARGE) } else { (PERIOD, SMALL) };
        let mut tick = tokio::time::interval(period);
        loop {
            let mut piece = [0; 4_096];
            tokio::select! {
                read = self.stream.read(&mut piece) => {
                    let read = read.ok().filter(|read| *read > 0)?;
                    pending.extend_from_slice(&piece[..read]);
                    while let Some(request) = next(&mut pending) {
                        plays |= self.answer(&request).await?;
                    }
                }
                _ = tick.tick(), if plays => {
                    if self.manner == Manner::Breaks(count) {
                        return None;
                    }
                    self.stream.write_all(&picture(count, size)).await.ok()?;
                    self.stream.write_all(&packet(2, 8, true, count, &SOUND)).await.ok()?;
                    count += 1;
                }
            }
        }
    }

    /// Answers a request; returns whether pictures go out from here on.
    async fn answer(&mut self, request: &str) -> Option<bool> {
        let mut words = request.split_whitespace();
        let (method, url) = (words.next()?, words.next()?.to_owned());
        let (mut status, mut head, mut body) = (200, String::new(), String::new());
        match method {
            "DESCRIBE" => {
                status = self.describe(&url).await?;
                if status == 200 {
                    body = sdp();
                    head = format!("Content-Base: {url}\r\nContent-Type: application/sdp\r\n");
                }
            }
            "SETUP" => {
                let transport = header(request, "Transport")?;
                head = format!("Transport: {transport}\r\nSession: 7\r\n");
            }
            "PLAY" => head = "Session: 7\r\n".to_owned(),
            "TEARDOWN" => {
                self.seen.torn_down.fetch_add(1, Ordering::SeqCst);
            }
            _ => {}
        }
        let number = header(request, "CSeq")?;
        let length = body.len();
        let answer =
            format!("RTSP/1.0 {status} X\r\nCSeq: {number}\r\n{head}Content-Length: {length}\r\n\r\n{body}");
        self.stream.write_all(answer.as_bytes()).await.ok()?;
        Some(method == "PLAY" && self.manner != Manner::SendsNothing)
    }

    async fn describe(&mut self, url: &str) -> Option<u16> {
        match self.manner {
            Manner::Refuses(status) => Some(status),
            Manner::HangsUp => None,
            Manner::Babbles => {
                self.stream.write_all(b"HTTP/1.1 200 OK\r\nServer: router\r\n\r\n").await.ok()?;
                while self.stream.read(&mut [0; 64]).await.ok()? > 0 {}
                None
            }
            Manner::LosesItsLink => {
                self.ask("").await;
                Some(401)
            }
            Manner::AsksWrongly => {
                assert!(!self.ask(&format!("wrong {}", token(url)?)).await);
                Some(401)
            }
            Manner::MissesTheAnswer => {
                assert!(self.ask(token(url)?).await);
                Some(401)
            }
            _ => Some(if self.ask(token(url)?).await { 200 } else { 401 }),
        }
    }

    async fn ask(&self, token: &str) -> bool {
        let (answer, answered) = oneshot::channel();
        self.questions.send((token.to_owned(), answer)).await.unwrap();
        answered.await.unwrap_or(false)
    }
}

fn token(url: &str) -> Option<&str> {
    let (_, token) = url.split_once("hashtoken=")?;
    token.split(['&', '/']).next()
}

fn header<'a>(request: &'a str, name: &str) -> Option<&'a str> {
    let line =
        request.lines().find(|line| line.to_ascii_lowercase().starts_with(&name.to_ascii_lowercase()))?;
    line.split_once(':').map(|(_, value)| value.trim())
}

/// The next request; reports that stand before it are left out.
fn next(pending: &mut Vec<u8>) -> Option<String> {
    while pending.first() == Some(&b'$') {
        let length = 4 + usize::from(u16::from_be_bytes([*pending.get(2)?, *pending.get(3)?]));
        if pending.len() < length {
            return None;
        }
        pending.drain(..length);
    }
    let end = pending.windows(4).position(|four| four == b"\r\n\r\n")? + 4;
    String::from_utf8(pending.drain(..end).collect()).ok()
}

fn sdp() -> String {
    format!(
        "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=camera\r\nc=IN IP4 0.0.0.0\r\nt=0 0\r\nm=video 0 RTP/AVP 96\r\n\
         a=rtpmap:96 H264/90000\r\na=fmtp:96 packetization-mode=1;profile-level-id=42C00D;sprop-parameter-sets={SETS}\r\n\
         a=control:trackID=0\r\nm=audio 0 RTP/AVP 8\r\na=rtpmap:8 PCMA/8000\r\na=control:trackID=1\r\n"
    )
}

/// A picture as one NAL unit; what is in it nobody decodes here.
fn picture(count: usize, size: usize) -> Vec<u8> {
    let mut nal = vec![0x80; size];
    nal[0] = if count.is_multiple_of(GROUP) { 0x65 } else { 0x41 };
    packet(0, 96, true, count, &nal)
}

fn packet(channel: u8, payload_type: u8, marker: bool, count: usize, payload: &[u8]) -> Vec<u8> {
    let count = u32::try_from(count).unwrap();
    let clock = if payload_type == 8 { 160 } else { 1_800 };
    let mut packet = vec![b'$', channel];
    packet.extend_from_slice(&u16::try_from(payload.len() + 12).unwrap().to_be_bytes());
    packet.extend_from_slice(&[0x80, payload_type | u8::from(marker) << 7]);
    packet.extend_from_slice(&u16::try_from(count & 0xffff).unwrap().to_be_bytes());
    packet.extend_from_slice(&(count * clock).to_be_bytes());
    packet.extend_from_slice(&u32::from(payload_type).to_be_bytes());
    packet.extend_from_slice(payload);
    packet
}
