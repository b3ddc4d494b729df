//! Recording around the clock, loop recording, the switch of the cloud, and the length of files.

use core::time::Duration;

use crate::support::doc;
use crate::support::plans::{CLOUD, LOCAL, answer, at, camera, device};
use kandian_proto::message::device::*;
use kandian_proto::schedule::{Equipment, MAX_CHANNELS, Plan, Refusal, file_length};
use kandian_proto::value::{DevType, GenericResult, RecordStoreType, StorageFlag};
use kandian_proto::{Outcome, Request, Response, decode};

const DISK: StorageFlag = StorageFlag::NVR;
const CARD: StorageFlag = StorageFlag::SD_CARD;
const IN_CLOUD: StorageFlag = StorageFlag::CLOUD;

fn plan(kind: DevType, cloud: bool) -> Plan {
    Plan::new(Equipment::new(kind, 2, cloud))
}

// E-190
#[test]
fn a_fresh_recorder_records_around_the_clock_and_a_fresh_camera_does_not() {
    let now = at("2014-03-18 12:00");
    for kind in [DevType::NVR, DevType::DVR] {
        let recorder = plan(kind, true);
        for channel in 0..2 {
            assert_eq!(recorder.record_full(channel, DISK), Ok(true));
            assert_eq!(recorder.record_full(channel, IN_CLOUD), Ok(false));
            assert!(recorder.is_due(channel, LOCAL, now));
            assert!(!recorder.is_due(channel, CLOUD, now));
        }
    }
    let camera = plan(DevType::IPCAM, true);
    for medium in [CARD, IN_CLOUD] {
        assert_eq!(camera.record_full(0, medium), Ok(false));
    }
    assert!(!camera.is_due(0, LOCAL, now) && !camera.is_due(0, CLOUD, now));
}

// E-190
#[test]
fn fresh_devices_record_in_a_loop_everywhere() {
    assert_eq!(plan(DevType::NVR, false).record_loop(DISK), Ok(true));
    for medium in [CARD, IN_CLOUD] {
        assert_eq!(plan(DevType::IPCAM, true).record_loop(medium), Ok(true));
    }
}

// E-134
#[test]
fn a_medium_is_read_as_the_one_the_device_has() {
    let mut camera = plan(DevType::IPCAM, false);
    camera.set_record_full(0, DISK, true).unwrap();
    assert_eq!(camera.record_full(0, CARD), Ok(true));
    let mut recorder = plan(DevType::NVR, false);
    recorder.set_record_full(0, CARD, false).unwrap();
    assert_eq!(recorder.record_full(0, DISK), Ok(false));
    for medium in [IN_CLOUD, StorageFlag(3), StorageFlag(65_535)] {
        let refusal = Refusal::NoSuchMedium(medium);
        assert_eq!(refusal.code(), GenericResult::NOT_FOUND);
        for plan in [&mut camera, &mut recorder] {
            assert_eq!(plan.set_record_full(0, medium, true), Err(refusal.clone()));
            assert_eq!(plan.record_full(0, medium), Err(refusal.clone()));
            assert_eq!(plan.set_record_loop(medium, true), Err(refusal.clone()));
            assert_eq!(plan.record_loop(medium), Err(refusal.clone()));
        }
    }
    assert_eq!(camera.set_cloud_active(false), Err(Refusal::NoSuchMedium(IN_CLOUD)));
    assert!(camera.cloud_active());
}

// E-135: around the clock belongs to a channel and a medium.
#[test]
fn around_the_clock_belongs_to_channel_and_medium() {
    let mut plan = plan(DevType::IPCAM, true);
    plan.set_record_full(1, IN_CLOUD, true).unwrap();
    let state = |plan: &Plan| {
        [(0, CARD), (0, IN_CLOUD), (1, CARD), (1, IN_CLOUD)]
            .map(|(ch, medium)| plan.record_full(ch, medium).unwrap())
    };
    assert_eq!(state(&plan), [false, false, false, true]);
    plan.set_record_full(0, CARD, true).unwrap();
    plan.set_record_full(1, IN_CLOUD, false).unwrap();
    assert_eq!(state(&plan), [true, false, false, false]);
    let missing = Refusal::NoSuchChannel { channel_no: 2, channels: 2 };
    assert_eq!(plan.set_record_full(2, CARD, true), Err(missing.clone()));
    assert_eq!(plan.record_full(2, CARD), Err(missing));
}

// E-135: loop recording belongs to the device and a medium.
#[test]
fn loop_recording_belongs_to_the_device_and_medium() {
    let mut plan = plan(DevType::IPCAM, true);
    plan.set_record_loop(CARD, false).unwrap();
    assert_eq!((plan.record_loop(CARD), plan.record_loop(IN_CLOUD)), (Ok(false), Ok(true)));
    plan.set_record_loop(CARD, true).unwrap();
    plan.set_record_loop(IN_CLOUD, false).unwrap();
    assert_eq!((plan.record_loop(CARD), plan.record_loop(IN_CLOUD)), (Ok(true), Ok(false)));
}

// E-133: both spellings work in all four commands.
#[test]
fn both_spellings_of_the_medium() {
    for name in ["StorageFlag", "StorgeFlag"] {
        let mut plan = camera();
        let id = "<DevID>81100000001</DevID>";
        let medium = format!("<{name}>1</{name}>");
        let text = format!(
            "<SET_RECORD_FULL_REQ>{id}<ChannelNo>2</ChannelNo>{medium}<RecordFull>1</RecordFull></SET_RECORD_FULL_REQ>"
        );
        let set = decode::<SetRecordFullRequest>(doc(&text).as_bytes()).unwrap().message;
        assert_eq!(answer(&mut plan, set).1, None);
        let text = format!("<GET_RECORD_FULL_REQ>{id}<ChannelNo>2</ChannelNo>{medium}</GET_RECORD_FULL_REQ>");
        let get = decode::<GetRecordFullRequest>(doc(&text).as_bytes()).unwrap().message;
        let (Response::GetRecordFull(response), None) = answer(&mut plan, get) else { panic!("an answer") };
        assert_eq!(response.outcome.success().map(|state| state.record_full), Some(true));

        let text =
            format!("<SET_RECORD_LOOP_REQ>{id}<RecordLoop>0</RecordLoop>{medium}</SET_RECORD_LOOP_REQ>");
        let set = decode::<SetRecordLoopRequest>(doc(&text).as_bytes()).unwrap().message;
        assert_eq!(answer(&mut plan, set).1, None);
        let text = format!("<GET_RECORD_LOOP_REQ>{id}{medium}</GET_RECORD_LOOP_REQ>");
        let get = decode::<GetRecordLoopRequest>(doc(&text).as_bytes()).unwrap().message;
        let (Response::GetRecordLoop(response), None) = answer(&mut plan, get) else { panic!("an answer") };
        assert_eq!(response.outcome.success().map(|state| state.record_loop), Some(false));
    }
}

// E-11, E-22
#[test]
fn flags_are_set_and_queried_by_messages() {
    let mut plan = camera();
    let id = device();
    let (response, refusal) = answer(&mut plan, SetRecordFullRequest::new(id, 3_u16, CARD, true));
    let expected = SetRecordFullResponse::new(GenericResult::OK).dev_id(id);
    assert_eq!((response, refusal), (Response::SetRecordFull(expected), None));
    let (response, _) = answer(&mut plan, GetRecordFullRequest::new(id, 3_u16, CARD));
    let expected = GetRecordFullResponse::new(Outcome::Success(RecordFullState::new(true))).dev_id(id);
    assert_eq!(response, Response::GetRecordFull(expected));

    let (response, refusal) = answer(&mut plan, SetRecordFullRequest::new(id, 4_u16, CARD, true));
    let expected = SetRecordFullResponse::new(GenericResult::NOT_FOUND).dev_id(id);
    assert_eq!(response, Response::SetRecordFull(expected));
    assert_eq!(refusal, Some(Refusal::NoSuchChannel { channel_no: 4, channels: 4 }));
    let (response, refusal) = answer(&mut plan, GetRecordFullRequest::new(id, 0_u16, StorageFlag(9)));
    let expected = GetRecordFullResponse::new(Outcome::Failure(GenericResult::NOT_FOUND)).dev_id(id);
    assert_eq!(response, Response::GetRecordFull(expected));
    assert_eq!(refusal, Some(Refusal::NoSuchMedium(StorageFlag(9))));

    let (response, _) = answer(&mut plan, SetRecordLoopRequest::new(id, false, CARD));
    let expected = SetRecordLoopResponse::new(GenericResult::OK).dev_id(id);
    assert_eq!(response, Response::SetRecordLoop(expected));
    let (response, _) = answer(&mut plan, GetRecordLoopRequest::new(id, CARD));
    let expected = GetRecordLoopResponse::new(Outcome::Success(RecordLoopState::new(false))).dev_id(id);
    assert_eq!(response, Response::GetRecordLoop(expected));
    let (response, refusal) = answer(&mut plan, GetRecordLoopRequest::new(id, StorageFlag(9)));
    let expected = GetRecordLoopResponse::new(Outcome::Failure(GenericResult::NOT_FOUND)).dev_id(id);
    assert_eq!(response, Response::GetRecordLoop(expected));
    assert!(refusal.is_some());

    // E-149
    let (response, _) = answer(&mut plan, EstoreActivateRequest::new(id, false));
    let expected = EstoreActivateResponse::new(GenericResult::OK).dev_id(id);
    assert_eq!(response, Response::EstoreActivate(expected));
    assert!(!plan.cloud_active());
    let mut without = Plan::new(Equipment::new(DevType::NVR, 1, false));
    let (response, _) = answer(&mut without, Request::EstoreActivate(EstoreActivateRequest::new(id, true)));
    let expected = EstoreActivateResponse::new(GenericResult::NOT_FOUND).dev_id(id);
    assert_eq!(response, Response::EstoreActivate(expected));
}

// E-46
#[test]
fn files_have_5_minutes_in_the_cloud_and_15_on_card_and_disk() {
    assert_eq!(file_length(CLOUD), Duration::from_secs(300));
    assert_eq!(file_length(LOCAL), Duration::from_secs(900));
    assert_eq!(file_length(RecordStoreType(7)), Duration::from_secs(900));
}

#[test]
fn a_device_has_so_many_channels_at_most() {
    let equipment = Equipment::new(DevType::NVR, u16::MAX, true);
    assert_eq!(equipment.channels(), MAX_CHANNELS);
    assert_eq!(Equipment::new(DevType::NVR, MAX_CHANNELS, true), equipment);
    assert_eq!(Plan::new(equipment).equipment(), equipment);
    assert!(equipment.is_recorder() && equipment.has_cloud());
    assert!(!Equipment::new(DevType::IPCAM, 1, false).is_recorder());
}
