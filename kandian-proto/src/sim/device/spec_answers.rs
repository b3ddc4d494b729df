//! How the application of a device of the specification answers.

use crate::message::device::{
    FilePage, FileQueryResponse, GetChannelResponse, GetRecordFullResponse, GetWifiResponse,
    QueryRecordPolicyResponse, RebootResponse, RecordFullState, RecordPolicies, StoreFormatResponse,
    StoreQueryResponse, VideoParameters, VideoPtzResponse,
};
use crate::value::{
    BitRate, FrameRate, FrameSize, GenericResult, RateType, StoreFormatResult, StoreQueryResult,
};
use crate::{DevId, Outcome, Request, Response};

const DONE: GenericResult = GenericResult(0);
/// A camera with a cable has no Wi-Fi to look around with.
const CANNOT: GenericResult = GenericResult(1);

/// The answer to a command; `None` for those that no simulated platform sends.
pub(super) fn answer(request: &Request) -> Option<Response> {
    Some(match request {
        Request::VideoPtz(r) => VideoPtzResponse::new(DONE).dev_id(r.dev_id).into(),
        Request::GetChannel(r) => {
            let now =
                VideoParameters::new(FrameSize(1), FrameRate(25), RateType::CBR, true).bit_rate(BitRate(6));
            GetChannelResponse::new(Outcome::Success(now)).dev_id(r.dev_id).into()
        }
        Request::StoreQuery(r) => store(r.dev_id),
        Request::GetWifi(r) => GetWifiResponse::new(Outcome::Failure(CANNOT)).dev_id(r.dev_id).into(),
        Request::GetRecordFull(r) => {
            GetRecordFullResponse::new(Outcome::Success(RecordFullState::new(true))).dev_id(r.dev_id).into()
        }
        Request::FileQuery(r) => {
            FileQueryResponse::new(Outcome::Success(FilePage::new(0_u32))).dev_id(r.dev_id).into()
        }
        Request::QueryRecordPolicy(r) => {
            QueryRecordPolicyResponse::new(Outcome::Success(RecordPolicies::new())).dev_id(r.dev_id).into()
        }
        Request::StoreFormat(r) => StoreFormatResponse::new(StoreFormatResult::OK)
            .dev_id(r.dev_id)
            .total_size(32_000_u64)
            .free_size(32_000_u64)
            .into(),
        Request::Reboot(r) => RebootResponse::new(DONE).dev_id(r.dev_id).into(),
        _ => return None,
    })
}

fn store(device: DevId) -> Response {
    let response = StoreQueryResponse::new(StoreQueryResult::NORMAL).dev_id(device);
    response.total_size(32_000_u64).free_size(1_000_u64).into()
}
