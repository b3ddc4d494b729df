//! A data directory, the program on it, and a platform of that program that runs.

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

/// Longest wait for anything here; nothing depends on how long it takes.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

pub(crate) const CAMERA: &str = "81100000001";
pub(crate) const KEY: &str = "K7M2P9Q4";

/// How a command ended.
#[derive(Debug)]
pub(crate) struct Done {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Done {
    /// The JSON objects of its output, one a line.
    pub(crate) fn json(&self) -> Vec<Value> {
        self.out
            .lines()
            .map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("{self:?}")))
            .collect()
    }
}

/// A data directory.
pub(crate) struct World {
    directory: TempDir,
}

impl World {
    pub(crate) fn new() -> Self {
        Self { directory: tempfile::tempdir().unwrap() }
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.directory.path().join("data")
    }

    /// A file beside the data directory.
    pub(crate) fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.directory.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_kandian-platform"));
        command.args(words).arg("--data-dir").arg(self.data());
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Runs a command to its end.
    pub(crate) fn run(&self, words: &[&str]) -> Done {
        self.run_with(words, "")
    }

    pub(crate) fn run_with(&self, words: &[&str], input: &str) -> Done {
        let mut child = self.command(words).spawn().unwrap();
        // A command that reads no input may be gone.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        let ended = child.wait_with_output().unwrap();
        Done {
            code: ended.status.code().unwrap_or(-1),
            out: String::from_utf8(ended.stdout).unwrap(),
            err: String::from_utf8(ended.stderr).unwrap(),
        }
    }

    /// The same while something else happens here, such as a camera that answers.
    pub(crate) fn start(&self, words: &[&str]) -> tokio::task::JoinHandle<Done> {
        let mut command = self.command(words);
        command.stdin(Stdio::null());
        tokio::task::spawn_blocking(move || {
            let ended = command.output().unwrap();
            Done {
                code: ended.status.code().unwrap_or(-1),
                out: String::from_utf8(ended.stdout).unwrap(),
                err: String::from_utf8(ended.stderr).unwrap(),
            }
        })
    }

    /// A command that does not end by itself.
    pub(crate) fn follow(&self, words: &[&str]) -> Running {
        let child = self.command(words).stderr(Stdio::null()).spawn().unwrap();
        Running::new(child)
    }

    /// A platform on free ports.
    pub(crate) fn serve(&self) -> Platform {
        self.serve_with("")
    }

    /// A platform with more settings, in TOML.
    pub(crate) fn serve_with(&self, settings: &str) -> Platform {
        let settings = self.file("kandian.toml", settings);
        let log = self.directory.path().join("log");
        let mut command = self.command(&["serve", "--log", "json", "--http", "127.0.0.1:0"]);
        command.args(["--device-http", "127.0.0.1:0", "--access", "127.0.0.1:0", "--advertise", "127.0.0.1"]);
        command.arg("--config").arg(settings).stderr(File::create(&log).unwrap());
        let mut program = Running::new(command.spawn().unwrap());
        let mut address = |start: &str| {
            let line = program.line();
            let line = line.strip_prefix(start).unwrap_or_else(|| panic!("{line} is not {start}"));
            let at = line.trim_start().rsplit("//").next().unwrap().split('/').next().unwrap();
            at.parse().unwrap()
        };
        let (rest, device_http, access) = (address("REST"), address("device HTTP"), address("access"));
        // The last thing that a start does; then commands find it.
        let limit = Instant::now() + PATIENCE;
        while !self.data().join("running.json").exists() {
            assert!(Instant::now() < limit, "the platform does not say where it is");
            std::thread::sleep(Duration::from_millis(5));
        }
        Platform { program, rest, device_http, access, log }
    }
}

/// A process that runs. It is ended with the test, by its id.
pub(crate) struct Running {
    child: Child,
    output: BufReader<ChildStdout>,
}

impl Running {
    fn new(mut child: Child) -> Self {
        let output = BufReader::new(child.stdout.take().unwrap());
        Self { child, output }
    }

    /// The next line it prints, without its end.
    pub(crate) fn line(&mut self) -> String {
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    }

    /// Waits for its end; the exit code and what it still printed.
    pub(crate) fn end(&mut self) -> (i32, String) {
        let mut rest = String::new();
        self.output.read_to_string(&mut rest).unwrap();
        (self.child.wait().unwrap().code().unwrap_or(-1), rest)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A platform that runs.
pub(crate) struct Platform {
    pub(crate) program: Running,
    pub(crate) rest: SocketAddr,
    pub(crate) device_http: SocketAddr,
    pub(crate) access: SocketAddr,
    log: PathBuf,
}

impl Platform {
    /// SIGTERM, and its end.
    pub(crate) fn stop(&mut self) {
        let id = self.program.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
        assert_eq!(self.program.end().0, 0);
    }

    /// SIGKILL: nothing is tidied up.
    pub(crate) fn kill(mut self) {
        self.program.child.kill().unwrap();
        self.program.child.wait().unwrap();
    }

    /// Its log so far, one JSON object a line.
    pub(crate) fn log(&self) -> Vec<Value> {
        let text = std::fs::read_to_string(&self.log).unwrap();
        text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
    }
}

/// A request in plain HTTP; the status and the body.
pub(crate) fn http(at: SocketAddr, head: &str, body: &str) -> (u16, String) {
    let mut stream = std::net::TcpStream::connect(at).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let length = body.len();
    let request = format!("{head}\r\nHost: x\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{body}");
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head[9..12].parse().unwrap(), body.to_owned())
}

/// What a platform has left in its data directory for commands.
pub(crate) fn left(data: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(data.join("running.json")).unwrap()).unwrap()
}
