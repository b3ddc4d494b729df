//! Pictures over FTP: by policy and of alarms.

use std::time::Duration;

use kandian_device::ctl::{Command, Reply, Source};
use kandian_device::hardware::{Camera, Fault, Pending};
use kandian_device::{LinkPhase, Station};
use kandian_proto::message::device::{
    AddPicturePolicyRequest, DayPolicy, DelPicturePolicyRequest, GetAlarmRequest, NotifyPictureRequest,
    QueryPicturePolicyRequest,
};
use kandian_proto::time::ClockTime;
use kandian_proto::value::{AlarmType, DevType, PictureStoreType};
use kandian_proto::{Request, Response};
use tempfile::TempDir;
use tokio::time::{sleep, timeout};

use crate::support::ftp::{Ftp, PASSWORD};
use crate::support::{Device, Platform, config, id};

/// A picture once a day at this minute (E-122).
fn daily(place: PictureStoreType, at: &str) -> AddPicturePolicyRequest {
    let at: ClockTime = at.parse().unwrap();
    AddPicturePolicyRequest::new(id(), 0_u16, place, vec![DayPolicy::new(0_u32, at, at)])
}

async fn notice(platform: &Platform) -> NotifyPictureRequest {
    let pick = |request: &Request| match request {
        Request::NotifyPicture(notice) => Some(notice.clone()),
        _ => None,
    };
    platform.sees("notice of a picture", pick).await
}

/// Waits until the device has stored the server that the registration named (E-140): it attends to what comes from the
/// platform in order.
async fn knows_server(platform: &Platform) {
    platform.yes(GetAlarmRequest::new(id(), 0_u16, AlarmType::MOTION)).await;
}

/// Whether the device announces no picture for this long.
async fn is_quiet(platform: &Platform, seconds: u64) -> bool {
    timeout(Duration::from_secs(seconds), notice(platform)).await.is_err()
}

/// The log of the device, once it names the picture: the line is written when the platform has answered the notice.
async fn logged(directory: &TempDir, picture: &str) -> String {
    let log = || std::fs::read_to_string(directory.path().join("device.log")).unwrap();
    for _ in 0..100 {
        if log().contains(picture) {
            break;
        }
        sleep(Duration::from_millis(50)).await;
    }
    assert!(log().contains(picture), "{}", log());
    log()
}

fn is_jpeg(content: &[u8]) -> bool {
    content.starts_with(&[0xff, 0xd8, 0xff]) && content.ends_with(&[0xff, 0xd9])
}

/// A picture of a policy: on the server under its name, then announced with its time., E-44, E-122,
/// E-124, E-140, E-141
#[tokio::test]
async fn by_policy() {
    let (platform, ftp) = (Platform::start().await, Ftp::start().await);
    platform.set_ftp(&ftp);
    platform.set_time("20300107075950");
    let (device, directory) = Device::online(DevType::IPCAM, &platform).await;
    platform.yes(daily(PictureStoreType::FTP, "08:00")).await;
    let notice = notice(&platform).await;
    assert_eq!(notice.file_name, format!("{}_0_{}.JPG", id(), notice.time));
    assert!(notice.time.to_string().starts_with("2030010708000"), "{}", notice.time);
    let files = ftp.files();
    assert_eq!(files.keys().collect::<Vec<_>>(), [&notice.file_name]);
    assert!(is_jpeg(&files[&notice.file_name]));
    let log = logged(&directory, &notice.file_name).await;
    assert!(!log.contains(PASSWORD), "{log}");
    device.stop().await;
}

/// A picture that is not on the server is not announced, nor is one for the cloud, nor one of a policy that is gone.
/// E-124
#[tokio::test]
async fn not_announced() {
    let (platform, ftp) = (Platform::start().await, Ftp::start().await);
    platform.set_ftp(&ftp);
    platform.set_time("20300107075954");
    let (device, _directory) = Device::online(DevType::IPCAM, &platform).await;
    platform.yes(daily(PictureStoreType::FTP, "08:00")).await;
    let query = QueryPicturePolicyRequest::new(id(), 0_u16, PictureStoreType::FTP);
    let Response::QueryPicturePolicy(found) = platform.yes(query).await else { panic!() };
    let policy = found.outcome.into_result().unwrap().day_policies[0].policy_id.clone();
    platform.yes(DelPicturePolicyRequest::new(id(), 0_u16, policy)).await;
    let (from, to): (ClockTime, ClockTime) = ("08:00".parse().unwrap(), "09:00".parse().unwrap());
    let repeated = DayPolicy::new(1_u32, from, to);
    let cloud = AddPicturePolicyRequest::new(id(), 0_u16, PictureStoreType::CLOUD, vec![repeated]);
    platform.yes(cloud).await;
    assert!(is_quiet(&platform, 8).await);
    assert!(ftp.files().is_empty());
    device.stop().await;

    let platform = Platform::start().await;
    platform.set_ftp(&ftp);
    platform.set_time("20300107075954");
    ftp.knobs.lock().unwrap().full = true;
    let (device, _directory) = Device::online(DevType::IPCAM, &platform).await;
    platform.yes(daily(PictureStoreType::FTP, "08:00")).await;
    assert!(is_quiet(&platform, 8).await);
    device.stop().await;
}

/// An alarm has its picture on the server first, and is not announced as a picture; a repeated one costs none.
/// E-124, E-139
#[tokio::test]
async fn of_an_alarm() {
    let (platform, ftp) = (Platform::start().await, Ftp::start().await);
    platform.set_ftp(&ftp);
    let (device, directory) = Device::online(DevType::IPCAM, &platform).await;
    knows_server(&platform).await;
    let motion = || device.handle.control(Command::Alarm { source: Source::Motion, channel: 0 });
    // Two at once are one.
    let (first, second) = tokio::join!(motion(), motion());
    assert!(matches!(first, Reply::Done(_)), "{first:?}");
    assert!(matches!(second, Reply::Failed(ref why) if why.contains("60 seconds")), "{second:?}");
    let alarm = platform.alarm().await;
    let log = std::fs::read_to_string(directory.path().join("device.log")).unwrap();
    assert_ne!(alarm.file_name, "", "{log}");
    assert!(alarm.file_name.starts_with(&format!("{}_0_20", id())) && alarm.file_name.ends_with(".JPG"));
    assert!(matches!(motion().await, Reply::Failed(_)));
    let files = ftp.files();
    assert_eq!(files.keys().collect::<Vec<_>>(), [&alarm.file_name]);
    assert!(is_jpeg(&files[&alarm.file_name]));
    assert!(is_quiet(&platform, 1).await);
    // Recorded with it.
    let recording = device.handle.status().await.recording;
    assert_eq!(recording.iter().map(|r| (r.channel, r.place)).collect::<Vec<_>>(), [(0, "local")]);
    device.stop().await;
}

/// A lens that sees nothing, or never ends.
struct Blind;

impl Camera for Blind {
    fn snapshot(&self, channel: u16) -> Pending<'_, Result<Vec<u8>, Fault>> {
        Box::pin(async move {
            if channel > 0 {
                std::future::pending::<()>().await;
            }
            Err(Fault("the lens cap is on".to_owned()))
        })
    }
}

/// No picture, one that takes too long, a server that is full: the alarm goes all the same, with an empty name. E-139
#[tokio::test]
async fn an_alarm_without_a_picture() {
    let (platform, ftp) = (Platform::start().await, Ftp::start().await);
    platform.set_ftp(&ftp);
    let directory = tempfile::tempdir().unwrap();
    let mut config = config(DevType::IPCAM, directory.path());
    config.province = Some(platform.province());
    config.model.channels = 2;
    let station =
        Station::fitted(config, |hardware, _| hardware.camera = Some(std::sync::Arc::new(Blind))).unwrap();
    let device = Device::run(station);
    device.reaches(LinkPhase::Online).await;
    knows_server(&platform).await;
    for (source, channel) in [(Source::Motion, 0), (Source::Motion, 1)] {
        let started = std::time::Instant::now();
        let reply = device.handle.control(Command::Alarm { source, channel }).await;
        assert!(matches!(reply, Reply::Done(_)), "{reply:?}");
        assert_eq!(platform.alarm().await.file_name, "");
        assert!(started.elapsed() < Duration::from_secs(20));
    }
    device.stop().await;

    let platform = Platform::start().await;
    platform.set_ftp(&ftp);
    ftp.knobs.lock().unwrap().full = true;
    let (device, _directory) = Device::online(DevType::IPCAM, &platform).await;
    knows_server(&platform).await;
    device.handle.control(Command::Alarm { source: Source::Manual, channel: 0 }).await;
    assert_eq!(platform.alarm().await.file_name, "");
    assert!(ftp.files().is_empty());
    device.stop().await;
}

/// The picture that an operator gives is the one that arrives.
#[tokio::test]
async fn a_picture_of_the_operator() {
    let (platform, ftp) = (Platform::start().await, Ftp::start().await);
    platform.set_ftp(&ftp);
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("shop.jpg");
    std::fs::write(&path, b"\xff\xd8\xff\xe0 a shop \xff\xd9").unwrap();
    let mut config = config(DevType::IPCAM, &directory.path().join("data"));
    config.province = Some(platform.province());
    config.simulation.picture = Some(path.clone());
    let device = Device::start(config);
    device.reaches(LinkPhase::Online).await;
    knows_server(&platform).await;
    let infrared = |source| Command::Alarm { source, channel: 0 };
    device.handle.control(infrared(Source::Infrared)).await;
    let name = platform.alarm().await.file_name;
    assert_eq!(ftp.files()[&name], b"\xff\xd8\xff\xe0 a shop \xff\xd9");
    std::fs::write(&path, "no picture").unwrap();
    device.handle.control(infrared(Source::Manual)).await;
    assert_eq!(platform.alarm().await.file_name, "");
    device.stop().await;
}
