//! Why the store did not do what it was asked.

use std::path::PathBuf;

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
        Self::Open(error.to_string())
    }

    pub(super) fn migrating(error: sqlx::migrate::MigrateError) -> Self {
        Self::Migrate(error.to_string())
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::Database(inner) if inner.is_unique_violation() => Self::Exists,
            sqlx::Error::PoolClosed => Self::Closed,
            _ => Self::Database(error.to_string()),
        }
    }
}
