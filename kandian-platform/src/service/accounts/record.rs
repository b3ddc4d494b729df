//! Accounts on record, as an administrator or CRM keeps them.

use kandian_proto::Secret;

use super::password::NoHash;
use crate::app::App;
use crate::rules::{BadPassword, Mobile, check_password};
use crate::store::{AccountChange, AccountOrigin, StoreError};

/// Why an account is not on record as it should be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AccountFailure {
    /// There is one with this number already.
    #[error("there is an account with this number already")]
    Exists,
    /// There is none with this number.
    #[error("there is no account with this number")]
    Unknown,
    /// The password is not taken.
    #[error(transparent)]
    Bad(#[from] BadPassword),
    /// It could not be hashed.
    #[error(transparent)]
    NoHash(#[from] NoHash),
    /// The database failed.
    #[error(transparent)]
    Store(StoreError),
}

impl From<StoreError> for AccountFailure {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Exists => Self::Exists,
            error => Self::Store(error),
        }
    }
}

/// Opens an account, with a password or without one yet.
///
/// # Errors
///
/// [`AccountFailure`]; then there is no account.
pub async fn open_account(
    app: &App,
    number: Mobile,
    password: Option<&Secret>,
    device_limit: u32,
    origin: AccountOrigin,
) -> Result<(), AccountFailure> {
    let hash = match password {
        Some(password) => {
            check_password(number, password)?;
            Some(app.passwords.hash(password).await?)
        }
        None => None,
    };
    app.store.add_account(number, device_limit, origin, app.clock.wall()).await?;
    if hash.is_some() {
        let change = AccountChange { password: hash, ..AccountChange::default() };
        app.store.change_account(number, change).await?;
    }
    Ok(())
}

/// Gives an account another password and ends its logins.
///
/// # Errors
///
/// [`AccountFailure`].
pub async fn set_password(app: &App, number: Mobile, password: &Secret) -> Result<(), AccountFailure> {
    check_password(number, password)?;
    let change =
        AccountChange { password: Some(app.passwords.hash(password).await?), ..AccountChange::default() };
    if app.store.change_account(number, change).await? { Ok(()) } else { Err(AccountFailure::Unknown) }
}
