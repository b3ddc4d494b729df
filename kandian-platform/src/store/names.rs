//! What people call channels and digital inputs. Spec §8.18.

use std::collections::BTreeMap;

use kandian_proto::DevId;

use super::row::{number, parsed};
use super::{Store, StoreError};
use crate::rules::Mobile;

/// Names by device and number.
pub type Names = BTreeMap<(DevId, u16), String>;

/// What has a name of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Named {
    /// A channel: a monitoring point.
    Channel,
    /// A digital input.
    Input,
}

impl Named {
    const fn table(self) -> &'static str {
        match self {
            Self::Channel => "channels",
            Self::Input => "inputs",
        }
    }
}

impl Store {
    /// Gives a channel or an input of a device a name; returns whether there is the device.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn name(&self, what: Named, device: DevId, no: u16, name: String) -> Result<bool, StoreError> {
        let name = name.replace('\0', "\u{FFFD}");
        let query = format!(
            // PostgreSQL takes a bare parameter of a SELECT for a text.
            "INSERT INTO {} (device, no, name) SELECT id, CAST($1 AS BIGINT), $2 FROM devices WHERE id = $3 \
             ON CONFLICT (device, no) DO UPDATE SET name = excluded.name",
            what.table()
        );
        self.writer
            .run(move |connection| {
                let (query, name) = (query.clone(), name.clone());
                Box::pin(async move {
                    let query = sqlx::query(sqlx::AssertSqlSafe(query)).bind(i64::from(no)).bind(name);
                    Ok(query.bind(device.to_string()).execute(connection).await?.rows_affected() > 0)
                })
            })
            .await
    }

    /// The name of one channel or input, if it has one.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn name_of(&self, what: Named, device: DevId, no: u16) -> Result<Option<String>, StoreError> {
        let query = format!("SELECT name FROM {} WHERE device = $1 AND no = $2", what.table());
        let query = sqlx::query(sqlx::AssertSqlSafe(query)).bind(device.to_string()).bind(i64::from(no));
        let row = query.fetch_optional(&self.read).await?;
        Ok(row.map(|row| sqlx::Row::try_get(&row, "name")).transpose()?)
    }

    /// The names of what an account holds.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn names(&self, what: Named, account: Mobile) -> Result<Names, StoreError> {
        let query = format!(
            "SELECT device, no, name FROM {} WHERE device IN (SELECT device FROM bindings WHERE account = $1 \
             UNION SELECT device FROM shares WHERE account = $1)",
            what.table()
        );
        let rows =
            sqlx::query(sqlx::AssertSqlSafe(query)).bind(account.to_string()).fetch_all(&self.read).await?;
        let named =
            |row| Ok(((parsed(row, "device")?, number(row, "no")?), sqlx::Row::try_get(row, "name")?));
        rows.iter().map(named).collect()
    }
}
