//! Short messages on their way.

use kandian_proto::Secret;
use kandian_proto::time::UnixMillis;
use serde::{Deserialize, Serialize};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

use super::row::{named, number, parsed};
use super::{Store, StoreError};
use crate::rules::Mobile;

/// What a short message is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MessageKind {
    /// It brings a password.
    Password,
    /// It brings the key of a device.
    Key,
    /// It tells of an alarm.
    Alarm,
    /// It tells of an exception.
    Exception,
}

const KINDS: [(MessageKind, &str); 4] = [
    (MessageKind::Password, "password"),
    (MessageKind::Key, "key"),
    (MessageKind::Alarm, "alarm"),
    (MessageKind::Exception, "exception"),
];

impl MessageKind {
    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        KINDS.iter().find(|(kind, _)| *kind == self).map_or("", |(_, name)| name)
    }

    /// Whether somebody asked for it and waits; the others are notices.
    #[must_use]
    pub const fn is_asked_for(self) -> bool {
        matches!(self, Self::Password | Self::Key)
    }

    /// The kinds that count together, as SQL. Anybody can ask for a password of anybody, and must not use up what the owner
    /// of a device may ask for.
    const fn alike(self) -> &'static str {
        match self {
            Self::Password => "('password')",
            Self::Key => "('key')",
            Self::Alarm | Self::Exception => "('alarm', 'exception')",
        }
    }
}

/// How far a short message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MessageState {
    /// It is to be sent, for the first time or again.
    Waiting,
    /// It stays here: there is no gateway.
    Kept,
    /// A gateway took it.
    Sent,
    /// It reached the telephone, as the gateway says.
    Delivered,
    /// It will not be sent, or did not arrive.
    Failed,
}

const STATES: [(MessageState, &str); 5] = [
    (MessageState::Waiting, "waiting"),
    (MessageState::Kept, "kept"),
    (MessageState::Sent, "sent"),
    (MessageState::Delivered, "delivered"),
    (MessageState::Failed, "failed"),
];

impl MessageState {
    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        STATES.iter().find(|(state, _)| *state == self).map_or("", |(_, name)| name)
    }
}

/// A message to send.
#[derive(Clone, Debug)]
pub struct NewMessage {
    /// To whom.
    pub to: Mobile,
    /// What for.
    pub kind: MessageKind,
    /// What it is about: the same is not sent again within a minute. E-136
    pub about: String,
    /// The text.
    pub body: Secret,
    /// Until when it is worth sending.
    pub expires_at: UnixMillis,
}

/// How many messages there may be; 0 is no limit.
#[derive(Clone, Copy, Debug)]
pub struct Quota {
    /// Milliseconds between two to one number that were asked for, and between two about the same.
    pub pause: i64,
    /// Of those alike, to one number in an hour.
    pub per_hour: u32,
    /// Of those alike, to one number in 24 hours.
    pub per_day: u32,
    /// Of all kinds and to everybody since `day_began`.
    pub in_all: u32,
    /// When this day began.
    pub day_began: UnixMillis,
}

/// Whether a message was put on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Queued {
    /// It is, under this number.
    Yes(i64),
    /// One like it went moments ago.
    TooSoon,
    /// This number has had as many as it may.
    EnoughForNumber,
    /// There have been as many as there may be on one day.
    EnoughForToday,
}

/// A message on record.
#[derive(Clone, Debug)]
pub struct ShortMessage {
    /// Its number; later ones are higher.
    pub id: i64,
    /// To whom.
    pub to: Mobile,
    /// What for.
    pub kind: MessageKind,
    /// The text; empty once a secret in it is through or given up.
    pub body: Secret,
    /// How far it is.
    pub state: MessageState,
    /// How often it was tried.
    pub attempts: u32,
    /// Why it is not through; may be empty.
    pub reason: String,
    /// When it was made.
    pub created_at: UnixMillis,
    /// Until when it is worth sending.
    pub expires_at: UnixMillis,
    /// When its state last changed.
    pub changed_at: UnixMillis,
}

/// What an attempt to send a message came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Settled {
    /// There is no gateway.
    Kept,
    /// The gateway took it, and calls it so; may be empty.
    Sent(String),
    /// It is tried again at this moment, and why.
    Again(UnixMillis, String),
    /// It is given up, and why.
    Failed(String),
}

impl Store {
    /// The same store, which puts this message on its way in the commit of each change made through it, when the change has
    /// an effect and the quota allows it.
    #[must_use]
    pub fn sending(&self, message: NewMessage, quota: Quota, now: UnixMillis) -> Self {
        Self { writer: self.writer.clone().sending(message, quota, now), ..self.clone() }
    }

    /// Puts a message on its way, within the quota.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn queue_message(
        &self,
        message: NewMessage,
        quota: Quota,
        now: UnixMillis,
    ) -> Result<Queued, StoreError> {
        self.writer
            .run(move |connection| {
                let message = message.clone();
                Box::pin(async move { queue(connection, &message, quota, now).await })
            })
            .await
    }

    /// Messages to send now; those first for which somebody waits.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn due_messages(&self, now: UnixMillis, limit: u32) -> Result<Vec<ShortMessage>, StoreError> {
        let query = "SELECT * FROM short_messages WHERE state = 'waiting' AND (next_at <= $1 OR changed_at > $1) \
            ORDER BY CASE WHEN kind IN ('password', 'key') THEN 0 ELSE 1 END, next_at, id LIMIT $2";
        let rows = sqlx::query(query).bind(now.0).bind(i64::from(limit)).fetch_all(&self.read).await?;
        rows.iter().map(read).collect()
    }

    /// When the next message is to be sent; `None` when none waits.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn next_message_due(&self) -> Result<Option<UnixMillis>, StoreError> {
        let query = "SELECT MIN(next_at) AS next FROM short_messages WHERE state = 'waiting'";
        let row = sqlx::query(query).fetch_one(&self.read).await?;
        Ok(row.try_get::<Option<i64>, _>("next")?.map(UnixMillis))
    }

    /// Notes what an attempt came to.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn settle_message(&self, id: i64, settled: Settled, now: UnixMillis) -> Result<(), StoreError> {
        let (state, reason, gateway_id, next) = match settled {
            Settled::Kept => (MessageState::Kept, String::new(), String::new(), now),
            Settled::Sent(id) => (MessageState::Sent, String::new(), id, now),
            Settled::Again(at, why) => (MessageState::Waiting, why, String::new(), at),
            Settled::Failed(why) => (MessageState::Failed, why, String::new(), now),
        };
        let spent = matches!(state, MessageState::Sent | MessageState::Failed);
        self.writer
            .run(move |connection| {
                let (reason, gateway_id) = (reason.clone(), gateway_id.clone());
                Box::pin(async move {
                    sqlx::query(
                        "UPDATE short_messages SET state = $1, reason = $2, gateway_id = $3, next_at = $4, \
                         changed_at = $5, attempts = attempts + 1, \
                         body = CASE WHEN $6 = 1 AND kind IN ('password', 'key') THEN '' ELSE body END WHERE id = $7",
                    )
                    .bind(state.name())
                    .bind(reason.replace('\0', "\u{FFFD}"))
                    .bind(gateway_id.replace('\0', "\u{FFFD}"))
                    .bind(next.0)
                    .bind(now.0)
                    .bind(i64::from(spent))
                    .bind(id)
                    .execute(connection)
                    .await?;
                    Ok(())
                })
            })
            .await
    }

    /// Notes what a gateway says became of a message that it took; returns whether it is one of ours.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn note_receipt(
        &self,
        gateway_id: String,
        arrived: bool,
        reason: String,
        now: UnixMillis,
    ) -> Result<bool, StoreError> {
        let state = if arrived { MessageState::Delivered } else { MessageState::Failed };
        self.writer
            .run(move |connection| {
                let (gateway_id, reason) = (gateway_id.clone(), reason.clone());
                Box::pin(async move {
                    let done = sqlx::query(
                        "UPDATE short_messages SET state = $1, reason = $2, changed_at = $3 \
                         WHERE gateway_id = $4 AND gateway_id <> '' AND state = 'sent'",
                    )
                    .bind(state.name())
                    .bind(reason.replace('\0', "\u{FFFD}"))
                    .bind(now.0)
                    .bind(gateway_id.replace('\0', "\u{FFFD}"))
                    .execute(connection)
                    .await?;
                    Ok(done.rows_affected() > 0)
                })
            })
            .await
    }

    /// Messages, the newest first: of one number, and older than `before`.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn short_messages(
        &self,
        to: Option<Mobile>,
        before: Option<i64>,
        limit: u32,
    ) -> Result<Vec<ShortMessage>, StoreError> {
        let query = "SELECT * FROM short_messages WHERE ($1 = '' OR number = $1) AND ($2 < 0 OR id < $2) \
            ORDER BY id DESC LIMIT $3";
        let to = to.map(|to| to.to_string()).unwrap_or_default();
        let query = sqlx::query(query).bind(to).bind(before.unwrap_or(-1)).bind(i64::from(limit));
        query.fetch_all(&self.read).await?.iter().map(read).collect()
    }

    /// Forgets messages made before this moment, and passwords that nobody used in time; returns how many messages.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn forget_messages(&self, before: UnixMillis, now: UnixMillis) -> Result<u64, StoreError> {
        self.writer
            .run(move |connection| {
                Box::pin(async move {
                    let codes = sqlx::query("DELETE FROM codes WHERE expires_at <= $1").bind(now.0);
                    codes.execute(&mut *connection).await?;
                    let old = sqlx::query(
                        "DELETE FROM short_messages WHERE created_at < $1 AND state <> 'waiting'",
                    );
                    Ok(old.bind(before.0).execute(connection).await?.rows_affected())
                })
            })
            .await
    }
}

/// Puts a message on its way, as a part of another change.
pub(super) async fn queue(
    connection: &mut AnyConnection,
    message: &NewMessage,
    quota: Quota,
    now: UnixMillis,
) -> Result<Queued, StoreError> {
    if let Some(refusal) = refused(connection, message, quota, now).await? {
        return Ok(refusal);
    }
    let row = sqlx::query(
        "INSERT INTO short_messages (number, kind, about, body, created_at, next_at, expires_at, changed_at) \
         VALUES ($1, $2, $3, $4, $5, $5, $6, $5) RETURNING id",
    )
    .bind(message.to.to_string())
    .bind(message.kind.name())
    .bind(message.about.clone())
    .bind(message.body.reveal().replace('\0', "\u{FFFD}"))
    .bind(now.0)
    .bind(message.expires_at.0)
    .fetch_one(connection)
    .await?;
    Ok(Queued::Yes(row.try_get("id")?))
}

async fn refused(
    connection: &mut AnyConnection,
    message: &NewMessage,
    quota: Quota,
    now: UnixMillis,
) -> Result<Option<Queued>, StoreError> {
    const HOUR: i64 = 3_600_000;
    const DAY: i64 = 24 * HOUR;
    let query = format!(
        "SELECT CAST(COUNT(*) AS BIGINT) AS day, \
         CAST(COALESCE(SUM(CASE WHEN created_at > $3 THEN 1 ELSE 0 END), 0) AS BIGINT) AS hour, \
         CAST(COALESCE(SUM(CASE WHEN created_at > $5 AND ($4 = '' OR about = $4) THEN 1 ELSE 0 END), 0) AS BIGINT) AS soon \
         FROM short_messages WHERE number = $1 AND created_at > $2 AND created_at <= $6 AND kind IN {}",
        message.kind.alike()
    );
    let row = sqlx::query(sqlx::AssertSqlSafe(query))
        .bind(message.to.to_string())
        .bind(now.0 - DAY)
        .bind(now.0 - HOUR)
        // Whoever asks waits, whatever he asks for; a notice waits for another about the same.
        .bind(if message.kind.is_asked_for() { String::new() } else { message.about.clone() })
        .bind(now.0 - quota.pause)
        // What the clock has not come to yet was made before it was set back.
        .bind(now.0)
        .fetch_one(&mut *connection)
        .await?;
    let (day, hour, soon): (u64, u64, u64) =
        (number(&row, "day")?, number(&row, "hour")?, number(&row, "soon")?);
    let met = |limit: u32, count: u64| limit > 0 && count >= u64::from(limit);
    if soon > 0 {
        return Ok(Some(Queued::TooSoon));
    }
    if met(quota.per_hour, hour) || met(quota.per_day, day) {
        return Ok(Some(Queued::EnoughForNumber));
    }
    let query = "SELECT CAST(COUNT(*) AS BIGINT) AS today FROM short_messages \
        WHERE created_at >= $1 AND created_at <= $2";
    let row = sqlx::query(query).bind(quota.day_began.0).bind(now.0).fetch_one(connection).await?;
    Ok(met(quota.in_all, number(&row, "today")?).then_some(Queued::EnoughForToday))
}

fn read(row: &AnyRow) -> Result<ShortMessage, StoreError> {
    Ok(ShortMessage {
        id: row.try_get("id")?,
        to: parsed(row, "number")?,
        kind: named(row, "kind", &KINDS)?,
        body: Secret::from(row.try_get::<String, _>("body")?),
        state: named(row, "state", &STATES)?,
        attempts: number(row, "attempts")?,
        reason: row.try_get("reason")?,
        created_at: UnixMillis(row.try_get("created_at")?),
        expires_at: UnixMillis(row.try_get("expires_at")?),
        changed_at: UnixMillis(row.try_get("changed_at")?),
    })
}
