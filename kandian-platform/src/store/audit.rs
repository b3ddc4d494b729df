//! Who did what.

use kandian_proto::time::UnixMillis;
use sqlx::{AnyConnection, Row};

use super::{Store, StoreError};
use crate::rules::Mobile;

/// One deed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEntry {
    /// When.
    pub at: UnixMillis,
    /// Who: the name of a token, `cli`, `platform`, `user:` and a number, or `crm:` and a name of the settings.
    pub actor: String,
    /// What: `device.add`, `command.reboot`.
    pub action: String,
    /// To what.
    pub target: String,
    /// With what, without secrets.
    pub detail: String,
}

impl AuditEntry {
    /// Tells the log, where the numbers of people are masked.
    pub(super) fn log(&self) {
        let (actor, target) = (masked(&self.actor), masked(&self.target));
        tracing::info!(actor, action = self.action, target, "audit");
    }
}

/// A text with the mobile number at its end masked, if there is one.
fn masked(text: &str) -> String {
    let at = text.len().saturating_sub(11);
    match text.get(at..).map(str::parse::<Mobile>) {
        Some(Ok(number)) => format!("{}{}", text.get(..at).unwrap_or_default(), number.masked()),
        _ => text.to_owned(),
    }
}

pub(super) async fn insert(connection: &mut AnyConnection, entry: &AuditEntry) -> Result<(), StoreError> {
    sqlx::query("INSERT INTO audit (at, actor, action, target, detail) VALUES ($1, $2, $3, $4, $5)")
        .bind(entry.at.0)
        .bind(entry.actor.replace('\0', "\u{FFFD}"))
        .bind(entry.action.clone())
        .bind(entry.target.replace('\0', "\u{FFFD}"))
        .bind(entry.detail.replace('\0', "\u{FFFD}"))
        .execute(connection)
        .await?;
    Ok(())
}

impl Store {
    /// The same store, which notes this deed in the commit of each change made through it, when the change has an effect:
    /// what is done is on record, and what is on record was done.
    #[must_use]
    pub fn noting(&self, deed: AuditEntry) -> Self {
        Self { writer: self.writer.clone().noting(deed), ..self.clone() }
    }

    /// Notes a deed.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn add_audit(&self, entry: AuditEntry) -> Result<(), StoreError> {
        let stored = entry.clone();
        self.writer
            .run(move |connection| {
                let entry = stored.clone();
                Box::pin(async move { insert(connection, &entry).await })
            })
            .await?;
        entry.log();
        Ok(())
    }

    /// The latest deeds, the newest first.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn audit(&self, limit: u32) -> Result<Vec<AuditEntry>, StoreError> {
        Ok(self.audit_before(None, limit).await?.into_iter().map(|(_, entry)| entry).collect())
    }

    /// Deeds with their numbers, the newest first, from before the one with a number.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn audit_before(
        &self,
        before: Option<i64>,
        limit: u32,
    ) -> Result<Vec<(i64, AuditEntry)>, StoreError> {
        let query =
            "SELECT id, at, actor, action, target, detail FROM audit WHERE id < $1 ORDER BY id DESC LIMIT $2";
        let query = sqlx::query(query).bind(before.unwrap_or(i64::MAX)).bind(i64::from(limit));
        let read = |row: &sqlx::any::AnyRow| {
            let entry = AuditEntry {
                at: UnixMillis(row.try_get("at")?),
                actor: row.try_get("actor")?,
                action: row.try_get("action")?,
                target: row.try_get("target")?,
                detail: row.try_get("detail")?,
            };
            Ok((row.try_get("id")?, entry))
        };
        query.fetch_all(&self.read).await?.iter().map(read).collect()
    }
}
