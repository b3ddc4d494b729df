//! How a province platform stands with the group platform. Spec §6.1 to §6.4.

use std::sync::Arc;

use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::{Extension, Json};
use serde::Deserialize;
use serde_json::{Value, json};

use super::problem::Problem;
use super::view;
use crate::app::App;
use crate::province::LastReport;
use crate::service::{Actor, Bearer, audit, noted};
use crate::store::AccountReport;

/// Most entries of a page.
const MOST: u32 = 500;
const USUAL: u32 = 50;

fn last(report: Option<LastReport>) -> Value {
    report.map_or(Value::Null, |report| json!({ "at": view::time(report.at), "failure": report.failure }))
}

pub(super) async fn standing(State(app): State<Arc<App>>) -> Result<Json<Value>, Problem> {
    let counts = app.store.count_reports().await?;
    let downloads = app.store.downloads().await?;
    let downloads = downloads.iter().map(|download| {
        json!({
            "client": download.client.name(),
            "version": download.version,
            "url": download.url.as_str(),
            "answered_at": view::time(download.at),
        })
    });
    let group = &app.config.province.group;
    let standing = app.uplink.standing();
    Ok(Json(json!({
        "url": group.url.as_ref().map(|url| kandian_proto::mask_url(url.as_str()).to_string()),
        "province": group.numbers().map(|numbers| numbers.to_string()),
        "addresses": last(standing.addresses),
        "users": last(standing.users),
        "waiting": counts.waiting,
        "refused": counts.refused,
        "downloads": downloads.collect::<Vec<_>>(),
    })))
}

pub(super) async fn try_now(State(app): State<Arc<App>>, Extension(bearer): Extension<Bearer>) -> StatusCode {
    app.uplink.try_now();
    audit(&app, &bearer, "group.retry", "", "").await;
    StatusCode::NO_CONTENT
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wanted {
    #[serde(default)]
    refused: bool,
    after: Option<i64>,
    limit: Option<u32>,
}

fn shown(report: &AccountReport) -> Value {
    json!({
        "id": report.id,
        "kind": report.kind.name(),
        "account": report.account,
        "cameras": report.cameras,
        "created_at": view::time(report.created_at),
        "attempts": report.attempts,
        "refused_at": report.refused_at.map_or(Value::Null, view::time),
        "reason": report.reason,
    })
}

pub(super) async fn reports(
    State(app): State<Arc<App>>,
    query: Result<Query<Wanted>, QueryRejection>,
) -> Result<Json<Value>, Problem> {
    let Query(wanted) = query?;
    let limit = wanted.limit.unwrap_or(USUAL).clamp(1, MOST);
    let found = app.store.reports(wanted.refused, wanted.after.unwrap_or(0), limit).await?;
    Ok(Json(json!({ "reports": found.iter().map(shown).collect::<Vec<_>>() })))
}

fn number(text: &str) -> Result<i64, Problem> {
    text.parse().map_err(|_| no_report())
}

fn no_report() -> Problem {
    let next = "see GET /api/v1/group/reports; a report that was delivered is gone";
    Problem::new(StatusCode::NOT_FOUND, "no_such_report", "There is no such report", next)
}

pub(super) async fn retry(
    State(app): State<Arc<App>>,
    Extension(bearer): Extension<Bearer>,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    let store = noted(&app, &Actor::from(&bearer), "group.report.retry", &id, "");
    if !store.retry_report(number(&id)?).await? {
        return Err(no_report());
    }
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn drop(
    State(app): State<Arc<App>>,
    Extension(bearer): Extension<Bearer>,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    let store = noted(&app, &Actor::from(&bearer), "group.report.drop", &id, "");
    if !store.drop_report(number(&id)?).await? {
        return Err(no_report());
    }
    Ok(StatusCode::NO_CONTENT)
}
