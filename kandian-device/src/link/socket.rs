//! The TCP connection of a link.

use std::io;
use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use kandian_proto::session::Server;
use tokio::io::{AsyncWriteExt as _, Interest};
use tokio::net::{TcpStream, lookup_host};
use tokio::time::timeout;

use crate::hardware::Pending;

/// Bytes taken from the socket in one turn of the loop: a platform that sends without a pause does not keep the
/// device from everything else.
const MOST_PER_TURN: usize = 16 << 10;
/// How long what was sent may take to leave when the connection is closed.
const FAREWELL: Duration = Duration::from_secs(5);

/// The connection, in one of its states.
pub(super) enum Socket {
    None,
    Connecting(Pending<'static, io::Result<TcpStream>>),
    Open(Open),
}

/// A connection that is up.
pub(super) struct Open {
    stream: TcpStream,
    /// What the socket did not take yet. The machine holds back what comes after it.
    unsent: Vec<u8>,
}

/// What happened on the connection.
pub(super) enum Happened {
    /// It is up; the address is the device's own.
    Connected(Option<Ipv4Addr>),
    /// It could not be made.
    Failed(io::Error),
    /// There is something to read, or room to write.
    Ready,
}

/// What reading or writing came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Progress {
    /// As much as there was.
    Done,
    /// The socket takes no more for now.
    Blocked,
    /// The connection is over.
    Over,
}

impl Socket {
    /// Begins to connect to a server of the platform.
    pub(super) fn connect(server: Server) -> Self {
        Self::Connecting(Box::pin(async move {
            let addresses = lookup_host((server.host.as_str(), server.port)).await?;
            let mut last = io::Error::new(io::ErrorKind::NotFound, "the name has no address");
            for address in addresses {
                match TcpStream::connect(address).await {
                    Ok(stream) => {
                        // Frames are small, and each is waited for.
                        stream.set_nodelay(true)?;
                        return Ok(stream);
                    }
                    Err(error) => last = error,
                }
            }
            Err(last)
        }))
    }

    /// Waits for something to happen; for ever when there is no connection. May be dropped and called again.
    pub(super) async fn happens(&mut self) -> Happened {
        match self {
            Self::None => std::future::pending().await,
            Self::Connecting(connecting) => match connecting.await {
                Ok(stream) => {
                    let own = stream.local_addr().ok().map(|address| address.ip());
                    *self = Self::Open(Open { stream, unsent: Vec::new() });
                    Happened::Connected(own.and_then(ipv4))
                }
                Err(error) => {
                    *self = Self::None;
                    Happened::Failed(error)
                }
            },
            Self::Open(open) => {
                let writing = if open.unsent.is_empty() { None } else { Some(Interest::WRITABLE) };
                let interest = writing.map_or(Interest::READABLE, |writing| writing | Interest::READABLE);
                // An error shows when reading.
                let _ = open.stream.ready(interest).await;
                Happened::Ready
            }
        }
    }

    /// Reads what there is, up to the share of one turn.
    pub(super) fn read(&mut self, mut take: impl FnMut(&[u8])) -> Progress {
        let Self::Open(open) = self else { return Progress::Done };
        let mut piece = [0; 4096];
        let mut taken = 0;
        while taken < MOST_PER_TURN {
            match open.stream.try_read(&mut piece) {
                Ok(0) => return Progress::Over,
                Ok(n) => {
                    take(piece.get(..n).unwrap_or_default());
                    taken += n;
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Progress::Done,
                Err(_) => return Progress::Over,
            }
        }
        Progress::Done
    }

    /// Sends, or keeps what the socket does not take.
    pub(super) fn send(&mut self, bytes: &[u8]) -> Progress {
        let Self::Open(open) = self else { return Progress::Done };
        open.unsent.extend_from_slice(bytes);
        self.flush()
    }

    /// Sends what was kept.
    pub(super) fn flush(&mut self) -> Progress {
        let Self::Open(open) = self else { return Progress::Done };
        while !open.unsent.is_empty() {
            match open.stream.try_write(&open.unsent) {
                Ok(n) => drop(open.unsent.drain(..n)),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Progress::Blocked,
                Err(_) => return Progress::Over,
            }
        }
        // Large frames are rare; what they needed is given back.
        open.unsent.shrink_to(4096);
        Progress::Done
    }

    /// Whether something waits to be sent.
    pub(super) fn is_blocked(&self) -> bool {
        matches!(self, Self::Open(open) if !open.unsent.is_empty())
    }

    /// Gives the connection up at once.
    pub(super) fn drop_connection(&mut self) {
        *self = Self::None;
    }

    /// Takes the connection away and closes it after what was sent has left, within a time.
    pub(super) fn close(&mut self) -> impl Future<Output = ()> + Send + 'static {
        let open = match std::mem::replace(self, Self::None) {
            Self::Open(open) => Some(open),
            Self::None | Self::Connecting(_) => None,
        };
        async move {
            let Some(Open { mut stream, unsent }) = open else { return };
            let farewell = async {
                stream.write_all(&unsent).await?;
                stream.shutdown().await
            };
            let _ = timeout(FAREWELL, farewell).await;
        }
    }
}

/// The address for `LocalIP`, which has room for IPv4 only (E-56).
const fn ipv4(address: IpAddr) -> Option<Ipv4Addr> {
    match address {
        IpAddr::V4(address) => Some(address),
        IpAddr::V6(address) => address.to_ipv4_mapped(),
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncReadExt as _;
    use tokio::net::TcpListener;

    use super::*;

    /// A connection and its other end.
    async fn pair() -> (Socket, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let host = address.ip().to_string().parse().unwrap();
        let mut socket = Socket::connect(Server { host, port: address.port() });
        let Happened::Connected(own) = socket.happens().await else { panic!() };
        assert_eq!(own, Some(Ipv4Addr::LOCALHOST));
        (socket, listener.accept().await.unwrap().0)
    }

    /// A platform that does not read blocks nobody; when it reads, everything arrives in order.
    #[tokio::test]
    async fn a_slow_reader() {
        let (mut socket, mut peer) = pair().await;
        let mut sent = Vec::new();
        let frame: Vec<u8> = (0..=255).cycle().take(60_000).collect();
        let progress = loop {
            sent.extend_from_slice(&frame);
            let progress = socket.send(&frame);
            if progress != Progress::Done {
                break progress;
            }
        };
        assert_eq!(progress, Progress::Blocked);
        assert!(socket.is_blocked());
        let reading = tokio::spawn(async move {
            let mut received = vec![0; sent.len()];
            peer.read_exact(&mut received).await.unwrap();
            assert!(received == sent);
        });
        while socket.is_blocked() {
            socket.happens().await;
            assert_ne!(socket.flush(), Progress::Over);
        }
        reading.await.unwrap();
    }

    /// What was sent leaves before the connection closes.
    #[tokio::test]
    async fn a_farewell() {
        let (mut socket, mut peer) = pair().await;
        assert_eq!(socket.send(b"last words"), Progress::Done);
        let farewell = socket.close();
        assert!(matches!(socket, Socket::None));
        let mut received = Vec::new();
        let (_, read) = tokio::join!(farewell, peer.read_to_end(&mut received));
        assert_eq!((read.unwrap(), received.as_slice()), (10, &b"last words"[..]));
    }

    /// A peer that is gone is noticed when reading, and one that was never there when connecting.
    #[tokio::test]
    async fn peers_that_are_gone() {
        let (mut socket, peer) = pair().await;
        drop(peer);
        socket.happens().await;
        assert_eq!(socket.read(|_| panic!()), Progress::Over);
        let closed = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
        for host in ["127.0.0.1", "no-such-host.invalid"] {
            let server = Server { host: host.parse().unwrap(), port: closed.port() };
            let mut socket = Socket::connect(server);
            assert!(matches!(socket.happens().await, Happened::Failed(_)), "{host}");
            assert!(matches!(socket, Socket::None));
        }
    }
}
