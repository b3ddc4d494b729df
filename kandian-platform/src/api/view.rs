//! How records are shown.

use kandian_proto::message::device::AbilityUpRequest;
use kandian_proto::time::UnixMillis;
use kandian_proto::value::DevType;
use serde_json::{Value, json};

use crate::access::Presence;
use crate::service::accounts::{Holding, Login};
use crate::store::{
    Account, Alarm, AuditEntry, Device, ExceptionReport, FoundAlarm, Hold, Picture, Rights, Share, UpnpState,
};

/// A moment as RFC 3339 says it, in UTC; null outside the years 1 to 9999.
#[must_use]
pub fn time(at: UnixMillis) -> Value {
    let Some(t) = at.civil(0) else { return Value::Null };
    let (date, clock) = ((t.year(), t.month(), t.day()), (t.hour(), t.minute(), t.second()));
    let millis = at.0.rem_euclid(1000);
    json!(format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{millis:03}Z",
        date.0, date.1, date.2, clock.0, clock.1, clock.2
    ))
}

fn maybe_time(at: Option<UnixMillis>) -> Value {
    at.map_or(Value::Null, time)
}

/// The name of a kind of device.
pub(super) fn kind(dev_type: DevType) -> Value {
    match dev_type {
        DevType::IPCAM => json!("ipc"),
        DevType::DVR => json!("dvr"),
        DevType::NVR => json!("nvr"),
        other => json!(other.0),
    }
}

/// A device, without its key.
#[must_use]
pub fn device(device: &Device, presence: Presence) -> Value {
    let presence = match presence {
        Presence::Online(_) => "online",
        Presence::Unknown => "unknown",
        Presence::Offline => "offline",
    };
    let text = |text: &str| if text.is_empty() { Value::Null } else { json!(text) };
    json!({
        "id": device.id.as_str(),
        "name": device.name,
        "kind": kind(device.dev_type),
        "manufacturer": device.manufacturer.as_str(),
        "manufacturer_name": device.manufacturer.name(),
        "manufacturer_name_zh": device.manufacturer.name_zh(),
        "model": device.model,
        "firmware": device.dev_ver,
        "presence": presence,
        "channels": device.channels,
        "viewers": device.viewers,
        "origin": device.origin,
        "blocked": device.blocked,
        "quirks": device.quirks.map(|quirks| quirks.to_string()),
        "addresses": {
            "public": text(&device.public_address),
            "local": text(&device.local_address),
            "upnp": text(&device.upnp_address),
            "relay": text(&device.relay_address),
        },
        "upnp_state": upnp_state(device),
        "net_type": device.net_type.0,
        "nat_type": device.nat_type.0,
        "created_at": time(device.created_at),
        "registered_at": maybe_time(device.registered_at),
        "login_at": maybe_time(device.login_at),
        "seen_at": maybe_time(device.seen_at),
    })
}

/// Whether clients reach the device at its router; null when it names no port there.
fn upnp_state(device: &Device) -> Value {
    match device.upnp_state {
        _ if device.upnp_address.is_empty() => Value::Null,
        UpnpState::NotTried => json!("not_tried"),
        UpnpState::Open => json!("open"),
        UpnpState::Closed => json!("closed"),
    }
}

/// An account, without its hash: nobody needs it.
#[must_use]
pub fn account(account: &Account) -> Value {
    json!({
        "number": account.number,
        "state": account.state,
        "device_limit": account.device_limit,
        "origin": account.origin,
        "has_password": account.password.is_some(),
        "created_at": time(account.created_at),
        "login_at": maybe_time(account.login_at),
        "login_from": account.login_from,
    })
}

pub(super) fn logins(logins: &[Login]) -> Value {
    let shown = logins.iter().map(|login| {
        json!({
            "id": login.id,
            "client": login.record.client,
            "address": login.record.address,
            "created_at": time(login.record.created_at),
            "expires_at": time(login.record.expires_at),
            "is_this": login.is_this,
        })
    });
    json!({ "logins": shown.collect::<Vec<_>>() })
}

/// A device that somebody holds, as he sees it.
pub(super) fn holding(held: &Holding) -> Option<Value> {
    let first = held.points.first()?;
    let report = held.report.as_ref();
    let can = |flag: fn(&AbilityUpRequest) -> bool| report.is_some_and(flag);
    let (owned, rights) = match first.hold {
        Hold::Owner => (true, Rights::ALL),
        Hold::Guest(rights) => (false, rights),
    };
    let named = |(no, name): (u16, &str)| json!({ "no": no, "name": name });
    let channels = held.points.iter().map(|point| named((point.channel, &point.name)));
    let inputs = (0_u16..).zip(held.inputs.iter().map(String::as_str)).map(named);
    let videos = report.map(|report| report.videos.as_slice()).unwrap_or_default();
    let videos =
        videos.iter().map(|v| json!({ "stream_type": v.stream_type.0, "frame_size": v.frame_size.0 }));
    Some(json!({
        "id": first.device.as_str(),
        "owned": owned,
        "rights": rights.each().collect::<Vec<_>>(),
        "online": first.online,
        "channels": channels.collect::<Vec<_>>(),
        "inputs": inputs.collect::<Vec<_>>(),
        "videos": videos.collect::<Vec<_>>(),
        "can": {
            "ptz": can(|r| r.ptz_flag),
            "motion_detection": can(|r| r.motion_detection_flag),
            "infrared_detection": can(|r| r.infrared_detection_flag),
            "manual_alarm": can(|r| r.manual_alarm_flag),
            "dido_alarm": can(|r| r.dido_alarm_flag),
        },
    }))
}

pub(super) fn share(share: &Share) -> Value {
    json!({
        "device": share.device.as_str(),
        "number": share.account,
        "rights": share.rights.each().collect::<Vec<_>>(),
        "expires_at": maybe_time(share.expires_at),
    })
}

pub(super) fn found_alarm(found: &FoundAlarm) -> Value {
    let mut shown = alarm(&found.alarm);
    if let Some(shown) = shown.as_object_mut() {
        shown.insert("channel_name".to_owned(), json!(found.channel_name));
        shown.insert("input_name".to_owned(), json!(found.input_name));
    }
    shown
}

pub(super) fn alarm(alarm: &Alarm) -> Value {
    json!({
        "id": alarm.id,
        "device": alarm.device.as_str(),
        "channel": alarm.channel,
        "alarm_type": alarm.alarm_type.0,
        "meaning": alarm.alarm_type.name_en(),
        "meaning_zh": alarm.alarm_type.name_zh(),
        "dido": alarm.dido,
        "description": alarm.description,
        "file_name": alarm.file_name,
        "received_at": time(alarm.received_at),
    })
}

pub(super) fn exception(report: &ExceptionReport) -> Value {
    json!({
        "id": report.id,
        "device": report.device.as_str(),
        "channel": report.channel,
        "exception_type": report.exception_type.0,
        "meaning": report.exception_type.name_en(),
        "meaning_zh": report.exception_type.name_zh(),
        "description": report.description,
        "received_at": time(report.received_at),
    })
}

pub(super) fn picture(picture: &Picture) -> Value {
    json!({
        "id": picture.id,
        "device": picture.device.as_str(),
        "channel": picture.channel,
        "file_name": picture.file_name,
        "taken_at": picture.taken_at,
        "received_at": time(picture.received_at),
    })
}

pub(super) fn audit(id: i64, entry: &AuditEntry) -> Value {
    json!({
        "id": id,
        "at": time(entry.at),
        "actor": entry.actor,
        "action": entry.action,
        "target": entry.target,
        "detail": entry.detail,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments() {
        assert_eq!(time(UnixMillis(1_395_109_800_007)), json!("2014-03-18T02:30:00.007Z"));
        assert_eq!(time(UnixMillis(-1)), json!("1969-12-31T23:59:59.999Z"));
        assert_eq!(time(UnixMillis(i64::MAX)), Value::Null);
    }
}
