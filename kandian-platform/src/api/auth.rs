//! Who may use a route.

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::MethodRouter;
use kandian_proto::Secret;

use super::problem::Problem;
use super::routes::{Route, Who};
use crate::access::PeerAddr;
use crate::app::App;
use crate::config::Tls;
use crate::service::accounts::{SessionFailure, holder};
use crate::service::{Bearer, TokenError, authenticate};
use crate::store::{Account, TokenRole};

/// Longest body that a stranger or a user may send: what they say has a few hundred bytes.
const SMALL: usize = 16 << 10;

/// The handler of a route behind the check of its role.
pub(super) fn guarded(route: &Route, app: Arc<App>) -> MethodRouter<Arc<App>> {
    match route.role {
        Who::Anybody | Who::Crm => (route.handler)().layer(DefaultBodyLimit::max(SMALL)),
        Who::Token(role) => (route.handler)().route_layer(from_fn_with_state((app, role, route.path), check)),
        Who::User => (route.handler)()
            .route_layer(from_fn_with_state(app, check_user))
            .layer(DefaultBodyLimit::max(SMALL)),
    }
}

/// A user who is logged in.
#[derive(Clone, Debug)]
pub(super) struct User {
    /// His account.
    pub(super) account: Account,
    /// The login that he uses.
    pub(super) session: Secret,
}

async fn check_user(State(app): State<Arc<App>>, mut request: Request, next: Next) -> Response {
    let peer = request.extensions().get::<PeerAddr>().copied();
    warn_of_plain_text(&app, peer);
    match user(&app, token_of(&request)).await {
        Ok(user) => {
            request.extensions_mut().insert(user);
            next.run(request).await
        }
        Err(problem) => {
            metrics::counter!("kandian_rest_unauthorized_total").increment(1);
            problem.into_response()
        }
    }
}

async fn user(app: &App, session: Option<String>) -> Result<User, Problem> {
    let title = "This needs a user who is logged in";
    let next = "log in with POST /api/v1/session and send `Authorization: Bearer <session>`";
    let refused = Problem::new(StatusCode::UNAUTHORIZED, "not_logged_in", title, next);
    let Some(session) = session.map(Secret::from) else { return Err(refused) };
    match holder(app, &session).await {
        Ok(account) => Ok(User { account, session }),
        Err(SessionFailure::Store(error)) => Err(error.into()),
        Err(error) => Err(refused.because(error)),
    }
}

async fn check(
    State((app, role, path)): State<(Arc<App>, TokenRole, &'static str)>,
    mut request: Request,
    next: Next,
) -> Response {
    let peer = request.extensions().get::<PeerAddr>().copied();
    warn_of_plain_text(&app, peer);
    let token = token_of(&request);
    match bearer(&app, peer, token).await {
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
        Err(problem) => {
            let peer = peer.map(|peer| peer.to_string());
            metrics::counter!("kandian_rest_unauthorized_total").increment(1);
            // The path of the table: that of the request may hold somebody's number.
            tracing::debug!(peer, path, "a request without a token that counts");
            problem.into_response()
        }
    }
}

fn token_of(request: &Request) -> Option<String> {
    let value = request.headers().get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim().to_owned())
}

async fn bearer(app: &App, peer: Option<PeerAddr>, token: Option<String>) -> Result<Bearer, Problem> {
    let title = "This needs a token";
    let next = "send `Authorization: Bearer kd_…`; make one with `kandian-platform token create`";
    let refused = Problem::new(StatusCode::UNAUTHORIZED, "unauthorized", title, next);
    let Some(token) = token else { return Err(refused) };
    if app.local.opens(&token) && is_here(app.config.http.listen.ip(), peer) {
        return Ok(Bearer { name: "local".to_owned(), role: TokenRole::Admin });
    }
    match authenticate(&app.store, &token, app.clock.wall()).await {
        Ok(bearer) => Ok(bearer),
        Err(TokenError::Store(error)) => Err(error.into()),
        Err(error) => Err(refused.because(error)),
    }
}

/// Whether a request comes from this machine, as far as addresses tell: the secret of commands is for it alone.
fn is_here(listen: IpAddr, peer: Option<PeerAddr>) -> bool {
    let here = |ip: IpAddr| ip.is_loopback() || ip == listen.to_canonical();
    peer.is_some_and(|peer| !peer.is_behind_proxy() && here(peer.ip()))
}

/// A token that travels in clear can be taken by anybody on the way. Said once a minute.
fn warn_of_plain_text(app: &App, peer: Option<PeerAddr>) {
    const PAUSE: u64 = 60_000;
    // Of the clock that no administrator moves.
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let Some(peer) = peer.filter(|peer| !peer.ip().is_loopback() && !peer.is_behind_proxy()) else { return };
    if app.config.http.tls != Tls::Off {
        return;
    }
    let (now, next) = (app.clock.now().mono.0, NEXT.load(Ordering::Relaxed));
    if now >= next && NEXT.compare_exchange(next, now + PAUSE, Ordering::Relaxed, Ordering::Relaxed).is_ok() {
        tracing::warn!(%peer, "a token came over plain HTTP; set http.tls, or put a proxy that encrypts in front");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_is_loopback_and_where_it_listens() {
        let here = |listen: &str, peer: &str| {
            is_here(listen.parse().unwrap(), Some(PeerAddr::direct(peer.parse().unwrap())))
        };
        assert!(
            here("0.0.0.0", "127.0.0.1:9") && here("::", "[::1]:9") && here("::", "[::ffff:127.0.0.1]:9")
        );
        assert!(here("192.0.2.1", "192.0.2.1:9"));
        assert!(!here("192.0.2.1", "192.0.2.9:9") && !here("0.0.0.0", "192.0.2.1:9"));
        assert!(!is_here(IpAddr::from([0, 0, 0, 0]), None));
        // What a proxy says of its client is not where the client is.
        let claimed = PeerAddr::behind_proxy("127.0.0.1:9".parse().unwrap());
        assert!(!is_here(IpAddr::from([0, 0, 0, 0]), Some(claimed)));
    }
}
