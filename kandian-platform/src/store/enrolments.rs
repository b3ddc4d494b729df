//! The records of the group platform. Spec §6.6.

use kandian_proto::enrolment::{Province, State};
use kandian_proto::time::UnixMillis;
use kandian_proto::{DevId, Secret};
use sqlx::Row;
use sqlx::any::AnyRow;

use super::row::parsed;
use super::{Store, StoreError};

/// The record of a device at the group platform.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enrolled {
    /// The device.
    pub device: DevId,
    /// Whose it is.
    pub state: State,
    /// When that last changed.
    pub changed_at: UnixMillis,
}

/// How far a device has come at the group platform.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EnrolmentStep {
    /// No province platform has claimed it.
    Unclaimed,
    /// One has, and the device has not asked since.
    Claimed,
    /// The device was given its address.
    Redirected,
}

impl EnrolmentStep {
    const fn letter(self) -> char {
        match self {
            Self::Unclaimed => 'U',
            Self::Claimed => 'C',
            Self::Redirected => 'R',
        }
    }
}

/// Which records to list.
#[derive(Clone, Copy, Debug, Default)]
pub struct EnrolmentFilter {
    /// Those of this province platform.
    pub province: Option<Province>,
    /// Those that have come so far.
    pub step: Option<EnrolmentStep>,
    /// Those behind this one, in the order of ids.
    pub after: Option<DevId>,
    /// Most of them.
    pub limit: u32,
}

/// Whether a record, as `State::to_record` writes it, is that of a device of the province platform `$1`. A key may look
/// like a province, so the letter of the state counts.
pub(super) const IS_OF: &str = "(record LIKE 'C ' || $1 || ' %' OR record LIKE 'R ' || $1 || ' %')";

impl Store {
    /// The record of one device.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn enrolment(&self, device: DevId) -> Result<Option<Enrolled>, StoreError> {
        let query = sqlx::query("SELECT * FROM enrolments WHERE device = $1").bind(device.to_string());
        query.fetch_optional(&self.read).await?.map(|row| read(&row)).transpose()
    }

    /// A page of the records.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn enrolments(&self, filter: EnrolmentFilter) -> Result<Vec<Enrolled>, StoreError> {
        let query = format!(
            "SELECT * FROM enrolments WHERE ($1 = '' OR {IS_OF}) AND record LIKE $2 AND device > $3 \
             ORDER BY device LIMIT $4"
        );
        let step = filter.step.map_or_else(|| "%".to_owned(), |step| format!("{} %", step.letter()));
        let after = filter.after.map(|id| id.to_string()).unwrap_or_default();
        let province = filter.province.map(|province| province.to_string()).unwrap_or_default();
        let query = sqlx::query(sqlx::AssertSqlSafe(query)).bind(province).bind(step);
        let rows = query.bind(after).bind(i64::from(filter.limit)).fetch_all(&self.read).await?;
        rows.iter().map(read).collect()
    }

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
                        Some(row) => state(&row)?,
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

fn read(row: &AnyRow) -> Result<Enrolled, StoreError> {
    let changed_at = UnixMillis(row.try_get("changed_at")?);
    Ok(Enrolled { device: parsed(row, "device")?, state: state(row)?, changed_at })
}

fn state(row: &AnyRow) -> Result<State, StoreError> {
    let text: String = row.try_get("record")?;
    // A record holds a key, so it is not quoted.
    let hidden = StoreError::Corrupt { column: "enrolments.record", value: "***".into() };
    State::from_record(&text).map_err(|_| hidden)
}
