//! The alarms of an account's devices. Spec §8.19; E-163, E-164.

use kandian_proto::Outcome;
use kandian_proto::message::client::{Alarm, AlarmPage, QueryAlarmRequest, QueryAlarmResponse};
use kandian_proto::time::{Timestamp, UnixMillis};
use kandian_proto::value::{AlarmType, McuDeviceOpResult, PageNo};

use super::code::{Codes as _, Why, who};
use crate::app::App;
use crate::service::accounts::permitted;
use crate::store::{AlarmSearch, FoundAlarm, Right};

/// Ten a page, the newest first, with the count of all.
pub(super) async fn search(app: &App, request: &QueryAlarmRequest) -> QueryAlarmResponse {
    QueryAlarmResponse::new(match page(app, request).await {
        Ok(page) => Outcome::Success(page),
        Err(why) => Outcome::Failure(McuDeviceOpResult::code(why)),
    })
}

async fn page(app: &App, request: &QueryAlarmRequest) -> Result<AlarmPage, Why> {
    let account = who(app, &request.account, &request.login_session).await?;
    let device = request.dev_id.get();
    if let Some(device) = device {
        permitted(app, &account, device, Right::Alarms).await?;
    }
    let offset = app.config.province.offset_minutes;
    let moment = |time: Timestamp| UnixMillis::from_civil(time, offset);
    let search = AlarmSearch {
        account: account.number,
        device,
        // Without a device there is no channel to speak of (E-164).
        channel: request.channel_no.filter(|_| device.is_some()),
        alarm_type: None,
        before: None,
        from: request.start_time.get().map(moment),
        // The last second is part of the span.
        until: request.end_time.get().map(|time| UnixMillis(moment(time).0 + 999)),
        skip: request.page_no.first_index(),
        limit: PageNo::ENTRIES,
    };
    let (found, total) = app.store.search_alarms(search, app.clock.wall()).await?;
    let alarms = found.into_iter().filter_map(|alarm| entry(alarm, offset)).collect::<Vec<_>>();
    Ok(AlarmPage::new(u32::try_from(total).unwrap_or(u32::MAX)).alarms(alarms))
}

fn entry(found: FoundAlarm, offset: i16) -> Option<Alarm> {
    let alarm = found.alarm;
    let name = found.channel_name.unwrap_or_else(|| format!("{}_{}", alarm.device, alarm.channel));
    let input = match (alarm.alarm_type, alarm.dido) {
        (AlarmType::DIGITAL_INPUT, Some(no)) => found.input_name.unwrap_or_else(|| format!("DI{no}")),
        _ => String::new(),
    };
    Some(Alarm::new(name, alarm.alarm_type, input, alarm.received_at.civil(offset)?))
}
