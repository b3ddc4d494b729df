//! A user logs in, and looks after his account.; E-153, E-166.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{HeaderName, StatusCode, header};
use axum::{Extension, Json};
use kandian_proto::Secret;
use serde::Deserialize;
use serde_json::{Value, json};

use super::auth::User;
use super::body::Body;
use super::problem::Problem;
use super::view;
use crate::access::PeerAddr;
use crate::app::App;
use crate::rules::Mobile;
use crate::service::Actor;
use crate::service::accounts::{
    self, Client, LoginFailure, PasswordFailure, change_password, sign_in, sign_out,
};

/// What holds a secret is kept by nobody on the way.
pub(super) const NOT_KEPT: [(HeaderName, &str); 1] = [(header::CACHE_CONTROL, "no-store")];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Credentials {
    number: Mobile,
    password: String,
    #[serde(default)]
    client: String,
}

type SignedIn = (StatusCode, [(HeaderName, &'static str); 1], Json<Value>);

/// One answer for an account that is none and for a wrong password: here nothing demands to tell them apart.
pub(super) async fn open(
    State(app): State<Arc<App>>,
    peer: Option<Extension<PeerAddr>>,
    Body(body): Body<Credentials>,
) -> Result<SignedIn, Problem> {
    let Credentials { number, password, client } = body;
    let client = Client { address: peer_of(peer)?.ip(), version: client };
    let signed = sign_in(&app, number, &Secret::from(password), &client).await;
    let signed = signed.map_err(|failure| refused(&app, failure))?;
    let shown = json!({
        "session": signed.session.reveal(),
        "expires_after_secs": u64::from(app.config.accounts.session_minutes) * 60,
        "account": view::account(&signed.account),
    });
    Ok((StatusCode::CREATED, NOT_KEPT, Json(shown)))
}

/// Where a request comes from; the port knows it of every connection.
pub(super) fn peer_of(peer: Option<Extension<PeerAddr>>) -> Result<PeerAddr, Problem> {
    let next = "tell who runs the platform";
    let unknown =
        || Problem::new(StatusCode::SERVICE_UNAVAILABLE, "no_peer", "Nobody is at the other end", next);
    peer.map(|Extension(peer)| peer).ok_or_else(unknown)
}

fn refused(app: &App, failure: LoginFailure) -> Problem {
    match failure {
        LoginFailure::UnknownAccount | LoginFailure::WrongPassword => {
            let next = "check both; whoever has no password asks for one";
            let title = "The number or the password is wrong";
            Problem::new(StatusCode::UNAUTHORIZED, "wrong_password", title, next)
        }
        LoginFailure::Suspended => {
            let next = "ask who sold the service";
            Problem::new(StatusCode::FORBIDDEN, "suspended", "The account may not be used at this time", next)
        }
        LoginFailure::Denied => {
            let next = "ask who sold the service";
            let title = "The service of this account does not allow it at this time";
            Problem::new(StatusCode::FORBIDDEN, "denied", title, next)
        }
        LoginFailure::TooMany => too_many(app),
        LoginFailure::Store(error) => error.into(),
    }
}

fn too_many(app: &App) -> Problem {
    let next = "wait, then try again; or log in from where the last login came from";
    let title = "Too many wrong passwords came lately";
    // By then the address may try once more.
    let seconds = 3_600 / app.config.limits.wrong_passwords_per_address.max(1);
    Problem::new(StatusCode::TOO_MANY_REQUESTS, "too_many", title, next).after(seconds.max(1))
}

pub(super) async fn close(
    State(app): State<Arc<App>>,
    Extension(user): Extension<User>,
) -> Result<StatusCode, Problem> {
    match sign_out(&app, user.account.number, &user.session).await {
        Ok(()) | Err(accounts::SessionFailure::Expired | accounts::SessionFailure::UnknownAccount) => {
            Ok(StatusCode::NO_CONTENT)
        }
        Err(accounts::SessionFailure::Store(error)) => Err(error.into()),
    }
}

pub(super) async fn me(Extension(user): Extension<User>) -> Json<Value> {
    Json(view::account(&user.account))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Passwords {
    old: String,
    new: String,
}

pub(super) async fn password(
    State(app): State<Arc<App>>,
    Extension(user): Extension<User>,
    peer: Option<Extension<PeerAddr>>,
    Body(body): Body<Passwords>,
) -> Result<StatusCode, Problem> {
    let (old, new) = (Secret::from(body.old), Secret::from(body.new));
    let address = peer_of(peer)?.ip();
    let changed = change_password(&app, &user.account, &user.session, address, (&old, &new)).await;
    changed.map_err(|failure| not_changed(&app, failure))?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) fn not_changed(app: &App, failure: PasswordFailure) -> Problem {
    match failure {
        PasswordFailure::Wrong => {
            let next = "send the password that you log in with as `old`";
            Problem::new(StatusCode::FORBIDDEN, "wrong_password", "The old password is wrong", next)
        }
        PasswordFailure::TooMany => too_many(app),
        PasswordFailure::Bad(why) => Problem::invalid("The new password is not taken").because(why),
        PasswordFailure::NoHash(error) => super::accounts::no_hash(error),
        PasswordFailure::Store(error) => error.into(),
    }
}

pub(super) async fn logins(
    State(app): State<Arc<App>>,
    Extension(user): Extension<User>,
) -> Result<Json<Value>, Problem> {
    let found = accounts::logins(&app, user.account.number, Some(&user.session)).await?;
    Ok(Json(view::logins(&found)))
}

pub(super) async fn end_login(
    State(app): State<Arc<App>>,
    Extension(user): Extension<User>,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    let number = user.account.number;
    let done = accounts::end_login(&app, &Actor::User(number), number, &id).await?;
    if done { Ok(StatusCode::NO_CONTENT) } else { Err(no_login()) }
}

pub(super) fn no_login() -> Problem {
    let next = "see the list of logins";
    Problem::new(StatusCode::NOT_FOUND, "no_such_login", "The account has no such login", next)
}

/// All but the one that asks: a phone was lost.
pub(super) async fn end_others(
    State(app): State<Arc<App>>,
    Extension(user): Extension<User>,
) -> Result<StatusCode, Problem> {
    let number = user.account.number;
    accounts::end_logins(&app, &Actor::User(number), number, Some(&user.session)).await?;
    Ok(StatusCode::NO_CONTENT)
}
