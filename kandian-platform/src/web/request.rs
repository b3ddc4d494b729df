//! What holds for every request: who makes it, and how long its body may take.

use std::borrow::Cow;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::{ConnectInfo, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use futures_util::{StreamExt, stream};
use tokio::time::Instant;

use crate::access::PeerAddr;
use crate::app::App;

/// How long a body may take: 4 MB at the speed of a bad mobile link.
const BODY: Duration = Duration::from_secs(60);

/// Finds out who makes a request, once, and lets its body take no longer than it may.
pub(super) async fn prepare(State(app): State<Arc<App>>, mut request: Request, next: Next) -> Response {
    if let Some(ConnectInfo(socket)) = request.extensions().get::<ConnectInfo<SocketAddr>>().copied() {
        let settings = &app.config.http;
        let values = request.headers().get_all(settings.forwarded_header.name());
        let values = values.iter().map(|value| value.to_str().map_or(Cow::from("unknown"), Cow::from));
        let peer = PeerAddr::of_request(socket, &settings.trusted_proxies, settings.forwarded_header, values);
        request.extensions_mut().insert(peer);
    }
    let until = Instant::now() + BODY;
    next.run(request.map(|body| in_time(body, until))).await
}

/// The same body, which ends with an error when it is not whole in time.
fn in_time(body: Body, until: Instant) -> Body {
    use axum::body::HttpBody as _;
    if body.is_end_stream() {
        return body;
    }
    let pieces = stream::unfold(Some(body.into_data_stream()), move |pieces| async move {
        let mut pieces = pieces?;
        match tokio::time::timeout_at(until, pieces.next()).await {
            Ok(Some(piece)) => Some((piece, Some(pieces))),
            Ok(None) => None,
            Err(late) => Some((Err::<Bytes, _>(axum::Error::new(late)), None)),
        }
    });
    Body::from_stream(pieces)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn bodies_end_in_time() {
        let piece = || Ok::<_, axum::Error>(Bytes::from_static(b"ab"));
        let whole = Body::from_stream(stream::iter([piece(), piece()]));
        let read = axum::body::to_bytes(in_time(whole, Instant::now() + BODY), 100).await;
        assert_eq!(read.unwrap(), "abab");
        let slow = Body::from_stream(stream::iter([piece()]).chain(stream::pending()));
        let read = axum::body::to_bytes(in_time(slow, Instant::now() + Duration::from_millis(50)), 100).await;
        assert!(read.unwrap_err().to_string().contains("elapsed"));
    }
}
