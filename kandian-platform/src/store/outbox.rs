//! What a province platform has to tell the group platform of its users. Spec §6.2 to §6.4.
//!
//! A report is queued in the commit that opens, changes or cancels an account: whoever was told that it is done can rely on
//! it that the group platform will hear of it, however long that takes.

use std::sync::Arc;

use kandian_proto::time::UnixMillis;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};
use tokio::sync::Notify;

use super::accounts::AccountState;
use super::row::{named, number, parsed};
use super::{Store, StoreError};
use crate::rules::Mobile;

/// What is told of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReportKind {
    /// It was opened. §6.2.
    Open,
    /// It may have another number of devices. §6.3.
    Change,
    /// It was cancelled. §6.4.
    Cancel,
}

const KINDS: [(ReportKind, &str); 3] =
    [(ReportKind::Open, "open"), (ReportKind::Change, "change"), (ReportKind::Cancel, "cancel")];

impl ReportKind {
    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        KINDS.iter().find(|(kind, _)| *kind == self).map_or("", |(_, name)| name)
    }
}

/// A report that is not delivered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountReport {
    /// Its number; later ones have higher ones.
    pub id: i64,
    /// What it tells.
    pub kind: ReportKind,
    /// Of whom.
    pub account: Mobile,
    /// Monitoring points (`IpcamNum`), which are the devices that the account may bind (E-168).
    pub cameras: u32,
    /// When it was queued.
    pub created_at: UnixMillis,
    /// How often it was sent.
    pub attempts: u32,
    /// When the group platform refused it for good; `None` while it waits.
    pub refused_at: Option<UnixMillis>,
    /// Why it is still here; empty before the first attempt.
    pub reason: String,
}

/// How many reports there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ReportCounts {
    /// Those that wait.
    pub waiting: u64,
    /// Those that were refused for good.
    pub refused: u64,
}

/// Whether reports are queued, and who hears of it.
#[derive(Clone, Debug, Default)]
pub(super) struct Outbox {
    is_kept: bool,
    news: Arc<Notify>,
}

/// What counts of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Standing {
    pub(super) state: AccountState,
    pub(super) device_limit: u32,
}

/// What the group platform is to hear when an account was one thing and is another; `None` is no account.
fn owed(before: Option<Standing>, after: Option<Standing>) -> Option<(ReportKind, u32)> {
    // A suspended account keeps its service.
    let open = |standing: Option<Standing>| standing.filter(|s| s.state != AccountState::Closed);
    match (open(before), open(after)) {
        (None, Some(after)) => Some((ReportKind::Open, after.device_limit)),
        (Some(_), None) => Some((ReportKind::Cancel, 0)),
        (Some(before), Some(after)) if before.device_limit != after.device_limit => {
            Some((ReportKind::Change, after.device_limit))
        }
        _ => None,
    }
}

impl Outbox {
    /// Queues what a change of an account owes, in the same commit.
    pub(super) async fn note(
        &self,
        connection: &mut AnyConnection,
        account: Mobile,
        before: Option<Standing>,
        after: Option<Standing>,
    ) -> Result<(), StoreError> {
        let Some((kind, cameras)) = owed(before, after).filter(|_| self.is_kept) else { return Ok(()) };
        let query = sqlx::query("INSERT INTO outbox (kind, account, cameras) VALUES ($1, $2, $3)");
        let query = query.bind(kind.name()).bind(account.to_string()).bind(i64::from(cameras));
        query.execute(connection).await?;
        Ok(())
    }

    /// Says that something may have been queued.
    pub(super) fn tell(&self) {
        self.news.notify_one();
    }
}

impl Store {
    /// The same store, which queues reports for the group platform, or does not.
    #[must_use]
    pub fn reporting(mut self, is_kept: bool) -> Self {
        self.outbox.is_kept = is_kept;
        self
    }

    /// Waits until this process may have queued a report.
    pub async fn report_queued(&self) {
        self.outbox.news.notified().await;
    }

    /// The first waiting report of each account, in the order in which they were queued.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn next_reports(&self, limit: u32) -> Result<Vec<AccountReport>, StoreError> {
        let query = sqlx::query(
            "SELECT * FROM outbox o WHERE o.refused_at IS NULL AND NOT EXISTS (SELECT 1 FROM outbox e \
             WHERE e.account = o.account AND e.id < o.id AND e.refused_at IS NULL) ORDER BY o.id LIMIT $1",
        );
        query.bind(i64::from(limit)).fetch_all(&self.read).await?.iter().map(read).collect()
    }

    /// Those that wait, or those that were refused, behind the number `after`.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn reports(
        &self,
        refused: bool,
        after: i64,
        limit: u32,
    ) -> Result<Vec<AccountReport>, StoreError> {
        let query = sqlx::query(
            "SELECT * FROM outbox WHERE (CASE WHEN refused_at IS NULL THEN 0 ELSE 1 END) = $1 AND id > $2 \
             ORDER BY id LIMIT $3",
        );
        let query = query.bind(i64::from(refused)).bind(after).bind(i64::from(limit));
        query.fetch_all(&self.read).await?.iter().map(read).collect()
    }

    /// How many there are.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn count_reports(&self) -> Result<ReportCounts, StoreError> {
        let query = "SELECT CAST(COUNT(*) AS BIGINT) AS total, CAST(COUNT(refused_at) AS BIGINT) AS refused FROM outbox";
        let row = sqlx::query(query).fetch_one(&self.read).await?;
        let (total, refused): (u64, u64) = (number(&row, "total")?, number(&row, "refused")?);
        Ok(ReportCounts { waiting: total.saturating_sub(refused), refused })
    }

    /// Notes that a report is about to be sent: an answer that is lost with this process is known by it afterwards.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn report_sent(&self, id: i64) -> Result<bool, StoreError> {
        self.change_report("UPDATE outbox SET attempts = attempts + 1 WHERE id = $1", id).await
    }

    /// Takes a report off, because it was delivered or an administrator gave it up; returns whether there was one.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn drop_report(&self, id: i64) -> Result<bool, StoreError> {
        self.change_report("DELETE FROM outbox WHERE id = $1", id).await
    }

    /// Lets a refused report be sent again; returns whether there was one.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn retry_report(&self, id: i64) -> Result<bool, StoreError> {
        let query = "UPDATE outbox SET refused_at = NULL WHERE id = $1 AND refused_at IS NOT NULL";
        let found = self.change_report(query, id).await?;
        self.outbox.tell();
        Ok(found)
    }

    /// Notes why a report was not delivered; with `refused_at` it is not sent again.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn report_failed(
        &self,
        id: i64,
        reason: String,
        refused_at: Option<UnixMillis>,
    ) -> Result<(), StoreError> {
        // PostgreSQL takes no NUL in a text.
        let reason = reason.replace('\0', "\u{FFFD}");
        self.writer
            .run(move |connection| {
                let reason = reason.clone();
                Box::pin(async move {
                    let query =
                        "UPDATE outbox SET reason = $1, refused_at = CAST($2 AS BIGINT) WHERE id = $3";
                    let query = sqlx::query(query).bind(reason).bind(refused_at.map(|at| at.0)).bind(id);
                    query.execute(connection).await?;
                    Ok(())
                })
            })
            .await
    }

    async fn change_report(&self, query: &'static str, id: i64) -> Result<bool, StoreError> {
        self.writer
            .run(move |connection| {
                Box::pin(async move {
                    Ok(sqlx::query(query).bind(id).execute(connection).await?.rows_affected() > 0)
                })
            })
            .await
    }
}

fn read(row: &AnyRow) -> Result<AccountReport, StoreError> {
    Ok(AccountReport {
        id: row.try_get("id")?,
        kind: named(row, "kind", &KINDS)?,
        account: parsed(row, "account")?,
        cameras: number(row, "cameras")?,
        created_at: UnixMillis(row.try_get("created_at")?),
        attempts: number(row, "attempts")?,
        refused_at: row.try_get::<Option<i64>, _>("refused_at")?.map(UnixMillis),
        reason: row.try_get("reason")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// opening, another number and cancelling are told, and nothing else is.
    #[test]
    fn what_the_group_platform_hears() {
        let is = |state, device_limit| Some(Standing { state, device_limit });
        let (active, suspended) = (AccountState::Active, AccountState::Suspended);
        let closed = AccountState::Closed;
        for (before, after, expected) in [
            (None, is(active, 4), Some((ReportKind::Open, 4))),
            (is(active, 4), is(active, 8), Some((ReportKind::Change, 8))),
            (is(active, 4), is(active, 4), None),
            (is(active, 4), is(suspended, 4), None),
            (is(suspended, 4), is(suspended, 2), Some((ReportKind::Change, 2))),
            (is(active, 4), is(closed, 4), Some((ReportKind::Cancel, 0))),
            (is(closed, 4), is(closed, 2), None),
            (is(closed, 4), is(active, 2), Some((ReportKind::Open, 2))),
            (is(active, 4), None, Some((ReportKind::Cancel, 0))),
            (is(closed, 4), None, None),
        ] {
            assert_eq!(owed(before, after), expected, "{before:?} {after:?}");
        }
    }
}
