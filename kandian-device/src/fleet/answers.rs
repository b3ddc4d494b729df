//! What a device of a fleet answers to commands.

use kandian_proto::message::device::{
    FilePage, FileQueryResponse, GetChannelResponse, GetRecordFullResponse, QueryRecordPolicyResponse,
    RebootResponse, RecordFullState, RecordPolicies, StoreQueryResponse, VideoParameters, VideoPtzResponse,
};
use kandian_proto::value::{BitRate, FrameRate, FrameSize, GenericResult, RateType, StoreQueryResult};
use kandian_proto::{Outcome, Request, Response};

/// The answer to a command, `None` for those that it leaves unanswered.
///
/// A device of a fleet keeps no state: it moves, reads its settings and looks into its storage as a camera fresh from
/// the factory does, and is deaf to whatever would change it. A device that obeys is `kandian-device run`.
pub(super) fn answer(request: &Request) -> Option<Response> {
    Some(match request {
        Request::VideoPtz(r) => VideoPtzResponse::new(GenericResult::OK).dev_id(r.dev_id).into(),
        Request::Reboot(r) => RebootResponse::new(GenericResult::OK).dev_id(r.dev_id).into(),
        Request::GetChannel(r) => {
            let video =
                VideoParameters::new(FrameSize::D1, FrameRate(25), RateType::CBR, true).bit_rate(BitRate(6));
            GetChannelResponse::new(Outcome::Success(video)).dev_id(r.dev_id).into()
        }
        Request::StoreQuery(r) => {
            let store = StoreQueryResponse::new(StoreQueryResult::NORMAL).dev_id(r.dev_id);
            store.total_size(32_000_u64).free_size(32_000_u64).into()
        }
        Request::FileQuery(r) => {
            FileQueryResponse::new(Outcome::Success(FilePage::new(0_u32))).dev_id(r.dev_id).into()
        }
        Request::QueryRecordPolicy(r) => {
            QueryRecordPolicyResponse::new(Outcome::Success(RecordPolicies::new())).dev_id(r.dev_id).into()
        }
        Request::GetRecordFull(r) => {
            let off = RecordFullState::new(false);
            GetRecordFullResponse::new(Outcome::Success(off)).dev_id(r.dev_id).into()
        }
        _ => return None,
    })
}
