use super::program::{Program, prepared, serve};
use super::wire::http;

/// Who the log says made requests without a token, each with one of these header lines.
fn peers(proxies: &str, heads: &[&str]) -> Vec<String> {
    let (data, logs) = (tempfile::tempdir().unwrap(), tempfile::NamedTempFile::new().unwrap());
    prepared(data.path(), "81100000001", "K7M2P9Q4");
    let settings = data.path().join("kandian.toml");
    std::fs::write(&settings, format!("[http]\ntrusted_proxies = {proxies}\n")).unwrap();
    let mut command = serve(&[], data.path());
    command.arg("--config").arg(&settings).args(["--log", "json"]).env("KANDIAN_LOG", "debug");
    let program = Program::start(command, logs.path());
    for head in heads {
        assert_eq!(http(program.rest, "GET", "/api/v1/devices", head, "").0, 401);
    }
    assert_eq!(program.stop(), Some(0));
    let logged = std::fs::read_to_string(logs.path()).unwrap();
    let lines = logged.lines().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
    let refused = lines.filter(|line| line["message"] == "a request without a token that counts");
    let peer = |line: serde_json::Value| line["peer"].as_str().unwrap().split(':').next().unwrap().to_owned();
    refused.map(peer).collect()
}

const HEADS: [&str; 4] = [
    "X-Forwarded-For: 203.0.113.9\r\n",
    "X-Forwarded-For: 198.51.100.7, 203.0.113.9\r\n",
    "Forwarded: for=198.51.100.7\r\n",
    "",
];

/// Who makes a request is read from the header of a trusted proxy, as far as that proxy wrote it.
#[test]
fn a_proxy_says_who_came() {
    let seen = peers("[\"127.0.0.1/32\"]", &HEADS);
    assert_eq!(seen, ["203.0.113.9", "203.0.113.9", "127.0.0.1", "127.0.0.1"]);
}

/// From everybody else it is ignored.
#[test]
fn nobody_else_does() {
    assert_eq!(peers("[\"192.0.2.0/24\"]", &HEADS), ["127.0.0.1"; 4]);
}
