//! The logins of an account, as people see and end them.

use kandian_proto::Secret;

use super::session::hash;
use crate::app::App;
use crate::rules::Mobile;
use crate::service::{Actor, noted};
use crate::store::{Session, StoreError};

/// Digits of a login's hash by which people name it: enough to tell twenty of them apart, and no help to take one over.
const NAME_DIGITS: usize = 16;

/// A login, without what would let anybody use it.
#[derive(Clone, Debug)]
pub struct Login {
    /// What it is called.
    pub id: String,
    /// The record.
    pub record: Session,
    /// Whether it is the one that asks.
    pub is_this: bool,
}

/// The logins of an account, the newest first.
///
/// # Errors
///
/// When the database fails.
pub async fn logins(app: &App, account: Mobile, asking: Option<&Secret>) -> Result<Vec<Login>, StoreError> {
    let asking = asking.map(|session| hash(session.reveal()));
    let records = app.store.sessions_of(account, app.clock.wall()).await?;
    let login = |record: Session| {
        let id = record.hash.get(..NAME_DIGITS).unwrap_or_default().to_owned();
        Login { id, is_this: asking.as_ref() == Some(&record.hash), record }
    };
    Ok(records.into_iter().map(login).collect())
}

/// Ends one login of an account, by what it is called; returns whether there was one.
///
/// # Errors
///
/// When the database fails.
pub async fn end_login(app: &App, actor: &Actor, account: Mobile, id: &str) -> Result<bool, StoreError> {
    let found = logins(app, account, None).await?.into_iter().find(|login| login.id == id);
    let Some(login) = found else { return Ok(false) };
    noted(app, actor, "login.end", account, id).end_session(&login.record.hash).await
}

/// Ends the logins of an account but the one that asks; returns how many there were.
///
/// # Errors
///
/// When the database fails.
pub async fn end_logins(
    app: &App,
    actor: &Actor,
    account: Mobile,
    asking: Option<&Secret>,
) -> Result<u64, StoreError> {
    let kept = asking.map(|session| hash(session.reveal()));
    noted(app, actor, "login.end", account, "all").end_sessions_of(account, kept).await
}
