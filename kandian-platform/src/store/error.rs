//! Why the store did not do what it was asked.

use std::path::PathBuf;

/// SQLITE_FULL, and disk_full of PostgreSQL.
const FULL: [&str; 2] = ["13", "53100"];
/// SQLITE_READONLY and its kinds (no WAL, no directory to write), and read_only_sql_transaction of PostgreSQL.
const READ_ONLY: [&str; 7] = ["8", "264", "520", "776", "1032", "1544", "25006"];

/// Why the store did not do what it was asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The database cannot be opened.
    #[error("the database cannot be opened: {0}")]
    Open(String),
    /// Its tables cannot be brought up to date.
    #[error("the tables of the database cannot be brought up to date: {0}")]
    Migrate(String),
    /// The data directory has a name that no URL can hold.
    #[error("the path {} is not UTF-8", .0.display())]
    Path(PathBuf),
    /// There is one with this key already.
    #[error("it exists already")]
    Exists,
    /// There is no room for the change; it was not made.
    #[error(
        "the disk of the database is full: free some space there; nothing is lost, and changes are taken again then"
    )]
    Full,
    /// The database cannot be written; the change was not made.
    #[error(
        "the database is read-only: give this user the right to write to it, its directory and the files beside it"
    )]
    ReadOnly,
    /// A statement failed; the change was not made.
    #[error("the database refused: {0}")]
    Database(String),
    /// A row holds what this version does not understand.
    #[error("{column} of the database holds `{value}`")]
    Corrupt {
        /// Table and column.
        column: &'static str,
        /// What is in it.
        value: String,
    },
    /// The store is closed.
    #[error("the store is closed")]
    Closed,
}

impl StoreError {
    pub(super) fn opening(error: sqlx::Error) -> Self {
        match Self::from(error) {
            Self::Database(why) => Self::Open(why),
            known => known,
        }
    }

    pub(super) fn migrating(error: sqlx::migrate::MigrateError) -> Self {
        use sqlx::migrate::MigrateError as E;
        match error {
            E::Execute(error) | E::ExecuteMigration(error, _) => match Self::from(error) {
                Self::Database(why) => Self::Migrate(why),
                known => known,
            },
            error => Self::Migrate(error.to_string()),
        }
    }
}

fn has_code(error: &dyn sqlx::error::DatabaseError, codes: &[&str]) -> bool {
    error.code().is_some_and(|code| codes.contains(&&*code))
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::Database(inner) if inner.is_unique_violation() => Self::Exists,
            sqlx::Error::Database(inner) if has_code(&**inner, &FULL) => Self::Full,
            sqlx::Error::Database(inner) if has_code(&**inner, &READ_ONLY) => Self::ReadOnly,
            sqlx::Error::PoolClosed => Self::Closed,
            _ => Self::Database(error.to_string()),
        }
    }
}
