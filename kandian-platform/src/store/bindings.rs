//! Who owns a device, and who else may use it.

use std::fmt;

use kandian_proto::enrolment::{Addition, Known, WhyNot, add_after_claim};
use kandian_proto::time::UnixMillis;
use kandian_proto::value::DeviceUseResult;
use kandian_proto::{DevId, Secret};
use serde::{Deserialize, Serialize};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

use super::devices::insert;
use super::row::{flag, parsed};
use super::{NewDevice, Store, StoreError};
use crate::rules::Mobile;

/// One thing that a device may be used for by somebody who does not own it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Right {
    /// See live pictures.
    Watch,
    /// Turn the camera.
    Steer,
    /// See recordings.
    Playback,
    /// Read and receive alarms.
    Alarms,
}

/// What a device may be used for by somebody who does not own it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rights(u8);

impl Right {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Watch, Self::Steer, Self::Playback, Self::Alarms];

    const fn bit(self) -> u8 {
        1 << self as u8
    }

    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Watch => "watch",
            Self::Steer => "steer",
            Self::Playback => "playback",
            Self::Alarms => "alarms",
        }
    }
}

impl Rights {
    /// Everything that can be shared.
    pub const ALL: Self = Self(0b1111);

    /// Each of them.
    pub fn each(self) -> impl Iterator<Item = Right> {
        Right::ALL.into_iter().filter(move |right| self.has(*right))
    }

    /// Whether this is among them.
    #[must_use]
    pub const fn has(self, right: Right) -> bool {
        self.0 & right.bit() != 0
    }
}

impl FromIterator<Right> for Rights {
    fn from_iter<I: IntoIterator<Item = Right>>(rights: I) -> Self {
        Self(rights.into_iter().fold(0, |bits, right| bits | right.bit()))
    }
}

impl fmt::Display for Rights {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut separator = "";
        for right in self.each() {
            write!(f, "{separator}{}", right.name())?;
            separator = ",";
        }
        Ok(())
    }
}

impl std::str::FromStr for Rights {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let named = |name: &str| Right::ALL.into_iter().find(|right| right.name() == name).ok_or(());
        text.split(',').filter(|name| !name.is_empty()).map(named).collect()
    }
}

/// How an attempt to bind a device ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    /// The device is the account's now.
    Now,
    /// It has been all along.
    Already,
    /// It is somebody else's.
    ToAnother,
    /// The account has as many as it may (E-168).
    LimitMet,
    /// There is no such device or account.
    NotOnRecord,
}

/// How an account holds a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hold {
    /// It owns it.
    Owner,
    /// The owner shares it.
    Guest(Rights),
}

impl Hold {
    /// Whether the device may be used for this.
    #[must_use]
    pub const fn allows(self, right: Right) -> bool {
        match self {
            Self::Owner => true,
            Self::Guest(rights) => rights.has(right),
        }
    }
}

/// Somebody with whom a device is shared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Share {
    /// The device.
    pub device: DevId,
    /// With whom.
    pub account: Mobile,
    /// For what.
    pub rights: Rights,
    /// Until when; `None`: until it is taken back.
    pub expires_at: Option<UnixMillis>,
}

/// A device that an account holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldDevice {
    /// Its id.
    pub id: DevId,
    /// How.
    pub hold: Hold,
    /// What an administrator calls it; may be empty.
    pub name: String,
    /// Its last capability report: the JSON twin, with the secrets in it.
    pub report: Option<String>,
}

/// Most guests of a device; whoever needs more needs accounts for staff, not for guests.
pub const MOST_SHARES: i64 = 50;

/// What an account holds: its own devices, then the shared ones, each by id. `$1` is the account, `$2` the moment.
const HELD: &str = "SELECT device, CAST(1 AS BIGINT) AS own, '' AS rights FROM bindings WHERE account = $1 \
    UNION ALL SELECT device, CAST(0 AS BIGINT) AS own, rights FROM shares \
    WHERE account = $1 AND (expires_at IS NULL OR expires_at > $2)";

impl Store {
    /// Binds a device to an account.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn bind(&self, device: DevId, account: Mobile, now: UnixMillis) -> Result<Bound, StoreError> {
        self.writer
            .run(move |connection| Box::pin(async move { bind(connection, device, account, now).await }))
            .await
    }

    /// Stores a device that the group platform has just given to this platform, and binds it to an account, in one step
    /// (§6.5). Whoever was quicker meanwhile counts: the device itself, or another user. Where the account has no room left,
    /// the device is stored and nobody's.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn bind_claimed(
        &self,
        device: NewDevice,
        account: Mobile,
        now: UnixMillis,
    ) -> Result<Addition, StoreError> {
        self.writer
            .run(move |connection| {
                let device = device.clone();
                Box::pin(async move { bind_claimed(connection, device, account, now).await })
            })
            .await
    }

    /// Whether an account may bind one more device (E-168).
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn has_room(&self, account: Mobile) -> Result<bool, StoreError> {
        let query = "SELECT a.device_limit AS room, (SELECT CAST(COUNT(*) AS BIGINT) FROM bindings b \
                     WHERE b.account = a.number) AS used FROM accounts a WHERE a.number = $1";
        let row = sqlx::query(query).bind(account.to_string()).fetch_optional(&self.read).await?;
        let Some(row) = row else { return Ok(false) };
        let (room, used): (i64, i64) = (row.try_get("room")?, row.try_get("used")?);
        Ok(used < room)
    }

    /// Takes a device from its owner, and from all with whom it was shared; returns whether it was the owner's.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn unbind(&self, device: DevId, account: Mobile) -> Result<bool, StoreError> {
        self.writer
            .run(move |connection| {
                Box::pin(async move {
                    let query = sqlx::query("DELETE FROM bindings WHERE device = $1 AND account = $2");
                    let query = query.bind(device.to_string()).bind(account.to_string());
                    Ok(query.execute(connection).await?.rows_affected() > 0)
                })
            })
            .await
    }

    /// Who owns a device.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn owner(&self, device: DevId) -> Result<Option<Mobile>, StoreError> {
        let query = sqlx::query("SELECT account FROM bindings WHERE device = $1").bind(device.to_string());
        query.fetch_optional(&self.read).await?.map(|row| parsed(&row, "account")).transpose()
    }

    /// What an account holds: its own devices, then those that are shared with it.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn held(&self, account: Mobile, now: UnixMillis) -> Result<Vec<(DevId, Hold)>, StoreError> {
        let query = format!("{HELD} ORDER BY own DESC, device");
        let query = sqlx::query(sqlx::AssertSqlSafe(query)).bind(account.to_string()).bind(now.0);
        query.fetch_all(&self.read).await?.iter().map(read_hold).collect()
    }

    /// The same, with what the devices are.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn held_devices(
        &self,
        account: Mobile,
        now: UnixMillis,
    ) -> Result<Vec<HeldDevice>, StoreError> {
        let query = format!(
            "SELECT h.device, h.own, h.rights, d.name, c.document FROM ({HELD}) h JOIN devices d ON d.id = h.device \
             LEFT JOIN capabilities c ON c.device = h.device ORDER BY h.own DESC, h.device"
        );
        let query = sqlx::query(sqlx::AssertSqlSafe(query)).bind(account.to_string()).bind(now.0);
        let held = |row: &AnyRow| {
            let (id, hold) = read_hold(row)?;
            Ok(HeldDevice { id, hold, name: row.try_get("name")?, report: row.try_get("document")? })
        };
        query.fetch_all(&self.read).await?.iter().map(held).collect()
    }

    /// How an account holds one device, if it does.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn hold(
        &self,
        device: DevId,
        account: Mobile,
        now: UnixMillis,
    ) -> Result<Option<Hold>, StoreError> {
        let query = format!("SELECT * FROM ({HELD}) held WHERE device = $3 ORDER BY own DESC");
        let query = sqlx::query(sqlx::AssertSqlSafe(query)).bind(account.to_string()).bind(now.0);
        let row = query.bind(device.to_string()).fetch_optional(&self.read).await?;
        Ok(row.map(|row| read_hold(&row)).transpose()?.map(|(_, hold)| hold))
    }

    /// Shares a device with an account, or changes how; returns whether `owner` owns it, the guest is another account on
    /// record, and there are not [`MOST_SHARES`] already.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn share(&self, owner: Mobile, share: Share, now: UnixMillis) -> Result<bool, StoreError> {
        self.writer
            .run(move |connection| {
                let share = share.clone();
                Box::pin(async move { share_now(connection, owner, share, now).await })
            })
            .await
    }

    /// Ends a share, by its owner or by its guest; returns whether there was one.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn unshare(&self, device: DevId, guest: Mobile) -> Result<bool, StoreError> {
        self.writer
            .run(move |connection| {
                Box::pin(async move {
                    let query = sqlx::query("DELETE FROM shares WHERE device = $1 AND account = $2");
                    let query = query.bind(device.to_string()).bind(guest.to_string());
                    Ok(query.execute(connection).await?.rows_affected() > 0)
                })
            })
            .await
    }

    /// With whom a device is shared.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn shares(&self, device: DevId, now: UnixMillis) -> Result<Vec<Share>, StoreError> {
        let query = "SELECT * FROM shares WHERE device = $1 AND (expires_at IS NULL OR expires_at > $2) ORDER BY account";
        let rows = sqlx::query(query).bind(device.to_string()).bind(now.0).fetch_all(&self.read).await?;
        rows.iter().map(read_share).collect()
    }
}

async fn bind(
    connection: &mut AnyConnection,
    device: DevId,
    account: Mobile,
    now: UnixMillis,
) -> Result<Bound, StoreError> {
    let query = sqlx::query("SELECT account FROM bindings WHERE device = $1").bind(device.to_string());
    if let Some(row) = query.fetch_optional(&mut *connection).await? {
        let owner: Mobile = parsed(&row, "account")?;
        return Ok(if owner == account { Bound::Already } else { Bound::ToAnother });
    }
    // One row when both are on record; the writer is the only one who changes them.
    let query = sqlx::query(
        "SELECT a.device_limit AS room, (SELECT CAST(COUNT(*) AS BIGINT) FROM bindings b WHERE b.account = a.number) \
         AS used FROM accounts a, devices d WHERE a.number = $1 AND d.id = $2",
    );
    let query = query.bind(account.to_string()).bind(device.to_string());
    let Some(row) = query.fetch_optional(&mut *connection).await? else { return Ok(Bound::NotOnRecord) };
    let (room, used): (i64, i64) = (row.try_get("room")?, row.try_get("used")?);
    if used >= room {
        return Ok(Bound::LimitMet);
    }
    let query = sqlx::query("INSERT INTO bindings (device, account, bound_at) VALUES ($1, $2, $3)");
    query.bind(device.to_string()).bind(account.to_string()).bind(now.0).execute(connection).await?;
    Ok(Bound::Now)
}

async fn bind_claimed(
    connection: &mut AnyConnection,
    device: NewDevice,
    account: Mobile,
    now: UnixMillis,
) -> Result<Addition, StoreError> {
    let query = sqlx::query(
        "SELECT d.dev_key, CAST(CASE WHEN b.account IS NULL THEN 0 ELSE 1 END AS BIGINT) AS bound \
         FROM devices d LEFT JOIN bindings b ON b.device = d.id WHERE d.id = $1",
    );
    let row = query.bind(device.id.to_string()).fetch_optional(&mut *connection).await?;
    let key = row.as_ref().map(|row| row.try_get::<String, _>("dev_key").map(Secret::from)).transpose()?;
    let known = match (&row, &key) {
        (Some(row), Some(_)) if flag(row, "bound")? => Known::Bound,
        (_, Some(key)) => Known::Unbound { key },
        _ => Known::No,
    };
    let decision = add_after_claim(Some(DeviceUseResult::OK), known, &device.key);
    let id = device.id;
    match decision {
        Addition::StoreAndBind => insert(connection, &[device], now).await?,
        Addition::Bind { .. } => {}
        other => return Ok(other),
    }
    Ok(match bind(connection, id, account, now).await? {
        Bound::Now => decision,
        Bound::Already | Bound::ToAnother => Addition::Refuse(WhyNot::AlreadyBound),
        Bound::LimitMet => Addition::Refuse(WhyNot::NoRoom),
        Bound::NotOnRecord => Addition::Refuse(WhyNot::NeverSeen),
    })
}

async fn share_now(
    connection: &mut AnyConnection,
    owner: Mobile,
    share: Share,
    now: UnixMillis,
) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "INSERT INTO shares (device, account, rights, created_at, expires_at) \
         SELECT b.device, a.number, $1, $2, CAST($3 AS BIGINT) FROM bindings b, accounts a \
         WHERE b.device = $4 AND b.account = $5 AND a.number = $6 AND a.number <> b.account AND $7 > \
         (SELECT COUNT(*) FROM shares s WHERE s.device = b.device AND s.account <> a.number) \
         ON CONFLICT (device, account) DO UPDATE SET rights = excluded.rights, expires_at = excluded.expires_at",
    )
    .bind(share.rights.to_string())
    .bind(now.0)
    .bind(share.expires_at.map(|at| at.0))
    .bind(share.device.to_string())
    .bind(owner.to_string())
    .bind(share.account.to_string())
    .bind(MOST_SHARES)
    .execute(connection)
    .await?;
    Ok(done.rows_affected() > 0)
}

fn read_hold(row: &AnyRow) -> Result<(DevId, Hold), StoreError> {
    let hold = if flag(row, "own")? { Hold::Owner } else { Hold::Guest(parsed(row, "rights")?) };
    Ok((parsed(row, "device")?, hold))
}

fn read_share(row: &AnyRow) -> Result<Share, StoreError> {
    Ok(Share {
        device: parsed(row, "device")?,
        account: parsed(row, "account")?,
        rights: parsed(row, "rights")?,
        expires_at: row.try_get::<Option<i64>, _>("expires_at")?.map(UnixMillis),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rights_are_written_and_read() {
        for bits in 0..16 {
            let rights = Rights(bits);
            assert_eq!(rights.to_string().parse(), Ok(rights));
        }
        assert_eq!(Rights::ALL.to_string(), "watch,steer,playback,alarms");
        assert_eq!("watch,fly".parse::<Rights>(), Err(()));
        assert!(Hold::Owner.allows(Right::Steer) && !Hold::Guest(Rights(1)).allows(Right::Steer));
    }
}
