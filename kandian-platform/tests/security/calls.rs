//! Calls of phones, made from the table of operations.

use kandian_proto::command::{OPERATIONS, OperationInfo};
use kandian_proto::xml::{FieldInfo, ScalarKind, Shape};

use super::phone::{CAMERA, KEY};
use super::world::{World, http};

/// The operations of §8.3 to §8.19.
pub(crate) fn operations() -> impl Iterator<Item = &'static OperationInfo> {
    let number = |section: &str| section.strip_prefix("8.").and_then(|rest| rest.parse::<u32>().ok());
    OPERATIONS.iter().filter(move |row| number(row.section).is_some_and(|number| (3..=19).contains(&number)))
}

/// What is sent in the place of a field.
pub(crate) type Change<'a> = Option<(&'a str, &'a str)>;

/// The scalar fields of a request.
pub(crate) fn fields(operation: &OperationInfo) -> impl Iterator<Item = (&'static FieldInfo, ScalarKind)> {
    operation.request.fields.iter().filter_map(|field| match field.shape {
        Shape::Required(kind) | Shape::Optional(kind) => Some((field, kind)),
        _ => None,
    })
}

/// A value that the field takes.
fn usual(field: &FieldInfo, kind: ScalarKind) -> &'static str {
    match (field.name, kind) {
        ("DevID", _) => CAMERA,
        ("DevKey", _) => KEY,
        ("ChannelNo" | "Security" | "Type" | "DIDONo", _) => "0",
        ("AlarmType", _) => "2",
        ("FrameRate", _) => "15",
        ("StartTime" | "EndTime" | "Password", _) => "",
        (_, ScalarKind::Integer) => "1",
        _ => "x",
    }
}

/// A call of an operation by an account with a session.
pub(crate) fn call(operation: &OperationInfo, account: &str, session: &str, change: Change<'_>) -> String {
    let mut body = String::new();
    for (field, kind) in fields(operation) {
        let value = match (field.name, change) {
            (name, Some((changed, value))) if name == changed => value,
            ("Account", _) => account,
            ("LoginSession", _) => session,
            _ => usual(field, kind),
        };
        body.push_str(&format!("<{0}>{1}</{0}>", field.name, escaped(value)));
    }
    format!("<{0}>{body}</{0}>", operation.request.root)
}

pub(crate) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// Posts a call in an envelope of SOAP 1.2, where a fault of the caller has a status of its own; the status and the answer.
pub(crate) async fn post(world: &World, call: &str) -> (u16, String) {
    let envelope = format!(
        "<e:Envelope xmlns:e=\"http://www.w3.org/2003/05/soap-envelope\"><e:Body>{call}</e:Body></e:Envelope>"
    );
    post_document(world, envelope.as_bytes()).await
}

/// Posts whatever there is.
pub(crate) async fn post_document(world: &World, document: &[u8]) -> (u16, String) {
    let head = "Content-Type: application/soap+xml; charset=utf-8\r\n";
    let (status, answer) = http(world.platform.http(), "POST", "/MobileService", head, document).await;
    (status, String::from_utf8(answer).unwrap())
}

/// The result of an operation; `None` when this platform does not serve it.
pub(crate) async fn result(world: &World, call: &str) -> Option<String> {
    let (status, answer) = post(world, call).await;
    if answer.contains("not served here") {
        assert_eq!(status, 400, "{answer}");
        return None;
    }
    assert_eq!(status, 200, "{call}\n{answer}");
    Some(super::phone::text(&answer, "Result").to_owned())
}
