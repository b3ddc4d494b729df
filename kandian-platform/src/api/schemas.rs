//! Schemas of what the group platform and its province platforms keep.

use serde_json::{Map, Value, json};

/// All of them, by name.
pub(super) fn group() -> Map<String, Value> {
    let text = json!({ "type": "string" });
    let maybe = json!({ "type": ["string", "null"] });
    let number = json!({ "type": "integer" });
    let secret = json!({ "type": "string", "format": "password" });
    let client = json!({ "enum": ["android", "ios", "windows"] });
    let states = json!({ "enum": ["unclaimed", "claimed", "redirected"] });
    let last = nullable(&[("at", &text), ("failure", &maybe)]);
    let report = nullable(&[
        ("version", &text),
        ("mcu_url", &text),
        ("dev_url", &text),
        ("reported_at", &text),
        ("reported_from", &text),
    ]);
    let download =
        record(&[("client", &client), ("version", &text), ("url", &text), ("answered_at", &text)], &[]);
    let downloads = json!({ "type": "array", "items": download });
    let kind = json!({ "enum": ["open", "change", "cancel"] });
    let all = [
        (
            "Province",
            record(&[("id", &text), ("name", &text), ("created_at", &text), ("report", &report)], &[]),
        ),
        ("Provinces", list("provinces", "Province")),
        ("NewProvince", record(&[("id", &text), ("name", &text), ("password", &secret)], &["id", "name"])),
        ("ProvinceChange", record(&[("name", &text)], &["name"])),
        ("ProvincePassword", record(&[("id", &text), ("password", &secret)], &[])),
        (
            "Subscription",
            record(
                &[
                    ("account", &text),
                    ("province", &text),
                    ("cameras", &number),
                    ("opened_at", &text),
                    ("changed_at", &text),
                ],
                &[],
            ),
        ),
        ("Subscriptions", list("subscriptions", "Subscription")),
        (
            "Release",
            record(
                &[
                    ("client", &client),
                    ("from", &text),
                    ("version", &text),
                    ("minimum", &text),
                    ("url", &text),
                ],
                &[],
            ),
        ),
        ("Releases", list("releases", "Release")),
        (
            "NewRelease",
            record(&[("version", &text), ("minimum", &text), ("url", &text)], &["version", "url"]),
        ),
        (
            "Enrolment",
            record(
                &[("device", &text), ("state", &states), ("province", &maybe), ("changed_at", &text)],
                &[],
            ),
        ),
        ("Enrolments", list("enrolments", "Enrolment")),
        ("EnrolmentKey", record(&[("key", &secret)], &["key"])),
        ("EnrolmentProvince", record(&[("province", &text)], &["province"])),
        (
            "GroupStanding",
            record(
                &[
                    ("url", &maybe),
                    ("province", &maybe),
                    ("addresses", &last),
                    ("users", &last),
                    ("waiting", &number),
                    ("refused", &number),
                    ("downloads", &downloads),
                ],
                &[],
            ),
        ),
        (
            "AccountReport",
            record(
                &[
                    ("id", &number),
                    ("kind", &kind),
                    ("account", &text),
                    ("cameras", &number),
                    ("created_at", &text),
                    ("attempts", &number),
                    ("refused_at", &maybe),
                    ("reason", &text),
                ],
                &[],
            ),
        ),
        ("AccountReports", list("reports", "AccountReport")),
    ];
    all.into_iter().map(|(name, schema)| (name.to_owned(), schema)).collect()
}

fn record(fields: &[(&str, &Value)], required: &[&str]) -> Value {
    let properties: Map<String, Value> =
        fields.iter().map(|(name, schema)| ((*name).to_owned(), (*schema).clone())).collect();
    json!({ "type": "object", "required": required, "properties": properties })
}

fn nullable(fields: &[(&str, &Value)]) -> Value {
    json!({ "anyOf": [record(fields, &[]), { "type": "null" }] })
}

fn list(name: &str, of: &str) -> Value {
    let items = json!({ "$ref": format!("#/components/schemas/{of}") });
    json!({ "type": "object", "properties": { name: { "type": "array", "items": items } } })
}
