//! What is due at a moment, and the next moment at which that changes.

use crate::support::plans::{
    CLOUD, LOCAL, add, add_pictures, at, camera, day, listed, recorder, sub, to_cloud, week,
};
use kandian_proto::message::device::WeekPolicy;
use kandian_proto::schedule::{Cause, Due, Plan, PolicyNumber};
use kandian_proto::time::{CHINA_OFFSET_MINUTES, ClockTime, Timestamp, UnixMillis};
use kandian_proto::value::{PictureStoreType, PolicyStreamType, RecordStoreType, StorageFlag, Weekday};
use proptest::prelude::*;

/// A camera whose channel 0 has these policies, with ids from 1.
fn plan(policies: &[WeekPolicy]) -> Plan {
    let mut plan = camera();
    add(&mut plan, 0, policies).unwrap();
    plan
}

fn by_policy(id: u16) -> Due {
    Due { stream: PolicyStreamType::MAIN, cause: Cause::Policy(PolicyNumber::new(id).unwrap()) }
}

/// The next changes from a moment on, as text, and whether something is due after each.
fn changes(plan: &Plan, from: &str, count: usize) -> Vec<(String, bool)> {
    let mut now = at(from);
    let mut found = Vec::new();
    while let Some(next) = plan.next_change(0, LOCAL, now).filter(|_| found.len() < count) {
        assert!(next > now);
        assert_ne!(plan.due(0, LOCAL, next), plan.due(0, LOCAL, now));
        found.push((format!("{next:?}")[10..29].to_owned(), plan.is_due(0, LOCAL, next)));
        now = next;
    }
    found
}

fn moments(list: &[(&str, bool)]) -> Vec<(String, bool)> {
    list.iter().map(|(text, due)| ((*text).to_owned(), *due)).collect()
}

// E-116
#[test]
fn a_period_begins_with_its_start_and_ends_before_its_end() {
    let plan = plan(&[week(2, "08:00-18:00")]);
    for (time, due) in [
        ("2014-03-18 07:59:59", false),
        ("2014-03-18 08:00:00", true),
        ("2014-03-18 17:59:59", true),
        ("2014-03-18 18:00:00", false),
        ("2014-03-17 12:00:00", false),
        ("2014-03-19 12:00:00", false),
        ("2014-03-25 12:00:00", true),
    ] {
        assert_eq!(plan.is_due(0, LOCAL, at(time)), due, "{time}");
    }
    assert_eq!(plan.due(0, LOCAL, at("2014-03-18 12:00")), Some(by_policy(1)));
    let expected = [
        ("2014-03-18 08:00:00", true),
        ("2014-03-18 18:00:00", false),
        ("2014-03-25 08:00:00", true),
        ("2014-03-25 18:00:00", false),
    ];
    assert_eq!(changes(&plan, "2014-03-12 00:00", 4), moments(&expected));
    // From the last second before, and from the moment itself.
    assert_eq!(changes(&plan, "2014-03-18 07:59:59", 1), moments(&expected[..1]));
    assert_eq!(changes(&plan, "2014-03-18 08:00:00", 1), moments(&expected[1..2]));
    assert_eq!(changes(&plan, "2014-03-18 08:00:01", 1), moments(&expected[1..2]));
}

// E-118
#[test]
fn monday_is_1_and_sunday_7() {
    // 2014-03-17 was a Monday.
    for (week_day, date) in (1..=7).zip(17..) {
        let plan = plan(&[week(week_day, "12:00-13:00")]);
        for other in 17..24 {
            let noon = Timestamp::new(2014, 3, other, 12, 0, 0).unwrap();
            assert_eq!(plan.is_due(0, LOCAL, noon), other == date);
        }
    }
}

// E-119
#[test]
fn the_last_minute_of_the_day_is_included() {
    let plan = plan(&[week(2, "22:00-23:59")]);
    assert!(plan.is_due(0, LOCAL, at("2014-03-18 23:59:00")));
    assert!(plan.is_due(0, LOCAL, at("2014-03-18 23:59:59")));
    assert!(!plan.is_due(0, LOCAL, at("2014-03-19 00:00:00")));
    assert_eq!(changes(&plan, "2014-03-18 22:30", 1), moments(&[("2014-03-19 00:00:00", false)]));
}

// E-119
#[test]
fn a_single_minute_at_the_end_of_the_week() {
    let plan = plan(&[week(7, "23:59-23:59")]);
    let expected = [
        ("2014-03-23 23:59:00", true),
        ("2014-03-24 00:00:00", false),
        ("2014-03-30 23:59:00", true),
        ("2014-03-31 00:00:00", false),
    ];
    assert_eq!(changes(&plan, "2014-03-18 10:00", 4), moments(&expected));
    assert_eq!(changes(&plan, "2014-03-24 00:00", 2), moments(&expected[2..]));
}

// E-119: across midnight, also that of Sunday, two policies follow each other without a gap.
#[test]
fn across_midnight_the_policy_changes_and_the_recording_goes_on() {
    let plan = plan(&[week(7, "22:00-23:59"), week(1, "00:00-06:00")]);
    assert_eq!(plan.due(0, LOCAL, at("2014-03-23 23:59:59")), Some(by_policy(1)));
    assert_eq!(plan.due(0, LOCAL, at("2014-03-24 00:00:00")), Some(by_policy(2)));
    let expected =
        [("2014-03-23 22:00:00", true), ("2014-03-24 00:00:00", true), ("2014-03-24 06:00:00", false)];
    assert_eq!(changes(&plan, "2014-03-23 12:00", 3), moments(&expected));
}

// E-116: 08:00–09:00 and 09:00–10:00 touch; each minute belongs to one of them.
#[test]
fn policies_that_touch() {
    let plan = plan(&[week(2, "09:00-10:00"), week(2, "08:00-09:00")]);
    assert_eq!(plan.due(0, LOCAL, at("2014-03-18 08:59:59")), Some(by_policy(2)));
    assert_eq!(plan.due(0, LOCAL, at("2014-03-18 09:00:00")), Some(by_policy(1)));
    let expected =
        [("2014-03-18 08:00:00", true), ("2014-03-18 09:00:00", true), ("2014-03-18 10:00:00", false)];
    assert_eq!(changes(&plan, "2014-03-18 00:00", 3), moments(&expected));
}

// E-121
#[test]
fn the_stream_is_that_of_the_policy() {
    let plan = plan(&[sub(week(2, "08:00-09:00")), week(2, "09:00-10:00")]);
    let stream = |time| plan.due(0, LOCAL, at(time)).map(|due| due.stream);
    assert_eq!(stream("2014-03-18 08:30"), Some(PolicyStreamType::SUB));
    assert_eq!(stream("2014-03-18 09:30"), Some(PolicyStreamType::MAIN));
}

#[test]
fn the_end_of_a_year_and_of_a_leap_february() {
    // 2014-12-31 was a Wednesday, 2016-02-29 a Monday.
    let plan = plan(&[week(3, "23:00-23:59"), week(4, "00:00-01:00"), week(1, "23:59-23:59")]);
    let year = [("2015-01-01 00:00:00", true), ("2015-01-01 01:00:00", false)];
    assert_eq!(changes(&plan, "2014-12-31 23:30", 2), moments(&year));
    let leap = [("2016-02-29 23:59:00", true), ("2016-03-01 00:00:00", false)];
    assert_eq!(changes(&plan, "2016-02-29 12:00", 2), moments(&leap));
}

#[test]
fn the_end_of_time() {
    // 9999-12-31 is a Friday.
    let plan = plan(&[week(5, "08:00-23:59")]);
    let last = at("9999-12-31 23:59:59");
    assert!(plan.is_due(0, LOCAL, last));
    assert_eq!(plan.next_change(0, LOCAL, last), None);
    let wake = plan.wake(UnixMillis::from_civil(last, 0), 0);
    assert_eq!(wake, None);
    assert_eq!(plan.wake(UnixMillis(i64::MAX), 0), None);
    assert_eq!(plan.wake(UnixMillis(i64::MIN), 0), None);
}

#[test]
fn whole_days_in_a_row_change_policy_at_midnight_only() {
    let whole: Vec<_> = (1..=7).map(|day| week(day, "00:00-23:59")).collect();
    let plan = plan(&whole);
    let expected =
        [("2014-03-18 00:00:00", true), ("2014-03-19 00:00:00", true), ("2014-03-20 00:00:00", true)];
    assert_eq!(changes(&plan, "2014-03-17 12:00", 3), moments(&expected));
}

#[test]
fn without_policies_nothing_changes() {
    let plan = camera();
    let now = at("2014-03-18 10:30");
    assert_eq!(plan.due(0, LOCAL, now), None);
    assert_eq!(plan.next_change(0, LOCAL, now), None);
    assert_eq!(plan.wake(UnixMillis::from_civil(now, 0), 0), None);
}

// E-135
#[test]
fn around_the_clock_takes_precedence_over_policies() {
    let mut plan = plan(&[sub(week(2, "08:00-18:00")), to_cloud(week(2, "08:00-18:00"))]);
    let (inside, outside) = (at("2014-03-18 12:00"), at("2014-03-19 12:00"));
    assert!(plan.is_due(0, LOCAL, inside) && !plan.is_due(0, LOCAL, outside));
    plan.set_record_full(0, StorageFlag::SD_CARD, true).unwrap();
    let all_day = Some(Due { stream: PolicyStreamType::MAIN, cause: Cause::AllDay });
    for now in [inside, outside] {
        assert_eq!(plan.due(0, LOCAL, now), all_day);
        assert_eq!(plan.next_change(0, LOCAL, now), None);
    }
    // The policies are kept, and the other place and the other channels are as they were.
    assert!(plan.is_due(0, CLOUD, inside) && !plan.is_due(0, CLOUD, outside));
    assert!(plan.next_change(0, CLOUD, outside).is_some());
    assert!(!plan.is_due(1, LOCAL, inside));
    plan.set_record_full(0, StorageFlag::SD_CARD, false).unwrap();
    assert_eq!(plan.due(0, LOCAL, inside).map(|due| due.stream), Some(PolicyStreamType::SUB));
    assert!(!plan.is_due(0, LOCAL, outside));
}

//
#[test]
fn deleting_the_policy_that_records_ends_the_recording() {
    let mut plan = plan(&[week(2, "08:00-18:00"), week(3, "08:00-18:00")]);
    let now = at("2014-03-18 12:00");
    assert!(plan.is_due(0, LOCAL, now));
    plan.delete_record(0, "1").unwrap();
    assert!(!plan.is_due(0, LOCAL, now));
    assert_eq!(plan.next_change(0, LOCAL, now), Some(at("2014-03-19 08:00")));
}

// E-149
#[test]
fn a_stopped_cloud_records_nothing_and_keeps_its_policies() {
    let mut plan = plan(&[to_cloud(week(2, "08:00-18:00")), week(2, "10:00-11:00")]);
    let now = at("2014-03-18 10:30");
    assert!(plan.cloud_active() && plan.is_due(0, CLOUD, now));
    plan.set_cloud_active(false).unwrap();
    plan.set_record_full(0, StorageFlag::CLOUD, true).unwrap();
    assert!(!plan.is_due(0, CLOUD, now));
    assert_eq!(plan.next_change(0, CLOUD, now), None);
    assert!(plan.is_due(0, LOCAL, now));
    assert_eq!(listed(&plan, 0).len(), 2);
    plan.set_cloud_active(true).unwrap();
    assert!(plan.is_due(0, CLOUD, now));
}

// E-15
#[test]
fn channels_and_places_that_are_not_there() {
    let plan = plan(&[week(2, "08:00-18:00")]);
    let now = at("2014-03-18 12:00");
    for (channel, place) in [(4, LOCAL), (u16::MAX, LOCAL), (0, RecordStoreType(7))] {
        assert_eq!(plan.due(channel, place, now), None);
        assert_eq!(plan.next_change(channel, place, now), None);
    }
}

// E-13: the moment depends on the offset, the civil time does not.
#[test]
fn wake_is_the_first_change_of_all_in_unix_time() {
    let mut plan = plan(&[week(2, "08:00-18:00"), to_cloud(week(2, "12:00-13:00"))]);
    add(&mut plan, 3, &[week(2, "11:30-12:30")]).unwrap();
    let millis = |time, offset| UnixMillis::from_civil(at(time), offset);
    for offset in [CHINA_OFFSET_MINUTES, 0, -210, 845] {
        let wake = |time| plan.wake(millis(time, offset), offset);
        assert_eq!(wake("2014-03-18 10:00"), Some(millis("2014-03-18 11:30", offset)));
        assert_eq!(wake("2014-03-18 11:30"), Some(millis("2014-03-18 12:00", offset)));
        assert_eq!(wake("2014-03-18 12:59:59"), Some(millis("2014-03-18 13:00", offset)));
        assert_eq!(wake("2014-03-18 13:00"), Some(millis("2014-03-18 18:00", offset)));
    }
    // Milliseconds before the second count as that second.
    let offset = CHINA_OFFSET_MINUTES;
    let just_before = UnixMillis(millis("2014-03-18 12:00", offset).0 - 1);
    assert_eq!(plan.wake(just_before, offset), Some(millis("2014-03-18 12:00", offset)));
    // A picture comes first.
    add_pictures(&mut plan, 0, PictureStoreType::FTP, &[day(0, "10:05-10:05")]).unwrap();
    let wake = plan.wake(millis("2014-03-18 10:00", offset), offset);
    assert_eq!(wake, Some(millis("2014-03-18 10:05", offset)));
    assert_eq!(wake, Some(UnixMillis(1_395_108_300_000)));
}

/// Any policies, from which a device takes those that fit.
fn policies() -> impl Strategy<Value = Vec<WeekPolicy>> {
    let time = prop_oneof![
        6 => (0..1440_u16).prop_map(|m| ClockTime::new((m / 60) as u8, (m % 60) as u8).unwrap()),
        1 => Just(ClockTime::MIDNIGHT),
        2 => Just(ClockTime::LAST),
    ];
    let policy =
        (1..=7_u16, time.clone(), time, prop::bool::weighted(0.3)).prop_map(|(day, a, b, is_sub)| {
            let policy = WeekPolicy::new(Weekday(day), a.min(b), a.max(b));
            if is_sub { sub(policy) } else { policy }
        });
    prop::collection::vec(policy, 0..12)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    // E-116, E-118, E-119: against stepping through the minutes.
    #[test]
    fn the_next_change_is_the_first_minute_that_differs(
        policies in policies(),
        seconds in 946_684_800_i64..4_102_444_800, // 2000 to 2099
    ) {
        let mut plan = recorder();
        let mut camera = camera();
        for policy in &policies {
            // One by one, because one that does not fit would take the others with it.
            let _ = add(&mut plan, 0, std::slice::from_ref(policy));
            let _ = add(&mut camera, 0, std::slice::from_ref(policy));
        }
        for plan in [plan, camera] {
            let now = Timestamp::from_unix(seconds, 0).unwrap();
            let due = plan.due(0, LOCAL, now);
            // What is due, by definition.
            let minute = ClockTime::new(now.hour(), now.minute()).unwrap();
            let expected = plan.record_policies(0).unwrap().into_iter().find(|policy| {
                policy.week == now.weekday() && policy.period.contains(minute)
            });
            prop_assert_eq!(due.map(|due| due.cause), expected.map(|policy| Cause::Policy(policy.id)));
            prop_assert_eq!(due.map(|due| due.stream), expected.map(|policy| policy.stream));
            // The next change, by trying every minute of eight days.
            let minutes = (1..=8 * 1440).map(|minute| Timestamp::from_unix(seconds / 60 * 60 + minute * 60, 0).unwrap());
            let differs = minutes.into_iter().find(|minute| plan.due(0, LOCAL, *minute) != due);
            prop_assert_eq!(plan.next_change(0, LOCAL, now), differs);
        }
    }
}
