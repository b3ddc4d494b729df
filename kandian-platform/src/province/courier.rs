//! Delivering what is queued of users, in order for each account. Spec §6.2 to §6.4; E-40.
//!
//! | answer | what becomes of the report |
//! |---|---|
//! | 0 | it is delivered |
//! | 1, 2 | the group platform refuses this platform: all reports wait until an operator has corrected that |
//! | 3 | it is kept as refused, for an administrator; except 3 for a cancellation that was sent before: it is delivered |
//! | 255 and others | it is sent again a few times, then kept as refused |
//! | none | all reports wait |

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use kandian_proto::message::group::{ServiceCancelRequest, ServiceChangeRequest, ServiceOpenRequest};
use kandian_proto::time::Millis;
use kandian_proto::{Request, Response};

use super::ask::{Known, ask};
use super::{LastReport, pause};
use crate::app::App;
use crate::store::{AccountReport, ReportKind, StoreError};

/// How often the queue is looked at when this process has queued nothing: a command may have.
const EVERY: Duration = Duration::from_secs(5);
/// Reports that are looked at together.
const TOGETHER: u32 = 100;
/// How often a report is sent that is answered 255, which may mean that the other has trouble.
const TRIES: u32 = 3;

/// What became of a report.
#[derive(Debug, PartialEq, Eq)]
enum Fate {
    Delivered,
    /// For good.
    Refused(String),
    /// This one, perhaps for now.
    NotNow(String),
    /// The platform, until an operator has corrected it.
    Unwelcome(String),
    /// Nobody answered.
    Silence(String),
}

/// Delivers reports until the platform stops.
pub(crate) async fn deliver_reports(app: Arc<App>) {
    let mut failures = 0;
    // Reports that were answered 255: how often, and until when they wait. What nobody answered does not count.
    let mut waits = BTreeMap::new();
    loop {
        let stepped = tokio::select! {
            stepped = step(&app, &mut waits) => stepped,
            () = app.stop.cancelled() => return,
        };
        let wait = match stepped {
            Ok(Step::Delivered) => {
                failures = 0;
                continue;
            }
            Ok(Step::Nothing) => EVERY,
            Ok(Step::Unwelcome) => pause::REFUSED,
            Ok(Step::Silence) => {
                failures += 1;
                pause::after(failures)
            }
            Err(error) => {
                tracing::error!(%error, "reports to the group platform cannot be read or noted");
                failures += 1;
                pause::after(failures)
            }
        };
        // A further report does not end a pause that is for all of them.
        let is_idle = wait == EVERY;
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            () = app.store.report_queued(), if is_idle => {}
            () = app.uplink.users_wanted() => waits.clear(),
            () = app.stop.cancelled() => return,
        }
    }
}

enum Step {
    Delivered,
    Nothing,
    Unwelcome,
    Silence,
}

/// Sends the next report.
async fn step(app: &App, waits: &mut BTreeMap<i64, (u32, Millis)>) -> Result<Step, StoreError> {
    let now = app.clock.now().mono;
    let next = app.store.next_reports(TOGETHER).await?;
    count(app).await?;
    let Some(report) =
        next.into_iter().find(|report| waits.get(&report.id).is_none_or(|(_, until)| *until <= now))
    else {
        return Ok(Step::Nothing);
    };
    // Noted before it is sent: an answer may be lost with this process.
    app.store.report_sent(report.id).await?;
    let fate = send(app, &report).await;
    let (id, at) = (report.id, app.clock.wall());
    let failure = match &fate {
        Fate::Delivered => None,
        Fate::Refused(why) | Fate::NotNow(why) | Fate::Unwelcome(why) | Fate::Silence(why) => {
            Some(why.clone())
        }
    };
    app.uplink.user_reported(LastReport { at, failure });
    let told = waits.get(&id).map_or(0, |(told, _)| *told) + 1;
    if !matches!(fate, Fate::NotNow(_)) {
        waits.remove(&id);
    }
    let step = match fate {
        Fate::Delivered => {
            app.store.drop_report(id).await?;
            Step::Delivered
        }
        Fate::NotNow(why) if told < TRIES => {
            let wait = u64::try_from(pause::after(told).as_millis()).unwrap_or(u64::MAX);
            waits.insert(id, (told, now + Millis(wait)));
            app.store.report_failed(id, why, None).await?;
            Step::Delivered
        }
        Fate::Refused(why) | Fate::NotNow(why) => {
            waits.remove(&id);
            tracing::error!(report = id, kind = report.kind.name(), %why,
                "the group platform refused what it was told of a user; see GET /api/v1/group/reports");
            app.store.report_failed(id, why, Some(at)).await?;
            Step::Delivered
        }
        Fate::Unwelcome(why) => {
            tracing::error!(%why, "the group platform refuses this platform; what is to be told of users waits");
            app.store.report_failed(id, why, None).await?;
            Step::Unwelcome
        }
        Fate::Silence(why) => {
            tracing::warn!(%why, "the group platform does not answer; what is to be told of users waits");
            app.store.report_failed(id, why, None).await?;
            Step::Silence
        }
    };
    count(app).await?;
    Ok(step)
}

async fn count(app: &App) -> Result<(), StoreError> {
    let counts = app.store.count_reports().await?;
    metrics::gauge!("kandian_group_reports", "state" => "waiting").set(counts.waiting as f64);
    metrics::gauge!("kandian_group_reports", "state" => "refused").set(counts.refused as f64);
    Ok(())
}

async fn send(app: &App, report: &AccountReport) -> Fate {
    let answer = match ask(app, &request(app, report)).await {
        Ok(answer) => answer,
        Err(error) => return Fate::Silence(error.to_string()),
    };
    let (code, why) = match answer {
        Response::ServiceOpen(answer) => (answer.result.0, answer.result.to_string()),
        Response::ServiceChange(answer) => (answer.result.0, answer.result.to_string()),
        Response::ServiceCancel(answer) => (answer.result.0, answer.result.to_string()),
        _ => return Fate::Silence("an answer to another question".to_owned()),
    };
    judge(report.kind, report.attempts, code, format!("answered {why}"))
}

fn request(app: &App, report: &AccountReport) -> Request {
    let Known { province_no, cms_no, password } = Known::of(app);
    let (account, cameras) = (report.account.to_string(), report.cameras);
    match report.kind {
        ReportKind::Open => ServiceOpenRequest::new(province_no, cms_no, password, account, cameras).into(),
        ReportKind::Change => {
            ServiceChangeRequest::new(province_no, cms_no, password, account, cameras).into()
        }
        ReportKind::Cancel => ServiceCancelRequest::new(province_no, cms_no, password, account).into(),
    }
}

/// What a result means; the codes are the same in all three operations.
fn judge(kind: ReportKind, sent_before: u32, code: u16, why: String) -> Fate {
    match (code, kind) {
        (0, _) => Fate::Delivered,
        (1 | 2, _) => Fate::Unwelcome(why),
        // It was taken then, and the answer was lost.
        (3, ReportKind::Cancel) if sent_before > 0 => Fate::Delivered,
        (3, ReportKind::Cancel | ReportKind::Change) => Fate::Refused(why),
        _ => Fate::NotNow(why),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    ///
    #[test]
    fn what_results_mean() {
        use ReportKind::{Cancel, Change, Open};
        let fate = |kind, sent_before, code| judge(kind, sent_before, code, String::new());
        for kind in [Open, Change, Cancel] {
            assert_eq!(fate(kind, 0, 0), Fate::Delivered);
            assert_eq!(
                (fate(kind, 0, 1), fate(kind, 5, 2)),
                (Fate::Unwelcome(String::new()), Fate::Unwelcome(String::new()))
            );
            assert_eq!(
                (fate(kind, 0, 255), fate(kind, 0, 9)),
                (Fate::NotNow(String::new()), Fate::NotNow(String::new()))
            );
        }
        assert_eq!(fate(Change, 2, 3), Fate::Refused(String::new()));
        assert_eq!((fate(Cancel, 0, 3), fate(Cancel, 1, 3)), (Fate::Refused(String::new()), Fate::Delivered));
        assert_eq!(fate(Open, 0, 3), Fate::NotNow(String::new()));
    }
}
