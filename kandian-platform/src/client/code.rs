//! From what went wrong to the result codes of chapter 8. The one place where they meet. E-157, E-158.

use kandian_proto::value::{McuAddDeviceResult, McuDeviceOpResult, McuPtzResult, McuRemoveDeviceResult};

use crate::access::CommandFailure;
use crate::app::App;
use crate::rules::Mobile;
use crate::service::accounts::{NotPermitted, SessionFailure, caller};
use crate::store::{Account, StoreError};

/// The platform failed where the operation has no code for that.
#[derive(Clone, Copy, Debug)]
pub(super) struct Broken;

/// Why an operation was not carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Why {
    UnknownUser,
    SessionExpired,
    UnknownDevice,
    Offline,
    Other,
}

impl From<SessionFailure> for Why {
    fn from(failure: SessionFailure) -> Self {
        match failure {
            SessionFailure::UnknownAccount => Self::UnknownUser,
            SessionFailure::Expired => Self::SessionExpired,
            SessionFailure::Store(error) => error.into(),
        }
    }
}

impl From<StoreError> for Why {
    fn from(error: StoreError) -> Self {
        tracing::error!(%error, "a call of a client failed");
        Self::Other
    }
}

impl From<NotPermitted> for Why {
    fn from(why: NotPermitted) -> Self {
        match why {
            NotPermitted::NotHeld => Self::UnknownDevice,
            NotPermitted::NotShared => Self::Other,
            NotPermitted::Store(error) => error.into(),
        }
    }
}

impl From<CommandFailure> for Why {
    fn from(failure: CommandFailure) -> Self {
        match failure {
            CommandFailure::Offline | CommandFailure::Unknown => Self::Offline,
            _ => Self::Other,
        }
    }
}

/// The codes of an operation.
pub(super) trait Codes {
    fn code(why: Why) -> Self;
}

macro_rules! codes {
    ($($Result:ident),*) => {
        $(impl Codes for $Result {
            fn code(why: Why) -> Self {
                match why {
                    Why::UnknownUser => Self::UNKNOWN_USER,
                    Why::SessionExpired => Self::SESSION_EXPIRED,
                    Why::UnknownDevice => Self::UNKNOWN_DEVICE,
                    Why::Offline => codes!(@offline $Result),
                    Why::Other => Self::OTHER,
                }
            }
        })*
    };
    (@offline McuAddDeviceResult) => { Self::OTHER };
    (@offline McuRemoveDeviceResult) => { Self::OTHER };
    (@offline $Result:ident) => { Self::DEVICE_OFFLINE };
}

codes!(McuDeviceOpResult, McuPtzResult, McuAddDeviceResult, McuRemoveDeviceResult);

/// Who calls. A text that is no mobile number is no account.
pub(super) async fn who(app: &App, account: &str, session: &kandian_proto::Secret) -> Result<Account, Why> {
    Ok(caller(app, number(account).ok_or(Why::UnknownUser)?, session).await?)
}

/// The account that a text names.
pub(super) fn number(account: &str) -> Option<Mobile> {
    account.parse().ok()
}
