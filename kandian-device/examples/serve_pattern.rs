//! The test pattern over RTSP, for players to be tried: a laboratory, which asks nobody whether a token is good.
//!
//! ```sh
//! cargo run -p kandian-device --features encoder --example serve_pattern -- 127.0.0.1:8554
//! ffplay 'rtsp://127.0.0.1:8554/realplay?devid=81100000001&channelno=0&streamtype=2&hashtoken=0'
//! ```
//!
//! It shows how [`kandian_proto::rtsp::server`] is driven: bytes go in, answers and events come out, and media waits in a
//! [`ViewerQueue`] of the viewer. A device makes packets once for all viewers; here each connection makes its own.

use std::error::Error;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use kandian_device::camera::{Stage, StreamId, TestPattern, Viewer, Watched};
use kandian_proto::defaults::{Factory, Grade};
use kandian_proto::play::StreamState;
use kandian_proto::rtsp::h264::{ParameterSets, annex_b};
use kandian_proto::rtsp::message::Status;
use kandian_proto::rtsp::queue::{Limits, ViewerQueue};
use kandian_proto::rtsp::rtp::{Packetiser, Track};
use kandian_proto::rtsp::sdp::Description;
use kandian_proto::rtsp::server::{
    Config, Delivery, Event, FirstPacket, Input, Output, Server, ServerPorts, SessionKey,
};
use kandian_proto::time::{Millis, Now, UnixMillis};
use kandian_proto::value::{DevType, GenericResult, StreamType};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream, UdpSocket};
use tokio::sync::watch;

const DEVICE: &str = "81100000001";

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    tracing_subscriber::fmt().with_target(false).init();
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:8554".to_owned());
    let factory = Factory { kind: DevType::IPCAM, grade: Grade::Sd };
    let wanted = factory.video(StreamType::SUB).ok_or("a camera has a sub stream")?;
    let (_parameters, wanted) = watch::channel(wanted);
    let id = StreamId { channel: 0, stream: StreamType::SUB };
    let stage = Stage::new(id, Arc::new(TestPattern::new(DEVICE, 480)), wanted);
    let listener = TcpListener::bind(&address).await?;
    println!("rtsp://{address}/realplay?devid={DEVICE}&channelno=0&streamtype=2&hashtoken=0");
    loop {
        let (stream, peer) = listener.accept().await?;
        let stage = stage.clone();
        tokio::spawn(async move {
            match serve(stream, peer, stage).await {
                Ok(why) => println!("{peer}: {why}"),
                Err(error) => println!("{peer}: {error}"),
            }
        });
    }
}

/// One connection.
struct Connection {
    started: Instant,
    server: Server,
    queue: ViewerQueue,
    packetiser: Packetiser,
    stage: Stage,
    viewer: Option<Viewer>,
    session: Option<SessionKey>,
    /// For who wants datagrams.
    socket: Option<UdpSocket>,
    closing: Option<String>,
}

async fn serve(
    mut stream: TcpStream,
    peer: SocketAddr,
    stage: Stage,
) -> Result<String, Box<dyn Error + Send + Sync>> {
    let config = Config::new(peer.ip(), stream.local_addr()?.ip(), rand::random());
    let started = Instant::now();
    let mut it = Connection {
        started,
        server: Server::new(config, now(started)),
        queue: ViewerQueue::new(Limits::DEFAULT),
        packetiser: Packetiser::video(rand::random(), rand::random()),
        stage,
        viewer: None,
        session: None,
        socket: None,
        closing: None,
    };
    let mut buffer = vec![0; 16 << 10];
    loop {
        let deadline = it.drain().await?;
        it.write(&mut stream).await?;
        if let Some(why) = it.closing.take() {
            return Ok(why);
        }
        let wait = deadline
            .map_or(Duration::from_secs(3600), |at| Duration::from_millis((at - now(started).mono).0));
        tokio::select! {
            read = stream.read(&mut buffer) => match read? {
                0 => it.server.handle_input(now(started), Input::Closed),
                read => it.server.handle_input(now(started), Input::Bytes(&buffer[..read])),
            },
            shown = next(&mut it.viewer) => { it.shown(&shown); }
            () = tokio::time::sleep(wait) => it.server.handle_input(now(started), Input::Timeout),
        }
    }
}

async fn next(viewer: &mut Option<Viewer>) -> Watched {
    match viewer {
        Some(viewer) => viewer.next().await,
        None => std::future::pending().await,
    }
}

fn now(started: Instant) -> Now {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let millis = |duration: Duration| u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
    let wall = UnixMillis(i64::try_from(millis(since)).unwrap_or(i64::MAX));
    Now { mono: Millis(millis(started.elapsed())), wall: Some(wall) }
}

impl Connection {
    /// Does what the machine wants; returns when it wants to be asked again.
    async fn drain(&mut self) -> std::io::Result<Option<Millis>> {
        loop {
            match self.server.poll_output() {
                Output::Transmit(answer) => {
                    let is_taken = self.queue.push_message(answer);
                    self.closing = (!is_taken).then(|| "it asks and does not read".to_owned());
                }
                Output::Event(event) => self.event(event).await?,
                Output::Close(reason) => self.closing = Some(format!("{reason:?}")),
                Output::Timeout(deadline) => return Ok(deadline.map(|(at, _)| at)),
                _ => {}
            }
        }
    }

    async fn event(&mut self, event: Event) -> std::io::Result<()> {
        let now = now(self.started);
        match event {
            Event::Wanted { ticket, target } if target.dev_id.as_str() == DEVICE => {
                let found = self.description().await;
                self.server.wanted(now, ticket, found);
            }
            Event::Wanted { ticket, .. } => self.server.wanted(now, ticket, Err(StreamState::Unknown)),
            // A device asks its platform here.
            Event::Verify(check) => self.server.verdict(now, check.id, GenericResult::OK),
            Event::SetUp { ticket, session, delivery, .. } => {
                self.session = Some(session);
                let ports = self.ports(delivery).await;
                self.server.set_up(now, ticket, ports);
            }
            Event::Play { ticket, .. } => {
                let mut viewer = self.stage.watch();
                let (sequence, first) = (self.packetiser.next_sequence(), viewer.next().await);
                let timestamp = self.shown(&first);
                self.viewer = Some(viewer);
                let first = FirstPacket { track: Track::VIDEO, sequence, timestamp };
                self.server.playing(now, ticket, Ok(&[first]));
            }
            Event::Ended { .. } => self.viewer = None,
            event => println!("{event:?}"),
        }
        Ok(())
    }

    /// What there is to be seen, by the first picture.
    async fn description(&self) -> Result<Description, StreamState> {
        let mut viewer = self.stage.watch();
        match tokio::time::timeout(Duration::from_secs(3), viewer.next()).await {
            Ok(Watched::Unit(unit)) => Ok(Description::live(ParameterSets::of(&unit.data))),
            _ => Err(StreamState::Off),
        }
    }

    async fn ports(&mut self, delivery: Delivery) -> Result<Option<ServerPorts>, Status> {
        let Delivery::Udp { .. } = delivery else {
            if let Delivery::Interleaved { rtp, .. } = delivery {
                self.queue.set_channel(Track::VIDEO, rtp);
            }
            return Ok(None);
        };
        let socket = UdpSocket::bind("0.0.0.0:0").await.map_err(|_| Status::UNSUPPORTED_TRANSPORT)?;
        let port = socket.local_addr().map_err(|_| Status::UNSUPPORTED_TRANSPORT)?.port();
        self.socket = Some(socket);
        Ok(Some(ServerPorts { source: None, rtp: port, rtcp: port.wrapping_add(1) }))
    }

    /// Has a picture sent; its time in the RTP of this connection.
    fn shown(&mut self, shown: &Watched) -> u32 {
        let Watched::Unit(unit) = shown else { return 0 };
        let ticks = unit.at.as_micros() * 9 / 100;
        let timestamp = u32::try_from(ticks & u128::from(u32::MAX)).unwrap_or_default();
        let packets = self.packetiser.h264(annex_b(&unit.data), timestamp);
        self.queue.push(&packets);
        timestamp
    }

    /// Sends what waits. A client that does not read holds nobody up but itself.
    async fn write(&mut self, stream: &mut TcpStream) -> std::io::Result<()> {
        if let (Some(socket), Some(session)) = (&self.socket, self.session) {
            while let Some((track, packet)) = self.queue.datagram() {
                if let Some(to) = self.server.media_to(now(self.started), session, track) {
                    socket.send_to(&packet, to).await?;
                }
            }
        }
        loop {
            let chunk = self.queue.chunk();
            if chunk.is_empty() {
                return Ok(());
            }
            let written = stream.write(chunk).await?;
            self.queue.advance(written);
        }
    }
}
