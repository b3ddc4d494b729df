//! `serve`.

use std::io::Write;

use clap::Args;
use kandian_platform::config::Tls;
use kandian_platform::run::Platform;
use kandian_platform::service::create_token;
use kandian_platform::store::TokenRole;

use super::Failure;
use super::logging::{self, LogFormat};
use super::settings::{Usual, Where};

/// Runs the platform.
#[derive(Debug, Args)]
pub(crate) struct Serve {
    #[command(flatten)]
    place: Where,
    #[command(flatten)]
    usual: Usual,
    /// Form of the logs, which go to standard error; what is logged is in KANDIAN_LOG
    #[arg(long, value_enum, default_value_t, env = "KANDIAN_LOG_FORMAT")]
    log: LogFormat,
}

impl Serve {
    pub(crate) async fn run(self) -> Result<(), Failure> {
        let mut config = self.place.settings()?;
        self.usual.apply(&mut config);
        logging::start(self.log);
        // From the beginning: who is told to stop while he starts stops in order.
        let stop = tokio::spawn(stop_signal());
        let platform = Platform::start(config).await.map_err(|error| error.to_string())?;
        print_welcome(&platform).await?;
        stop.await.map_err(|error| error.to_string())?.map_err(|error| error.to_string())?;
        eprintln!("stopping");
        platform.stop().await;
        Ok(())
    }
}

async fn print_welcome(platform: &Platform) -> Result<(), Failure> {
    let app = platform.app();
    let scheme = if app.config.http.tls == Tls::Off { "http" } else { "https" };
    say(&format!("REST         {scheme}://{}/api/v1", platform.http()));
    say(&format!("device HTTP  http://{}/DeviceRegisterServlet", platform.device_http()));
    if let Some(access) = platform.access() {
        say(&format!("access       {access}"));
    }
    let tokens = app.store.tokens().await.map_err(|error| error.to_string())?;
    if tokens.is_empty() {
        let made = create_token(&app.store, "administrator", TokenRole::Admin, app.clock.wall(), None).await;
        let token = made.map_err(|error| error.to_string())?;
        say("\nThis is the first start. The administrator's token, shown this once:");
        say(&format!("  {}", token.reveal()));
        say("More tokens: kandian-platform token create --help");
    }
    Ok(())
}

/// A platform whose output nobody reads any more goes on.
fn say(line: &str) {
    let _ = writeln!(std::io::stdout(), "{line}");
}

/// Waits for Ctrl-C or SIGTERM.
async fn stop_signal() -> std::io::Result<()> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut terminate = signal(SignalKind::terminate())?;
        tokio::select! {
            interrupted = tokio::signal::ctrl_c() => interrupted,
            _ = terminate.recv() => Ok(()),
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await
}
