//! Policies and recording flags: 67H to 69H, 75H to 77H, 78H to 7BH, 81H. Spec §7.5.13 to §7.5.15, §7.5.24 to
//! §7.5.31, §7.5.38. The decisions are those of [`Plan`](kandian_proto::schedule::Plan); here they are stored.

use std::convert::Infallible;

use kandian_proto::message::device as message;
use kandian_proto::schedule::{Answer, Refusal as Unplanned, RowFault};
use kandian_proto::{Outcome, Request, Response};

use super::refused;
use crate::handler::Refusal;
use crate::state::ChangeError;
use crate::unit::Unit;

/// Carries out a request about policies and flags; `None` for any other request.
pub(super) async fn handle(unit: &Unit, request: &Request, barred: Option<Refusal>) -> Option<Response> {
    if let Some(refusal) = barred {
        return refuse(unit, request, &refusal);
    }
    let mut planned = None;
    let stored = unit.store.change(|state| {
        planned = state.plan.handle(request);
        // A refusal has changed nothing, and there is nothing to store.
        Ok::<_, Infallible>(())
    });
    if let Err(ChangeError::Disk(error)) = stored.await {
        let why = format!("the settings cannot be written: {error}");
        return refuse(unit, request, &Refusal::wrong("not stored", why));
    }
    let Answer { response, refusal } = planned?;
    if let Some(refusal) = refusal {
        let (code, rule, why) = (refusal.code(), rule_of(&refusal), refusal.to_string());
        refused(unit, request.operation(), &Refusal { code, rule, why });
    }
    Some(response)
}

/// The answer to a request that the plan was not asked about, or whose outcome is not on the disk.
fn refuse(unit: &Unit, request: &Request, refusal: &Refusal) -> Option<Response> {
    /// Answers that are a code, and answers with content.
    macro_rules! answers {
        ([$($coded:ident => $Coded:ident,)*] [$($query:ident => $Query:ident,)*]) => {
            match request {
                $(Request::$coded(m) => {
                    let code = refused(unit, request.operation(), refusal);
                    Some(message::$Coded::new(code).dev_id(m.dev_id).into())
                })*
                $(Request::$query(m) => {
                    let code = refused(unit, request.operation(), refusal);
                    Some(message::$Query::new(Outcome::Failure(code)).dev_id(m.dev_id).into())
                })*
                _ => None,
            }
        };
    }
    answers! {
        [
            AddRecordPolicy => AddRecordPolicyResponse,
            DelRecordPolicy => DelRecordPolicyResponse,
            AddPicturePolicy => AddPicturePolicyResponse,
            DelPicturePolicy => DelPicturePolicyResponse,
            SetRecordFull => SetRecordFullResponse,
            SetRecordLoop => SetRecordLoopResponse,
            EstoreActivate => EstoreActivateResponse,
        ]
        [
            QueryRecordPolicy => QueryRecordPolicyResponse,
            QueryPicturePolicy => QueryPicturePolicyResponse,
            GetRecordFull => GetRecordFullResponse,
            GetRecordLoop => GetRecordLoopResponse,
        ]
    }
}

/// The rule behind a refusal, for the log.
const fn rule_of(refusal: &Unplanned) -> &'static str {
    match refusal {
        Unplanned::NoSuchChannel { .. } => "E-15",
        Unplanned::NoSuchPolicy { .. } => "E-114",
        Unplanned::NoSuchMedium(_) => "E-134",
        Unplanned::NoSuchPlace(_) | Unplanned::Row { fault: RowFault::NoSuchPlace(_), .. } => "E-120",
        Unplanned::NotForThisDevice => "R-7.1",
        Unplanned::Row { fault: RowFault::MainStreamOnly, .. } => "R-7.75",
        Unplanned::Row { fault: RowFault::NoSuchStream(_), .. } => "E-121",
        Unplanned::Row { fault: RowFault::NoSuchDay(_), .. } => "E-118",
        Unplanned::Row { fault: RowFault::Backwards { .. }, .. } => "E-119",
        Unplanned::Row { fault: RowFault::NotSingle | RowFault::NotRepeating, .. } => "E-122",
        Unplanned::DayFull { .. } => "R-7.73",
        Unplanned::TooManyPictures { .. } => "E-123",
        Unplanned::Overlaps(_) => "R-7.72",
        _ => "E-117",
    }
}
