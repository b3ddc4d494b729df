//! What administrators of a group platform keep: the province platforms, and whose a device is.; E-33, E-34, E-166.

use kandian_proto::enrolment::{Event, Province, State, apply};
use kandian_proto::time::UnixMillis;
use kandian_proto::{DevId, Secret};

use super::directory::own;
use crate::app::App;
use crate::entry::checked_name;
use crate::service::accounts::{NoHash, Passwords, new_password};
use crate::service::{Actor, noted};
use crate::store::{Store, StoreError};

/// Bytes of a password, at least and at most (E-37).
const PASSWORD_BYTES: std::ops::RangeInclusive<usize> = 8..=31;

/// A province platform to put on record.
#[derive(Clone, Debug)]
pub struct NewProvince {
    /// Its numbers.
    pub id: Province,
    /// What clients show in their list.
    pub name: String,
    /// Its password; one is made when there is none.
    pub password: Option<Secret>,
}

/// Why a province platform is not on record as it should be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProvinceFailure {
    /// There is one with these numbers already.
    #[error("there is a province platform with these numbers already")]
    Exists,
    /// There is none with these numbers.
    #[error("there is no province platform with these numbers")]
    Unknown,
    /// 0000-00 is that of this process.
    #[error("0000-00 stands for the province platform of this process")]
    Own,
    /// Its name is empty or too long.
    #[error("a name has at least one character and no controls, and fits a list: {0}")]
    Name(String),
    /// The password is not taken.
    #[error("the password of a province platform has 8 to 31 letters, digits and signs of ASCII")]
    Password,
    /// It could not be hashed.
    #[error(transparent)]
    NoHash(#[from] NoHash),
    /// The database failed.
    #[error(transparent)]
    Store(StoreError),
}

impl From<StoreError> for ProvinceFailure {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Exists => Self::Exists,
            error => Self::Store(error),
        }
    }
}

/// A password for a province platform: twenty characters, 100 bits.
#[must_use]
pub fn new_province_password() -> Secret {
    Secret::from(format!("{}{}", new_password().reveal(), new_password().reveal()))
}

/// Puts a province platform on record; the password that it has from now on.
///
/// # Errors
///
/// [`ProvinceFailure`].
pub async fn add_province(
    store: &Store,
    passwords: &Passwords,
    province: NewProvince,
    now: UnixMillis,
) -> Result<Secret, ProvinceFailure> {
    if own().is_ok_and(|own| own == province.id) {
        return Err(ProvinceFailure::Own);
    }
    let name = name(province.name)?;
    let password = province.password.unwrap_or_else(new_province_password);
    let hash = hashed(passwords, &password).await?;
    store.add_province(province.id, name, hash, now).await?;
    Ok(password)
}

/// Gives a province platform another password; the one that it has from now on.
///
/// # Errors
///
/// [`ProvinceFailure`].
pub async fn set_province_password(
    store: &Store,
    passwords: &Passwords,
    id: Province,
    password: Option<Secret>,
) -> Result<Secret, ProvinceFailure> {
    let password = password.unwrap_or_else(new_province_password);
    let hash = hashed(passwords, &password).await?;
    if store.change_province(id, None, Some(hash)).await? {
        Ok(password)
    } else {
        Err(ProvinceFailure::Unknown)
    }
}

/// Gives a province platform another name.
///
/// # Errors
///
/// [`ProvinceFailure`].
pub async fn rename_province(store: &Store, id: Province, new: String) -> Result<(), ProvinceFailure> {
    if store.change_province(id, Some(name(new)?), None).await? {
        Ok(())
    } else {
        Err(ProvinceFailure::Unknown)
    }
}

/// A name for the list of clients.
fn name(name: String) -> Result<String, ProvinceFailure> {
    let name = checked_name(name.trim().to_owned()).map_err(|e| ProvinceFailure::Name(e.to_string()))?;
    if name.is_empty() { Err(ProvinceFailure::Name("it is empty".to_owned())) } else { Ok(name) }
}

async fn hashed(passwords: &Passwords, password: &Secret) -> Result<Secret, ProvinceFailure> {
    let text = password.reveal();
    if !PASSWORD_BYTES.contains(&text.len()) || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(ProvinceFailure::Password);
    }
    Ok(passwords.hash(password).await?)
}

/// What became of the record of a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moved {
    /// It is as asked now.
    Done,
    /// It was so before.
    NothingToDo,
    /// The group platform has never heard of the device.
    NoDevice,
    /// There is no such province platform.
    NoProvince,
}

/// Takes a device from its province platform, so that any may claim it (E-34).
///
/// # Errors
///
/// When the database fails.
pub async fn release(app: &App, actor: &Actor, device: DevId) -> Result<Moved, StoreError> {
    let store = noted(app, actor, "enrolment.release", device, "");
    moved(app, store, device, |state| apply(state, Event::Release).state).await
}

/// Gives a device another key: the first that came counts, and may have been a stranger's (E-26). A device that has never
/// asked is known from then on, so that it may be claimed before.
///
/// # Errors
///
/// When the database fails.
pub async fn set_key(app: &App, actor: &Actor, device: DevId, key: Secret) -> Result<Moved, StoreError> {
    let store = noted(app, actor, "enrolment.key", device, "");
    moved(app, store, device, move |state| apply(state, Event::SetKey { key: &key }).state).await
}

/// Gives a device to a province platform, whoever has it now (E-33). It keeps the address that it has until it is reset to
/// factory settings (E-30).
///
/// # Errors
///
/// When the database fails.
pub async fn assign(app: &App, actor: &Actor, device: DevId, to: Province) -> Result<Moved, StoreError> {
    let is_own = app.config.roles.province() && own().is_ok_and(|own| own == to);
    if !is_own && app.store.province(to).await?.is_none() {
        return Ok(Moved::NoProvince);
    }
    let store = noted(app, actor, "enrolment.assign", device, &to.to_string());
    moved(app, store, device, move |state| apply(state, Event::Assign { to }).state).await
}

async fn moved(
    app: &App,
    store: Store,
    device: DevId,
    next: impl Fn(&State) -> State + Send + Sync + 'static,
) -> Result<Moved, StoreError> {
    // Whether it changed is all that a deed on record depends on.
    let step = move |state: &State| {
        let after = next(state);
        let has_changed = after != *state;
        (after, has_changed)
    };
    if store.move_enrolment(device, app.clock.wall(), step).await? {
        return Ok(Moved::Done);
    }
    let is_known = app.store.enrolment(device).await?.is_some();
    Ok(if is_known { Moved::NothingToDo } else { Moved::NoDevice })
}
