//! Commands to devices.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::{Extension, Json};
use kandian_proto::command::OPERATIONS;
use kandian_proto::{DevId, Operation, Request, Side, json as twin};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::devices::id;
use super::problem::Problem;
use crate::app::App;
use crate::service::{self, Bearer, audit};

/// The operations that a platform asks of a device, by the names of the catalogue.
pub fn operations() -> impl Iterator<Item = Operation> {
    let rows = OPERATIONS.iter().filter(|row| row.command().is_some());
    rows.filter(|row| row.requesting_side() == Side::Platform).map(|row| row.operation)
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct How {
    #[serde(default)]
    read_back: bool,
}

pub(super) async fn send(
    State(app): State<Arc<App>>,
    Extension(bearer): Extension<Bearer>,
    Path((text, name)): Path<(String, String)>,
    how: Result<Query<How>, QueryRejection>,
    body: Bytes,
) -> Result<Json<Value>, Problem> {
    let (device, Query(how)) = (id(&text)?, how?);
    let operation = operations().find(|operation| operation.info().id == name).ok_or_else(no_operation)?;
    let fields = fields(&body, device)?;
    let request = request(operation, fields.clone())?;
    if app.store.device(device).await?.is_none() {
        return Err(Problem::no_device());
    }
    audit(&app, &bearer, &format!("command.{name}"), device.as_str(), "").await;
    let answer = service::command(&app, device, request).await?;
    let mut shown =
        json!({ "device": device.as_str(), "operation": name, "response": inner(&answer.response) });
    if how.read_back {
        let read = read_back(&app, device, operation, &fields).await;
        if let Some(object) = shown.as_object_mut() {
            object.insert("read_back".to_owned(), read);
        }
    }
    Ok(Json(shown))
}

fn no_operation() -> Problem {
    let names: Vec<_> = operations().map(|operation| operation.info().id).collect();
    let next = "use one of `operations`";
    Problem::new(StatusCode::NOT_FOUND, "no_such_operation", "There is no such command", next)
        .with("operations", names)
}

/// The members of the body; none for an empty one. The id comes from the path.
fn fields(body: &[u8], device: DevId) -> Result<Map<String, Value>, Problem> {
    let mut fields = match body {
        [] => Map::new(),
        body => serde_json::from_slice::<Map<String, Value>>(body)
            .map_err(|error| Problem::invalid("The body is no JSON object").because(error))?,
    };
    match fields.get("DevID").and_then(Value::as_str) {
        Some(named) if named != device.as_str() => {
            return Err(Problem::invalid("DevID in the body is another than the one in the path"));
        }
        _ => drop(fields.insert("DevID".to_owned(), json!(device.as_str()))),
    }
    Ok(fields)
}

fn request(operation: Operation, fields: Map<String, Value>) -> Result<Request, Problem> {
    twin::request(operation, Value::Object(fields))
        .map_err(|error| Problem::invalid("The body is not this request").because(error))
}

/// The fields of a message, without its root.
fn inner(message: &impl serde::Serialize) -> Value {
    let value = serde_json::to_value(message).unwrap_or_default();
    match value {
        Value::Object(object) if object.len() == 1 => {
            object.into_iter().next().map(|(_, v)| v).unwrap_or_default()
        }
        other => other,
    }
}

/// What asks for that which an operation sets.
fn getter(operation: Operation) -> Option<Operation> {
    use Operation as O;
    Some(match operation {
        O::SetChannel => O::GetChannel,
        O::SetWifi => O::GetWifi,
        O::SetEstore => O::GetEstore,
        O::SetRecordFull => O::GetRecordFull,
        O::SetRecordLoop => O::GetRecordLoop,
        O::SetAlarm => O::GetAlarm,
        O::AddRecordPolicy | O::DelRecordPolicy => O::QueryRecordPolicy,
        O::AddPicturePolicy | O::DelPicturePolicy => O::QueryPicturePolicy,
        O::NvrLinkIpcam | O::NvrModifyIpcam | O::NvrDelIpcam => O::NvrQueryIpcam,
        _ => return None,
    })
}

/// Asks what is set now: a device that answers "done" to everything proves nothing by it. The request has the fields
/// that both operations share, such as the channel.
async fn read_back(app: &App, device: DevId, operation: Operation, fields: &Map<String, Value>) -> Value {
    let Some(getter) = getter(operation) else { return Value::Null };
    // The same element may have another spelling there: `StorgeFlag` in 79H, `StorageFlag` in 78H.
    let shared = getter.info().request.fields.iter().filter_map(|field| {
        let (_, value) = fields.iter().find(|(name, _)| field.is_called(name))?;
        Some((field.name.to_owned(), value.clone()))
    });
    let shared = shared.collect();
    let asked = match request(getter, shared) {
        Ok(request) => service::command(app, device, request).await.map_err(Problem::from),
        Err(problem) => Err(problem),
    };
    match asked {
        Ok(answer) => json!({ "operation": getter.info().id, "response": inner(&answer.response) }),
        Err(problem) => json!({ "operation": getter.info().id, "problem": problem }),
    }
}
