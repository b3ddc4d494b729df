//! Logins of people. Spec §8.2, §8.3; E-153.
//!
//! What a client holds has 128 bits at random, written as 32 hexadecimal digits; on record is its SHA-256. A login lasts as
//! long as it is used.

use std::net::IpAddr;

use kandian_proto::Secret;
use kandian_proto::time::UnixMillis;
use sha2::{Digest, Sha256};

use super::devices::revoke_all_plays;
use super::password::NoHash;
use crate::access::neighbourhood;
use crate::app::App;
use crate::config::SentPassword;
use crate::rules::{BadPassword, Mobile, check_password};
use crate::service::limited::limited;
use crate::service::short_messages::code_hash;
use crate::service::{Actor, noted};
use crate::store::{Account, AccountChange, AccountState, Session, StoreError};

/// Part of its life after which a login that is used is prolonged: each request would else be a write.
const PROLONGED_AFTER: i64 = 60_000;
/// Characters kept of what a client says it is.
const CLIENT_LEN: usize = 32;

/// Who wants to log in.
#[derive(Clone, Debug)]
pub struct Client {
    /// Where from.
    pub address: IpAddr,
    /// What it says it is, such as `A-1.0` (E-165).
    pub version: String,
}

/// A login that was made.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// What the client holds from now on (`LoginSession`).
    pub session: Secret,
    /// The account.
    pub account: Account,
}

/// Why nobody was logged in.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LoginFailure {
    /// There is no such account, or it was closed.
    #[error("there is no such account")]
    UnknownAccount,
    /// The password is another, or there is none yet.
    #[error("the password is wrong")]
    WrongPassword,
    /// The account is suspended.
    #[error("the account is suspended")]
    Suspended,
    /// CRM does not let this user in.
    #[error("CRM does not let this user in")]
    Denied,
    /// Too many wrong passwords came from there lately, or for this account from everywhere.
    #[error("too many wrong passwords came lately; try again in a few minutes")]
    TooMany,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why a request is not one of a login.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SessionFailure {
    /// There is no such account.
    #[error("there is no such account")]
    UnknownAccount,
    /// The login has ended, or is another account's, or never was (E-153).
    #[error("the login has ended")]
    Expired,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why a password was not changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PasswordFailure {
    /// The old one is wrong.
    #[error("the old password is wrong")]
    Wrong,
    /// Too many wrong ones came lately.
    #[error("too many wrong passwords came lately; try again in a few minutes")]
    TooMany,
    /// The new one is not taken.
    #[error(transparent)]
    Bad(#[from] BadPassword),
    /// It could not be hashed.
    #[error(transparent)]
    NoHash(#[from] NoHash),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<LoginFailure> for PasswordFailure {
    fn from(failure: LoginFailure) -> Self {
        match failure {
            LoginFailure::TooMany => Self::TooMany,
            LoginFailure::Store(error) => Self::Store(error),
            _ => Self::Wrong,
        }
    }
}

/// Logs in with a password.
///
/// # Errors
///
/// [`LoginFailure`]. It takes as long without the account as with a wrong password.
pub async fn sign_in(
    app: &App,
    number: Mobile,
    password: &Secret,
    client: &Client,
) -> Result<SignedIn, LoginFailure> {
    let account = app.store.account(number).await?;
    let checked = check(app, number, account.as_ref(), password, client.address).await?;
    let account = account.filter(|a| a.state != AccountState::Closed).ok_or(LoginFailure::UnknownAccount)?;
    if account.state == AccountState::Suspended {
        return Err(LoginFailure::Suspended);
    }
    if !crate::crm::allows(app, number).await {
        return Err(LoginFailure::Denied);
    }
    let session = random();
    let now = app.clock.wall();
    let record = Session {
        hash: hash(session.reveal()),
        account: number,
        client: shown(&client.version),
        address: client.address.to_string(),
        created_at: now,
        expires_at: end_of_life(app, now),
    };
    if !app.store.open_session(record, checked).await? {
        // It was changed, or the account was closed, while CRM was asked.
        return Err(LoginFailure::WrongPassword);
    }
    tracing::info!(account = %number.masked(), address = %client.address, "a user logged in");
    Ok(SignedIn { session, account })
}

/// Whether the password is right, within the limits on guessing; returns the hash that the account has then.
async fn check(
    app: &App,
    number: Mobile,
    account: Option<&Account>,
    password: &Secret,
    peer: IpAddr,
) -> Result<Option<Secret>, LoginFailure> {
    let attempt = match app.guard.attempt(app.clock.now().mono, number, peer) {
        Ok(attempt) => attempt,
        Err(met) => {
            limited(app, met, "password", &number.masked(), peer).await;
            return Err(LoginFailure::TooMany);
        }
    };
    if attempt.known_only && !account.is_some_and(|account| was_here(account, peer)) {
        app.guard.right(app.clock.now().mono, attempt);
        return Err(LoginFailure::TooMany);
    }
    let hash = account.and_then(|account| account.password.as_ref());
    // The same work whether a password was sent or not: the time tells nothing.
    let checked = match app.passwords.matches(password, hash).await {
        true => Some(hash.cloned()),
        false => use_sent(app, number, password, hash).await?,
    };
    let now = app.clock.now().mono;
    if let Some(checked) = checked {
        app.guard.right(now, attempt);
        return Ok(checked);
    }
    metrics::counter!("kandian_wrong_keys_total", "what" => "password").increment(1);
    tracing::info!(account = %number.masked(), %peer, known = account.is_some(), "a wrong password");
    if let Some(met) = app.guard.wrong(now, attempt) {
        limited(app, met, "password", &number.masked(), peer).await;
    }
    Err(if account.is_some() { LoginFailure::WrongPassword } else { LoginFailure::UnknownAccount })
}

/// Logs in by a password that was sent, and chooses a new one., E-156.
///
/// # Errors
///
/// [`PasswordFailure`]; a new password that is not taken leaves the one that was sent as it is.
pub async fn reset_password(
    app: &App,
    number: Mobile,
    address: IpAddr,
    (sent, new): (&Secret, &Secret),
) -> Result<(), PasswordFailure> {
    check_password(number, new)?;
    let account = app.store.account(number).await?;
    check(app, number, account.as_ref(), sent, address).await?;
    let change = AccountChange { password: Some(app.passwords.hash(new).await?), ..AccountChange::default() };
    let store = noted(app, &Actor::User(number), "account.password", number, "with one that was sent");
    store.change_account(number, change).await?;
    revoke_all_plays(app, number);
    Ok(())
}

/// Whether it is the password that was sent to the account last; then it is used up, or becomes the password. Returns the
/// hash that the account has then.
async fn use_sent(
    app: &App,
    number: Mobile,
    password: &Secret,
    old: Option<&Secret>,
) -> Result<Option<Option<Secret>>, StoreError> {
    let now = app.clock.wall();
    let hash = code_hash(number, password);
    let Some(sent) = app.store.code(number, now).await? else { return Ok(None) };
    if sent != hash || !app.store.use_code(number, hash, now).await? {
        return Ok(None);
    }
    if app.config.sms.sent_password == SentPassword::Once {
        return Ok(Some(old.cloned()));
    }
    match app.passwords.hash(password).await {
        Ok(hash) => {
            let change = AccountChange { password: Some(hash.clone()), ..AccountChange::default() };
            let store = noted(app, &Actor::User(number), "account.password", number, "the one that was sent");
            store.change_account(number, change).await?;
            revoke_all_plays(app, number);
            Ok(Some(Some(hash)))
        }
        Err(error) => {
            tracing::error!(%error, "a password that was sent could not be kept");
            Ok(Some(old.cloned()))
        }
    }
}

/// Whether the last login of an account came from this address.
fn was_here(account: &Account, peer: IpAddr) -> bool {
    let last = account.login_from.parse::<IpAddr>();
    last.is_ok_and(|last| neighbourhood(last) == neighbourhood(peer))
}

/// Whose request it is: the account must own the login (E-153). A login that is used lives on.
///
/// # Errors
///
/// [`SessionFailure`].
pub async fn caller(app: &App, number: Mobile, session: &Secret) -> Result<Account, SessionFailure> {
    let account = app.store.account(number).await?.ok_or(SessionFailure::UnknownAccount)?;
    let record = app.store.session(&hash(session.reveal()), app.clock.wall()).await?;
    let record = record.filter(|record| record.account == number).ok_or(SessionFailure::Expired)?;
    in_use(app, account, record).await
}

/// Whose login it is, where a client names no account. A login that is used lives on.
///
/// # Errors
///
/// [`SessionFailure`].
pub async fn holder(app: &App, session: &Secret) -> Result<Account, SessionFailure> {
    let record = app.store.session(&hash(session.reveal()), app.clock.wall()).await?;
    let record = record.ok_or(SessionFailure::Expired)?;
    let account = app.store.account(record.account).await?.ok_or(SessionFailure::Expired)?;
    in_use(app, account, record).await
}

async fn in_use(app: &App, account: Account, record: Session) -> Result<Account, SessionFailure> {
    // Who closes or suspends an account ends its logins; this is for what was under way meanwhile.
    if account.state != AccountState::Active {
        return Err(SessionFailure::Expired);
    }
    let end = end_of_life(app, app.clock.wall());
    if end.0 - record.expires_at.0 > PROLONGED_AFTER {
        app.store.prolong_session(&record.hash, end).await?;
    }
    Ok(account)
}

/// Ends a login; a second time does no harm (E-159).
///
/// # Errors
///
/// [`SessionFailure`], for an unknown account and for the login of another.
pub async fn sign_out(app: &App, number: Mobile, session: &Secret) -> Result<(), SessionFailure> {
    app.store.account(number).await?.ok_or(SessionFailure::UnknownAccount)?;
    let hash = hash(session.reveal());
    match app.store.session(&hash, app.clock.wall()).await? {
        Some(record) if record.account != number => Err(SessionFailure::Expired),
        Some(_) => app.store.end_session(&hash).await.map(drop).map_err(SessionFailure::from),
        None => Ok(()),
    }
}

/// Changes a password, who knows the old one; everybody else is logged out..
///
/// # Errors
///
/// [`PasswordFailure`].
pub async fn change_password(
    app: &App,
    account: &Account,
    session: &Secret,
    address: IpAddr,
    (old, new): (&Secret, &Secret),
) -> Result<(), PasswordFailure> {
    // First what uses nothing up.
    check_password(account.number, new)?;
    check(app, account.number, Some(account), old, address).await?;
    let change = AccountChange {
        password: Some(app.passwords.hash(new).await?),
        keep_session: Some(hash(session.reveal())),
        ..AccountChange::default()
    };
    let store = noted(app, &Actor::User(account.number), "account.password", account.number, "");
    store.change_account(account.number, change).await?;
    revoke_all_plays(app, account.number);
    Ok(())
}

fn end_of_life(app: &App, now: UnixMillis) -> UnixMillis {
    UnixMillis(now.0 + i64::from(app.config.accounts.session_minutes) * 60_000)
}

fn random() -> Secret {
    let bytes: [u8; 16] = rand::random();
    Secret::from(hexadecimal(&bytes))
}

pub(super) fn hash(session: &str) -> String {
    hexadecimal(&Sha256::digest(session.as_bytes()))
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What a client says it is, fit to be kept and shown.
fn shown(version: &str) -> String {
    version.chars().filter(|c| !c.is_control()).take(CLIENT_LEN).collect()
}
