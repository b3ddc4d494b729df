//! Logins, and which devices are whose. Spec §8.2 to §8.6, §8.18.

use kandian_proto::Outcome;
use kandian_proto::message::client::{
    AddDeviceRequest, AddDeviceResponse, DelDeviceRequest, DelDeviceResponse, Device, DeviceList, Dido,
    GetDevicesRequest, GetDevicesResponse, LoginGrant, LoginRequest, LoginResponse, LogoutRequest,
    LogoutResponse, SetNameRequest, SetNameResponse, SmsRequest, SmsResponse,
};
use kandian_proto::value::{
    McuAddDeviceResult, McuDeviceListResult, McuDeviceOpResult, McuLoginResult, McuLogoutResult,
    McuRemoveDeviceResult, McuSmsResult, SmsType,
};

use super::code::{Broken, Codes as _, Why, number, who};
use crate::access::PeerAddr;
use crate::app::App;
use crate::entry::checked_point_name;
use crate::service::accounts::{
    self, Client, Holding, LoginFailure, Point, Removed, SessionFailure, holdings, sign_in, sign_out,
};
use crate::service::short_messages;
use crate::store::{Account, Hold, StoreError};

/// Spec §8.1; E-156: there is one code for everything that keeps a message from going out.
pub(super) async fn send_password(app: &App, peer: PeerAddr, request: &SmsRequest) -> SmsResponse {
    let Some(account) = number(&request.mobile_tel).filter(|_| request.sms_type == SmsType::PASSWORD) else {
        return SmsResponse::new(McuSmsResult::SMS_FAILED);
    };
    let sent = short_messages::send_password(app, account, peer.ip()).await;
    SmsResponse::new(match sent {
        Ok(()) => McuSmsResult::OK,
        Err(why) => {
            tracing::info!(account = %account.masked(), %why, "no password was sent");
            McuSmsResult::SMS_FAILED
        }
    })
}

/// Spec §8.2; E-154, E-166.
pub(super) async fn log_in(
    app: &App,
    peer: PeerAddr,
    request: &LoginRequest,
) -> Result<LoginResponse, Broken> {
    let refused = |result| LoginResponse::new(Outcome::Failure(result));
    let Some(account) = number(&request.account) else { return Ok(refused(McuLoginResult::UNKNOWN_USER)) };
    let client = Client { address: peer.ip(), version: request.version.clone() };
    let signed = match sign_in(app, account, &request.password, &client).await {
        Ok(signed) => signed,
        Err(LoginFailure::UnknownAccount) => return Ok(refused(McuLoginResult::UNKNOWN_USER)),
        // None has a code of its own. "Wrong password" makes nobody believe that his account is gone.
        Err(
            LoginFailure::WrongPassword
            | LoginFailure::Suspended
            | LoginFailure::Denied
            | LoginFailure::TooMany,
        ) => {
            return Ok(refused(McuLoginResult::BAD_PASSWORD));
        }
        Err(LoginFailure::Store(error)) => return Err(broken(&error)),
    };
    let devices = listed(app, &signed.account).await.map_err(|error| broken(&error))?;
    let grant = LoginGrant::new(signed.session, signed.account.device_limit).devices(devices);
    Ok(LoginResponse::new(Outcome::Success(grant)))
}

/// Spec §8.3; E-159.
pub(super) async fn log_out(app: &App, request: &LogoutRequest) -> Result<LogoutResponse, Broken> {
    let result = match number(&request.account) {
        None => McuLogoutResult::UNKNOWN_USER,
        Some(account) => match sign_out(app, account, &request.login_session).await {
            Ok(()) => McuLogoutResult::OK,
            Err(SessionFailure::UnknownAccount) => McuLogoutResult::UNKNOWN_USER,
            // Another's login stays, and there is no code for it (E-159).
            Err(SessionFailure::Expired) => McuLogoutResult::OK,
            Err(SessionFailure::Store(error)) => return Err(broken(&error)),
        },
    };
    Ok(LogoutResponse::new(result))
}

/// Spec §8.4.
pub(super) async fn devices(app: &App, request: &GetDevicesRequest) -> Result<GetDevicesResponse, Broken> {
    let refused = |result| Ok(GetDevicesResponse::new(Outcome::Failure(result)));
    match who(app, &request.account, &request.login_session).await {
        Ok(account) => {
            let devices = listed(app, &account).await.map_err(|error| broken(&error))?;
            Ok(GetDevicesResponse::new(Outcome::Success(DeviceList::new().devices(devices))))
        }
        Err(Why::UnknownUser) => refused(McuDeviceListResult::UNKNOWN_USER),
        Err(Why::SessionExpired) => refused(McuDeviceListResult::SESSION_EXPIRED),
        Err(_) => Err(Broken),
    }
}

/// Spec §8.5; E-32.
pub(super) async fn add_device(app: &App, peer: PeerAddr, request: &AddDeviceRequest) -> AddDeviceResponse {
    let added = async {
        let account = who(app, &request.account, &request.login_session).await?;
        let decision =
            accounts::add_device(app, &account, request.dev_id, &request.dev_key, peer.ip()).await?;
        // `None` is "ask the group platform", which has been done.
        Ok(decision.result().unwrap_or(McuAddDeviceResult::OTHER))
    };
    AddDeviceResponse::new(added.await.unwrap_or_else(McuAddDeviceResult::code))
}

/// Spec §8.6; E-158.
pub(super) async fn remove_device(
    app: &App,
    peer: PeerAddr,
    request: &DelDeviceRequest,
) -> DelDeviceResponse {
    let removed = async {
        let account = who(app, &request.account, &request.login_session).await?;
        let ip = peer.ip();
        Ok(match accounts::remove_device(app, &account, request.dev_id, &request.dev_key, ip).await? {
            Removed::Done => McuRemoveDeviceResult::OK,
            Removed::NotHeld => McuRemoveDeviceResult::UNKNOWN_DEVICE,
            Removed::Shared | Removed::WrongKey | Removed::TooMany => McuRemoveDeviceResult::OTHER,
        })
    };
    DelDeviceResponse::new(removed.await.unwrap_or_else(McuRemoveDeviceResult::code))
}

/// Spec §8.18.
pub(super) async fn rename(app: &App, request: SetNameRequest) -> SetNameResponse {
    let renamed = async {
        let account = who(app, &request.account, &request.login_session).await?;
        let name = checked_point_name(&request.new_name).map_err(|_| Why::Other)?;
        accounts::rename(app, &account, request.dev_id, request.channel_no, name).await?;
        Ok(McuDeviceOpResult::OK)
    };
    SetNameResponse::new(renamed.await.unwrap_or_else(McuDeviceOpResult::code))
}

/// The monitoring points of an account.; E-152.
async fn listed(app: &App, account: &Account) -> Result<Vec<Device>, StoreError> {
    let holdings = holdings(app, account).await?;
    Ok(holdings.iter().flat_map(|held| held.points.iter().map(|point| entry(held, point))).collect())
}

/// Most abilities of video that are listed for a channel: a report has room for a thousand, and the list would be the product.
const MOST_VIDEOS: usize = 32;

fn entry(held: &Holding, point: &Point) -> Device {
    let shared = point.hold != Hold::Owner;
    let report = held.report.as_ref();
    let can = |flag: fn(&kandian_proto::message::device::AbilityUpRequest) -> bool| report.is_some_and(flag);
    let inputs = held.inputs.iter().zip(0_u16..).map(|(name, no)| Dido::new(no, name.as_str()));
    Device::new(point.device, point.channel, point.name.as_str(), point.online, shared)
        .ptz_flag(can(|r| r.ptz_flag))
        .motion_detection_flag(can(|r| r.motion_detection_flag))
        .infrared_detection_flag(can(|r| r.infrared_detection_flag))
        .manual_alarm_flag(can(|r| r.manual_alarm_flag))
        .dido_alarm_flag(can(|r| r.dido_alarm_flag))
        .videos(
            report
                .map(|r| r.videos.iter().take(MOST_VIDEOS).cloned().collect::<Vec<_>>())
                .unwrap_or_default(),
        )
        .dido(inputs.collect::<Vec<_>>())
}

fn broken(error: &StoreError) -> Broken {
    tracing::error!(%error, "a call of a client failed");
    Broken
}
