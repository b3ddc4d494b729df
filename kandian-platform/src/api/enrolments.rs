//! Whose a device is, at the group platform. Spec §6.6; E-33, E-34.

use std::sync::Arc;

use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::{Extension, Json};
use kandian_proto::enrolment::State as Record;
use kandian_proto::{DevId, Secret};
use serde::Deserialize;
use serde_json::{Value, json};

use super::body::Body;
use super::devices::id;
use super::problem::Problem;
use super::provinces::{needs_group, province};
use super::view;
use crate::app::App;
use crate::entry::checked_key;
use crate::service::group::{Moved, assign, release, set_key};
use crate::service::{Actor, Bearer};
use crate::store::{Enrolled, EnrolmentFilter, EnrolmentStep};

/// Most entries of a page.
const MOST: u32 = 500;
const USUAL: u32 = 50;

const STEPS: [(EnrolmentStep, &str); 3] = [
    (EnrolmentStep::Unclaimed, "unclaimed"),
    (EnrolmentStep::Claimed, "claimed"),
    (EnrolmentStep::Redirected, "redirected"),
];

/// A record, without the key.
fn shown(record: &Enrolled) -> Value {
    let step = match record.state {
        Record::Absent => "absent",
        Record::Unclaimed { .. } => "unclaimed",
        Record::Claimed { .. } => "claimed",
        Record::Redirected { .. } => "redirected",
    };
    json!({
        "device": record.device.as_str(),
        "state": step,
        "province": record.state.province().map(|province| province.to_string()),
        "changed_at": view::time(record.changed_at),
    })
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wanted {
    province: Option<String>,
    state: Option<String>,
    after: Option<String>,
    limit: Option<u32>,
}

pub(super) async fn list(
    State(app): State<Arc<App>>,
    query: Result<Query<Wanted>, QueryRejection>,
) -> Result<Json<Value>, Problem> {
    needs_group(&app)?;
    let Query(wanted) = query?;
    let step = |name: String| {
        let found = STEPS.iter().find(|(_, known)| *known == name).map(|(step, _)| *step);
        found.ok_or_else(|| Problem::invalid("A state is unclaimed, claimed or redirected"))
    };
    let filter = EnrolmentFilter {
        province: wanted.province.as_deref().map(province).transpose()?,
        step: wanted.state.map(step).transpose()?,
        after: wanted.after.as_deref().map(id).transpose()?,
        limit: wanted.limit.unwrap_or(USUAL).clamp(1, MOST),
    };
    let found = app.store.enrolments(filter).await?;
    Ok(Json(json!({ "enrolments": found.iter().map(shown).collect::<Vec<_>>() })))
}

pub(super) async fn one(
    State(app): State<Arc<App>>,
    Path(text): Path<String>,
) -> Result<Json<Value>, Problem> {
    needs_group(&app)?;
    found(&app, id(&text)?).await
}

async fn found(app: &App, device: DevId) -> Result<Json<Value>, Problem> {
    let record = app.store.enrolment(device).await?.ok_or_else(never_seen)?;
    Ok(Json(shown(&record)))
}

fn never_seen() -> Problem {
    let next = "let the device be powered on first, so that it asks for its province";
    Problem::new(StatusCode::NOT_FOUND, "never_seen", "This device has never asked for its province", next)
}

pub(super) async fn let_go(
    State(app): State<Arc<App>>,
    Extension(bearer): Extension<Bearer>,
    Path(text): Path<String>,
) -> Result<Json<Value>, Problem> {
    needs_group(&app)?;
    let device = id(&text)?;
    let moved = release(&app, &Actor::from(&bearer), device).await?;
    ended(&app, device, moved).await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct To {
    province: String,
}

pub(super) async fn give(
    State(app): State<Arc<App>>,
    Extension(bearer): Extension<Bearer>,
    Path(text): Path<String>,
    Body(to): Body<To>,
) -> Result<Json<Value>, Problem> {
    needs_group(&app)?;
    let device = id(&text)?;
    let to = province(&to.province)?;
    let moved = assign(&app, &Actor::from(&bearer), device, to).await?;
    ended(&app, device, moved).await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NewKey {
    key: String,
}

pub(super) async fn key(
    State(app): State<Arc<App>>,
    Extension(bearer): Extension<Bearer>,
    Path(text): Path<String>,
    Body(new): Body<NewKey>,
) -> Result<Json<Value>, Problem> {
    needs_group(&app)?;
    let device = id(&text)?;
    let key = checked_key(Secret::from(new.key))?;
    let moved = set_key(&app, &Actor::from(&bearer), device, key).await?;
    ended(&app, device, moved).await
}

async fn ended(app: &App, device: DevId, moved: Moved) -> Result<Json<Value>, Problem> {
    match moved {
        Moved::Done | Moved::NothingToDo => found(app, device).await,
        Moved::NoDevice => Err(never_seen()),
        Moved::NoProvince => Err(Problem::invalid("There is no province platform with these numbers")),
    }
}
