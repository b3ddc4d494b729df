//! What a user has sent to his telephone: a password when he has forgotten his, the key of a device.,
//! E-156.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use kandian_proto::Secret;
use serde::Deserialize;

use super::auth::User;
use super::body::Body;
use super::devices::id;
use super::problem::Problem;
use super::session::{not_changed, peer_of};
use crate::access::PeerAddr;
use crate::app::App;
use crate::rules::Mobile;
use crate::service::accounts::reset_password;
use crate::service::short_messages::{SmsFailure, ask_password, send_key};

/// After how many seconds another message may be asked for where the limits are met: a limit of an hour gives one back
/// every few minutes.
const AGAIN_SECS: u32 = 600;

fn not_sent(app: &App, failure: SmsFailure) -> Problem {
    let too_many = |title: &str, seconds: u32| {
        let next = "wait, then ask again; what was sent before counts";
        Problem::new(StatusCode::TOO_MANY_REQUESTS, "too_many", title, next).after(seconds.max(1))
    };
    match failure {
        SmsFailure::TooSoon => too_many("A message was sent moments ago", app.config.sms.pause_secs),
        SmsFailure::TooMany => too_many("Too many messages were asked for lately", AGAIN_SECS),
        SmsFailure::NotPermitted(why) => why.into(),
        SmsFailure::UnknownAccount => Problem::invalid("There is no such account"),
        SmsFailure::Store(error) => error.into(),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Number {
    number: Mobile,
}

/// Says nothing about whether there is such an account: whoever has it finds the message on his telephone.
pub(super) async fn password(
    State(app): State<Arc<App>>,
    peer: Option<Extension<PeerAddr>>,
    Body(body): Body<Number>,
) -> Result<StatusCode, Problem> {
    let asked = ask_password(&app, body.number, peer_of(peer)?.ip()).await;
    asked.map_err(|failure| not_sent(&app, failure))?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Reset {
    number: Mobile,
    sent: String,
    new: String,
}

pub(super) async fn reset(
    State(app): State<Arc<App>>,
    peer: Option<Extension<PeerAddr>>,
    Body(body): Body<Reset>,
) -> Result<StatusCode, Problem> {
    let Reset { number, sent, new } = body;
    let passwords = (&Secret::from(sent), &Secret::from(new));
    let done = reset_password(&app, number, peer_of(peer)?.ip(), passwords).await;
    done.map_err(|failure| not_changed(&app, failure))?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn key(
    State(app): State<Arc<App>>,
    Extension(user): Extension<User>,
    peer: Option<Extension<PeerAddr>>,
    Path(text): Path<String>,
) -> Result<StatusCode, Problem> {
    let (device, peer) = (id(&text)?, peer_of(peer)?.ip());
    send_key(&app, &user.account, device, peer).await.map_err(|failure| not_sent(&app, failure))?;
    Ok(StatusCode::NO_CONTENT)
}
