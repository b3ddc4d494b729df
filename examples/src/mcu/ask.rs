//! What each operation gives on success, and its code otherwise.

use kandian_proto::message::client::{
    AccessPoints, AddDeviceRequest, AlarmPage, CameraParameters, DelDeviceRequest, DeviceList,
    FirmwareVersions, GetAlarmRequest, GetChannelRequest, GetDevVerRequest, GetDevicesRequest,
    GetWifiRequest, LoginGrant, LoginRequest, LogoutRequest, PlayUrls, QueryAlarmRequest, RebootRequest,
    SetAlarmRequest, SetChannelRequest, SetNameRequest, SetWifiRequest, SmsRequest, UpgradeRequest,
    VideoPlayRequest, VideoPtzRequest,
};
use kandian_proto::message::device::AlarmState;
use kandian_proto::message::directory::{
    CheckVersionRequest, CheckVersionResponse, QueryCmsRequest, QueryCmsResponse,
};
use kandian_proto::value::ResultCode;
use kandian_proto::{Call, Request, Response};

use super::failure::Refusal;

/// A call of a client.
pub(super) trait Ask: Call + Into<Request> {
    /// What a success carries.
    type Content;

    /// The content, or the refusal; `None` for the response of another operation.
    fn content(response: Response) -> Option<Result<Self::Content, Refusal>>;
}

macro_rules! asks {
    ($($Request:ident: $Variant:ident $field:ident $Content:ty;)*) => {
        $(impl Ask for $Request {
            type Content = $Content;

            fn content(response: Response) -> Option<Result<$Content, Refusal>> {
                let Response::$Variant(answer) = response else { return None };
                Some(asks!(@$field answer).map_err(|code| Refusal::new(Self::OPERATION, code)))
            }
        })*
    };
    (@outcome $answer:ident) => { $answer.outcome.into_result() };
    (@result $answer:ident) => { if $answer.result.is_ok() { Ok(()) } else { Err($answer.result) } };
}

asks! {
    SmsRequest: ClientSms result ();
    LoginRequest: ClientLogin outcome LoginGrant;
    LogoutRequest: ClientLogout result ();
    GetDevicesRequest: ClientGetDevices outcome DeviceList;
    AddDeviceRequest: ClientAddDevice result ();
    DelDeviceRequest: ClientDelDevice result ();
    VideoPlayRequest: ClientVideoPlay outcome PlayUrls;
    VideoPtzRequest: ClientVideoPtz result ();
    GetChannelRequest: ClientGetChannel outcome CameraParameters;
    SetChannelRequest: ClientSetChannel result ();
    GetWifiRequest: ClientGetWifi outcome AccessPoints;
    SetWifiRequest: ClientSetWifi result ();
    RebootRequest: ClientReboot result ();
    GetDevVerRequest: ClientGetDevVer outcome FirmwareVersions;
    UpgradeRequest: ClientUpgrade result ();
    GetAlarmRequest: ClientGetAlarm outcome AlarmState;
    SetAlarmRequest: ClientSetAlarm result ();
    SetNameRequest: ClientSetName result ();
    QueryAlarmRequest: ClientQueryAlarm outcome AlarmPage;
}

/// "Too low" is an answer, not a refusal.
impl Ask for CheckVersionRequest {
    type Content = CheckVersionResponse;

    fn content(response: Response) -> Option<Result<CheckVersionResponse, Refusal>> {
        let Response::CheckVersion(answer) = response else { return None };
        Some(Ok(answer))
    }
}

/// The only one without a result (E-10).
impl Ask for QueryCmsRequest {
    type Content = QueryCmsResponse;

    fn content(response: Response) -> Option<Result<QueryCmsResponse, Refusal>> {
        let Response::QueryCms(answer) = response else { return None };
        Some(Ok(answer))
    }
}
