//! Short messages on record. They hold passwords as long as there is no gateway, so whoever reads them is noted.

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Extension, Query, State};
use axum::http::HeaderName;
use serde::Deserialize;
use serde_json::{Value, json};

use super::problem::Problem;
use super::session::NOT_KEPT;
use super::view::time;
use crate::app::App;
use crate::rules::Mobile;
use crate::service::{Bearer, audit};
use crate::store::ShortMessage;

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wanted {
    number: Option<String>,
    before: Option<i64>,
    limit: Option<u32>,
}

pub(super) async fn list(
    State(app): State<Arc<App>>,
    Extension(bearer): Extension<Bearer>,
    query: Result<Query<Wanted>, QueryRejection>,
) -> Result<([(HeaderName, &'static str); 1], Json<Value>), Problem> {
    let Query(wanted) = query?;
    let number = wanted.number.as_deref().map(str::parse::<Mobile>).transpose();
    let number = number.map_err(|error| Problem::invalid(error.to_string()))?;
    let limit = wanted.limit.unwrap_or(50).clamp(1, 500);
    let found = app.store.short_messages(number, wanted.before, limit).await?;
    let of = number.map_or_else(|| "all".to_owned(), Mobile::masked);
    audit(&app, &bearer, "short_messages.read", &of, "").await;
    let shown = json!({ "short_messages": found.iter().map(short_message).collect::<Vec<_>>() });
    Ok((NOT_KEPT, Json(shown)))
}

/// A short message as it is shown, with its text.
#[must_use]
pub fn short_message(message: &ShortMessage) -> Value {
    json!({
        "id": message.id,
        "number": message.to.to_string(),
        "kind": message.kind,
        "state": message.state,
        "attempts": message.attempts,
        "reason": message.reason,
        "text": message.body.reveal(),
        "created_at": time(message.created_at),
        "expires_at": time(message.expires_at),
        "changed_at": time(message.changed_at),
    })
}
