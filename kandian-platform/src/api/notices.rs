//! Of what a user is told by short message..

use std::sync::Arc;

use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::{Extension, Json};
use kandian_proto::value::AlarmType;
use serde::Deserialize;
use serde_json::{Value, json};

use super::auth::User;
use super::body::{Body, given};
use super::devices::id;
use super::problem::Problem;
use crate::app::App;
use crate::rules::{AlarmTypes, DAY, NoticeRule};
use crate::service::notices::{NoticeFailure, remove_notice, set_notice};

impl From<NoticeFailure> for Problem {
    fn from(why: NoticeFailure) -> Self {
        match why {
            NoticeFailure::NotPermitted(why) => why.into(),
            NoticeFailure::TooMany => {
                let next = "remove one with DELETE, or let one rule stand for all channels of a device";
                Self::new(StatusCode::CONFLICT, "too_many", "There are too many rules already", next)
            }
            NoticeFailure::Store(error) => error.into(),
        }
    }
}

fn shown(rule: &NoticeRule) -> Value {
    json!({
        "device": rule.device.as_str(),
        "channel": rule.channel,
        "alarms": rule.alarms.iter().map(|alarm| alarm.0).collect::<Vec<_>>(),
        "exceptions": rule.exceptions,
        "begins": clock(rule.begins),
        "ends": clock(rule.ends),
    })
}

fn clock(minute: u16) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

/// A minute of the day, as `08:30`.
fn minute(text: &str) -> Result<u16, Problem> {
    let number = |text: &str| {
        let is_plain = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
        if is_plain { text.parse::<u16>().ok() } else { None }
    };
    let read = text.split_once(':').and_then(|(hour, minute)| Some((number(hour)?, number(minute)?)));
    match read {
        Some((hour, minute)) if minute < 60 && hour * 60 + minute < DAY => Ok(hour * 60 + minute),
        _ => Err(Problem::invalid("A time of the day is written as 08:30")),
    }
}

pub(super) async fn list(
    State(app): State<Arc<App>>,
    Extension(user): Extension<User>,
) -> Result<Json<Value>, Problem> {
    let rules = app.store.notices_of(user.account.number).await?;
    Ok(Json(json!({ "notices": rules.iter().map(shown).collect::<Vec<_>>() })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Rule {
    #[serde(default, deserialize_with = "given")]
    channel: Option<u16>,
    alarms: Vec<u16>,
    #[serde(default)]
    exceptions: bool,
    #[serde(default, deserialize_with = "given")]
    begins: Option<String>,
    #[serde(default, deserialize_with = "given")]
    ends: Option<String>,
}

pub(super) async fn set(
    State(app): State<Arc<App>>,
    Extension(user): Extension<User>,
    Path(text): Path<String>,
    Body(body): Body<Rule>,
) -> Result<Json<Value>, Problem> {
    let device = id(&text)?;
    if let Some(kind) = body.alarms.iter().find(|kind| !AlarmType(**kind).is_known()) {
        return Err(Problem::invalid(format!("There is no type of alarm {kind}; there are 1 to 4")));
    }
    let at = |text: Option<&str>| text.map_or(Ok(0), minute);
    let rule = NoticeRule {
        account: user.account.number,
        device,
        channel: body.channel,
        alarms: body.alarms.into_iter().map(AlarmType).collect::<AlarmTypes>(),
        exceptions: body.exceptions,
        begins: at(body.begins.as_deref())?,
        ends: at(body.ends.as_deref())?,
    };
    set_notice(&app, &user.account, rule).await?;
    Ok(Json(shown(&rule)))
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Of {
    channel: Option<u16>,
}

pub(super) async fn remove(
    State(app): State<Arc<App>>,
    Extension(user): Extension<User>,
    Path(text): Path<String>,
    query: Result<Query<Of>, QueryRejection>,
) -> Result<StatusCode, Problem> {
    let (device, Query(of)) = (id(&text)?, query?);
    if remove_notice(&app, &user.account, device, of.channel).await? {
        return Ok(StatusCode::NO_CONTENT);
    }
    let next = "see GET /api/v1/me/notices";
    Err(Problem::new(StatusCode::NOT_FOUND, "no_such_rule", "There is no such rule", next))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_the_day() {
        for (text, expected) in [("00:00", Some(0)), ("08:30", Some(510)), ("23:59", Some(1_439))] {
            assert_eq!(minute(text).ok(), expected);
            assert_eq!(clock(expected.unwrap()), text);
        }
        for text in ["", "8:30", "24:00", "12:60", "+1:00", "12:00:00", "12", "١٢:00"] {
            assert!(minute(text).is_err(), "{text}");
        }
    }
}
