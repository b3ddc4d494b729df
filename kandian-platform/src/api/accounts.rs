//! Accounts of users, for administrators.; E-168.

use std::sync::Arc;

use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderName, StatusCode, header};
use axum::{Extension, Json};
use kandian_proto::Secret;
use serde::Deserialize;
use serde_json::{Value, json};

use super::body::{Body, given};
use super::devices::id;
use super::mine::{held, held_one, number};
use super::problem::Problem;
use super::session::{NOT_KEPT, no_login};
use super::view;
use crate::app::App;
use crate::rules::Mobile;
use crate::service::Bearer;
use crate::service::accounts::{self, AccountFailure, NewAccount, NoHash, new_password};
use crate::store::{Account, AccountChange, AccountOrigin, AccountState, Bound};

/// Devices that an account may bind when nothing is said.
const USUAL_LIMIT: u32 = 4;
/// Most that it may: a list of devices is one answer.
pub(super) const MOST_DEVICES: u32 = 10_000;

impl From<AccountFailure> for Problem {
    fn from(failure: AccountFailure) -> Self {
        match failure {
            AccountFailure::Exists => {
                let (title, next) = ("There is an account with this number", "change it with PATCH");
                Self::new(StatusCode::CONFLICT, "exists", title, next)
            }
            AccountFailure::Unknown => no_account(),
            AccountFailure::Bad(why) => Self::invalid("The password is not taken").because(why),
            AccountFailure::NoHash(error) => no_hash(error),
            AccountFailure::Store(error) => error.into(),
        }
    }
}

pub(super) fn no_hash(error: NoHash) -> Problem {
    tracing::error!(%error, "a password could not be hashed");
    let (title, next) = ("The password cannot be stored at this time", "try again later");
    Problem::new(StatusCode::SERVICE_UNAVAILABLE, "no_hash", title, next)
}

fn no_account() -> Problem {
    let next = "check the number, or open an account with POST /api/v1/accounts";
    Problem::new(StatusCode::NOT_FOUND, "no_such_account", "There is no account with this number", next)
}

async fn find(app: &App, number: Mobile) -> Result<Account, Problem> {
    app.store.account(number).await?.ok_or_else(no_account)
}

/// How many devices an account may bind, as somebody enters it.
pub(super) fn checked_limit(limit: u32) -> Result<u32, Problem> {
    let title = format!("An account has at most {MOST_DEVICES} devices");
    if limit <= MOST_DEVICES { Ok(limit) } else { Err(Problem::invalid(title)) }
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Listed {
    after: Option<String>,
    limit: Option<u32>,
}

pub(super) async fn list(
    State(app): State<Arc<App>>,
    query: Result<Query<Listed>, QueryRejection>,
) -> Result<Json<Value>, Problem> {
    let Query(listed) = query?;
    let after = listed.after.as_deref().map(number).transpose()?;
    let page = app.store.accounts(after, listed.limit.unwrap_or(50).clamp(1, 500)).await?;
    let next = page.more.then(|| page.items.last().map(|account| account.number));
    let items: Vec<_> = page.items.iter().map(view::account).collect();
    Ok(Json(json!({ "accounts": items, "next": next.flatten() })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Opened {
    number: Mobile,
    #[serde(default, deserialize_with = "given")]
    device_limit: Option<u32>,
    #[serde(default, deserialize_with = "given")]
    password: Option<String>,
}

type Created = (StatusCode, [(HeaderName, &'static str); 1], [(HeaderName, String); 1], Json<Value>);

/// A password that is made is in this answer and nowhere else.
pub(super) async fn open(
    State(app): State<Arc<App>>,
    Extension(bearer): Extension<Bearer>,
    Body(body): Body<Opened>,
) -> Result<Created, Problem> {
    let opened = body;
    let (number, given) = (opened.number, opened.password.map(Secret::from));
    let device_limit = checked_limit(opened.device_limit.unwrap_or(USUAL_LIMIT))?;
    let made = given.is_none().then(new_password);
    let password = given.or_else(|| made.clone());
    let account = NewAccount { number, password, device_limit, origin: AccountOrigin::Admin };
    accounts::open(&app, &(&bearer).into(), account).await?;
    let account = view::account(&find(&app, number).await?);
    let shown = json!({ "account": account, "password": made.as_ref().map(Secret::reveal) });
    let place = [(header::LOCATION, format!("/api/v1/accounts/{number}"))];
    Ok((StatusCode::CREATED, NOT_KEPT, place, Json(shown)))
}

pub(super) async fn one(
    State(app): State<Arc<App>>,
    Path(text): Path<String>,
) -> Result<Json<Value>, Problem> {
    Ok(Json(view::account(&find(&app, number(&text)?).await?)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Changed {
    #[serde(default, deserialize_with = "given")]
    device_limit: Option<u32>,
    #[serde(default, deserialize_with = "given")]
    state: Option<AccountState>,
}

pub(super) async fn change(
    State(app): State<Arc<App>>,
    Extension(bearer): Extension<Bearer>,
    Path(text): Path<String>,
    Body(body): Body<Changed>,
) -> Result<Json<Value>, Problem> {
    let (number, changed) = (number(&text)?, body);
    let device_limit = changed.device_limit.map(checked_limit).transpose()?;
    if device_limit.is_none() && changed.state.is_none() {
        return Err(Problem::invalid("Nothing is to be changed; give device_limit or state"));
    }
    let change = AccountChange { device_limit, state: changed.state, ..AccountChange::default() };
    accounts::change(&app, &(&bearer).into(), number, change).await?;
    Ok(Json(view::account(&find(&app, number).await?)))
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Password {
    #[serde(default, deserialize_with = "given")]
    password: Option<String>,
}

type Secretly = ([(HeaderName, &'static str); 1], Json<Value>);

pub(super) async fn password(
    State(app): State<Arc<App>>,
    Extension(bearer): Extension<Bearer>,
    Path(text): Path<String>,
    Body(body): Body<Password>,
) -> Result<Secretly, Problem> {
    let (number, given) = (number(&text)?, body.password);
    find(&app, number).await?;
    let made = given.is_none().then(new_password);
    let password = given.map(Secret::from).or_else(|| made.clone()).unwrap_or_else(new_password);
    accounts::replace_password(&app, &(&bearer).into(), number, &password).await?;
    Ok((NOT_KEPT, Json(json!({ "password": made.as_ref().map(Secret::reveal) }))))
}

pub(super) async fn remove(
    State(app): State<Arc<App>>,
    Extension(bearer): Extension<Bearer>,
    Path(text): Path<String>,
) -> Result<StatusCode, Problem> {
    let done = accounts::remove(&app, &(&bearer).into(), number(&text)?).await?;
    if done { Ok(StatusCode::NO_CONTENT) } else { Err(no_account()) }
}

pub(super) async fn logins(
    State(app): State<Arc<App>>,
    Path(text): Path<String>,
) -> Result<Json<Value>, Problem> {
    let account = find(&app, number(&text)?).await?;
    Ok(Json(view::logins(&accounts::logins(&app, account.number, None).await?)))
}

pub(super) async fn end_logins(
    State(app): State<Arc<App>>,
    Extension(bearer): Extension<Bearer>,
    Path(text): Path<String>,
) -> Result<StatusCode, Problem> {
    let account = find(&app, number(&text)?).await?;
    accounts::end_logins(&app, &(&bearer).into(), account.number, None).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn end_login(
    State(app): State<Arc<App>>,
    Extension(bearer): Extension<Bearer>,
    Path((text, login)): Path<(String, String)>,
) -> Result<StatusCode, Problem> {
    let account = find(&app, number(&text)?).await?;
    let done = accounts::end_login(&app, &(&bearer).into(), account.number, &login).await?;
    if done { Ok(StatusCode::NO_CONTENT) } else { Err(no_login()) }
}

pub(super) async fn devices(
    State(app): State<Arc<App>>,
    Path(text): Path<String>,
) -> Result<Json<Value>, Problem> {
    Ok(Json(held(&app, &find(&app, number(&text)?).await?).await?))
}

pub(super) async fn bind(
    State(app): State<Arc<App>>,
    Extension(bearer): Extension<Bearer>,
    Path((text, device)): Path<(String, String)>,
) -> Result<Json<Value>, Problem> {
    let (number, device) = (number(&text)?, id(&device)?);
    let account = find(&app, number).await?;
    match accounts::bind(&app, &(&bearer).into(), number, device).await? {
        Bound::Now | Bound::Already => Ok(Json(held_one(&app, &account, device).await?)),
        Bound::NotOnRecord => Err(Problem::no_device()),
        Bound::ToAnother => {
            let (title, next) = ("The device belongs to another account", "take it from that account first");
            Err(Problem::new(StatusCode::CONFLICT, "already_bound", title, next))
        }
        Bound::LimitMet => {
            let (title, next) = ("The account has as many devices as it may", "raise its device_limit");
            Err(Problem::new(StatusCode::CONFLICT, "limit_met", title, next))
        }
    }
}

pub(super) async fn unbind(
    State(app): State<Arc<App>>,
    Extension(bearer): Extension<Bearer>,
    Path((text, device)): Path<(String, String)>,
) -> Result<StatusCode, Problem> {
    let (account, device) = (find(&app, number(&text)?).await?, id(&device)?);
    if accounts::unbind(&app, &(&bearer).into(), account.number, device).await? {
        return Ok(StatusCode::NO_CONTENT);
    }
    let (title, next) = ("The account does not own such a device", "see the devices of the account");
    Err(Problem::new(StatusCode::NOT_FOUND, "no_such_device", title, next))
}
