//! Logins of people, as hashes of what the client holds.

use kandian_proto::Secret;
use kandian_proto::time::UnixMillis;
use sqlx::Row;
use sqlx::any::AnyRow;

use super::row::parsed;
use super::{Store, StoreError};
use crate::rules::Mobile;

/// A login of a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// SHA-256 of what the client holds, in hexadecimal digits.
    pub hash: String,
    /// Whose it is.
    pub account: Mobile,
    /// What the client says it is.
    pub client: String,
    /// Where it came from.
    pub address: String,
    /// When it began.
    pub created_at: UnixMillis,
    /// When it ends if nobody uses it.
    pub expires_at: UnixMillis,
}

/// Logins of one account at a time; a further one ends the oldest. A person has a few phones and browsers.
pub const MOST_SESSIONS: i64 = 20;

/// Most rows that one step forgets.
const STEP: i64 = 1_000;

impl Store {
    /// Notes a login with a password of this hash; returns whether it is still the password of the account, and the account
    /// may be used: between a look at them and this step they may have changed.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn open_session(&self, session: Session, password: Option<Secret>) -> Result<bool, StoreError> {
        let password = password.map(|hash| hash.reveal().to_owned()).unwrap_or_default();
        self.writer
            .run(move |connection| {
                let (session, password) = (session.clone(), password.clone());
                Box::pin(async move {
                    let account = session.account.to_string();
                    let query = "INSERT INTO sessions (hash, account, client, address, created_at, expires_at) \
                        SELECT $1, number, $3, $4, CAST($5 AS BIGINT), CAST($6 AS BIGINT) FROM accounts \
                        WHERE number = $2 AND state = 'active' AND password = $7";
                    let query = sqlx::query(query).bind(&session.hash).bind(&account).bind(session.client);
                    let query = query.bind(&session.address).bind(session.created_at.0).bind(session.expires_at.0);
                    if query.bind(password).execute(&mut *connection).await?.rows_affected() == 0 {
                        return Ok(false);
                    }
                    // Not the new one, even if the clock was ahead when the others were made.
                    let query = "DELETE FROM sessions WHERE account = $1 AND hash <> $3 AND hash NOT IN (SELECT hash \
                        FROM sessions WHERE account = $1 AND hash <> $3 ORDER BY created_at DESC, hash LIMIT $2)";
                    let query = sqlx::query(query).bind(&account).bind(MOST_SESSIONS - 1).bind(session.hash);
                    query.execute(&mut *connection).await?;
                    let query = "UPDATE accounts SET login_at = $1, login_from = $2 WHERE number = $3";
                    let query = sqlx::query(query).bind(session.created_at.0).bind(session.address);
                    query.bind(account).execute(connection).await?;
                    Ok(true)
                })
            })
            .await
    }

    /// The login with this hash, if its time is not over.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn session(&self, hash: &str, now: UnixMillis) -> Result<Option<Session>, StoreError> {
        let query = sqlx::query("SELECT * FROM sessions WHERE hash = $1 AND expires_at > $2");
        let row = query.bind(hash.to_owned()).bind(now.0).fetch_optional(&self.read).await?;
        row.map(|row| read(&row)).transpose()
    }

    /// The logins of an account, the newest first.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn sessions_of(&self, account: Mobile, now: UnixMillis) -> Result<Vec<Session>, StoreError> {
        let query =
            "SELECT * FROM sessions WHERE account = $1 AND expires_at > $2 ORDER BY created_at DESC, hash";
        let rows = sqlx::query(query).bind(account.to_string()).bind(now.0).fetch_all(&self.read).await?;
        rows.iter().map(read).collect()
    }

    /// Lets a login that is in use end later. One that has ended stays so.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn prolong_session(&self, hash: &str, expires_at: UnixMillis) -> Result<(), StoreError> {
        let hash = hash.to_owned();
        self.writer
            .run(move |connection| {
                let hash = hash.clone();
                Box::pin(async move {
                    let query = "UPDATE sessions SET expires_at = $1 WHERE hash = $2 AND expires_at < $1";
                    sqlx::query(query).bind(expires_at.0).bind(hash).execute(connection).await?;
                    Ok(())
                })
            })
            .await
    }

    /// Ends a login; returns whether there was one.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn end_session(&self, hash: &str) -> Result<bool, StoreError> {
        let hash = hash.to_owned();
        self.writer
            .run(move |connection| {
                let hash = hash.clone();
                Box::pin(async move {
                    let gone = sqlx::query("DELETE FROM sessions WHERE hash = $1").bind(hash);
                    Ok(gone.execute(connection).await?.rows_affected() > 0)
                })
            })
            .await
    }

    /// Ends the logins of an account, but the one with the hash `kept`; returns how many there were.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn end_sessions_of(&self, account: Mobile, kept: Option<String>) -> Result<u64, StoreError> {
        let kept = kept.unwrap_or_default();
        self.writer
            .run(move |connection| {
                let kept = kept.clone();
                Box::pin(async move {
                    let query = "DELETE FROM sessions WHERE account = $1 AND hash <> $2";
                    let gone = sqlx::query(query).bind(account.to_string()).bind(kept);
                    Ok(gone.execute(connection).await?.rows_affected())
                })
            })
            .await
    }

    /// Forgets logins whose time is over, a thousand at a time; returns how many these were: whoever gets a thousand asks
    /// again, and lets other changes through in between.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn forget_sessions(&self, now: UnixMillis) -> Result<u64, StoreError> {
        self.writer
            .run(move |connection| {
                Box::pin(async move {
                    let query = "DELETE FROM sessions WHERE hash IN (SELECT hash FROM sessions WHERE expires_at <= $1 \
                        LIMIT $2)";
                    let gone = sqlx::query(query).bind(now.0).bind(STEP);
                    Ok(gone.execute(connection).await?.rows_affected())
                })
            })
            .await
    }
}

fn read(row: &AnyRow) -> Result<Session, StoreError> {
    Ok(Session {
        hash: row.try_get("hash")?,
        account: parsed(row, "account")?,
        client: row.try_get("client")?,
        address: row.try_get("address")?,
        created_at: UnixMillis(row.try_get("created_at")?),
        expires_at: UnixMillis(row.try_get("expires_at")?),
    })
}
