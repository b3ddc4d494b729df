//! What a phone's most frequent call costs, measured: `cargo bench -p kandian-platform --bench client_load`.
//!
//! A platform with its default settings has an account with 50 cameras; connections that stay open ask for its list of
//! devices (§8.4) as fast as answers come. Beside it a bare handler of the same HTTP library answers with the same bytes: what it
//! takes is the price of the wire, and the rest is ours. Both run in processes of their own on one core, the callers on another,
//! in turns. Printed are calls in a second and how long they take.
//! `-- SECONDS CONNECTIONS` changes the 5 seconds of a turn and the 16 connections.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

// Shared with the tests, which use more of it.
#[allow(dead_code)]
#[path = "../tests/program/program.rs"]
mod program;

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use axum::Router;
use axum::http::header;
use axum::routing::post;
use kandian_platform::rules::Mobile;
use kandian_platform::service::accounts::{NewAccount, Passwords, open_account};
use kandian_platform::store::{AccountOrigin, NewDevice, Origin, Store};
use kandian_proto::time::UnixMillis;
use kandian_proto::value::{DevType, Manufacturer};
use kandian_proto::{DevId, Secret};
use program::{Program, installed, on_runtime, serve};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const ANNA: &str = "18912345678";
const PASSWORD: &str = "kaffee14";
const CAMERAS: u32 = 50;
const PATH: &str = "/MobileService";
/// Turns of each; the best of them counts, since other work on the machine only makes one slower.
const TURNS: usize = 3;
/// The word that makes this program the bare handler; the answer is in the file behind it.
const BARE: &str = "--bare";

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    if let [first, file, ..] = words.as_slice()
        && first == BARE
    {
        return on_runtime(bare(Path::new(file)));
    }
    let mut numbers = words.iter().filter_map(|word| word.parse::<usize>().ok());
    let (seconds, connections) = (numbers.next().unwrap_or(5), numbers.next().unwrap_or(16));
    print_machine();
    leave_core();
    let data = tempfile::tempdir().unwrap();
    on_runtime(fill(data.path()));
    let mut command = serve(&on_core(0), data.path());
    command.env("KANDIAN_LOG", "error");
    let platform = Program::start(command, Path::new("/dev/stderr"));
    let (call, answer) = on_runtime(logged_in(platform.rest));
    println!("{} cameras, an answer of {} bytes, {connections} connections", CAMERAS, answer.len());
    let file = data.path().join("answer.xml");
    std::fs::write(&file, &answer).unwrap();
    let bare = Bare::start(&file);
    let mut best = [Turn::default(); 2];
    println!("{:<10} {:>12} {:>9} {:>9} {:>9}", "", "calls/s", "p50", "p99", "max");
    for _ in 0..TURNS {
        for (at, (name, address)) in
            [("platform", platform.rest), ("bare", bare.address)].into_iter().enumerate()
        {
            let turn = on_runtime(turn(address, &call, answer.len(), connections, seconds));
            println!(
                "{name:<10} {:>12.0} {:>6.2} ms {:>6.2} ms {:>6.1} ms",
                turn.rate, turn.p50, turn.p99, turn.max
            );
            if turn.rate > best[at].rate {
                best[at] = turn;
            }
        }
    }
    let [ours, bare_best] = best;
    println!(
        "the platform answers {:.0} % of the calls that the bare handler answers; p99 is {:.1} times as long",
        100.0 * ours.rate / bare_best.rate,
        ours.p99 / bare_best.p99
    );
    drop(bare);
    assert_eq!(platform.stop(), Some(0));
}

/// What came of some seconds.
#[derive(Clone, Copy, Debug, Default)]
struct Turn {
    /// Calls in a second.
    rate: f64,
    /// Milliseconds.
    p50: f64,
    p99: f64,
    max: f64,
}

async fn turn(at: SocketAddr, call: &[u8], length: usize, connections: usize, seconds: usize) -> Turn {
    let began = Instant::now();
    let until = began + Duration::from_secs(seconds as u64);
    let callers = (0..connections).map(|_| {
        let call = call.to_vec();
        tokio::spawn(async move {
            let mut stream = connected(at).await;
            let mut times = Vec::new();
            while Instant::now() < until {
                let began = Instant::now();
                let answer = exchanged(&mut stream, &call).await;
                assert_eq!(answer.len(), length, "{}", String::from_utf8_lossy(&answer));
                times.push(began.elapsed());
            }
            times
        })
    });
    let callers: Vec<_> = callers.collect();
    let mut times = Vec::new();
    for caller in callers {
        times.extend(caller.await.unwrap());
    }
    let rate = times.len() as f64 / began.elapsed().as_secs_f64();
    times.sort_unstable();
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize].as_secs_f64() * 1000.0;
    Turn { rate, p50: at(0.5), p99: at(0.99), max: at(1.0) }
}

async fn connected(at: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(at).await.unwrap();
    stream.set_nodelay(true).unwrap();
    stream
}

/// Sends a call and reads its answer; the body.
async fn exchanged(stream: &mut TcpStream, call: &[u8]) -> Vec<u8> {
    stream.write_all(call).await.unwrap();
    let mut answer = Vec::with_capacity(32 << 10);
    let mut head = None;
    loop {
        assert!(stream.read_buf(&mut answer).await.unwrap() > 0, "the connection was closed");
        if head.is_none() {
            let end = answer.windows(4).position(|four| four == b"\r\n\r\n");
            head = end.map(|end| (end + 4, content_length(&answer[..end])));
        }
        if let Some((start, length)) = head
            && answer.len() >= start + length
        {
            return answer.split_off(start);
        }
    }
}

fn content_length(head: &[u8]) -> usize {
    let head = String::from_utf8_lossy(head).to_lowercase();
    assert!(head.starts_with("http/1.1 200"), "{head}");
    let (_, rest) = head.split_once("content-length: ").unwrap();
    rest.lines().next().unwrap().trim().parse().unwrap()
}

fn posted(body: &str) -> Vec<u8> {
    format!(
        "POST {PATH} HTTP/1.1\r\nHost: x\r\nContent-Type: text/xml; charset=utf-8\r\nSOAPAction: \"\"\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

fn enveloped(call: &str) -> String {
    format!(
        "<?xml version=\"1.0\"?><s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body>{call}</s:Body>\
         </s:Envelope>"
    )
}

/// The call for the list, and its answer.
async fn logged_in(at: SocketAddr) -> (Vec<u8>, Vec<u8>) {
    let mut stream = connected(at).await;
    let login = enveloped(&format!(
        "<MCU_LOGIN_REQ><Account>{ANNA}</Account><Password>{PASSWORD}</Password><Version>A-1.0</Version></MCU_LOGIN_REQ>"
    ));
    let answer = String::from_utf8(exchanged(&mut stream, &posted(&login)).await).unwrap();
    let session = answer.split("LoginSession>").nth(1).unwrap().split('<').next().unwrap();
    let call = posted(&enveloped(&format!(
        "<MCU_GET_DEVICES_REQ><Account>{ANNA}</Account><LoginSession>{session}</LoginSession></MCU_GET_DEVICES_REQ>"
    )));
    let answer = exchanged(&mut stream, &call).await;
    let count = String::from_utf8_lossy(&answer).matches("<Device>").count();
    assert_eq!(count, CAMERAS as usize);
    (call, answer)
}

/// An account that owns the cameras, each with what a camera reports.
async fn fill(data: &Path) {
    let (store, now) = (Store::open(data, None).await.unwrap(), UnixMillis(1_395_109_800_000));
    let number: Mobile = ANNA.parse().unwrap();
    let password = Some(Secret::from(PASSWORD));
    let account = NewAccount { number, password, device_limit: CAMERAS, origin: AccountOrigin::Admin };
    open_account(&store, &Passwords::default(), account, now).await.unwrap();
    for at in 0..CAMERAS {
        let id: DevId = format!("811{at:08}").parse().unwrap();
        let device = NewDevice {
            id,
            key: Secret::from("K7M2P9Q4"),
            dev_type: DevType::IPCAM,
            manufacturer: Manufacturer::new("811").unwrap(),
            model: "KD-IPC".to_owned(),
            name: format!("收银台 {at}"),
            origin: Origin::Manual,
        };
        store.add_device(device, now).await.unwrap();
        store.bind(id, number, now).await.unwrap();
        let report = serde_json::to_string(&report(id)).unwrap();
        store.put_capabilities(id, report, 1, now).await.unwrap();
    }
    store.close().await;
}

/// What `kandian-device` reports for a camera.
fn report(id: DevId) -> kandian_proto::message::device::AbilityUpRequest {
    use kandian_proto::message::device::{AbilityUpRequest, Video};
    use kandian_proto::value::{FrameSize, LocalStoreFlag, StreamType};
    let videos = [
        (StreamType::MAIN, FrameSize::HD_720P),
        (StreamType::MAIN, FrameSize::D1),
        (StreamType::MAIN, FrameSize::CIF),
        (StreamType::SUB, FrameSize::D1),
        (StreamType::SUB, FrameSize::CIF),
    ];
    AbilityUpRequest::new(id, 1_u16, LocalStoreFlag(1), 2_u16)
        .ptz_flag(true)
        .motion_detection_flag(true)
        .dido_alarm_flag(true)
        .videos(videos.map(|(stream, size)| Video::new(stream, size)).to_vec())
}

/// The handler that does nothing, in a process of its own.
struct Bare {
    child: Child,
    address: SocketAddr,
}

impl Bare {
    fn start(file: &Path) -> Self {
        let mut words = on_core(0);
        words.push(std::env::current_exe().unwrap().to_string_lossy().into_owned());
        let mut command = Command::new(words.remove(0));
        command.args(words).arg(BARE).arg(file);
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        Self { child, address: line.trim().parse().unwrap() }
    }
}

impl Drop for Bare {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

async fn bare(file: &Path) {
    let answer = axum::body::Bytes::from(std::fs::read(file).unwrap());
    let handler = move |_call: axum::body::Bytes| {
        let answer = answer.clone();
        async move { ([(header::CONTENT_TYPE, "text/xml;charset=UTF-8")], answer) }
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    println!("{}", listener.local_addr().unwrap());
    axum_server::from_tcp(listener.into_std().unwrap())
        .unwrap()
        .http1_only()
        .serve(Router::new().route(PATH, post(handler)).into_make_service())
        .await
        .unwrap();
}

/// What keeps a command to one core, when there are several: words to put before it. Counted before this process has left
/// one to the others.
fn on_core(core: usize) -> Vec<String> {
    static SEVERAL: OnceLock<bool> = OnceLock::new();
    let several =
        *SEVERAL.get_or_init(|| std::thread::available_parallelism().is_ok_and(|cores| cores.get() > 1));
    match installed("taskset").filter(|_| several) {
        Some(taskset) => vec![taskset.to_string_lossy().into_owned(), "-c".to_owned(), core.to_string()],
        None => Vec::new(),
    }
}

/// Keeps this process away from the core of the others; threads that are made later stay there with it.
fn leave_core() {
    if let [taskset, _, core] = on_core(1).as_slice() {
        let process = std::process::id().to_string();
        let output = Command::new(taskset).args(["-cp", core, &process]).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
}

fn print_machine() {
    let said = |program: &str, words: &[&str]| {
        let output = Command::new(program).args(words).output();
        output.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned()).unwrap_or_default()
    };
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    println!(
        "{}, {cores} cores, commit {}, load {}",
        said("uname", &["-srm"]),
        said("git", &["rev-parse", "--short", "HEAD"]),
        std::fs::read_to_string("/proc/loadavg").unwrap_or_default().trim()
    );
}
