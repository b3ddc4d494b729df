//! Settings survive what happens to a device.

use kandian_proto::schedule::{Period, PicturePolicy, PolicyNumber, RecordPolicy};
use kandian_proto::value::{
    BitRate, DevType, FrameSize, PictureStoreType, PolicyStreamType, RecordStoreType, StorageFlag, Weekday,
};

use super::*;

fn device() -> DevId {
    "81100000001".parse().unwrap()
}

fn factory(model: &Model) -> State {
    State::factory(model, device(), Some(Onvif::new(Port(8000), "admin", Secret::from("hunter2"))))
}

/// Settings of which every one differs from the factory's.
fn changed(model: &Model) -> State {
    let mut state = factory(model);
    state.firmware = Some("V1.6_20240101".into());
    state.province = Province {
        url: Some("http://192.0.2.1:8098/register".parse().unwrap()),
        stun: vec![Server { host: "stun.example".parse().unwrap(), port: 3478 }],
        manual: Some("http://192.0.2.2/".parse().unwrap()),
    };
    for video in state.video.values_mut() {
        (video.frame_size, video.bit_rate, video.audio_input) = (FrameSize::CIF, BitRate::KBPS_96, false);
    }
    let password = Secret::from("pass word 密码");
    state.wifi = Some(WifiProfile {
        ssid: "shop".into(),
        security: WifiSecurity::WPA2_PSK,
        password: password.clone(),
    });
    state.ptz.insert(0, Position { pan: -105, tilt: 300 });
    state.cloud = Cloud {
        offered: true,
        url: "https://oos.example/".parse().unwrap(),
        access_key: "AK".into(),
        secret_key: password.clone(),
        record_bucket: "records".into(),
        picture_bucket: "pictures".into(),
    };
    let (start, end) = ("08:00".parse().unwrap(), "18:30".parse().unwrap());
    let mut saved = state.plan.save();
    saved.records.push(RecordPolicy {
        id: PolicyNumber::new(31).unwrap(),
        channel_no: 0,
        place: RecordStoreType::LOCAL,
        stream: PolicyStreamType::MAIN,
        week: Weekday::SUNDAY,
        period: Period::new(start, end).unwrap(),
    });
    (saved.last_record_id, saved.last_picture_id) = (31, 7);
    if !model.equipment().is_recorder() {
        saved.pictures.push(PicturePolicy {
            id: PolicyNumber::new(7).unwrap(),
            channel_no: 0,
            place: PictureStoreType::FTP,
            interval: 0,
            start,
            end: start,
        });
        saved.cloud_active = false;
    }
    state.plan = Plan::restore(model.equipment(), &saved).unwrap();
    state.plan.set_record_full(0, StorageFlag::NVR, model.kind == DevType::IPCAM).unwrap();
    state.plan.set_record_loop(StorageFlag::NVR, false).unwrap();
    state.disarmed.insert(AlarmSource { channel: 0, kind: AlarmType::DIGITAL_INPUT, input: Some(1) });
    let camera = "81200000002".parse().unwrap();
    let onvif = Onvif::new(Port(80), "admin", password.clone());
    let address = std::net::Ipv4Addr::new(192, 168, 1, 64).into();
    state.bindings.insert(0, Binding { camera, address, onvif });
    let host = "ftp.example".parse().unwrap();
    state.ftp = FtpProfile { host, port: Port(2121), account: "a&b".into(), password };
    state.owe(Report { kind: ExceptionType::UPGRADE_FAILED, text: "固件升级失败".into() });
    state
}

fn open(directory: &std::path::Path, model: &Model) -> (Store, Option<damage::Damage>) {
    Store::open(directory, model, factory(model)).unwrap()
}

async fn put(store: &Store, state: State) {
    let replaced = store.change(|now| {
        *now = state;
        Ok::<_, ()>(())
    });
    replaced.await.unwrap();
}

/// What was changed is there after the process is gone without a goodbye. R-5.3, R-7.98, R-7.100, R-7.115.
#[tokio::test]
async fn every_setting_survives_a_restart() {
    for kind in [DevType::IPCAM, DevType::DVR, DevType::NVR] {
        let (directory, model) = (tempfile::tempdir().unwrap(), Model::of(kind));
        let (store, _) = open(directory.path(), &model);
        assert_eq!(*store.read(), factory(&model));
        let state = changed(&model);
        put(&store, state.clone()).await;
        std::mem::forget(store);
        let (store, damage) = open(directory.path(), &model);
        assert_eq!((damage, &*store.read()), (None, &state));
    }
}

/// A change that is not wanted, or that the disk does not take, changes nothing.
#[tokio::test]
async fn a_change_is_whole_or_none() {
    let (directory, model) = (tempfile::tempdir().unwrap(), Model::of(DevType::IPCAM));
    let (store, _) = open(directory.path(), &model);
    let refused = store.change(|state| {
        state.video.clear();
        Err::<(), _>("no")
    });
    assert!(matches!(refused.await, Err(ChangeError::Refused("no"))));
    assert_eq!(*store.read(), factory(&model));
    // Another directory in the place of the file that is to be written.
    std::fs::create_dir(directory.path().join("state.json.new")).unwrap();
    let unwritten = store.change(|state| {
        state.video.clear();
        Ok::<_, ()>(())
    });
    assert!(matches!(unwritten.await, Err(ChangeError::Disk(_))));
    assert_eq!(*store.read(), factory(&model));
    std::fs::remove_dir(directory.path().join("state.json.new")).unwrap();
    assert_eq!(*open(directory.path(), &model).0.read(), factory(&model));
}

/// Whoever gives up waiting for a change does not leave memory and disk different.
#[tokio::test]
async fn a_change_that_nobody_waits_for_is_still_whole() {
    let (directory, model) = (tempfile::tempdir().unwrap(), Model::of(DevType::IPCAM));
    let (store, _) = open(directory.path(), &model);
    for round in 0..50 {
        let ssid = format!("round {round}");
        let profile = WifiProfile { ssid, security: WifiSecurity::NONE, password: Secret::default() };
        let change = store.change(|state| {
            state.wifi = Some(profile);
            Ok::<_, ()>(())
        });
        let _ = tokio::time::timeout(std::time::Duration::from_micros(round * 20), change).await;
        // The next one waits for its turn, and so for the end of the one before.
        put(&store, State::clone(&store.read())).await;
        let _turn = store.change(|_| Ok::<_, ()>(())).await;
        assert_eq!(*open(directory.path(), &model).0.read(), *store.read(), "round {round}");
    }
}

/// Who is switched off changes nothing any more: the files may be somebody else's.
#[tokio::test]
async fn no_change_after_the_end() {
    let (directory, model) = (tempfile::tempdir().unwrap(), Model::of(DevType::IPCAM));
    let (store, _) = open(directory.path(), &model);
    store.close().await;
    let late = store.change(|state| {
        state.video.clear();
        Ok::<_, ()>(())
    });
    assert!(matches!(late.await, Err(ChangeError::Disk(_))));
    assert_eq!(*open(directory.path(), &model).0.read(), factory(&model));
}

/// A damaged file is kept under another name, and the device starts from the factory.
#[tokio::test]
async fn a_damaged_file_is_kept() {
    let (directory, model) = (tempfile::tempdir().unwrap(), Model::of(DevType::IPCAM));
    let path = directory.path().join("state.json");
    let (store, _) = open(directory.path(), &model);
    put(&store, changed(&model)).await;
    let good = std::fs::read_to_string(&path).unwrap();
    let cases = [
        good.get(..good.len() / 2).unwrap().to_owned(),
        good.replace("\"wifi\"", "\"wifo\""),
        good.replace("\"bit_rate\": 1", "\"bit_rate\": 99"),
        good.replace("08:00", "25:00"),
        String::new(),
    ];
    for (n, text) in cases.iter().enumerate() {
        std::fs::write(&path, text).unwrap();
        let (store, damage) = open(directory.path(), &model);
        let damage = damage.unwrap_or_else(|| panic!("case {n} was taken"));
        assert!(!damage.why.is_empty());
        assert_eq!(std::fs::read_to_string(&damage.kept).unwrap(), *text);
        assert_eq!(*store.read(), factory(&model), "case {n}");
    }
}

/// Settings of another device, of a later program or of another model are left alone.
#[tokio::test]
async fn settings_that_are_not_ours_are_refused() {
    let (directory, model) = (tempfile::tempdir().unwrap(), Model::of(DevType::NVR));
    let (store, _) = open(directory.path(), &model);
    let mut state = changed(&model);
    let binding = state.bindings.get(&0).unwrap().clone();
    state.bindings.insert(3, binding);
    put(&store, state).await;
    let path = directory.path().join("state.json");
    let before = std::fs::read(&path).unwrap();
    let other = State::factory(&model, "81100000002".parse().unwrap(), None);
    assert!(matches!(Store::open(directory.path(), &model, other), Err(StateError::Foreign { .. })));
    let smaller = Model { channels: 2, ..model.clone() };
    let error = Store::open(directory.path(), &smaller, factory(&smaller)).unwrap_err();
    assert!(error.to_string().contains("4 channels"), "{error}");
    assert_eq!(std::fs::read(&path).unwrap(), before);
    std::fs::write(&path, r#"{"version": 2, "more": true}"#).unwrap();
    let later = Store::open(directory.path(), &model, factory(&model));
    assert!(matches!(later, Err(StateError::Newer { found: 2, .. })));
}

/// 82H: settings, plans, bindings, switches and the province address go; firmware and ids stay. R-7.117, R-5.5,
/// E-30, E-150.
#[test]
fn back_to_the_factory() {
    for kind in [DevType::IPCAM, DevType::NVR] {
        let model = Model::of(kind);
        let mut state = changed(&model);
        state.reset(&model);
        let mut expected = factory(&model);
        expected.firmware = Some("V1.6_20240101".into());
        let ids = |state: &State| (state.plan.save().last_record_id, state.plan.save().last_picture_id);
        assert_eq!(ids(&state), (31, 7));
        expected.plan = state.plan.clone();
        assert_eq!(state, expected);
        assert!(state.plan.save().records.is_empty() && state.plan.save().pictures.is_empty());
        assert_eq!(state.plan.record_full(0, StorageFlag::NVR), Ok(kind == DevType::NVR));
        assert_eq!(state.plan.record_loop(StorageFlag::NVR), Ok(true));
    }
}

/// R-16.2 to R-16.5, R-7.115; E-189, E-190.
#[test]
fn as_the_factory_delivers() {
    let video = |grade, stream| {
        let model = Model { grade, ..Model::of(DevType::IPCAM) };
        let state = factory(&model);
        let video = state.video.get(&(0, stream)).unwrap();
        (video.frame_size.0, video.frame_rate.0, video.rate_type.0, video.bit_rate.0)
    };
    use kandian_proto::defaults::Grade;
    assert_eq!(video(Grade::Sd, StreamType::MAIN), (2, 15, 1, 6));
    assert_eq!(video(Grade::Hd, StreamType::MAIN), (1, 10, 1, 6));
    assert_eq!(video(Grade::Hd, StreamType::SUB), (3, 15, 1, 4));
    assert!(factory(&Model::of(DevType::NVR)).video.is_empty());
    assert!(factory(&Model::of(DevType::IPCAM)).plan.cloud_active());
}

/// A platform that cannot be reached for long does not fill the disk.
#[test]
fn few_reports_are_kept() {
    let mut state = factory(&Model::of(DevType::IPCAM));
    for n in 0..40 {
        state.owe(Report { kind: ExceptionType::UNKNOWN, text: n.to_string() });
    }
    assert_eq!(state.owed.len(), MOST_OWED);
    assert_eq!(state.owed.last().map(|r| r.text.as_str()), Some("39"));
}
