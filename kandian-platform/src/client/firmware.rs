//! Firmware of an account's devices. Spec §8.14, §8.15; E-74, E-157. As for restarts, it is the owner's
//! to see to.

use kandian_proto::message::client::{
    FirmwareVersions, GetDevVerRequest, GetDevVerResponse, UpgradeRequest, UpgradeResponse,
};
use kandian_proto::value::McuDeviceOpResult;
use kandian_proto::{DevId, Operation, Outcome, Secret};

use super::code::{Codes as _, Why, who};
use crate::app::App;
use crate::service::accounts::owned;
use crate::service::firmware::{self, UpgradeFailure};
use crate::service::{Actor, did};
use crate::store::Account;

impl From<UpgradeFailure> for Why {
    fn from(failure: UpgradeFailure) -> Self {
        match failure {
            UpgradeFailure::NoDevice => Self::UnknownDevice,
            UpgradeFailure::NothingNewer => Self::Other,
            UpgradeFailure::Command(failure) => failure.into(),
            UpgradeFailure::Store(error) => error.into(),
        }
    }
}

/// Spec §8.14: from the last login and the catalogue, whether the device is there or not.
pub(super) async fn versions(app: &App, r: &GetDevVerRequest) -> GetDevVerResponse {
    let found = async {
        by_owner(app, &r.account, &r.login_session, r.dev_id).await?;
        firmware::versions(app, r.dev_id).await?.ok_or(Why::UnknownDevice)
    };
    GetDevVerResponse::new(match found.await {
        Ok(versions) => Outcome::Success(FirmwareVersions::new(versions.current, versions.newest)),
        Err(why) => Outcome::Failure(McuDeviceOpResult::code(why)),
    })
}

/// Spec §8.15: 0 when the device has taken the order. When there is nothing newer for it, 255.
pub(super) async fn upgrade(app: &App, r: &UpgradeRequest) -> UpgradeResponse {
    let told = async {
        let account = by_owner(app, &r.account, &r.login_session, r.dev_id).await?;
        let action = format!("command.{}", Operation::Upgrade.info().id);
        did(app, &Actor::User(account.number), &action, r.dev_id, "").await;
        firmware::upgrade(app, r.dev_id).await?;
        Ok(McuDeviceOpResult::OK)
    };
    UpgradeResponse::new(told.await.unwrap_or_else(McuDeviceOpResult::code))
}

async fn by_owner(app: &App, account: &str, session: &Secret, device: DevId) -> Result<Account, Why> {
    let account = who(app, account, session).await?;
    owned(app, &account, device).await?;
    Ok(account)
}
