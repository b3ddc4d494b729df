//! Ways to wear a server down.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::task::JoinSet;

use super::Field;

/// The wait between two bytes of a peer that is slow on purpose.
const DRIP: Duration = Duration::from_secs(2);
/// The wait before a peer that was thrown out comes again.
const AGAIN: Duration = Duration::from_millis(250);
/// Connections from one address: fewer than any listener allows one.
const PER_ADDRESS: usize = 150;
/// What a header of a frame says that promises 65,535 bytes.
const LYING: &[u8] = b"\xFA\xF5\x31\x00\x01\x00\xFF\xFF<LOGIN_REQ>";

/// One of them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Attack {
    /// What it is.
    pub(crate) name: &'static str,
    /// Most connections that make sense: more than the listener takes are refused at once.
    pub(crate) most: usize,
    on: fn(&Field) -> SocketAddr,
    what: What,
}

#[derive(Clone, Copy, Debug)]
enum What {
    Silence,
    Drip(&'static [u8]),
    Once(&'static [u8]),
    Flood(&'static [u8], &'static [u8]),
}

const HEAD: &[u8] =
    b"POST /DeviceRegisterServlet HTTP/1.1\r\nHost: x\r\nX-A: bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";
const GARBAGE: &[u8] = &[0xA7; 16_384];
const FRAMES: &[u8] = b"\xFA\xF5\x33\x00\x01\x00\x00\x00zzzzzzzzzzzzzzzz";
const BODY: &[u8] = b"POST /api/v1/devices HTTP/1.1\r\nHost: x\r\nContent-Length: 4000000000\r\n\r\n";
const DEVICE_BODY: &[u8] = b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFF\r\n";

/// All of them.
pub(crate) const ATTACKS: [Attack; 9] = [
    Attack { name: "links that never log in", most: 10_000, on: |f| f.access, what: What::Silence },
    Attack { name: "links that drip", most: 10_000, on: |f| f.access, what: What::Drip(LYING) },
    Attack { name: "a LEN that lies", most: 10_000, on: |f| f.access, what: What::Once(LYING) },
    Attack { name: "garbage to the links", most: 500, on: |f| f.access, what: What::Flood(b"", GARBAGE) },
    Attack { name: "frames without a digest", most: 500, on: |f| f.access, what: What::Flood(b"", FRAMES) },
    Attack {
        name: "slow loris to devices' HTTP",
        most: 1_900,
        on: |f| f.device_http,
        what: What::Drip(HEAD),
    },
    Attack { name: "slow loris to REST", most: 900, on: |f| f.rest, what: What::Drip(HEAD) },
    Attack {
        name: "endless bodies to devices' HTTP",
        most: 500,
        on: |f| f.device_http,
        what: What::Flood(DEVICE_BODY, GARBAGE),
    },
    Attack { name: "endless bodies to REST", most: 500, on: |f| f.rest, what: What::Flood(BODY, GARBAGE) },
];

/// An attack that goes on until this is dropped.
pub(crate) struct Hostile {
    made: Arc<AtomicUsize>,
    wanted: usize,
    _peers: JoinSet<()>,
}

impl Attack {
    /// Begins it with so many connections, each made again when it ends.
    pub(crate) fn begin(self, field: Field, connections: usize) -> Hostile {
        let made = Arc::new(AtomicUsize::new(0));
        let wanted = connections.min(self.most);
        let mut peers = JoinSet::new();
        for number in 0..wanted {
            let (at, made) = ((self.on)(&field), Arc::clone(&made));
            peers.spawn(async move {
                loop {
                    if let Ok(stream) = connect(number, at).await {
                        made.fetch_add(1, Ordering::Relaxed);
                        // How it ends is the platform's affair.
                        let _ = self.what.act(stream).await;
                    }
                    tokio::time::sleep(AGAIN).await;
                }
            });
        }
        Hostile { made, wanted, _peers: peers }
    }
}

impl What {
    async fn act(self, mut stream: TcpStream) -> std::io::Result<()> {
        match self {
            Self::Silence => wait(&mut stream).await,
            Self::Once(bytes) => {
                stream.write_all(bytes).await?;
                wait(&mut stream).await
            }
            Self::Drip(bytes) => {
                for byte in bytes.chunks(1).cycle() {
                    stream.write_all(byte).await?;
                    let ended = tokio::time::timeout(DRIP, wait(&mut stream)).await;
                    if ended.is_ok() {
                        break;
                    }
                }
                Ok(())
            }
            Self::Flood(first, then) => {
                stream.write_all(first).await?;
                // Nothing is read: a slow reader as well.
                loop {
                    stream.write_all(then).await?;
                }
            }
        }
    }
}

/// Waits until the other side ends the connection.
async fn wait(stream: &mut TcpStream) -> std::io::Result<()> {
    let mut piece = [0; 64];
    while stream.read(&mut piece).await? > 0 {}
    Ok(())
}

/// A connection from one of the addresses of the loopback network.
async fn connect(number: usize, at: SocketAddr) -> std::io::Result<TcpStream> {
    let source =
        u32::from(Ipv4Addr::new(127, 1, 0, 1)) + u32::try_from(number / PER_ADDRESS).unwrap_or_default();
    let socket = TcpSocket::new_v4()?;
    socket.bind(SocketAddr::new(IpAddr::V4(source.into()), 0))?;
    socket.connect(at).await
}

impl Hostile {
    /// How many connections were made.
    pub(crate) fn made(&self) -> usize {
        self.made.load(Ordering::Relaxed)
    }

    /// Waits until as many connections were made as are wanted.
    pub(crate) async fn under_way(&self) {
        while self.made() < self.wanted {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}
