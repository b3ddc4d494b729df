//! Tickets for live pictures, one picture, and what happened to the last attempts to watch..

use std::sync::Arc;

use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderName, StatusCode, header};
use axum::{Extension, Json};
use bytes::Bytes;
use kandian_proto::DevId;
use kandian_proto::value::StreamType;
use serde::Deserialize;
use serde_json::{Value, json};

use super::auth::User;
use super::body::Body;
use super::devices::id;
use super::mine::no;
use super::problem::Problem;
use super::session::NOT_KEPT;
use crate::app::App;
use crate::media::Camera;
use crate::media::explain::plays_json;
use crate::media::snapshot::{NoPicture, picture};
use crate::media::ticket::VALID;
use crate::service::accounts::owned;
use crate::service::play::{NoWays, may_watch};

/// After how many seconds there may be room again.
const AGAIN_SECS: u32 = 10;

/// Which stream of a channel; a web client watches the main stream.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wanted {
    stream: Option<u8>,
}

impl Wanted {
    fn camera(&self, device: &str, channel: &str) -> Result<Camera, Problem> {
        let stream = match self.stream {
            None | Some(1) => StreamType::MAIN,
            Some(2) => StreamType::SUB,
            Some(_) => return Err(Problem::invalid("A stream is 1, the main stream, or 2, the sub stream")),
        };
        Ok(Camera { device: id(device)?, channel: no(channel)?, stream })
    }
}

impl From<NoWays> for Problem {
    fn from(why: NoWays) -> Self {
        match why {
            NoWays::NotPermitted(why) => why.into(),
            NoWays::Store(error) => error.into(),
            NoWays::Unknown => {
                let next = "see its `channels`; they are counted from 0";
                Self::new(StatusCode::NOT_FOUND, "no_such_channel", "The device has no such channel", next)
            }
            why @ (NoWays::Offline | NoWays::NoToken(_)) => {
                let next = "try again when the device is online";
                Self::new(StatusCode::CONFLICT, "no_way", "There is no way to the picture", next).because(why)
            }
        }
    }
}

type Ticket = (StatusCode, [(HeaderName, &'static str); 1], Json<Value>);

/// A ticket opens a socket once, and is refused to nobody who may watch: what keeps the picture away is said there.
pub(super) async fn ticket(
    State(app): State<Arc<App>>,
    Extension(user): Extension<User>,
    Path((device, channel)): Path<(String, String)>,
    Body(wanted): Body<Wanted>,
) -> Result<Ticket, Problem> {
    let camera = wanted.camera(&device, &channel)?;
    may_watch(&app, &user.account, camera).await?;
    let issued = app.media.tickets.issue(app.clock.now().mono, user.account.number, &user.session, camera);
    let ticket = issued.map_err(|why| {
        let next = "use those that were made, or wait until they have expired";
        let title = "There are too many tickets";
        Problem::new(StatusCode::TOO_MANY_REQUESTS, "too_many", title, next).because(why).after(AGAIN_SECS)
    })?;
    let shown = json!({
        "ticket": ticket.reveal(),
        "socket": format!("/live/socket?ticket={}", ticket.reveal()),
        "expires_after_secs": VALID.as_secs(),
    });
    Ok((StatusCode::CREATED, NOT_KEPT, Json(shown)))
}

type Picture = ([(HeaderName, &'static str); 2], Bytes);

pub(super) async fn snapshot(
    State(app): State<Arc<App>>,
    Extension(user): Extension<User>,
    Path((device, channel)): Path<(String, String)>,
    query: Result<Query<Wanted>, QueryRejection>,
) -> Result<Picture, Problem> {
    let Query(wanted) = query?;
    let camera = wanted.camera(&device, &channel)?;
    may_watch(&app, &user.account, camera).await?;
    let picture = picture(&app, user.account.number, camera).await.map_err(|why| match why {
        NoPicture::Full(why) => {
            let (title, next) = ("There is no room for another who watches", "try again in a moment");
            let problem = Problem::new(StatusCode::TOO_MANY_REQUESTS, "too_many", title, next);
            problem.because(why).after(AGAIN_SECS)
        }
        NoPicture::Late => {
            let next = "GET /api/v1/me/devices/{id}/plays says why";
            let title = "There is no picture";
            Problem::new(StatusCode::GATEWAY_TIMEOUT, "no_picture", title, next).because(why)
        }
    })?;
    let kept = [(header::CACHE_CONTROL, "no-store"), (header::CONTENT_TYPE, "video/mp4")];
    Ok((kept, picture))
}

fn shown(app: &App, device: DevId) -> Json<Value> {
    Json(plays_json(&app.media.plays.of(device), app.clock.now().mono))
}

/// For who looks after the platform.
pub(super) async fn plays(
    State(app): State<Arc<App>>,
    Path(text): Path<String>,
) -> Result<Json<Value>, Problem> {
    let device = id(&text)?;
    app.store.device(device).await?.ok_or_else(Problem::no_device)?;
    Ok(shown(&app, device))
}

/// For the owner, who sees who else watches.
pub(super) async fn own_plays(
    State(app): State<Arc<App>>,
    Extension(user): Extension<User>,
    Path(text): Path<String>,
) -> Result<Json<Value>, Problem> {
    let device = id(&text)?;
    owned(&app, &user.account, device).await?;
    Ok(shown(&app, device))
}
