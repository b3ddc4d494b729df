//! The example devices against the example platform, as programs over loopback.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

/// A program and the lines it prints; ended with the test.
struct Program {
    child: Child,
    lines: Receiver<String>,
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Program {
    fn start(path: &str, arguments: &[&str]) -> Self {
        let mut child = Command::new(path).args(arguments).stdout(Stdio::piped()).spawn().unwrap();
        let output: Box<dyn Read + Send> = Box::new(child.stdout.take().unwrap());
        let (sender, lines) = channel();
        thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    return;
                }
            }
        });
        Self { child, lines }
    }

    /// Waits for a line that holds a text.
    fn expect(&self, text: &str) -> String {
        let mut seen = Vec::new();
        while let Ok(line) = self.lines.recv_timeout(Duration::from_secs(30)) {
            if line.contains(text) {
                return line;
            }
            seen.push(line);
        }
        panic!("no line with {text:?} in {seen:#?}");
    }
}

/// registration, login, capabilities and the first heartbeat, over real sockets.
#[test]
fn both_loops_bring_a_device_online() {
    let platform = Program::start(
        env!("CARGO_BIN_EXE_platform_demo"),
        &["--http", "127.0.0.1:0", "--access", "127.0.0.1:0"],
    );
    let started = platform.expect("registration at");
    let province = started.split([' ', ',']).find(|word| word.starts_with("http://")).unwrap();
    for (path, id) in [
        (env!("CARGO_BIN_EXE_device_threads"), "81100000001"),
        (env!("CARGO_BIN_EXE_device_poll"), "81100000002"),
    ] {
        let device = Program::start(path, &["--province", province, "--id", id]);
        device.expect("online");
        platform.expect(&format!("{id} registers"));
        platform.expect("Login");
        platform.expect("AbilityUp");
        platform.expect(&format!("{id} is alive"));
        drop(device);
        platform.expect("is gone");
    }
}
