//! From what the service decides to the messages of §6 and §9. The one place where result codes are chosen.

use kandian_proto::message::directory::{CheckVersionResponse, QueryCmsResponse};
use kandian_proto::message::group::{
    AddressReportResponse, DeviceUseResponse, ServiceCancelResponse, ServiceChangeResponse,
    ServiceOpenResponse,
};
use kandian_proto::value::{
    AddressReportResult, ClientUpgradeResult, DeviceUseResult, ServiceCancelResult, ServiceChangeResult,
    ServiceOpenResult,
};
use kandian_proto::{Outcome, Request, Response};

use crate::access::PeerAddr;
use crate::app::App;
use crate::service::group::{self, Credentials, ReportRefused, ServiceFailure, Stranger, Upgrade};
use crate::store::StoreError;

/// The answer to a call; `None` for operations of other interfaces.
pub(super) async fn answer(
    app: &App,
    peer: PeerAddr,
    request: &Request,
) -> Result<Option<Response>, StoreError> {
    let response = match request {
        Request::AddressReport(request) => {
            let reported = group::report_addresses(app, request, peer).await;
            let outcome = match reported {
                Ok(downloads) => Outcome::Success(downloads),
                Err(why) => Outcome::Failure(report_code(why)?),
            };
            AddressReportResponse::new(outcome).into()
        }
        Request::ServiceOpen(r) => {
            let who = credentials(&r.province_no, &r.cms_no, &r.cms_password);
            let opened = group::open_service(app, who, &r.mobile_tel, r.ipcam_num, peer).await;
            ServiceOpenResponse::new(service_code::<ServiceOpenResult>(opened)?).into()
        }
        Request::ServiceChange(r) => {
            let who = credentials(&r.province_no, &r.cms_no, &r.cms_password);
            let changed = group::change_service(app, who, &r.mobile_tel, r.ipcam_num, peer).await;
            ServiceChangeResponse::new(service_code::<ServiceChangeResult>(changed)?).into()
        }
        Request::ServiceCancel(r) => {
            let who = credentials(&r.province_no, &r.cms_no, &r.cms_password);
            let cancelled = group::cancel_service(app, who, &r.mobile_tel, peer).await;
            ServiceCancelResponse::new(service_code::<ServiceCancelResult>(cancelled)?).into()
        }
        Request::DeviceUse(request) => {
            let claimed = group::claim_from(app, request, peer).await;
            let result = match claimed {
                Ok(result) => result,
                Err(why) => stranger_code::<DeviceUseResult>(why)?,
            };
            DeviceUseResponse::new(result).into()
        }
        request => return answer_client(app, request).await,
    };
    Ok(Some(response))
}

/// The answer to a client (§9), as far as this process has one: a province platform lists itself (E-169), and checks no
/// versions.
pub(crate) async fn answer_client(app: &App, request: &Request) -> Result<Option<Response>, StoreError> {
    Ok(match request {
        Request::CheckVersion(request) if app.config.roles.group() => {
            Some(match group::check_version(app, request).await? {
                Upgrade::NotNeeded => CheckVersionResponse::new(ClientUpgradeResult::UP_TO_DATE).into(),
                Upgrade::Needed(url) => {
                    CheckVersionResponse::new(ClientUpgradeResult::VERSION_TOO_LOW).update_url(url).into()
                }
            })
        }
        Request::QueryCms(_) => Some(QueryCmsResponse::new().platforms(group::platforms(app).await?).into()),
        _ => None,
    })
}

/// The answer to a call of §6 that names its operation, and cannot be read further: an error of another kind. `None` when no
/// operation is named.
pub(super) fn unreadable(body: &[u8]) -> Option<Response> {
    let has = |root: &str| body.windows(root.len()).any(|window| window == root.as_bytes());
    Some(match () {
        () if has("ADDRESS_REPORT_REQ") => {
            AddressReportResponse::new(Outcome::Failure(AddressReportResult::OTHER)).into()
        }
        () if has("SERVICE_OPEN_REQ") => ServiceOpenResponse::new(ServiceOpenResult::OTHER).into(),
        () if has("SERVICE_CHANGE_REQ") => ServiceChangeResponse::new(ServiceChangeResult::OTHER).into(),
        () if has("SERVICE_CANCEL_REQ") => ServiceCancelResponse::new(ServiceCancelResult::OTHER).into(),
        () if has("DEVICE_USE_REQ") => DeviceUseResponse::new(DeviceUseResult::OTHER).into(),
        () => return None,
    })
}

fn credentials<'a>(
    province_no: &'a str,
    cms_no: &'a str,
    password: &'a kandian_proto::Secret,
) -> Credentials<'a> {
    Credentials { province_no, cms_no, password }
}

/// The codes that all operations of §6 share.
trait Shared: Sized {
    const OK: Self;
    const UNKNOWN_PLATFORM: Self;
    const BAD_PASSWORD: Self;
    const UNKNOWN_USER: Self;
    const OTHER: Self;
}

macro_rules! shared {
    ($($Result:ident: $unknown_user:ident),*) => {
        $(impl Shared for $Result {
            const OK: Self = $Result::OK;
            const UNKNOWN_PLATFORM: Self = $Result::UNKNOWN_PLATFORM;
            const BAD_PASSWORD: Self = $Result::BAD_PASSWORD;
            const UNKNOWN_USER: Self = $Result::$unknown_user;
            const OTHER: Self = $Result::OTHER;
        })*
    };
}

// Where no user is unknown, a number that is none is an error of another kind.
shared!(
    AddressReportResult: OTHER,
    ServiceOpenResult: OTHER,
    ServiceChangeResult: UNKNOWN_USER,
    ServiceCancelResult: UNKNOWN_USER,
    DeviceUseResult: OTHER
);

/// A failure of the database has no code: 255 may be taken for an answer for good, and what was asked is asked again.
fn stranger_code<C: Shared>(why: Stranger) -> Result<C, StoreError> {
    Ok(match why {
        Stranger::Unknown => C::UNKNOWN_PLATFORM,
        Stranger::WrongPassword => C::BAD_PASSWORD,
        Stranger::TooMany => C::OTHER,
        Stranger::Store(error) => return Err(error),
    })
}

fn report_code(why: ReportRefused) -> Result<AddressReportResult, StoreError> {
    match why {
        ReportRefused::Stranger(why) => stranger_code(why),
        _ => Ok(AddressReportResult::OTHER),
    }
}

fn service_code<C: Shared>(done: Result<(), ServiceFailure>) -> Result<C, StoreError> {
    Ok(match done {
        Ok(()) => C::OK,
        Err(ServiceFailure::Stranger(why)) => stranger_code(why)?,
        Err(ServiceFailure::UnknownUser) => C::UNKNOWN_USER,
        Err(ServiceFailure::OfAnother) => C::OTHER,
    })
}
