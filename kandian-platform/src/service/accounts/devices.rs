//! Which devices are whose. Spec §8.2, §8.4 to §8.6, §8.18; E-32, E-158, E-168.

use std::net::IpAddr;
use std::time::Duration;

use kandian_proto::enrolment::{Addition, Known, WhyNot, add_after_claim, add_device as decide};
use kandian_proto::message::device::{AbilityUpRequest, ResetDefaultRequest};
use kandian_proto::schedule::MAX_CHANNELS;
use kandian_proto::value::DeviceUseResult;
use kandian_proto::{DevId, DevIdOrAll, Secret};

use crate::access::Presence;
use crate::app::App;
use crate::config::Policy;
use crate::rules::Mobile;
use crate::service::command;
use crate::service::limited::limited;
use crate::service::{Actor, noted};
use crate::store::{Account, Bound, Hold, Named, Right, StoreError};
use crate::{province, rules};

/// How long somebody who gives a device up waits for it to say that it is reset: clients hang up after six seconds.
const RESET_ANSWER: Duration = Duration::from_secs(3);

/// Most digital inputs that are listed for a channel. A device may claim 65,535 of them, and as many channels; the list
/// would be the product.
const MOST_INPUTS: u16 = 64;

/// A channel of a device that somebody holds.
#[derive(Clone, Debug)]
pub struct Point {
    /// The device.
    pub device: DevId,
    /// The channel, counted from 0.
    pub channel: u16,
    /// What its owner calls it.
    pub name: String,
    /// Whether the device is logged in.
    pub online: bool,
    /// How the account holds the device.
    pub hold: Hold,
}

/// A device that somebody holds.
#[derive(Clone, Debug)]
pub struct Holding {
    /// Its channels: those it reported, one if it has reported nothing yet.
    pub points: Vec<Point>,
    /// What it reported.
    pub report: Option<AbilityUpRequest>,
    /// The names of its digital inputs, by number.
    pub inputs: Vec<String>,
}

/// Why a device may not be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotPermitted {
    /// The account does not hold such a device. Nothing tells whether somebody else does.
    #[error("the account has no such device")]
    NotHeld,
    /// It is shared with the account, but not for this.
    #[error("the device is not shared for this")]
    NotShared,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// How an attempt to give a device up ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Removed {
    /// It is nobody's now.
    Done,
    /// The account has no such device.
    NotHeld,
    /// It is shared with the account; only its owner gives it up.
    Shared,
    /// The key is another (E-158).
    WrongKey,
    /// Too many wrong keys came lately.
    TooMany,
}

/// Whether an account may use a device for something.
///
/// # Errors
///
/// [`NotPermitted`].
pub async fn permitted(
    app: &App,
    account: &Account,
    device: DevId,
    right: Right,
) -> Result<Hold, NotPermitted> {
    let hold =
        app.store.hold(device, account.number, app.clock.wall()).await?.ok_or(NotPermitted::NotHeld)?;
    if hold.allows(right) { Ok(hold) } else { Err(NotPermitted::NotShared) }
}

/// Whether an account owns a device.
///
/// # Errors
///
/// [`NotPermitted`].
pub async fn owned(app: &App, account: &Account, device: DevId) -> Result<(), NotPermitted> {
    match app.store.hold(device, account.number, app.clock.wall()).await? {
        Some(Hold::Owner) => Ok(()),
        Some(Hold::Guest(_)) => Err(NotPermitted::NotShared),
        None => Err(NotPermitted::NotHeld),
    }
}

/// Binds a device to an account that knows its key. A wrong key counts for the address it comes from, as that of a device
/// does.
///
/// # Errors
///
/// When the database fails.
pub async fn add_device(
    app: &App,
    account: &Account,
    device: DevId,
    key: &Secret,
    peer: IpAddr,
) -> Result<Addition, StoreError> {
    let attempt = match app.guard.attempt(app.clock.now().mono, device, peer) {
        Ok(attempt) if !attempt.known_only => attempt,
        Ok(attempt) => {
            app.guard.right(app.clock.now().mono, attempt);
            return Ok(Addition::Refuse(WhyNot::GroupSilent));
        }
        Err(met) => {
            limited(app, met, "binding", &device, peer).await;
            return Ok(Addition::Refuse(WhyNot::GroupSilent));
        }
    };
    let decision = bind(app, account, device, key).await;
    let now = app.clock.now().mono;
    if !matches!(decision, Ok(Addition::Refuse(WhyNot::KeyWrong))) {
        app.guard.right(now, attempt);
        return decision;
    }
    metrics::counter!("kandian_wrong_keys_total", "what" => "binding").increment(1);
    if let Some(met) = app.guard.wrong(now, attempt) {
        limited(app, met, "binding", &device, peer).await;
    }
    decision
}

async fn bind(app: &App, account: &Account, device: DevId, key: &Secret) -> Result<Addition, StoreError> {
    let record = app.store.device(device).await?;
    let owner = app.store.owner(device).await?;
    let known = match (&record, owner) {
        (None, _) => Known::No,
        (Some(_), Some(_)) => Known::Bound,
        (Some(record), None) => Known::Unbound { key: &record.key },
    };
    // Whether there is room is decided with the binding, in one step with counting.
    match decide(known, key, true) {
        Addition::Bind { newly_claimed } => {
            let store = noted(app, &Actor::User(account.number), "device.bind", device, "");
            Ok(match store.bind(device, account.number, app.clock.wall()).await? {
                Bound::Now => Addition::Bind { newly_claimed },
                Bound::Already | Bound::ToAnother => Addition::Refuse(WhyNot::AlreadyBound),
                Bound::LimitMet => Addition::Refuse(WhyNot::NoRoom),
                Bound::NotOnRecord => Addition::Refuse(WhyNot::NeverSeen),
            })
        }
        Addition::AskGroup => bind_by_group(app, account, device, key).await,
        refused => Ok(refused),
    }
}

/// Binds a device that is not on record here, if the group platform gives it to this province platform.,
///
async fn bind_by_group(
    app: &App,
    account: &Account,
    device: DevId,
    key: &Secret,
) -> Result<Addition, StoreError> {
    // Only administrators enter devices, or nobody can be asked: nobody has heard of it.
    let asks = app.config.enrolment.policy != Policy::Closed && province::has_group(app);
    let Some(claimed) = rules::claimed_device(device, key.clone()).filter(|_| asks) else {
        return Ok(Addition::Refuse(WhyNot::NeverSeen));
    };
    // Looked at before: a claim cannot be taken back (E-34).
    if !app.store.has_room(account.number).await? {
        return Ok(Addition::Refuse(WhyNot::NoRoom));
    }
    let answer = province::claim(app, device, key).await;
    if answer != Some(DeviceUseResult::OK) {
        return Ok(add_after_claim(answer, Known::No, key));
    }
    let store = noted(app, &Actor::User(account.number), "device.bind", device, "by the group platform");
    let decision = store.bind_claimed(claimed, account.number, app.clock.wall()).await?;
    tracing::info!(%device, ?decision, "the group platform gave a device to this province platform");
    Ok(decision)
}

/// Gives a device up, which its owner does who knows its key (E-158).
///
/// # Errors
///
/// When the database fails.
pub async fn remove_device(
    app: &App,
    account: &Account,
    device: DevId,
    key: &Secret,
    peer: IpAddr,
) -> Result<Removed, StoreError> {
    match app.store.hold(device, account.number, app.clock.wall()).await? {
        Some(Hold::Owner) => {}
        Some(Hold::Guest(_)) => return Ok(Removed::Shared),
        None => return Ok(Removed::NotHeld),
    }
    let attempt = match app.guard.attempt(app.clock.now().mono, device, peer) {
        Ok(attempt) => attempt,
        Err(met) => {
            limited(app, met, "unbinding", &device, peer).await;
            return Ok(Removed::TooMany);
        }
    };
    let record = app.store.device(device).await?;
    let now = app.clock.now().mono;
    if !record.is_some_and(|record| record.key.matches(key.reveal())) {
        metrics::counter!("kandian_wrong_keys_total", "what" => "unbinding").increment(1);
        if let Some(met) = app.guard.wrong(now, attempt) {
            limited(app, met, "unbinding", &device, peer).await;
        }
        return Ok(Removed::WrongKey);
    }
    app.guard.right(now, attempt);
    if !give_up(app, &Actor::User(account.number), device, account.number).await? {
        return Ok(Removed::NotHeld);
    }
    reset(app, device).await;
    Ok(Removed::Done)
}

/// Sets a device that its owner has given up to what it was, if it is logged in: the next owner finds nothing of the last
/// one. It is given up whatever it says., E-150.
async fn reset(app: &App, device: DevId) {
    if !matches!(app.registry.presence(device), Presence::Online(_)) {
        return;
    }
    let request = ResetDefaultRequest::new(device).into();
    match tokio::time::timeout(RESET_ANSWER, command(app, device, request)).await {
        Ok(Ok(_)) => {}
        Ok(Err(why)) => tracing::warn!(%device, %why, "a device that was given up was not reset"),
        Err(_) => tracing::warn!(%device, "a device that was given up does not say whether it is reset"),
    }
}

/// Takes a device from its owner and from everybody with whom it is shared; whoever was about to watch is no longer let in.
/// Returns whether it was the owner's.
///
/// # Errors
///
/// When the database fails.
pub async fn give_up(app: &App, actor: &Actor, device: DevId, owner: Mobile) -> Result<bool, StoreError> {
    let guests = app.store.shares(device, app.clock.wall()).await?;
    let done =
        noted(app, actor, "device.unbind", device, &format!("of {owner}")).unbind(device, owner).await?;
    if done {
        for who in guests.iter().map(|share| share.account).chain([owner]) {
            revoke_plays(app, who, device.into());
        }
    }
    Ok(done)
}

/// Takes back what an account was given to watch a device, or all devices, with.
pub(super) fn revoke_plays(app: &App, account: Mobile, devices: DevIdOrAll) {
    app.with_plays(|book| book.revoke(&account.to_string(), devices));
}

/// The same for all devices: the account may not be used any more, or somebody else had its password.
pub(crate) fn revoke_all_plays(app: &App, account: Mobile) {
    revoke_plays(app, account, DevIdOrAll::ALL);
}

/// Gives a channel a name. Guests see it, and do not change it.
///
/// # Errors
///
/// [`NotPermitted`], also for a channel that the device does not have.
pub async fn rename(
    app: &App,
    account: &Account,
    device: DevId,
    channel: u16,
    name: String,
) -> Result<(), NotPermitted> {
    owned(app, account, device).await?;
    let record = app.store.device(device).await?.ok_or(NotPermitted::NotHeld)?;
    if channel >= record.channels.max(1) {
        return Err(NotPermitted::NotHeld);
    }
    let store = noted(app, &Actor::User(account.number), "channel.name", device, &format!("{channel}"));
    store.name(Named::Channel, device, channel, name).await?;
    Ok(())
}

/// Gives a digital input a name.
///
/// # Errors
///
/// [`NotPermitted`], also for an input that the device does not have.
pub async fn rename_input(
    app: &App,
    account: &Account,
    device: DevId,
    input: u16,
    name: String,
) -> Result<(), NotPermitted> {
    owned(app, account, device).await?;
    let report = app.store.capabilities(device).await?.and_then(|(document, _)| read_report(&document));
    if input >= report.map_or(0, |report| report.dido_num).min(MOST_INPUTS) {
        return Err(NotPermitted::NotHeld);
    }
    let store = noted(app, &Actor::User(account.number), "input.name", device, &format!("{input}"));
    store.name(Named::Input, device, input, name).await?;
    Ok(())
}

/// What an account holds: its own devices, then those shared with it.
///
/// # Errors
///
/// When the database fails.
pub async fn holdings(app: &App, account: &Account) -> Result<Vec<Holding>, StoreError> {
    let held = app.store.held_devices(account.number, app.clock.wall()).await?;
    let channels = app.store.names(Named::Channel, account.number).await?;
    let inputs = app.store.names(Named::Input, account.number).await?;
    let holding = |device: crate::store::HeldDevice| {
        let report = device.report.as_deref().and_then(read_report);
        let online = matches!(app.registry.presence(device.id), Presence::Online(_));
        let count = report.as_ref().map_or(1, |report| report.channel_num).clamp(1, MAX_CHANNELS);
        let point = |channel| {
            let given = channels.get(&(device.id, channel)).cloned();
            let name = given.unwrap_or_else(|| usual_name(&device.name, device.id, channel, count));
            Point { device: device.id, channel, name, online, hold: device.hold }
        };
        let dido = report.as_ref().map_or(0, |report| report.dido_num).min(MOST_INPUTS);
        let input = |no| inputs.get(&(device.id, no)).cloned().unwrap_or_else(|| format!("DI{no}"));
        Holding { points: (0..count).map(point).collect(), inputs: (0..dido).map(input).collect(), report }
    };
    Ok(held.into_iter().map(holding).collect())
}

/// The name of a channel that nobody has named: that of the device, or the one of E-163.
fn usual_name(device_name: &str, device: DevId, channel: u16, channels: u16) -> String {
    match (device_name, channels) {
        ("", _) => format!("{device}_{channel}"),
        (name, 1) => name.to_owned(),
        (name, _) => format!("{name}_{channel}"),
    }
}

fn read_report(document: &str) -> Option<AbilityUpRequest> {
    serde_json::from_str(document).ok()
}
