//! What hostile peers cost a platform, measured: `cargo bench -p kandian-platform --bench hostile_load`.
//!
//! The platform runs in a process of its own with its default settings. Each attack goes on for some seconds while a
//! device that is logged in gets commands by REST; printed are the memory of the platform and how long the answers take.
//! `-- CONNECTIONS SECONDS` changes the 10,000 connections and the 15 seconds. Both processes need as many descriptors
//! as there are connections: `ulimit -n 20000`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod hostile;
// Shared with the tests, which use more of it.
#[allow(dead_code)]
#[path = "../tests/program/program.rs"]
mod program;

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use hostile::{ATTACKS, Field, Healthy};
use program::{Program, on_runtime, prepared, serve};

const CAMERA: &str = "81100000001";
const KEY: &str = "K7M2P9Q4";
/// The wait between two commands.
const PAUSE: Duration = Duration::from_millis(20);

fn main() {
    let mut numbers = std::env::args().skip(1).filter_map(|word| word.parse::<usize>().ok());
    let connections = numbers.next().unwrap_or(10_000);
    let seconds = numbers.next().unwrap_or(15);
    print_machine();
    let data = tempfile::tempdir().unwrap();
    let token = prepared(data.path(), CAMERA, KEY);
    let mut command = serve(&[], data.path());
    command.env("KANDIAN_LOG", "error");
    let program = Program::start(command, Path::new("/dev/stderr"));
    let field = Field { rest: program.rest, device_http: program.device_http, access: program.access };
    println!(
        "{:<34} {:>7} {:>9} {:>9} {:>8} {:>7} {:>7} {:>7}",
        "", "open", "made", "memory", "commands", "p50", "p99", "max"
    );
    on_runtime(async {
        let mut healthy = Healthy::log_in(field, CAMERA, KEY, &token).await;
        row("nobody hostile", &program, (0, 0), &measure(&mut healthy, seconds).await);
        for attack in ATTACKS {
            let hostile = attack.begin(field, connections);
            hostile.under_way().await;
            let times = measure(&mut healthy, seconds).await;
            row(attack.name, &program, (connections.min(attack.most), hostile.made()), &times);
        }
        tokio::time::sleep(Duration::from_secs(2)).await;
        row("afterwards", &program, (0, 0), &measure(&mut healthy, seconds).await);
        assert_eq!(healthy.end().await, 1, "the device had to log in again");
    });
    println!("the device stayed on one link from the beginning to the end");
    assert_eq!(program.stop(), Some(0));
}

/// Sends commands for so many seconds; how long their answers took.
async fn measure(healthy: &mut Healthy, seconds: usize) -> Vec<Duration> {
    let until = Instant::now() + Duration::from_secs(seconds as u64);
    let mut times = Vec::new();
    while Instant::now() < until {
        times.push(healthy.command().await);
        tokio::time::sleep(PAUSE).await;
    }
    times.sort_unstable();
    times
}

fn row(what: &str, program: &Program, (open, made): (usize, usize), times: &[Duration]) {
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize].as_secs_f64() * 1000.0;
    let memory = program.memory() as f64 / f64::from(1 << 20);
    println!(
        "{what:<34} {open:>7} {made:>9} {memory:>6.1} MB {:>8} {:>4.1} ms {:>4.1} ms {:>4.0} ms",
        times.len(),
        at(0.5),
        at(0.99),
        at(1.0)
    );
}

fn print_machine() {
    let said = |program: &str, words: &[&str]| {
        let output = Command::new(program).args(words).output();
        output.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned()).unwrap_or_default()
    };
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    println!(
        "{}, {cores} cores, commit {}",
        said("uname", &["-srm"]),
        said("git", &["rev-parse", "--short", "HEAD"])
    );
}
