//! Who is logged in.

use std::net::SocketAddr;
use std::sync::Arc;

use kandian_proto::session::platform::LinkEpoch;
use kandian_proto::session::{Addresses, Quirks};
use kandian_proto::time::UnixMillis;
use kandian_proto::value::{DevType, LoginResult, Manufacturer, NatType, NetType};
use kandian_proto::{DevId, Secret};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

use super::row::{flag, maybe, number, parsed, text_of};
use super::{Store, StoreError, UpnpState};

/// What a login says, as far as it is kept.
#[derive(Clone, Debug)]
pub struct Login {
    /// The device.
    pub device: DevId,
    /// Its firmware version.
    pub dev_ver: String,
    /// Where the link comes from..
    pub public_address: String,
    /// Where the device says it is.
    pub addresses: Addresses,
    /// The network it says it uses.
    pub net_type: NetType,
    /// The NAT it says is before it.
    pub nat_type: NatType,
}

/// What a login is decided by.
#[derive(Clone, Debug)]
pub struct LoginRecord {
    /// The key on record.
    pub key: Secret,
    /// Whether the device is refused whatever it presents.
    pub blocked: bool,
    /// What it is.
    pub dev_type: DevType,
    /// The manufacturer's code.
    pub manufacturer: Manufacturer,
    /// What an administrator chose to tolerate.
    pub quirks: Option<Quirks>,
    /// Where the link of its last accepted login came from; empty before the first.
    pub public_address: String,
}

/// That a device was heard of.
#[derive(Clone, Copy, Debug)]
pub struct Sighting {
    /// The device.
    pub device: DevId,
    /// The login it belongs to; of an older one nothing is taken over.
    pub epoch: LinkEpoch,
    /// When.
    pub at: UnixMillis,
    /// Where it says it is.
    pub addresses: Addresses,
    /// How many watch it, as it says.
    pub viewers: u16,
    /// Whether it is logged in still.
    pub online: bool,
}

impl Store {
    /// Decides a login by what is on record, and notes an accepted one, in one step: what comes back is on disk. The
    /// number of the login is higher than that of every login of this device before.
    ///
    /// # Errors
    ///
    /// When the database fails; then nothing is decided.
    pub async fn log_in<D>(
        &self,
        login: Login,
        now: UnixMillis,
        decide: D,
    ) -> Result<Result<(LinkEpoch, LoginRecord), LoginResult>, StoreError>
    where
        D: Fn(Option<&LoginRecord>) -> Result<(), LoginResult> + Send + Sync + 'static,
    {
        let shared = Arc::new((login, decide));
        self.writer
            .run(move |connection| {
                let shared = Arc::clone(&shared);
                Box::pin(async move {
                    let (login, decide) = &*shared;
                    let record = record(connection, login.device).await?;
                    if let Err(refusal) = decide(record.as_ref()) {
                        return Ok(Err(refusal));
                    }
                    let Some(record) = record else { return Ok(Err(LoginResult::UNKNOWN_DEVICE)) };
                    Ok(Ok((note_login(connection, login, now).await?, record)))
                })
            })
            .await
    }

    /// Notes what was heard of many devices.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn note_sightings(&self, sightings: Vec<Sighting>) -> Result<(), StoreError> {
        let sightings = Arc::new(sightings);
        self.writer
            .run(move |connection| {
                let sightings = Arc::clone(&sightings);
                Box::pin(async move {
                    for sighting in sightings.iter() {
                        note_sighting(connection, sighting).await?;
                    }
                    Ok(())
                })
            })
            .await
    }

    /// Notes whether the port at the router of a device lets anybody in, unless it has logged in again.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn note_upnp(
        &self,
        device: DevId,
        epoch: LinkEpoch,
        address: SocketAddr,
        state: UpnpState,
    ) -> Result<(), StoreError> {
        self.writer
            .run(move |connection| {
                Box::pin(async move {
                    let query =
                        "UPDATE devices SET upnp_address = $1, upnp_state = $2 WHERE id = $3 AND epoch = $4";
                    let query = sqlx::query(query).bind(address.to_string()).bind(state.text());
                    query.bind(device.to_string()).bind(signed(epoch)).execute(connection).await?;
                    Ok(())
                })
            })
            .await
    }

    /// The devices that were logged in when last written, and their logins: after a restart nobody knows yet whether
    /// they are.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn logged_in(&self) -> Result<Vec<(DevId, LinkEpoch)>, StoreError> {
        let rows =
            sqlx::query("SELECT id, epoch FROM devices WHERE online = 1").fetch_all(&self.read).await?;
        rows.iter().map(|row| Ok((parsed(row, "id")?, LinkEpoch(number(row, "epoch")?)))).collect()
    }

    /// Notes that devices are not logged in any more, unless they have logged in again.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn note_offline(&self, devices: Vec<(DevId, LinkEpoch)>) -> Result<(), StoreError> {
        let devices = Arc::new(devices);
        self.writer
            .run(move |connection| {
                let devices = Arc::clone(&devices);
                Box::pin(async move {
                    for (device, epoch) in devices.iter() {
                        let query = "UPDATE devices SET online = 0, viewers = 0 WHERE id = $1 AND epoch = $2";
                        let query = sqlx::query(query).bind(device.to_string()).bind(signed(*epoch));
                        query.execute(&mut *connection).await?;
                    }
                    Ok(())
                })
            })
            .await
    }
}

async fn record(connection: &mut AnyConnection, device: DevId) -> Result<Option<LoginRecord>, StoreError> {
    let query =
        "SELECT dev_key, blocked, dev_type, manufacturer, quirks, public_address FROM devices WHERE id = $1";
    let row = sqlx::query(query).bind(device.to_string()).fetch_optional(connection).await?;
    row.map(|row| read_record(&row)).transpose()
}

fn read_record(row: &AnyRow) -> Result<LoginRecord, StoreError> {
    Ok(LoginRecord {
        key: Secret::from(row.try_get::<String, _>("dev_key")?),
        blocked: flag(row, "blocked")?,
        dev_type: DevType(number(row, "dev_type")?),
        manufacturer: parsed(row, "manufacturer")?,
        quirks: maybe(row, "quirks")?,
        public_address: row.try_get("public_address")?,
    })
}

async fn note_login(
    connection: &mut AnyConnection,
    login: &Login,
    now: UnixMillis,
) -> Result<LinkEpoch, StoreError> {
    let row = sqlx::query(
        "UPDATE devices SET epoch = epoch + 1, online = 1, login_at = $1, seen_at = $1, dev_ver = $2, \
         public_address = $3, local_address = $4, upnp_address = $5, relay_address = $6, net_type = $7, nat_type = $8, \
         upnp_state = '' \
         WHERE id = $9 RETURNING epoch",
    )
    .bind(now.0)
    .bind(&login.dev_ver)
    .bind(&login.public_address)
    .bind(text_of(login.addresses.local))
    .bind(text_of(login.addresses.upnp))
    .bind(text_of(login.addresses.relay))
    .bind(i64::from(login.net_type.0))
    .bind(i64::from(login.nat_type.0))
    .bind(login.device.to_string())
    .fetch_one(connection)
    .await?;
    Ok(LinkEpoch(number(&row, "epoch")?))
}

async fn note_sighting(connection: &mut AnyConnection, sighting: &Sighting) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE devices SET seen_at = $1, online = $2, viewers = $3, local_address = $4, upnp_address = $5, \
         upnp_state = CASE WHEN upnp_address = $5 THEN upnp_state ELSE '' END, relay_address = $6 \
         WHERE id = $7 AND epoch = $8",
    )
    .bind(sighting.at.0)
    .bind(i64::from(sighting.online))
    .bind(i64::from(if sighting.online { sighting.viewers } else { 0 }))
    .bind(text_of(sighting.addresses.local))
    .bind(text_of(sighting.addresses.upnp))
    .bind(text_of(sighting.addresses.relay))
    .bind(sighting.device.to_string())
    .bind(signed(sighting.epoch))
    .execute(connection)
    .await?;
    Ok(())
}

/// Databases know no unsigned numbers; a device would have to log in 2^63 times.
fn signed(epoch: LinkEpoch) -> i64 {
    i64::try_from(epoch.0).unwrap_or(i64::MAX)
}
