//! Hardware of a vendor, by the public traits alone.

use std::sync::Arc;
use std::time::Duration;

use kandian_device::hardware::{
    Absent, AlarmSource, Happening, Hardware, MOST_HAPPENINGS, Network, Pending, Power,
};
use kandian_device::{LinkPhase, Station};
use kandian_proto::message::device::{RebootRequest, StoreFormatRequest, StoreQueryRequest, VideoPtzRequest};
use kandian_proto::session::End;
use kandian_proto::value::{AlarmType, DevType, NetType, PtzDirection};
use tokio::sync::mpsc;

use crate::support::{Device, Platform, config, id};

/// A cable that is always there, and a start that takes no time.
struct Board;

impl Network for Board {
    fn route(&self) -> Option<NetType> {
        Some(NetType::WIRED)
    }
}

impl Power for Board {
    fn restart(&self) -> Pending<'_, ()> {
        Box::pin(tokio::time::sleep(Duration::from_millis(10)))
    }
}

fn bare() -> Hardware {
    Hardware {
        camera: Some(Arc::new(Absent)),
        video: Arc::new(Absent),
        recorder: Arc::new(Absent),
        ptz: Arc::new(Absent),
        wifi: Arc::new(Absent),
        network: Arc::new(Board),
        gateway: None,
        storage: Arc::new(Absent),
        alarms: Arc::new(Absent),
        firmware: Arc::new(Absent),
        power: Arc::new(Board),
    }
}

/// A camera with nothing but a detector: it says what it does not have, alarms go without a picture, and it starts
/// again., E-83, E-139
#[tokio::test]
async fn a_camera_without_anything() {
    let (platform, directory) = (Platform::start().await, tempfile::tempdir().unwrap());
    let mut config = config(DevType::IPCAM, directory.path());
    config.province = Some(platform.province());
    (config.model.ptz, config.model.wifi) = (false, false);
    let (happenings, received) = mpsc::channel(MOST_HAPPENINGS);
    let device = Device::run(Station::with_hardware(config, bare(), received).unwrap());
    device.reaches(LinkPhase::Online).await;
    let report = platform.capabilities().await;
    assert_eq!((report.local_store_flag.0, report.ptz_flag), (0, false));
    let left = platform.ask(VideoPtzRequest::new(id(), 0_u16, PtzDirection::LEFT)).await;
    assert!(matches!(left, End::Refused { code: 1, .. }), "{left:?}");
    let format = platform.ask(StoreFormatRequest::new(id())).await;
    assert!(matches!(format, End::Refused { code: 1, .. }), "{format:?}");
    // The state in the place of a result: 0 is "no medium" (E-146).
    let query = platform.ask(StoreQueryRequest::new(id())).await;
    assert!(matches!(query, End::Refused { code: 0, .. }), "{query:?}");
    let motion = AlarmSource { channel: 0, kind: AlarmType::MOTION, input: None };
    happenings.send(Happening::Alarm(motion)).await.unwrap();
    let alarm = platform.alarm().await;
    assert_eq!((alarm.alarm_type, alarm.dido_no, alarm.file_name.as_str()), (AlarmType::MOTION, None, ""));
    // Nowhere to record to.
    assert!(device.handle.status().await.recording.is_empty());
    platform.yes(RebootRequest::new(id())).await;
    platform.until("second login", |p| (p.counts().2 == 2).then_some(())).await;
    device.stop().await;
}
