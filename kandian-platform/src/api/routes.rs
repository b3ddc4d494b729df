//! The table of routes, a file for each subject.

mod accounts;
mod crm;
mod devices;
mod firmware;
mod group;
mod live;
mod messages;
mod mine;
mod platform;
mod records;
mod session;

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
    /// Who may ask.
    pub role: Who,
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

/// Who may use a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// Anybody.
    Anybody,
    /// The holder of a token that allows as much.
    Token(TokenRole),
    /// A user who is logged in. What he sees and changes is his own.
    User,
    /// CRM; the handler finds out whether it is.
    Crm,
}

impl Who {
    /// What a token must allow, where one is asked for.
    #[must_use]
    pub const fn token(self) -> Option<TokenRole> {
        match self {
            Self::Token(role) => Some(role),
            _ => None,
        }
    }
}

const ANYBODY: Who = Who::Anybody;
const VIEWER: Who = Who::Token(TokenRole::Viewer);
const OPERATOR: Who = Who::Token(TokenRole::Operator);
const ADMIN: Who = Who::Token(TokenRole::Admin);
const USER: Who = Who::User;
const CRM: Who = Who::Crm;

/// All routes.
pub fn routes() -> impl Iterator<Item = &'static Route> {
    let subjects = [
        platform::ROUTES,
        devices::ROUTES,
        firmware::ROUTES,
        records::ROUTES,
        messages::ROUTES,
        group::ROUTES,
        accounts::ROUTES,
        session::ROUTES,
        mine::ROUTES,
        live::ROUTES,
        crm::ROUTES,
    ];
    subjects.into_iter().flatten()
}
