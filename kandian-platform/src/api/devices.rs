//! Devices on record.

use std::sync::Arc;

use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderName, StatusCode, header};
use axum::{Extension, Json};
use kandian_proto::session::Quirks;
use kandian_proto::{DevId, Secret};
use serde::Deserialize;
use serde_json::{Value, json};

use super::body::{Body, given};
use super::problem::Problem;
use super::view;
use crate::app::App;
use crate::entry::{Entry, EntryError, checked_key, checked_name, kind};
use crate::service::{Bearer, noted};
use crate::store::{Device, DeviceChange, DeviceFilter, Origin};

/// Most devices on a page.
const MOST: u32 = 500;
const USUAL: u32 = 50;

pub(super) fn id(text: &str) -> Result<DevId, Problem> {
    text.parse().map_err(|error| EntryError::Id(error).into())
}

async fn find(app: &App, id: DevId) -> Result<Device, Problem> {
    app.store.device(id).await?.ok_or_else(Problem::no_device)
}

async fn shown(app: &App, id: DevId) -> Result<Value, Problem> {
    Ok(view::device(&find(app, id).await?, app.registry.presence(id)))
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Listed {
    text: Option<String>,
    online: Option<bool>,
    kind: Option<String>,
    after: Option<String>,
    limit: Option<u32>,
}

pub(super) async fn list(
    State(app): State<Arc<App>>,
    query: Result<Query<Listed>, QueryRejection>,
) -> Result<Json<Value>, Problem> {
    let Query(listed) = query?;
    let dev_type = listed.kind.as_deref().map(kind).transpose()?;
    let after = listed.after.as_deref().map(id).transpose()?;
    let limit = listed.limit.unwrap_or(USUAL).clamp(1, MOST);
    let filter = DeviceFilter { text: listed.text, online: listed.online, dev_type, after, limit };
    let page = app.store.devices(&filter).await?;
    let next = page.more.then(|| page.items.last().map(|device| device.id.to_string()));
    let items: Vec<_> =
        page.items.iter().map(|device| view::device(device, app.registry.presence(device.id))).collect();
    Ok(Json(json!({ "devices": items, "total": page.total, "next": next.flatten() })))
}

type Created = (StatusCode, [(HeaderName, String); 1], Json<Value>);

pub(super) async fn create(
    State(app): State<Arc<App>>,
    Extension(bearer): Extension<Bearer>,
    Body(body): Body<Entry>,
) -> Result<Created, Problem> {
    let device = body.into_device(Origin::Manual)?;
    let id = device.id;
    let store = noted(&app, &(&bearer).into(), "device.add", id, "");
    store.add_device(device, app.clock.wall()).await?;
    let shown = shown(&app, id).await?;
    Ok((StatusCode::CREATED, [(header::LOCATION, format!("/api/v1/devices/{id}"))], Json(shown)))
}

pub(super) async fn one(
    State(app): State<Arc<App>>,
    Path(text): Path<String>,
) -> Result<Json<Value>, Problem> {
    Ok(Json(shown(&app, id(&text)?).await?))
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Changed {
    #[serde(deserialize_with = "given")]
    key: Option<String>,
    #[serde(deserialize_with = "given")]
    name: Option<String>,
    #[serde(deserialize_with = "given")]
    kind: Option<String>,
    #[serde(deserialize_with = "given")]
    blocked: Option<bool>,
    /// An empty text goes back to what is known of the manufacturer.
    #[serde(deserialize_with = "given")]
    quirks: Option<String>,
}

pub(super) async fn change(
    State(app): State<Arc<App>>,
    Extension(bearer): Extension<Bearer>,
    Path(text): Path<String>,
    Body(body): Body<Changed>,
) -> Result<Json<Value>, Problem> {
    let (id, changed) = (id(&text)?, body);
    let names = [
        changed.key.is_some().then_some("key"),
        changed.name.is_some().then_some("name"),
        changed.kind.is_some().then_some("kind"),
        changed.blocked.is_some().then_some("blocked"),
        changed.quirks.is_some().then_some("quirks"),
    ];
    let detail = names.into_iter().flatten().collect::<Vec<_>>().join(", ");
    let (blocks, new_key) = (changed.blocked == Some(true), changed.key.is_some());
    let change = DeviceChange {
        key: changed.key.map(Secret::from).map(checked_key).transpose()?,
        name: changed.name.map(checked_name).transpose()?,
        dev_type: changed.kind.as_deref().map(kind).transpose()?,
        blocked: changed.blocked,
        quirks: changed.quirks.as_deref().map(quirks).transpose()?,
    };
    if !noted(&app, &(&bearer).into(), "device.change", id, &detail).change_device(id, change).await? {
        return Err(Problem::no_device());
    }
    // Who is logged in with what does not count any more must show it again.
    if blocks || new_key {
        app.registry.close(id);
    }
    Ok(Json(shown(&app, id).await?))
}

fn quirks(text: &str) -> Result<Option<Quirks>, Problem> {
    if text.is_empty() {
        return Ok(None);
    }
    text.parse().map(Some).map_err(|error| Problem::invalid("These are no quirks").because(error))
}

pub(super) async fn remove(
    State(app): State<Arc<App>>,
    Extension(bearer): Extension<Bearer>,
    Path(text): Path<String>,
) -> Result<StatusCode, Problem> {
    let id = id(&text)?;
    if !noted(&app, &(&bearer).into(), "device.remove", id, "").remove_device(id).await? {
        return Err(Problem::no_device());
    }
    app.registry.close(id);
    app.messages.forget(id);
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn capabilities(
    State(app): State<Arc<App>>,
    Path(text): Path<String>,
) -> Result<Json<Value>, Problem> {
    let id = id(&text)?;
    find(&app, id).await?;
    let Some((document, at)) = app.store.capabilities(id).await? else {
        return Ok(Json(json!({ "device": id.as_str(), "reported_at": null, "report": null })));
    };
    // Through the type, which masks what is secret in it.
    let report: Result<kandian_proto::message::device::AbilityUpRequest, _> = serde_json::from_str(&document);
    let report = report.ok().and_then(|report| serde_json::to_value(&report).ok());
    Ok(Json(json!({ "device": id.as_str(), "reported_at": view::time(at), "report": report })))
}

pub(super) async fn messages(
    State(app): State<Arc<App>>,
    Path(text): Path<String>,
) -> Result<Json<Value>, Problem> {
    let id = id(&text)?;
    find(&app, id).await?;
    let seen = app.messages.of(id).into_iter().map(|seen| {
        json!({
            "at": view::time(kandian_proto::time::UnixMillis(seen.at)),
            "times": seen.times,
            "direction": seen.direction,
            "message": serde_json::from_str::<Value>(&seen.message).unwrap_or_default(),
            "diagnostics": seen.diagnostics,
        })
    });
    Ok(Json(json!({ "device": id.as_str(), "messages": seen.collect::<Vec<_>>() })))
}
