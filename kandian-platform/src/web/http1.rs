//! Keeps HTTP/2 out.
//!
//! A server that takes upgrades, as WebSockets are, looks for the preface of HTTP/2 whatever it was told to speak, and many requests
//! at a time on one connection would get around the limits of this port.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use axum_server::accept::Accept;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// What HTTP/2 begins with and HTTP/1 does not (RFC 9113 §3.4): no method is called so.
const PREFACE: &[u8] = b"PRI ";

/// Lets nobody in who begins with HTTP/2.
#[derive(Clone, Debug)]
pub(super) struct OnlyHttp1<A>(pub(super) A);

impl<I, S, A> Accept<I, S> for OnlyHttp1<A>
where
    A: Accept<I, S>,
    A::Future: Send + 'static,
{
    type Stream = Http1<A::Stream>;
    type Service = A::Service;
    type Future = Pin<Box<dyn Future<Output = io::Result<(Self::Stream, Self::Service)>> + Send>>;

    fn accept(&self, stream: I, service: S) -> Self::Future {
        let accepted = self.0.accept(stream, service);
        Box::pin(async move {
            let (stream, service) = accepted.await?;
            Ok((Http1 { stream, like_preface: Some(0) }, service))
        })
    }
}

/// A connection that ends when its first bytes are those of HTTP/2.
#[derive(Debug)]
pub(super) struct Http1<T> {
    stream: T,
    /// How many bytes were those of the preface up to now; `None` since one was not.
    like_preface: Option<usize>,
}

impl<T> Http1<T> {
    fn looked_at(&mut self, bytes: &[u8]) -> io::Result<()> {
        let Some(like) = self.like_preface else { return Ok(()) };
        let due = PREFACE.get(like..).unwrap_or_default();
        let count = due.len().min(bytes.len());
        let is_like = bytes.get(..count) == due.get(..count);
        self.like_preface = is_like.then_some(like + count);
        if self.like_preface == Some(PREFACE.len()) {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "HTTP/2 is not spoken here"));
        }
        Ok(())
    }
}

impl<T: AsyncRead + Unpin> AsyncRead for Http1<T> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = into.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(cx, into))?;
        let looked_at = self.looked_at(into.filled().get(before..).unwrap_or_default());
        if looked_at.is_err() {
            // Nothing may have been read when there is an error.
            into.set_filled(before);
        }
        Poll::Ready(looked_at)
    }
}

impl<T: AsyncWrite + Unpin> AsyncWrite for Http1<T> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, bytes)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncReadExt;

    use super::*;

    /// The preface is seen in whatever pieces it comes; what only begins like it is let through.
    #[tokio::test]
    async fn prefaces_are_seen_in_pieces() {
        for (pieces, is_let) in [
            (vec!["PRI * HTTP/2.0\r\n\r\n"], false),
            (vec!["P", "R", "I", " * HTTP/2.0"], false),
            (vec!["PR", "I * "], false),
            (vec!["POST / HTTP/1.1\r\n"], true),
            (vec!["P", "ATCH / HTTP/1.1\r\n", "PRI "], true),
            (vec!["PRI", "VATE / HTTP/1.1\r\n"], true),
            (vec!["GET /PRI "], true),
        ] {
            let mut stream = in_pieces(&pieces);
            let mut all = String::new();
            let read = stream.read_to_string(&mut all).await;
            assert_eq!(read.is_ok(), is_let, "{pieces:?}");
            assert!(!is_let || all == pieces.concat());
        }
    }

    /// Gives each piece by itself.
    fn in_pieces(pieces: &[&str]) -> Http1<impl AsyncRead + Unpin + use<>> {
        let empty: Box<dyn AsyncRead + Unpin> = Box::new(tokio::io::empty());
        let stream = pieces.iter().rev().fold(empty, |rest, piece| {
            let piece = io::Cursor::new(piece.as_bytes().to_vec());
            Box::new(piece.chain(rest))
        });
        Http1 { stream, like_preface: Some(0) }
    }
}
