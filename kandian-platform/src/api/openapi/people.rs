//! What the description says of users, administrators and their accounts.

use serde_json::{Map, Value, json};

use super::reference;
use crate::api::crm::LONGEST_KEY;

/// How whoever asks shows who he is.
pub(super) fn security_schemes() -> Value {
    json!({
        "token": {
            "type": "http", "scheme": "bearer",
            "description": "A token of a program or an administrator: `kandian-platform token create`",
        },
        "session": {
            "type": "http", "scheme": "bearer",
            "description": "The `session` of POST /api/v1/session, or the LoginSession of 8.2",
        },
        "signature": {
            "type": "apiKey", "in": "header", "name": "Kandian-Signature",
            "description": "`v1=` and HMAC-SHA256 in hexadecimal digits over six lines: kandian-v1, method, path with query, \
                Kandian-Timestamp, Idempotency-Key, SHA-256 of the body in hexadecimal digits",
        },
        "certificate": { "type": "mutualTLS", "description": "With crm.auth = \"mtls\"" },
    })
}

/// The headers of a request that is signed, beside the signature.
pub(super) fn signed_headers() -> Vec<Value> {
    let header = |name: &str, required: bool, what: &str, schema: Value| json!({ "name": name, "in": "header", "required": required, "description": what, "schema": schema });
    let key =
        json!({ "type": "string", "minLength": 1, "maxLength": LONGEST_KEY, "pattern": "^[0-9A-Za-z._-]+$" });
    let text = || json!({ "type": "string" });
    vec![
        header("Kandian-Client", false, "Who sends it, by its name in the settings; for signatures", text()),
        header("Kandian-Timestamp", false, "Seconds of Unix time, at most 300 off; for signatures", text()),
        header(
            "Idempotency-Key",
            true,
            "What the client calls the order: sent again, it is the same one",
            key,
        ),
    ]
}

/// A mobile number.
pub(super) fn number() -> Value {
    json!({ "type": "string", "pattern": "^1[0-9]{10}$", "example": "18912345678" })
}

pub(super) fn moment() -> Value {
    json!({ "type": "string", "format": "date-time" })
}

pub(super) fn maybe(schema: &Value) -> Value {
    json!({ "anyOf": [schema, { "type": "null" }] })
}

pub(super) fn array(schema: &Value) -> Value {
    json!({ "type": "array", "items": schema })
}

/// An object of which all members are there.
pub(super) fn whole(members: &[(&str, Value)]) -> Value {
    let names: Vec<_> = members.iter().map(|(name, _)| *name).collect();
    json!({ "type": "object", "required": names, "properties": properties(members) })
}

/// An object that takes these members and no other; the first `required` of them must be there.
pub(super) fn taken(required: usize, members: &[(&str, Value)]) -> Value {
    let names: Vec<_> = members.iter().take(required).map(|(name, _)| *name).collect();
    json!({
        "type": "object", "required": names, "properties": properties(members), "additionalProperties": false,
    })
}

fn properties(members: &[(&str, Value)]) -> Map<String, Value> {
    members.iter().map(|(name, schema)| ((*name).to_owned(), schema.clone())).collect()
}

/// The members of a rule for notices, the device first and the alarms last.
fn notice(channel: Value) -> Vec<(&'static str, Value)> {
    let clock =
        || json!({ "type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$", "example": "08:30" });
    vec![
        ("device", json!({ "type": "string" })),
        ("channel", channel),
        ("exceptions", json!({ "type": "boolean" })),
        ("begins", clock()),
        ("ends", clock()),
        ("alarms", array(&json!({ "type": "integer", "minimum": 1, "maximum": 4 }))),
    ]
}

pub(super) fn schemas() -> Map<String, Value> {
    let text = || json!({ "type": "string" });
    let count = || json!({ "type": "integer", "minimum": 0 });
    let flag = || json!({ "type": "boolean" });
    let password = || json!({ "type": "string", "format": "password", "minLength": 6, "maxLength": 31 });
    let limit = || json!({ "type": "integer", "minimum": 0, "maximum": crate::api::accounts::MOST_DEVICES });
    let state = || json!({ "enum": ["active", "suspended", "closed"] });
    let rights = || array(&json!({ "enum": ["watch", "steer", "playback", "alarms"] }));
    let named = whole(&[("no", count()), ("name", text())]);
    let all = [
        ("Credentials", taken(2, &[("number", number()), ("password", text()), ("client", text())])),
        (
            "SignedIn",
            whole(&[("session", text()), ("expires_after_secs", count()), ("account", reference("Account"))]),
        ),
        (
            "Account",
            whole(&[
                ("number", number()),
                ("state", state()),
                ("device_limit", limit()),
                ("origin", json!({ "enum": ["crm", "admin"] })),
                ("has_password", flag()),
                ("created_at", moment()),
                ("login_at", maybe(&moment())),
                ("login_from", text()),
            ]),
        ),
        ("AccountPage", whole(&[("accounts", array(&reference("Account"))), ("next", maybe(&number()))])),
        (
            "NewAccount",
            taken(1, &[("number", number()), ("device_limit", limit()), ("password", password())]),
        ),
        ("OpenedAccount", whole(&[("account", reference("Account")), ("password", maybe(&text()))])),
        ("AccountChange", taken(0, &[("device_limit", limit()), ("state", state())])),
        ("GivenPassword", taken(0, &[("password", password())])),
        ("MadePassword", whole(&[("password", maybe(&text()))])),
        ("PasswordChange", taken(2, &[("old", text()), ("new", password())])),
        ("Number", taken(1, &[("number", number())])),
        ("PasswordReset", taken(3, &[("number", number()), ("sent", text()), ("new", password())])),
        ("NoticeRule", whole(&notice(json!({ "type": ["integer", "null"], "minimum": 0 })))),
        ("NoticeRules", whole(&[("notices", array(&reference("NoticeRule")))])),
        ("NoticeRuleChange", taken(1, &notice(count()).into_iter().skip(1).rev().collect::<Vec<_>>())),
        (
            "Login",
            whole(&[
                ("id", text()),
                ("client", text()),
                ("address", text()),
                ("created_at", moment()),
                ("expires_at", moment()),
                ("is_this", flag()),
            ]),
        ),
        ("Logins", whole(&[("logins", array(&reference("Login")))])),
        (
            "OwnDevice",
            whole(&[
                ("id", text()),
                ("owned", flag()),
                ("rights", rights()),
                ("online", flag()),
                ("channels", array(&named)),
                ("inputs", array(&named)),
                ("videos", array(&whole(&[("stream_type", count()), ("frame_size", count())]))),
                (
                    "can",
                    whole(&[
                        ("ptz", flag()),
                        ("motion_detection", flag()),
                        ("infrared_detection", flag()),
                        ("manual_alarm", flag()),
                        ("dido_alarm", flag()),
                    ]),
                ),
            ]),
        ),
        ("OwnDevices", whole(&[("devices", array(&reference("OwnDevice")))])),
        ("DeviceKey", taken(2, &[("id", text()), ("key", text())])),
        ("Key", taken(1, &[("key", text())])),
        ("Name", taken(1, &[("name", json!({ "type": "string", "minLength": 1, "maxLength": 63 }))])),
        (
            "Share",
            whole(&[
                ("device", text()),
                ("number", number()),
                ("rights", rights()),
                ("expires_at", maybe(&moment())),
            ]),
        ),
        ("Shares", whole(&[("shares", array(&reference("Share")))])),
        ("ShareChange", taken(1, &[("rights", rights()), ("expires_at", maybe(&moment()))])),
        (
            "FoundAlarm",
            json!({
                "allOf": [reference("Alarm"), whole(&[
                    ("channel_name", maybe(&text())), ("input_name", maybe(&text())),
                ])],
            }),
        ),
        (
            "Order",
            json!({
                "type": "object", "required": ["operation", "number"], "additionalProperties": false,
                "properties": {
                    "operation": { "enum": ["open", "change", "suspend", "resume", "cancel"] }, "number": number(),
                    "points": limit(),
                },
                "description": "`points` goes with open and change, and with nothing else",
            }),
        ),
        (
            "OrderDone",
            whole(&[
                ("order", text()),
                ("operation", text()),
                ("number", number()),
                ("points", count()),
                ("state", state()),
                ("at", moment()),
            ]),
        ),
        ("FoundAlarms", whole(&[("alarms", array(&reference("FoundAlarm"))), ("total", count())])),
    ];
    all.into_iter().map(|(name, schema)| (name.to_owned(), schema)).collect()
}
