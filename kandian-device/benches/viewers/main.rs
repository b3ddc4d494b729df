//! What a viewer costs a device, measured: `cargo bench -p kandian-device --bench viewers`.
//!
//! A device serves one stream (CIF, 256 kbit/s) to 1, 50 and 200 viewers over TCP and over UDP. Beside it, in turns, the RTSP
//! server of GStreamer serves the same file. Servers have one core, viewers another. Printed are the processor time a viewer
//! costs (what 200 take more than 50, so that reading the file does not count), memory per viewer, and how long it takes from
//! the connection to the first whole picture. `-- SECONDS` changes the 10 seconds of a turn.
//!
//! Without GStreamer (Debian: python3-gi, gir1.2-gst-rtsp-server-1.0, gstreamer1.0-plugins-good and -bad) the device is
//! measured alone, and the last line says so.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::cast_precision_loss)]

mod film;
mod measure;
mod server;
mod viewer;

// Shared with the tests, which use more of it.
#[allow(dead_code)]
#[path = "../../tests/device/support/mod.rs"]
mod support;

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use measure::{cpu, memory, percentile, ticks};
use server::Server;
use viewer::{Got, Transport};

const CROWDS: [usize; 3] = [1, 50, 200];
/// Time for a server to forget those who left.
const PAUSE: Duration = Duration::from_secs(1);
/// What viewers wait for their first picture at most.
const PATIENCE: Duration = Duration::from_secs(15);
/// Viewers come one after the other, as they do in life; together they would measure one another.
const APART: Duration = Duration::from_millis(25);

/// What came of one turn.
struct Turn {
    /// Processor time of the server in a second, in milliseconds.
    cpu: f64,
    /// The share of it that is spent in the system.
    system: f64,
    memory: u64,
    /// Pictures in a second, of the viewer who got the fewest.
    pictures: f64,
    /// Milliseconds.
    first: [f64; 2],
}

fn main() {
    let seconds = std::env::args().find_map(|word| word.parse().ok()).unwrap_or(10);
    server::print_machine();
    server::leave_core();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        // Viewers in life are on other machines. Here a server would pay for waking them, so they never sleep.
        tokio::spawn(async {
            loop {
                tokio::task::yield_now().await;
            }
        });
        let film = film::shoot().await;
        let ours = Server::device(film.path(), film::RATE).await;
        let theirs = Server::gstreamer(film.path(), film::RATE);
        println!(
            "{:<14} {:<5} {:>7} {:>12} {:>12} {:>9} {:>10} {:>10} {:>10}",
            "", "", "viewers", "pictures/s", "CPU ms/s", "in system", "first p50", "p95", "memory"
        );
        for transport in [Transport::Tcp, Transport::Udp] {
            let device = crowds(&ours, transport, seconds).await;
            let foreign = match &theirs {
                Some(server) => Some(crowds(server, transport, seconds).await),
                None => None,
            };
            compare(transport, &device, foreign.as_deref());
        }
        if theirs.is_none() {
            println!("NOT COMPARED: GStreamer's RTSP server is not installed");
        }
    });
}

async fn crowds(server: &Server, transport: Transport, seconds: u64) -> Vec<Turn> {
    let mut turns = Vec::new();
    for count in CROWDS {
        let turn = turn(server, transport, count, seconds).await;
        println!(
            "{:<14} {:<5} {count:>7} {:>12.1} {:>12.2} {:>8.0}% {:>7.0} ms {:>7.0} ms {:>7} KB",
            server.name,
            format!("{transport:?}").to_uppercase(),
            turn.pictures,
            turn.cpu,
            turn.system * 100.0,
            turn.first[0],
            turn.first[1],
            turn.memory >> 10
        );
        turns.push(turn);
        tokio::time::sleep(PAUSE).await;
    }
    turns
}

async fn turn(server: &Server, transport: Transport, count: usize, seconds: u64) -> Turn {
    let viewers: Vec<Arc<Got>> = (0..count).map(|_| Arc::default()).collect();
    let mut tasks = tokio::task::JoinSet::new();
    for got in &viewers {
        tasks.spawn(viewer::watch(server.url(), transport, Arc::clone(got)));
        tokio::time::sleep(APART).await;
    }
    let started = viewer::all_started(&viewers, PATIENCE).await;
    if started < count {
        let why = tasks.try_join_next().map(Result::unwrap).unwrap_or_default();
        panic!("{started} of {count} viewers of {} got a picture; {why}", server.name);
    }
    let before: Vec<u64> = pictures(&viewers);
    let (spent, ticked) = (cpu(server.process()), ticks(server.process()));
    tokio::time::sleep(Duration::from_secs(seconds)).await;
    let spent = cpu(server.process()).saturating_sub(spent);
    let [own, system] = ticks(server.process());
    let [own, system] = [own - ticked[0], system - ticked[1]];
    let fewest = pictures(&viewers).iter().zip(before).map(|(after, before)| after - before).min().unwrap();
    let memory = memory(server.process());
    if let Some(why) = tasks.try_join_next() {
        panic!("a viewer of {} left: {}", server.name, why.unwrap());
    }
    let mut first: Vec<f64> =
        viewers.iter().map(|got| got.first.load(Ordering::Relaxed) as f64 / 1000.0).collect();
    Turn {
        cpu: spent.as_secs_f64() * 1000.0 / seconds as f64,
        system: system as f64 / (own + system).max(1) as f64,
        memory,
        pictures: fewest as f64 / seconds as f64,
        first: [percentile(&mut first, 0.5), percentile(&mut first, 0.95)],
    }
}

fn pictures(viewers: &[Arc<Got>]) -> Vec<u64> {
    viewers.iter().map(|got| got.pictures.load(Ordering::Relaxed)).collect()
}

/// What one more viewer costs, by the two larger crowds.
fn compare(transport: Transport, device: &[Turn], foreign: Option<&[Turn]>) {
    let more = (CROWDS[2] - CROWDS[1]) as f64;
    let slope = |turns: &[Turn]| (turns[2].cpu - turns[1].cpu) / more;
    let memory = |turns: &[Turn]| turns[2].memory.saturating_sub(turns[1].memory) as f64 / more / 1024.0;
    print!("  {transport:?}: a viewer costs {:.3} ms/s and {:.0} KB", slope(device), memory(device));
    match foreign {
        Some(foreign) => println!(
            "; with GStreamer {:.3} ms/s and {:.0} KB; ratio {:.2}",
            slope(foreign),
            memory(foreign),
            slope(device) / slope(foreign)
        ),
        None => println!(),
    }
}
