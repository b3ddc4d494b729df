//! Logs.

use std::io::IsTerminal;

use clap::ValueEnum;
use tracing_subscriber::EnvFilter;

/// The form of logs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogFormat {
    /// For people, one line for each event
    #[default]
    Text,
    /// For people who look for something: every field and span on lines of its own
    Pretty,
    /// One JSON object a line
    Json,
}

/// Logs to standard error. `KANDIAN_LOG` says what: `debug`, or `info,kandian_platform::access=debug`.
pub(crate) fn start(format: LogFormat) {
    let filter = EnvFilter::try_from_env("KANDIAN_LOG").unwrap_or_else(|_| EnvFilter::new("info,sqlx=warn"));
    // It writes whole messages at finer levels, passwords among them, whatever the variable says.
    let filter = match "rusmppc=warn".parse() {
        Ok(directive) => filter.add_directive(directive),
        Err(_) => filter,
    };
    let logs = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    match format {
        LogFormat::Text => logs.with_ansi(std::io::stderr().is_terminal()).init(),
        LogFormat::Pretty => logs.pretty().with_ansi(std::io::stderr().is_terminal()).init(),
        // The span of a device is the only one; a list of one would say it twice.
        LogFormat::Json => logs.json().flatten_event(true).with_span_list(false).init(),
    }
}
