//! The records of the group platform. Spec §6.6.

use kandian_proto::enrolment::State;
use kandian_proto::time::UnixMillis;
use kandian_proto::{DevId, Secret};
use sqlx::Row;

use super::{Store, StoreError};

impl Store {
    /// Moves the record of a device at the group platform by one event, in one step: what comes back is on disk.
    ///
    /// # Errors
    ///
    /// When the database fails; then nothing has moved.
    pub async fn move_enrolment<F, T>(&self, device: DevId, now: UnixMillis, step: F) -> Result<T, StoreError>
    where
        F: Fn(&State) -> (State, T) + Send + Sync + 'static,
        T: Send + 'static,
    {
        let step = std::sync::Arc::new(step);
        self.writer
            .run(move |connection| {
                let step = std::sync::Arc::clone(&step);
                Box::pin(async move {
                    let query = sqlx::query("SELECT record FROM enrolments WHERE device = $1");
                    let row = query.bind(device.to_string()).fetch_optional(&mut *connection).await?;
                    let before = match row {
                        None => State::Absent,
                        Some(row) => {
                            let text: String = row.try_get("record")?;
                            // A record holds a key, so it is not quoted.
                            let hidden =
                                StoreError::Corrupt { column: "enrolments.record", value: "***".into() };
                            State::from_record(&text).map_err(|_| hidden)?
                        }
                    };
                    let (after, value) = step(&before);
                    if after != before {
                        let record: Secret = after.to_record();
                        sqlx::query(
                            "INSERT INTO enrolments (device, record, changed_at) VALUES ($1, $2, $3) \
                             ON CONFLICT (device) DO UPDATE SET record = excluded.record, \
                             changed_at = excluded.changed_at",
                        )
                        .bind(device.to_string())
                        .bind(record.reveal().to_owned())
                        .bind(now.0)
                        .execute(connection)
                        .await?;
                    }
                    Ok(value)
                })
            })
            .await
    }
}
