//! Orders of CRM: accounts are opened, changed, suspended and cancelled.; E-188.
//!
//! An order is carried out once: that it was, and what was answered, is on record in the commit that does it. What is refused
//! changes nothing and is not remembered, so that it may be sent again when the reason is gone.

use kandian_proto::time::UnixMillis;
use serde::Deserialize;
use serde_json::json;

use super::accounts::{
    AccountFailure, NewAccount, new_password, open_account, remove_closed, revoke_all_plays,
};
use super::short_messages::welcoming;
use super::{Actor, noted};
use crate::app::App;
use crate::rules::Mobile;
use crate::store::{Account, AccountChange, AccountOrigin, AccountState, Order, Store, StoreError};

/// What CRM wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(tag = "operation", rename_all = "lowercase", deny_unknown_fields)]
pub enum Wish {
    /// Open an account. Where one was cancelled, this is another person with the same number: nothing of the old one is
    /// left.
    Open {
        /// Its mobile number.
        number: Mobile,
        /// Monitoring points bought: how many devices it may bind (E-168).
        points: u32,
    },
    /// Change how many devices an account may bind. Those it has beyond that stay.
    Change {
        /// Its mobile number.
        number: Mobile,
        /// Monitoring points bought.
        points: u32,
    },
    /// Let nobody use an account for now; everything is kept.
    Suspend {
        /// Its mobile number.
        number: Mobile,
    },
    /// Let it be used again.
    Resume {
        /// Its mobile number.
        number: Mobile,
    },
    /// End the service of an account.
    Cancel {
        /// Its mobile number.
        number: Mobile,
    },
}

impl Wish {
    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Open { .. } => "open",
            Self::Change { .. } => "change",
            Self::Suspend { .. } => "suspend",
            Self::Resume { .. } => "resume",
            Self::Cancel { .. } => "cancel",
        }
    }

    /// Whose account is meant.
    #[must_use]
    pub const fn number(self) -> Mobile {
        match self {
            Self::Open { number, .. }
            | Self::Change { number, .. }
            | Self::Suspend { number }
            | Self::Resume { number }
            | Self::Cancel { number } => number,
        }
    }

    /// Monitoring points, where they are named.
    #[must_use]
    pub const fn points(self) -> Option<u32> {
        match self {
            Self::Open { points, .. } | Self::Change { points, .. } => Some(points),
            _ => None,
        }
    }
}

/// An order, as it came in.
#[derive(Clone, Debug)]
pub struct Placed {
    /// Who sent it, by the name in the settings.
    pub client: String,
    /// What he calls it.
    pub key: String,
    /// SHA-256 of what was asked.
    pub request: String,
    /// What is wanted.
    pub wish: Wish,
}

/// An order that was carried out, now or before.
#[derive(Clone, Debug)]
pub struct Done {
    /// The HTTP status.
    pub status: u16,
    /// The answer, JSON.
    pub answer: String,
}

/// Why an order was not carried out.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OrderFailure {
    /// Another order had this key.
    #[error("the key was used for another order")]
    KeyUsed,
    /// The account cannot be kept like this.
    #[error(transparent)]
    Account(#[from] AccountFailure),
    /// The account was cancelled.
    #[error("the account was cancelled; open it again")]
    Cancelled,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Carries an order out, unless that was done before.
///
/// # Errors
///
/// [`OrderFailure`]; then nothing has changed.
pub async fn carry_out(app: &App, placed: &Placed) -> Result<Done, OrderFailure> {
    if let Some(done) = remembered(app, placed).await? {
        return Ok(done);
    }
    let done = fulfil(app, placed).await;
    if done.is_err() {
        // The same order may have been carried out meanwhile, sent twice at once.
        if let Some(done) = remembered(app, placed).await? {
            return Ok(done);
        }
    }
    if done.is_ok() {
        app.opinions.forget(placed.wish.number());
    }
    done
}

async fn remembered(app: &App, placed: &Placed) -> Result<Option<Done>, OrderFailure> {
    match app.store.order(&placed.client, &placed.key).await? {
        None => Ok(None),
        Some(order) if order.request == placed.request => {
            Ok(Some(Done { status: order.status, answer: order.answer }))
        }
        Some(_) => Err(OrderFailure::KeyUsed),
    }
}

async fn fulfil(app: &App, placed: &Placed) -> Result<Done, OrderFailure> {
    let account = app.store.account(placed.wish.number()).await?;
    let change = match placed.wish {
        Wish::Open { number, points } => return open(app, placed, account, (number, points)).await,
        Wish::Change { points, .. } => {
            AccountChange { device_limit: Some(points), ..AccountChange::default() }
        }
        Wish::Suspend { .. } => to(AccountState::Suspended),
        Wish::Resume { .. } => to(AccountState::Active),
        Wish::Cancel { .. } => to(AccountState::Closed),
    };
    let account = account.ok_or(AccountFailure::Unknown)?;
    let cancels = change.state == Some(AccountState::Closed);
    if account.state == AccountState::Closed && !cancels {
        return Err(OrderFailure::Cancelled);
    }
    let state = change.state.unwrap_or(account.state);
    let points = change.device_limit.unwrap_or(account.device_limit);
    let now = app.clock.wall();
    let order = order(placed, 200, (points, state), now);
    let answer = order.answer.clone();
    let ends = change.state.is_some_and(|state| state != AccountState::Active);
    let change = AccountChange { unless_closed: !cancels, ..change };
    if !through(app, placed, order).change_account(account.number, change).await? {
        // Meanwhile it was taken off the record, or cancelled.
        let is_there = app.store.account(account.number).await?.is_some();
        return Err(if is_there { OrderFailure::Cancelled } else { AccountFailure::Unknown.into() });
    }
    if ends {
        revoke_all_plays(app, account.number);
    }
    Ok(Done { status: 200, answer })
}

fn to(state: AccountState) -> AccountChange {
    AccountChange { state: Some(state), ..AccountChange::default() }
}

/// The password is made here, on record as a hash, and goes to the telephone of the account.
async fn open(
    app: &App,
    placed: &Placed,
    old: Option<Account>,
    (number, points): (Mobile, u32),
) -> Result<Done, OrderFailure> {
    match old {
        Some(old) if old.state == AccountState::Closed => {
            remove_closed(app, &actor(placed), number).await?;
        }
        Some(_) => return Err(AccountFailure::Exists.into()),
        None => {}
    }
    let now = app.clock.wall();
    let order = order(placed, 201, (points, AccountState::Active), now);
    let answer = order.answer.clone();
    let password = new_password();
    let account = NewAccount {
        number,
        password: Some(password.clone()),
        device_limit: points,
        origin: AccountOrigin::Crm,
    };
    let store = welcoming(app, &through(app, placed, order), number, &password).await?;
    open_account(&store, &app.passwords, account, now).await?;
    app.post.wake();
    Ok(Done { status: 201, answer })
}

fn actor(placed: &Placed) -> Actor {
    Actor::Crm(placed.client.clone())
}

/// The store, through which the change is made, noted, and on record as this order.
fn through(app: &App, placed: &Placed, order: Order) -> Store {
    let action = match placed.wish {
        Wish::Open { .. } => "account.open",
        _ => "account.change",
    };
    let points = placed.wish.points().map(|points| format!(" {points} devices")).unwrap_or_default();
    let detail = format!("{}{points}, order {}", placed.wish.name(), placed.key);
    noted(app, &actor(placed), action, placed.wish.number(), &detail).carrying_out(order)
}

fn order(placed: &Placed, status: u16, (points, state): (u32, AccountState), at: UnixMillis) -> Order {
    let answer = json!({
        "order": placed.key,
        "operation": placed.wish.name(),
        "number": placed.wish.number(),
        "points": points,
        "state": state.name(),
        "at": crate::api::time_json(at),
    });
    let Placed { client, key, request, .. } = placed.clone();
    Order { client, key, request, status, answer: answer.to_string(), at }
}
