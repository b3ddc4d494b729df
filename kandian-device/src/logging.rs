//! What goes to standard error.

use std::io::{self, IsTerminal as _};

use tracing_subscriber::EnvFilter;

use crate::cli::LogFormat;

/// Starts logging.
///
/// # Errors
/// When the filter cannot be understood.
pub(crate) fn start(filter: &str, format: LogFormat) -> Result<(), String> {
    // The FTP library logs the commands it sends, passwords included.
    let filter = format!("{filter},suppaftp=off");
    let filter = EnvFilter::try_new(&filter).map_err(|error| format!("--log: {error}"))?;
    let logs = tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr);
    match format {
        LogFormat::Pretty => logs.with_target(false).with_ansi(io::stderr().is_terminal()).init(),
        LogFormat::Json => logs.json().with_span_list(false).init(),
    }
    Ok(())
}
