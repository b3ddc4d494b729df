//! The province platforms that the group platform knows. Spec §6.1.

use kandian_proto::Secret;
use kandian_proto::enrolment::Province;
use kandian_proto::time::UnixMillis;
use kandian_proto::value::Url;
use sqlx::Row;
use sqlx::any::AnyRow;

use super::enrolments::IS_OF;
use super::row::{maybe, parsed};
use super::{Store, StoreError};
use crate::rules::Dotted;

/// A province platform on record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProvinceRecord {
    /// Its numbers.
    pub id: Province,
    /// What clients show in their list (`CmsName`).
    pub name: String,
    /// Argon2id of its password, in PHC form.
    pub password: Secret,
    /// When it came on record.
    pub created_at: UnixMillis,
    /// What it reported last.
    pub report: Option<AddressReport>,
}

/// What a province platform reported of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddressReport {
    /// Its version (`CmsVer`).
    pub version: Dotted,
    /// Where its clients log in (`McuUrl`).
    pub mcu_url: Url,
    /// Where its devices register (`DevUrl`).
    pub dev_url: Url,
    /// When.
    pub at: UnixMillis,
    /// From which address.
    pub from: String,
}

/// How an attempt to take a province platform off the record ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProvinceRemoval {
    /// It is gone, and so are the users it reported.
    Done,
    /// There is none.
    Unknown,
    /// Devices belong to it, which would belong to nobody then (E-34).
    HasDevices(u64),
}

impl Store {
    /// Puts a province platform on record; `password` is its hash, in PHC form.
    ///
    /// # Errors
    ///
    /// [`StoreError::Exists`], and others when the database fails.
    pub async fn add_province(
        &self,
        id: Province,
        name: String,
        password: Secret,
        now: UnixMillis,
    ) -> Result<(), StoreError> {
        self.writer
            .run(move |connection| {
                let (name, password) = (name.clone(), password.reveal().to_owned());
                Box::pin(async move {
                    sqlx::query(
                        "INSERT INTO provinces (id, name, password, created_at) VALUES ($1, $2, $3, $4)",
                    )
                    .bind(id.to_string())
                    .bind(name)
                    .bind(password)
                    .bind(now.0)
                    .execute(connection)
                    .await?;
                    Ok(())
                })
            })
            .await
    }

    /// One province platform.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn province(&self, id: Province) -> Result<Option<ProvinceRecord>, StoreError> {
        let query = sqlx::query("SELECT * FROM provinces WHERE id = $1").bind(id.to_string());
        query.fetch_optional(&self.read).await?.map(|row| read(&row)).transpose()
    }

    /// All of them, by their numbers. There are as many as an operator has provinces.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn provinces(&self) -> Result<Vec<ProvinceRecord>, StoreError> {
        let rows = sqlx::query("SELECT * FROM provinces ORDER BY id").fetch_all(&self.read).await?;
        rows.iter().map(read).collect()
    }

    /// Gives a province platform another name or password; returns whether there is one. What is `None` stays.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn change_province(
        &self,
        id: Province,
        name: Option<String>,
        password: Option<Secret>,
    ) -> Result<bool, StoreError> {
        self.writer
            .run(move |connection| {
                let (name, password) = (name.clone(), password.clone());
                Box::pin(async move {
                    let done = sqlx::query(
                        "UPDATE provinces SET name = COALESCE(CAST($1 AS TEXT), name), \
                         password = COALESCE(CAST($2 AS TEXT), password) WHERE id = $3",
                    )
                    .bind(name)
                    .bind(password.map(|password| password.reveal().to_owned()))
                    .bind(id.to_string())
                    .execute(connection)
                    .await?;
                    Ok(done.rows_affected() > 0)
                })
            })
            .await
    }

    /// Notes what a province platform reported; returns whether there is one.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn note_addresses(&self, id: Province, report: AddressReport) -> Result<bool, StoreError> {
        self.writer
            .run(move |connection| {
                let report = report.clone();
                Box::pin(async move {
                    let done = sqlx::query(
                        "UPDATE provinces SET cms_ver = $1, mcu_url = $2, dev_url = $3, reported_at = $4, \
                         reported_from = $5 WHERE id = $6",
                    )
                    .bind(report.version.to_string())
                    .bind(report.mcu_url.to_string())
                    .bind(report.dev_url.to_string())
                    .bind(report.at.0)
                    .bind(report.from)
                    .bind(id.to_string())
                    .execute(connection)
                    .await?;
                    Ok(done.rows_affected() > 0)
                })
            })
            .await
    }

    /// Takes a province platform to which no device belongs off the record, with the users it reported.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn remove_province(&self, id: Province) -> Result<ProvinceRemoval, StoreError> {
        self.writer
            .run(move |connection| {
                Box::pin(async move {
                    let owned =
                        format!("SELECT CAST(COUNT(*) AS BIGINT) AS owned FROM enrolments WHERE {IS_OF}");
                    let owned = sqlx::query(sqlx::AssertSqlSafe(owned)).bind(id.to_string());
                    let row = owned.fetch_one(&mut *connection).await?;
                    let owned: i64 = row.try_get("owned")?;
                    if owned > 0 {
                        return Ok(ProvinceRemoval::HasDevices(owned.unsigned_abs()));
                    }
                    let gone = sqlx::query("DELETE FROM provinces WHERE id = $1").bind(id.to_string());
                    let found = gone.execute(connection).await?.rows_affected() > 0;
                    Ok(if found { ProvinceRemoval::Done } else { ProvinceRemoval::Unknown })
                })
            })
            .await
    }
}

fn read(row: &AnyRow) -> Result<ProvinceRecord, StoreError> {
    Ok(ProvinceRecord {
        id: parsed(row, "id")?,
        name: row.try_get("name")?,
        password: Secret::from(row.try_get::<String, _>("password")?),
        created_at: UnixMillis(row.try_get("created_at")?),
        report: report(row)?,
    })
}

fn report(row: &AnyRow) -> Result<Option<AddressReport>, StoreError> {
    let at: Option<i64> = row.try_get("reported_at")?;
    let urls = (maybe(row, "cms_ver")?, maybe(row, "mcu_url")?, maybe(row, "dev_url")?);
    let (Some(at), (Some(version), Some(mcu_url), Some(dev_url))) = (at, urls) else { return Ok(None) };
    Ok(Some(AddressReport {
        version,
        mcu_url,
        dev_url,
        at: UnixMillis(at),
        from: row.try_get("reported_from")?,
    }))
}
