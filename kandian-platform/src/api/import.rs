//! A list of devices as CSV.

use std::sync::Arc;

use axum::Extension;
use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use serde::Deserialize;
use serde_json::{Value, json};

use super::problem::Problem;
use crate::app::App;
use crate::import::List;
use crate::service::{Bearer, noted};

/// Lines with a fault that are named; more would be read by nobody.
const NAMED: usize = 50;

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct How {
    #[serde(default)]
    dry_run: bool,
}

pub(super) async fn import(
    State(app): State<Arc<App>>,
    Extension(bearer): Extension<Bearer>,
    how: Result<Query<How>, QueryRejection>,
    body: Bytes,
) -> Result<Json<Value>, Problem> {
    let Query(how) = how?;
    let mut list = List::read(&body);
    list.check(&app.store).await?;
    let faults = list.faults();
    if !faults.is_empty() {
        let named = faults.iter().take(NAMED).map(|f| json!({ "line": f.line, "problem": f.problem }));
        let title = format!("{} lines cannot be imported; nothing was changed", faults.len());
        return Err(Problem::invalid(title).with("lines", named.collect::<Vec<_>>()));
    }
    let count = list.len();
    if !how.dry_run {
        let store = noted(&app, &(&bearer).into(), "device.import", format!("{count} devices"), "");
        list.store(&store, app.clock.wall()).await?;
    }
    Ok(Json(json!({ "devices": count, "imported": !how.dry_run })))
}
