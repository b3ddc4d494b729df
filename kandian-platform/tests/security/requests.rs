//! Requests to REST, made from its description.

use kandian_platform::api::openapi_document;
use serde_json::{Map, Value, json};

use super::phone::{ANNA, CAMERA};

/// A request of the description.
pub(crate) struct Described {
    pub(crate) method: String,
    pub(crate) path: String,
    /// Parameters of the query that are texts.
    pub(crate) query: Vec<String>,
    /// The body that it takes.
    pub(crate) body: Option<Value>,
    /// Whether it needs a user who is logged in.
    pub(crate) is_users: bool,
}

/// All requests that end.
pub(crate) fn described() -> Vec<Described> {
    let document = openapi_document();
    let mut all = Vec::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
            let texts = parameters.iter().filter(|p| p["in"] == "query" && p["schema"]["type"] == "string");
            let schema = operation.pointer("/requestBody/content/application~1json/schema");
            if path != "/api/v1/events" {
                all.push(Described {
                    method: method.to_uppercase(),
                    path: path.clone(),
                    query: texts.map(|p| p["name"].as_str().unwrap().to_owned()).collect(),
                    body: schema.map(|schema| sample(&document, schema)),
                    is_users: operation["security"][0].get("session").is_some(),
                });
            }
        }
    }
    assert!(all.len() > 60, "{}", all.len());
    all
}

/// A path with its gaps filled, one of them with `value`.
pub(crate) fn filled(path: &str, changed: Option<(&str, &str)>) -> String {
    let usual = [("id", CAMERA), ("number", ANNA), ("no", "0"), ("login", "0123456789abcdef")];
    let gaps = usual.into_iter().map(|(name, value)| match changed {
        Some((changed, value)) if name == changed => (name, value),
        _ => (name, value),
    });
    gaps.fold(path.to_owned(), |path, (name, value)| path.replace(&format!("{{{name}}}"), &encoded(value)))
}

/// The names of the gaps of a path.
pub(crate) fn gaps(path: &str) -> Vec<&str> {
    path.split('/').filter_map(|step| step.strip_prefix('{')?.strip_suffix('}')).collect()
}

pub(crate) fn encoded(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
    text.bytes().map(|b| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}

/// Something that a schema takes.
fn sample(document: &Value, schema: &Value) -> Value {
    if let Some(name) = schema["$ref"].as_str() {
        return sample(document, document.pointer(name.strip_prefix('#').unwrap()).unwrap());
    }
    if let Some(first) = schema["enum"].get(0).or(schema.get("example")) {
        return first.clone();
    }
    if let Some(first) = schema["anyOf"].get(0) {
        return sample(document, first);
    }
    match schema["type"].as_str() {
        Some("object") => {
            let members = schema["properties"].as_object().cloned().unwrap_or_default();
            let members = members.iter().map(|(name, schema)| (name.clone(), sample(document, schema)));
            Value::Object(members.collect::<Map<_, _>>())
        }
        Some("array") => json!([sample(document, &schema["items"])]),
        Some("integer") => json!(1),
        Some("boolean") => json!(true),
        Some("string") if schema["format"] == "date-time" => json!("2099-01-01T00:00:00Z"),
        _ => json!("kaffee14"),
    }
}
