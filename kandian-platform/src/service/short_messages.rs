//! Who gets which short message.; E-136, E-156.

use std::net::IpAddr;
use std::sync::Arc;

use kandian_proto::time::UnixMillis;
use kandian_proto::{DevId, Secret};

use super::accounts::{NotPermitted, owned};
use super::limited::limited;
use super::{Actor, did};
use crate::app::App;
use crate::rules::{ClientKind, DAY, Mobile, filled};
use crate::store::{Account, AccountState, MessageKind, NewMessage, Queued, Quota, Store, StoreError};

pub(super) const SECOND: i64 = 1_000;
pub(super) const MINUTE: i64 = 60 * SECOND;
/// How long a key of a device is worth sending.
const KEY_LASTS: i64 = 30 * MINUTE;
/// How long the password of a new account is worth sending.
const WELCOME_LASTS: i64 = 24 * 60 * MINUTE;
/// Digits of a password that is sent: within the limits on guessing, as good as a long one, and typed from a screen.
const DIGITS: usize = 8;

/// Why no message was put on its way.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SmsFailure {
    /// There is no such account, or it may not be used.
    #[error("there is no such account")]
    UnknownAccount,
    /// The device is not the caller's.
    #[error(transparent)]
    NotPermitted(#[from] NotPermitted),
    /// One went moments ago.
    #[error("a message was sent moments ago; wait a minute before asking for another")]
    TooSoon,
    /// There were too many for this number, from this address, or today.
    #[error("too many messages were asked for lately; try again later")]
    TooMany,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Sends a new password to an account. The old one counts until then, and after: whoever asks for another's changes
/// nothing for him. Spec §8.1.
///
/// # Errors
///
/// [`SmsFailure`].
pub async fn send_password(app: &App, number: Mobile, peer: IpAddr) -> Result<(), SmsFailure> {
    allowed_from(app, number, peer).await?;
    put_on_its_way(app, number, peer).await
}

/// The same for who must not learn whether there is such an account, neither from the answer nor from the time it takes:
/// it tells only whether this address may ask.
///
/// # Errors
///
/// [`SmsFailure::TooMany`], when it may not.
pub async fn ask_password(app: &Arc<App>, number: Mobile, peer: IpAddr) -> Result<(), SmsFailure> {
    allowed_from(app, number, peer).await?;
    let task = Arc::clone(app);
    app.tasks.spawn(async move {
        if let Err(why) = put_on_its_way(&task, number, peer).await {
            tracing::info!(to = %number.masked(), %why, "no password was sent");
        }
    });
    Ok(())
}

async fn put_on_its_way(app: &App, number: Mobile, peer: IpAddr) -> Result<(), SmsFailure> {
    let account = app.store.account(number).await?.filter(|account| account.state == AccountState::Active);
    if account.is_none() {
        return Err(SmsFailure::UnknownAccount);
    }
    let settings = &app.config.sms;
    let code = new_code();
    let minutes = settings.password_minutes.to_string();
    let [android, ios] = clients(app, &settings.password_text).await?;
    let values = [("code", code.reveal()), ("minutes", &*minutes), ("android", &*android), ("ios", &*ios)];
    let body = filled(&settings.password_text, &values);
    let now = app.clock.wall();
    let lasts = i64::from(settings.password_minutes) * MINUTE;
    let message = message(number, MessageKind::Password, String::new(), body, UnixMillis(now.0 + lasts));
    let queued = app.store.send_code(code_hash(number, &code), message, asked_for(app, now), now).await?;
    on_its_way(app, number, MessageKind::Password, queued)?;
    did(app, &Actor::Anybody(peer), "message.password", number, "").await;
    Ok(())
}

/// The store, to open an account through: its password is on its way in the commit that opens it.
///
/// # Errors
///
/// When the database fails.
pub(super) async fn welcoming(
    app: &App,
    store: &Store,
    number: Mobile,
    password: &Secret,
) -> Result<Store, StoreError> {
    let text = &app.config.sms.welcome_text;
    if text.is_empty() {
        return Ok(store.clone());
    }
    let [android, ios] = clients(app, text).await?;
    let values = [("password", password.reveal()), ("android", &*android), ("ios", &*ios)];
    let now = app.clock.wall();
    let expires_at = UnixMillis(now.0 + WELCOME_LASTS);
    let message = message(number, MessageKind::Password, String::new(), filled(text, &values), expires_at);
    // It was not asked for, and does not wait for what was.
    Ok(store.sending(message, Quota { pause: 0, ..asked_for(app, now) }, now))
}

/// Where users download the clients for phones, as the group platform said; nothing where it has not, or the text does
/// not say it.
async fn clients(app: &App, text: &str) -> Result<[String; 2], StoreError> {
    if !text.contains("{android}") && !text.contains("{ios}") {
        return Ok([String::new(), String::new()]);
    }
    let downloads = app.store.downloads().await?;
    Ok([ClientKind::Android, ClientKind::Ios].map(|client| {
        let found = downloads.iter().find(|download| download.client == client);
        found.map(|download| download.url.to_string()).unwrap_or_default()
    }))
}

/// Sends the key of a device to its owner., E-156.
///
/// # Errors
///
/// [`SmsFailure`].
pub async fn send_key(app: &App, account: &Account, device: DevId, peer: IpAddr) -> Result<(), SmsFailure> {
    owned(app, account, device).await?;
    allowed_from(app, account.number, peer).await?;
    let record = app.store.device(device).await?.ok_or(NotPermitted::NotHeld)?;
    let values = [("device", &*device.to_string()), ("key", record.key.reveal())];
    let body = filled(&app.config.sms.key_text, &values);
    let now = app.clock.wall();
    let expires_at = UnixMillis(now.0 + KEY_LASTS);
    let message = message(account.number, MessageKind::Key, device.to_string(), body, expires_at);
    let queued = app.store.queue_message(message, asked_for(app, now), now).await?;
    on_its_way(app, account.number, MessageKind::Key, queued)?;
    did(app, &Actor::User(account.number), "message.key", device, "").await;
    Ok(())
}

pub(super) fn message(
    to: Mobile,
    kind: MessageKind,
    about: String,
    body: String,
    expires_at: UnixMillis,
) -> NewMessage {
    NewMessage { to, kind, about, body: Secret::from(body), expires_at }
}

/// What may be asked for.
fn asked_for(app: &App, now: UnixMillis) -> Quota {
    let settings = &app.config.sms;
    Quota {
        pause: i64::from(settings.pause_secs) * SECOND,
        per_hour: settings.per_number_per_hour,
        per_day: settings.per_number_per_day,
        in_all: settings.daily_cap,
        day_began: day_began(app, now),
    }
}

/// Whether messages may be asked for from there; it counts.
async fn allowed_from(app: &App, number: Mobile, peer: IpAddr) -> Result<(), SmsFailure> {
    let Err(met) = app.guard.message(app.clock.now().mono, peer) else { return Ok(()) };
    limited(app, met, "short message", &number.masked(), peer).await;
    Err(SmsFailure::TooMany)
}

fn on_its_way(app: &App, to: Mobile, kind: MessageKind, queued: Queued) -> Result<(), SmsFailure> {
    let outcome = outcome(queued);
    metrics::counter!("kandian_short_messages_asked_total", "kind" => kind.name(), "outcome" => outcome)
        .increment(1);
    match queued {
        Queued::Yes(id) => {
            tracing::info!(id, to = %to.masked(), kind = kind.name(), "a short message is on its way");
            app.post.wake();
            Ok(())
        }
        refused => {
            tracing::info!(to = %to.masked(), kind = kind.name(), outcome, "a short message was refused");
            Err(if refused == Queued::TooSoon { SmsFailure::TooSoon } else { SmsFailure::TooMany })
        }
    }
}

pub(super) const fn outcome(queued: Queued) -> &'static str {
    match queued {
        Queued::Yes(_) => "queued",
        Queued::TooSoon => "too_soon",
        Queued::EnoughForNumber => "enough_for_number",
        Queued::EnoughForToday => "enough_for_today",
    }
}

/// Milliseconds of Unix time as they pass on a clock on the wall.
pub(super) fn on_the_wall(app: &App, now: UnixMillis) -> i64 {
    now.0 + i64::from(app.config.province.offset_minutes) * MINUTE
}

pub(super) fn day_began(app: &App, now: UnixMillis) -> UnixMillis {
    let day = i64::from(DAY) * MINUTE;
    UnixMillis(now.0 - on_the_wall(app, now).rem_euclid(day))
}

fn new_code() -> Secret {
    use rand::RngExt as _;
    let mut source = rand::rng();
    Secret::from((0..DIGITS).map(|_| char::from(b'0' + source.random_range(0..10u8))).collect::<String>())
}

/// What is on record of a password that was sent. It is worth nothing after some minutes, which is less than it takes to
/// use a stolen copy of the database; so it is no Argon2, whose time would tell that there is one.
pub(super) fn code_hash(number: Mobile, code: &Secret) -> String {
    super::digest(&format!("{number} {}", code.reveal()))
}
