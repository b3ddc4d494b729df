//! A foreign camera, as good or as bad as a test wants it.

use std::net::SocketAddr;
use std::time::Duration;

use kandian_proto::rtsp::message::{Item, Method, Reader, Request, Response, Status};
use kandian_proto::rtsp::rtp::{Packetiser, Track, Unit};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream, UdpSocket};
use tokio::task::JoinHandle;
use tokio::time::{interval, sleep};

/// How often a picture comes.
const TICK: Duration = Duration::from_millis(10);
/// Every so many pictures stand by themselves.
const GROUP: u32 = 5;

/// What a camera does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mood {
    /// What it should.
    Good,
    /// It wants to know who asks: `admin`, `12345`.
    Locked,
    /// It accepts a connection and says nothing.
    Mute,
    /// It sends this many pictures, and then nothing.
    Stalls(u32),
    /// It sends this many pictures, and then no RTSP.
    Babbles(u32),
    /// It sends this many pictures, and then ends.
    Hangs(u32),
    /// One picture without end.
    Endless,
    /// Its parameter sets are in the stream only.
    Reticent,
    /// It has no parameter sets at all.
    Senseless,
    /// After this many pictures it has others, of another size.
    Changes(u32),
    /// So many ticks from picture to picture, instead of 900.
    Clock(u32),
    /// It asks and asks, and reads nothing.
    Asks,
}

pub(crate) struct Camera {
    pub(crate) address: SocketAddr,
    task: JoinHandle<()>,
}

impl Drop for Camera {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Camera {
    /// The first connection meets the first mood, and so on; the last one goes on.
    pub(crate) async fn start(moods: &'static [Mood]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let task = tokio::spawn(async move {
            let mut moods = moods.iter().copied();
            let mut mood = Mood::Good;
            let mut connections = tokio::task::JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                mood = moods.next().unwrap_or(mood);
                connections.spawn(Connection::serve(stream, mood));
            }
        });
        Self { address, task }
    }

    pub(crate) fn url(&self) -> String {
        format!("rtsp://{}/any/path?x=1", self.address)
    }
}

struct Connection {
    stream: TcpStream,
    mood: Mood,
    reader: Reader,
    /// Where datagrams go, for video and sound; none inside the connection.
    ports: Vec<(UdpSocket, SocketAddr)>,
    video: Packetiser,
    sound: Packetiser,
    number: u32,
    plays: bool,
}

impl Connection {
    async fn serve(stream: TcpStream, mood: Mood) {
        let video = Packetiser::video(1, 100).packet_bytes(200);
        let sound = Packetiser::pcma(2, 7);
        let reader = Reader::for_server();
        let mut it = Self { stream, mood, reader, ports: Vec::new(), video, sound, number: 0, plays: false };
        // The peer may end at any time.
        let _ = it.run().await;
    }

    async fn run(&mut self) -> std::io::Result<()> {
        match self.mood {
            Mood::Mute => std::future::pending().await,
            Mood::Asks => loop {
                self.stream.write_all(b"OPTIONS * RTSP/1.0\r\nCSeq: 1\r\n\r\n").await?;
            },
            _ => {}
        }
        let mut ticks = interval(TICK);
        let mut buffer = [0; 4096];
        loop {
            tokio::select! {
                read = self.stream.read(&mut buffer) => match read? {
                    0 => return Ok(()),
                    length => self.reader.push(&buffer[..length]).unwrap(),
                },
                _ = ticks.tick(), if self.plays => self.show().await?,
            }
            while let Some(item) = self.reader.next_item().unwrap() {
                let Item::Request(request) = item else { continue };
                let answer = self.answer(&request).await.to_bytes();
                self.stream.write_all(&answer).await?;
                if request.method == Method::Teardown {
                    return Ok(());
                }
            }
        }
    }

    async fn answer(&mut self, request: &Request) -> Response {
        let cseq = request.cseq().unwrap();
        if self.mood == Mood::Locked && !is_proved(request) {
            let challenge = r#"Digest realm="IP Camera", nonce="abc", qop="auth""#;
            let basic = r#"Basic realm="IP Camera""#;
            return Response::new(Status::UNAUTHORIZED)
                .header("CSeq", cseq)
                .header("WWW-Authenticate", basic)
                .header("WWW-Authenticate", challenge);
        }
        let answer = Response::new(Status::OK).header("CSeq", cseq).header("Session", "7;timeout=60");
        match request.method {
            Method::Describe if matches!(self.mood, Mood::Reticent | Mood::Senseless) => {
                answer.body("application/sdp", SDP.replace(";sprop-parameter-sets=Z0LAHtk=,aM48gA==", ""))
            }
            Method::Describe => answer.body("application/sdp", SDP),
            Method::Setup => answer.header("Transport", self.set_up(request).await),
            Method::Play => {
                self.plays = true;
                answer
            }
            _ => answer,
        }
    }

    async fn set_up(&mut self, request: &Request) -> String {
        let asked = request.headers.first("Transport").unwrap();
        let Some(ports) = asked.split("client_port=").nth(1) else { return asked.to_owned() };
        let port: u16 = ports.split('-').next().unwrap().parse().unwrap();
        let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let own = socket.local_addr().unwrap().port();
        self.ports.push((socket, format!("127.0.0.1:{port}").parse().unwrap()));
        format!("RTP/AVP;unicast;client_port={ports};server_port={own}-{}", own.wrapping_add(1))
    }

    /// A picture, which has its number, and sound.
    async fn show(&mut self) -> std::io::Result<()> {
        match self.mood {
            Mood::Stalls(after) if self.number >= after => return Ok(()),
            Mood::Hangs(after) if self.number >= after => return Err(std::io::ErrorKind::Other.into()),
            Mood::Babbles(after) if self.number >= after => {
                return self.stream.write_all(b"\x01\x02\x03\x04").await;
            }
            Mood::Endless => return self.endless().await,
            _ => {}
        }
        let number = self.number;
        self.number += 1;
        let kind = if number.is_multiple_of(GROUP) { 0x65 } else { 0x41 };
        let picture =
            [&[kind, 0x88][..], &number.to_be_bytes().map(|byte| byte | 0x80), &[0x5A; 300]].concat();
        let sets: &[&[u8]] = match self.mood {
            Mood::Reticent => &[&[0x67, 0x42, 0xC0, 0x1E, 0xD9], &[0x68, 0xCE, 0x3C, 0x80]],
            Mood::Changes(after) if number >= after => &[OTHER_SPS, &[0x68, 0xCE, 0x3C, 0x80]],
            _ => &[],
        };
        let sets = sets.iter().copied().filter(|_| kind == 0x65);
        let step = if let Mood::Clock(ticks) = self.mood { ticks } else { 900 };
        let unit = self.video.h264(sets.chain([picture.as_slice()]), number.wrapping_mul(step));
        self.send(Track::VIDEO, &unit).await?;
        let unit = self.sound.g711(&[0xD5; 80], number * 80);
        self.send(Track::AUDIO, &unit).await
    }

    async fn send(&mut self, track: Track, unit: &Unit) -> std::io::Result<()> {
        let Some((socket, to)) = self.ports.get(usize::from(track.0)) else {
            return self.stream.write_all(unit.interleaved()).await;
        };
        for packet in unit.packets() {
            socket.send_to(&packet, to).await?;
        }
        Ok(())
    }

    /// Parts of one NAL unit, of which none is the last one.
    async fn endless(&mut self) -> std::io::Result<()> {
        let mut nal = vec![0x65; 60_000];
        nal[1] = 0x88;
        let unit = self.video.clone().packet_bytes(61_000).h264([nal.as_slice()], 0);
        let mut packet = unit.packet(0).unwrap().to_vec();
        // FU-A, begun by the first one.
        let first = self.number == 0;
        packet.splice(12..14, [0x7C, if first { 0x85 } else { 0x05 }, 0x88]);
        packet[1] &= 0x7F;
        packet[2..4].copy_from_slice(&u16::try_from(self.number % 65_536).unwrap().to_be_bytes());
        self.number += 1;
        let head =
            [b'$', 0, u8::try_from(packet.len() >> 8).unwrap(), u8::try_from(packet.len() & 255).unwrap()];
        self.stream.write_all(&head).await?;
        self.stream.write_all(&packet).await?;
        sleep(Duration::ZERO).await;
        Ok(())
    }
}

/// Computed by hand for this one password; the proof has the method and the URL of the request in it.
fn is_proved(request: &Request) -> bool {
    let Some(proof) = request.headers.first("Authorization") else { return false };
    let hash = |text: String| {
        use std::fmt::Write as _;
        let digest = kandian_codec::digest(text.as_bytes());
        digest.iter().fold(String::new(), |mut out, byte| {
            write!(out, "{byte:02x}").unwrap();
            out
        })
    };
    let part = |name: &str| {
        let from = proof.split(name).nth(1).unwrap_or_default();
        from.trim_start_matches('"').split(['"', ',']).next().unwrap_or_default().to_owned()
    };
    let (secret, asked) =
        (hash("admin:IP Camera:12345".to_owned()), hash(format!("{}:{}", request.method, request.url)));
    let expected = hash(format!("{secret}:abc:{}:{}:auth:{asked}", part("nc="), part("cnonce=")));
    proof.starts_with("Digest ") && part("response=") == expected
}

/// What a camera of mood [`Mood::Changes`] has later.
pub(crate) const OTHER_SPS: &[u8] = &[0x67, 0x42, 0xC0, 0x28, 0xD9];

const SDP: &str = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=camera\r\nt=0 0\r\n\
    m=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\n\
    a=fmtp:96 packetization-mode=1;sprop-parameter-sets=Z0LAHtk=,aM48gA==\r\na=control:trackID=0\r\n\
    m=audio 0 RTP/AVP 8\r\na=control:trackID=1\r\n";
