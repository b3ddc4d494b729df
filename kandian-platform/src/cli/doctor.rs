//! `doctor`: what keeps a platform from working here, and how to fix it.

use std::io::ErrorKind;
use std::net::{SocketAddr, TcpListener, ToSocketAddrs};
use std::path::Path;

use clap::Args;
use kandian_platform::clock::Clock;
use kandian_platform::config::Config;
use kandian_platform::store::Store;
use kandian_proto::time::CHINA_OFFSET_MINUTES;

use super::Failure;
use super::client::Client;
use super::output;
use super::settings::{Usual, Where};

const EXAMPLE: &str = "\
Example:
  kandian-platform doctor --data-dir data --advertise cameras.example.cn

Give it the flags that `serve` gets. Exit code 1: something is to be done, and is said.";

/// Looks for what keeps the platform from working.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLE)]
pub(crate) struct Doctor {
    #[command(flatten)]
    place: Where,
    #[command(flatten)]
    usual: Usual,
    /// One JSON object a line
    #[arg(long)]
    json: bool,
}

/// What a look at one thing found.
struct Finding {
    what: &'static str,
    ok: bool,
    found: String,
    /// What to do about it; empty when nothing is to be done.
    remedy: &'static str,
}

impl Finding {
    fn new(what: &'static str, ok: bool, found: impl Into<String>, remedy: &'static str) -> Self {
        Self { what, ok, found: found.into(), remedy: if ok { "" } else { remedy } }
    }
}

/// 2020-01-01; a clock before it was never set.
const PLAUSIBLE: i64 = 1_577_836_800_000;

impl Doctor {
    pub(crate) async fn run(self) -> Result<(), Failure> {
        let mut config = self.place.settings()?;
        self.usual.apply(&mut config);
        let mut findings = Vec::new();
        for problem in config.problems() {
            findings.push(Finding::new(
                "settings",
                false,
                format!("{}: {}", problem.key, problem.what),
                problem.remedy,
            ));
        }
        findings.push(Finding::new("settings", config.problems().is_empty(), "read", ""));
        findings.push(data_dir(&config.data_dir));
        findings.push(database(&config).await);
        let running = running(&self.place);
        let runs = running.as_ref().is_some_and(|finding| finding.ok);
        findings.extend(running);
        for (what, address) in [
            ("port for people and programs", config.http.listen),
            ("port for registrations", config.device_http.listen),
            ("port for logins", config.access.listen),
        ] {
            findings.push(port(what, address, runs));
        }
        findings.push(advertised(&config));
        findings.push(clock());
        findings.extend(descriptors(config.access.max_links));
        print(&findings, self.json)?;
        match findings.iter().filter(|finding| !finding.ok).count() {
            0 => Ok(()),
            1 => Err("1 thing is to be done".into()),
            count => Err(format!("{count} things are to be done").into()),
        }
    }
}

fn print(findings: &[Finding], json: bool) -> Result<(), Failure> {
    for finding in findings {
        if json {
            let Finding { what, ok, found, remedy } = finding;
            output::json(&serde_json::json!({ "what": what, "ok": ok, "found": found, "remedy": remedy }))?;
            continue;
        }
        let mark = if finding.ok { "ok  " } else { "FIX " };
        output::line(&format!("{mark} {}: {}", finding.what, finding.found))?;
        if !finding.remedy.is_empty() {
            output::line(&format!("     → {}", finding.remedy))?;
        }
    }
    Ok(())
}

fn data_dir(path: &Path) -> Finding {
    let remedy = "name another with --data-dir, or give this user the right to write there";
    if !path.exists() {
        let found = format!("{} is not there yet; the first start makes it", path.display());
        return Finding::new("data directory", true, found, remedy);
    }
    // The only test of writing that counts is to write.
    let probe = path.join(".doctor");
    let written = std::fs::write(&probe, b"x").and_then(|()| std::fs::remove_file(&probe));
    match written {
        Ok(()) => Finding::new("data directory", true, format!("{} can be written", path.display()), remedy),
        Err(error) => Finding::new("data directory", false, format!("{}: {error}", path.display()), remedy),
    }
}

async fn database(config: &Config) -> Finding {
    if config.store.url.is_none() && !config.data_dir.exists() {
        return Finding::new("database", true, "the first start makes it", "");
    }
    let opened = Store::open(&config.data_dir, config.store.url.as_ref()).await;
    match opened {
        Ok(store) => {
            store.close().await;
            Finding::new("database", true, "opens and answers", "")
        }
        Err(error) => Finding::new(
            "database",
            false,
            error.to_string(),
            "check the URL, the server and the free space of the disk; a database of a later version needs that version",
        ),
    }
}

/// The platform that runs on the data directory; nothing when none does.
fn running(place: &Where) -> Option<Finding> {
    match Client::find(place) {
        Ok(None) => None,
        Ok(Some(client)) => {
            let found = format!("process {} serves {}", client.process(), client.address());
            Some(Finding::new("platform", true, found, ""))
        }
        Err(failure) => {
            let remedy = "use its account, and look at its log";
            Some(Finding::new("platform", false, failure.to_string(), remedy))
        }
    }
}

fn port(what: &'static str, address: SocketAddr, runs: bool) -> Finding {
    match TcpListener::bind(address) {
        Ok(_) => Finding::new(what, true, format!("{address} is free"), ""),
        // Most likely by the one that was found.
        Err(error) if runs && error.kind() == ErrorKind::AddrInUse => {
            Finding::new(what, true, format!("{address} is in use, and a platform runs here"), "")
        }
        Err(error) => Finding::new(
            what,
            false,
            format!("{address}: {error}"),
            "stop what listens there (perhaps this platform runs already), or choose another port",
        ),
    }
}

fn advertised(config: &Config) -> Finding {
    let what = "advertised address";
    let remedy = "set --advertise to the name or address under which devices reach this machine";
    let host = match &config.access.advertise {
        Some(host) => host.to_string(),
        None => config.access.reachable_ip().to_string(),
    };
    let Ok(mut found) = (host.as_str(), config.access.listen.port()).to_socket_addrs() else {
        return Finding::new(what, false, format!("{host} is no address and no known name"), remedy);
    };
    let loopback = found.all(|address| address.ip().is_loopback());
    let open = !config.access.listen.ip().is_loopback();
    // A platform that listens on loopback alone is for devices on this machine.
    Finding::new(what, !(loopback && open), format!("devices are told {host}"), remedy)
}

fn clock() -> Finding {
    let now = Clock::start().wall();
    let shown = output::date_and_time(now, CHINA_OFFSET_MINUTES);
    let remedy = "set the clock, best by NTP: devices set theirs by it (E-14)";
    Finding::new("clock", now.0 > PLAUSIBLE, format!("{shown} in China"), remedy)
}

/// How many files and connections a process may have, where the system tells.
fn descriptors(links: usize) -> Option<Finding> {
    let limits = std::fs::read_to_string("/proc/self/limits").ok()?;
    let line = limits.lines().find(|line| line.starts_with("Max open files"))?;
    let most: usize = line.split_whitespace().nth(3)?.parse().ok()?;
    let needed = links + 256;
    let found = format!("{most} allowed, {needed} needed for access.max_links = {links}");
    let remedy = "raise it (ulimit -n, or LimitNOFILE= of the service), or lower access.max_links";
    Some(Finding::new("open files", most >= needed, found, remedy))
}
