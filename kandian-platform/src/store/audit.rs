//! Who did what.

use kandian_proto::time::UnixMillis;
use sqlx::Row;

use super::{Store, StoreError};

/// One deed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEntry {
    /// When.
    pub at: UnixMillis,
    /// Who: the name of a token, or `cli`.
    pub actor: String,
    /// What: `device.add`, `command.reboot`.
    pub action: String,
    /// To what.
    pub target: String,
    /// With what, without secrets.
    pub detail: String,
}

impl Store {
    /// Notes a deed.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn add_audit(&self, entry: AuditEntry) -> Result<(), StoreError> {
        self.writer
            .run(move |connection| {
                let entry = entry.clone();
                Box::pin(async move {
                    sqlx::query(
                        "INSERT INTO audit (at, actor, action, target, detail) VALUES ($1, $2, $3, $4, $5)",
                    )
                    .bind(entry.at.0)
                    .bind(entry.actor)
                    .bind(entry.action)
                    .bind(entry.target)
                    .bind(entry.detail)
                    .execute(connection)
                    .await?;
                    Ok(())
                })
            })
            .await
    }

    /// The latest deeds, the newest first.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn audit(&self, limit: u32) -> Result<Vec<AuditEntry>, StoreError> {
        let query = "SELECT at, actor, action, target, detail FROM audit ORDER BY id DESC LIMIT $1";
        let rows = sqlx::query(query).bind(i64::from(limit)).fetch_all(&self.read).await?;
        let read = |row: &sqlx::any::AnyRow| {
            Ok(AuditEntry {
                at: UnixMillis(row.try_get("at")?),
                actor: row.try_get("actor")?,
                action: row.try_get("action")?,
                target: row.try_get("target")?,
                detail: row.try_get("detail")?,
            })
        };
        rows.iter().map(read).collect()
    }
}
