//! What of a plan outlives a restart, and what a factory reset leaves.

use crate::support::plans::{LOCAL, add, add_pictures, at, day, listed, to_cloud, week};
use kandian_proto::schedule::{Equipment, PICTURE_CAPACITY, Plan, PolicyNumber, Refusal, RowFault, Saved};
use kandian_proto::value::{
    DevType, PictureStoreType, PolicyStreamType, RecordStoreType, StorageFlag, Weekday,
};

fn equipment() -> Equipment {
    Equipment::new(DevType::IPCAM, 4, true)
}

/// A plan in which nothing is as it leaves the factory.
fn plan() -> Plan {
    let mut plan = Plan::new(equipment());
    add(&mut plan, 0, &[week(1, "08:00-09:00"), to_cloud(week(1, "08:00-09:00"))]).unwrap();
    add(&mut plan, 3, &[week(7, "23:59-23:59"), week(2, "00:00-23:59")]).unwrap();
    plan.delete_record(3, "4").unwrap();
    add_pictures(&mut plan, 0, PictureStoreType::FTP, &[day(0, "08:00-08:00")]).unwrap();
    add_pictures(&mut plan, 1, PictureStoreType::CLOUD, &[day(60, "08:00-09:00")]).unwrap();
    plan.set_record_full(2, StorageFlag::SD_CARD, true).unwrap();
    plan.set_record_loop(StorageFlag::CLOUD, false).unwrap();
    plan.set_cloud_active(false).unwrap();
    plan
}

#[track_caller]
fn refused(change: impl FnOnce(&mut Saved)) -> Refusal {
    let mut saved = plan().save();
    change(&mut saved);
    Plan::restore(equipment(), &saved).unwrap_err()
}

// E-149
#[test]
fn a_saved_plan_comes_back_as_it_was() {
    let mut plan = plan();
    let mut restored = Plan::restore(equipment(), &plan.save()).unwrap();
    assert_eq!(restored, plan);
    assert!(!restored.cloud_active());
    // Also what it will do next.
    let more = [week(5, "08:00-09:00")];
    let ids = add(&mut restored, 1, &more).unwrap();
    assert_eq!((ids.clone(), ids[0].get()), (add(&mut plan, 1, &more).unwrap(), 5));
    assert_eq!(restored, plan);
    let fresh = Plan::new(equipment());
    assert_eq!(Plan::restore(equipment(), &fresh.save()).unwrap(), fresh);
}

// E-150
#[test]
fn a_factory_reset_leaves_no_policies_and_the_factory_settings() {
    let mut plan = plan();
    plan.reset();
    for channel in 0..4 {
        assert_eq!(listed(&plan, channel), [""; 0]);
        for place in [PictureStoreType::FTP, PictureStoreType::CLOUD] {
            assert_eq!(plan.picture_policies(channel, place), Ok(vec![]));
        }
        assert_eq!(plan.record_full(channel, StorageFlag::SD_CARD), Ok(false));
    }
    assert_eq!(plan.record_loop(StorageFlag::CLOUD), Ok(true));
    assert!(plan.cloud_active());
    let saved = plan.save();
    assert_eq!((saved.last_record_id, saved.last_picture_id), (4, 2));
    // a recorder records around the clock again.
    let mut recorder = Plan::new(Equipment::new(DevType::NVR, 1, false));
    recorder.set_record_full(0, StorageFlag::NVR, false).unwrap();
    recorder.reset();
    assert!(recorder.is_due(0, LOCAL, at("2014-03-18 12:00")));
}

#[test]
fn damaged_plans_are_refused_and_not_repaired() {
    let twice = |saved: &mut Saved| {
        let again = saved.records[0];
        saved.records[1].id = again.id;
    };
    assert_eq!(refused(twice), Refusal::Inconsistent);
    assert_eq!(refused(|saved| saved.pictures[1].id = saved.pictures[0].id), Refusal::Inconsistent);
    let overlapping = |saved: &mut Saved| {
        let mut copy = saved.records[0];
        copy.id = PolicyNumber::new(9).unwrap();
        saved.records.push(copy);
    };
    assert!(matches!(refused(overlapping), Refusal::Overlaps(_)));
    let fault = |fault| Refusal::Row { row: 0, fault };
    assert_eq!(refused(|saved| saved.records[0].week = Weekday(0)), fault(RowFault::NoSuchDay(0)));
    assert_eq!(
        refused(|saved| saved.records[1].stream = PolicyStreamType::SUB),
        fault(RowFault::MainStreamOnly)
    );
    let missing = Refusal::NoSuchChannel { channel_no: 4, channels: 4 };
    assert_eq!(refused(|saved| saved.records[0].channel_no = 4), missing);
    assert_eq!(refused(|saved| saved.pictures[0].channel_no = 4), missing);
    assert_eq!(refused(|saved| saved.all_day.push((4, LOCAL))), missing);
    assert_eq!(refused(|saved| saved.all_day.push((0, RecordStoreType(7)))), Refusal::Inconsistent);
    assert_eq!(refused(|saved| saved.looping.push(RecordStoreType(7))), Refusal::Inconsistent);
    let unknown = PictureStoreType(7);
    assert_eq!(refused(|saved| saved.pictures[0].place = unknown), Refusal::NoSuchPlace(unknown));
    let backwards = |saved: &mut Saved| {
        let policy = &mut saved.pictures[1];
        (policy.start, policy.end) = (policy.end, policy.start);
    };
    assert!(matches!(refused(backwards), Refusal::Row { fault: RowFault::Backwards { .. }, .. }));
    let many = |saved: &mut Saved| {
        let one = saved.pictures[0];
        for id in 0..PICTURE_CAPACITY as u16 {
            let mut copy = one;
            copy.id = PolicyNumber::new(100 + id).unwrap();
            saved.pictures.push(copy);
        }
    };
    assert_eq!(refused(many), Refusal::Inconsistent);
}

// E-121: a device that has become another, or lost the cloud, cannot follow the old plan.
#[test]
fn other_equipment_may_refuse_a_plan() {
    let saved = plan().save();
    for (kind, channels, cloud) in
        [(DevType::IPCAM, 3, true), (DevType::IPCAM, 4, false), (DevType::NVR, 4, true)]
    {
        assert!(Plan::restore(Equipment::new(kind, channels, cloud), &saved).is_err());
    }
    assert!(Plan::restore(Equipment::new(DevType::IPCAM, 16, true), &saved).is_ok());
}
