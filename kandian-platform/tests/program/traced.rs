//! In which order the program writes, as the kernel sees it. Needs `strace`; `.ci/traced.sh` brings it.

use std::ops::Range;
use std::path::Path;

use super::program::{Program, installed, prepared, serve};
use super::wire::{Camera, http, registration, rest};

const CAMERA: &str = "81100000001";
const KEY: &str = "K7M2P9Q4";

/// The system calls of a run, a line for each, where it began; one during which others happened has a second line where
/// it ended.
struct Trace(Vec<String>);

impl Trace {
    fn read(path: &Path) -> Self {
        let text = std::fs::read_to_string(path).unwrap();
        Self(text.lines().map(str::to_owned).collect())
    }

    /// The first call after `from` with all of these words.
    fn after(&self, from: usize, words: &[&str]) -> usize {
        let matching = |line: &String| words.iter().all(|word| line.contains(word));
        let found = self.0.iter().skip(from + 1).position(matching);
        let end = (from + 400).min(self.0.len());
        from + 1 + found.unwrap_or_else(|| panic!("no {words:?} after:\n{}", self.shown(from..end)))
    }

    fn shown(&self, lines: Range<usize>) -> String {
        let lines = self.0[lines].iter().map(|line| line.chars().take(160).collect::<String>());
        lines.collect::<Vec<_>>().join("\n")
    }

    /// Where a sync of the database's log ended well, after `from`.
    fn synced(&self, from: usize) -> usize {
        let began = self.after(from, &["sync(", "kandian.sqlite3-wal"]);
        if self.0[began].ends_with("= 0") {
            return began;
        }
        assert!(self.0[began].contains("<unfinished"), "{}", self.0[began]);
        let thread = self.0[began].split_whitespace().next().unwrap();
        let ended = self.after(began, &[thread, "sync resumed>"]);
        assert!(self.0[ended].ends_with("= 0"), "{}", self.0[ended]);
        ended
    }

    /// Asserts the order: what was asked is read, written to the database's log, synced, and only then answered.
    fn assert_synced_between(&self, question: &str, answer: &str) {
        let asked = self.after(0, &[question]);
        let written = self.after(asked, &["pwrite64(", "kandian.sqlite3-wal"]);
        let synced = self.synced(written);
        let answered = self.after(asked, &[answer]);
        assert!(
            asked < written && written < synced && synced < answered,
            "read {asked}, written {written}, synced {synced}, answered {answered}:\n{}",
            self.shown(asked..answered.max(synced) + 1)
        );
        println!("{question}: read in line {asked}, written {written}, synced {synced}, answered {answered}");
    }
}

/// A change by REST, a registration and a login: each is on the disk before anybody is told that it is.
#[test]
#[ignore = "needs strace; .ci/traced.sh runs it"]
fn the_disk_comes_before_the_answer() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("data");
    std::fs::create_dir(&data).unwrap();
    let token = prepared(&data, CAMERA, KEY);
    let strace = installed("strace").expect("strace is installed");
    let record = directory.path().join("trace");
    let calls = "trace=fsync,fdatasync,pwrite64,write,writev,sendto,sendmsg,read,recvfrom,recvmsg";
    // -D: the program stays our child, and the tracer is the one that is detached.
    let wrapper = [strace.to_str().unwrap(), "-D", "-f", "-y", "-s", "400", "-e", calls, "-o"];
    let wrapper: Vec<_> = wrapper.into_iter().chain(record.to_str()).map(str::to_owned).collect();
    let program = Program::start(serve(&wrapper, &data), &directory.path().join("logs"));
    let body = format!("{{\"id\":\"81100000002\",\"key\":\"{KEY}\"}}");
    assert_eq!(rest(program.rest, &token, "POST", "/api/v1/devices", &body).0, 201);
    let (_, answer) = http(program.device_http, "POST", "/", "", &registration("81100000003", KEY));
    assert!(answer.contains("<Result>0</Result>"), "{answer}");
    assert!(Camera::connect(program.access, CAMERA).login(KEY).contains("<Result>0</Result>"));
    assert_eq!(program.stop(), Some(0));
    let trace = Trace::read(&record);
    trace.assert_synced_between("POST /api/v1/devices", "HTTP/1.1 201 Created");
    trace.assert_synced_between("REGISTER_REQ", "<REGISTER_RES>");
    trace.assert_synced_between("LOGIN_REQ", "<LOGIN_RES>");
}
