//! The users that province platforms reported to the group platform. Spec §6.2 to §6.4; E-40.

use kandian_proto::enrolment::Province;
use kandian_proto::time::UnixMillis;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

use super::row::{number, parsed};
use super::{Store, StoreError};
use crate::rules::Mobile;

/// A user of a province platform.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscription {
    /// The mobile number.
    pub account: Mobile,
    /// Whose user it is.
    pub province: Province,
    /// Monitoring points bought (`IpcamNum`).
    pub cameras: u32,
    /// When the service was opened first.
    pub opened_at: UnixMillis,
    /// When it last changed.
    pub changed_at: UnixMillis,
}

/// How a change of a user ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subscribed {
    /// It is done.
    Done,
    /// There is no such user.
    Unknown,
    /// It is the user of another province platform (E-40).
    ToAnother,
}

/// Which users to list.
#[derive(Clone, Copy, Debug, Default)]
pub struct SubscriptionFilter {
    /// Those of this province platform.
    pub province: Option<Province>,
    /// Those behind this one, in the order of their numbers.
    pub after: Option<Mobile>,
    /// Most of them.
    pub limit: u32,
}

impl Store {
    /// Opens the service for a user, or overwrites how many monitoring points that of the same province has (E-40).
    ///
    /// # Errors
    ///
    /// When the database fails, or the province platform is not on record any more.
    pub async fn open_subscription(
        &self,
        account: Mobile,
        province: Province,
        cameras: u32,
        now: UnixMillis,
    ) -> Result<Subscribed, StoreError> {
        self.writer
            .run(move |connection| {
                Box::pin(async move {
                    let done = sqlx::query(
                        "INSERT INTO subscriptions (account, province, cameras, opened_at, changed_at) \
                         VALUES ($1, $2, $3, $4, $4) ON CONFLICT (account) DO UPDATE SET \
                         cameras = excluded.cameras, changed_at = excluded.changed_at \
                         WHERE subscriptions.province = excluded.province",
                    )
                    .bind(account.to_string())
                    .bind(province.to_string())
                    .bind(i64::from(cameras))
                    .bind(now.0)
                    .execute(connection)
                    .await?;
                    Ok(if done.rows_affected() > 0 { Subscribed::Done } else { Subscribed::ToAnother })
                })
            })
            .await
    }

    /// Changes how many monitoring points a user has.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn change_subscription(
        &self,
        account: Mobile,
        province: Province,
        cameras: u32,
        now: UnixMillis,
    ) -> Result<Subscribed, StoreError> {
        self.writer
            .run(move |connection| {
                Box::pin(async move {
                    let done = sqlx::query(
                        "UPDATE subscriptions SET cameras = $1, changed_at = $2 WHERE account = $3 AND province = $4",
                    )
                    .bind(i64::from(cameras))
                    .bind(now.0)
                    .bind(account.to_string())
                    .bind(province.to_string())
                    .execute(&mut *connection)
                    .await?;
                    ended(connection, account, done.rows_affected()).await
                })
            })
            .await
    }

    /// Cancels the service of a user. The devices stay with the province (E-34).
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn cancel_subscription(
        &self,
        account: Mobile,
        province: Province,
    ) -> Result<Subscribed, StoreError> {
        self.writer
            .run(move |connection| {
                Box::pin(async move {
                    let done = sqlx::query("DELETE FROM subscriptions WHERE account = $1 AND province = $2");
                    let done = done.bind(account.to_string()).bind(province.to_string());
                    let rows = done.execute(&mut *connection).await?.rows_affected();
                    ended(connection, account, rows).await
                })
            })
            .await
    }

    /// A page of users.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn subscriptions(&self, filter: SubscriptionFilter) -> Result<Vec<Subscription>, StoreError> {
        let query = sqlx::query(
            "SELECT * FROM subscriptions WHERE ($1 = '' OR province = $1) AND account > $2 \
             ORDER BY account LIMIT $3",
        );
        let province = filter.province.map(|province| province.to_string()).unwrap_or_default();
        let after = filter.after.map(|account| account.to_string()).unwrap_or_default();
        let query = query.bind(province).bind(after).bind(i64::from(filter.limit));
        query.fetch_all(&self.read).await?.iter().map(read).collect()
    }
}

/// Why a change met no row, if it did.
async fn ended(connection: &mut AnyConnection, account: Mobile, rows: u64) -> Result<Subscribed, StoreError> {
    if rows > 0 {
        return Ok(Subscribed::Done);
    }
    let query =
        sqlx::query("SELECT province FROM subscriptions WHERE account = $1").bind(account.to_string());
    let found = query.fetch_optional(connection).await?;
    Ok(if found.is_some() { Subscribed::ToAnother } else { Subscribed::Unknown })
}

fn read(row: &AnyRow) -> Result<Subscription, StoreError> {
    Ok(Subscription {
        account: parsed(row, "account")?,
        province: parsed(row, "province")?,
        cameras: number(row, "cameras")?,
        opened_at: UnixMillis(row.try_get("opened_at")?),
        changed_at: UnixMillis(row.try_get("changed_at")?),
    })
}
