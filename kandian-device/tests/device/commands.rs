//! Every command over a real link.

use std::path::Path;

use kandian_proto::command::{OPERATIONS, Party};
use kandian_proto::message::device::{
    AddRecordPolicyRequest, FileQueryRequest, GetAlarmRequest, GetChannelRequest, GetEstoreRequest,
    NvrLinkIpcamRequest, NvrQueryIpcamRequest, QueryRecordPolicyRequest, RebootRequest, ResetDefaultRequest,
    SetAlarmRequest, SetChannelRequest, SetEstoreRequest, SetWifiRequest, StoreFormatRequest,
    VideoPtzRequest, WeekPolicy,
};
use kandian_proto::session::End;
use kandian_proto::session::platform::applies_to;
use kandian_proto::time::{ClockTime, Minute};
use kandian_proto::value::{
    AlarmType, BitRate, DevType, Port, PtzDirection, StreamType, UrlOrEmpty, Weekday, WifiSecurity,
};
use kandian_proto::xml::Limits;
use kandian_proto::{Operation, Request, Response, Secret};

use crate::support::{Device, Platform, id};

/// The samples of the specification, one for each command of a platform.
fn samples() -> Vec<Request> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../kandian-proto/testdata/canonical");
    let of_platform = OPERATIONS.iter().filter(|row| {
        row.requester == Party::Province && row.responder == Party::Device && row.command().is_some()
    });
    of_platform
        .map(|row| {
            let plain = directory.join(format!("{}.xml", row.request.root));
            let numbered = directory.join(format!("{}.{}.xml", row.request.root, row.section));
            let document = std::fs::read(if plain.exists() { plain } else { numbered }).unwrap();
            row.operation.decode_request(&document, Limits::FRAME).unwrap().message
        })
        .collect()
}

/// Every command of its kind is answered, none with silence; the three that end the link come last.,
/// E-67
#[tokio::test]
async fn every_command_of_its_kind_is_answered() {
    for kind in [DevType::IPCAM, DevType::NVR, DevType::DVR] {
        let platform = Platform::start().await;
        let (device, _directory) = Device::online(kind, &platform).await;
        let (ending, others): (Vec<_>, Vec<_>) =
            samples().into_iter().filter(|request| applies_to(request.operation(), kind)).partition(|r| {
                matches!(r.operation(), Operation::Reboot | Operation::ResetDefault | Operation::Upgrade)
            });
        let expected = match kind {
            DevType::IPCAM => 24,
            DevType::NVR => 14,
            _ => 12,
        };
        assert_eq!((ending.len(), others.len()), (3, expected), "{kind}");
        for request in others.into_iter().chain(ending) {
            let (end, logins) = (platform.ask(request.clone()).await, platform.counts().2);
            assert!(matches!(end, End::Answered(_) | End::Refused { .. }), "{request:?}: {end:?}");
            if matches!(request, Request::Reboot(_) | Request::ResetDefault(_)) {
                platform.until("next login", |p| (p.counts().2 > logins).then_some(())).await;
            }
        }
        device.stop().await;
    }
}

fn hours() -> AddRecordPolicyRequest {
    let (from, to): (ClockTime, ClockTime) = ("08:00".parse().unwrap(), "18:00".parse().unwrap());
    AddRecordPolicyRequest::new(id(), 0_u16, vec![WeekPolicy::new(Weekday::MONDAY, from, to)])
}

async fn bit_rate(platform: &Platform) -> BitRate {
    let answer = platform.yes(GetChannelRequest::new(id(), 0_u16, StreamType::MAIN)).await;
    let Response::GetChannel(response) = answer else { panic!() };
    response.outcome.into_result().unwrap().bit_rate
}

async fn policies(platform: &Platform) -> usize {
    let answer = platform.yes(QueryRecordPolicyRequest::new(id(), 0_u16)).await;
    let Response::QueryRecordPolicy(response) = answer else { panic!() };
    response.outcome.into_result().unwrap().week_policies.len()
}

/// What a platform set is there after the device was switched off and on.
#[tokio::test]
async fn settings_survive_a_restart() {
    let platform = Platform::start().await;
    let (device, directory) = Device::online(DevType::IPCAM, &platform).await;
    let video = SetChannelRequest::new(id(), 0_u16, StreamType::MAIN).bit_rate(BitRate::KBPS_2048);
    platform.yes(video).await;
    platform.yes(hours()).await;
    platform.yes(SetAlarmRequest::new(id(), 0_u16, AlarmType::MOTION, false)).await;
    let url: UrlOrEmpty = "https://oos.example/".parse().unwrap();
    platform.yes(SetEstoreRequest::new(id(), url, "AK", "SK", "records", "pictures")).await;
    platform.yes(VideoPtzRequest::new(id(), 0_u16, PtzDirection::RIGHT)).await;
    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    platform.yes(VideoPtzRequest::new(id(), 0_u16, PtzDirection::STOP)).await;
    let before = device.handle.status().await;
    device.stop().await;
    let device = Device::at(DevType::IPCAM, &platform, directory.path()).await;
    assert_eq!(bit_rate(&platform).await, BitRate::KBPS_2048);
    assert_eq!(policies(&platform).await, 1);
    let answer = platform.yes(GetAlarmRequest::new(id(), 0_u16, AlarmType::MOTION)).await;
    let Response::GetAlarm(response) = answer else { panic!() };
    assert!(!response.outcome.into_result().unwrap().alarm_flag);
    let Response::GetEstore(response) = platform.yes(GetEstoreRequest::new(id())).await else { panic!() };
    assert_eq!(response.outcome.into_result().unwrap().account, Secret::from("AK"));
    let status = device.handle.status().await;
    assert_eq!(status.ptz, before.ptz);
    assert!(status.ptz.iter().any(|position| position.pan > 0));
    device.stop().await;
}

/// The answer arrives, then the link drops and a new login follows.
#[tokio::test]
async fn a_reboot_is_one() {
    let platform = Platform::start().await;
    let (device, _directory) = Device::online(DevType::NVR, &platform).await;
    platform.yes(RebootRequest::new(id())).await;
    platform.until("second login", |platform| (platform.counts().2 == 2).then_some(())).await;
    assert_eq!(platform.counts().1, 2, "a device registers once per start (E-52)");
    device.reaches(kandian_device::LinkPhase::Online).await;
    assert_eq!(device.handle.status().await.restarts, 1);
    device.stop().await;
}

/// Back to the factory with recordings kept.
#[tokio::test]
async fn a_reset_forgets_settings_and_keeps_recordings() {
    let platform = Platform::start().await;
    let (device, directory) = Device::online(DevType::IPCAM, &platform).await;
    let recording = format!("storage/{}_0_20140318103000.ts", id());
    std::fs::write(directory.path().join(&recording), "recording").unwrap();
    platform.yes(SetChannelRequest::new(id(), 0_u16, StreamType::MAIN).bit_rate(BitRate::KBPS_2048)).await;
    platform.yes(hours()).await;
    platform.yes(ResetDefaultRequest::new(id())).await;
    platform.until("second login", |platform| (platform.counts().2 == 2).then_some(())).await;
    assert_eq!(bit_rate(&platform).await, BitRate::KBPS_512);
    assert_eq!(policies(&platform).await, 0);
    let (from, to): (Minute, Minute) = ("201403180000".parse().unwrap(), "201403182359".parse().unwrap());
    let Response::FileQuery(response) = platform.yes(FileQueryRequest::new(id(), 0_u16, from, to)).await
    else {
        panic!()
    };
    assert_eq!(response.outcome.into_result().unwrap().total_record_num, 1);
    device.stop().await;
}

/// The answer comes at once, the outcome as an exception., E-89
#[tokio::test]
async fn wifi_reports_its_outcome() {
    let platform = Platform::start().await;
    let (device, _directory) = Device::online(DevType::IPCAM, &platform).await;
    let set = |password: &str| {
        SetWifiRequest::new(id(), "kandian-shop", WifiSecurity::WPA2_PSK).password(Secret::from(password))
    };
    platform.yes(set("wrong-password")).await;
    assert_eq!(platform.exception().await, (0, "WIFI连接失败:kandian-shop".to_owned()));
    platform.yes(set("kandian-wifi")).await;
    assert_eq!(platform.exception().await, (0, "WIFI连接成功:kandian-shop".to_owned()));
    device.owes_nothing().await;
    let status = device.handle.status().await;
    assert_eq!(status.wifi.as_deref(), Some("kandian-shop"));
    // The cable goes first.
    assert_eq!(status.network, Some("wired"));
    device.stop().await;
}

/// Commands that come in one piece are answered in order: a query after a change sees the change.
#[tokio::test]
async fn commands_keep_their_order() {
    let platform = Platform::start().await;
    let (device, _directory) = Device::online(DevType::IPCAM, &platform).await;
    for rate in [BitRate::KBPS_96, BitRate::KBPS_1024, BitRate::KBPS_256] {
        let set = SetChannelRequest::new(id(), 0_u16, StreamType::MAIN).bit_rate(rate);
        let (done, seen) = tokio::join!(platform.yes(set), bit_rate(&platform));
        let Response::SetChannel(_) = done else { panic!() };
        assert_eq!(seen, rate);
    }
    device.stop().await;
}

/// E-80: cameras bound, a card formatted, each with what the platform hears of it.
#[tokio::test]
async fn a_recorder_binds_and_a_camera_formats() {
    let platform = Platform::start().await;
    let (device, _directory) = Device::online(DevType::NVR, &platform).await;
    let address = std::net::Ipv4Addr::new(192, 168, 1, 64);
    let camera: kandian_proto::DevId = "81200000001".parse().unwrap();
    let bind = NvrLinkIpcamRequest::new(id(), 1_u16, camera, address, Port(80), "admin", Secret::from("x"));
    platform.yes(bind).await;
    let Response::NvrQueryIpcam(response) = platform.yes(NvrQueryIpcamRequest::new(id())).await else {
        panic!()
    };
    assert_eq!(response.outcome.into_result().unwrap().channels.len(), 1);
    device.stop().await;

    let platform = Platform::start().await;
    let (device, directory) = Device::online(DevType::IPCAM, &platform).await;
    let junk = directory.path().join("storage/junk");
    std::fs::write(&junk, "junk").unwrap();
    device.handle.control(kandian_device::ctl::Command::Card(kandian_device::ctl::Card::Erase)).await;
    platform
        .sees("unformatted card", |request| match request {
            Request::AbilityUp(report) => (report.local_store_flag.0 == 2).then_some(()),
            _ => None,
        })
        .await;
    platform.yes(StoreFormatRequest::new(id())).await;
    assert_eq!(platform.capabilities().await.local_store_flag.0, 1);
    assert!(!junk.exists());
    device.stop().await;
}
