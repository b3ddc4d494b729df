//! A device logs in. Spec §7.5.1.

use std::net::{IpAddr, SocketAddr};

use kandian_proto::message::device::{CloudAccount, LoginRequest, LoginResponse};
use kandian_proto::session::platform::LinkEpoch;
use kandian_proto::session::{Addresses, Quirks};
use kandian_proto::value::{DevType, LoginResult, UrlOrEmpty};
use kandian_proto::{Outcome, Response};

use super::limited::limited;
use crate::access::{Attempt, PeerAddr, neighbourhood};
use crate::app::App;
use crate::events::What;
use crate::rules;
use crate::store::{Login, LoginRecord, StoreError};

/// A login that was accepted, and is on disk.
#[derive(Clone, Copy, Debug)]
pub struct Admitted {
    /// The number of the login.
    pub epoch: LinkEpoch,
    /// What it is.
    pub dev_type: DevType,
    /// What to tolerate of it.
    pub quirks: Quirks,
}

/// The answer to a login.
#[derive(Clone, Debug)]
pub struct LoginAnswer {
    /// What to send.
    pub response: Response,
    /// When it was accepted: how the link goes on.
    pub admitted: Option<Admitted>,
}

/// Decides a login by what is on record, and notes an accepted one.
///
/// `doubtful` says that its digest was wrong; then it is accepted only from a device of which that is tolerated. Where
/// too many wrong keys came from, the key is not looked at and the answer is 255.
pub async fn log_in(app: &App, request: &LoginRequest, peer: PeerAddr, doubtful: bool) -> LoginAnswer {
    let device = request.dev_id;
    let attempt = match app.guard.attempt(app.clock.now().mono, device, peer.ip()) {
        Ok(attempt) => attempt,
        Err(met) => {
            limited(app, met, "login", &device, peer.ip()).await;
            return refused(app, request, LoginResult::OTHER);
        }
    };
    let decided = decide(app, request, peer, doubtful, attempt).await;
    let now = app.clock.now().mono;
    if let Ok(Err(LoginResult::BAD_DEV_KEY)) = decided {
        metrics::counter!("kandian_wrong_keys_total", "what" => "login").increment(1);
        if let Some(met) = app.guard.wrong(now, attempt) {
            limited(app, met, "login", &device, peer.ip()).await;
        }
    } else {
        app.guard.right(now, attempt);
    }
    match decided {
        Ok(Ok((epoch, record))) => {
            metrics::counter!("kandian_logins_total", "outcome" => "accepted", "result" => "0").increment(1);
            let quirks = rules::quirks(&record, &request.dev_ver, app.config.access.quirks);
            let admitted = Some(Admitted { epoch, dev_type: record.dev_type, quirks });
            LoginAnswer { response: accepted(app, request), admitted }
        }
        Ok(Err(result)) => refused(app, request, result),
        Err(error) => {
            tracing::error!(%device, %error, "a login could not be decided");
            refused(app, request, LoginResult::OTHER)
        }
    }
}

async fn decide(
    app: &App,
    request: &LoginRequest,
    peer: PeerAddr,
    doubtful: bool,
    attempt: Attempt,
) -> Result<Result<(LinkEpoch, LoginRecord), LoginResult>, StoreError> {
    let login = Login {
        device: request.dev_id,
        dev_ver: request.dev_ver.replace('\0', "\u{FFFD}"),
        public_address: peer.to_string(),
        addresses: Addresses::of_login(request),
        net_type: request.net_type,
        nat_type: request.nat_type,
    };
    let (asked, minimum) = (request.clone(), app.config.province.minimum_version.clone());
    let fallback = app.config.access.quirks;
    let decide = move |record: Option<&LoginRecord>| {
        if attempt.known_only && record.is_some_and(|record| !was_here(record, peer.ip())) {
            return Err(LoginResult::OTHER);
        }
        rules::check_login(&asked, record, &minimum)?;
        let quirks = record.map_or(fallback, |record| rules::quirks(record, &asked.dev_ver, fallback));
        let tolerated = !doubtful || quirks.digest != Quirks::SPEC.digest;
        if tolerated { Ok(()) } else { Err(LoginResult::OTHER) }
    };
    app.store.log_in(login, app.clock.wall(), decide).await
}

/// Whether the last accepted login of a device came from this address.
fn was_here(record: &LoginRecord, peer: IpAddr) -> bool {
    let text = &record.public_address;
    let socket = text.parse().map(|socket: SocketAddr| socket.ip());
    let last = socket.or_else(|_| text.parse::<IpAddr>());
    last.is_ok_and(|last| neighbourhood(last) == neighbourhood(peer))
}

/// The cloud account comes with the cloud storage; without one the device is told so (R-7.48, E-77).
fn accepted(app: &App, request: &LoginRequest) -> Response {
    let nothing = CloudAccount::new(UrlOrEmpty::NONE, "", "", "", "");
    let response = LoginResponse::new(Outcome::Success(nothing)).dev_id(request.dev_id);
    response.time(app.clock.now().civil(app.link.offset_minutes)).into()
}

fn refused(app: &App, request: &LoginRequest, result: LoginResult) -> LoginAnswer {
    metrics::counter!("kandian_logins_total", "outcome" => "refused", "result" => result.0.to_string())
        .increment(1);
    let reason = result.to_string();
    tracing::warn!(device = %request.dev_id, %result, "login refused (R-7.47)");
    app.bus.publish(app.clock.wall(), request.dev_id, What::LoginRefused { result: result.0, reason });
    let response = LoginResponse::new(Outcome::Failure(result)).dev_id(request.dev_id);
    let response = response.time(app.clock.now().civil(app.link.offset_minutes)).into();
    LoginAnswer { response, admitted: None }
}
