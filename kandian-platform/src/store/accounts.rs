//! The accounts of users.

use kandian_proto::Secret;
use kandian_proto::time::UnixMillis;
use serde::{Deserialize, Serialize};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

use super::outbox::{Outbox, Standing};
use super::row::{named, number, parsed};
use super::{Store, StoreError};
use crate::rules::Mobile;

/// Whether an account may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AccountState {
    /// It may.
    Active,
    /// Not now; everything is kept.
    Suspended,
    /// Its service was cancelled.
    Closed,
}

const STATES: [(AccountState, &str); 3] = [
    (AccountState::Active, "active"),
    (AccountState::Suspended, "suspended"),
    (AccountState::Closed, "closed"),
];

impl AccountState {
    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        text_of(&STATES, self)
    }
}

/// Who opened an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AccountOrigin {
    /// An order of CRM.
    Crm,
    /// An administrator.
    Admin,
}

const ORIGINS: [(AccountOrigin, &str); 2] = [(AccountOrigin::Crm, "crm"), (AccountOrigin::Admin, "admin")];

/// An account on record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Its mobile number.
    pub number: Mobile,
    /// Argon2id of its password, in PHC form; `None` until there is one.
    pub password: Option<Secret>,
    /// How many devices it may bind, shared ones not counted (`DevNum`; E-168).
    pub device_limit: u32,
    /// Whether it may be used.
    pub state: AccountState,
    /// Who opened it.
    pub origin: AccountOrigin,
    /// When.
    pub created_at: UnixMillis,
    /// When somebody last logged in.
    pub login_at: Option<UnixMillis>,
    /// From where; empty if never.
    pub login_from: String,
}

/// What changes of an account; `None` leaves it as it is.
#[derive(Clone, Debug, Default)]
pub struct AccountChange {
    /// Argon2id of a new password, in PHC form.
    pub password: Option<Secret>,
    /// How many devices it may bind.
    pub device_limit: Option<u32>,
    /// Whether it may be used.
    pub state: Option<AccountState>,
    /// The hash of the login that is not ended by a new password: that of who chose it.
    pub keep_session: Option<String>,
    /// Nothing changes of an account whose service was cancelled, whatever it was when somebody looked at it.
    pub unless_closed: bool,
}

/// A page of accounts.
#[derive(Clone, Debug, Default)]
pub struct Accounts {
    /// The accounts, in the order of their numbers.
    pub items: Vec<Account>,
    /// Whether more follow.
    pub more: bool,
}

impl Store {
    /// Opens an account; `password` is its hash, in PHC form.
    ///
    /// # Errors
    ///
    /// [`StoreError::Exists`], and others when the database fails.
    pub async fn add_account(
        &self,
        number: Mobile,
        password: Option<Secret>,
        device_limit: u32,
        origin: AccountOrigin,
        now: UnixMillis,
    ) -> Result<(), StoreError> {
        let password = password.map(|hash| hash.reveal().to_owned()).unwrap_or_default();
        let outbox = self.outbox.clone();
        let added = self
            .writer
            .run(move |connection| {
                let (password, outbox) = (password.clone(), outbox.clone());
                Box::pin(async move {
                    sqlx::query(
                        "INSERT INTO accounts (number, password, device_limit, origin, created_at) \
                         VALUES ($1, $2, $3, $4, $5)",
                    )
                    .bind(number.to_string())
                    .bind(password)
                    .bind(i64::from(device_limit))
                    .bind(text_of(&ORIGINS, origin))
                    .bind(now.0)
                    .execute(&mut *connection)
                    .await?;
                    let opened = Standing { state: AccountState::Active, device_limit };
                    outbox.note(connection, number, None, Some(opened)).await
                })
            })
            .await;
        self.outbox.tell();
        added
    }

    /// One account.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn account(&self, number: Mobile) -> Result<Option<Account>, StoreError> {
        let query = sqlx::query("SELECT * FROM accounts WHERE number = $1").bind(number.to_string());
        query.fetch_optional(&self.read).await?.map(|row| read(&row)).transpose()
    }

    /// A page of the accounts behind `after`.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn accounts(&self, after: Option<Mobile>, limit: u32) -> Result<Accounts, StoreError> {
        let query = sqlx::query("SELECT * FROM accounts WHERE number > $1 ORDER BY number LIMIT $2");
        let after = after.map(|number| number.to_string()).unwrap_or_default();
        // One more tells whether there are more.
        let rows = query.bind(after).bind(i64::from(limit) + 1).fetch_all(&self.read).await?;
        let mut items = rows.iter().map(read).collect::<Result<Vec<_>, _>>()?;
        let more = items.len() > limit as usize;
        items.truncate(limit as usize);
        Ok(Accounts { items, more })
    }

    /// Changes an account; returns whether there is one. When it may not be used any more, or has another password,
    /// everybody is logged out in the same step.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn change_account(&self, number: Mobile, change: AccountChange) -> Result<bool, StoreError> {
        let outbox = self.outbox.clone();
        let changed = self
            .writer
            .run(move |connection| {
                let (change, outbox) = (change.clone(), outbox.clone());
                Box::pin(async move { update(connection, &outbox, number, change).await })
            })
            .await;
        self.outbox.tell();
        changed
    }

    /// Takes an account off the record, with its logins, bindings and shares; returns whether there was one.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn remove_account(&self, number: Mobile) -> Result<bool, StoreError> {
        let outbox = self.outbox.clone();
        let removed = self
            .writer
            .run(move |connection| {
                let outbox = outbox.clone();
                Box::pin(async move {
                    let before = standing(connection, number).await?;
                    let gone = sqlx::query("DELETE FROM accounts WHERE number = $1").bind(number.to_string());
                    gone.execute(&mut *connection).await?;
                    outbox.note(connection, number, before, None).await?;
                    Ok(before.is_some())
                })
            })
            .await;
        self.outbox.tell();
        removed
    }
}

/// What counts of an account at the group platform.
async fn standing(connection: &mut AnyConnection, number: Mobile) -> Result<Option<Standing>, StoreError> {
    let query = sqlx::query("SELECT state, device_limit FROM accounts WHERE number = $1");
    let row = query.bind(number.to_string()).fetch_optional(connection).await?;
    let read = |row: AnyRow| {
        Ok(Standing {
            state: named(&row, "state", &STATES)?,
            device_limit: self::number(&row, "device_limit")?,
        })
    };
    row.map(read).transpose()
}

impl Store {
    /// Takes an account off the record if its service was cancelled; returns whether there was such a one. It is one step, so
    /// that an account that was opened again meanwhile stays.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn remove_closed_account(&self, number: Mobile) -> Result<bool, StoreError> {
        self.writer
            .run(move |connection| {
                Box::pin(async move {
                    let gone = sqlx::query("DELETE FROM accounts WHERE number = $1 AND state = $2");
                    let gone = gone.bind(number.to_string()).bind(text_of(&STATES, AccountState::Closed));
                    Ok(gone.execute(connection).await?.rows_affected() > 0)
                })
            })
            .await
    }
}

async fn update(
    connection: &mut AnyConnection,
    outbox: &Outbox,
    number: Mobile,
    change: AccountChange,
) -> Result<bool, StoreError> {
    let before = standing(connection, number).await?;
    if change.unless_closed && before.is_some_and(|before| before.state == AccountState::Closed) {
        return Ok(false);
    }
    let after = before.map(|before| Standing {
        state: change.state.unwrap_or(before.state),
        device_limit: change.device_limit.unwrap_or(before.device_limit),
    });
    let ends_logins = change.password.is_some() || change.state.is_some_and(|s| s != AccountState::Active);
    let done = sqlx::query(
        "UPDATE accounts SET password = COALESCE(CAST($1 AS TEXT), password), \
         device_limit = COALESCE(CAST($2 AS BIGINT), device_limit), state = COALESCE(CAST($3 AS TEXT), state) \
         WHERE number = $4",
    )
    .bind(change.password.map(|password| password.reveal().to_owned()))
    .bind(change.device_limit.map(i64::from))
    .bind(change.state.map(|state| text_of(&STATES, state)))
    .bind(number.to_string())
    .execute(&mut *connection)
    .await?;
    if ends_logins {
        let ended = sqlx::query("DELETE FROM sessions WHERE account = $1 AND hash <> $2");
        let kept = change.keep_session.unwrap_or_default();
        ended.bind(number.to_string()).bind(kept).execute(&mut *connection).await?;
    }
    outbox.note(connection, number, before, after).await?;
    Ok(done.rows_affected() > 0)
}

fn text_of<T: Copy + PartialEq>(names: &[(T, &'static str)], value: T) -> &'static str {
    names.iter().find(|(named, _)| *named == value).map_or("", |(_, name)| name)
}

fn read(row: &AnyRow) -> Result<Account, StoreError> {
    let password: String = row.try_get("password")?;
    Ok(Account {
        number: parsed(row, "number")?,
        password: (!password.is_empty()).then(|| Secret::from(password)),
        device_limit: number(row, "device_limit")?,
        state: named(row, "state", &STATES)?,
        origin: named(row, "origin", &ORIGINS)?,
        created_at: UnixMillis(row.try_get("created_at")?),
        login_at: row.try_get::<Option<i64>, _>("login_at")?.map(UnixMillis),
        login_from: row.try_get("login_from")?,
    })
}
