//! In which order the program writes, as the kernel sees it. Needs `strace`; `.ci/traced.sh` brings it.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use kandian_proto::message::device::SetChannelRequest;
use kandian_proto::value::{BitRate, StreamType};
use tokio::process::Command as Process;

use crate::support::{KEY, Platform, id};

/// The steps between a command and its answer, each with the words of its system call. A new file beside the old one is
/// written and synced, takes its name, and the directory is synced; only then does the answer leave.
const STEPS: [(&str, &[&str]); 6] = [
    // What was read stands where the call ended, which another thread may have interrupted.
    ("the command is read", &["recvfrom", "SET_CHANNEL_REQ"]),
    ("a new file is written", &["write(", "state.json.new"]),
    ("it is synced", &["fsync(", "state.json.new"]),
    ("it takes the name of the old one", &["rename", "state.json.new", "state.json\""]),
    ("the directory is synced", &["fsync(", "/data>"]),
    ("the answer leaves", &["sendto(", "SET_CHANNEL_RES"]),
];

/// A change of settings is on the disk, file and name, before the platform is told that it is made.
#[tokio::test]
#[ignore = "needs strace; .ci/traced.sh runs it"]
async fn the_disk_comes_before_the_answer() {
    let (platform, directory) = (Platform::start().await, tempfile::tempdir().unwrap());
    let (data, record) = (directory.path().join("data"), directory.path().join("trace"));
    let calls = "trace=fsync,fdatasync,write,writev,sendto,sendmsg,read,recvfrom,rename,renameat,renameat2";
    // -D: the program stays our child, and the tracer is the one that is detached.
    let mut program = Process::new("strace");
    program.args(["-D", "-f", "-y", "-s", "400", "-e", calls, "-o"]).arg(&record);
    program.arg(env!("CARGO_BIN_EXE_kandian-device")).arg("run").arg("--data-dir").arg(&data);
    program.args(["--id", id().as_str(), "--province", platform.province().as_str()]);
    program.env("KANDIAN_DEVICE_KEY", KEY).kill_on_drop(true);
    program.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = program.spawn().unwrap();
    platform.until("login", |p| (p.counts().2 == 1).then_some(())).await;
    platform.yes(SetChannelRequest::new(id(), 0_u16, StreamType::MAIN).bit_rate(BitRate(2))).await;
    let pid = child.id().unwrap().to_string();
    assert!(std::process::Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
    tokio::time::timeout(Duration::from_secs(20), child.wait()).await.unwrap().unwrap();
    assert_order(&record);
}

fn assert_order(record: &Path) {
    let text = std::fs::read_to_string(record).unwrap();
    let lines: Vec<_> = text.lines().collect();
    let mut at = 0;
    for (step, words) in STEPS {
        let found = lines[at..].iter().position(|line| words.iter().all(|word| line.contains(word)));
        let found = found.unwrap_or_else(|| panic!("{step}: not after:\n{}", lines[at..].join("\n")));
        at += found;
        // One that was interrupted by another thread is over where it is resumed.
        if lines[at].ends_with("<unfinished ...>") && !words[0].starts_with("sendto") {
            let thread = lines[at].split_whitespace().next().unwrap();
            let call = words[0].trim_end_matches('(');
            let resumed =
                |line: &&str| line.starts_with(thread) && line.contains("resumed") && line.contains(call);
            at += lines[at..].iter().position(resumed).expect("it ends");
        }
        println!("{step}: line {at}: {}", lines[at].chars().take(160).collect::<String>());
    }
    // The answer was not sent before either.
    let answer = |line: &&&str| line.contains("SET_CHANNEL_RES") && line.contains("sendto(");
    assert_eq!(lines.iter().filter(answer).count(), 1);
}
