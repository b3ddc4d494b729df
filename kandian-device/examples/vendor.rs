//! A camera with a motor and a detector of its own; everything else is simulated.
//!
//! ```sh
//! cargo run -p kandian-device --example vendor -- http://127.0.0.1:8098/
//! ```
//!
//! A vendor implements the traits of [`kandian_device::hardware`] for what it has, and exchanges the simulated pieces
//! with [`Station::fitted`]. Here the motor counts steps and the detector sees somebody every ten seconds.

use std::collections::HashSet;
use std::error::Error;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use kandian_device::hardware::{AlarmSource, Alarms, Fault, Happening, Happenings, Position, Ptz};
use kandian_device::{Config, LinkPhase, Station};
use kandian_proto::value::{AlarmType, DevType, PtzDirection};
use tokio_util::sync::CancellationToken;

/// Tenths of a degree in one step of the motor.
const STEP: i16 = 50;
/// Where the motor stops by itself, in tenths of a degree to each side.
const END: i16 = 900;

/// A motor that does one step for each command. It need not stop by itself: one step is soon over.
#[derive(Default)]
struct StepMotor(Mutex<Position>);

impl StepMotor {
    fn at(&self, change: impl FnOnce(&mut Position)) -> Position {
        let mut position = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        change(&mut position);
        *position
    }
}

impl Ptz for StepMotor {
    fn drive(&self, _channel: u16, direction: PtzDirection) -> Result<(), Fault> {
        let (pan, tilt) = match direction {
            PtzDirection::STOP => return Ok(()),
            PtzDirection::UP => (0, STEP),
            PtzDirection::DOWN => (0, -STEP),
            PtzDirection::LEFT => (-STEP, 0),
            PtzDirection::RIGHT => (STEP, 0),
            other => return Err(Fault(format!("the motor cannot move {other}"))),
        };
        let now = self.at(|position| {
            position.pan = (position.pan + pan).clamp(-END, END);
            position.tilt = (position.tilt + tilt).clamp(-END, END);
        });
        println!("motor: {direction}, now at {now:?}");
        Ok(())
    }

    fn position(&self, _channel: u16) -> Position {
        self.at(|_| {})
    }

    fn restore(&self, _channel: u16, position: Position) {
        println!("motor: back to {position:?}");
        self.at(|now| *now = position);
    }
}

/// Detectors that are told which of them are on.
#[derive(Default)]
struct Detectors(Mutex<HashSet<AlarmSource>>);

impl Alarms for Detectors {
    fn arm(&self, source: AlarmSource, armed: bool) {
        let mut on = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if armed {
            on.insert(source)
        } else {
            on.remove(&source)
        };
    }
}

/// What an interrupt would do. The device decides whether the platform hears of it: not twice within 60 seconds.
async fn somebody_walks_by(detectors: Arc<Detectors>, happenings: Happenings) {
    let motion = AlarmSource { channel: 0, kind: AlarmType::MOTION, input: None };
    loop {
        tokio::time::sleep(Duration::from_secs(10)).await;
        let is_on = detectors.0.lock().unwrap_or_else(PoisonError::into_inner).contains(&motion);
        if is_on && happenings.send(Happening::Alarm(motion)).await.is_err() {
            // The device is gone.
            return;
        }
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let Some(province) = std::env::args().nth(1) else {
        return Err("give the registration address of a platform, such as http://127.0.0.1:8098/".into());
    };
    tracing_subscriber::fmt().with_target(false).init();
    let data = std::env::temp_dir().join("kandian-vendor-camera");
    let mut config = Config::new(DevType::IPCAM, "81100000001".parse()?, "K7M2P9Q4", data);
    config.province = Some(province.parse()?);
    // What the hardware can do is said once, here; commands for the rest are refused.
    config.model.infrared = false;
    config.model.dido = 0;

    let detectors = Arc::new(Detectors::default());
    let station = Station::fitted(config, |hardware, happenings| {
        hardware.ptz = Arc::new(StepMotor::default());
        hardware.alarms = Arc::clone(&detectors) as Arc<_>;
        tokio::spawn(somebody_walks_by(Arc::clone(&detectors), happenings.clone()));
    })?;
    let (handle, shutdown) = (station.handle(), CancellationToken::new());
    let running = tokio::spawn(station.run(shutdown.clone()));
    tokio::select! {
        () = handle.reaches(LinkPhase::Online) => println!("online; turn it from the platform, or wait for somebody"),
        _ = tokio::signal::ctrl_c() => shutdown.cancel(),
    }
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        () = shutdown.cancelled() => {}
    }
    shutdown.cancel();
    running.await??;
    Ok(())
}
