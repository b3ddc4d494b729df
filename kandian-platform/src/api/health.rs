//! Whether it runs, and its figures.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use serde_json::{Value, json};

use super::problem::Problem;
use crate::app::App;

pub(super) async fn alive() -> &'static str {
    "ok\n"
}

pub(super) async fn ready(State(app): State<Arc<App>>) -> Result<Json<Value>, Problem> {
    app.store.ping().await?;
    if app.stop.is_cancelled() {
        let next = "ask again when it has started";
        return Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, "stopping", "The platform stops", next));
    }
    let live = app.registry.live();
    Ok(Json(json!({ "ready": true, "links": live.links, "devices": live.devices, "awaited": live.unknown })))
}

pub(super) async fn metrics(State(app): State<Arc<App>>) -> impl IntoResponse {
    let live = app.registry.live();
    ::metrics::gauge!("kandian_links").set(live.links as f64);
    ::metrics::gauge!("kandian_devices_online").set(live.devices as f64);
    ::metrics::gauge!("kandian_devices_awaited").set(live.unknown as f64);
    ::metrics::gauge!("kandian_orders_waiting").set(live.orders as f64);
    ::metrics::gauge!("kandian_event_listeners").set(app.bus.listeners() as f64);
    ::metrics::gauge!("kandian_store_waiting").set(app.store.waiting() as f64);
    ::metrics::gauge!("kandian_sightings_waiting").set(app.board.len() as f64);
    let text = crate::metrics::render();
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text)
}
