//! The description of the interface, OpenAPI 3.1, made from the table of routes and the table of operations.

mod live;
mod people;

use axum::Json;
use kandian_proto::Operation;
use kandian_proto::xml::{FieldInfo, ScalarKind, Shape};
use serde_json::{Map, Value, json};

use super::commands::operations;
use super::routes::{Route, Who, routes};

pub(super) async fn served() -> Json<Value> {
    Json(document())
}

/// The whole document.
#[must_use]
pub fn document() -> Value {
    let mut paths = Map::new();
    for route in routes() {
        if route.takes == Some("Command") {
            for operation in operations() {
                let path = route.path.replace("{operation}", operation.info().id);
                insert(&mut paths, &path, route, command(route, operation));
            }
        } else {
            insert(&mut paths, route.path, route, plain(route));
        }
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Kandian platform / 手机看店平台",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Devices, commands, alarms and events. Errors are application/problem+json.",
        },
        "paths": paths,
        "components": {
            "securitySchemes": people::security_schemes(),
            "schemas": all_schemas(),
        },
    })
}

fn insert(paths: &mut Map<String, Value>, path: &str, route: &Route, operation: Value) {
    let entry = paths.entry(path.to_owned()).or_insert_with(|| json!({}));
    if let Some(methods) = entry.as_object_mut() {
        methods.insert(route.method.to_lowercase(), operation);
    }
}

fn plain(route: &Route) -> Value {
    let mut described = json!({
        "summary": route.summary,
        "description": route.summary_zh,
        "parameters": parameters(route),
        "responses": responses(route, route.gives.map(reference)),
    });
    let body = route.takes.map(|name| match name {
        "text/csv" => json!({ "required": true, "content": { name: { "schema": { "type": "string" } } } }),
        name => json!({ "required": true, "content": { "application/json": { "schema": reference(name) } } }),
    });
    set(&mut described, "requestBody", body);
    set(&mut described, "security", security(route));
    described
}

fn command(route: &Route, operation: Operation) -> Value {
    let info = operation.info();
    let gives = json!({
        "type": "object",
        "properties": {
            "device": { "type": "string" },
            "operation": { "type": "string" },
            "response": object(info.response.fields),
            "read_back": {},
        },
    });
    let mut described = json!({
        "operationId": info.id,
        "summary": format!("{} ({})", info.title_en, info.section),
        "description": info.title_zh,
        "parameters": parameters(route).into_iter().filter(|p| p["name"] != "operation").collect::<Vec<_>>(),
        "requestBody": { "content": { "application/json": { "schema": object(info.request.fields) } } },
        "responses": responses(route, Some(gives)),
    });
    set(&mut described, "security", security(route));
    described
}

fn set(object: &mut Value, name: &str, value: Option<Value>) {
    if let (Some(object), Some(value)) = (object.as_object_mut(), value) {
        object.insert(name.to_owned(), value);
    }
}

fn security(route: &Route) -> Option<Value> {
    match route.role {
        Who::Anybody => None,
        Who::Token(role) => Some(json!([{ "token": [role.name()] }])),
        Who::User => Some(json!([{ "session": [] }])),
        Who::Crm => Some(json!([{ "signature": [] }, { "certificate": [] }])),
    }
}

fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

fn parameters(route: &Route) -> Vec<Value> {
    let in_path = route.path.split('/').filter_map(|step| step.strip_prefix('{')?.strip_suffix('}'));
    let in_path = in_path
        .map(|name| json!({ "name": name, "in": "path", "required": true, "schema": path_schema(route.path, name) }));
    let in_query = route.query.iter().map(|(name, is_number, what)| {
        let kind = if *is_number { "integer" } else { "string" };
        json!({ "name": name, "in": "query", "description": what, "schema": { "type": kind } })
    });
    let in_head = (route.role == Who::Crm).then(people::signed_headers).into_iter().flatten();
    in_path.chain(in_query).chain(in_head).collect()
}

/// What a part of a path looks like.
fn path_schema(path: &str, name: &str) -> Value {
    match name {
        "id" if path.starts_with("/api/v1/provinces/") => {
            json!({ "type": "string", "pattern": "^[0-9]{4}-[0-9]{2}$" })
        }
        "id" if path.starts_with("/api/v1/firmware/") || path.starts_with("/api/v1/group/reports/") => {
            json!({ "type": "integer", "minimum": 1 })
        }
        "client" => json!({ "enum": ["android", "ios", "windows"] }),
        "id" => json!({ "type": "string", "pattern": "^[0-9A-Za-z]{1,32}$" }),
        "number" => people::number(),
        "no" => json!({ "type": "integer", "minimum": 0, "maximum": 65_535 }),
        "login" => json!({ "type": "string", "pattern": "^[0-9a-f]{16}$" }),
        _ => json!({ "type": "string" }),
    }
}

/// The status of success.
fn success(route: &Route) -> &'static str {
    match (route.method, route.gives) {
        ("DELETE", _) | ("POST" | "PUT", None) => "204",
        ("POST", Some("Device" | "Firmware" | "LiveTicket" | "OpenedAccount" | "OwnDevice" | "SignedIn")) => {
            "201"
        }
        _ => "200",
    }
}

fn responses(route: &Route, gives: Option<Value>) -> Value {
    let problem = json!({ "application/problem+json": { "schema": reference("Problem") } });
    let content = match route.gives {
        Some("text/event-stream") => json!({ "text/event-stream": { "schema": { "type": "string" } } }),
        Some("video/mp4") => {
            json!({ "video/mp4": { "schema": { "type": "string", "format": "binary" } } })
        }
        _ => gives.map_or(json!({}), |schema| json!({ "application/json": { "schema": schema } })),
    };
    json!({
        success(route): { "description": "Done", "content": content },
        "default": { "description": "Not done", "content": problem },
    })
}

/// A message, or a part of one.
fn object(fields: &'static [FieldInfo]) -> Value {
    let all = fields.iter().flat_map(|field| std::iter::once(field).chain(field.body));
    let mut properties = Map::new();
    let mut required = Vec::new();
    for field in all {
        let schema = match field.shape {
            Shape::Required(kind) | Shape::Optional(kind) => scalar(kind),
            Shape::List(fields) => json!({ "type": "array", "items": object(fields) }),
            Shape::OptionalGroup(fields) => object(fields),
            _ => json!({}),
        };
        // The id is that of the path.
        if matches!(field.shape, Shape::Required(_)) && field.name != "DevID" {
            required.push(field.name);
        }
        properties.insert(field.name.to_owned(), schema);
    }
    json!({ "type": "object", "properties": properties, "required": required })
}

fn scalar(kind: ScalarKind) -> Value {
    match kind {
        ScalarKind::Integer => json!({ "type": "integer" }),
        ScalarKind::Secret => json!({ "type": "string", "format": "password" }),
        ScalarKind::Url => json!({ "type": "string", "format": "uri" }),
        // Texts, and what a later version may add, which has a text form on the wire.
        _ => json!({ "type": "string" }),
    }
}

fn all_schemas() -> Value {
    let mut all = schemas();
    if let Some(all) = all.as_object_mut() {
        all.extend(super::schemas::group());
        all.extend(people::schemas());
        all.extend(live::schemas());
    }
    all
}

fn schemas() -> Value {
    let text = json!({ "type": "string" });
    let maybe = json!({ "type": ["string", "null"] });
    let number = json!({ "type": "integer" });
    let list = |of: &str, name: &str| json!({ "type": "object", "properties": { name: { "type": "array", "items": reference(of) } } });
    let record = |fields: &[(&str, &Value)]| {
        let properties: Map<String, Value> =
            fields.iter().map(|(name, schema)| ((*name).to_owned(), (*schema).clone())).collect();
        json!({ "type": "object", "properties": properties })
    };
    let kind = json!({ "enum": ["ipc", "dvr", "nvr"] });
    json!({
        "Problem": {
            "type": "object",
            "required": ["type", "status", "title", "next_step"],
            "properties": {
                "type": { "type": "string", "description": "A name for programs" },
                "status": { "type": "integer" },
                "title": { "type": "string", "description": "What is wrong" },
                "detail": { "type": "string", "description": "Why" },
                "next_step": { "type": "string", "description": "What to do next" },
            },
        },
        "Device": {
            "type": "object",
            "properties": {
                "id": text, "name": text, "kind": kind, "manufacturer": text, "manufacturer_name": maybe,
                "manufacturer_name_zh": maybe,
                "model": text, "firmware": text, "presence": { "enum": ["online", "offline", "unknown"] },
                "channels": number, "viewers": number, "origin": { "enum": ["open", "group", "manual", "import"] },
                "blocked": { "type": "boolean" }, "quirks": maybe,
                "addresses": record(&[("public", &maybe), ("local", &maybe), ("upnp", &maybe), ("relay", &maybe)]),
                "upnp_state": { "enum": ["open", "closed", "not_tried", null] },
                "net_type": number, "nat_type": number, "created_at": text, "registered_at": maybe,
                "login_at": maybe, "seen_at": maybe,
            },
        },
        "DevicePage": {
            "type": "object",
            "properties": {
                "devices": { "type": "array", "items": reference("Device") }, "total": number, "next": maybe,
            },
        },
        "NewDevice": {
            "type": "object",
            "required": ["id", "key"],
            "properties": {
                "id": text, "key": { "type": "string", "format": "password" },
                "kind": { "enum": ["ipc", "dvr", "nvr", null] }, "name": text, "model": text, "manufacturer": maybe,
            },
        },
        "DeviceChange": {
            "type": "object",
            "properties": {
                "key": { "type": "string", "format": "password" }, "name": text, "kind": kind,
                "blocked": { "type": "boolean" },
                "quirks": { "type": "string", "description": "As `legacy-recorder,keep-alive=any-frame`; empty: what is known" },
            },
        },
        "Firmware": record(&[
            ("id", &number), ("manufacturer", &text), ("model", &text), ("version", &text), ("ftp_host", &text),
            ("ftp_port", &number), ("ftp_account", &text), ("file", &text), ("created_at", &text),
        ]),
        "FirmwarePage": list("Firmware", "firmware"),
        "NewFirmware": {
            "type": "object",
            "required": ["manufacturer", "model", "version", "ftp_host", "ftp_account", "ftp_password", "file"],
            "properties": {
                "manufacturer": text, "model": text, "version": text, "ftp_host": text, "ftp_port": number,
                "ftp_account": text, "ftp_password": { "type": "string", "format": "password" }, "file": text,
            },
        },
        "ImportReport": record(&[("devices", &number), ("imported", &json!({ "type": "boolean" }))]),
        "Capabilities": record(&[("device", &text), ("reported_at", &maybe), ("report", &json!({}))]),
        "Message": record(&[
            ("at", &text), ("times", &number), ("direction", &json!({ "enum": ["from_device", "to_device"] })),
            ("message", &json!({})),
            ("diagnostics", &json!({ "type": "array", "items": { "type": "string" } })),
        ]),
        "Messages": list("Message", "messages"),
        "Alarm": record(&[
            ("id", &number), ("device", &text), ("channel", &number), ("alarm_type", &number), ("meaning", &maybe),
            ("meaning_zh", &maybe), ("dido", &json!({ "type": ["integer", "null"] })), ("description", &text),
            ("file_name", &text), ("received_at", &text),
        ]),
        "Alarms": list("Alarm", "alarms"),
        "Exception": record(&[
            ("id", &number), ("device", &text), ("channel", &number), ("exception_type", &number),
            ("meaning", &maybe), ("meaning_zh", &maybe), ("description", &text), ("received_at", &text),
        ]),
        "Exceptions": list("Exception", "exceptions"),
        "Picture": record(&[
            ("id", &number), ("device", &text), ("channel", &number), ("file_name", &text), ("taken_at", &text),
            ("received_at", &text),
        ]),
        "Pictures": list("Picture", "pictures"),
        "AuditEntry": record(&[
            ("id", &number), ("at", &text), ("actor", &text), ("action", &text), ("target", &text), ("detail", &text),
        ]),
        "ShortMessage": record(&[
            ("id", &number), ("number", &text), ("kind", &json!({ "enum": ["password", "key", "alarm", "exception"] })),
            ("state", &json!({ "enum": ["waiting", "kept", "sent", "delivered", "failed"] })), ("attempts", &number),
            ("reason", &text), ("text", &text), ("created_at", &text), ("expires_at", &text), ("changed_at", &text),
        ]),
        "ShortMessages": list("ShortMessage", "short_messages"),
        "Audit": list("AuditEntry", "audit"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every command of §7.5 that a platform sends, and no reference to nowhere.
    #[test]
    fn is_whole() {
        let document = document();
        assert_eq!(operations().count(), 31);
        let paths = document["paths"].as_object().unwrap();
        assert!(paths.contains_key("/api/v1/devices/{id}/commands/device_reboot"));
        let text = document.to_string();
        let names = document["components"]["schemas"].as_object().unwrap();
        for part in text.split("#/components/schemas/").skip(1) {
            let name = part.split('"').next().unwrap();
            assert!(names.contains_key(name), "{name}");
        }
    }
}
