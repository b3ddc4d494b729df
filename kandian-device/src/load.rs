//! `fleet`.

use std::process::ExitCode;
use std::time::Duration;

use kandian_device::fleet::{self, Options};
use kandian_device::settings::Kind;
use kandian_proto::Secret;
use tokio_util::sync::CancellationToken;

use crate::cli::FleetArgs;

/// Runs a fleet; live figures go to standard error, the summary to standard output.
pub(crate) async fn run(args: FleetArgs) -> ExitCode {
    let options = Options {
        connect: args.connect,
        count: args.count,
        first: args.id_base.0,
        key: Secret::from(args.key),
        kinds: args.kinds.into_iter().map(|Kind(kind)| kind).collect(),
        ramp: args.ramp,
        heartbeat: Duration::from_secs(args.heartbeat.max(1)),
        stay: Duration::from_secs(args.stay),
        spread: args.spread,
    };
    let stop = CancellationToken::new();
    tokio::spawn(crate::ends(stop.clone()));
    let count = args.count as u64;
    match fleet::run(options, stop, |line| eprintln!("{line}")).await {
        Ok(report) if args.json => {
            println!("{}", serde_json::to_string(&report).unwrap_or_default());
            done(report.online == count)
        }
        Ok(report) => {
            println!("{report}");
            done(report.online == count)
        }
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(crate::USAGE)
        }
    }
}

/// A fleet that is not whole at the end has failed.
fn done(whole: bool) -> ExitCode {
    if whole { ExitCode::SUCCESS } else { ExitCode::from(crate::FAILURE) }
}
