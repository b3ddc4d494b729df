//! Start and stop.

mod tidy;

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;

use crate::access;
use crate::app::App;
use crate::config::{Config, Problem};
use crate::local::{Claim, ClaimError, Endpoint};
use crate::province;
use crate::store::{Store, StoreError};
use crate::web::{self, TlsError};

/// How long devices have to come back after a restart, before they count as offline: what a silent link gets as well
///
const RETURN: Duration = Duration::from_secs(360);
/// How long the platform waits for its links when it stops.
const FAREWELL: Duration = Duration::from_secs(10);

/// Why a platform does not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// The settings cannot work.
    #[error("{}", list(.0))]
    Settings(Vec<Problem>),
    /// The data directory cannot be used.
    #[error(
        "the data directory {} cannot be used: {error}; free space there, give this user the right to write there, or name another with --data-dir",
        .path.display()
    )]
    DataDir {
        /// The directory.
        path: PathBuf,
        /// Why.
        error: std::io::Error,
    },
    /// Another platform uses it, or it cannot be written.
    #[error(transparent)]
    Claim(#[from] ClaimError),
    /// The database cannot be used.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The port for people and programs cannot be encrypted.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// A port cannot be listened on.
    #[error(
        "{key} = {address} cannot be listened on: {error}; stop what listens there (perhaps this platform runs already), or choose another address or port"
    )]
    Listen {
        /// The setting.
        key: &'static str,
        /// The address.
        address: SocketAddr,
        /// Why.
        error: std::io::Error,
    },
}

fn list(problems: &[Problem]) -> String {
    problems.iter().map(Problem::to_string).collect::<Vec<_>>().join("\n")
}

/// A platform that runs.
pub struct Platform {
    app: Arc<App>,
    http: SocketAddr,
    device_http: SocketAddr,
    access: Option<SocketAddr>,
    claim: Claim,
}

impl fmt::Debug for Platform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Platform");
        shown.field("device_http", &self.device_http).field("access", &self.access).finish_non_exhaustive()
    }
}

impl Platform {
    /// Starts everything the settings ask for. When this returns, devices can come.
    ///
    /// # Errors
    ///
    /// [`StartError`]; nothing runs then.
    pub async fn start(config: Config) -> Result<Self, StartError> {
        let problems = config.problems();
        if !problems.is_empty() {
            return Err(StartError::Settings(problems));
        }
        make_data_dir(&config.data_dir)?;
        let claim = Claim::take(&config.data_dir).await?;
        crate::metrics::start();
        let http = listen("http.listen", config.http.listen).await?;
        let device_http = listen("device_http.listen", config.device_http.listen).await?;
        let access = match config.roles.province() {
            true => Some(listen("access.listen", config.access.listen).await?),
            false => None,
        };
        let encryption = web::encryption(&config).await?;
        let fingerprint = web::fingerprint(&config)?;
        let store = Store::open(&config.data_dir, config.store.url.as_ref()).await?;
        let store = store.reporting(config.owes_reports());
        let app = App::new(config, store);
        await_devices(&app).await?;
        let address = |listener: &TcpListener| {
            listener.local_addr().unwrap_or_else(|_| SocketAddr::from(([0, 0, 0, 0], 0)))
        };
        let platform = Self {
            http: address(&http),
            device_http: address(&device_http),
            access: access.as_ref().map(address),
            app: Arc::clone(&app),
            claim,
        };
        app.tasks.spawn(web::serve(Arc::clone(&app), http, encryption));
        app.set_device_http_address(platform.device_http);
        app.tasks.spawn(access::serve_device_http(Arc::clone(&app), device_http));
        if let (Some(listener), Some(address)) = (access, platform.access) {
            app.set_access_address(address);
            app.tasks.spawn(access::serve_links(Arc::clone(&app), listener));
        }
        if app.config.roles.province() {
            app.tasks.spawn(crate::sms::run(Arc::clone(&app)));
        }
        if app.config.owes_reports() {
            app.tasks.spawn(province::report_addresses(Arc::clone(&app)));
            app.tasks.spawn(province::deliver_reports(Arc::clone(&app)));
        }
        app.tasks.spawn(write_sightings(Arc::clone(&app)));
        app.tasks.spawn(end_of_waiting(Arc::clone(&app)));
        app.tasks.spawn(tidy::hourly(Arc::clone(&app)));
        platform.announce(fingerprint)?;
        Ok(platform)
    }

    /// Tells programs of this machine where it is.
    fn announce(&self, certificate: Option<String>) -> Result<(), ClaimError> {
        let token = self.app.local.issue();
        let process = std::process::id();
        self.claim.announce(&Endpoint { process, rest: from_here(self.http), certificate, token })
    }

    /// Where people and programs come in.
    #[must_use]
    pub fn http(&self) -> SocketAddr {
        self.http
    }

    /// Where devices register and ask.
    #[must_use]
    pub fn device_http(&self) -> SocketAddr {
        self.device_http
    }

    /// Where devices log in.
    #[must_use]
    pub fn access(&self) -> Option<SocketAddr> {
        self.access
    }

    /// What its parts share.
    #[must_use]
    pub fn app(&self) -> &Arc<App> {
        &self.app
    }

    /// Stops: no new links, what is stored is answered, what waits is written.
    pub async fn stop(self) {
        self.claim.withdraw();
        self.app.stop.cancel();
        self.app.tasks.close();
        if tokio::time::timeout(FAREWELL, self.app.tasks.wait()).await.is_err() {
            tracing::warn!("some links did not end in time");
        }
        flush(&self.app).await;
        self.app.store.close().await;
    }
}

/// Makes the data directory for its owner alone: it holds the keys of the devices.
fn make_data_dir(path: &Path) -> Result<(), StartError> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    let usable = builder.create(path).and_then(|()| write_and_remove(&path.join(".start")));
    usable.map_err(|error| StartError::DataDir { path: path.to_owned(), error })
}

/// Writes as much as a small database takes: a disk that is full or read-only says so here, and by name, where a database
/// says that it cannot be opened.
fn write_and_remove(probe: &Path) -> std::io::Result<()> {
    let written = std::fs::write(probe, [0; 64 << 10]);
    let removed = std::fs::remove_file(probe);
    written.and(removed)
}

async fn listen(key: &'static str, address: SocketAddr) -> Result<TcpListener, StartError> {
    TcpListener::bind(address).await.map_err(|error| StartError::Listen { key, address, error })
}

/// How this machine reaches what listens there.
fn from_here(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, address.port())
}

/// Devices that were logged in are awaited, not offline.
async fn await_devices(app: &App) -> Result<(), StoreError> {
    let devices = app.store.logged_in().await?;
    if !devices.is_empty() {
        tracing::info!(devices = devices.len(), "waiting for devices that were online before the start");
    }
    app.registry.expect(devices);
    Ok(())
}

async fn end_of_waiting(app: Arc<App>) {
    tokio::select! {
        () = tokio::time::sleep(RETURN) => {}
        () = app.stop.cancelled() => return,
    }
    let gone = app.registry.give_up();
    if gone.is_empty() {
        return;
    }
    tracing::info!(devices = gone.len(), "did not come back after the start and count as offline");
    if let Err(error) = app.store.note_offline(gone).await {
        tracing::error!(%error, "offline devices could not be noted");
    }
}

async fn write_sightings(app: Arc<App>) {
    loop {
        tokio::select! {
            () = tokio::time::sleep(access::EVERY) => {
                flush(&app).await;
                crate::metrics::tidy();
            }
            () = app.stop.cancelled() => return,
        }
    }
}

async fn flush(app: &App) {
    let sightings = app.board.take();
    if sightings.is_empty() {
        return;
    }
    if let Err(error) = app.store.note_sightings(sightings).await {
        tracing::error!(%error, "when devices were last heard of could not be noted");
    }
}
