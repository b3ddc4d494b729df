//! Who did what.
//!
//! A change of what is on record is noted in its own commit ([`noted`]); what has no commit of its own, such as a command to
//! a device, beside it ([`audit`], [`did`]). The record names a user by his full number, for it must say who it was; the log
//! masks it.

use std::fmt;
use std::net::IpAddr;

use super::Bearer;
use crate::app::App;
use crate::rules::Mobile;
use crate::store::{AuditEntry, Store};

/// Who does something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// The holder of a token, by the name of the token.
    Token(String),
    /// A user.
    User(Mobile),
    /// Somebody who has not shown who he is, by where he asks from.
    Anybody(IpAddr),
    /// A client of the interface for CRM, by its name in the settings.
    Crm(String),
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Token(name) => f.write_str(name),
            Self::User(number) => write!(f, "user:{number}"),
            Self::Anybody(address) => write!(f, "anybody:{address}"),
            Self::Crm(name) => write!(f, "crm:{name}"),
        }
    }
}

impl From<&Bearer> for Actor {
    fn from(bearer: &Bearer) -> Self {
        Self::Token(bearer.name.clone())
    }
}

/// The store, to make one change through: it is noted in the same commit, when it has an effect.
pub(crate) fn noted(
    app: &App,
    actor: &Actor,
    action: &str,
    target: impl fmt::Display,
    detail: &str,
) -> Store {
    app.store.noting(entry(app, &actor.to_string(), action, &target.to_string(), detail))
}

/// Notes a deed that changes nothing on record, such as a command to a device.
pub(crate) async fn did(app: &App, actor: &Actor, action: &str, target: impl fmt::Display, detail: &str) {
    note(app, &actor.to_string(), action, &target.to_string(), detail).await;
}

/// Notes a deed of the holder of a token.
pub async fn audit(app: &App, bearer: &Bearer, action: &str, target: &str, detail: &str) {
    note(app, &bearer.name, action, target, detail).await;
}

/// Notes a deed. That it could not be noted is logged, and stops nobody: what was done is done.
pub(super) async fn note(app: &App, actor: &str, action: &str, target: &str, detail: &str) {
    let noted = app.store.add_audit(entry(app, actor, action, target, detail)).await;
    if let Err(error) = noted {
        tracing::error!(%error, action, "a deed could not be noted");
    }
}

fn entry(app: &App, actor: &str, action: &str, target: &str, detail: &str) -> AuditEntry {
    AuditEntry {
        at: app.clock.wall(),
        actor: actor.to_owned(),
        action: action.to_owned(),
        target: target.to_owned(),
        detail: detail.to_owned(),
    }
}
