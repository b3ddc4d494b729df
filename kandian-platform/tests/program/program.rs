//! The platform in a process of its own.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use kandian_platform::clock::Clock;
use kandian_platform::service::create_token;
use kandian_platform::store::{NewDevice, Origin, Store, TokenRole};
use kandian_proto::Secret;
use kandian_proto::value::{DevType, Manufacturer};

/// Longest wait for anything here; nothing depends on how long it takes.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

pub(crate) struct Program {
    child: Child,
    pub(crate) rest: SocketAddr,
    pub(crate) device_http: SocketAddr,
    pub(crate) access: SocketAddr,
    /// Kept open, so that the program can say more.
    _output: BufReader<ChildStdout>,
}

/// The program, about to serve this data directory on free ports.
pub(crate) fn serve(wrapper: &[String], data: &Path) -> Command {
    let program = env!("CARGO_BIN_EXE_kandian-platform");
    let mut words = wrapper.iter().map(String::as_str).chain([program]);
    let mut command = Command::new(words.next().unwrap());
    command.args(words).env_clear().stdin(Stdio::null());
    command.args(["serve", "--http", "127.0.0.1:0", "--device-http", "127.0.0.1:0"]);
    command.args(["--access", "127.0.0.1:0", "--advertise", "127.0.0.1", "--data-dir"]).arg(data);
    command
}

impl Program {
    /// Starts it; what it logs goes into a file.
    pub(crate) fn start(mut command: Command, logs: &Path) -> Self {
        let logs = std::fs::OpenOptions::new().create(true).append(true).open(logs).unwrap();
        let mut child = command.stdout(Stdio::piped()).stderr(logs).spawn().unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let mut listeners = Vec::new();
        while listeners.len() < 3 {
            let mut line = String::new();
            assert!(output.read_line(&mut line).unwrap() > 0, "it ended while it started");
            let address = line.split_whitespace().last().unwrap_or_default();
            let address = address.trim_start_matches("http://").split('/').next().unwrap_or_default();
            listeners.extend(address.parse::<SocketAddr>());
        }
        let [rest, device_http, access] = listeners[..] else { panic!("{listeners:?}") };
        Self { child, rest, device_http, access, _output: output }
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Memory that is the process's own, in bytes.
    pub(crate) fn memory(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        line.split_whitespace().next().unwrap().parse::<u64>().unwrap() * 1024
    }

    /// Tells it to end, and waits until it has.
    pub(crate) fn stop(mut self) -> Option<i32> {
        let pid = self.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
        let until = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.code();
            }
            assert!(Instant::now() < until, "it does not end");
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // When a test has failed; else it has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The administrator's token and a device, entered before the start.
pub(crate) fn prepared(data: &Path, device: &str, key: &str) -> String {
    on_runtime(async {
        let store = Store::open(data, None).await.unwrap();
        let clock = Clock::start();
        let token = create_token(&store, "test", TokenRole::Admin, clock.wall(), None).await.unwrap();
        let device = NewDevice {
            id: device.parse().unwrap(),
            key: Secret::from(key),
            dev_type: DevType::IPCAM,
            manufacturer: Manufacturer::new("811").unwrap(),
            model: "KD-1".to_owned(),
            name: String::new(),
            origin: Origin::Manual,
        };
        store.add_device(device, clock.wall()).await.unwrap();
        store.close().await;
        token.reveal().to_owned()
    })
}

pub(crate) fn on_runtime<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap().block_on(work)
}

/// A program of the system, where it is.
pub(crate) fn installed(name: &str) -> Option<PathBuf> {
    std::env::split_paths(&std::env::var_os("PATH")?)
        .map(|folder| folder.join(name))
        .find(|path| path.exists())
}
