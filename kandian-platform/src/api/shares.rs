//! Devices that a user shares with others.; E-158.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::{Extension, Json};
use serde::Deserialize;
use serde_json::{Value, json};

use super::auth::User;
use super::body::Body;
use super::devices::id;
use super::mine::number;
use super::moment::moment;
use super::problem::Problem;
use super::view;
use crate::app::App;
use crate::service::accounts::{self, ShareFailure};
use crate::store::{MOST_SHARES, Right, Share};

pub(super) async fn list(
    State(app): State<Arc<App>>,
    Extension(user): Extension<User>,
    Path(text): Path<String>,
) -> Result<Json<Value>, Problem> {
    let shares = accounts::shares(&app, &user.account, id(&text)?).await?;
    Ok(Json(json!({ "shares": shares.iter().map(view::share).collect::<Vec<_>>() })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wanted {
    rights: Vec<Right>,
    #[serde(default)]
    expires_at: Option<String>,
}

pub(super) async fn set(
    State(app): State<Arc<App>>,
    Extension(user): Extension<User>,
    Path((text, guest)): Path<(String, String)>,
    Body(body): Body<Wanted>,
) -> Result<Json<Value>, Problem> {
    let (device, account, wanted) = (id(&text)?, number(&guest)?, body);
    if wanted.rights.is_empty() {
        return Err(Problem::invalid("A share without rights is none; end it with DELETE"));
    }
    let expires_at = wanted.expires_at.as_deref().map(moment).transpose()?;
    if expires_at.is_some_and(|at| at <= app.clock.wall()) {
        return Err(Problem::invalid("`expires_at` has passed; end the share with DELETE"));
    }
    let share = Share { device, account, rights: wanted.rights.into_iter().collect(), expires_at };
    accounts::share(&app, &user.account, share.clone()).await?;
    Ok(Json(view::share(&share)))
}

pub(super) async fn end(
    State(app): State<Arc<App>>,
    Extension(user): Extension<User>,
    Path((text, guest)): Path<(String, String)>,
) -> Result<StatusCode, Problem> {
    if accounts::unshare(&app, &user.account, id(&text)?, number(&guest)?).await? {
        return Ok(StatusCode::NO_CONTENT);
    }
    let (title, next) = ("The device is not shared with this number", "see the list of shares");
    Err(Problem::new(StatusCode::NOT_FOUND, "no_such_share", title, next))
}

impl From<ShareFailure> for Problem {
    fn from(failure: ShareFailure) -> Self {
        match failure {
            ShareFailure::NotPermitted(why) => why.into(),
            ShareFailure::UnknownGuest => {
                let (title, next) = ("There is no account with this number", "check the number");
                Self::new(StatusCode::NOT_FOUND, "no_such_account", title, next)
            }
            ShareFailure::Oneself => Self::invalid("A device is not shared with its owner"),
            ShareFailure::TooMany => {
                let title = format!("A device is shared with at most {MOST_SHARES}");
                Self::new(StatusCode::CONFLICT, "limit_met", title, "end a share first")
            }
            ShareFailure::Store(error) => error.into(),
        }
    }
}
