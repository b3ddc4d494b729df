//! Card and disk: 7FH, 80H. Spec §7.5.36, §7.5.37, E-12, E-83, E-146 to E-148.

use kandian_proto::message::device::{
    StoreFormatRequest, StoreFormatResponse, StoreQueryRequest, StoreQueryResponse,
};
use kandian_proto::value::{StoreFormatResult, StoreQueryResult};
use kandian_proto::{Operation, Response};

use super::{Refusal, refused};
use crate::hardware::{Fault, Medium};
use crate::journal::note;
use crate::unit::Unit;

async fn medium(unit: &Unit) -> Medium {
    unit.with_storage(|storage| storage.medium()).await.unwrap_or(Medium::Faulty)
}

/// The state in the place of a result: 1 is good (E-146).
pub(super) async fn query(unit: &Unit, request: &StoreQueryRequest) -> Response {
    let medium = medium(unit).await;
    let (total, free) = medium.megabytes();
    let result = StoreQueryResult::from(medium.flag());
    StoreQueryResponse::new(result).dev_id(request.dev_id).total_size(total).free_size(free).into()
}

/// Formats the card, and answers when that is done (E-148).
pub(super) async fn format(unit: &Unit, request: &StoreFormatRequest, barred: Option<Refusal>) -> Response {
    let result = match barred {
        // The table has no code for it but 2 (E-148).
        Some(refusal) => {
            refused(unit, Operation::StoreFormat, &refusal);
            StoreFormatResult::FORMAT_FAILED
        }
        None => formatted(unit).await,
    };
    let (total, free) = match result {
        StoreFormatResult::NO_MEDIUM => (0, 0),
        _ => medium(unit).await.megabytes(),
    };
    StoreFormatResponse::new(result).dev_id(request.dev_id).total_size(total).free_size(free).into()
}

async fn formatted(unit: &Unit) -> StoreFormatResult {
    if medium(unit).await == Medium::Absent {
        note!(unit, warn, "there is no card to format (R-7.112)");
        return StoreFormatResult::NO_MEDIUM;
    }
    let done = unit.with_storage(|storage| storage.format()).await;
    let result = match done.and_then(|done| done) {
        Ok(()) => {
            note!(unit, warn, "the card was formatted by the platform");
            StoreFormatResult::OK
        }
        Err(Fault(why)) => {
            note!(unit, error, "the card cannot be formatted: {why} (R-7.112)");
            StoreFormatResult::FORMAT_FAILED
        }
    };
    unit.look_again();
    // A card that had no file system has one now (E-80).
    unit.capabilities_changed().await;
    result
}
