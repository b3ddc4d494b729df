//! Short messages.

use axum::routing::get;

use super::{ADMIN, Route};
use crate::api::messages;

pub(super) const ROUTES: &[Route] = &[Route {
    method: "GET",
    path: "/api/v1/short-messages",
    role: ADMIN,
    summary: "Short messages, the newest first, with their texts as long as they wait or stay here; reading is noted",
    summary_zh: "短信记录，最新在前；待发或留存的短信含正文；读取会记入审计",
    takes: None,
    gives: Some("ShortMessages"),
    query: &[
        ("number", false, "Only to this number"),
        ("before", true, "Only older than this number; that of the last entry of a page gives the next page"),
        ("limit", true, "Most entries: 1 to 500, else 50"),
    ],
    handler: || get(messages::list),
}];
