//! What is recorded when, with a recorder that only listens.

use std::sync::Arc;

use kandian_proto::Request;
use kandian_proto::message::device::{
    AddRecordPolicyRequest, CloudAccount, DelRecordPolicyRequest, EstoreActivateRequest, NvrDelIpcamRequest,
    NvrLinkIpcamRequest, SetRecordFullRequest, SetRecordLoopRequest, WeekPolicy,
};
use kandian_proto::time::ClockTime;
use kandian_proto::value::{AlarmType, CloudSpace, Port, UrlOrEmpty, Weekday};
use kandian_proto::{DevId, Secret};
use tempfile::TempDir;
use tokio::task::AbortHandle;
use tokio::time::timeout;

use super::*;
use crate::config::Config;
use crate::handler;
use crate::hardware::Recorder;
use crate::hardware::sim::CardState;
use crate::state::AlarmSource;
use crate::station::Station;

const LOCAL: RecordStoreType = RecordStoreType::LOCAL;
const CLOUD: RecordStoreType = RecordStoreType::CLOUD;

/// Notes what it is told, and checks that it makes sense.
#[derive(Default)]
struct Listener(Mutex<BTreeMap<Key, RecordJob>>);

impl Recorder for Listener {
    fn record(&self, channel: u16, place: RecordStoreType, job: Option<RecordJob>) {
        let mut jobs = self.0.lock().unwrap();
        let before = match job {
            Some(job) => jobs.insert((channel, place), job),
            None => jobs.remove(&(channel, place)),
        };
        assert_ne!(before, job, "told twice");
    }
}

fn id() -> DevId {
    "81100000001".parse().unwrap()
}

/// A device without a platform that records. It is Monday, nine o'clock.
struct Bench {
    unit: Arc<Unit>,
    listener: Arc<Listener>,
    keeping: AbortHandle,
    _directory: TempDir,
}

impl Drop for Bench {
    fn drop(&mut self) {
        self.keeping.abort();
    }
}

impl Bench {
    fn new(kind: DevType) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let config = Config::new(kind, id(), "K7M2P9Q4", directory.path());
        let listener = Arc::new(Listener::default());
        let recorder = Arc::clone(&listener);
        let unit = Station::fitted(config, |hardware, _| hardware.recorder = recorder).unwrap().unit();
        unit.clock.set("20300107090000".parse().unwrap());
        let kept = Arc::clone(&unit);
        let keeping = tokio::spawn(async move { keep(&kept).await }).abort_handle();
        Self { unit, listener, keeping, _directory: directory }
    }

    async fn ask(&self, request: impl Into<Request>) {
        let request = request.into();
        let answer = handler::handle(&self.unit, &request).await.unwrap();
        let document = answer.response.encode(&[], kandian_proto::Profile::Spec).unwrap();
        assert!(String::from_utf8(document).unwrap().contains("<Result>0<"), "{request:?}");
    }

    /// The recorder does this within a second (R-7.77).
    async fn records(&self, expected: &[Key]) {
        let told = || self.listener.0.lock().unwrap().keys().copied().collect::<Vec<_>>();
        let waiting = async {
            while told() != expected {
                sleep(Duration::from_millis(5)).await;
            }
        };
        let done = timeout(Duration::from_secs(1), waiting).await;
        assert!(done.is_ok(), "{:?} instead of {expected:?}", told());
        assert!(self.unit.recording.running().keys().eq(expected));
    }

    fn job(&self, key: Key) -> RecordJob {
        self.listener.0.lock().unwrap()[&key]
    }

    async fn card(&self, state: CardState) {
        self.unit.simulation.as_ref().unwrap().set_card(state).unwrap();
        self.unit.storage_changed().await;
    }

    async fn offer_cloud(&self) {
        let url: UrlOrEmpty = "http://oos.example/".parse().unwrap();
        let account = CloudAccount::new(url, "AK", "SK", "r", "p").estore_space(CloudSpace(100));
        handler::cloud_offered(&self.unit, account).await.unwrap();
    }

    async fn alarm(&self) {
        self.unit.raise(AlarmSource { channel: 0, kind: AlarmType::MOTION, input: None }).await;
    }
}

fn full(place: StorageFlag, on: bool) -> SetRecordFullRequest {
    SetRecordFullRequest::new(id(), 0_u16, place, on)
}

fn monday(from: &str, to: &str) -> AddRecordPolicyRequest {
    let (from, to): (ClockTime, ClockTime) = (from.parse().unwrap(), to.parse().unwrap());
    let policy = WeekPolicy::new(Weekday::MONDAY, from, to);
    AddRecordPolicyRequest::new(id(), 0_u16, vec![policy])
}

/// A policy that is deleted while it records ends the recording. R-7.77; R-7.74, E-46
#[tokio::test]
async fn a_policy_is_followed() {
    let bench = Bench::new(DevType::IPCAM);
    bench.records(&[]).await;
    bench.ask(monday("08:00", "10:00")).await;
    bench.records(&[(0, LOCAL)]).await;
    let job = bench.job((0, LOCAL));
    assert_eq!((job.file_length, job.overwrite), (Duration::from_secs(900), true));
    let policy = bench.unit.store.read().plan.record_policies(0).unwrap()[0].to_entry();
    bench.ask(DelRecordPolicyRequest::new(id(), 0_u16, policy.policy_id)).await;
    bench.records(&[]).await;
}

/// It begins and ends with the clock, without anybody doing anything. R-7.98
#[tokio::test]
async fn a_policy_begins_and_ends() {
    let bench = Bench::new(DevType::IPCAM);
    bench.ask(monday("09:01", "09:02")).await;
    bench.records(&[]).await;
    for (almost, expected) in [("20300107090058", &[(0, LOCAL)][..]), ("20300107090158", &[])] {
        bench.unit.clock.set(almost.parse().unwrap());
        bench.unit.look_again();
        sleep(Duration::from_millis(2_500)).await;
        bench.records(expected).await;
    }
}

/// Outside any policy: recording with 1, none with 0; and whether the oldest give way. R-7.98, R-7.100, E-135
#[tokio::test]
async fn around_the_clock() {
    let bench = Bench::new(DevType::IPCAM);
    bench.ask(full(StorageFlag::SD_CARD, true)).await;
    bench.records(&[(0, LOCAL)]).await;
    bench.ask(SetRecordLoopRequest::new(id(), false, StorageFlag::SD_CARD)).await;
    for _ in 0..100 {
        if !bench.job((0, LOCAL)).overwrite {
            break;
        }
        sleep(Duration::from_millis(10)).await;
    }
    assert!(!bench.job((0, LOCAL)).overwrite);
    // The medium comes and goes; what is to be recorded stays.
    bench.card(CardState::Removed).await;
    bench.records(&[]).await;
    bench.card(CardState::Inserted).await;
    bench.records(&[(0, LOCAL)]).await;
    bench.ask(full(StorageFlag::SD_CARD, false)).await;
    bench.records(&[]).await;
}

/// To the cloud in files of five minutes, once the platform offers one, and not while it is stopped. R-7.48, R-7.74,
/// R-7.115, E-149
#[tokio::test]
async fn to_the_cloud() {
    let bench = Bench::new(DevType::IPCAM);
    bench.ask(full(StorageFlag::CLOUD, true)).await;
    bench.records(&[]).await;
    bench.offer_cloud().await;
    bench.records(&[(0, CLOUD)]).await;
    assert_eq!(bench.job((0, CLOUD)).file_length, Duration::from_secs(300));
    bench.ask(EstoreActivateRequest::new(id(), false)).await;
    bench.records(&[]).await;
    bench.ask(EstoreActivateRequest::new(id(), true)).await;
    bench.records(&[(0, CLOUD)]).await;
}

/// 300 s from the last alarm; to the card, else to a cloud that is not stopped, else nowhere. R-7.102, E-144
#[tokio::test(start_paused = true)]
async fn an_alarm_is_recorded() {
    let bench = Bench::new(DevType::IPCAM);
    bench.records(&[]).await;
    bench.alarm().await;
    bench.records(&[(0, LOCAL)]).await;
    sleep(Duration::from_secs(200)).await;
    bench.alarm().await;
    sleep(Duration::from_secs(298)).await;
    bench.records(&[(0, LOCAL)]).await;
    sleep(Duration::from_secs(3)).await;
    bench.records(&[]).await;
    bench.card(CardState::Faulty).await;
    bench.alarm().await;
    bench.records(&[]).await;
    bench.offer_cloud().await;
    bench.records(&[(0, CLOUD)]).await;
    bench.ask(EstoreActivateRequest::new(id(), false)).await;
    bench.records(&[]).await;
    bench.card(CardState::Inserted).await;
    bench.records(&[(0, LOCAL)]).await;
    // When the power goes off, so does the recording, and nobody remembers the alarm.
    bench.keeping.abort();
    stop(&bench.unit);
    bench.records(&[]).await;
    assert_eq!(bench.unit.recording.wanted_by_alarms(), (Vec::new(), None));
}

/// A network recorder records the channels that have a camera, all day from the factory on. R-16.3, R-7.84, E-190
#[tokio::test]
async fn a_recorder_records_its_cameras() {
    let bench = Bench::new(DevType::NVR);
    bench.records(&[]).await;
    let address = std::net::Ipv4Addr::new(192, 168, 1, 64);
    let camera: DevId = "81200000001".parse().unwrap();
    let bind = NvrLinkIpcamRequest::new(id(), 2_u16, camera, address, Port(80), "admin", Secret::from("x"));
    bench.ask(bind).await;
    bench.records(&[(2, LOCAL)]).await;
    bench.ask(NvrDelIpcamRequest::new(id(), 2_u16)).await;
    bench.records(&[]).await;
    let bench = Bench::new(DevType::DVR);
    bench.records(&[(0, LOCAL), (1, LOCAL), (2, LOCAL), (3, LOCAL)]).await;
}
