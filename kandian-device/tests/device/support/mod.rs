//! A platform, an FTP server, and devices that do not wait as long as real ones.

pub(crate) mod film;
pub(crate) mod ftp;
pub(crate) mod platform;
pub(crate) mod rtsp;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use kandian_device::{Config, Handle, LinkPhase, RunError, Station, Status};
use kandian_proto::DevId;
use kandian_proto::time::Millis;
use kandian_proto::value::DevType;
use tempfile::TempDir;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

pub(crate) use self::platform::Platform;

/// The device key; a test looks for it where it must not be.
pub(crate) const KEY: &str = "K7M2P9Q4";
/// For everything that should happen soon.
pub(crate) const SOON: Duration = Duration::from_secs(20);

pub(crate) fn id() -> DevId {
    "81100000001".parse().unwrap()
}

/// A configuration of a device that is quick, without platform.
pub(crate) fn config(kind: DevType, directory: &Path) -> Config {
    let mut config = Config::new(kind, id(), KEY, directory);
    config.timing.reconnect = Millis(50);
    config.timing.reconnect_spread = Millis(50);
    config.timing.refused_login = Millis(200);
    config.timing.refused_login_spread = Millis(50);
    config.timing.registration = Millis(400);
    config.timing.registration_spread = Millis(50);
    config.simulation.boot = Duration::from_millis(50);
    config.simulation.wifi_connection = Duration::from_millis(100);
    config.wifi_setup = "127.0.0.1:0".parse().unwrap();
    (config.rtsp_port, config.rtsp_listen) = (0, std::net::Ipv4Addr::LOCALHOST.into());
    config
}

/// A device that runs.
pub(crate) struct Device {
    pub(crate) handle: Handle,
    shutdown: CancellationToken,
    running: JoinHandle<Result<(), RunError>>,
}

impl Device {
    pub(crate) fn start(config: Config) -> Self {
        Self::run(Station::open(config).unwrap())
    }

    pub(crate) fn run(station: Station) -> Self {
        let (handle, shutdown) = (station.handle(), CancellationToken::new());
        let running = tokio::spawn(station.run(shutdown.clone()));
        Self { handle, shutdown, running }
    }

    /// A camera or recorder that is online at a platform, with its data directory.
    pub(crate) async fn online(kind: DevType, platform: &Platform) -> (Self, TempDir) {
        let directory = tempfile::tempdir().unwrap();
        let device = Self::at(kind, platform, directory.path()).await;
        (device, directory)
    }

    /// The same in a directory that is there.
    pub(crate) async fn at(kind: DevType, platform: &Platform, directory: &Path) -> Self {
        let mut config = config(kind, directory);
        config.province = Some(platform.province());
        let device = Self::start(config);
        device.reaches(LinkPhase::Online).await;
        device
    }

    /// A device that shows a film and is online.
    pub(crate) async fn showing(
        platform: &Platform,
        film: &Arc<film::Film>,
        tune: impl FnOnce(&mut Config),
    ) -> (Self, TempDir) {
        let directory = tempfile::tempdir().unwrap();
        let mut config = config(DevType::IPCAM, directory.path());
        config.province = Some(platform.province());
        config.timing.heartbeat = Millis(200);
        tune(&mut config);
        let film = Arc::clone(film);
        let device = Self::run(Station::fitted(config, |hardware, _| hardware.video = film).unwrap());
        device.reaches(LinkPhase::Online).await;
        (device, directory)
    }

    /// Where it serves RTSP.
    pub(crate) async fn rtsp(&self) -> u16 {
        self.handle.status().await.rtsp_port.expect("RTSP is served")
    }

    /// Waits until this many watch.
    pub(crate) async fn watched_by(&self, viewers: usize) -> Status {
        self.until(&format!("{viewers} viewers"), |status| status.viewers.len() == viewers).await
    }

    /// Waits until something is the case.
    pub(crate) async fn until(&self, what: &str, is: impl Fn(&Status) -> bool) -> Status {
        for _ in 0..2000 {
            let status = self.handle.status().await;
            if is(&status) {
                return status;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("no {what}: {:?}", self.handle.status().await);
    }

    pub(crate) async fn reaches(&self, phase: LinkPhase) {
        let reached = tokio::time::timeout(SOON, self.handle.reaches(phase)).await;
        if reached.is_err() {
            panic!("not {phase:?} but {:?}", self.handle.status().await);
        }
    }

    /// Waits until the platform has confirmed every outcome.
    pub(crate) async fn owes_nothing(&self) {
        for _ in 0..400 {
            if self.handle.status().await.reports_owed == 0 {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("{:?}", self.handle.status().await);
    }

    /// Switches it off.
    pub(crate) async fn stop(self) {
        self.shutdown.cancel();
        tokio::time::timeout(SOON, self.running).await.unwrap().unwrap().unwrap();
    }
}

/// Waits until the log has a line with these words.
pub(crate) async fn logs(directory: &TempDir, words: &str) -> String {
    let log = || std::fs::read_to_string(directory.path().join("device.log")).unwrap_or_default();
    for _ in 0..1000 {
        let text = log();
        if let Some(line) = text.lines().find(|line| line.contains(words)) {
            return line.to_owned();
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("no line with {words:?} in:\n{}", log());
}
