//! Who is told of alarms and exceptions.; E-136.

use kandian_proto::DevId;
use kandian_proto::message::device::{AlarmNotifyRequest, ExceptionNotifyRequest};
use kandian_proto::time::UnixMillis;
use kandian_proto::value::AlarmType;

use super::accounts::{NotPermitted, permitted};
use super::short_messages::{MINUTE, SECOND, day_began, message, on_the_wall, outcome};
use super::{Actor, noted};
use crate::app::App;
use crate::rules::{DAY, Heard, NoticeRule, filled, in_a_message, who_hears};
use crate::store::{Account, MessageKind, Named, Notices, Queued, Quota, Right, StoreError};

/// How long a notice is worth sending: who hears of an alarm hours later is no better off.
const NOTICE_LASTS: i64 = 60 * MINUTE;
/// Between two notices of the same. E-136
const SAME: i64 = 60 * SECOND;

/// Why a rule was not set.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NoticeFailure {
    /// The account may not read the alarms of the device.
    #[error(transparent)]
    NotPermitted(#[from] NotPermitted),
    /// It has as many rules as anybody may.
    #[error("there are too many rules already")]
    TooMany,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Sets of what an account is told.
///
/// # Errors
///
/// [`NoticeFailure`].
pub async fn set_notice(app: &App, account: &Account, rule: NoticeRule) -> Result<(), NoticeFailure> {
    let rule = NoticeRule { account: account.number, ..rule };
    permitted(app, account, rule.device, Right::Alarms).await?;
    let store = noted(app, &Actor::User(account.number), "notice.set", rule.device, &of(rule.channel));
    if store.set_notice(rule).await? { Ok(()) } else { Err(NoticeFailure::TooMany) }
}

/// Takes a rule of an account away, also one for a device that it does not hold any more; returns whether there was one.
///
/// # Errors
///
/// [`NoticeFailure`]: without a rule, a device that the account does not hold is not there.
pub async fn remove_notice(
    app: &App,
    account: &Account,
    device: DevId,
    channel: Option<u16>,
) -> Result<bool, NoticeFailure> {
    let store = noted(app, &Actor::User(account.number), "notice.remove", device, &of(channel));
    if store.remove_notice(account.number, device, channel).await? {
        return Ok(true);
    }
    permitted(app, account, device, Right::Alarms).await?;
    Ok(false)
}

fn of(channel: Option<u16>) -> String {
    channel.map_or_else(|| "all channels".to_owned(), |channel| format!("channel {channel}"))
}

/// Who is told of an alarm, and in which words.
///
/// # Errors
///
/// When the database fails.
pub(super) async fn of_alarm(app: &App, alarm: &AlarmNotifyRequest) -> Result<Notices, StoreError> {
    let kind = alarm.alarm_type;
    let dido = alarm.dido_no.filter(|_| kind == AlarmType::DIGITAL_INPUT);
    let what = match (kind.name_zh(), dido) {
        (_, Some(dido)) => match app.store.name_of(Named::Input, alarm.dev_id, dido).await? {
            Some(name) => in_a_message(&name),
            None => format!("开关量{dido}报警"),
        },
        (Some(name), None) => name.to_owned(),
        (None, None) => format!("报警{}", kind.0),
    };
    let about =
        format!("alarm {} {} {} {}", alarm.dev_id, alarm.channel_no, kind.0, dido.unwrap_or_default());
    let told =
        Told { device: alarm.dev_id, channel: alarm.channel_no, about, what, words: &alarm.alarm_desc };
    notices(app, Heard::Alarm(kind), told).await
}

/// Who is told of an exception.
///
/// # Errors
///
/// When the database fails.
pub(super) async fn of_exception(app: &App, report: &ExceptionNotifyRequest) -> Result<Notices, StoreError> {
    let kind = report.exception_type.or_unknown();
    let what = kind.name_zh().unwrap_or("未知错误").to_owned();
    let about = format!("exception {} {} {}", report.dev_id, report.channel_no, kind.0);
    let told = Told {
        device: report.dev_id,
        channel: report.channel_no,
        about,
        what,
        words: &report.exception_desc,
    };
    notices(app, Heard::Exception, told).await
}

/// Counts what became of messages that were stored along with something.
pub(super) fn count(app: &App, queued: &[Queued]) {
    for one in queued {
        let outcome = outcome(*one);
        metrics::counter!("kandian_short_messages_asked_total", "kind" => "notice", "outcome" => outcome)
            .increment(1);
    }
    if queued.iter().any(|one| matches!(one, Queued::Yes(_))) {
        app.post.wake();
    }
}

/// Something that people are told of.
struct Told<'a> {
    device: DevId,
    channel: u16,
    about: String,
    what: String,
    words: &'a str,
}

async fn notices(app: &App, heard: Heard, told: Told<'_>) -> Result<Notices, StoreError> {
    let now = app.clock.wall();
    let rules = app.store.notices_for(told.device, now).await?;
    if rules.is_empty() {
        return Ok(Notices::default());
    }
    let who = who_hears(&rules, told.channel, heard, minute_of_day(app, now));
    if who.is_empty() {
        return Ok(Notices::default());
    }
    let settings = &app.config.sms;
    let (kind, template) = match heard {
        Heard::Alarm(_) => (MessageKind::Alarm, &settings.alarm_text),
        Heard::Exception => (MessageKind::Exception, &settings.exception_text),
    };
    let (device, channel) = (told.device.to_string(), told.channel.to_string());
    let name = match app.store.name_of(Named::Channel, told.device, told.channel).await? {
        Some(name) => name,
        None => app.store.device(told.device).await?.map(|record| record.name).unwrap_or_default(),
    };
    let name = if name.is_empty() { device.clone() } else { in_a_message(&name) };
    let link = filled(&settings.link, &[("device", &device), ("channel", &channel)]);
    let words = in_a_message(told.words);
    let values = [
        ("time", &*local_time(app, now)),
        ("name", &*name),
        ("what", &*told.what),
        ("link", &*link),
        ("words", &*words),
    ];
    let body = filled(template, &values);
    let expires_at = UnixMillis(now.0 + NOTICE_LASTS);
    let one = |to| message(to, kind, told.about.clone(), body.clone(), expires_at);
    Ok(Notices { messages: who.into_iter().map(one).collect(), quota: Some(of_notices(app, now)) })
}

/// What may be told.
fn of_notices(app: &App, now: UnixMillis) -> Quota {
    let settings = &app.config.sms;
    // A cap that is all reserved leaves one: 0 would be no limit.
    let in_all = match settings.daily_cap {
        0 => 0,
        cap => cap.saturating_sub(settings.reserved).max(1),
    };
    Quota {
        pause: SAME,
        per_hour: 0,
        per_day: settings.notices_per_number_per_day,
        in_all,
        day_began: day_began(app, now),
    }
}

fn minute_of_day(app: &App, now: UnixMillis) -> u16 {
    let minutes = on_the_wall(app, now).div_euclid(MINUTE).rem_euclid(i64::from(DAY));
    u16::try_from(minutes).unwrap_or_default()
}

fn local_time(app: &App, now: UnixMillis) -> String {
    let minute = minute_of_day(app, now);
    format!("{:02}:{:02}", minute / 60, minute % 60)
}
