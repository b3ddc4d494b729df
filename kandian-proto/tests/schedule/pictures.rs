//! When pictures are taken, and which policies for that are accepted.

use crate::support::plans::{add_pictures, at, camera, clock, day, device, recorder};
use kandian_proto::message::device::{AddPicturePolicyRequest, DayPolicy, StoredDayPolicy};
use kandian_proto::schedule::{
    PICTURE_CAPACITY, PICTURE_POLICIES, Plan, Refusal, RowFault, check_picture_policies, picture_query_after,
};
use kandian_proto::time::{ClockTime, Timestamp};
use kandian_proto::value::{GenericResult, PictureStoreType};
use proptest::prelude::*;

const FTP: PictureStoreType = PictureStoreType::FTP;
const CLOUD: PictureStoreType = PictureStoreType::CLOUD;

fn plan(place: PictureStoreType, policies: &[DayPolicy]) -> Plan {
    let mut plan = camera();
    add_pictures(&mut plan, 0, place, policies).unwrap();
    plan
}

/// The next pictures after a moment: date and time, and id of the policy.
fn shots(plan: &Plan, place: PictureStoreType, after: &str, count: usize) -> Vec<String> {
    let mut now = at(after);
    (0..count)
        .map_while(|_| {
            let shot = plan.next_shot(0, place, now)?;
            assert!(shot.at > now);
            now = shot.at;
            Some(format!("{} {}", &format!("{now:?}")[10..29], shot.policy))
        })
        .collect()
}

fn check(place: PictureStoreType, policy: DayPolicy) -> Result<(), RowFault> {
    match check_picture_policies(place, &[], &[policy]) {
        Ok(()) => Ok(()),
        Err(Refusal::Row { row: 0, fault }) => Err(fault),
        Err(other) => panic!("{other}"),
    }
}

// E-122
#[test]
fn the_platform_sends_single_pictures_to_ftp_and_series_to_the_cloud() {
    let backwards = |start, end| Err(RowFault::Backwards { start: clock(start), end: clock(end) });
    assert_eq!(check(FTP, day(0, "08:00-08:00")), Ok(()));
    for wrong in
        [day(60, "08:00-08:00"), day(0, "08:00-09:00"), day(60, "08:00-09:00"), day(0, "09:00-08:00")]
    {
        assert_eq!(check(FTP, wrong), Err(RowFault::NotSingle));
    }
    assert_eq!(check(CLOUD, day(1, "08:00-08:01")), Ok(()));
    assert_eq!(check(CLOUD, day(u32::MAX, "00:00-23:59")), Ok(()));
    assert_eq!(check(CLOUD, day(0, "08:00-09:00")), Err(RowFault::NotRepeating));
    assert_eq!(check(CLOUD, day(0, "08:00-08:00")), Err(RowFault::NotRepeating));
    assert_eq!(check(CLOUD, day(60, "08:00-08:00")), backwards("08:00", "08:00"));
    assert_eq!(check(CLOUD, day(60, "09:00-08:00")), backwards("09:00", "08:00"));
    assert_eq!(check(PictureStoreType(2), day(0, "08:00-08:00")), Err(RowFault::NoSuchPlace(2)));
}

// E-123
#[test]
fn the_platform_sets_four_at_most() {
    let single = day(0, "08:00-08:00");
    let new = |count| vec![single.clone(); count];
    let stored = |count| vec![StoredDayPolicy::new(1, 0_u32, clock("08:00"), clock("08:00")); count];
    let full = |row| Err(Refusal::TooManyPictures { row, limit: PICTURE_POLICIES });
    assert_eq!(check_picture_policies(FTP, &[], &new(4)), Ok(()));
    assert_eq!(check_picture_policies(FTP, &[], &new(5)), full(4));
    assert_eq!(check_picture_policies(FTP, &stored(3), &new(1)), Ok(()));
    assert_eq!(check_picture_policies(FTP, &stored(3), &new(2)), full(1));
    assert_eq!(check_picture_policies(FTP, &stored(9), &new(1)), full(0));
    assert_eq!(check_picture_policies(FTP, &[], &[]), Err(Refusal::NoRows));
}

// E-117, E-123
#[test]
fn a_device_takes_more_up_to_its_capacity() {
    let many: Vec<_> = (0..PICTURE_CAPACITY).map(|m| day(0, &format!("08:{m:02}-08:{m:02}"))).collect();
    let mut plan = plan(FTP, &many[1..]);
    let full = |row| Err(Refusal::TooManyPictures { row, limit: PICTURE_CAPACITY });
    assert_eq!(add_pictures(&mut plan, 0, FTP, &many[..2]), full(1));
    assert_eq!(plan.picture_policies(0, FTP).unwrap().len(), PICTURE_CAPACITY - 1);
    add_pictures(&mut plan, 0, FTP, &many[..1]).unwrap();
    assert_eq!(add_pictures(&mut plan, 0, FTP, &many[..1]), full(0));
    // Each place and each channel has its own.
    add_pictures(&mut plan, 0, CLOUD, &many).unwrap();
    add_pictures(&mut plan, 1, FTP, &many).unwrap();
    assert_eq!(add_pictures(&mut plan, 1, CLOUD, &[]), Err(Refusal::NoRows));
}

// E-122, E-123
#[test]
fn a_single_picture_every_day() {
    let plan = plan(FTP, &[day(0, "08:00-08:00")]);
    let expected = ["2014-12-31 08:00:00 1", "2015-01-01 08:00:00 1", "2015-01-02 08:00:00 1"];
    assert_eq!(shots(&plan, FTP, "2014-12-31 07:59:59", 3), expected);
    assert_eq!(shots(&plan, FTP, "2014-12-31 08:00:00", 2), expected[1..]);
}

// E-116, E-119
#[test]
fn a_picture_a_minute_within_the_period() {
    let hour = plan(CLOUD, &[day(60, "08:00-09:00")]);
    let all = shots(&hour, CLOUD, "2014-03-18 00:00", 61);
    assert_eq!(all[0], "2014-03-18 08:00:00 1");
    assert_eq!(all[1], "2014-03-18 08:01:00 1");
    assert_eq!(all[59], "2014-03-18 08:59:00 1");
    assert_eq!(all[60], "2014-03-19 08:00:00 1");
    // From the middle of an interval, and to the last minute of the day.
    assert_eq!(shots(&hour, CLOUD, "2014-03-18 08:30:01", 1), ["2014-03-18 08:31:00 1"]);
    let evening = plan(CLOUD, &[day(59, "23:58-23:59")]);
    let expected =
        ["2014-03-18 23:58:00 1", "2014-03-18 23:58:59 1", "2014-03-18 23:59:58 1", "2014-03-19 23:58:00 1"];
    assert_eq!(shots(&evening, CLOUD, "2014-03-18 00:00", 4), expected);
}

// an interval that does not divide the period, and one that is longer.
#[test]
fn intervals_begin_anew_each_day() {
    let odd = plan(CLOUD, &[day(25 * 60, "08:00-09:00")]);
    let expected =
        ["2014-03-18 08:00:00 1", "2014-03-18 08:25:00 1", "2014-03-18 08:50:00 1", "2014-03-19 08:00:00 1"];
    assert_eq!(shots(&odd, CLOUD, "2014-03-18 00:00", 4), expected);
    for interval in [3_600, 86_400, u32::MAX] {
        let long = plan(CLOUD, &[day(interval, "08:00-09:00")]);
        assert_eq!(shots(&long, CLOUD, "2014-03-18 00:00", 2), [expected[0], expected[3]]);
    }
}

// E-122: interval 0 and another end mean one picture at the start; so does an interval without a period.
#[test]
fn forms_that_are_tolerated_mean_one_picture() {
    for policy in
        [day(0, "08:00-09:00"), day(0, "08:00-07:00"), day(60, "08:00-08:00"), day(0, "08:00-08:00")]
    {
        for place in [FTP, CLOUD] {
            let plan = plan(place, std::slice::from_ref(&policy));
            let expected = ["2014-03-18 08:00:00 1", "2014-03-19 08:00:00 1"];
            assert_eq!(shots(&plan, place, "2014-03-18 00:00", 2), expected, "{policy:?}");
        }
    }
    // Also in the last minute of the day, which as a period is not empty.
    let last = plan(CLOUD, &[day(10, "23:59-23:59")]);
    let expected = ["2014-03-18 23:59:00 1", "2014-03-19 23:59:00 1"];
    assert_eq!(shots(&last, CLOUD, "2014-03-18 00:00", 2), expected);
    let refusal = add_pictures(&mut camera(), 0, CLOUD, &[day(0, "08:00-08:00"), day(60, "08:00-07:59")]);
    let fault = RowFault::Backwards { start: clock("08:00"), end: clock("07:59") };
    assert_eq!(refusal, Err(Refusal::Row { row: 1, fault }));
}

//
#[test]
fn places_are_listed_and_deleted_apart() {
    let mut plan = plan(CLOUD, &[day(60, "08:00-09:00"), day(60, "06:00-07:00")]);
    add_pictures(&mut plan, 0, FTP, &[day(0, "12:00-12:00")]).unwrap();
    let ids = |plan: &Plan, place| {
        let policies = plan.picture_policies(0, place).unwrap();
        policies.iter().map(|policy| policy.id.get()).collect::<Vec<_>>()
    };
    assert_eq!((ids(&plan, CLOUD), ids(&plan, FTP)), (vec![2, 1], vec![3]));
    assert_eq!(shots(&plan, CLOUD, "2014-03-18 08:30", 1), ["2014-03-18 08:31:00 1"]);
    plan.delete_picture(0, "1").unwrap();
    assert_eq!(shots(&plan, CLOUD, "2014-03-18 08:30", 1), ["2014-03-19 06:00:00 2"]);
    assert_eq!(shots(&plan, FTP, "2014-03-18 08:30", 1), ["2014-03-18 12:00:00 3"]);
    plan.delete_picture(0, "3").unwrap();
    assert_eq!(shots(&plan, FTP, "2014-03-18 08:30", 1), [""; 0]);
    assert_eq!(ids(&plan, CLOUD), [2]);
}

// Two policies that want the same second get one picture; its name has seconds and no more.
#[test]
fn policies_that_meet_take_one_picture() {
    let plan = plan(CLOUD, &[day(1800, "08:00-10:00"), day(3600, "07:00-10:00")]);
    let expected = [
        "2014-03-18 07:00:00 2",
        "2014-03-18 08:00:00 1",
        "2014-03-18 08:30:00 1",
        "2014-03-18 09:00:00 1",
        "2014-03-18 09:30:00 1",
        "2014-03-19 07:00:00 2",
    ];
    assert_eq!(shots(&plan, CLOUD, "2014-03-18 00:00", 6), expected);
}

// E-149
#[test]
fn a_stopped_cloud_takes_no_pictures_either() {
    let mut plan = plan(CLOUD, &[day(60, "08:00-09:00")]);
    add_pictures(&mut plan, 0, FTP, &[day(0, "12:00-12:00")]).unwrap();
    plan.set_cloud_active(false).unwrap();
    assert_eq!(shots(&plan, CLOUD, "2014-03-18 08:30", 1), [""; 0]);
    assert_eq!(shots(&plan, FTP, "2014-03-18 08:30", 1).len(), 1);
    plan.set_cloud_active(true).unwrap();
    assert_eq!(shots(&plan, CLOUD, "2014-03-18 08:30", 1).len(), 1);
}

//
#[test]
fn recorders_take_no_pictures() {
    let mut plan = recorder();
    let refusal = Err(Refusal::NotForThisDevice);
    assert_eq!(add_pictures(&mut plan, 0, FTP, &[day(0, "12:00-12:00")]), refusal);
    assert_eq!(plan.picture_policies(0, FTP), Err(Refusal::NotForThisDevice));
    assert_eq!(plan.delete_picture(0, "1"), Err(Refusal::NotForThisDevice));
    assert_eq!(Refusal::NotForThisDevice.code(), GenericResult::OTHER);
}

// E-120
#[test]
fn places_that_are_not_there() {
    let refusal = Refusal::NoSuchPlace(PictureStoreType(7));
    assert_eq!(refusal.code(), GenericResult::NOT_FOUND);
    let mut plan = camera();
    assert_eq!(
        add_pictures(&mut plan, 0, PictureStoreType(7), &[day(0, "12:00-12:00")]),
        Err(refusal.clone())
    );
    assert_eq!(plan.picture_policies(0, PictureStoreType(7)), Err(refusal));
    let without = kandian_proto::schedule::Equipment::new(kandian_proto::value::DevType::IPCAM, 1, false);
    let mut plan = Plan::new(without);
    let refusal = add_pictures(&mut plan, 0, CLOUD, &[day(60, "12:00-13:00")]);
    assert_eq!(refusal, Err(Refusal::NoSuchPlace(CLOUD)));
    assert_eq!(plan.next_shot(0, CLOUD, at("2014-03-18 12:00")), None);
}

// E-113
#[test]
fn after_adding_the_platform_asks() {
    let request = AddPicturePolicyRequest::new(device(), 2_u16, CLOUD, vec![day(60, "08:00-09:00")]);
    let query = picture_query_after(&request);
    assert_eq!((query.dev_id, query.channel_no, query.store_type), (device(), 2, CLOUD));
}

fn time() -> impl Strategy<Value = ClockTime> {
    prop_oneof![
        6 => (0..1440_u16).prop_map(|m| ClockTime::new((m / 60) as u8, (m % 60) as u8).unwrap()),
        1 => Just(ClockTime::MIDNIGHT),
        2 => Just(ClockTime::LAST),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    // E-119, E-122, E-123: against stepping through the seconds.
    #[test]
    fn the_next_picture_is_the_first_second_that_wants_one(
        policies in prop::collection::vec((prop_oneof![Just(0), 1..200_u32, 1..90_000_u32], time(), time()), 1..4),
        seconds in 946_684_800_i64..4_102_444_800, // 2000 to 2099
    ) {
        let rows: Vec<_> = policies
            .iter()
            .map(|(interval, a, b)| DayPolicy::new(*interval, *a.min(b), *a.max(b)))
            .collect();
        let plan = plan(CLOUD, &rows);
        let wants = |time: Timestamp| {
            let second = u32::from(time.hour()) * 3600 + u32::from(time.minute()) * 60 + u32::from(time.second());
            rows.iter().any(|row| {
                let start = u32::from(row.start_time.minutes()) * 60;
                let end = u32::from(row.end_time.minutes()) * 60;
                let end = if row.end_time == ClockTime::LAST { end + 60 } else { end };
                let single = row.interval == 0 || row.start_time == row.end_time;
                second == start
                    || (!single && (start..end).contains(&second) && (second - start).is_multiple_of(row.interval))
            })
        };
        let now = Timestamp::from_unix(seconds, 0).unwrap();
        let later = (1..=86_400).map(|n| Timestamp::from_unix(seconds + n, 0).unwrap());
        let expected = later.into_iter().find(|time| wants(*time));
        prop_assert!(expected.is_some());
        prop_assert_eq!(plan.next_shot(0, CLOUD, now).map(|shot| shot.at), expected);
    }
}
