//! Ids of policies: given by the device, unique in it, and handed back to delete.

use crate::support::plans::{add, add_pictures, camera, day, listed, to_cloud, week};
use kandian_proto::schedule::{Equipment, Plan, PolicyNumber, Refusal};
use kandian_proto::value::{DevType, GenericResult, PictureStoreType};

fn numbers(ids: &[PolicyNumber]) -> Vec<u16> {
    ids.iter().map(|id| id.get()).collect()
}

// E-114
#[test]
fn ids_are_unique_over_all_channels_and_places() {
    let mut plan = camera();
    let first = add(&mut plan, 0, &[week(1, "08:00-09:00"), to_cloud(week(1, "08:00-09:00"))]).unwrap();
    let second = add(&mut plan, 1, &[week(1, "08:00-09:00")]).unwrap();
    assert_eq!((numbers(&first), numbers(&second)), (vec![1, 2], vec![3]));
}

// E-114: record policies and picture policies count separately.
#[test]
fn pictures_have_ids_of_their_own() {
    let mut plan = camera();
    add(&mut plan, 0, &[week(1, "08:00-09:00")]).unwrap();
    let ftp = add_pictures(&mut plan, 0, PictureStoreType::FTP, &[day(0, "08:00-08:00")]).unwrap();
    let cloud = add_pictures(&mut plan, 0, PictureStoreType::CLOUD, &[day(60, "08:00-09:00")]).unwrap();
    assert_eq!((numbers(&ftp), numbers(&cloud)), (vec![1], vec![2]));
    plan.delete_picture(0, "1").unwrap();
    assert_eq!(listed(&plan, 0).len(), 1);
}

// E-114
#[test]
fn an_id_is_not_used_again_soon() {
    let mut plan = camera();
    add(&mut plan, 0, &[week(1, "08:00-09:00"), week(1, "10:00-11:00")]).unwrap();
    plan.delete_record(0, "2").unwrap();
    let next = add(&mut plan, 0, &[week(1, "10:00-11:00")]).unwrap();
    assert_eq!(numbers(&next), [3]);
    // Nor after a factory reset.
    plan.reset();
    assert_eq!(numbers(&add(&mut plan, 0, &[week(1, "10:00-11:00")]).unwrap()), [4]);
}

// E-114: 65,535 is followed by the lowest id that is free.
#[test]
fn ids_begin_again_behind_the_last() {
    let equipment = Equipment::new(DevType::IPCAM, 4, true);
    let mut plan = Plan::new(equipment);
    add(&mut plan, 0, &[week(1, "08:00-09:00"), week(1, "10:00-11:00")]).unwrap();
    plan.delete_record(0, "1").unwrap();
    let mut saved = plan.save();
    saved.last_record_id = 65_533;
    let mut plan = Plan::restore(equipment, &saved).unwrap();
    let new =
        [week(2, "01:00-02:00"), week(2, "03:00-04:00"), week(2, "05:00-06:00"), week(2, "07:00-08:00")];
    assert_eq!(numbers(&add(&mut plan, 1, &new).unwrap()), [65_534, 65_535, 1, 3]);
}

// E-114: channel and id together name the policy.
#[test]
fn deleting_needs_channel_and_id() {
    let mut plan = camera();
    add(&mut plan, 0, &[week(1, "08:00-09:00"), week(2, "08:00-09:00")]).unwrap();
    for (channel_no, id) in
        [(1, "1"), (0, "3"), (0, "0"), (0, ""), (0, "x"), (0, "-1"), (0, "65537"), (0, "1 ")]
    {
        let missing = Refusal::NoSuchPolicy { channel_no, policy_id: id.into() };
        assert_eq!(missing.code(), GenericResult::NOT_FOUND);
        assert_eq!(plan.delete_record(channel_no, id), Err(missing.clone()));
        assert_eq!(plan.delete_picture(channel_no, id), Err(missing));
    }
    assert_eq!(listed(&plan, 0).len(), 2);
    assert_eq!(plan.delete_record(0, "1").unwrap().id.get(), 1);
    // A platform that keeps numbers may pad them.
    assert_eq!(plan.delete_record(0, "0002").unwrap().id.get(), 2);
    assert!(plan.delete_record(0, "2").is_err());
    assert_eq!(listed(&plan, 0), [""; 0]);
}

// E-15
#[test]
fn channels_that_are_not_there() {
    let mut plan = camera();
    let refusal = Refusal::NoSuchChannel { channel_no: 4, channels: 4 };
    assert_eq!(refusal.code(), GenericResult::NOT_FOUND);
    assert_eq!(refusal.to_string(), "no channel 4; the device has 4");
    assert_eq!(add(&mut plan, 4, &[week(1, "08:00-09:00")]), Err(refusal.clone()));
    assert_eq!(plan.record_policies(4), Err(refusal.clone()));
    assert_eq!(plan.delete_record(4, "1"), Err(refusal.clone()));
    let ftp = PictureStoreType::FTP;
    assert_eq!(add_pictures(&mut plan, 4, ftp, &[day(0, "08:00-08:00")]), Err(refusal.clone()));
    assert_eq!(plan.picture_policies(4, ftp), Err(refusal.clone()));
    assert_eq!(plan.delete_picture(4, "1"), Err(refusal));
    add(&mut plan, 3, &[week(1, "08:00-09:00")]).unwrap();
    let none = Plan::new(Equipment::new(DevType::IPCAM, 0, false)).record_policies(0);
    assert_eq!(none, Err(Refusal::NoSuchChannel { channel_no: 0, channels: 0 }));
}

// E-129
#[test]
fn a_recorder_that_loses_a_camera_loses_its_policies() {
    let mut plan = crate::support::plans::recorder();
    for channel in [0, 1] {
        add(&mut plan, channel, &[week(1, "08:00-09:00"), week(2, "08:00-09:00")]).unwrap();
    }
    plan.unbind_channel(0);
    plan.unbind_channel(9);
    assert_eq!((listed(&plan, 0).len(), listed(&plan, 1).len()), (0, 2));
}

#[test]
fn numbers_of_ids() {
    assert_eq!(PolicyNumber::new(0), None);
    assert_eq!(PolicyNumber::read("65535").map(|id| id.to_string()).as_deref(), Some("65535"));
    for text in ["", "0", "00", "65536", "+1", "1.0", "1e3", "99999999999999999999999"] {
        assert_eq!(PolicyNumber::read(text), None, "{text}");
    }
}
