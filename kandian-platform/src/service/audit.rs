//! Who did what.

use super::Bearer;
use crate::app::App;
use crate::store::AuditEntry;

/// Notes a deed of the holder of a token.
pub async fn audit(app: &App, bearer: &Bearer, action: &str, target: &str, detail: &str) {
    note(app, &bearer.name, action, target, detail).await;
}

/// Notes a deed. That it could not be noted is logged, and stops nobody: what was done is done.
pub(super) async fn note(app: &App, actor: &str, action: &str, target: &str, detail: &str) {
    let entry = AuditEntry {
        at: app.clock.wall(),
        actor: actor.to_owned(),
        action: action.to_owned(),
        target: target.to_owned(),
        detail: detail.to_owned(),
    };
    tracing::info!(actor = %entry.actor, action, target, "audit");
    if let Err(error) = app.store.add_audit(entry).await {
        tracing::error!(%error, action, target, "a deed could not be noted");
    }
}
