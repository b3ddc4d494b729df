//! A platform, an account and a camera in this process, and the program beside it.

use std::path::Path;
use std::process::{Output, Stdio};
use std::time::Duration;

use kandian_device::{Config as DeviceConfig, Handle, LinkPhase, RunError, Station};
use kandian_platform::config::Config;
use kandian_platform::run::Platform;
use kandian_platform::service::accounts::{NewAccount, open_account};
use kandian_platform::store::{AccountOrigin, NewDevice, Origin};
use kandian_proto::Secret;
use kandian_proto::time::Millis;
use kandian_proto::value::{DevType, Manufacturer};
use serde_json::Value;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::process::Command;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

pub(crate) const OWNER: &str = "18900000001";
/// A test looks for it where it must not be.
pub(crate) const PASSWORD: &str = "Mcu-pass-77";
pub(crate) const CAMERA: &str = "81100000001";
/// Bound to the account, and never switched on.
pub(crate) const DARK: &str = "81100000009";
pub(crate) const KEY: &str = "K7M2P9Q4";
/// Longest wait for anything here; nothing depends on how long it takes.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) struct World {
    pub(crate) platform: Platform,
    pub(crate) directory: TempDir,
}

impl World {
    pub(crate) async fn start() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let mut config = Config { data_dir: directory.path().join("platform"), ..Config::default() };
        let free = "127.0.0.1:0".parse().unwrap();
        (config.http.listen, config.device_http.listen, config.access.listen) = (free, free, free);
        config.access.advertise = "127.0.0.1".parse().ok();
        // What an operator allows who has devices in his own network.
        config.access.probe_private = true;
        let platform = Platform::start(config).await.unwrap();
        let world = Self { platform, directory };
        world.account().await;
        world
    }

    /// The owner, with two cameras.
    async fn account(&self) {
        let app = self.platform.app();
        let account = NewAccount {
            number: OWNER.parse().unwrap(),
            password: Some(Secret::from(PASSWORD)),
            device_limit: 4,
            origin: AccountOrigin::Admin,
        };
        open_account(&app.store, &app.passwords, account, app.clock.wall()).await.unwrap();
        for id in [CAMERA, DARK] {
            let device = NewDevice {
                id: id.parse().unwrap(),
                key: Secret::from(KEY),
                dev_type: DevType::IPCAM,
                manufacturer: Manufacturer::new("811").unwrap(),
                model: "KD-1".to_owned(),
                name: String::new(),
                origin: Origin::Manual,
            };
            app.store.add_device(device, app.clock.wall()).await.unwrap();
            app.store.bind(id.parse().unwrap(), OWNER.parse().unwrap(), app.clock.wall()).await.unwrap();
        }
    }

    /// The camera, online.
    pub(crate) async fn camera(&self) -> Camera {
        let mut config = DeviceConfig::new(DevType::IPCAM, CAMERA.parse().unwrap(), KEY, self.path("camera"));
        config.province =
            Some(format!("http://{}/DeviceRegisterServlet", self.platform.device_http()).parse().unwrap());
        config.timing.reconnect = Millis(50);
        config.timing.reconnect_spread = Millis(50);
        config.simulation.boot = Duration::from_millis(50);
        // Which the system chooses: many cameras share loopback here.
        config.rtsp_port = 0;
        config.rtsp_listen = std::net::Ipv4Addr::LOCALHOST.into();
        config.wifi_setup = "127.0.0.1:0".parse().unwrap();
        let station = Station::open(config).unwrap();
        let (handle, stop) = (station.handle(), CancellationToken::new());
        let running = tokio::spawn(station.run(stop.clone()));
        let camera = Camera { handle, stop, running };
        let came = tokio::time::timeout(PATIENCE, camera.handle.reaches(LinkPhase::Online)).await;
        came.expect("online");
        camera
    }

    pub(crate) fn path(&self, name: &str) -> std::path::PathBuf {
        self.directory.path().join(name)
    }

    /// Sessions of the owner that the platform knows.
    pub(crate) async fn sessions(&self) -> usize {
        let app = self.platform.app();
        app.store.sessions_of(OWNER.parse().unwrap(), app.clock.wall()).await.unwrap().len()
    }

    /// A call of another client.
    pub(crate) async fn post(&self, body: &str) -> String {
        let mut stream = TcpStream::connect(self.platform.http()).await.unwrap();
        let length = body.len();
        let head = format!(
            "POST /MobileService HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n"
        );
        stream.write_all(format!("{head}{body}").as_bytes()).await.unwrap();
        let mut answer = String::new();
        tokio::time::timeout(PATIENCE, stream.read_to_string(&mut answer)).await.expect("an end").unwrap();
        answer
    }

    pub(crate) fn service(&self) -> String {
        format!("http://{}", self.platform.http())
    }

    /// Runs the program as the owner.
    pub(crate) async fn mcu(&self, args: &str) -> Run {
        self.mcu_with(PASSWORD, args).await
    }

    /// The same with another password.
    pub(crate) async fn mcu_with(&self, password: &str, args: &str) -> Run {
        let mut command = program(self.directory.path());
        command.env("KANDIAN_PLATFORM", self.service()).env("KANDIAN_ACCOUNT", OWNER);
        command.env("KANDIAN_PASSWORD", password).args(args.split_whitespace());
        finished(command).await
    }
}

/// The program, in an environment without settings; it ends with whoever started it.
pub(crate) fn program(directory: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mcu"));
    command.env_clear().env("LANG", "C").current_dir(directory);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    command
}

pub(crate) async fn finished(mut command: Command) -> Run {
    Run::from(tokio::time::timeout(PATIENCE, command.output()).await.expect("an end").unwrap())
}

/// What a run left behind.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) status: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl From<Output> for Run {
    fn from(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).unwrap();
        let run = Self {
            status: output.status.code().unwrap_or(-1),
            stdout: text(output.stdout),
            stderr: text(output.stderr),
        };
        assert!(!run.stdout.contains(PASSWORD) && !run.stderr.contains(PASSWORD), "{run:?}");
        run
    }
}

impl Run {
    /// That it did what it should; what it said.
    pub(crate) fn done(&self) -> &str {
        assert_eq!(self.status, 0, "{self:?}");
        &self.stdout
    }

    /// That it failed with this status, and said all this.
    pub(crate) fn failed(&self, status: i32, parts: &[&str]) {
        assert_eq!(self.status, status, "{self:?}");
        for part in parts {
            assert!(self.stderr.contains(part), "{part}: {self:?}");
        }
    }

    /// The JSON lines.
    pub(crate) fn json(&self) -> Vec<Value> {
        self.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

/// A camera that runs.
pub(crate) struct Camera {
    pub(crate) handle: Handle,
    stop: CancellationToken,
    running: JoinHandle<Result<(), RunError>>,
}

impl Camera {
    pub(crate) async fn off(self) {
        self.stop.cancel();
        tokio::time::timeout(PATIENCE, self.running).await.unwrap().unwrap().unwrap();
    }
}
