//! The command line of the reference device.

mod cli;
mod control;

mod load;
mod logging;

use std::process::ExitCode;
use std::time::Duration;

use clap::Parser as _;
use kandian_device::Station;
use tokio::runtime::Builder;
use tokio_util::sync::CancellationToken;

use crate::cli::{Cli, Command, RunArgs};

/// How long work that cannot be interrupted may go on after the end: a write that a disk holds up.
const LAST_WRITES: Duration = Duration::from_secs(5);

/// Something failed.
const FAILURE: u8 = 1;
/// The program was started in a way that cannot work.
const USAGE: u8 = 2;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let runtime = match Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return failed(FAILURE, &error),
    };
    let code = runtime.block_on(async {
        match cli.command {
            Command::Run(args) => run(*args).await,
            Command::Ctl(args) => control::run(args).await,
            Command::Fleet(args) => load::run(args).await,
        }
    });
    runtime.shutdown_timeout(LAST_WRITES);
    code
}

fn failed(code: u8, why: &dyn std::fmt::Display) -> ExitCode {
    eprintln!("error: {why}");
    ExitCode::from(code)
}

async fn run(args: RunArgs) -> ExitCode {
    if let Err(error) = logging::start(&args.log, args.log_format) {
        return failed(USAGE, &error);
    }
    let config = match args.config() {
        Ok(config) => config,
        Err(problem) => return failed(USAGE, &problem),
    };
    if config.province.is_none() && config.group.is_none() {
        tracing::warn!(
            "neither --province nor --group is given; the device goes where it went before, if anywhere"
        );
    }
    let directory = config.data_dir.display().to_string();
    let (id, kind) = (config.id, config.model.kind);
    let station = match Station::open(config) {
        Ok(station) => station,
        Err(error) => return failed(FAILURE, &error),
    };
    println!("{} {id} keeps its data in {directory}", kind.name().unwrap_or("device"));
    println!("try: kandian-device ctl --data-dir {directory} status");
    let shutdown = CancellationToken::new();
    tokio::spawn(ends(shutdown.clone()));
    match station.run(shutdown).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => failed(FAILURE, &error),
    }
}

/// Ends the device on Ctrl-C and SIGTERM.
async fn ends(shutdown: CancellationToken) {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        match signal(SignalKind::terminate()) {
            Ok(mut terminate) => tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            },
            Err(_) => drop(tokio::signal::ctrl_c().await),
        }
    }
    #[cfg(not(unix))]
    drop(tokio::signal::ctrl_c().await);
    shutdown.cancel();
}
