//! The simulated hardware keeps the promises of the traits.

use std::fs;
use std::path::Path;

use kandian_proto::Secret;
use kandian_proto::value::{LocalStoreFlag, NetType, PtzDirection, Signal, WifiSecurity};

use super::*;
use crate::clock::Clock;
use crate::hardware::{Medium, Position, WifiProfile};

fn build(directory: &Path) -> (Simulation, mpsc::Receiver<Happening>) {
    let clock = Arc::new(Clock::start(480));
    Simulation::build(directory, "81100000001".parse().unwrap(), clock, &Options::default()).unwrap()
}

/// Moves while told to, and stops at its ends., E-111.
#[tokio::test(start_paused = true)]
async fn the_motor_turns() {
    let motor = Motor::default();
    use crate::hardware::Ptz as _;
    motor.drive(0, PtzDirection::RIGHT).unwrap();
    tokio::time::advance(Duration::from_secs(3)).await;
    motor.drive(0, PtzDirection::UP).unwrap();
    assert_eq!(motor.position(0), Position { pan: 300, tilt: 0 });
    tokio::time::advance(Duration::from_secs(2)).await;
    motor.drive(0, PtzDirection::STOP).unwrap();
    tokio::time::advance(Duration::from_secs(60)).await;
    assert_eq!(motor.position(0), Position { pan: 300, tilt: 200 });
    motor.drive(0, PtzDirection::DOWN).unwrap();
    tokio::time::advance(Duration::from_secs(600)).await;
    assert_eq!(motor.position(0), Position { pan: 300, tilt: -300 });
    assert_eq!(motor.position(1), Position::default());
    assert!(motor.drive(0, PtzDirection(5)).is_err());
}

/// The cable goes before Wi-Fi; a wrong password does not get in.
#[tokio::test(start_paused = true)]
async fn the_radio_connects() {
    let directory = tempfile::tempdir().unwrap();
    let (simulation, mut happenings) = build(directory.path());
    let hardware = simulation.hardware();
    let mut profile = WifiProfile {
        ssid: "kandian-shop".into(),
        security: WifiSecurity::WPA2_PSK,
        password: Secret::from("wrong one"),
    };
    assert!(hardware.wifi.connect(&profile).await.is_err());
    profile.password = Secret::from("kandian-wifi");
    hardware.wifi.connect(&profile).await.unwrap();
    assert_eq!(hardware.wifi.connected().as_deref(), Some("kandian-shop"));
    assert_eq!(hardware.network.route(), Some(NetType::WIRED));
    simulation.set_wired(false).unwrap();
    assert_eq!(hardware.network.route(), Some(NetType::WIFI));
    assert!(simulation.remove_access_point("kandian-shop").unwrap());
    assert_eq!(hardware.network.route(), None);
    assert!(!simulation.remove_access_point("kandian-shop").unwrap());
    for _ in 0..3 {
        assert_eq!(happenings.try_recv(), Ok(Happening::Network));
    }
    let signal = Signal::saturating(50);
    let open = WifiSecurity::NONE;
    let point = AccessPoint { ssid: "new".into(), signal, security: open, password: Secret::default() };
    simulation.add_access_point(point).unwrap();
    assert!(hardware.wifi.scan().await.unwrap().iter().any(|seen| seen.ssid == "new"));
}

/// Four states, sizes, and a format that empties.; E-83, E-146.
#[tokio::test]
async fn the_card_has_four_states() {
    let directory = tempfile::tempdir().unwrap();
    let (simulation, mut happenings) = build(directory.path());
    let card = simulation.hardware().storage;
    fs::write(directory.path().join("storage/81100000001_0_20140318103000.ts"), vec![0; 3 << 20]).unwrap();
    fs::create_dir(directory.path().join("storage/lost+found")).unwrap();
    let Medium::Ready { total, free } = card.medium() else { panic!("{:?}", card.medium()) };
    assert_eq!(total, 1 << 30);
    assert_eq!(card.medium().megabytes().0, 1024);
    assert!(total - free >= 3 << 20);
    for (state, flag) in [
        (CardState::Removed, LocalStoreFlag::NO_MEDIUM),
        (CardState::Faulty, LocalStoreFlag::FAULTY),
        (CardState::Unformatted, LocalStoreFlag::UNFORMATTED),
    ] {
        simulation.set_card(state).unwrap();
        assert_eq!(happenings.try_recv(), Ok(Happening::Storage));
        assert_eq!(card.medium().flag(), flag);
        assert_eq!(card.format().is_ok(), state == CardState::Unformatted);
    }
    assert_eq!(card.medium(), Medium::Ready { total, free: total });
    assert_eq!(fs::read_dir(directory.path().join("storage")).unwrap().count(), 0);
}

/// Pulled out is pulled out, also for the next process.
#[tokio::test]
async fn the_bench_is_as_it_was_left() {
    let directory = tempfile::tempdir().unwrap();
    let (simulation, _receiver) = build(directory.path());
    simulation.set_card(CardState::Faulty).unwrap();
    simulation.set_wired(false).unwrap();
    drop(simulation);
    let (simulation, _receiver) = build(directory.path());
    assert_eq!(simulation.hardware().storage.medium(), Medium::Faulty);
    assert!(!simulation.is_wired());
}

/// Names of this device, starts, ends and sizes; everything else in the directory is ignored., E-45.
#[tokio::test]
async fn recordings_are_the_files_of_this_device() {
    let directory = tempfile::tempdir().unwrap();
    let (simulation, _receiver) = build(directory.path());
    let storage = directory.path().join("storage");
    let huge = fs::File::create(storage.join("81100000001_0_20140318103000.ts")).unwrap();
    huge.set_len(5 << 30).unwrap();
    for name in [
        "81100000001_0_20140318104000.ts",
        "81100000001_1_20140318103000.mp4",
        "81100000002_0_20140318103000.ts",
        "81100000001_0_20140318103000.JPG",
        "notes.txt",
    ] {
        fs::write(storage.join(name), "x").unwrap();
    }
    let found = simulation.hardware().storage.recordings().unwrap();
    let seen: Vec<_> = found.iter().map(|r| (r.name.as_str(), r.end.to_string(), r.bytes)).collect();
    assert_eq!(
        seen,
        [
            ("81100000001_0_20140318103000.ts", "20140318104000".into(), 5 << 30),
            ("81100000001_0_20140318104000.ts", "20140318105500".into(), 1),
            ("81100000001_1_20140318103000.mp4", "20140318104500".into(), 1),
        ]
    );
    let written = "81100000001_0_20240101000000.ts";
    fs::write(storage.join(written), "x").unwrap();
    let at = std::time::UNIX_EPOCH + Duration::from_secs(1_704_038_400 + 123);
    fs::File::options().write(true).open(storage.join(written)).unwrap().set_modified(at).unwrap();
    let found = simulation.hardware().storage.recordings().unwrap();
    let end = found.iter().find(|r| r.name == written).unwrap().end;
    assert_eq!(end.to_string(), "20240101000203");
}

/// An image of another version, or an empty one, leaves the old firmware.
#[tokio::test]
async fn the_flash_checks_images() {
    let directory = tempfile::tempdir().unwrap();
    let (simulation, _receiver) = build(directory.path());
    let (flash, image) = (simulation.hardware().firmware, directory.path().join("image"));
    let installed = || fs::read(directory.path().join("firmware.img")).ok();
    for bad in ["", "KANDIAN-FIRMWARE V1.6_20130101\nx"] {
        fs::write(&image, bad).unwrap();
        assert!(flash.install(&image, "V1.6_20140318").is_err());
        assert_eq!(installed(), None);
    }
    for good in ["anything", "KANDIAN-FIRMWARE V1.6_20140318\nx"] {
        fs::write(&image, good).unwrap();
        flash.install(&image, "V1.6_20140318").unwrap();
        assert_eq!(installed().as_deref(), Some(good.as_bytes()));
    }
}
