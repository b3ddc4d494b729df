//! The devices of a user, and what they reported. Spec §8.4 to §8.6, §8.18, §8.19; to
//! E-32, E-158, E-168.

use std::sync::Arc;

use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::{Extension, Json};
use kandian_proto::enrolment::{Addition, WhyNot};
use kandian_proto::time::UnixMillis;
use kandian_proto::value::{AlarmType, ExceptionType};
use kandian_proto::{DevId, Secret};
use serde::Deserialize;
use serde_json::{Value, json};

use super::auth::User;
use super::body::Body;
use super::devices::id;
use super::moment::moment;
use super::problem::Problem;
use super::session::peer_of;
use super::view;
use crate::access::PeerAddr;
use crate::app::App;
use crate::entry::checked_point_name;
use crate::rules::Mobile;
use crate::service::accounts::{
    NotPermitted, Removed, add_device, holdings, permitted, remove_device, rename, rename_input,
};
use crate::store::{Account, AlarmSearch, ExceptionSearch, Right, StoreError};

/// After how many seconds a key that may not be tried now may be tried again: that of a device has 20 an hour.
const KEYS_AFTER: u32 = 180;

impl From<NotPermitted> for Problem {
    fn from(why: NotPermitted) -> Self {
        match why {
            NotPermitted::NotHeld => not_held(),
            NotPermitted::NotShared => {
                let next = "ask its owner";
                Self::new(StatusCode::FORBIDDEN, "not_shared", "The device is not shared for this", next)
            }
            NotPermitted::Store(error) => error.into(),
        }
    }
}

/// Whether somebody else has it is told to nobody.
fn not_held() -> Problem {
    let next = "see GET /api/v1/me/devices";
    Problem::new(StatusCode::NOT_FOUND, "no_such_device", "The account has no such device", next)
}

pub(super) async fn devices(
    State(app): State<Arc<App>>,
    Extension(user): Extension<User>,
) -> Result<Json<Value>, Problem> {
    Ok(Json(held(&app, &user.account).await?))
}

/// What an account holds, as JSON.
pub(super) async fn held(app: &App, account: &Account) -> Result<Value, StoreError> {
    let held = holdings(app, account).await?;
    Ok(json!({ "devices": held.iter().filter_map(view::holding).collect::<Vec<_>>() }))
}

/// One of the devices of an account.
pub(super) async fn held_one(app: &App, account: &Account, device: DevId) -> Result<Value, Problem> {
    let held = holdings(app, account).await?;
    let one = held.iter().find(|held| held.points.first().is_some_and(|point| point.device == device));
    one.and_then(view::holding).ok_or_else(not_held)
}

pub(super) async fn device(
    State(app): State<Arc<App>>,
    Extension(user): Extension<User>,
    Path(text): Path<String>,
) -> Result<Json<Value>, Problem> {
    Ok(Json(held_one(&app, &user.account, id(&text)?).await?))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Bound {
    id: String,
    key: String,
}

pub(super) async fn bind(
    State(app): State<Arc<App>>,
    Extension(user): Extension<User>,
    peer: Option<Extension<PeerAddr>>,
    Body(body): Body<Bound>,
) -> Result<(StatusCode, Json<Value>), Problem> {
    let (device, key) = (id(&body.id)?, Secret::from(body.key));
    match add_device(&app, &user.account, device, &key, peer_of(peer)?.ip()).await? {
        Addition::Bind { .. } | Addition::StoreAndBind => {}
        Addition::Refuse(why) => return Err(not_bound(why)),
        Addition::AskGroup => return Err(not_bound(WhyNot::GroupSilent)),
    }
    Ok((StatusCode::CREATED, Json(held_one(&app, &user.account, device).await?)))
}

fn not_bound(why: WhyNot) -> Problem {
    use StatusCode as S;
    let (status, kind, title, next) = match why {
        WhyNot::NeverSeen => {
            let next = "check the id, switch the device on, and try again when it is connected";
            (S::NOT_FOUND, "no_such_device", "No such device was ever seen", next)
        }
        WhyNot::KeyWrong => {
            (S::FORBIDDEN, "wrong_key", "The key is wrong", "take it from the device's label")
        }
        WhyNot::NoRoom => {
            let title = "The account has as many devices as it may";
            (S::CONFLICT, "limit_met", title, "give one up, or order more")
        }
        WhyNot::AlreadyBound => {
            let next = "whoever has it gives it up first";
            (S::CONFLICT, "already_bound", "The device belongs to an account already", next)
        }
        WhyNot::PlatformRefused(_) | WhyNot::GroupRefused(_) => {
            let next = "ask who sold the service";
            (S::CONFLICT, "group_refused", "The device cannot be added here", next)
        }
        // And what a later version may add.
        _ => {
            let title = "The key cannot be tried now";
            let next =
                "wait, then try again: too many wrong keys came lately, or the group platform is silent";
            return Problem::new(S::TOO_MANY_REQUESTS, "try_later", title, next).after(KEYS_AFTER);
        }
    };
    Problem::new(status, kind, title, next)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Key {
    key: String,
}

pub(super) async fn unbind(
    State(app): State<Arc<App>>,
    Extension(user): Extension<User>,
    peer: Option<Extension<PeerAddr>>,
    Path(text): Path<String>,
    Body(body): Body<Key>,
) -> Result<StatusCode, Problem> {
    let (device, key) = (id(&text)?, Secret::from(body.key));
    let peer = peer_of(peer)?.ip();
    match remove_device(&app, &user.account, device, &key, peer).await? {
        Removed::Done => Ok(StatusCode::NO_CONTENT),
        Removed::NotHeld => Err(not_held()),
        Removed::Shared => Err(NotPermitted::NotShared.into()),
        Removed::WrongKey => Err(not_bound(WhyNot::KeyWrong)),
        Removed::TooMany => Err(not_bound(WhyNot::GroupSilent)),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Name {
    name: String,
}

/// A number in a path.
pub(super) fn no(text: &str) -> Result<u16, Problem> {
    text.parse().map_err(|_| Problem::invalid("Channels and inputs have numbers from 0"))
}

pub(super) async fn name_channel(
    State(app): State<Arc<App>>,
    Extension(user): Extension<User>,
    Path((text, channel)): Path<(String, String)>,
    Body(body): Body<Name>,
) -> Result<StatusCode, Problem> {
    let (device, channel) = (id(&text)?, no(&channel)?);
    rename(&app, &user.account, device, channel, checked_point_name(&body.name)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn name_input(
    State(app): State<Arc<App>>,
    Extension(user): Extension<User>,
    Path((text, input)): Path<(String, String)>,
    Body(body): Body<Name>,
) -> Result<StatusCode, Problem> {
    let (device, input) = (id(&text)?, no(&input)?);
    rename_input(&app, &user.account, device, input, checked_point_name(&body.name)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wanted {
    device: Option<String>,
    #[serde(rename = "type")]
    kind: Option<u16>,
    from: Option<String>,
    until: Option<String>,
    before: Option<i64>,
    limit: Option<u32>,
}

/// Which part of the records of a user is wanted.
struct Part {
    device: Option<DevId>,
    from: Option<UnixMillis>,
    until: Option<UnixMillis>,
    before: Option<i64>,
    limit: u32,
}

impl Wanted {
    async fn part(&self, app: &App, account: &Account) -> Result<Part, Problem> {
        let device = self.device.as_deref().map(id).transpose()?;
        if let Some(device) = device {
            permitted(app, account, device, Right::Alarms).await?;
        }
        let from = self.from.as_deref().map(moment).transpose()?;
        // The last second is part of the span.
        let until = self.until.as_deref().map(moment).transpose()?.map(|at| UnixMillis(at.0 + 999));
        // Older than a number below 0 is nothing; 0 says so to the store.
        let before = self.before.map(|number| number.max(0));
        Ok(Part { device, from, until, before, limit: self.limit.unwrap_or(50).clamp(1, 500) })
    }
}

type Query_ = Result<Query<Wanted>, QueryRejection>;

pub(super) async fn alarms(
    State(app): State<Arc<App>>,
    Extension(user): Extension<User>,
    query: Query_,
) -> Result<Json<Value>, Problem> {
    let Query(wanted) = query?;
    let Part { device, from, until, before, limit } = wanted.part(&app, &user.account).await?;
    let (account, alarm_type) = (user.account.number, wanted.kind.map(AlarmType));
    let (channel, skip, limit) = (None, 0, limit.into());
    let search = AlarmSearch { account, device, channel, alarm_type, before, from, until, skip, limit };
    let (found, total) = app.store.search_alarms(search, app.clock.wall()).await?;
    Ok(Json(json!({ "alarms": found.iter().map(view::found_alarm).collect::<Vec<_>>(), "total": total })))
}

pub(super) async fn exceptions(
    State(app): State<Arc<App>>,
    Extension(user): Extension<User>,
    query: Query_,
) -> Result<Json<Value>, Problem> {
    let Query(wanted) = query?;
    let Part { device, from, until, before, limit } = wanted.part(&app, &user.account).await?;
    let (account, exception_type) = (user.account.number, wanted.kind.map(ExceptionType));
    let search = ExceptionSearch { account, device, exception_type, before, from, until, limit };
    let found = app.store.search_exceptions(search, app.clock.wall()).await?;
    Ok(Json(json!({ "exceptions": found.iter().map(view::exception).collect::<Vec<_>>() })))
}

/// A mobile number in a path.
pub(super) fn number(text: &str) -> Result<Mobile, Problem> {
    text.parse()
        .map_err(|error: crate::rules::NotMobile| Problem::invalid("This is no mobile number").because(error))
}
