//! The platform's part: check before anything is sent, send in pieces, ask what came of it.

use super::check::{self, Row};
use super::refusal::Refusal;
use super::{PICTURE_POLICIES, POLICIES_PER_REQUEST};
use crate::DevId;
use crate::message::device::{
    AddPicturePolicyRequest, AddRecordPolicyRequest, DayPolicy, QueryPicturePolicyRequest,
    QueryRecordPolicyRequest, StoredDayPolicy, StoredWeekPolicy, WeekPolicy,
};
use crate::value::{DevType, PictureStoreType};

/// Checks record policies that a user wants to add to a channel. When they are refused, nothing is sent and
/// the user is asked to change the rows named. Spec §7.5.13; R-7.72, R-7.73, R-7.75; E-115, E-116, E-121.
///
/// `stored` is what the channel has, from the last query (68H); entries of it that make no sense take one of
/// the day's four places and overlap nothing. Whether the device has the cloud at all is for the caller to
/// know.
///
/// ```
/// use kandian_proto::message::device::WeekPolicy;
/// use kandian_proto::schedule::{Against, Overlap, Refusal, check_record_policies};
/// use kandian_proto::time::ClockTime;
/// use kandian_proto::value::{DevType, Weekday};
///
/// let hours = |from: &str, to: &str| -> Result<WeekPolicy, kandian_proto::value::InvalidValue> {
///     Ok(WeekPolicy::new(Weekday::MONDAY, from.parse::<ClockTime>()?, to.parse::<ClockTime>()?))
/// };
/// let wanted = [hours("08:00", "10:00")?, hours("09:00", "11:00")?];
/// let overlap = Overlap { row: 1, with: Against::Row(0) };
/// let refused = check_record_policies(DevType::IPCAM, &[], &wanted);
/// assert_eq!(refused, Err(Refusal::Overlaps(vec![overlap])));
/// # Ok::<(), kandian_proto::value::InvalidValue>(())
/// ```
///
/// # Errors
/// Why not.
pub fn check_record_policies(
    kind: DevType,
    stored: &[StoredWeekPolicy],
    new: &[WeekPolicy],
) -> Result<(), Refusal> {
    let stored: Vec<Row> = stored.iter().map(Row::from).collect();
    let main_only = matches!(kind, DevType::NVR | DevType::DVR);
    check::records(&stored, new, true, main_only, true).map(|_| ())
}

/// Checks picture policies that are to be added to a channel and place: the form that the place has, and how
/// many there are. Spec §7.5.24; R-7.92; E-122, E-123.
///
/// `stored` is what the channel has for the same place, from the last query (76H).
///
/// # Errors
/// Why not.
pub fn check_picture_policies(
    place: PictureStoreType,
    stored: &[StoredDayPolicy],
    new: &[DayPolicy],
) -> Result<(), Refusal> {
    if new.is_empty() {
        return Err(Refusal::NoRows);
    }
    let room = PICTURE_POLICIES.saturating_sub(stored.len());
    if new.len() > room {
        return Err(Refusal::TooManyPictures { row: room, limit: PICTURE_POLICIES });
    }
    for (row, policy) in new.iter().enumerate() {
        check::strict_picture(place, policy).map_err(|fault| Refusal::Row { row, fault })?;
    }
    Ok(())
}

/// The requests that add record policies to a channel, each short enough for every device (E-63).
///
/// One request is all or nothing (E-117), several are not: when one of them fails, the ones before it hold.
#[must_use]
pub fn record_policy_requests(
    dev_id: DevId,
    channel_no: u16,
    policies: &[WeekPolicy],
) -> Vec<AddRecordPolicyRequest> {
    let pieces = policies.chunks(POLICIES_PER_REQUEST);
    pieces.map(|piece| AddRecordPolicyRequest::new(dev_id, channel_no, piece)).collect()
}

/// What to ask after a request that adds record policies, **whatever its answer was**, and after silence:
/// the answer has no ids (E-113), and says little about what was done (E-117).
#[must_use]
pub fn record_query_after(request: &AddRecordPolicyRequest) -> QueryRecordPolicyRequest {
    QueryRecordPolicyRequest::new(request.dev_id, request.channel_no)
}

/// What to ask after a request that adds picture policies; see [`record_query_after`].
#[must_use]
pub fn picture_query_after(request: &AddPicturePolicyRequest) -> QueryPicturePolicyRequest {
    QueryPicturePolicyRequest::new(request.dev_id, request.channel_no, request.store_type)
}
