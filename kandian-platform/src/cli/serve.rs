//! `serve`.

use std::io::Write;

use clap::Args;
use kandian_platform::config::Tls;
use kandian_platform::run::Platform;
use kandian_platform::service::create_token;
use kandian_platform::store::TokenRole;

use super::failure::{Failure, text};
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
        let stop = StopSignal::catch().map_err(text)?;
        let platform = Platform::start(config).await.map_err(text)?;
        print_welcome(&platform).await?;
        stop.wait().await.map_err(text)?;
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
        say(&format!("clients      {scheme}://{}{}", platform.http(), kandian_platform::client::PATHS[0]));
    }
    if app.config.roles.group() {
        say(&format!("provinces    {scheme}://{}{}", platform.http(), kandian_platform::group::PATH));
    }
    let tokens = app.store.tokens().await.map_err(text)?;
    if tokens.is_empty() {
        let made = create_token(&app.store, "administrator", TokenRole::Admin, app.clock.wall(), None).await;
        let token = made.map_err(text)?;
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

/// Ctrl-C and SIGTERM, caught from the start: one that comes while the platform starts must not break it off.
struct StopSignal {
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
}

impl StopSignal {
    #[cfg(unix)]
    fn catch() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    #[cfg(not(unix))]
    fn catch() -> std::io::Result<Self> {
        Ok(Self {})
    }

    #[cfg(unix)]
    async fn wait(mut self) -> std::io::Result<()> {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
        Ok(())
    }

    #[cfg(not(unix))]
    async fn wait(self) -> std::io::Result<()> {
        tokio::signal::ctrl_c().await
    }
}
