//! What administrators of a group platform keep: province platforms, their users, the clients it offers. Spec §6, §9; E-33.

use std::sync::Arc;

use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::{Extension, Json};
use kandian_proto::Secret;
use kandian_proto::enrolment::Province;
use serde::Deserialize;
use serde_json::{Value, json};

use super::body::Body;
use super::problem::Problem;
use super::view;
use crate::app::App;
use crate::rules::{ClientKind, Dotted, Mobile, client_url};
use crate::service::group::{self, NewProvince, ProvinceFailure};
use crate::service::{Actor, Bearer, noted};
use crate::store::{ProvinceRecord, ProvinceRemoval, Release, SubscriptionFilter};

/// Most entries of a page.
const MOST: u32 = 500;
const USUAL: u32 = 50;

impl From<ProvinceFailure> for Problem {
    fn from(failure: ProvinceFailure) -> Self {
        match failure {
            ProvinceFailure::Unknown => no_province(),
            ProvinceFailure::Exists => crate::store::StoreError::Exists.into(),
            ProvinceFailure::Store(error) => error.into(),
            failure => Self::invalid(failure.to_string()),
        }
    }
}

fn no_province() -> Problem {
    let next = "check the numbers, or put it on record with POST /api/v1/provinces";
    Problem::new(
        StatusCode::NOT_FOUND,
        "no_such_province",
        "There is no province platform with these numbers",
        next,
    )
}

/// Refuses what concerns the group platform where none runs.
pub(super) fn needs_group(app: &App) -> Result<(), Problem> {
    if app.config.roles.group() {
        return Ok(());
    }
    let next = "ask the process that runs with --role group or all";
    Err(Problem::new(StatusCode::NOT_FOUND, "no_group_platform", "No group platform runs here", next))
}

pub(super) fn province(text: &str) -> Result<Province, Problem> {
    text.parse().map_err(|error| {
        Problem::invalid("A province platform is named by both its numbers, as in 3100-01").because(error)
    })
}

/// A province platform, without its password.
fn shown(province: &ProvinceRecord) -> Value {
    let report = province.report.as_ref().map(|report| {
        json!({
            "version": report.version.to_string(),
            "mcu_url": report.mcu_url.as_str(),
            "dev_url": report.dev_url.as_str(),
            "reported_at": view::time(report.at),
            "reported_from": report.from,
        })
    });
    json!({
        "id": province.id.to_string(),
        "name": province.name,
        "created_at": view::time(province.created_at),
        "report": report,
    })
}

pub(super) async fn list(State(app): State<Arc<App>>) -> Result<Json<Value>, Problem> {
    needs_group(&app)?;
    let provinces = app.store.provinces().await?;
    Ok(Json(json!({ "provinces": provinces.iter().map(shown).collect::<Vec<_>>() })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct New {
    id: String,
    name: String,
    password: Option<String>,
}

pub(super) async fn create(
    State(app): State<Arc<App>>,
    Extension(bearer): Extension<Bearer>,
    Body(new): Body<New>,
) -> Result<Json<Value>, Problem> {
    needs_group(&app)?;
    let id = province(&new.id)?;
    let new = NewProvince { id, name: new.name, password: new.password.map(Secret::from) };
    let store = noted(&app, &Actor::from(&bearer), "province.add", id, "");
    let password = group::add_province(&store, &app.passwords, new, app.clock.wall()).await?;
    Ok(Json(json!({ "id": id.to_string(), "password": password.reveal() })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Changed {
    name: String,
}

pub(super) async fn change(
    State(app): State<Arc<App>>,
    Extension(bearer): Extension<Bearer>,
    Path(id): Path<String>,
    Body(changed): Body<Changed>,
) -> Result<Json<Value>, Problem> {
    needs_group(&app)?;
    let id = province(&id)?;
    let store = noted(&app, &Actor::from(&bearer), "province.change", id, "name");
    group::rename_province(&store, id, changed.name).await?;
    let record = app.store.province(id).await?.ok_or_else(no_province)?;
    Ok(Json(shown(&record)))
}

pub(super) async fn password(
    State(app): State<Arc<App>>,
    Extension(bearer): Extension<Bearer>,
    Path(id): Path<String>,
) -> Result<Json<Value>, Problem> {
    needs_group(&app)?;
    let id = province(&id)?;
    let store = noted(&app, &Actor::from(&bearer), "province.password", id, "");
    let password = group::set_province_password(&store, &app.passwords, id, None).await?;
    Ok(Json(json!({ "id": id.to_string(), "password": password.reveal() })))
}

pub(super) async fn remove(
    State(app): State<Arc<App>>,
    Extension(bearer): Extension<Bearer>,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    needs_group(&app)?;
    let id = province(&id)?;
    match noted(&app, &Actor::from(&bearer), "province.remove", id, "").remove_province(id).await? {
        ProvinceRemoval::Done => Ok(StatusCode::NO_CONTENT),
        ProvinceRemoval::Unknown => Err(no_province()),
        ProvinceRemoval::HasDevices(count) => {
            let title = format!("{count} devices belong to this province platform");
            let next = "release them or give them to another one first; see GET /api/v1/enrolments?province=";
            Err(Problem::new(StatusCode::CONFLICT, "has_devices", title, next))
        }
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Users {
    province: Option<String>,
    after: Option<String>,
    limit: Option<u32>,
}

pub(super) async fn users(
    State(app): State<Arc<App>>,
    query: Result<Query<Users>, QueryRejection>,
) -> Result<Json<Value>, Problem> {
    needs_group(&app)?;
    let Query(wanted) = query?;
    let after = wanted.after.as_deref().map(str::parse::<Mobile>).transpose();
    let after = after.map_err(|error| Problem::invalid(error.to_string()))?;
    let province = wanted.province.as_deref().map(province).transpose()?;
    let limit = wanted.limit.unwrap_or(USUAL).clamp(1, MOST);
    let found = app.store.subscriptions(SubscriptionFilter { province, after, limit }).await?;
    let shown = found.iter().map(|user| {
        json!({
            "account": user.account,
            "province": user.province.to_string(),
            "cameras": user.cameras,
            "opened_at": view::time(user.opened_at),
            "changed_at": view::time(user.changed_at),
        })
    });
    Ok(Json(json!({ "subscriptions": shown.collect::<Vec<_>>() })))
}

pub(super) async fn releases(State(app): State<Arc<App>>) -> Result<Json<Value>, Problem> {
    needs_group(&app)?;
    let releases = app.store.releases().await?;
    Ok(Json(json!({ "releases": releases.iter().map(release_shown).collect::<Vec<_>>() })))
}

fn release_shown(release: &Release) -> Value {
    json!({
        "client": release.client.name(),
        "from": release.from.to_string(),
        "version": release.version,
        "minimum": release.minimum.to_string(),
        "url": release.url.as_str(),
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Offered {
    version: String,
    minimum: Option<String>,
    url: String,
}

fn place(client: &str, from: &str) -> Result<(ClientKind, Dotted), Problem> {
    let client = client.parse().map_err(|_| Problem::invalid("A client is android, ios or windows"))?;
    let from = from.parse().map_err(|error| Problem::invalid("The version of a platform").because(error))?;
    Ok((client, from))
}

pub(super) async fn offer(
    State(app): State<Arc<App>>,
    Extension(bearer): Extension<Bearer>,
    Path((client, from)): Path<(String, String)>,
    Body(offered): Body<Offered>,
) -> Result<Json<Value>, Problem> {
    needs_group(&app)?;
    let (client, from) = place(&client, &from)?;
    let numbers = |text: &str| {
        let read = client.version(text);
        read.ok_or_else(|| {
            Problem::invalid(format!("{}-1.0 is how a version is written (E-165)", client.letter()))
        })
    };
    let version = numbers(&offered.version)?;
    let minimum = offered.minimum.as_deref().map(numbers).transpose()?.unwrap_or(Dotted::ONE.min(version));
    if minimum > version {
        return Err(Problem::invalid("The lowest version that may be used is above the one that is offered"));
    }
    let url = offered.url.parse().map_err(|error| Problem::invalid("The URL").because(error))?;
    client_url(&url).map_err(|error| Problem::invalid("The URL").because(error))?;
    let release = Release { client, from, version: format!("{}-{version}", client.letter()), minimum, url };
    let store =
        noted(&app, &Actor::from(&bearer), "release.set", format!("{client} from {from}"), &release.version);
    store.set_release(release.clone()).await?;
    Ok(Json(release_shown(&release)))
}

pub(super) async fn withdraw(
    State(app): State<Arc<App>>,
    Extension(bearer): Extension<Bearer>,
    Path((client, from)): Path<(String, String)>,
) -> Result<StatusCode, Problem> {
    needs_group(&app)?;
    let (client, from) = place(&client, &from)?;
    let store = noted(&app, &Actor::from(&bearer), "release.remove", format!("{client} from {from}"), "");
    if !store.remove_release(client, from).await? {
        let next = "see GET /api/v1/releases";
        return Err(Problem::new(StatusCode::NOT_FOUND, "no_such_release", "There is no such release", next));
    }
    Ok(StatusCode::NO_CONTENT)
}
