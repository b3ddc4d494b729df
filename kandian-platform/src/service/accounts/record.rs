//! Accounts on record, as an administrator or CRM keeps them.

use kandian_proto::Secret;
use kandian_proto::time::UnixMillis;

use super::password::{NoHash, Passwords};
use crate::rules::{BadPassword, Mobile, check_password};
use crate::store::{AccountChange, AccountOrigin, Store, StoreError};

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

/// An account to open.
#[derive(Clone, Debug)]
pub struct NewAccount {
    /// Its mobile number.
    pub number: Mobile,
    /// Its password; without one nobody logs in yet.
    pub password: Option<Secret>,
    /// How many devices it may bind.
    pub device_limit: u32,
    /// Who opens it.
    pub origin: AccountOrigin,
}

/// Opens an account.
///
/// # Errors
///
/// [`AccountFailure`]; then there is no account.
pub async fn open_account(
    store: &Store,
    passwords: &Passwords,
    account: NewAccount,
    now: UnixMillis,
) -> Result<(), AccountFailure> {
    let NewAccount { number, password, device_limit, origin } = account;
    let hash = match password {
        Some(password) => {
            check_password(number, &password)?;
            Some(passwords.hash(&password).await?)
        }
        None => None,
    };
    Ok(store.add_account(number, hash, device_limit, origin, now).await?)
}

/// Gives an account another password and ends its logins.
///
/// # Errors
///
/// [`AccountFailure`].
pub async fn set_password(
    store: &Store,
    passwords: &Passwords,
    number: Mobile,
    password: &Secret,
) -> Result<(), AccountFailure> {
    check_password(number, password)?;
    let change =
        AccountChange { password: Some(passwords.hash(password).await?), ..AccountChange::default() };
    if store.change_account(number, change).await? { Ok(()) } else { Err(AccountFailure::Unknown) }
}

/// A password for somebody who has none: ten characters that nobody takes for one another, 50 bits.
#[must_use]
pub fn new_password() -> Secret {
    use rand::RngExt as _;
    const ALPHABET: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz234567890";
    let mut source = rand::rng();
    let text: String =
        (0..10).map(|_| char::from(ALPHABET[source.random_range(0..ALPHABET.len())])).collect();
    Secret::from(text)
}
