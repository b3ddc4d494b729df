//! Short ways to build policies and plans for the tests of `schedule`.
#![allow(dead_code, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use kandian_proto::message::device::{
    AddPicturePolicyRequest, AddRecordPolicyRequest, DayPolicy, StoredWeekPolicy, WeekPolicy,
};
use kandian_proto::schedule::{Equipment, Plan, PolicyNumber, Refusal};
use kandian_proto::time::{ClockTime, Timestamp};
use kandian_proto::value::{DevType, PictureStoreType, PolicyStreamType, RecordStoreType, Weekday};
use kandian_proto::{DevId, Request, Response};

pub(crate) const LOCAL: RecordStoreType = RecordStoreType::LOCAL;
pub(crate) const CLOUD: RecordStoreType = RecordStoreType::CLOUD;

pub(crate) fn device() -> DevId {
    "81100000001".parse().unwrap()
}

/// A camera with four channels and the cloud.
pub(crate) fn camera() -> Plan {
    Plan::new(Equipment::new(DevType::IPCAM, 4, true))
}

/// A recorder with four channels and the cloud, that does not record around the clock.
pub(crate) fn recorder() -> Plan {
    let mut plan = Plan::new(Equipment::new(DevType::NVR, 4, true));
    for channel_no in 0..4 {
        plan.set_record_full(channel_no, kandian_proto::value::StorageFlag::NVR, false).unwrap();
    }
    plan
}

pub(crate) fn clock(text: &str) -> ClockTime {
    text.parse().unwrap()
}

/// `2014-03-18 10:30:00`, and `2014-03-18 10:30` with seconds 00.
pub(crate) fn at(text: &str) -> Timestamp {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    format!("{digits:0<14}").parse().unwrap()
}

/// `08:00-09:00` on a weekday, to local storage, main stream.
pub(crate) fn week(day: u16, hours: &str) -> WeekPolicy {
    let (start, end) = hours.split_once('-').unwrap();
    WeekPolicy::new(Weekday(day), clock(start), clock(end))
}

pub(crate) fn to_cloud(policy: WeekPolicy) -> WeekPolicy {
    policy.store_type(CLOUD)
}

pub(crate) fn sub(policy: WeekPolicy) -> WeekPolicy {
    policy.stream_type(PolicyStreamType::SUB)
}

/// The same as a device would list it.
pub(crate) fn stored(id: &str, policy: &WeekPolicy) -> StoredWeekPolicy {
    StoredWeekPolicy::new(
        id.parse::<kandian_proto::value::PolicyId>().unwrap(),
        policy.week,
        policy.start_time,
        policy.end_time,
    )
    .store_type(policy.store_type)
    .stream_type(policy.stream_type)
}

/// Pictures every `interval` seconds.
pub(crate) fn day(interval: u32, hours: &str) -> DayPolicy {
    let (start, end) = hours.split_once('-').unwrap();
    DayPolicy::new(interval, clock(start), clock(end))
}

pub(crate) fn add(
    plan: &mut Plan,
    channel: u16,
    policies: &[WeekPolicy],
) -> Result<Vec<PolicyNumber>, Refusal> {
    plan.add_records(&AddRecordPolicyRequest::new(device(), channel, policies))
}

pub(crate) fn add_pictures(
    plan: &mut Plan,
    channel: u16,
    place: PictureStoreType,
    policies: &[DayPolicy],
) -> Result<Vec<PolicyNumber>, Refusal> {
    plan.add_pictures(&AddPicturePolicyRequest::new(device(), channel, place, policies))
}

/// The answer of the plan, and the reason when it refuses.
pub(crate) fn answer(plan: &mut Plan, request: impl Into<Request>) -> (Response, Option<Refusal>) {
    let answer = plan.handle(&request.into()).unwrap();
    (answer.response, answer.refusal)
}

/// `08:00-09:00 1` for every policy of a channel: hours and weekday.
pub(crate) fn listed(plan: &Plan, channel: u16) -> Vec<String> {
    let policies = plan.record_policies(channel).unwrap();
    policies.iter().map(|policy| format!("{} {}", policy.period, policy.week.0)).collect()
}
