//! A viewer that costs little: it asks, reads, counts, and decodes nothing. It imports no kandian crate, so that what it
//! measures is the same for every server.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpStream, UdpSocket};

/// How packets come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Transport {
    Tcp,
    Udp,
}

/// What one viewer has got so far.
#[derive(Debug, Default)]
pub(crate) struct Got {
    pub(crate) bytes: AtomicU64,
    pub(crate) pictures: AtomicU64,
    /// Microseconds from the beginning of the connection to the end of the first whole IDR picture; 0 for none yet.
    pub(crate) first: AtomicU64,
}

/// Watches until it is dropped; ends with what went wrong.
pub(crate) async fn watch(url: String, transport: Transport, got: Arc<Got>) -> String {
    let began = Instant::now();
    let Ok(mut asked) = Asked::connect(&url).await else { return "no connection".to_owned() };
    let sockets = match transport {
        Transport::Tcp => None,
        Transport::Udp => match pair(asked.stream.local_addr().unwrap()).await {
            Some(sockets) => Some(sockets),
            None => return "no pair of ports".to_owned(),
        },
    };
    if let Err(what) = asked.play(&url, sockets.as_ref()).await {
        return what;
    }
    let mut tally = Tally { began, got, keyed: false };
    match sockets {
        None => asked.interleaved(&mut tally).await,
        Some((media, _reports)) => datagrams(&media, &mut tally).await,
    }
}

/// A connection on which requests were made.
struct Asked {
    stream: TcpStream,
    read: Vec<u8>,
    cseq: u32,
}

impl Asked {
    async fn connect(url: &str) -> std::io::Result<Self> {
        let address = url.trim_start_matches("rtsp://").split('/').next().unwrap_or_default();
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, read: Vec::with_capacity(64 << 10), cseq: 0 })
    }

    async fn play(&mut self, url: &str, sockets: Option<&(UdpSocket, UdpSocket)>) -> Result<(), String> {
        let described = self.ask("DESCRIBE", url, "Accept: application/sdp\r\n").await?;
        let base = header(&described, "content-base").unwrap_or(url).to_owned();
        let track = track_url(&described, &base).ok_or("no video in the description")?;
        let transport = match sockets {
            None => "RTP/AVP/TCP;unicast;interleaved=0-1".to_owned(),
            Some((media, reports)) => {
                let port = |socket: &UdpSocket| socket.local_addr().map_or(0, |address| address.port());
                format!("RTP/AVP;unicast;client_port={}-{}", port(media), port(reports))
            }
        };
        let set_up = self.ask("SETUP", &track, &format!("Transport: {transport}\r\n")).await?;
        let session = header(&set_up, "session").ok_or("no session")?;
        let session = session.split(';').next().unwrap_or_default().to_owned();
        self.ask("PLAY", &base, &format!("Session: {session}\r\nRange: npt=0.000-\r\n")).await?;
        Ok(())
    }

    /// Asks, and waits for the answer; what was read behind it stays.
    async fn ask(&mut self, method: &str, url: &str, headers: &str) -> Result<String, String> {
        self.cseq += 1;
        let request = format!("{method} {url} RTSP/1.0\r\nCSeq: {}\r\n{headers}\r\n", self.cseq);
        self.stream.write_all(request.as_bytes()).await.map_err(|error| error.to_string())?;
        loop {
            if let Some(end) = self.read.windows(4).position(|four| four == b"\r\n\r\n") {
                let head = String::from_utf8_lossy(&self.read[..end + 2]).into_owned();
                let length = header(&head, "content-length").map_or(0, |length| length.parse().unwrap_or(0));
                let whole = end + 4 + length;
                if self.read.len() >= whole {
                    let answer = String::from_utf8_lossy(&self.read[..whole]).into_owned();
                    self.read.drain(..whole);
                    let is_good = answer.starts_with("RTSP/1.0 200");
                    return if is_good {
                        Ok(answer)
                    } else {
                        Err(format!("{method}: {}", first_line(&answer)))
                    };
                }
            }
            self.more().await?;
        }
    }

    async fn more(&mut self) -> Result<(), String> {
        match self.stream.read_buf(&mut self.read).await {
            Ok(0) => Err("the server hung up".to_owned()),
            Ok(_) => Ok(()),
            Err(error) => Err(error.to_string()),
        }
    }

    /// Reads packets in frames of `$`, channel and length.
    async fn interleaved(mut self, tally: &mut Tally) -> String {
        let mut at = 0;
        loop {
            while let [b'$', channel, high, low, rest @ ..] = &self.read[at..] {
                let length = usize::from(u16::from_be_bytes([*high, *low]));
                let Some(packet) = rest.get(..length) else { break };
                if *channel == 0 {
                    tally.packet(packet);
                }
                at += 4 + length;
            }
            if self.read.get(at).is_some_and(|&byte| byte != b'$') {
                return "something else than a packet came".to_owned();
            }
            self.read.drain(..at);
            at = 0;
            if let Err(what) = self.more().await {
                return what;
            }
        }
    }
}

async fn datagrams(media: &UdpSocket, tally: &mut Tally) -> String {
    let mut buffer = [0; 2048];
    loop {
        match media.recv(&mut buffer).await {
            Ok(length) => tally.packet(&buffer[..length]),
            Err(error) => return error.to_string(),
        }
    }
}

/// Two ports in a row, the first of them even.
async fn pair(near: SocketAddr) -> Option<(UdpSocket, UdpSocket)> {
    for _ in 0..64 {
        let media = UdpSocket::bind((near.ip(), 0)).await.ok()?;
        let port = media.local_addr().ok()?.port();
        if port % 2 == 0
            && let Ok(reports) = UdpSocket::bind((near.ip(), port + 1)).await
        {
            return Some((media, reports));
        }
    }
    None
}

/// Counts what comes.
struct Tally {
    began: Instant,
    got: Arc<Got>,
    /// A slice of an IDR picture came that has not ended.
    keyed: bool,
}

impl Tally {
    fn packet(&mut self, packet: &[u8]) {
        let [_, second, .., first, next] = packet.get(..14).unwrap_or_default() else { return };
        self.got.bytes.fetch_add(packet.len() as u64, Ordering::Relaxed);
        // The type of a NAL unit; that of its fragments (FU-A, 28) is in the byte after.
        let kind = if first & 0x1f == 28 { next & 0x1f } else { first & 0x1f };
        self.keyed |= kind == 5;
        if second & 0x80 != 0 {
            self.got.pictures.fetch_add(1, Ordering::Relaxed);
            if std::mem::take(&mut self.keyed) && self.got.first.load(Ordering::Relaxed) == 0 {
                let took = u64::try_from(self.began.elapsed().as_micros()).unwrap_or(u64::MAX);
                self.got.first.store(took, Ordering::Relaxed);
            }
        }
    }
}

/// The value of a header, whatever the case of its name.
fn header<'a>(answer: &'a str, name: &str) -> Option<&'a str> {
    let headers = answer.lines().take_while(|line| !line.is_empty()).filter_map(|line| line.split_once(':'));
    headers.into_iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
}

/// Where the video of a description is set up.
fn track_url(described: &str, base: &str) -> Option<String> {
    let (_, video) = described.split_once("m=video")?;
    let control = video.lines().find_map(|line| line.strip_prefix("a=control:"))?.trim();
    Some(match control {
        whole if whole.starts_with("rtsp://") => whole.to_owned(),
        part => format!("{}/{part}", base.trim_end_matches('/')),
    })
}

fn first_line(answer: &str) -> &str {
    answer.lines().next().unwrap_or_default()
}

/// Waits until every viewer has a picture; how many have one.
pub(crate) async fn all_started(viewers: &[Arc<Got>], patience: Duration) -> usize {
    let until = Instant::now() + patience;
    loop {
        let started = viewers.iter().filter(|got| got.first.load(Ordering::Relaxed) != 0).count();
        if started == viewers.len() || Instant::now() > until {
            return started;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
