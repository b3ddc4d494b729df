//! Devices that are shared with others.; E-158, E-168.

use kandian_proto::DevId;

use super::devices::{NotPermitted, owned, revoke_plays};
use crate::app::App;
use crate::rules::Mobile;
use crate::service::{Actor, noted};
use crate::store::{Account, Hold, Share, StoreError};

/// Why a device is not shared.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ShareFailure {
    /// The device is not the account's to share.
    #[error(transparent)]
    NotPermitted(#[from] NotPermitted),
    /// Nobody has such an account.
    #[error("there is no account with this number")]
    UnknownGuest,
    /// It is the owner.
    #[error("a device is not shared with its owner")]
    Oneself,
    /// It is shared with as many as may be.
    #[error("the device is shared with as many as it may be")]
    TooMany,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// With whom a device is shared; for its owner.
///
/// # Errors
///
/// [`NotPermitted`].
pub async fn shares(app: &App, account: &Account, device: DevId) -> Result<Vec<Share>, NotPermitted> {
    owned(app, account, device).await?;
    Ok(app.store.shares(device, app.clock.wall()).await?)
}

/// Shares a device, or changes for what and until when. Whoever may do less than before is no longer let in with what he
/// was given.
///
/// # Errors
///
/// [`ShareFailure`].
pub async fn share(app: &App, account: &Account, share: Share) -> Result<(), ShareFailure> {
    let (device, guest) = (share.device, share.account);
    owned(app, account, device).await?;
    if guest == account.number {
        return Err(ShareFailure::Oneself);
    }
    if app.store.account(guest).await?.is_none() {
        return Err(ShareFailure::UnknownGuest);
    }
    let detail = format!("with {guest}: {}", share.rights);
    let store = noted(app, &Actor::User(account.number), "share.set", device, &detail);
    if !store.share(account.number, share, app.clock.wall()).await? {
        return Err(ShareFailure::TooMany);
    }
    revoke_plays(app, guest, device.into());
    Ok(())
}

/// Ends a share: by the owner, or by the guest who no longer wants it. Returns whether there was one.
///
/// # Errors
///
/// [`NotPermitted`] for everybody else.
pub async fn unshare(
    app: &App,
    account: &Account,
    device: DevId,
    guest: Mobile,
) -> Result<bool, NotPermitted> {
    match app.store.hold(device, account.number, app.clock.wall()).await? {
        Some(Hold::Owner) => {}
        Some(Hold::Guest(_)) if guest == account.number => {}
        Some(Hold::Guest(_)) => return Err(NotPermitted::NotShared),
        None => return Err(NotPermitted::NotHeld),
    }
    let detail = format!("with {guest}");
    let store = noted(app, &Actor::User(account.number), "share.end", device, &detail);
    let done = store.unshare(device, guest).await?;
    revoke_plays(app, guest, device.into());
    Ok(done)
}
