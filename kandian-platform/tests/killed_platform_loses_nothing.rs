//! The program is killed at random moments, 200 times, while it acknowledges changes; none of them is lost.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

const ROUNDS: u32 = 200;
const CLIENTS: usize = 3;
const PATIENCE: Duration = Duration::from_secs(20);

struct Program {
    child: Child,
    rest: SocketAddr,
    /// The administrator's token, which the first start shows.
    token: Option<String>,
    /// Kept open, so that the program can say more.
    _output: BufReader<ChildStdout>,
}

impl Program {
    fn start(data: &Path) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_kandian-platform"))
            .args([
                "serve",
                "--http",
                "127.0.0.1:0",
                "--device-http",
                "127.0.0.1:0",
                "--access",
                "127.0.0.1:0",
            ])
            .args(["--advertise", "127.0.0.1", "--data-dir"])
            .arg(data)
            .env("KANDIAN_LOG", "error")
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let mut rest = None;
        let mut token = None;
        // The token is the last that a first start shows, the access server the last of any other.
        let mut line = String::new();
        while output.read_line(&mut line).unwrap() > 0 {
            let line = std::mem::take(&mut line);
            let line = line.trim();
            if let Some(address) = line.strip_prefix("REST         http://") {
                rest = Some(address.trim_end_matches("/api/v1").parse().unwrap());
            } else if line.starts_with("access") && data.join("known").exists() {
                break;
            } else if let Some(found) = line.strip_prefix("kd_") {
                token = Some(format!("kd_{found}"));
                std::fs::write(data.join("known"), "").unwrap();
                break;
            }
        }
        Self { child, rest: rest.expect("the program says where it listens"), token, _output: output }
    }

    fn kill(mut self) {
        // SIGKILL: nothing is tidied up.
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

/// One request; `None` when the platform was killed before it answered.
fn ask(at: SocketAddr, token: &str, method: &str, path: &str, body: &str) -> Option<(u16, String)> {
    let mut stream = TcpStream::connect(at).ok()?;
    stream.set_read_timeout(Some(PATIENCE)).ok()?;
    let length = body.len();
    let head = format!(
        "{method} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).ok()?;
    stream.write_all(body.as_bytes()).ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    let (head, body) = answer.split_once("\r\n\r\n")?;
    Some((head.get(9..12)?.parse().ok()?, body.to_owned()))
}

fn ids(at: SocketAddr, token: &str) -> BTreeSet<String> {
    let mut ids = BTreeSet::new();
    let mut after = String::new();
    loop {
        let path = format!("/api/v1/devices?limit=500{after}");
        let (status, body) = ask(at, token, "GET", &path, "").expect("an answer");
        assert_eq!(status, 200, "{body}");
        let page: serde_json::Value = serde_json::from_str(&body).unwrap();
        let devices = page["devices"].as_array().unwrap();
        ids.extend(devices.iter().map(|device| device["id"].as_str().unwrap().to_owned()));
        match page["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => return ids,
        }
    }
}

#[test]
fn in_two_hundred_rounds() {
    let directory = tempfile::tempdir().unwrap();
    let seed = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_nanos() as u64;
    println!("seed {seed}");
    let mut random = seed;
    let next = AtomicU32::new(0);
    let acknowledged = Mutex::new(BTreeSet::new());
    let mut token = String::new();
    for round in 0..ROUNDS {
        let mut program = Program::start(directory.path());
        if let Some(first) = program.token.take() {
            token = first;
        }
        let (rest, token) = (program.rest, token.as_str());
        let killed = AtomicBool::new(false);
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let life = Duration::from_micros((random >> 33) % 60_000);
        let before = acknowledged.lock().unwrap().len();
        thread::scope(|scope| {
            for _ in 0..CLIENTS {
                scope.spawn(|| {
                    while !killed.load(Ordering::Relaxed) {
                        let id = format!("811{:08}", next.fetch_add(1, Ordering::Relaxed));
                        let body = format!("{{\"id\":\"{id}\",\"key\":\"K7M2P9Q4\"}}");
                        match ask(rest, token, "POST", "/api/v1/devices", &body) {
                            Some((201, _)) => drop(acknowledged.lock().unwrap().insert(id)),
                            Some((status, body)) => panic!("{status}: {body}"),
                            None => {}
                        }
                    }
                });
            }
            // At least one change a round; then any moment will do.
            let limit = Instant::now() + PATIENCE;
            while acknowledged.lock().unwrap().len() == before {
                assert!(Instant::now() < limit, "nothing is acknowledged");
                thread::sleep(Duration::from_micros(200));
            }
            thread::sleep(life);
            killed.store(true, Ordering::Relaxed);
            // The clients still wait for their last answers.
            program.kill();
        });
        if round % 20 == 19 {
            let program = Program::start(directory.path());
            let found = ids(program.rest, token);
            let lost: Vec<_> = acknowledged.lock().unwrap().difference(&found).cloned().collect();
            assert_eq!(lost, [""; 0], "lost in round {round}, seed {seed}");
            program.kill();
        }
    }
    let count = acknowledged.lock().unwrap().len();
    println!("{count} acknowledged changes in {ROUNDS} rounds, none lost");
    assert!(count >= ROUNDS as usize, "only {count} changes were made");
}
