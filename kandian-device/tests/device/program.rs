//! The program: started, killed, told to end, given wrong settings.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use kandian_device::ctl::{self, Command};
use kandian_proto::Response;
use kandian_proto::message::device::{GetChannelRequest, SetChannelRequest};
use kandian_proto::value::{BitRate, StreamType};
use tokio::process::{Child, Command as Process};

use crate::support::{KEY, Platform, id};

fn program() -> Process {
    let mut program = Process::new(env!("CARGO_BIN_EXE_kandian-device"));
    program.env_clear().kill_on_drop(true).stdin(Stdio::null());
    program
}

fn start(platform: &Platform, directory: &Path) -> Child {
    let mut program = program();
    program.arg("run").args(["--id", id().as_str(), "--province", platform.province().as_str()]);
    program.arg("--data-dir").arg(directory).env("KANDIAN_DEVICE_KEY", KEY);
    program.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

async fn bit_rate(platform: &Platform) -> u16 {
    let answer = platform.yes(GetChannelRequest::new(id(), 0_u16, StreamType::MAIN)).await;
    let Response::GetChannel(response) = answer else { panic!() };
    response.outcome.into_result().unwrap().bit_rate.0
}

/// A change that was acknowledged is there when the process is killed at that moment.
#[tokio::test]
async fn what_is_acknowledged_survives_a_kill() {
    let (platform, directory) = (Platform::start().await, tempfile::tempdir().unwrap());
    for rate in 1..=10 {
        let mut child = start(&platform, directory.path());
        let logins = usize::from(rate);
        platform.until("login", |p| (p.counts().2 == logins).then_some(())).await;
        if rate > 1 {
            assert_eq!(bit_rate(&platform).await, rate - 1);
        }
        let set = SetChannelRequest::new(id(), 0_u16, StreamType::MAIN).bit_rate(BitRate(rate));
        platform.yes(set).await;
        child.start_kill().unwrap();
        child.wait().await.unwrap();
    }
    let state = std::fs::read_to_string(directory.path().join("state.json")).unwrap();
    assert!(state.contains("\"bit_rate\": 10"), "{state}");
}

/// SIGTERM ends it cleanly: status 0, the link closed, the control socket gone.
#[cfg(unix)]
#[tokio::test]
async fn told_to_end() {
    let (platform, directory) = (Platform::start().await, tempfile::tempdir().unwrap());
    let mut child = start(&platform, directory.path());
    platform.until("login", |p| (p.counts().2 == 1).then_some(())).await;
    let reply = ctl::send(directory.path(), Command::Status).await.unwrap();
    assert_eq!(reply["status"]["id"], id().as_str());
    let pid = child.id().unwrap().to_string();
    assert!(std::process::Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
    let status = tokio::time::timeout(Duration::from_secs(10), child.wait()).await.unwrap().unwrap();
    assert_eq!(status.code(), Some(0));
    assert!(!directory.path().join("ctl.json").exists());
}

/// What the program says when it is started with these arguments, and its exit code.
async fn says(arguments: &[&str]) -> (Option<i32>, String) {
    let output = program().args(arguments).env("HOME", "/nonexistent").output().await.unwrap();
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

/// Wrong settings are refused with place, key and a suggestion, before anything is made.
#[tokio::test]
async fn wrong_settings() {
    let directory = tempfile::tempdir().unwrap();
    let (file, data) = (directory.path().join("device.toml"), directory.path().join("data"));
    let (path, data) = (file.to_str().unwrap(), data.to_str().unwrap());
    let cases = [
        (
            "kind = \"ipc\"\nprovnce = \"http://a/\"",
            ":2: provnce: there is no such setting; did you mean `province`?",
        ),
        ("kind = \"ncr\"", ":1: kind: \"ncr\" is none of ipc, nvr, dvr; did you mean `nvr`?"),
        ("\nprovince = \"127.0.0.1:8098/\"", ":2: province: not a URL; did you mean http://127.0.0.1:8098/?"),
        ("province = \"https://a/\"", ":1: province: "),
        ("kind = \"nvr\"\nptz = true", ":2: ptz: only a camera"),
        ("channels = 0", ":1: channels: a device has 1 to 256 channels"),
        ("channels = \"four\"", ":1: channels: invalid type"),
        ("manufacturer = \"812\"", ":1: manufacturer: the id 81100000001 does not begin with it (R-7.19)"),
        ("manufacturer = \"81\"", ":1: manufacturer: a manufacturer's code has 3 letters or digits"),
        ("model = \" KD\"", ":1: model: a model is text without blanks at its ends (R-7.18)"),
        ("gateway = \"router\"", ":1: gateway: \"router\" is neither an IPv4 address nor `refuses`"),
        ("picture = \"/nonexistent/shop.jpg\"", ":1: picture: /nonexistent/shop.jpg: No such file"),
        ("firmware = \"1.6\"", ":1: firmware: a version is V"),
        ("onvif-port = 0", ":1: onvif-port: a port is 1 to 65535"),
        ("rtsp-viewers = 0", ":1: rtsp-viewers: at least one may watch"),
        ("storage-mb = 0", ":1: storage-mb: "),
        ("offset-minutes = 9999", ":1: offset-minutes: "),
        ("key = \"a b\"", ":1: key: "),
        (
            "[[access-point]]\nssid = \"a\"\nsecurty = \"open\"",
            ":3: securty: there is no such setting; did you mean `security`?",
        ),
        ("kind = ", ":1: kind: "),
    ];
    for (text, expected) in cases {
        std::fs::write(&file, text).unwrap();
        let mut arguments = vec!["run", "--config", path, "--data-dir", data, "--id", "81100000001"];
        if !text.contains("key") {
            arguments.extend(["--key", KEY]);
        }
        let (code, said) = says(&arguments).await;
        assert_eq!(code, Some(2), "{text}: {said}");
        assert!(said.contains(&format!("{path}{expected}")), "{text}: {said}");
    }
    for (arguments, expected) in [
        (&["run", "--id", "81100000001"][..], "the device has no key"),
        (&["run", "--key", "k"], "which device is it?"),
        (&["run", "--id", "81100000001", "--key", "k", "--manufacturer", "812"], "--manufacturer: the id"),
        (
            &["run", "--id", "81100000001", "--key", "k", "--config", "/nonexistent/a.toml"],
            "/nonexistent/a.toml",
        ),
        (&["run", "--provnce", "http://a/"], "--province"),
        (&["ctl", "status"], "there is no device"),
        (&["fly"], "unrecognized subcommand"),
    ] {
        let (code, said) = says(arguments).await;
        assert_eq!(code, Some(2), "{arguments:?}: {said}");
        assert!(said.contains(expected), "{arguments:?}: {said}");
    }
    assert!(!Path::new(data).exists());
}

/// A directory that cannot be used is a failure that says so.
#[tokio::test]
async fn a_directory_that_is_none() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("file");
    std::fs::write(&file, "").unwrap();
    let data = file.to_str().unwrap();
    let (code, said) = says(&["run", "--id", "81100000001", "--key", KEY, "--data-dir", data]).await;
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("the data directory") && said.contains(data), "{said}");
    let (code, said) = says(&["ctl", "--data-dir", data, "status"]).await;
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("no device runs"), "{said}");
}
