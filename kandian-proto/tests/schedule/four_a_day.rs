//! How many policies a day, a request and a recorder may have.

use crate::support::plans::{add, camera, device, listed, recorder, stored, sub, to_cloud, week};
use kandian_proto::message::device::{StoredWeekPolicy, WeekPolicy};
use kandian_proto::schedule::{
    POLICIES_PER_DAY, POLICIES_PER_REQUEST, Refusal, RowFault, check_record_policies, record_policy_requests,
    record_query_after,
};
use kandian_proto::value::{DevType, GenericResult, Weekday};
use kandian_proto::{Profile, encode};

/// As many policies on a day, one an hour.
fn hourly(day: u16, count: usize) -> Vec<WeekPolicy> {
    (0..count).map(|hour| week(day, &format!("{hour:02}:00-{hour:02}:30"))).collect()
}

fn all_stored(policies: &[WeekPolicy]) -> Vec<StoredWeekPolicy> {
    policies.iter().enumerate().map(|(index, policy)| stored(&index.to_string(), policy)).collect()
}

fn full(row: usize, day: u16) -> Refusal {
    Refusal::DayFull { row, week: Weekday(day), limit: 4 }
}

// E-115
#[test]
fn the_platform_refuses_a_fifth_policy_of_a_weekday() {
    assert_eq!(POLICIES_PER_DAY, 4);
    let check =
        |stored: &[StoredWeekPolicy], new: &[WeekPolicy]| check_record_policies(DevType::IPCAM, stored, new);
    assert_eq!(check(&[], &hourly(1, 4)), Ok(()));
    assert_eq!(check(&[], &hourly(1, 5)), Err(full(4, 1)));
    let there = all_stored(&hourly(1, 3));
    let more = [week(1, "20:00-21:00"), week(2, "20:00-21:00"), week(1, "21:00-22:00")];
    assert_eq!(check(&there, &more[..2]), Ok(()));
    assert_eq!(check(&there, &more), Err(full(2, 1)));
    // A week of four a day is the most there is.
    let whole: Vec<_> = (1..=7).flat_map(|day| hourly(day, 4)).collect();
    assert_eq!(check(&[], &whole), Ok(()));
    assert_eq!(full(4, 1).code(), GenericResult::OTHER);
}

// E-115: the platform counts all places together, a device each for itself.
#[test]
fn places_count_together_on_the_platform_and_apart_on_a_device() {
    let local = hourly(1, 4);
    let cloud: Vec<_> = local.iter().cloned().map(to_cloud).collect();
    let both = [local.clone(), cloud.clone()].concat();
    assert_eq!(check_record_policies(DevType::IPCAM, &[], &both), Err(full(4, 1)));
    assert_eq!(check_record_policies(DevType::IPCAM, &all_stored(&local), &cloud[..1]), Err(full(0, 1)));

    let mut plan = camera();
    add(&mut plan, 0, &local).unwrap();
    add(&mut plan, 0, &cloud).unwrap();
    assert_eq!(add(&mut plan, 0, &[week(1, "20:00-21:00")]), Err(full(0, 1)));
    assert_eq!(add(&mut plan, 0, &[to_cloud(week(1, "20:00-21:00"))]), Err(full(0, 1)));
    assert_eq!(listed(&plan, 0).len(), 8);
}

// E-115, E-117: a fifth that comes with others takes them along.
#[test]
fn a_device_adds_nothing_of_a_request_that_does_not_fit() {
    let mut plan = camera();
    let mut rows = hourly(1, 5);
    rows.insert(0, week(2, "08:00-09:00"));
    assert_eq!(add(&mut plan, 0, &rows), Err(full(5, 1)));
    assert_eq!(listed(&plan, 0), [""; 0]);
    // Each channel and each day has four of its own.
    for channel in 0..4 {
        for day in 1..=7 {
            add(&mut plan, channel, &hourly(day, 4)).unwrap();
        }
        assert_eq!(listed(&plan, channel).len(), 28);
    }
}

// E-121
#[test]
fn a_recorder_has_the_main_stream_only() {
    let wrong = Refusal::Row { row: 0, fault: RowFault::MainStreamOnly };
    let main = [week(1, "08:00-09:00")];
    let second = [sub(week(1, "08:00-09:00"))];
    for kind in [DevType::NVR, DevType::DVR] {
        assert_eq!(check_record_policies(kind, &[], &second), Err(wrong.clone()));
        assert_eq!(check_record_policies(kind, &[], &main), Ok(()));
    }
    assert_eq!(check_record_policies(DevType::IPCAM, &[], &second), Ok(()));
    assert_eq!(add(&mut recorder(), 0, &second), Err(wrong));
    add(&mut recorder(), 0, &main).unwrap();
    add(&mut camera(), 0, &second).unwrap();
}

// E-63
#[test]
fn long_lists_go_out_in_several_requests() {
    let whole: Vec<_> = (1..=7).flat_map(|day| hourly(day, 4)).collect();
    let requests = record_policy_requests(device(), 3, &whole);
    assert_eq!(requests.len(), 4);
    for request in &requests {
        assert_eq!((request.dev_id, request.channel_no), (device(), 3));
        assert!(request.week_policies.len() <= POLICIES_PER_REQUEST);
        assert!(encode(request, Profile::Spec).unwrap().len() < 4_072);
    }
    let sent: Vec<_> = requests.into_iter().flat_map(|request| request.week_policies).collect();
    assert_eq!(sent, whole);
    assert_eq!(record_policy_requests(device(), 3, &whole[..7]).len(), 1);
    assert_eq!(record_policy_requests(device(), 3, &whole[..8]).len(), 2);
    assert_eq!(record_policy_requests(device(), 3, &[]), []);
}

// E-113, E-117
#[test]
fn after_adding_the_platform_asks() {
    for request in record_policy_requests(device(), 3, &hourly(1, 4)) {
        let query = record_query_after(&request);
        assert_eq!((query.dev_id, query.channel_no), (device(), 3));
    }
}
