//! Of which alarms somebody wants to hear.

use kandian_proto::DevId;
use kandian_proto::time::UnixMillis;
use sqlx::Row;
use sqlx::any::AnyRow;

use super::row::{flag, number, parsed};
use super::{Store, StoreError};
use crate::rules::{AlarmTypes, Mobile, NoticeRule};

/// Rules that an account has, at most: as many as it can hold channels that anybody looks at.
const MOST: i64 = 256;

/// The channel that stands for all that have no rule of their own.
const EVERY: i64 = -1;

impl Store {
    /// Sets a rule; returns whether there was room for it, and account and device are on record.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn set_notice(&self, rule: NoticeRule) -> Result<bool, StoreError> {
        self.writer
            .run(move |connection| {
                Box::pin(async move {
                    let done = sqlx::query(
                        "INSERT INTO notices (account, device, channel, alarms, exceptions, begins, ends) \
                         SELECT a.number, d.id, CAST($1 AS BIGINT), $2, CAST($3 AS BIGINT), CAST($4 AS BIGINT), \
                         CAST($5 AS BIGINT) FROM accounts a, devices d WHERE a.number = $6 AND d.id = $7 \
                         AND (SELECT COUNT(*) FROM notices n WHERE n.account = $6 AND NOT (n.device = $7 AND n.channel = $1)) < $8 \
                         ON CONFLICT (account, device, channel) DO UPDATE SET alarms = excluded.alarms, \
                         exceptions = excluded.exceptions, begins = excluded.begins, ends = excluded.ends",
                    )
                    .bind(rule.channel.map_or(EVERY, i64::from))
                    .bind(rule.alarms.to_string())
                    .bind(i64::from(rule.exceptions))
                    .bind(i64::from(rule.begins))
                    .bind(i64::from(rule.ends))
                    .bind(rule.account.to_string())
                    .bind(rule.device.to_string())
                    .bind(MOST)
                    .execute(connection)
                    .await?;
                    Ok(done.rows_affected() > 0)
                })
            })
            .await
    }

    /// Takes a rule away; returns whether there was one.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn remove_notice(
        &self,
        account: Mobile,
        device: DevId,
        channel: Option<u16>,
    ) -> Result<bool, StoreError> {
        self.writer
            .run(move |connection| {
                Box::pin(async move {
                    let query = "DELETE FROM notices WHERE account = $1 AND device = $2 AND channel = $3";
                    let query = sqlx::query(query).bind(account.to_string()).bind(device.to_string());
                    let query = query.bind(channel.map_or(EVERY, i64::from));
                    Ok(query.execute(connection).await?.rows_affected() > 0)
                })
            })
            .await
    }

    /// The rules of an account.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn notices_of(&self, account: Mobile) -> Result<Vec<NoticeRule>, StoreError> {
        let query = sqlx::query("SELECT * FROM notices WHERE account = $1 ORDER BY device, channel");
        query.bind(account.to_string()).fetch_all(&self.read).await?.iter().map(read).collect()
    }

    /// The rules for a device, of all who may still read its alarms.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn notices_for(&self, device: DevId, now: UnixMillis) -> Result<Vec<NoticeRule>, StoreError> {
        let query = "SELECT n.* FROM notices n JOIN accounts a ON a.number = n.account AND a.state = 'active' \
            WHERE n.device = $1 AND (EXISTS (SELECT 1 FROM bindings b WHERE b.device = $1 AND b.account = n.account) \
            OR EXISTS (SELECT 1 FROM shares s WHERE s.device = $1 AND s.account = n.account \
            AND s.rights LIKE '%alarms%' AND (s.expires_at IS NULL OR s.expires_at > $2))) ORDER BY n.account, n.channel";
        let rows = sqlx::query(query).bind(device.to_string()).bind(now.0).fetch_all(&self.read).await?;
        rows.iter().map(read).collect()
    }
}

fn read(row: &AnyRow) -> Result<NoticeRule, StoreError> {
    let channel: i64 = row.try_get("channel")?;
    Ok(NoticeRule {
        account: parsed(row, "account")?,
        device: parsed(row, "device")?,
        channel: u16::try_from(channel).ok(),
        alarms: parsed::<AlarmTypes>(row, "alarms")?,
        exceptions: flag(row, "exceptions")?,
        begins: number(row, "begins")?,
        ends: number(row, "ends")?,
    })
}
