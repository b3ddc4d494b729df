//! The clients that people download: those that a group platform offers, and those that a province platform was told of.
//! Spec §6.1, §9.

use kandian_proto::time::UnixMillis;
use kandian_proto::value::Url;
use sqlx::Row;
use sqlx::any::AnyRow;

use super::row::parsed;
use super::{Store, StoreError};
use crate::rules::{ClientKind, Dotted};

/// A client that a group platform offers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Release {
    /// Which client.
    pub client: ClientKind,
    /// Users of province platforms of this version and later ones get it, until a release for a later version.
    pub from: Dotted,
    /// Its version, as in `A-1.2`.
    pub version: String,
    /// The lowest version that may still be used.
    pub minimum: Dotted,
    /// Where it is.
    pub url: Url,
}

/// A client that a province platform was told of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Download {
    /// Which client.
    pub client: ClientKind,
    /// Its version, as the group platform says.
    pub version: String,
    /// Where it is.
    pub url: Url,
    /// When the group platform said so.
    pub at: UnixMillis,
}

impl Store {
    /// The clients that the group platform offers.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn releases(&self) -> Result<Vec<Release>, StoreError> {
        let query = "SELECT * FROM client_releases ORDER BY client, cms_ver";
        sqlx::query(query).fetch_all(&self.read).await?.iter().map(read_release).collect()
    }

    /// Offers a client, instead of the one that users of the same platforms got before.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn set_release(&self, release: Release) -> Result<(), StoreError> {
        self.writer
            .run(move |connection| {
                let release = release.clone();
                Box::pin(async move {
                    sqlx::query(
                        "INSERT INTO client_releases (client, cms_ver, version, minimum, url) \
                         VALUES ($1, $2, $3, $4, $5) ON CONFLICT (client, cms_ver) DO UPDATE SET \
                         version = excluded.version, minimum = excluded.minimum, url = excluded.url",
                    )
                    .bind(release.client.name())
                    .bind(release.from.to_string())
                    .bind(release.version)
                    .bind(release.minimum.to_string())
                    .bind(release.url.to_string())
                    .execute(connection)
                    .await?;
                    Ok(())
                })
            })
            .await
    }

    /// Offers a client no longer; returns whether it was offered.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn remove_release(&self, client: ClientKind, from: Dotted) -> Result<bool, StoreError> {
        self.writer
            .run(move |connection| {
                Box::pin(async move {
                    let gone = sqlx::query("DELETE FROM client_releases WHERE client = $1 AND cms_ver = $2");
                    let gone = gone.bind(client.name()).bind(from.to_string());
                    Ok(gone.execute(connection).await?.rows_affected() > 0)
                })
            })
            .await
    }

    /// Where users of this province platform download the clients; nothing before the group platform has said so.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn downloads(&self) -> Result<Vec<Download>, StoreError> {
        let rows = sqlx::query("SELECT * FROM downloads ORDER BY client").fetch_all(&self.read).await?;
        rows.iter().map(read_download).collect()
    }

    /// Notes what the group platform said about where to download the clients.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn set_downloads(&self, downloads: Vec<Download>) -> Result<(), StoreError> {
        self.writer
            .run(move |connection| {
                let downloads = downloads.clone();
                Box::pin(async move {
                    for download in downloads {
                        sqlx::query(
                            "INSERT INTO downloads (client, version, url, answered_at) VALUES ($1, $2, $3, $4) \
                             ON CONFLICT (client) DO UPDATE SET version = excluded.version, url = excluded.url, \
                             answered_at = excluded.answered_at",
                        )
                        .bind(download.client.name())
                        .bind(download.version)
                        .bind(download.url.to_string())
                        .bind(download.at.0)
                        .execute(&mut *connection)
                        .await?;
                    }
                    Ok(())
                })
            })
            .await
    }
}

fn read_release(row: &AnyRow) -> Result<Release, StoreError> {
    Ok(Release {
        client: parsed(row, "client")?,
        from: parsed(row, "cms_ver")?,
        version: row.try_get("version")?,
        minimum: parsed(row, "minimum")?,
        url: parsed(row, "url")?,
    })
}

fn read_download(row: &AnyRow) -> Result<Download, StoreError> {
    Ok(Download {
        client: parsed(row, "client")?,
        version: row.try_get("version")?,
        url: parsed(row, "url")?,
        at: UnixMillis(row.try_get("answered_at")?),
    })
}
