//! The connection to a camera.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use futures_util::future::BoxFuture;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// Bytes read at a time: what a picture of a large camera has.
const PIECE: usize = 64 << 10;
/// How long a camera may take to read a request of some hundred bytes.
const WRITE: Duration = Duration::from_secs(5);

/// A connection that is being made, that stands, or none.
pub(super) enum Line {
    None,
    Connecting(BoxFuture<'static, io::Result<TcpStream>>),
    Up(TcpStream, Vec<u8>),
}

/// What comes from a connection.
pub(super) enum Came {
    Connected,
    NotConnected(io::Error),
    Bytes(usize),
    Closed,
}

impl Line {
    pub(super) fn connect(address: SocketAddr) -> Self {
        Self::Connecting(Box::pin(TcpStream::connect(address)))
    }

    pub(super) fn is_up(&self) -> bool {
        matches!(self, Self::Up(..))
    }

    /// Waits for what comes next. Nothing is lost when it is dropped before.
    pub(super) async fn next(&mut self) -> Came {
        match self {
            Self::None => std::future::pending().await,
            Self::Connecting(connecting) => match connecting.as_mut().await {
                Ok(stream) => {
                    // Requests are small, and each is waited for.
                    let _ = stream.set_nodelay(true);
                    *self = Self::Up(stream, vec![0; PIECE]);
                    Came::Connected
                }
                Err(error) => {
                    *self = Self::None;
                    Came::NotConnected(error)
                }
            },
            Self::Up(stream, piece) => match stream.read(piece).await {
                Ok(0) | Err(_) => Came::Closed,
                Ok(count) => Came::Bytes(count),
            },
        }
    }

    /// What was read last.
    pub(super) fn piece(&self, count: usize) -> &[u8] {
        match self {
            Self::Up(_, piece) => piece.get(..count).unwrap_or_default(),
            _ => &[],
        }
    }

    /// Sends a request; returns whether that was possible.
    pub(super) async fn send(&mut self, bytes: &[u8]) -> bool {
        let Self::Up(stream, _) = self else { return false };
        matches!(tokio::time::timeout(WRITE, stream.write_all(bytes)).await, Ok(Ok(())))
    }
}
