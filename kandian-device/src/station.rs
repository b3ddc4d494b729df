//! How a device is started from a program.

use std::fs::{File, TryLockError};
use std::io::{self, Write as _};
use std::path::PathBuf;
use std::sync::Arc;

use kandian_proto::message::device::Onvif;
use kandian_proto::value::{DevType, Port};
use rand::RngExt as _;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use tracing::Instrument as _;

use crate::boot;
use crate::clock::Clock;
use crate::config::Config;
use crate::ctl;
use crate::hardware::sim::Simulation;
use crate::hardware::{Happening, Happenings, Hardware};
use crate::journal::{Journal, note};
use crate::state::{State, StateError, Store, file};
use crate::status::{LinkPhase, Status};
use crate::unit::Unit;

/// Why a device cannot run.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RunError {
    /// The data directory cannot be used.
    #[error("the data directory {path} cannot be used: {source}")]
    DataDir {
        /// Which directory.
        path: PathBuf,
        /// What the file system said.
        source: io::Error,
    },
    /// Another process runs with the same data directory.
    #[error("the data directory {0} is in use by another device; every device needs its own")]
    InUse(PathBuf),
    /// The settings in it cannot be used.
    #[error(transparent)]
    State(#[from] StateError),
    /// The control socket cannot be opened.
    #[error("the control socket cannot be opened: {0}")]
    Control(io::Error),
}

/// A device that is ready to run.
///
/// ```no_run
/// # async fn start() -> Result<(), Box<dyn std::error::Error>> {
/// use kandian_device::{Config, Station};
/// use kandian_proto::value::DevType;
/// use tokio_util::sync::CancellationToken;
///
/// let mut config = Config::new(DevType::IPCAM, "81100000001".parse()?, "K7M2P9Q4", "camera-data");
/// config.province = Some("http://127.0.0.1:8098/".parse()?);
/// let station = Station::open(config)?;
/// let (handle, shutdown) = (station.handle(), CancellationToken::new());
/// let running = tokio::spawn(station.run(shutdown.clone()));
/// println!("{:?}", handle.status().await.link);
/// shutdown.cancel();
/// running.await??;
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Station {
    unit: Arc<Unit>,
    happenings: mpsc::Receiver<Happening>,
    /// Held as long as the device is there.
    _lock: File,
}

/// A view of a device that runs, and a way to act on it. Cheap to copy.
#[derive(Clone, Debug)]
pub struct Handle {
    unit: Arc<Unit>,
}

impl Handle {
    /// The device at this moment.
    pub async fn status(&self) -> Status {
        self.unit.status().await
    }

    /// Waits until the device is where it should be on its way to the platform. Returns at once when it is there.
    pub async fn reaches(&self, phase: LinkPhase) {
        let mut link = self.unit.link.subscribe();
        // The sender is as old as the handle.
        let _ = link.wait_for(|link| link.phase == phase).await;
    }

    /// Does what an operator would do with `kandian-device ctl`.
    pub async fn control(&self, command: ctl::Command) -> ctl::Reply {
        ctl::act(&self.unit, command).await
    }
}

/// Runs a device with simulated hardware until `shutdown`. See [`Station`] for more control.
///
/// # Errors
/// When it cannot start.
pub async fn run(config: Config, shutdown: CancellationToken) -> Result<(), RunError> {
    Station::open(config)?.run(shutdown).await
}

impl Station {
    /// A device with simulated hardware.
    ///
    /// # Errors
    /// When its data directory or settings cannot be used.
    pub fn open(config: Config) -> Result<Self, RunError> {
        Self::fitted(config, |_, _| {})
    }

    /// A device with simulated hardware, of which `fit` exchanges the pieces that a vendor has. What happens to those
    /// by itself goes into the sender.
    ///
    /// ```no_run
    /// use std::sync::Arc;
    ///
    /// use kandian_device::hardware::{Fault, Position, Ptz};
    /// use kandian_device::{Config, Station};
    /// use kandian_proto::value::{DevType, PtzDirection};
    ///
    /// struct Motor;
    ///
    /// impl Ptz for Motor {
    ///     fn drive(&self, channel: u16, direction: PtzDirection) -> Result<(), Fault> {
    ///         println!("channel {channel}: {direction}");
    ///         Ok(())
    ///     }
    ///
    ///     fn position(&self, _channel: u16) -> Position {
    ///         Position::default()
    ///     }
    ///
    ///     fn restore(&self, _channel: u16, _position: Position) {}
    /// }
    ///
    /// let config = Config::new(DevType::IPCAM, "81100000001".parse()?, "K7M2P9Q4", "camera-data");
    /// let station = Station::fitted(config, |hardware, _happenings| hardware.ptz = Arc::new(Motor))?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// When its data directory or settings cannot be used.
    pub fn fitted(config: Config, fit: impl FnOnce(&mut Hardware, &Happenings)) -> Result<Self, RunError> {
        let lock = lock(&config)?;
        let clock = Arc::new(Clock::start(config.offset_minutes));
        let built = Simulation::build(&config.data_dir, config.id, Arc::clone(&clock), &config.simulation);
        let (simulation, happenings) =
            built.map_err(|source| RunError::DataDir { path: config.data_dir.clone(), source })?;
        let mut hardware = simulation.hardware();
        fit(&mut hardware, simulation.happenings());
        Self::assemble(config, clock, hardware, Some(simulation), happenings, lock)
    }

    /// A device with hardware of a vendor. What happens by itself arrives through `happenings`, a channel of
    /// [`MOST_HAPPENINGS`](crate::hardware::MOST_HAPPENINGS). [`Absent`](crate::hardware::Absent) stands for a piece that it
    /// does not have, and [`Config::model`] says so.
    ///
    /// # Errors
    /// When its data directory or settings cannot be used.
    pub fn with_hardware(
        config: Config,
        hardware: Hardware,
        happenings: mpsc::Receiver<Happening>,
    ) -> Result<Self, RunError> {
        let lock = lock(&config)?;
        let clock = Arc::new(Clock::start(config.offset_minutes));
        Self::assemble(config, clock, hardware, None, happenings, lock)
    }

    fn assemble(
        config: Config,
        clock: Arc<Clock>,
        hardware: Hardware,
        simulation: Option<Simulation>,
        happenings: mpsc::Receiver<Happening>,
        lock: File,
    ) -> Result<Self, RunError> {
        let factory = State::factory(&config.model, config.id, onvif(&config));
        let (store, damage) = Store::open(&config.data_dir, &config.model, factory)?;
        let journal = Arc::new(Journal::new(&config.data_dir, Arc::clone(&clock)));
        let unit = Arc::new(Unit::new(config, store, hardware, simulation, clock, journal));
        if let Some(damage) = damage {
            let kept = damage.kept.display();
            note!(
                unit,
                error,
                "the settings are damaged ({}); they are kept as {kept}, and the device starts from the factory",
                damage.why
            );
        }
        Ok(Self { unit, happenings, _lock: lock })
    }

    /// A view of the device.
    #[must_use]
    pub fn handle(&self) -> Handle {
        Handle { unit: Arc::clone(&self.unit) }
    }

    #[cfg(test)]
    pub(crate) fn unit(self) -> Arc<Unit> {
        self.unit
    }

    /// Runs the device until `shutdown`.
    ///
    /// # Errors
    /// When the control socket cannot be opened.
    pub async fn run(self, shutdown: CancellationToken) -> Result<(), RunError> {
        let span = tracing::info_span!("device", id = %self.unit.config.id);
        self.run_in_span(shutdown).instrument(span).await
    }

    async fn run_in_span(mut self, shutdown: CancellationToken) -> Result<(), RunError> {
        let unit = self.unit;
        let control = if unit.config.control {
            Some(ctl::Server::open(&unit.config.data_dir).await.map_err(RunError::Control)?)
        } else {
            None
        };
        tokio::select! {
            () = boot::boots(&unit, &shutdown) => {}
            () = unit.follow_settings() => {}
            () = boot::happen(&unit, &mut self.happenings) => {}
            () = ctl::serve(control.as_ref(), &unit) => {}
            () = crate::wifi_setup::serve(&unit) => {}
        }
        unit.store.close().await;
        note!(unit, info, "switched off");
        Ok(())
    }
}

/// No two processes use one directory.
fn lock(config: &Config) -> Result<File, RunError> {
    let path = config.data_dir.clone();
    let fault = |source| RunError::DataDir { path: path.clone(), source };
    file::directory(&config.data_dir).map_err(fault)?;
    let lock = config.data_dir.join("lock");
    let mut file = file::private().create(true).write(true).truncate(false).open(lock).map_err(fault)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Err(RunError::InUse(path)),
        Err(TryLockError::Error(error)) => return Err(fault(error)),
    }
    // For people who wonder which process it is.
    file.set_len(0).and_then(|()| writeln!(file, "{}", std::process::id())).map_err(fault)?;
    Ok(file)
}

/// The ONVIF access of a camera, with a password that no other camera has. R-7.50
fn onvif(config: &Config) -> Option<Onvif> {
    const LETTERS: &[u8] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let mut random = rand::rng();
    let password: String =
        (0..12).map(|_| char::from(LETTERS[random.random_range(0..LETTERS.len())])).collect();
    (config.model.kind == DevType::IPCAM).then(|| Onvif::new(Port(config.onvif_port), "admin", password))
}
