//! Where everything is kept: SQLite in the data directory, or PostgreSQL; one code for both.
//!
//! All changes go through one writer, which commits many of them together; a change that has returned is on disk.
//! Reading uses connections of its own. Nothing above this module knows SQL.

mod accounts;
mod alarms;
mod audit;
mod bindings;
mod capabilities;
mod codes;
mod devices;
mod enrolments;
mod error;
mod exceptions;
mod firmware;
mod names;
mod notices;
mod orders;
mod outbox;
mod presence;
mod provinces;
mod releases;
mod row;
mod sessions;
mod short_messages;
mod subscriptions;
mod tokens;
mod writer;

pub use accounts::{Account, AccountChange, AccountOrigin, AccountState, Accounts};
pub use alarms::{Alarm, AlarmSearch, ExceptionReport, FoundAlarm, Notices, Page, Picture};
pub use audit::AuditEntry;
pub use bindings::{Bound, HeldDevice, Hold, MOST_SHARES, Right, Rights, Share};
pub use devices::{Device, DeviceChange, DeviceFilter, Devices, NewDevice, Origin, UpnpState};
pub use enrolments::{Enrolled, EnrolmentFilter, EnrolmentStep};
pub use error::StoreError;
pub use exceptions::ExceptionSearch;
pub use firmware::{Firmware, FirmwareFilter};
pub use names::{Named, Names};
pub use orders::{KEPT_ORDERS, Order};
pub use outbox::{AccountReport, ReportCounts, ReportKind};
pub use presence::{Login, LoginRecord, Sighting};
pub use provinces::{AddressReport, ProvinceRecord, ProvinceRemoval};
pub use releases::{Download, Release};
pub use sessions::{MOST_SESSIONS, Session};
pub use short_messages::{MessageKind, MessageState, NewMessage, Queued, Quota, Settled, ShortMessage};
pub use subscriptions::{Subscribed, Subscription, SubscriptionFilter};
pub use tokens::{Token, TokenRole};

use std::path::Path;
use std::time::Duration;

use kandian_proto::Secret;
use sqlx::AnyPool;
use sqlx::any::AnyPoolOptions;
use sqlx::migrate::Migrator;

use outbox::Outbox;
use writer::Writer;

static SQLITE: Migrator = sqlx::migrate!("migrations/sqlite");
static POSTGRES: Migrator = sqlx::migrate!("migrations/postgres");

/// The name of the database in the data directory.
pub const SQLITE_FILE: &str = "kandian.sqlite3";

/// Readers at a time. Reading is short; more of them would only compete for the same cores.
const READERS: u32 = 4;
/// How long a statement waits for another process that writes: a command of the command line, or a backup.
const BUSY_MS: u32 = 5_000;

/// Which database it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// SQLite, in this process.
    Sqlite,
    /// A PostgreSQL server.
    Postgres,
}

/// The store. Clones share it.
#[derive(Clone, Debug)]
pub struct Store {
    engine: Engine,
    read: AnyPool,
    writer: Writer,
    outbox: Outbox,
}

impl Store {
    /// Opens the database of the settings, makes it when it is not there, and brings its tables up to date.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when it cannot be opened, is of a later version, or cannot be written.
    pub async fn open(data_dir: &Path, url: Option<&Secret>) -> Result<Self, StoreError> {
        sqlx::any::install_default_drivers();
        let (engine, url) = match url {
            Some(url) => (Engine::Postgres, url.reveal().to_owned()),
            None => (Engine::Sqlite, sqlite_url(&data_dir.join(SQLITE_FILE))?),
        };
        let write = options(engine, 1).connect(&url).await.map_err(StoreError::opening)?;
        let migrator = match engine {
            Engine::Sqlite => &SQLITE,
            Engine::Postgres => &POSTGRES,
        };
        migrator.run(&write).await.map_err(StoreError::migrating)?;
        let read = options(engine, READERS).connect(&url).await.map_err(StoreError::opening)?;
        Ok(Self { engine, read, writer: Writer::start(engine, write), outbox: Outbox::default() })
    }

    /// Which database it is.
    #[must_use]
    pub fn engine(&self) -> Engine {
        self.engine
    }

    /// How many changes wait for the writer.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.writer.waiting()
    }

    /// Whether the database answers.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when not.
    pub async fn ping(&self) -> Result<(), StoreError> {
        sqlx::query("SELECT 1").execute(&self.read).await?;
        self.writer.run(|_| Box::pin(async { Ok(()) })).await
    }

    /// Finishes what waits and closes.
    pub async fn close(&self) {
        self.writer.close().await;
        self.read.close().await;
    }
}

fn sqlite_url(path: &Path) -> Result<String, StoreError> {
    let text = path.to_str().ok_or_else(|| StoreError::Path(path.to_owned()))?;
    // What has a meaning in a URL.
    let escaped: String = text
        .chars()
        .map(|c| match c {
            '%' | '?' | '#' => format!("%{:02X}", u32::from(c)),
            c => c.to_string(),
        })
        .collect();
    Ok(format!("sqlite://{escaped}?mode=rwc"))
}

fn options(engine: Engine, connections: u32) -> AnyPoolOptions {
    let options = AnyPoolOptions::new().max_connections(connections).acquire_timeout(Duration::from_secs(10));
    if engine == Engine::Postgres {
        return options;
    }
    // FULL: a commit that has returned survives a power cut. It is SQLite's default, and too important to rely on.
    let pragmas = format!(
        "PRAGMA busy_timeout = {BUSY_MS}; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
         PRAGMA foreign_keys = ON"
    );
    options.after_connect(move |connection, _| {
        let pragmas = pragmas.clone();
        Box::pin(async move {
            sqlx::raw_sql(sqlx::AssertSqlSafe(pragmas)).execute(connection).await?;
            Ok(())
        })
    })
}
