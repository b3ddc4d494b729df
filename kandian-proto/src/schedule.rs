//! When to record and when to take pictures: the policies of a device, and the platform's check of them.
//!
//! Spec §7.5.13–7.5.15, §7.5.24–7.5.26, §7.5.28–7.5.31, §7.5.38; R-7.72 to R-7.77, R-7.84, R-7.92 to R-7.95,
//! R-7.98 to R-7.100, R-7.115, R-7.117; E-46, E-113 to E-123, E-133 to E-135, E-149, E-190.
//!
//! | question | item |
//! |---|---|
//! | What does a device answer to 67H–69H, 75H–77H, 78H–7BH and 81H? | [`Plan::handle`] |
//! | Should this channel be recording now, which stream, and why? | [`Plan::due`] |
//! | Until when may I sleep? | [`Plan::next_change`], [`Plan::next_shot`], [`Plan::wake`] |
//! | May the user have these policies? | [`check_record_policies`], [`check_picture_policies`] |
//! | How long is one file? | [`file_length`] |
//!
//! **A period** runs from the first second of its start to the last second *before* its end, so that 08:00 to
//! 09:00 and 09:00 to 10:00 follow each other without an overlap (E-116). One end is different: 23:59, the
//! last there is, includes its minute, and so means midnight (E-119). Across midnight two policies on two
//! days are needed; 22:00 to 23:59 on Sunday and 00:00 to 06:00 on Monday record without a gap.
//!
//! **Times are civil** (E-13): the caller turns its clock into a [`Timestamp`](crate::time::Timestamp) with
//! the offset of its platform, [`CHINA_OFFSET_MINUTES`](crate::time::CHINA_OFFSET_MINUTES) unless configured
//! otherwise. Nothing here reads a clock. After the clock is set, ask again.
//!
//! **A place** is where a recording goes: local storage or the cloud. A channel has at most one policy at a
//! time for each place, so what is due is one stream or none. All-day recording (一键全天录像) takes precedence
//! over the policies of its channel and place; a stopped cloud (81H) over everything that goes there.
//!
//! ```
//! use kandian_proto::message::device::{AddRecordPolicyRequest, WeekPolicy};
//! use kandian_proto::schedule::{Equipment, Plan};
//! use kandian_proto::time::{ClockTime, Timestamp};
//! use kandian_proto::value::{DevType, GenericResult, RecordStoreType, Weekday};
//! use kandian_proto::{DevId, Request, Response};
//!
//! let mut plan = Plan::new(Equipment::new(DevType::IPCAM, 1, true));
//! let (from, to): (ClockTime, ClockTime) = ("08:00".parse()?, "18:00".parse()?);
//! let hours = WeekPolicy::new(Weekday::TUESDAY, from, to); // local storage, main stream
//! let device: DevId = "81100000001".parse()?;
//! let request = AddRecordPolicyRequest::new(device, 0_u16, vec![hours]);
//! let answer = plan.handle(&Request::AddRecordPolicy(request)).ok_or("not a policy")?;
//! let Response::AddRecordPolicy(response) = answer.response else { return Err("another answer".into()) };
//! assert_eq!(response.result, GenericResult::OK);
//!
//! let noon: Timestamp = "20140318120000".parse()?; // a Tuesday
//! assert!(plan.is_due(0, RecordStoreType::LOCAL, noon));
//! let change = plan.next_change(0, RecordStoreType::LOCAL, noon);
//! assert_eq!(change.map(|at| at.to_string()).as_deref(), Some("20140318180000"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod check;
mod equipment;
mod handle;
mod period;
mod picture;
mod plan;
mod platform;
mod policy;
mod record;
mod refusal;
mod saved;

use core::time::Duration;

pub use equipment::Equipment;
pub use handle::Answer;
pub use period::Period;
pub use plan::Plan;
pub use platform::{
    check_picture_policies, check_record_policies, picture_query_after, record_policy_requests,
    record_query_after,
};
pub use policy::{Cause, Due, PicturePolicy, PolicyNumber, RecordPolicy, Shot};
pub use refusal::{Against, Overlap, Refusal, RowFault};
pub use saved::Saved;

use crate::value::RecordStoreType;

/// Most record policies on one day of the week. Spec §7.5.13; R-7.73.
///
/// A platform counts all places of a channel together; a device counts each place for itself, and so takes
/// what a platform of another reading sends (E-115). Recorders have four slots a day and overwrite one of
/// them when a fifth arrives.
pub const POLICIES_PER_DAY: usize = 4;

/// Most entries a platform puts into one request that adds record policies: the number that one recorder
/// reads, dropping the rest without an error (E-63).
pub const POLICIES_PER_REQUEST: usize = 7;

/// Most picture policies that a platform sets for a channel and place. E-123.
pub const PICTURE_POLICIES: usize = 4;

/// Most picture policies that a device keeps for a channel and place: one for every hour of the day and
/// some more (E-123).
pub const PICTURE_CAPACITY: usize = 32;

/// Most channels of a device. Recorders of the time have 4 to 64. So many channels with as many policies as
/// they may have need fewer ids than there are (E-114).
pub const MAX_CHANNELS: u16 = 256;

const _: () = {
    let records = POLICIES_PER_DAY * 7 * 2;
    let pictures = PICTURE_CAPACITY * 2;
    assert!((MAX_CHANNELS as usize) * records < u16::MAX as usize);
    assert!((MAX_CHANNELS as usize) * pictures < u16::MAX as usize);
};

/// How long one recorded file is: 5 minutes in the cloud, 15 on a card or disk. Spec §7.1.1, §7.5.13;
/// R-7.5, R-7.74; E-46.
///
/// Other people's files have any length; the times in the answer to a search say which.
#[must_use]
pub fn file_length(place: RecordStoreType) -> Duration {
    let minutes = if place == RecordStoreType::CLOUD { 5 } else { 15 };
    Duration::from_secs(minutes * 60)
}
