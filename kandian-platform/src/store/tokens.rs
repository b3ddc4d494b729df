//! Keys of programs and administrators, as hashes.

use kandian_proto::time::UnixMillis;
use serde::{Deserialize, Serialize};
use sqlx::Row;
use sqlx::any::AnyRow;

use super::{Store, StoreError};

/// What the holder of a token may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum TokenRole {
    /// Look at everything but secrets.
    Viewer,
    /// Also steer devices.
    Operator,
    /// Also change what is on record, and make tokens.
    Admin,
}

impl TokenRole {
    const ALL: [(Self, &'static str); 3] =
        [(Self::Viewer, "viewer"), (Self::Operator, "operator"), (Self::Admin, "admin")];

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(role, _)| *role == self).map_or("viewer", |(_, name)| name)
    }

    fn read(row: &AnyRow) -> Result<Self, StoreError> {
        let text: String = row.try_get("role")?;
        let found = Self::ALL.iter().find(|(_, name)| *name == text);
        found.map(|(role, _)| *role).ok_or(StoreError::Corrupt { column: "role", value: text })
    }
}

/// A token on record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// Its public half, by which it is found.
    pub id: String,
    /// A name for people.
    pub name: String,
    /// SHA-256 of its secret half, in hexadecimal digits.
    pub hash: String,
    /// What its holder may do.
    pub role: TokenRole,
    /// When it was made.
    pub created_at: UnixMillis,
    /// When it ends; `None`: never.
    pub expires_at: Option<UnixMillis>,
    /// When it was taken back.
    pub revoked_at: Option<UnixMillis>,
}

impl Store {
    /// Stores a token.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn add_token(&self, token: Token) -> Result<(), StoreError> {
        self.writer
            .run(move |connection| {
                let token = token.clone();
                Box::pin(async move {
                    sqlx::query(
                        "INSERT INTO tokens (id, name, hash, role, created_at, expires_at) \
                         VALUES ($1, $2, $3, $4, $5, CAST($6 AS BIGINT))",
                    )
                    .bind(token.id)
                    .bind(token.name)
                    .bind(token.hash)
                    .bind(token.role.name())
                    .bind(token.created_at.0)
                    .bind(token.expires_at.map(|at| at.0))
                    .execute(connection)
                    .await?;
                    Ok(())
                })
            })
            .await
    }

    /// The token with this public half.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn token(&self, id: &str) -> Result<Option<Token>, StoreError> {
        let row = sqlx::query("SELECT * FROM tokens WHERE id = $1").bind(id.to_owned());
        row.fetch_optional(&self.read).await?.map(|row| read(&row)).transpose()
    }

    /// All tokens, the oldest first.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn tokens(&self) -> Result<Vec<Token>, StoreError> {
        let rows = sqlx::query("SELECT * FROM tokens ORDER BY created_at, id").fetch_all(&self.read).await?;
        rows.iter().map(read).collect()
    }

    /// Takes a token back; returns whether there was one to take back.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn revoke_token(&self, id: &str, now: UnixMillis) -> Result<bool, StoreError> {
        let id = id.to_owned();
        self.writer
            .run(move |connection| {
                let id = id.clone();
                Box::pin(async move {
                    let query = "UPDATE tokens SET revoked_at = $1 WHERE id = $2 AND revoked_at IS NULL";
                    let done = sqlx::query(query).bind(now.0).bind(id).execute(connection).await?;
                    Ok(done.rows_affected() > 0)
                })
            })
            .await
    }
}

fn read(row: &AnyRow) -> Result<Token, StoreError> {
    let time = |column| Ok::<_, StoreError>(row.try_get::<Option<i64>, _>(column)?.map(UnixMillis));
    Ok(Token {
        id: row.try_get("id")?,
        name: row.try_get("name")?,
        hash: row.try_get("hash")?,
        role: TokenRole::read(row)?,
        created_at: UnixMillis(row.try_get("created_at")?),
        expires_at: time("expires_at")?,
        revoked_at: time("revoked_at")?,
    })
}
