//! Alarms, exceptions, pictures, and who did what.

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use serde::Deserialize;
use serde_json::{Value, json};

use super::devices::id;
use super::problem::Problem;
use super::view;
use crate::app::App;
use crate::store::Page;

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wanted {
    device: Option<String>,
    before: Option<i64>,
    limit: Option<u32>,
}

impl Wanted {
    fn page(&self) -> Result<Page, Problem> {
        let device = self.device.as_deref().map(id).transpose()?;
        Ok(Page { device, before: self.before, limit: self.limit() })
    }

    fn limit(&self) -> u32 {
        self.limit.unwrap_or(50).clamp(1, 500)
    }
}

type Listed = Result<Query<Wanted>, QueryRejection>;

pub(super) async fn alarms(State(app): State<Arc<App>>, query: Listed) -> Result<Json<Value>, Problem> {
    let alarms = app.store.alarms(query?.page()?).await?;
    Ok(Json(json!({ "alarms": alarms.iter().map(view::alarm).collect::<Vec<_>>() })))
}

pub(super) async fn exceptions(State(app): State<Arc<App>>, query: Listed) -> Result<Json<Value>, Problem> {
    let exceptions = app.store.exceptions(query?.page()?).await?;
    Ok(Json(json!({ "exceptions": exceptions.iter().map(view::exception).collect::<Vec<_>>() })))
}

pub(super) async fn pictures(State(app): State<Arc<App>>, query: Listed) -> Result<Json<Value>, Problem> {
    let pictures = app.store.pictures(query?.page()?).await?;
    Ok(Json(json!({ "pictures": pictures.iter().map(view::picture).collect::<Vec<_>>() })))
}

pub(super) async fn audit(State(app): State<Arc<App>>, query: Listed) -> Result<Json<Value>, Problem> {
    let Query(wanted) = query?;
    if wanted.device.is_some() {
        return Err(Problem::invalid("The audit is not kept by device"));
    }
    let entries = app.store.audit_before(wanted.before, wanted.limit()).await?;
    let shown = entries.iter().map(|(id, entry)| view::audit(*id, entry));
    Ok(Json(json!({ "audit": shown.collect::<Vec<_>>() })))
}
