//! Record policies that overlap are refused, and the rows that do are named.

use crate::support::plans::{add, camera, clock, listed, stored, sub, to_cloud, week};
use kandian_proto::message::device::WeekPolicy;
use kandian_proto::schedule::{Against, Overlap, Period, Refusal, RowFault, check_record_policies};
use kandian_proto::time::ClockTime;
use kandian_proto::value::{DevType, GenericResult, Weekday};
use proptest::prelude::*;

fn overlap(row: usize, with: Against) -> Overlap {
    Overlap { row, with }
}

/// What the platform says to the user about new policies for an empty channel.
fn check(new: &[WeekPolicy]) -> Result<(), Refusal> {
    check_record_policies(DevType::IPCAM, &[], new)
}

fn faulty(row: usize, fault: RowFault) -> Result<(), Refusal> {
    Err(Refusal::Row { row, fault })
}

// E-116
#[test]
fn the_platform_refuses_and_names_both_rows() {
    let new = [week(1, "08:00-10:00"), week(1, "09:00-11:00")];
    assert_eq!(check(&new), Err(Refusal::Overlaps(vec![overlap(1, Against::Row(0))])));
    let existing = [stored("31", &new[0])];
    let refused = check_record_policies(DevType::IPCAM, &existing, &new[1..]);
    assert_eq!(refused, Err(Refusal::Overlaps(vec![overlap(0, Against::Stored("31".into()))])));
}

// E-116
#[test]
fn every_pair_is_named() {
    let existing = [stored("7", &week(3, "00:00-23:59"))];
    let new = [week(3, "08:00-10:00"), week(2, "08:00-10:00"), week(3, "09:00-11:00")];
    let refusal = check_record_policies(DevType::IPCAM, &existing, &new).unwrap_err();
    let stored = || Against::Stored("7".into());
    let pairs = vec![overlap(0, stored()), overlap(2, Against::Row(0)), overlap(2, stored())];
    assert_eq!(refusal, Refusal::Overlaps(pairs));
    assert_eq!(
        refusal.to_string(),
        "row 0 overlaps stored policy \"7\"; row 2 overlaps row 0; row 2 overlaps stored policy \"7\""
    );
    assert_eq!(refusal.code(), GenericResult::OTHER);
}

// E-116
#[test]
fn periods_that_touch_do_not_overlap() {
    assert_eq!(check(&[week(1, "08:00-09:00"), week(1, "09:00-10:00"), week(1, "07:59-08:00")]), Ok(()));
    let one_minute = check(&[week(1, "08:00-09:00"), week(1, "08:59-10:00")]);
    assert_eq!(one_minute, Err(Refusal::Overlaps(vec![overlap(1, Against::Row(0))])));
}

// E-119: the last minute of the day belongs to a period that ends with it.
#[test]
fn the_last_minute_of_the_day() {
    let evening = week(1, "22:00-23:59");
    let last = week(1, "23:59-23:59");
    assert_eq!(check(std::slice::from_ref(&last)), Ok(()));
    let refused = check(&[evening, last.clone()]);
    assert_eq!(refused, Err(Refusal::Overlaps(vec![overlap(1, Against::Row(0))])));
    assert_eq!(check(&[week(1, "22:00-23:58"), week(1, "23:58-23:59")]), Ok(()));
    assert_eq!(check(&[week(1, "22:00-23:59"), week(2, "00:00-01:00")]), Ok(()));
    assert_eq!(check(&[week(7, "22:00-23:59"), week(1, "00:00-01:00")]), Ok(()));
}

// E-116: one day of the week and one place are no business of another.
#[test]
fn other_days_and_places_are_no_conflict() {
    let here = week(1, "08:00-10:00");
    assert_eq!(check(&[here.clone(), week(2, "08:00-10:00"), to_cloud(here.clone())]), Ok(()));
    let mut plan = camera();
    add(&mut plan, 0, std::slice::from_ref(&here)).unwrap();
    add(&mut plan, 1, &[here]).unwrap();
}

// E-116, E-117: a device that checks answers an error and keeps what it had.
#[test]
fn a_device_refuses_too() {
    let mut plan = camera();
    let ids = add(&mut plan, 0, &[week(1, "08:00-10:00")]).unwrap();
    let refusal = add(&mut plan, 0, &[week(2, "08:00-10:00"), week(1, "09:00-11:00")]).unwrap_err();
    let with = Against::Stored(ids[0].to_string());
    assert_eq!(refusal, Refusal::Overlaps(vec![overlap(1, with)]));
    assert_eq!(listed(&plan, 0), ["08:00-10:00 1"]);
}

// E-118, E-119, E-120, E-121
#[test]
fn a_row_that_is_wrong_in_itself_is_named() {
    let good = week(1, "08:00-10:00");
    let backwards = |start: &str, end: &str| RowFault::Backwards { start: clock(start), end: clock(end) };
    for (row, fault) in [
        (week(1, "10:00-08:00"), backwards("10:00", "08:00")),
        (week(1, "08:00-08:00"), backwards("08:00", "08:00")),
        (week(1, "23:59-23:58"), backwards("23:59", "23:58")),
        (week(0, "10:00-11:00"), RowFault::NoSuchDay(0)),
        (week(8, "10:00-11:00"), RowFault::NoSuchDay(8)),
        (week(1, "10:00-11:00").stream_type(3), RowFault::NoSuchStream(3)),
        (week(1, "10:00-11:00").store_type(2), RowFault::NoSuchPlace(2)),
        (sub(to_cloud(week(1, "10:00-11:00"))), RowFault::MainStreamOnly),
    ] {
        assert_eq!(check(&[good.clone(), row.clone()]), faulty(1, fault));
        let refusal = add(&mut camera(), 0, &[good.clone(), row]).unwrap_err();
        assert_eq!(refusal, Refusal::Row { row: 1, fault });
        assert!(!fault.to_string().is_empty());
        let code = if matches!(fault, RowFault::NoSuchPlace(_)) { 1 } else { 255 };
        assert_eq!(refusal.code(), GenericResult(code));
    }
    assert_eq!(check(&[]), Err(Refusal::NoRows));
    assert_eq!(add(&mut camera(), 0, &[]), Err(Refusal::NoRows));
}

// E-121: what one recorder lists is nonsense in places; it takes a slot and overlaps nothing.
#[test]
fn nonsense_on_a_device_is_no_conflict() {
    let existing = [
        stored("1", &week(1, "10:00-08:00").stream_type(0)),
        stored("1", &week(9, "08:00-10:00")),
        stored("1", &week(1, "08:00-10:00").store_type(9)),
    ];
    let new = [week(1, "08:00-10:00")];
    assert_eq!(check_record_policies(DevType::NVR, &existing, &new), Ok(()));
}

/// A period by brute force: the minutes of the day it covers.
fn minutes(start: ClockTime, end: ClockTime) -> Vec<u16> {
    (0..1440).filter(|m| start.minutes() <= *m && (*m < end.minutes() || end == ClockTime::LAST)).collect()
}

fn times() -> impl Strategy<Value = ClockTime> {
    prop_oneof![
        4 => (0..24_u8, 0..60_u8).prop_map(|(hour, minute)| ClockTime::new(hour, minute).unwrap()),
        1 => Just(ClockTime::MIDNIGHT),
        1 => Just(ClockTime::LAST),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    // E-116, E-119
    #[test]
    fn periods_overlap_when_they_share_a_minute(a in times(), b in times(), c in times(), d in times()) {
        let (first, second) = (minutes(a, b), minutes(c, d));
        prop_assert_eq!(Period::new(a, b).is_some(), !first.is_empty());
        let (Some(x), Some(y)) = (Period::new(a, b), Period::new(c, d)) else { return Ok(()) };
        prop_assert_eq!(usize::from(x.minutes()), first.len());
        for minute in [a, b, c, d] {
            prop_assert_eq!(x.contains(minute), first.contains(&minute.minutes()));
        }
        let shared = first.iter().any(|minute| second.contains(minute));
        prop_assert_eq!((x.overlaps(y), y.overlaps(x)), (shared, shared));
        let rows = [(a, b), (c, d)].map(|(start, end)| WeekPolicy::new(Weekday::FRIDAY, start, end));
        prop_assert_eq!(check(&rows).is_ok(), !shared);
    }
}
