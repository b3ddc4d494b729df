//! What a device asks or reports once it is logged in. Spec §7.5.2, §7.5.4, §7.5.5, §7.5.23, §7.5.27, §7.5.34.

use kandian_proto::json::Reveal;
use kandian_proto::message::device::{
    AbilityUpRequest, AbilityUpResponse, AlarmNotifyRequest, AlarmNotifyResponse, ExceptionNotifyRequest,
    ExceptionNotifyResponse, NotifyPictureRequest, NotifyPictureResponse, RecordPlayRequest,
    RecordPlayResponse, VideoPlayRequest, VideoPlayResponse,
};
use kandian_proto::value::GenericResult;
use kandian_proto::{DevId, Request, Response};

use crate::app::App;
use crate::events::What;
use crate::service::notices;
use crate::store::{Notices, StoreError};

/// What to answer; `None` when nothing was stored and there is no way to say so: the device asks again.
pub type Reply = Option<Response>;

/// Stores what a device reports, decides what it asks, and answers. What is answered with success is on disk.
///
/// `device` is the one of the login; the id in the message is not believed.
pub async fn answer(app: &App, device: DevId, request: Request) -> Reply {
    match request {
        Request::AbilityUp(report) => capabilities(app, device, report).await,
        Request::AlarmNotify(alarm) => Some(alarm_raised(app, device, alarm).await.into()),
        Request::ExceptionNotify(report) => Some(exception(app, device, report).await.into()),
        Request::NotifyPicture(notice) => picture(app, device, notice).await,
        Request::VideoPlay(check) => Some(live_token(app, device, &check).into()),
        Request::RecordPlay(check) => Some(playback_token(app, device, &check).into()),
        // Logins and heartbeats are answered elsewhere, and devices ask nothing else.
        _ => None,
    }
}

fn failed(device: DevId, what: &str, error: &StoreError) {
    tracing::error!(%device, %error, "{what} could not be stored");
}

/// Nobody is told, and it is stored all the same: the list of alarms is worth more than a message.
fn untold(device: DevId, error: &StoreError) -> Notices {
    tracing::error!(%device, %error, "who wants to hear of it could not be read");
    Notices::default()
}

async fn capabilities(app: &App, device: DevId, mut report: AbilityUpRequest) -> Reply {
    report.dev_id = device;
    let now = app.clock.now();
    let channels = report.channel_num;
    let document = serde_json::to_string(&Reveal(&report)).unwrap_or_default();
    // The response has no Result, so a failure is told by silence: the device reports again (E-10, E-80).
    if let Err(error) = app.store.put_capabilities(device, document, channels, app.clock.wall()).await {
        failed(device, "capabilities", &error);
        return None;
    }
    app.bus.publish(app.clock.wall(), device, What::Capabilities);
    Some(AbilityUpResponse::new().dev_id(device).time(now.civil(app.link.offset_minutes)).into())
}

async fn alarm_raised(app: &App, device: DevId, mut alarm: AlarmNotifyRequest) -> AlarmNotifyResponse {
    alarm.dev_id = device;
    let told = notices::of_alarm(app, &alarm).await.unwrap_or_else(|error| untold(device, &error));
    let result = match app.store.add_alarm(alarm.clone(), told, app.clock.wall()).await {
        Ok((id, queued)) => {
            notices::count(app, &queued);
            metrics::counter!("kandian_alarms_total").increment(1);
            let (channel, alarm_type) = (alarm.channel_no, alarm.alarm_type.0);
            let what = What::Alarm { id, channel, alarm_type, description: alarm.alarm_desc };
            app.bus.publish(app.clock.wall(), device, what);
            GenericResult::OK
        }
        Err(error) => {
            failed(device, "an alarm", &error);
            GenericResult::OTHER
        }
    };
    AlarmNotifyResponse::new(result).dev_id(device)
}

async fn exception(app: &App, device: DevId, mut report: ExceptionNotifyRequest) -> ExceptionNotifyResponse {
    report.dev_id = device;
    let told = notices::of_exception(app, &report).await.unwrap_or_else(|error| untold(device, &error));
    let result = match app.store.add_exception(report.clone(), told, app.clock.wall()).await {
        Ok((id, queued)) => {
            notices::count(app, &queued);
            let (channel, exception_type) = (report.channel_no, report.exception_type.0);
            let what = What::Exception { id, channel, exception_type, description: report.exception_desc };
            app.bus.publish(app.clock.wall(), device, what);
            GenericResult::OK
        }
        Err(error) => {
            failed(device, "an exception", &error);
            GenericResult::OTHER
        }
    };
    ExceptionNotifyResponse::new(result).dev_id(device)
}

async fn picture(app: &App, device: DevId, mut notice: NotifyPictureRequest) -> Reply {
    notice.dev_id = device;
    match app.store.add_picture(notice.clone(), app.clock.wall()).await {
        Ok(id) => {
            let what = What::Picture { id, channel: notice.channel_no, file_name: notice.file_name };
            app.bus.publish(app.clock.wall(), device, what);
            Some(NotifyPictureResponse::new().dev_id(device).into())
        }
        // No Result here either (E-10).
        Err(error) => {
            failed(device, "the notice of a picture", &error);
            None
        }
    }
}

fn live_token(app: &App, device: DevId, check: &VideoPlayRequest) -> VideoPlayResponse {
    let mut check = check.clone();
    check.dev_id = device;
    let now = app.clock.now();
    let verdict = app.with_plays(|book| book.verify_live(now, &check));
    app.media.plays.checked(now, &check.hash_token, verdict.as_ref().err().copied());
    VideoPlayResponse::new(verdict_code(device, verdict)).dev_id(device)
}

fn playback_token(app: &App, device: DevId, check: &RecordPlayRequest) -> RecordPlayResponse {
    let mut check = check.clone();
    check.dev_id = device;
    let verdict = app.with_plays(|book| book.verify_recording(app.clock.now(), &check));
    RecordPlayResponse::new(verdict_code(device, verdict)).dev_id(device)
}

fn verdict_code<T>(device: DevId, verdict: Result<T, kandian_proto::play::TokenRefusal>) -> GenericResult {
    match verdict {
        Ok(_) => GenericResult::OK,
        Err(refusal) => {
            tracing::info!(%device, %refusal, "play token refused (R-7.61)");
            refusal.result()
        }
    }
}
