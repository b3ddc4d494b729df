//! The REST interface, `/api/v1`.
//!
//! One table says which routes there are, who may use them, and what they are for; the router and the OpenAPI document
//! are both made from it.

mod accounts;
mod auth;
mod body;
mod commands;
mod crm;
mod devices;
mod enrolments;
mod firmware;
mod health;
mod import;
mod lists;
mod live;
mod messages;
mod mine;
mod moment;
mod notices;
mod openapi;
mod problem;
mod provinces;
mod routes;
mod schemas;
mod sent;
mod session;
mod shares;
mod stream;
mod uplink;
mod view;

pub use commands::operations;
pub use messages::short_message as short_message_json;
pub use openapi::document as openapi_document;
pub use problem::Problem;
pub use routes::{Route, Who, routes};
pub use view::{account as account_json, device as device_json, time as time_json};

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;

use crate::app::App;

/// Longest body: a list of some thousand devices to import.
const BODY_BYTES: usize = 4 << 20;

/// Everything that is served on the port for people and programs.
pub fn router(app: Arc<App>) -> Router {
    let mut router = Router::new();
    for route in routes() {
        router = router.route(route.path, auth::guarded(route, Arc::clone(&app)));
    }
    router
        .fallback(problem::not_found)
        .method_not_allowed_fallback(problem::wrong_method)
        .layer(DefaultBodyLimit::max(BODY_BYTES))
        .with_state(app)
}
