//! The devices on record.

use std::collections::BTreeSet;

use kandian_proto::session::Quirks;
use kandian_proto::session::platform::LinkEpoch;
use kandian_proto::time::UnixMillis;
use kandian_proto::value::{DevType, Manufacturer, NatType, NetType};
use kandian_proto::{DevId, Secret};
use serde::{Deserialize, Serialize};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

use super::row::{flag, maybe, named, number, parsed};
use super::{Store, StoreError};

/// How a device came on record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Origin {
    /// It registered, and the policy takes anybody in (E-35).
    Open,
    /// The group platform sent it.
    Group,
    /// An administrator entered it.
    Manual,
    /// It was in a list.
    Import,
}

impl Origin {
    const ALL: [(Self, &'static str); 4] =
        [(Self::Open, "open"), (Self::Group, "group"), (Self::Manual, "manual"), (Self::Import, "import")];

    fn text(self) -> &'static str {
        Self::ALL.iter().find(|(origin, _)| *origin == self).map_or("open", |(_, text)| text)
    }

    fn read(row: &AnyRow) -> Result<Self, StoreError> {
        let text: String = row.try_get("origin")?;
        let found = Self::ALL.iter().find(|(_, name)| *name == text);
        found.map(|(origin, _)| *origin).ok_or(StoreError::Corrupt { column: "origin", value: text })
    }
}

/// Whether the port that the router of a device forwards lets anybody in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UpnpState {
    /// It was not tried, and nobody is sent there.
    NotTried,
    /// It does.
    Open,
    /// It does not.
    Closed,
}

impl UpnpState {
    const ALL: [(Self, &'static str); 3] =
        [(Self::NotTried, ""), (Self::Open, "open"), (Self::Closed, "closed")];

    pub(super) fn text(self) -> &'static str {
        Self::ALL.iter().find(|(state, _)| *state == self).map_or("", |(_, text)| text)
    }
}

/// A device to put on record.
#[derive(Clone, Debug)]
pub struct NewDevice {
    /// Its id.
    pub id: DevId,
    /// Its key.
    pub key: Secret,
    /// What it is.
    pub dev_type: DevType,
    /// The manufacturer's code.
    pub manufacturer: Manufacturer,
    /// The model.
    pub model: String,
    /// A name for people.
    pub name: String,
    /// How it comes on record.
    pub origin: Origin,
}

/// A device on record.
#[derive(Clone, Debug, PartialEq)]
pub struct Device {
    /// Its id.
    pub id: DevId,
    /// Its key.
    pub key: Secret,
    /// What it is.
    pub dev_type: DevType,
    /// The manufacturer's code.
    pub manufacturer: Manufacturer,
    /// The model.
    pub model: String,
    /// The firmware version of its last login.
    pub dev_ver: String,
    /// A name for people.
    pub name: String,
    /// How it came on record.
    pub origin: Origin,
    /// Whether it is refused whatever it presents.
    pub blocked: bool,
    /// What an administrator chose to tolerate; `None`: by what is known of the manufacturer.
    pub quirks: Option<Quirks>,
    /// When it came on record.
    pub created_at: UnixMillis,
    /// When it registered last.
    pub registered_at: Option<UnixMillis>,
    /// The number of its last accepted login.
    pub epoch: LinkEpoch,
    /// When that was.
    pub login_at: Option<UnixMillis>,
    /// Whether it was logged in when last written.
    pub online: bool,
    /// When it was last heard of, within some seconds.
    pub seen_at: Option<UnixMillis>,
    /// The address its link came from..
    pub public_address: String,
    /// Where it says its RTSP server is, in its own network.
    pub local_address: String,
    /// The same at its router.
    pub upnp_address: String,
    /// Whether anybody gets in there.
    pub upnp_state: UpnpState,
    /// The same at the TURN server.
    pub relay_address: String,
    /// The network it says it uses.
    pub net_type: NetType,
    /// The NAT it says is before it.
    pub nat_type: NatType,
    /// How many watch it, as it says.
    pub viewers: u16,
    /// How many channels it reported.
    pub channels: u16,
}

/// Which devices to list.
#[derive(Clone, Debug, Default)]
pub struct DeviceFilter {
    /// Those whose id, name or model contains this.
    pub text: Option<String>,
    /// Those that are logged in, or are not.
    pub online: Option<bool>,
    /// Those of this type.
    pub dev_type: Option<DevType>,
    /// Those behind this one, in the order of ids.
    pub after: Option<DevId>,
    /// Most of them.
    pub limit: u32,
}

/// A page of devices.
#[derive(Clone, Debug, Default)]
pub struct Devices {
    /// The devices, in the order of their ids.
    pub items: Vec<Device>,
    /// How many there are on all pages.
    pub total: u64,
    /// Whether more follow.
    pub more: bool,
}

/// What an administrator changes; `None` leaves it as it is.
#[derive(Clone, Debug, Default)]
pub struct DeviceChange {
    /// A new key.
    pub key: Option<Secret>,
    /// A new name.
    pub name: Option<String>,
    /// Another type.
    pub dev_type: Option<DevType>,
    /// Refuse it, or take it in again.
    pub blocked: Option<bool>,
    /// What to tolerate; the inner `None` goes back to what is known of the manufacturer.
    pub quirks: Option<Option<Quirks>>,
}

/// Most devices in one statement, so that it has fewer parameters than databases allow.
const TOGETHER: usize = 500;

const COLUMNS: &str = "d.*, COALESCE(c.channels, 0) AS channels";
const TABLES: &str = "devices d LEFT JOIN capabilities c ON c.device = d.id";
/// `$1` is a pattern or empty, `$2` and `$3` a number or -1.
const CONDITION: &str = "($1 = '' OR d.id LIKE $1 OR LOWER(d.name) LIKE LOWER($1) OR LOWER(d.model) LIKE LOWER($1)) \
    AND ($2 < 0 OR d.online = $2) AND ($3 < 0 OR d.dev_type = $3)";

impl Store {
    /// Puts a device on record.
    ///
    /// # Errors
    ///
    /// [`StoreError::Exists`], and others when the database fails.
    pub async fn add_device(&self, device: NewDevice, now: UnixMillis) -> Result<(), StoreError> {
        self.writer
            .run(move |connection| {
                let device = device.clone();
                Box::pin(async move { insert(connection, &[device], now).await })
            })
            .await
    }

    /// Puts many devices on record, all or none.
    ///
    /// # Errors
    ///
    /// As [`add_device`](Self::add_device).
    pub async fn add_devices(&self, devices: Vec<NewDevice>, now: UnixMillis) -> Result<(), StoreError> {
        let devices = std::sync::Arc::new(devices);
        self.writer
            .run(move |connection| {
                let devices = std::sync::Arc::clone(&devices);
                Box::pin(async move { insert(connection, &devices, now).await })
            })
            .await
    }

    /// One device.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn device(&self, id: DevId) -> Result<Option<Device>, StoreError> {
        let query = format!("SELECT {COLUMNS} FROM {TABLES} WHERE d.id = $1");
        let row =
            sqlx::query(sqlx::AssertSqlSafe(query)).bind(id.to_string()).fetch_optional(&self.read).await?;
        row.map(|row| read(&row)).transpose()
    }

    /// Which of these devices are on record.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn on_record(&self, ids: &[DevId]) -> Result<BTreeSet<DevId>, StoreError> {
        let mut found = BTreeSet::new();
        for ids in ids.chunks(TOGETHER) {
            let places: Vec<_> = (1..=ids.len()).map(|at| format!("${at}")).collect();
            let query = format!("SELECT id FROM devices WHERE id IN ({})", places.join(", "));
            let mut query = sqlx::query(sqlx::AssertSqlSafe(query));
            for id in ids {
                query = query.bind(id.to_string());
            }
            for row in query.fetch_all(&self.read).await? {
                found.insert(parsed(&row, "id")?);
            }
        }
        Ok(found)
    }

    /// A page of devices.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn devices(&self, filter: &DeviceFilter) -> Result<Devices, StoreError> {
        let pattern = filter.text.as_deref().map(pattern).unwrap_or_default();
        let online = filter.online.map_or(-1, i64::from);
        let dev_type = filter.dev_type.map_or(-1, |dev_type| i64::from(dev_type.0));
        let total = format!("SELECT CAST(COUNT(*) AS BIGINT) AS total FROM {TABLES} WHERE {CONDITION}");
        let total = sqlx::query(sqlx::AssertSqlSafe(total)).bind(&pattern).bind(online).bind(dev_type);
        let total: u64 = number(&total.fetch_one(&self.read).await?, "total")?;
        let query =
            format!("SELECT {COLUMNS} FROM {TABLES} WHERE {CONDITION} AND d.id > $4 ORDER BY d.id LIMIT $5");
        let query = sqlx::query(sqlx::AssertSqlSafe(query)).bind(pattern).bind(online).bind(dev_type);
        let after = filter.after.map(|id| id.to_string()).unwrap_or_default();
        // One more tells whether there are more.
        let rows = query.bind(after).bind(i64::from(filter.limit) + 1).fetch_all(&self.read).await?;
        let mut items = rows.iter().map(read).collect::<Result<Vec<_>, _>>()?;
        let more = items.len() > filter.limit as usize;
        items.truncate(filter.limit as usize);
        Ok(Devices { items, total, more })
    }

    /// Changes a device; returns whether there is one.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn change_device(&self, id: DevId, change: DeviceChange) -> Result<bool, StoreError> {
        self.writer
            .run(move |connection| {
                let change = change.clone();
                Box::pin(async move { update(connection, id, change).await })
            })
            .await
    }

    /// Takes a device off the record, with all that belongs to it; returns whether there was one.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn remove_device(&self, id: DevId) -> Result<bool, StoreError> {
        self.writer
            .run(move |connection| {
                Box::pin(async move {
                    let gone = sqlx::query("DELETE FROM devices WHERE id = $1").bind(id.to_string());
                    Ok(gone.execute(connection).await?.rows_affected() > 0)
                })
            })
            .await
    }

    /// Notes that a device registered, and its model unless one was entered.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn note_registration(&self, id: DevId, model: &str, now: UnixMillis) -> Result<(), StoreError> {
        let model = model.replace('\0', "\u{FFFD}");
        self.writer
            .run(move |connection| {
                let model = model.clone();
                Box::pin(async move {
                    let query = sqlx::query(
                        "UPDATE devices SET registered_at = $1, model = CASE WHEN model = '' THEN $2 ELSE model END \
                         WHERE id = $3",
                    );
                    query.bind(now.0).bind(model).bind(id.to_string()).execute(connection).await?;
                    Ok(())
                })
            })
            .await
    }
}

impl Store {
    /// Notes what a device says of itself that was put on record unseen, and that it registered.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn note_first_registration(
        &self,
        device: NewDevice,
        now: UnixMillis,
    ) -> Result<(), StoreError> {
        self.writer
            .run(move |connection| {
                let device = device.clone();
                Box::pin(async move {
                    sqlx::query(
                        "UPDATE devices SET dev_type = $1, manufacturer = $2, model = $3, registered_at = $4 \
                         WHERE id = $5",
                    )
                    .bind(i64::from(device.dev_type.0))
                    .bind(device.manufacturer.as_str().to_owned())
                    .bind(device.model)
                    .bind(now.0)
                    .bind(device.id.to_string())
                    .execute(connection)
                    .await?;
                    Ok(())
                })
            })
            .await
    }
}

/// One statement for many: a list must not keep the writer of a platform that runs for long.
pub(super) async fn insert(
    connection: &mut AnyConnection,
    devices: &[NewDevice],
    now: UnixMillis,
) -> Result<(), StoreError> {
    const COLUMNS: usize = 8;
    for devices in devices.chunks(TOGETHER) {
        let row = |at: usize| {
            let places: Vec<_> = (1..=COLUMNS).map(|column| format!("${}", at * COLUMNS + column)).collect();
            format!("({})", places.join(", "))
        };
        let rows: Vec<_> = (0..devices.len()).map(row).collect();
        let query = format!(
            "INSERT INTO devices (id, dev_key, dev_type, manufacturer, model, name, origin, created_at) VALUES {}",
            rows.join(", ")
        );
        let mut query = sqlx::query(sqlx::AssertSqlSafe(query));
        for device in devices {
            query = query
                .bind(device.id.to_string())
                .bind(device.key.reveal())
                .bind(i64::from(device.dev_type.0))
                .bind(device.manufacturer.as_str())
                .bind(&device.model)
                .bind(&device.name)
                .bind(device.origin.text())
                .bind(now.0);
        }
        query.execute(&mut *connection).await?;
    }
    Ok(())
}

async fn update(connection: &mut AnyConnection, id: DevId, change: DeviceChange) -> Result<bool, StoreError> {
    // NULL keeps what is there. The types are named because PostgreSQL cannot guess that of a NULL.
    let done = sqlx::query(
        "UPDATE devices SET dev_key = COALESCE(CAST($1 AS TEXT), dev_key), \
         name = COALESCE(CAST($2 AS TEXT), name), dev_type = COALESCE(CAST($3 AS BIGINT), dev_type), \
         blocked = COALESCE(CAST($4 AS BIGINT), blocked), quirks = COALESCE(CAST($5 AS TEXT), quirks) WHERE id = $6",
    )
    .bind(change.key.map(|key| key.reveal().to_owned()))
    .bind(change.name)
    .bind(change.dev_type.map(|dev_type| i64::from(dev_type.0)))
    .bind(change.blocked.map(i64::from))
    .bind(change.quirks.map(|quirks| quirks.map(|q| q.to_string()).unwrap_or_default()))
    .bind(id.to_string())
    .execute(connection)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// A pattern for LIKE that matches texts with this one in them; its own wildcards are taken out.
fn pattern(text: &str) -> String {
    let plain: String = text.chars().filter(|c| !matches!(c, '%' | '_' | '\\')).collect();
    format!("%{plain}%")
}

fn read(row: &AnyRow) -> Result<Device, StoreError> {
    let time = |column| Ok::<_, StoreError>(row.try_get::<Option<i64>, _>(column)?.map(UnixMillis));
    Ok(Device {
        id: parsed(row, "id")?,
        key: Secret::from(row.try_get::<String, _>("dev_key")?),
        dev_type: DevType(number(row, "dev_type")?),
        manufacturer: parsed(row, "manufacturer")?,
        model: row.try_get("model")?,
        dev_ver: row.try_get("dev_ver")?,
        name: row.try_get("name")?,
        origin: Origin::read(row)?,
        blocked: flag(row, "blocked")?,
        quirks: maybe(row, "quirks")?,
        created_at: UnixMillis(row.try_get("created_at")?),
        registered_at: time("registered_at")?,
        epoch: LinkEpoch(number(row, "epoch")?),
        login_at: time("login_at")?,
        online: flag(row, "online")?,
        seen_at: time("seen_at")?,
        public_address: row.try_get("public_address")?,
        local_address: row.try_get("local_address")?,
        upnp_address: row.try_get("upnp_address")?,
        upnp_state: named(row, "upnp_state", &UpnpState::ALL)?,
        relay_address: row.try_get("relay_address")?,
        net_type: NetType(number(row, "net_type")?),
        nat_type: NatType(number(row, "nat_type")?),
        viewers: number(row, "viewers")?,
        channels: number(row, "channels")?,
    })
}
