//! How records are shown.

use kandian_proto::time::UnixMillis;
use kandian_proto::value::DevType;
use serde_json::{Value, json};

use crate::access::Presence;
use crate::store::{Alarm, AuditEntry, Device, ExceptionReport, Picture, UpnpState};

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

pub(super) fn audit(entry: &AuditEntry) -> Value {
    json!({
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
