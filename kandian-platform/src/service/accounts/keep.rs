//! What administrators and CRM do to accounts. Each deed is on record in the commit that does it.

use kandian_proto::{DevId, Secret};

use super::devices::{give_up, revoke_all_plays, revoke_plays};
use super::record::{AccountFailure, NewAccount, open_account, set_password};
use crate::app::App;
use crate::rules::Mobile;
use crate::service::{Actor, noted};
use crate::store::{AccountChange, AccountState, Bound, Hold, Share, StoreError};

/// Opens an account.
///
/// # Errors
///
/// [`AccountFailure`]; then there is no account.
pub async fn open(app: &App, actor: &Actor, account: NewAccount) -> Result<(), AccountFailure> {
    let detail = format!("{} devices", account.device_limit);
    let store = noted(app, actor, "account.open", account.number, &detail);
    open_account(&store, &app.passwords, account, app.clock.wall()).await
}

/// Changes what an account may. Whoever may not use it any more is logged out, and let in nowhere.
///
/// # Errors
///
/// [`AccountFailure::Unknown`], and when the database fails.
pub async fn change(
    app: &App,
    actor: &Actor,
    number: Mobile,
    change: AccountChange,
) -> Result<(), AccountFailure> {
    let ends = change.state.is_some_and(|state| state != AccountState::Active);
    let limit = change.device_limit.map(|limit| format!("{limit} devices"));
    let state = change.state.map(|state| state.name().to_owned());
    let detail = limit.into_iter().chain(state).collect::<Vec<_>>().join(", ");
    if !noted(app, actor, "account.change", number, &detail).change_account(number, change).await? {
        return Err(AccountFailure::Unknown);
    }
    if ends {
        revoke_all_plays(app, number);
    }
    Ok(())
}

/// Gives an account another password. Everybody is logged out of it.
///
/// # Errors
///
/// [`AccountFailure`].
pub async fn replace_password(
    app: &App,
    actor: &Actor,
    number: Mobile,
    password: &Secret,
) -> Result<(), AccountFailure> {
    let store = noted(app, actor, "account.password", number, "");
    set_password(&store, &app.passwords, number, password).await?;
    revoke_all_plays(app, number);
    Ok(())
}

/// Takes an account off the record; its devices are nobody's then. Returns whether there was one.
///
/// # Errors
///
/// When the database fails.
pub async fn remove(app: &App, actor: &Actor, number: Mobile) -> Result<bool, StoreError> {
    let guests = guests_of(app, number).await?;
    let done = noted(app, actor, "account.remove", number, "").remove_account(number).await?;
    if done {
        forget_plays(app, number, &guests);
    }
    Ok(done)
}

/// The same for an account whose service was cancelled, and for no other.
///
/// # Errors
///
/// When the database fails.
pub async fn remove_closed(app: &App, actor: &Actor, number: Mobile) -> Result<bool, StoreError> {
    let guests = guests_of(app, number).await?;
    let store = noted(app, actor, "account.remove", number, "cancelled before");
    let done = store.remove_closed_account(number).await?;
    if done {
        forget_plays(app, number, &guests);
    }
    Ok(done)
}

/// With whom the devices of an account are shared.
async fn guests_of(app: &App, number: Mobile) -> Result<Vec<Share>, StoreError> {
    let now = app.clock.wall();
    let mut guests = Vec::new();
    for (device, hold) in app.store.held(number, now).await? {
        if hold == Hold::Owner {
            guests.extend(app.store.shares(device, now).await?);
        }
    }
    Ok(guests)
}

fn forget_plays(app: &App, number: Mobile, guests: &[Share]) {
    revoke_all_plays(app, number);
    guests.iter().for_each(|share| revoke_plays(app, share.account, share.device.into()));
}

/// Binds a device to an account for its owner, who need not know its key.
///
/// # Errors
///
/// When the database fails.
pub async fn bind(app: &App, actor: &Actor, number: Mobile, device: DevId) -> Result<Bound, StoreError> {
    let store = noted(app, actor, "device.bind", device, &format!("to {number}, without its key"));
    store.bind(device, number, app.clock.wall()).await
}

/// Takes a device from an account, without its key; returns whether it was the account's.
///
/// # Errors
///
/// When the database fails.
pub async fn unbind(app: &App, actor: &Actor, number: Mobile, device: DevId) -> Result<bool, StoreError> {
    give_up(app, actor, device, number).await
}
