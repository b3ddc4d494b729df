//! Passwords that were sent and not used yet.

use kandian_proto::time::UnixMillis;
use sqlx::Row;

use super::short_messages::queue;
use super::{NewMessage, Queued, Quota, Store, StoreError};
use crate::rules::Mobile;

impl Store {
    /// Puts a message with a password on its way, and the hash of the password on record, in one step. The one before
    /// ends.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn send_code(
        &self,
        hash: String,
        message: NewMessage,
        quota: Quota,
        now: UnixMillis,
    ) -> Result<Queued, StoreError> {
        self.writer
            .run(move |connection| {
                let (hash, message) = (hash.clone(), message.clone());
                Box::pin(async move {
                    let queued = queue(connection, &message, quota, now).await?;
                    if let Queued::Yes(_) = queued {
                        sqlx::query(
                            "INSERT INTO codes (account, hash, expires_at) VALUES ($1, $2, $3) \
                             ON CONFLICT (account) DO UPDATE SET hash = excluded.hash, expires_at = excluded.expires_at",
                        )
                        .bind(message.to.to_string())
                        .bind(hash)
                        .bind(message.expires_at.0)
                        .execute(connection)
                        .await?;
                    }
                    Ok(queued)
                })
            })
            .await
    }

    /// The hash of the password that was sent to an account, while it can be used.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn code(&self, account: Mobile, now: UnixMillis) -> Result<Option<String>, StoreError> {
        let query = "SELECT hash FROM codes WHERE account = $1 AND expires_at > $2";
        let row = sqlx::query(query).bind(account.to_string()).bind(now.0).fetch_optional(&self.read).await?;
        Ok(row.map(|row| row.try_get("hash")).transpose()?)
    }

    /// Uses a password that was sent up; returns whether it could be used. Of many who try at once, one can.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn use_code(&self, account: Mobile, hash: String, now: UnixMillis) -> Result<bool, StoreError> {
        self.writer
            .run(move |connection| {
                let hash = hash.clone();
                Box::pin(async move {
                    let query = "DELETE FROM codes WHERE account = $1 AND hash = $2 AND expires_at > $3";
                    let query = sqlx::query(query).bind(account.to_string()).bind(hash).bind(now.0);
                    Ok(query.execute(connection).await?.rows_affected() > 0)
                })
            })
            .await
    }
}
