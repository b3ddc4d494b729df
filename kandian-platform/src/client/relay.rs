//! What a client asks of a device. Spec §8.8 to §8.13, §8.16, §8.17; E-157, E-160.
//!
//! The client's result waits for the device's: "done" means that the device has done it.

use kandian_proto::message::{client, device};
use kandian_proto::value::{McuDeviceOpResult, McuPtzResult};
use kandian_proto::{DevId, Operation, Outcome, Request, Response, Secret};

use super::code::{Codes as _, Why, who};
use crate::app::App;
use crate::service::accounts::{owned, permitted};
use crate::service::{Actor, command, did};
use crate::store::Right;

/// Who may have it done.
enum Who {
    /// The owner, and guests with this right.
    With(Right),
    /// The owner.
    Owner,
}

/// What sets something at a device, and so goes on record. Turning a camera is not: it comes many times a minute.
const CHANGES: [Operation; 4] =
    [Operation::SetChannel, Operation::SetWifi, Operation::Reboot, Operation::SetAlarm];

/// Has a device do something for a client.
async fn relayed(
    app: &App,
    (account, session): (&str, &Secret),
    device: DevId,
    by: Who,
    request: impl Into<Request>,
) -> Result<Response, Why> {
    let account = who(app, account, session).await?;
    match by {
        Who::With(right) => drop(permitted(app, &account, device, right).await?),
        Who::Owner => owned(app, &account, device).await?,
    }
    let request = request.into();
    let info = request.operation().info();
    if CHANGES.contains(&info.operation) {
        did(app, &Actor::User(account.number), &format!("command.{}", info.id), device, "").await;
    }
    Ok(*command(app, device, request).await?.response)
}

/// Spec §8.8; E-111.
pub(super) async fn steer(app: &App, r: &client::VideoPtzRequest) -> client::VideoPtzResponse {
    let request = device::VideoPtzRequest::new(r.dev_id, r.channel_no, r.ptz_direction);
    let caller = (r.account.as_str(), &r.login_session);
    let done = relayed(app, caller, r.dev_id, Who::With(Right::Steer), request).await;
    client::VideoPtzResponse::new(done.map_or_else(McuPtzResult::code, |_| McuPtzResult::OK))
}

/// Spec §8.9; E-167.
pub(super) async fn get_channel(app: &App, r: &client::GetChannelRequest) -> client::GetChannelResponse {
    let request = device::GetChannelRequest::new(r.dev_id, r.channel_no, r.stream_type);
    let caller = (r.account.as_str(), &r.login_session);
    let outcome = match relayed(app, caller, r.dev_id, Who::With(Right::Watch), request).await {
        Ok(Response::GetChannel(answer)) => match answer.outcome {
            Outcome::Success(now) => {
                let (size, rate) = (now.frame_size, now.frame_rate);
                let now =
                    client::CameraParameters::new(size, rate, now.rate_type, now.bit_rate, now.audio_input);
                Outcome::Success(now.dev_id(r.dev_id))
            }
            Outcome::Failure(_) => Outcome::Failure(McuDeviceOpResult::OTHER),
        },
        Ok(_) => Outcome::Failure(McuDeviceOpResult::OTHER),
        Err(why) => Outcome::Failure(McuDeviceOpResult::code(why)),
    };
    client::GetChannelResponse::new(outcome)
}

/// Spec §8.10: what is missing stays missing.
pub(super) async fn set_channel(app: &App, r: client::SetChannelRequest) -> client::SetChannelResponse {
    let mut request = device::SetChannelRequest::new(r.dev_id, r.channel_no, r.stream_type);
    request.frame_size = r.frame_size;
    request.frame_rate = r.frame_rate;
    request.rate_type = r.rate_type;
    request.bit_rate = r.bit_rate;
    request.audio_input = r.audio_input;
    let done = relayed(app, (&r.account, &r.login_session), r.dev_id, Who::Owner, request).await;
    client::SetChannelResponse::new(plain(done))
}

/// Spec §8.11.
pub(super) async fn get_wifi(app: &App, r: &client::GetWifiRequest) -> client::GetWifiResponse {
    let request = device::GetWifiRequest::new(r.dev_id);
    let outcome = match relayed(app, (&r.account, &r.login_session), r.dev_id, Who::Owner, request).await {
        Ok(Response::GetWifi(answer)) => match answer.outcome {
            Outcome::Success(found) => Outcome::Success(points(found)),
            Outcome::Failure(_) => Outcome::Failure(McuDeviceOpResult::OTHER),
        },
        Ok(_) => Outcome::Failure(McuDeviceOpResult::OTHER),
        Err(why) => Outcome::Failure(McuDeviceOpResult::code(why)),
    };
    client::GetWifiResponse::new(outcome)
}

fn points(found: device::AccessPoints) -> client::AccessPoints {
    let point = |p: device::AccessPoint| client::AccessPoint::new(p.ssid, p.signal, p.security, p.in_use);
    client::AccessPoints::new().access_points(found.access_points.into_iter().map(point).collect::<Vec<_>>())
}

/// Spec §8.12.
pub(super) async fn set_wifi(app: &App, r: client::SetWifiRequest) -> client::SetWifiResponse {
    let request = device::SetWifiRequest::new(r.dev_id, r.ssid, r.security).password(r.password);
    let done = relayed(app, (&r.account, &r.login_session), r.dev_id, Who::Owner, request).await;
    client::SetWifiResponse::new(plain(done))
}

/// Spec §8.13.
pub(super) async fn reboot(app: &App, r: &client::RebootRequest) -> client::RebootResponse {
    let request = device::RebootRequest::new(r.dev_id);
    client::RebootResponse::new(plain(
        relayed(app, (&r.account, &r.login_session), r.dev_id, Who::Owner, request).await,
    ))
}

/// Spec §8.16; E-138.
pub(super) async fn get_alarm(app: &App, r: &client::GetAlarmRequest) -> client::GetAlarmResponse {
    let mut request = device::GetAlarmRequest::new(r.dev_id, r.channel_no, r.alarm_type);
    request.dido_no = r.dido_no;
    let caller = (r.account.as_str(), &r.login_session);
    let outcome = match relayed(app, caller, r.dev_id, Who::With(Right::Alarms), request).await {
        Ok(Response::GetAlarm(answer)) => match answer.outcome {
            Outcome::Success(state) => Outcome::Success(state),
            Outcome::Failure(_) => Outcome::Failure(McuDeviceOpResult::OTHER),
        },
        Ok(_) => Outcome::Failure(McuDeviceOpResult::OTHER),
        Err(why) => Outcome::Failure(McuDeviceOpResult::code(why)),
    };
    client::GetAlarmResponse::new(outcome)
}

/// Spec §8.17; E-138.
pub(super) async fn set_alarm(app: &App, r: &client::SetAlarmRequest) -> client::SetAlarmResponse {
    let mut request = device::SetAlarmRequest::new(r.dev_id, r.channel_no, r.alarm_type, r.alarm_flag);
    request.dido_no = r.dido_no;
    let done = relayed(app, (&r.account, &r.login_session), r.dev_id, Who::Owner, request).await;
    client::SetAlarmResponse::new(plain(done))
}

/// The result of what only says whether it was done. Refusals of the device have become failures before.
fn plain(done: Result<Response, Why>) -> McuDeviceOpResult {
    done.map_or_else(McuDeviceOpResult::code, |_| McuDeviceOpResult::OK)
}
