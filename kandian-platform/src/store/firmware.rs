//! The catalogue of firmware. Spec §8.14.

use kandian_proto::Secret;
use kandian_proto::time::UnixMillis;
use kandian_proto::value::{Host, Manufacturer};
use sqlx::Row;
use sqlx::any::AnyRow;

use super::row::{number, parsed};
use super::{Store, StoreError};
use crate::rules::NewFirmware;

/// Firmware of the catalogue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Firmware {
    /// Its number; later ones are higher.
    pub id: i64,
    /// What it is and where it lies.
    pub entry: NewFirmware,
    /// When it was put in.
    pub created_at: UnixMillis,
}

/// Which part of the catalogue is wanted, in the order of numbers.
#[derive(Clone, Debug, Default)]
pub struct FirmwareFilter {
    /// Of this manufacturer only.
    pub manufacturer: Option<Manufacturer>,
    /// Of this model only.
    pub model: Option<String>,
    /// Behind this number.
    pub after: i64,
    /// Most of them.
    pub limit: u32,
}

const COLUMNS: &str =
    "id, manufacturer, model, version, ftp_host, ftp_port, ftp_account, ftp_password, file, created_at";

impl Store {
    /// Puts firmware into the catalogue; its number.
    ///
    /// # Errors
    ///
    /// [`StoreError::Exists`] when this version is there already for the model, and others when the database fails.
    pub async fn add_firmware(&self, firmware: NewFirmware, now: UnixMillis) -> Result<i64, StoreError> {
        self.writer
            .run(move |connection| {
                let firmware = firmware.clone();
                Box::pin(async move {
                    let row = sqlx::query(
                        "INSERT INTO firmware (manufacturer, model, version, ftp_host, ftp_port, ftp_account, \
                         ftp_password, file, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING id",
                    )
                    .bind(firmware.manufacturer.as_str().to_owned())
                    .bind(firmware.model)
                    .bind(firmware.version)
                    .bind(firmware.host.to_string())
                    .bind(i64::from(firmware.port))
                    .bind(firmware.account)
                    .bind(firmware.password.reveal().to_owned())
                    .bind(firmware.file)
                    .bind(now.0)
                    .fetch_one(connection)
                    .await?;
                    Ok(row.try_get("id")?)
                })
            })
            .await
    }

    /// Takes firmware out of the catalogue; returns what was taken, or `None` when there is none with this number.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn remove_firmware(&self, id: i64) -> Result<Option<Firmware>, StoreError> {
        self.writer
            .run(move |connection| {
                Box::pin(async move {
                    let query = format!("DELETE FROM firmware WHERE id = $1 RETURNING {COLUMNS}");
                    let query = sqlx::query(sqlx::AssertSqlSafe(query)).bind(id);
                    query.fetch_optional(connection).await?.map(|row| read(&row)).transpose()
                })
            })
            .await
    }

    /// A part of the catalogue.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn firmware(&self, filter: FirmwareFilter) -> Result<Vec<Firmware>, StoreError> {
        let query = format!(
            "SELECT {COLUMNS} FROM firmware WHERE ($1 = '' OR manufacturer = $1) AND ($2 = '' OR model = $2) \
             AND id > $3 ORDER BY id LIMIT $4"
        );
        let manufacturer = filter.manufacturer.map(|code| code.as_str().to_owned()).unwrap_or_default();
        let rows = sqlx::query(sqlx::AssertSqlSafe(query))
            .bind(manufacturer)
            .bind(filter.model.unwrap_or_default())
            .bind(filter.after)
            .bind(i64::from(filter.limit))
            .fetch_all(&self.read)
            .await?;
        rows.iter().map(read).collect()
    }
}

fn read(row: &AnyRow) -> Result<Firmware, StoreError> {
    Ok(Firmware {
        id: row.try_get("id")?,
        entry: NewFirmware {
            manufacturer: parsed(row, "manufacturer")?,
            model: row.try_get("model")?,
            version: row.try_get("version")?,
            host: parsed::<Host>(row, "ftp_host")?,
            port: number(row, "ftp_port")?,
            account: row.try_get("ftp_account")?,
            password: Secret::from(row.try_get::<String, _>("ftp_password")?),
            file: row.try_get("file")?,
        },
        created_at: UnixMillis(row.try_get("created_at")?),
    })
}
