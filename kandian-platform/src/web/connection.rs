//! Connections of the port for people and programs: how many there may be, and how long one may take nothing.

use std::future::{Ready, ready};
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum_server::accept::Accept;
use ipnet::IpNet;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::Sleep;

use crate::access::{Counts, Place, is_trusted};

/// How long a client may take nothing of what is sent to it.
const STALLED: Duration = Duration::from_secs(30);

/// Lets connections in as far as there is room.
#[derive(Clone, Debug)]
pub(super) struct Door {
    counts: Arc<Counts>,
    proxies: Arc<[IpNet]>,
    patience: Duration,
}

impl Door {
    pub(super) fn new(counts: Arc<Counts>, proxies: &[IpNet]) -> Self {
        Self { counts, proxies: proxies.into(), patience: STALLED }
    }

    fn enter(&self, stream: TcpStream) -> io::Result<Connection> {
        let ip = stream.peer_addr()?.ip();
        let place =
            if is_trusted(&self.proxies, ip) { self.counts.enter_proxy() } else { self.counts.enter(ip) };
        let place = place.map_err(|_| {
            metrics::counter!("kandian_http_refused_total").increment(1);
            io::Error::from(io::ErrorKind::ConnectionRefused)
        })?;
        stream.set_nodelay(true)?;
        Ok(Connection { stream, stalled: None, patience: self.patience, _place: place })
    }
}

impl<S> Accept<TcpStream, S> for Door {
    type Stream = Connection;
    type Service = S;
    type Future = Ready<io::Result<(Connection, S)>>;

    fn accept(&self, stream: TcpStream, service: S) -> Self::Future {
        ready(self.enter(stream).map(|connection| (connection, service)))
    }
}

/// A connection that has a place, and ends when what is sent is not taken.
#[derive(Debug)]
pub(super) struct Connection {
    stream: TcpStream,
    /// Runs while a write waits.
    stalled: Option<Pin<Box<Sleep>>>,
    patience: Duration,
    _place: Place,
}

impl Connection {
    fn watched<T>(
        &mut self,
        cx: &mut Context<'_>,
        write: impl FnOnce(Pin<&mut TcpStream>, &mut Context<'_>) -> Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if let Poll::Ready(done) = write(Pin::new(&mut self.stream), cx) {
            self.stalled = None;
            return Poll::Ready(done);
        }
        let patience = self.patience;
        let until = self.stalled.get_or_insert_with(|| Box::pin(tokio::time::sleep(patience)));
        until.as_mut().poll(cx).map(|()| Err(io::ErrorKind::TimedOut.into()))
    }
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, into)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.watched(cx, |stream, cx| stream.poll_write(cx, bytes))
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.watched(cx, |stream, cx| stream.poll_write_vectored(cx, bytes))
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.watched(cx, AsyncWrite::poll_flush)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.watched(cx, AsyncWrite::poll_shutdown)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    use super::*;

    /// A client that takes nothing is left after a while; one that takes something now and then is served to the end.
    #[tokio::test]
    async fn who_takes_nothing_is_left() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let door = Door { patience: Duration::from_millis(300), ..Door::new(Counts::new(2, 2), &[]) };
        let endless = vec![b'x'; 32 << 20];
        let client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let mut connection = door.enter(listener.accept().await.unwrap().0).unwrap();
        let error = connection.write_all(&endless).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        drop(client);
        let mut client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let mut connection = door.enter(listener.accept().await.unwrap().0).unwrap();
        let reading = async {
            let mut piece = vec![0; 1 << 20];
            let mut read = 0;
            while read < endless.len() {
                tokio::time::sleep(Duration::from_millis(10)).await;
                read += client.read(&mut piece).await.unwrap();
            }
        };
        let (written, ()) = tokio::join!(connection.write_all(&endless), reading);
        written.unwrap();
    }
}
