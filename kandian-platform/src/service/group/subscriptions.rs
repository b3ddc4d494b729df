//! A province platform reports its users. Spec §6.2 to §6.4; E-40, E-168.

use super::office::{Credentials, Stranger, authenticate, told};
use crate::access::PeerAddr;
use crate::app::App;
use crate::rules::Mobile;
use crate::store::{StoreError, Subscribed};

/// Why what was reported of a user was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ServiceFailure {
    /// Whoever reported is not who it says.
    #[error(transparent)]
    Stranger(#[from] Stranger),
    /// There is no such user, or the number is none.
    #[error("there is no such user")]
    UnknownUser,
    /// The user is another province platform's (E-40).
    #[error("the user is another province platform's (E-40)")]
    OfAnother,
}

impl From<StoreError> for ServiceFailure {
    fn from(error: StoreError) -> Self {
        Self::Stranger(error.into())
    }
}

/// Opens the service for a user; repeating it overwrites how many monitoring points he has (E-40).
///
/// # Errors
///
/// [`ServiceFailure`].
pub async fn open_service(
    app: &App,
    credentials: Credentials<'_>,
    user: &str,
    cameras: u32,
    peer: PeerAddr,
) -> Result<(), ServiceFailure> {
    let province = authenticate(app, credentials, peer).await?.id;
    let account = number(user)?;
    let done = app.store.open_subscription(account, province, cameras, app.clock.wall()).await?;
    ended(province, "opening a user", done)
}

/// Changes how many monitoring points a user has.
///
/// # Errors
///
/// [`ServiceFailure`].
pub async fn change_service(
    app: &App,
    credentials: Credentials<'_>,
    user: &str,
    cameras: u32,
    peer: PeerAddr,
) -> Result<(), ServiceFailure> {
    let province = authenticate(app, credentials, peer).await?.id;
    let account = number(user)?;
    let done = app.store.change_subscription(account, province, cameras, app.clock.wall()).await?;
    ended(province, "changing a user", done)
}

/// Cancels the service of a user.
///
/// # Errors
///
/// [`ServiceFailure`].
pub async fn cancel_service(
    app: &App,
    credentials: Credentials<'_>,
    user: &str,
    peer: PeerAddr,
) -> Result<(), ServiceFailure> {
    let province = authenticate(app, credentials, peer).await?.id;
    let account = number(user)?;
    let done = app.store.cancel_subscription(account, province).await?;
    ended(province, "cancelling a user", done)
}

fn number(user: &str) -> Result<Mobile, ServiceFailure> {
    user.parse().map_err(|_| ServiceFailure::UnknownUser)
}

fn ended(
    province: kandian_proto::enrolment::Province,
    what: &str,
    done: Subscribed,
) -> Result<(), ServiceFailure> {
    let failure = match done {
        Subscribed::Done => return Ok(()),
        Subscribed::Unknown => ServiceFailure::UnknownUser,
        Subscribed::ToAnother => ServiceFailure::OfAnother,
    };
    told(province, what, &failure);
    Err(failure)
}
