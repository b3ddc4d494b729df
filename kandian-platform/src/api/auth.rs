//! Who may use a route.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use axum::extract::{ConnectInfo, Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::MethodRouter;

use super::problem::Problem;
use super::routes::Route;
use crate::app::App;
use crate::config::Tls;
use crate::service::{Bearer, TokenError, authenticate};
use crate::store::TokenRole;

/// The handler of a route behind the check of its role.
pub(super) fn guarded(route: &Route, app: Arc<App>) -> MethodRouter<Arc<App>> {
    match route.role {
        None => (route.handler)(),
        Some(role) => (route.handler)().route_layer(from_fn_with_state((app, role), check)),
    }
}

async fn check(
    State((app, role)): State<(Arc<App>, TokenRole)>,
    mut request: Request,
    next: Next,
) -> Response {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|peer| peer.0);
    warn_of_plain_text(&app, peer);
    let token = token_of(&request);
    match bearer(&app, token).await {
        Ok(bearer) if bearer.role >= role => {
            request.extensions_mut().insert(bearer);
            next.run(request).await
        }
        Ok(bearer) => {
            let title =
                format!("This needs a token with the role {}; yours has {}", role.name(), bearer.role.name());
            let next = "make one with `kandian-platform token create --role …`";
            Problem::new(StatusCode::FORBIDDEN, "forbidden", title, next).into_response()
        }
        Err(problem) => problem.into_response(),
    }
}

fn token_of(request: &Request) -> Option<String> {
    let value = request.headers().get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim().to_owned())
}

async fn bearer(app: &App, token: Option<String>) -> Result<Bearer, Problem> {
    let title = "This needs a token";
    let next = "send `Authorization: Bearer kd_…`; make one with `kandian-platform token create`";
    let refused = Problem::new(StatusCode::UNAUTHORIZED, "unauthorized", title, next);
    let Some(token) = token else { return Err(refused) };
    match authenticate(&app.store, &token, app.clock.wall()).await {
        Ok(bearer) => Ok(bearer),
        Err(TokenError::Store(error)) => Err(error.into()),
        Err(error) => Err(refused.because(error)),
    }
}

/// A token that travels in clear can be taken by anybody on the way. Said once a minute.
fn warn_of_plain_text(app: &App, peer: Option<SocketAddr>) {
    static LAST: AtomicI64 = AtomicI64::new(0);
    let Some(peer) = peer.filter(|peer| !peer.ip().to_canonical().is_loopback()) else { return };
    let ip = peer.ip().to_canonical();
    let behind_proxy = app.config.http.trusted_proxies.iter().any(|net| net.contains(&ip));
    if app.config.http.tls != Tls::Off || behind_proxy {
        return;
    }
    let (now, last) = (app.clock.wall().0, LAST.load(Ordering::Relaxed));
    if now - last > 60_000 && LAST.compare_exchange(last, now, Ordering::Relaxed, Ordering::Relaxed).is_ok() {
        tracing::warn!(%peer, "a token came over plain HTTP; set http.tls, or put a proxy that encrypts in front");
    }
}
