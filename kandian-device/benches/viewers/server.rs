//! The two servers, each a process of its own on the first core.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::time::Duration;

use kandian_proto::message::device::SetChannelRequest;
use kandian_proto::value::{FrameRate, StreamType};
use tempfile::TempDir;

use crate::support::{KEY, Platform, id};

/// More than the largest crowd.
const PLACES: &str = "256";

/// A server, and how viewers get to its stream.
pub(crate) struct Server {
    pub(crate) name: &'static str,
    child: Child,
    way: Way,
}

enum Way {
    /// The same for all.
    Open(String),
    /// With a token for each, from this platform.
    Tokens { platform: Box<Platform>, base: String, _data: TempDir },
}

impl Server {
    /// The device, as its users start it, with the film as its camera.
    pub(crate) async fn device(film: &Path, rate: u8) -> Self {
        let (platform, data) = (Platform::start().await, tempfile::tempdir().unwrap());
        let mut command = on_core(0, Path::new(env!("CARGO_BIN_EXE_kandian-device")));
        command.arg("run").args(["--id", id().as_str(), "--province", platform.province().as_str()]);
        command.args(["--rtsp-port", "0", "--rtsp-viewers", PLACES, "--wifi-setup", "127.0.0.1:0"]);
        command
            .arg("--source")
            .arg(format!("0={}", film.display()))
            .arg("--data-dir")
            .arg(data.path())
            .env("KANDIAN_DEVICE_KEY", KEY);
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        platform.until("login", |platform| (platform.counts().2 == 1).then_some(())).await;
        // A raw film has no rate of its own: it is shown at that of the stream.
        let set = SetChannelRequest::new(id(), 0_u16, StreamType::MAIN).frame_rate(FrameRate(rate));
        platform.yes(set).await;
        let base = format!("rtsp://127.0.0.1:{}", rtsp_port(data.path()).await);
        Self {
            name: "kandian-device",
            child,
            way: Way::Tokens { platform: Box::new(platform), base, _data: data },
        }
    }

    /// GStreamer's, if it is installed.
    pub(crate) fn gstreamer(film: &Path, rate: u8) -> Option<Self> {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/viewers/gst_server.py");
        // Debian's Python has the bindings, others do not.
        let mut command = on_core(0, Path::new("/usr/bin/python3"));
        command.arg(script).arg(film).arg(rate.to_string());
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().ok()?;
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let url = line.trim().to_owned();
        if url.is_empty() {
            child.wait().unwrap();
            return None;
        }
        Some(Self { name: "GStreamer", child, way: Way::Open(url) })
    }

    pub(crate) fn process(&self) -> u32 {
        self.child.id()
    }

    /// For one viewer.
    pub(crate) fn url(&self) -> String {
        match &self.way {
            Way::Open(url) => url.clone(),
            Way::Tokens { platform, base, .. } => format!("{base}{}", platform.issue(0, StreamType::MAIN)),
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Whether there is more than one core. Counted before this process has left one to the others.
fn has_several_cores() -> bool {
    static SEVERAL: OnceLock<bool> = OnceLock::new();
    *SEVERAL.get_or_init(|| std::thread::available_parallelism().is_ok_and(|cores| cores.get() > 1))
}

/// A command that is kept to one core, when there are several.
fn on_core(core: usize, program: &Path) -> Command {
    match installed("taskset").filter(|_| has_several_cores()) {
        Some(taskset) => {
            let mut command = Command::new(taskset);
            command.arg("-c").arg(core.to_string()).arg(program);
            command
        }
        None => Command::new(program),
    }
}

/// Where the device serves RTSP, as it says itself.
async fn rtsp_port(data: &Path) -> u64 {
    for _ in 0..200 {
        let reply = kandian_device::ctl::send(data, kandian_device::ctl::Command::Status).await;
        if let Some(port) = reply.ok().and_then(|reply| reply["status"]["rtsp_port"].as_u64()) {
            return port;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the device serves no RTSP");
}

/// Leaves the first core to the servers, when there are several.
pub(crate) fn leave_core() {
    let (true, Some(taskset)) = (has_several_cores(), installed("taskset")) else {
        return println!("servers and viewers share their cores");
    };
    let others = std::thread::available_parallelism().map_or(1, usize::from) - 1;
    let own = std::process::id().to_string();
    let set = Command::new(taskset).args(["-a", "-c", "-p", &format!("1-{others}"), &own]).output().unwrap();
    assert!(set.status.success(), "{set:?}");
    println!("servers have the first core, viewers the others");
}

/// What all figures depend on.
pub(crate) fn print_machine() {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let cpus = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpus.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or_default();
    println!("{cores} x {}", model.trim_start_matches([':', ' ', '\t']));
}

/// Where a program is.
fn installed(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|directory| directory.join(name)).find(|file| file.is_file())
}
