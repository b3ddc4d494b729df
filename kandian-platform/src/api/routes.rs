//! The table of routes, a file for each subject.

mod devices;
mod firmware;
mod group;
mod messages;
mod platform;
mod records;

use std::sync::Arc;

use axum::routing::MethodRouter;

use crate::app::App;
use crate::store::TokenRole;

/// One row.
pub struct Route {
    /// The HTTP method.
    pub method: &'static str,
    /// The path, with `{parameters}`.
    pub path: &'static str,
    /// What a token must allow; `None`: anybody may ask.
    pub role: Option<TokenRole>,
    /// What it is for, in English.
    pub summary: &'static str,
    /// The same in Chinese.
    pub summary_zh: &'static str,
    /// The schema of the body it takes.
    pub takes: Option<&'static str>,
    /// The schema of the body it gives.
    pub gives: Option<&'static str>,
    /// Parameters of the query: name, whether it is a number, what it is.
    pub query: &'static [(&'static str, bool, &'static str)],
    /// Who answers.
    pub(super) handler: fn() -> MethodRouter<Arc<App>>,
}

impl std::fmt::Debug for Route {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.method, self.path)
    }
}

const VIEWER: Option<TokenRole> = Some(TokenRole::Viewer);
const OPERATOR: Option<TokenRole> = Some(TokenRole::Operator);
const ADMIN: Option<TokenRole> = Some(TokenRole::Admin);

/// All routes.
pub fn routes() -> impl Iterator<Item = &'static Route> {
    let subjects = [
        platform::ROUTES,
        devices::ROUTES,
        firmware::ROUTES,
        records::ROUTES,
        messages::ROUTES,
        group::ROUTES,
    ];
    subjects.into_iter().flatten()
}
