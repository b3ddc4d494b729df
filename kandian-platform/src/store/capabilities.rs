//! What devices report about themselves. Spec §7.5.2.

use kandian_proto::DevId;
use kandian_proto::time::UnixMillis;
use sqlx::Row;

use super::{Store, StoreError};

impl Store {
    /// Stores what a device can do: the JSON twin of its report, with the secrets in it.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn put_capabilities(
        &self,
        device: DevId,
        document: String,
        channels: u16,
        now: UnixMillis,
    ) -> Result<(), StoreError> {
        self.writer
            .run(move |connection| {
                let document = document.clone();
                Box::pin(async move {
                    sqlx::query(
                        "INSERT INTO capabilities (device, document, channels, reported_at) \
                         VALUES ($1, $2, $3, $4) ON CONFLICT (device) DO UPDATE SET document = excluded.document, \
                         channels = excluded.channels, reported_at = excluded.reported_at",
                    )
                    .bind(device.to_string())
                    .bind(document.replace('\0', "\u{FFFD}"))
                    .bind(i64::from(channels))
                    .bind(now.0)
                    .execute(connection)
                    .await?;
                    Ok(())
                })
            })
            .await
    }

    /// What a device can do, and when it said so.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn capabilities(&self, device: DevId) -> Result<Option<(String, UnixMillis)>, StoreError> {
        let query = "SELECT document, reported_at FROM capabilities WHERE device = $1";
        let row = sqlx::query(query).bind(device.to_string()).fetch_optional(&self.read).await?;
        row.map(|row| Ok((row.try_get("document")?, UnixMillis(row.try_get("reported_at")?)))).transpose()
    }
}
