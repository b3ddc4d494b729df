//! Motor, alarms, restarts, upgrades and logs.

use std::time::Duration;

use kandian_proto::message::device::{
    GetAlarmRequest, LogUploadRequest, RebootRequest, ResetDefaultRequest, SetAlarmRequest, UpgradeRequest,
    VideoPtzRequest,
};
use kandian_proto::value::{AlarmType, Host, Port, PtzDirection};
use kandian_proto::{Response, Secret};

use super::*;
use crate::alarm::Raised;
use crate::hardware::{AlarmSource, Position};

fn ptz(direction: PtzDirection) -> VideoPtzRequest {
    VideoPtzRequest::new(id(), 0_u16, direction)
}

/// the position is remembered when the camera stops.
#[tokio::test]
async fn the_position_is_remembered() {
    let bench = Bench::new(DevType::IPCAM);
    let answer = bench.ask(ptz(PtzDirection::RIGHT)).await;
    assert_eq!(result(&answer.response), 0);
    assert!(matches!(answer.after, After::Chore(Chore::StopMotor { channel: 0, .. })));
    tokio::time::sleep(Duration::from_millis(60)).await;
    assert_eq!(bench.code(ptz(PtzDirection::STOP)).await, 0);
    let position = bench.unit.hardware.ptz.position(0);
    assert!(position.pan > 0 && position.tilt == 0, "{position:?}");
    assert_eq!(bench.state().ptz.get(&0), Some(&position));
}

/// E-111: a movement that nobody stops ends; one that was replaced does not end the next.
#[tokio::test(start_paused = true)]
async fn a_movement_ends_by_itself() {
    let bench = Bench::new(DevType::IPCAM);
    let unit = Arc::clone(&bench.unit);
    let After::Chore(Chore::StopMotor { channel, movement }) = bench.ask(ptz(PtzDirection::LEFT)).await.after
    else {
        panic!()
    };
    let first = tokio::spawn(async move { ptz::stop_later(&unit, channel, movement).await });
    tokio::time::sleep(Duration::from_secs(2)).await;
    let After::Chore(Chore::StopMotor { movement, .. }) = bench.ask(ptz(PtzDirection::RIGHT)).await.after
    else {
        panic!()
    };
    let unit = Arc::clone(&bench.unit);
    let second = tokio::spawn(async move { ptz::stop_later(&unit, channel, movement).await });
    first.await.unwrap();
    // Ten seconds after the first began: two to the left, eight to the right, and still moving.
    assert_eq!(bench.unit.hardware.ptz.position(0), Position { pan: 600, tilt: 0 });
    second.await.unwrap();
    assert_eq!(bench.state().ptz.get(&0), Some(&Position { pan: 800, tilt: 0 }));
    tokio::time::sleep(Duration::from_secs(60)).await;
    assert_eq!(bench.unit.hardware.ptz.position(0), Position { pan: 800, tilt: 0 });
}

/// E-15
#[tokio::test]
async fn wrong_movements() {
    let bench = Bench::new(DevType::IPCAM);
    bench.refuses(ptz(PtzDirection(5)), OTHER, "R-7.69").await;
    bench.refuses(VideoPtzRequest::new(id(), 1_u16, PtzDirection::UP), NOT_FOUND, "E-15").await;
    let fixed = Bench::with(DevType::IPCAM, |config| config.model.ptz = false);
    fixed.refuses(ptz(PtzDirection::UP), NOT_FOUND, "R-7.69").await;
}

async fn armed(bench: &Bench, request: GetAlarmRequest) -> bool {
    let Response::GetAlarm(response) = bench.ask(request).await.response else { panic!() };
    response.outcome.into_result().unwrap().alarm_flag
}

/// E-138: each source for itself; a disarmed one is silent, an armed one is not.
#[tokio::test]
async fn alarm_switches() {
    let bench = Bench::new(DevType::IPCAM);
    let get = |kind| GetAlarmRequest::new(id(), 0_u16, kind);
    let set = |kind, on: bool| SetAlarmRequest::new(id(), 0_u16, kind, on);
    assert!(armed(&bench, get(AlarmType::MOTION)).await);
    assert_eq!(bench.code(set(AlarmType::MOTION, false)).await, 0);
    // A number means nothing for motion.
    assert!(!armed(&bench, get(AlarmType::MOTION).dido_no(Some(3))).await);
    assert!(armed(&bench, get(AlarmType::INFRARED)).await);
    assert_eq!(bench.code(set(AlarmType::DIGITAL_INPUT, false).dido_no(Some(1))).await, 0);
    assert!(!armed(&bench, get(AlarmType::DIGITAL_INPUT).dido_no(Some(1))).await);
    assert!(armed(&bench, get(AlarmType::DIGITAL_INPUT).dido_no(Some(0))).await);
    let raise = |kind, input| bench.unit.raise(AlarmSource { channel: 0, kind, input });
    assert_eq!(raise(AlarmType::MOTION, None).await, Raised::Disarmed);
    assert_eq!(raise(AlarmType::DIGITAL_INPUT, Some(1)).await, Raised::Disarmed);
    assert!(matches!(raise(AlarmType::DIGITAL_INPUT, Some(0)).await, Raised::Sent(_)));
    assert_eq!(raise(AlarmType::DIGITAL_INPUT, Some(2)).await, Raised::NoSuchSource);
    assert_eq!(raise(AlarmType::MOTION, Some(0)).await, Raised::NoSuchSource);
    assert_eq!(bench.code(set(AlarmType::MOTION, true)).await, 0);
    assert!(matches!(raise(AlarmType::MOTION, None).await, Raised::Sent(_)));
}

/// E-84, E-138, E-15
#[tokio::test]
async fn wrong_alarm_switches() {
    let bench = Bench::new(DevType::IPCAM);
    let set = |channel: u16, kind| SetAlarmRequest::new(id(), channel, kind, false);
    bench.refuses(set(0, AlarmType(9)), OTHER, "R-7.103").await;
    bench.refuses(set(0, AlarmType::DIGITAL_INPUT), OTHER, "E-138").await;
    bench.refuses(set(0, AlarmType::DIGITAL_INPUT).dido_no(Some(2)), NOT_FOUND, "E-84").await;
    bench.refuses(set(1, AlarmType::MOTION), NOT_FOUND, "E-15").await;
    bench.refuses(GetAlarmRequest::new(id(), 0_u16, AlarmType(0)), OTHER, "R-7.103").await;
    let blind = Bench::with(DevType::IPCAM, |config| config.model.infrared = false);
    blind.refuses(set(0, AlarmType::INFRARED), NOT_FOUND, "E-84").await;
}

/// E-30, E-150
#[tokio::test]
async fn restarts() {
    let bench = Bench::new(DevType::IPCAM);
    let answer = bench.ask(RebootRequest::new(id())).await;
    assert_eq!(result(&answer.response), 0);
    assert!(matches!(answer.after, After::Restart(Restart::Reboot)));
    let saved = bench.unit.change(|state| {
        state.province.url = Some("http://192.0.2.1/".parse().unwrap());
        Ok(())
    });
    saved.await.unwrap();
    bench.ask(SetAlarmRequest::new(id(), 0_u16, AlarmType::MOTION, false)).await;
    let answer = bench.ask(ResetDefaultRequest::new(id())).await;
    assert_eq!(result(&answer.response), 0);
    assert!(matches!(answer.after, After::Restart(Restart::Reset)));
    assert_eq!(bench.state().province, Default::default());
    assert!(bench.state().disarmed.is_empty());
}

fn upgrade(version: &str, host: &str, port: u16, file: &str) -> UpgradeRequest {
    let host: Host = host.parse().unwrap_or_default();
    UpgradeRequest::new(id(), version, host, Port(port), "ftp", Secret::from("x"), file)
}

/// E-126: only the parameters are checked before the answer.
#[tokio::test]
async fn upgrade_parameters() {
    let bench = Bench::new(DevType::NVR);
    let good = upgrade("V1.6_20260101", "198.51.100.9", 21, "images/nvr.bin");
    let answer = bench.ask(good).await;
    assert_eq!(result(&answer.response), 0);
    assert!(matches!(answer.after, After::Chore(Chore::Upgrade(_))));
    // One at a time.
    bench.refuses(upgrade("V1.6_20260101", "198.51.100.9", 21, "images/nvr.bin"), OTHER, "R-7.79").await;
    drop(answer);
    for wrong in [
        upgrade("", "198.51.100.9", 21, "nvr.bin"),
        upgrade("next", "198.51.100.9", 21, "nvr.bin"),
        upgrade("V1.6_20260101", "", 21, "nvr.bin"),
        upgrade("V1.6_20260101", "198.51.100.9", 0, "nvr.bin"),
        upgrade("V1.6_20260101", "198.51.100.9", 21, ""),
        upgrade("V1.6_20260101", "198.51.100.9", 21, "images/"),
        upgrade("V1.6_20260101", "198.51.100.9", 21, "a\r\nDELE b"),
        upgrade("V1.6_20260101", "198.51.100.9", 21, &"x".repeat(500)),
    ] {
        bench.refuses(wrong, OTHER, "R-7.79").await;
    }
    let request = upgrade("V1.6_20260101", "198.51.100.9", 21, "a").ftp_account("a\nb".to_owned());
    bench.refuses(request, OTHER, "R-7.79").await;
}

///
#[tokio::test]
async fn log_parameters() {
    let bench = Bench::new(DevType::IPCAM);
    let request = |host: &str, port: u16, account: &str| {
        let host: Host = host.parse().unwrap_or_default();
        LogUploadRequest::new(id(), host, Port(port), account, Secret::from("x"))
    };
    let answer = bench.ask(request("ftp.example", 21, "log")).await;
    assert_eq!(result(&answer.response), 0);
    assert!(matches!(answer.after, After::Chore(Chore::Log(_))));
    let mut more = vec![answer];
    while more.len() < crate::unit::MOST_UPLOADS {
        more.push(bench.ask(request("ftp.example", 21, "log")).await);
    }
    bench.refuses(request("ftp.example", 21, "log"), OTHER, "R-7.108").await;
    drop(more);
    assert_eq!(bench.code(request("ftp.example", 21, "log")).await, 0);
    for wrong in [request("", 21, "log"), request("ftp.example", 0, "log"), request("ftp.example", 21, "")] {
        bench.refuses(wrong, OTHER, "R-7.108").await;
    }
}
