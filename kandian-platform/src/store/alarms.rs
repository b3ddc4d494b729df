//! What devices report: alarms, exceptions, pictures. Spec §7.5.4, §7.5.27, §7.5.34.

use kandian_proto::DevId;
use kandian_proto::message::device::{AlarmNotifyRequest, ExceptionNotifyRequest, NotifyPictureRequest};
use kandian_proto::time::UnixMillis;
use kandian_proto::value::{AlarmType, ExceptionType};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

use super::row::{number, parsed};
use super::short_messages::queue;
use super::{NewMessage, Queued, Quota, Store, StoreError};
use crate::rules::Mobile;

/// An alarm on record.
#[derive(Clone, Debug, PartialEq)]
pub struct Alarm {
    /// Its number; later ones are higher.
    pub id: i64,
    /// The device.
    pub device: DevId,
    /// The channel, counted from 0.
    pub channel: u16,
    /// What happened.
    pub alarm_type: AlarmType,
    /// The digital input, for an alarm of one.
    pub dido: Option<u16>,
    /// The device's words.
    pub description: String,
    /// The picture it says it uploads; may be empty (E-139).
    pub file_name: String,
    /// When the platform stored it.
    pub received_at: UnixMillis,
}

/// An exception on record.
#[derive(Clone, Debug, PartialEq)]
pub struct ExceptionReport {
    /// Its number; later ones are higher.
    pub id: i64,
    /// The device.
    pub device: DevId,
    /// The channel, counted from 0.
    pub channel: u16,
    /// What happened.
    pub exception_type: ExceptionType,
    /// The device's words.
    pub description: String,
    /// When the platform stored it.
    pub received_at: UnixMillis,
}

/// A picture that a device says it has uploaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// Its number; later ones are higher.
    pub id: i64,
    /// The device.
    pub device: DevId,
    /// The channel, counted from 0.
    pub channel: u16,
    /// Its name at the FTP server.
    pub file_name: String,
    /// When it was taken, as the device says: `YYYYMMDDHHMMSS`.
    pub taken_at: String,
    /// When the platform stored it.
    pub received_at: UnixMillis,
}

/// Who is told of something that is stored, within which quota.
#[derive(Clone, Debug, Default)]
pub struct Notices {
    /// The messages; one that the quota refuses is left out, and what it tells of is stored all the same.
    pub messages: Vec<NewMessage>,
    /// The quota; `None` when there are no messages.
    pub quota: Option<Quota>,
}

/// Which part of a list is wanted: the newest first.
#[derive(Clone, Copy, Debug)]
pub struct Page {
    /// Of this device only.
    pub device: Option<DevId>,
    /// Older than this number.
    pub before: Option<i64>,
    /// Most of them.
    pub limit: u32,
}

/// Which alarms somebody looks for.
#[derive(Clone, Debug)]
pub struct AlarmSearch {
    /// Who: only alarms of devices that he owns, or that are shared with him for that.
    pub account: Mobile,
    /// Of this device only.
    pub device: Option<DevId>,
    /// Of this channel only.
    pub channel: Option<u16>,
    /// Of this kind only.
    pub alarm_type: Option<AlarmType>,
    /// Older than the one with this number. It does not count for how many there are in all.
    pub before: Option<i64>,
    /// Not before this moment.
    pub from: Option<UnixMillis>,
    /// Not after this moment.
    pub until: Option<UnixMillis>,
    /// How many of the newest are left out.
    pub skip: u64,
    /// Most of them.
    pub limit: u64,
}

/// An alarm, with what people call where it was.
#[derive(Clone, Debug, PartialEq)]
pub struct FoundAlarm {
    /// The alarm.
    pub alarm: Alarm,
    /// The name of the channel, if it has one.
    pub channel_name: Option<String>,
    /// The name of the digital input, if it is one and has one.
    pub input_name: Option<String>,
}

/// `$1` is the account, `$2` the moment for shares, `$3` a device or empty, `$4` a channel or -1, `$5` and `$6` the span,
/// `$7` a kind or -1.
const SEARCHED: &str = "FROM alarms a LEFT JOIN channels c ON c.device = a.device AND c.no = a.channel \
    LEFT JOIN inputs i ON i.device = a.device AND i.no = a.dido \
    WHERE a.device IN (SELECT device FROM bindings WHERE account = $1 UNION SELECT device FROM shares \
    WHERE account = $1 AND rights LIKE '%alarms%' AND (expires_at IS NULL OR expires_at > $2)) \
    AND ($3 = '' OR a.device = $3) AND ($4 < 0 OR a.channel = $4) AND a.received_at >= $5 AND a.received_at <= $6 \
    AND ($7 < 0 OR a.alarm_type = $7)";

impl Store {
    /// Alarms that somebody looks for, the newest first, and how many there are in all.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn search_alarms(
        &self,
        search: AlarmSearch,
        now: UnixMillis,
    ) -> Result<(Vec<FoundAlarm>, u64), StoreError> {
        let bound = |query: String| {
            let device = search.device.map(|id| id.to_string()).unwrap_or_default();
            sqlx::query(sqlx::AssertSqlSafe(query))
                .bind(search.account.to_string())
                .bind(now.0)
                .bind(device)
                .bind(search.channel.map_or(-1, i64::from))
                .bind(search.from.map_or(i64::MIN, |at| at.0))
                .bind(search.until.map_or(i64::MAX, |at| at.0))
                .bind(search.alarm_type.map_or(-1, |kind| i64::from(kind.0)))
        };
        let total = bound(format!("SELECT CAST(COUNT(*) AS BIGINT) AS total {SEARCHED}"));
        let total = number(&total.fetch_one(&self.read).await?, "total")?;
        let page = bound(format!(
            "SELECT a.*, c.name AS channel_name, i.name AS input_name {SEARCHED} \
             AND ($8 < 0 OR a.id < $8) ORDER BY a.id DESC LIMIT $9 OFFSET $10"
        ));
        let limit = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        let page = page.bind(search.before.unwrap_or(-1));
        let rows = page.bind(limit(search.limit)).bind(limit(search.skip)).fetch_all(&self.read).await?;
        let found = |row: &AnyRow| {
            let (channel_name, input_name) = (row.try_get("channel_name")?, row.try_get("input_name")?);
            Ok(FoundAlarm { alarm: read_alarm(row)?, channel_name, input_name })
        };
        Ok((rows.iter().map(found).collect::<Result<_, StoreError>>()?, total))
    }

    /// Stores an alarm and the messages that tell of it, in one step; returns its number, and what became of each
    /// message.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn add_alarm(
        &self,
        alarm: AlarmNotifyRequest,
        notices: Notices,
        now: UnixMillis,
    ) -> Result<(i64, Vec<Queued>), StoreError> {
        self.writer
            .run(move |connection| {
                let (alarm, notices) = (alarm.clone(), notices.clone());
                Box::pin(async move {
                    let id = insert_alarm(connection, &alarm, now).await?;
                    Ok((id, tell(connection, &notices, now).await?))
                })
            })
            .await
    }

    /// Stores an exception and the messages that tell of it, in one step; returns its number, and what became of each
    /// message.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn add_exception(
        &self,
        report: ExceptionNotifyRequest,
        notices: Notices,
        now: UnixMillis,
    ) -> Result<(i64, Vec<Queued>), StoreError> {
        self.writer
            .run(move |connection| {
                let (report, notices) = (report.clone(), notices.clone());
                Box::pin(async move {
                    let id = insert_exception(connection, &report, now).await?;
                    Ok((id, tell(connection, &notices, now).await?))
                })
            })
            .await
    }

    /// Stores the notice of a picture; returns its number.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn add_picture(
        &self,
        notice: NotifyPictureRequest,
        now: UnixMillis,
    ) -> Result<i64, StoreError> {
        self.writer
            .run(move |connection| {
                let notice = notice.clone();
                Box::pin(async move { insert_picture(connection, &notice, now).await })
            })
            .await
    }

    /// Alarms, the newest first.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn alarms(&self, page: Page) -> Result<Vec<Alarm>, StoreError> {
        self.list("alarms", page).await?.iter().map(read_alarm).collect()
    }

    /// Exceptions, the newest first.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn exceptions(&self, page: Page) -> Result<Vec<ExceptionReport>, StoreError> {
        self.list("exceptions", page).await?.iter().map(read_exception).collect()
    }

    /// Pictures, the newest first.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn pictures(&self, page: Page) -> Result<Vec<Picture>, StoreError> {
        self.list("pictures", page).await?.iter().map(read_picture).collect()
    }

    async fn list(&self, table: &'static str, page: Page) -> Result<Vec<AnyRow>, StoreError> {
        let query = format!(
            "SELECT * FROM {table} WHERE ($1 = '' OR device = $1) AND ($2 < 0 OR id < $2) ORDER BY id DESC LIMIT $3"
        );
        let device = page.device.map(|id| id.to_string()).unwrap_or_default();
        let query = sqlx::query(sqlx::AssertSqlSafe(query)).bind(device).bind(page.before.unwrap_or(-1));
        Ok(query.bind(i64::from(page.limit)).fetch_all(&self.read).await?)
    }
}

async fn insert_alarm(
    connection: &mut AnyConnection,
    alarm: &AlarmNotifyRequest,
    now: UnixMillis,
) -> Result<i64, StoreError> {
    let row = sqlx::query(
        "INSERT INTO alarms (device, channel, alarm_type, dido, description, file_name, received_at) \
         VALUES ($1, $2, $3, CAST($4 AS BIGINT), $5, $6, $7) RETURNING id",
    )
    .bind(alarm.dev_id.to_string())
    .bind(i64::from(alarm.channel_no))
    .bind(i64::from(alarm.alarm_type.0))
    .bind(alarm.dido_no.map(i64::from))
    .bind(storable(&alarm.alarm_desc))
    .bind(storable(&alarm.file_name))
    .bind(now.0)
    .fetch_one(connection)
    .await?;
    Ok(row.try_get("id")?)
}

async fn tell(
    connection: &mut AnyConnection,
    notices: &Notices,
    now: UnixMillis,
) -> Result<Vec<Queued>, StoreError> {
    let mut queued = Vec::new();
    let Some(quota) = notices.quota else { return Ok(queued) };
    for message in &notices.messages {
        queued.push(queue(connection, message, quota, now).await?);
    }
    Ok(queued)
}

async fn insert_exception(
    connection: &mut AnyConnection,
    report: &ExceptionNotifyRequest,
    now: UnixMillis,
) -> Result<i64, StoreError> {
    let row = sqlx::query(
        "INSERT INTO exceptions (device, channel, exception_type, description, received_at) \
         VALUES ($1, $2, $3, $4, $5) RETURNING id",
    )
    .bind(report.dev_id.to_string())
    .bind(i64::from(report.channel_no))
    .bind(i64::from(report.exception_type.0))
    .bind(storable(&report.exception_desc))
    .bind(now.0)
    .fetch_one(connection)
    .await?;
    Ok(row.try_get("id")?)
}

async fn insert_picture(
    connection: &mut AnyConnection,
    notice: &NotifyPictureRequest,
    now: UnixMillis,
) -> Result<i64, StoreError> {
    let row = sqlx::query(
        "INSERT INTO pictures (device, channel, file_name, taken_at, received_at) \
         VALUES ($1, $2, $3, $4, $5) RETURNING id",
    )
    .bind(notice.dev_id.to_string())
    .bind(i64::from(notice.channel_no))
    .bind(storable(&notice.file_name))
    .bind(notice.time.to_string())
    .bind(now.0)
    .fetch_one(connection)
    .await?;
    Ok(row.try_get("id")?)
}

/// PostgreSQL has no place for the character 0 in a text, and an alarm is not to be lost over one.
fn storable(text: &str) -> String {
    text.replace('\0', "\u{FFFD}")
}

fn read_alarm(row: &AnyRow) -> Result<Alarm, StoreError> {
    let dido: Option<i64> = row.try_get("dido")?;
    Ok(Alarm {
        id: row.try_get("id")?,
        device: parsed(row, "device")?,
        channel: number(row, "channel")?,
        alarm_type: AlarmType(number(row, "alarm_type")?),
        dido: dido.and_then(|dido| u16::try_from(dido).ok()),
        description: row.try_get("description")?,
        file_name: row.try_get("file_name")?,
        received_at: UnixMillis(row.try_get("received_at")?),
    })
}

pub(super) fn read_exception(row: &AnyRow) -> Result<ExceptionReport, StoreError> {
    Ok(ExceptionReport {
        id: row.try_get("id")?,
        device: parsed(row, "device")?,
        channel: number(row, "channel")?,
        exception_type: ExceptionType(number(row, "exception_type")?),
        description: row.try_get("description")?,
        received_at: UnixMillis(row.try_get("received_at")?),
    })
}

fn read_picture(row: &AnyRow) -> Result<Picture, StoreError> {
    Ok(Picture {
        id: row.try_get("id")?,
        device: parsed(row, "device")?,
        channel: number(row, "channel")?,
        file_name: row.try_get("file_name")?,
        taken_at: row.try_get("taken_at")?,
        received_at: UnixMillis(row.try_get("received_at")?),
    })
}
