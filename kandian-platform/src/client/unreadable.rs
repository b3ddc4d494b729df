//! Calls that say what they want, with a value that is none., E-157.
//!
//! A client whose types come from the WSDL can send any number and any text. It is answered with a result of its operation
//! then; a fault is for what is no call at all.

use kandian_proto::command::{Interface, OPERATIONS, OperationInfo};
use kandian_proto::soap::SoapError;
use kandian_proto::value::McuDeviceOpResult;
use kandian_proto::{DecodeErrorKind, Operation, Response, json as twin};
use serde_json::json;

use super::tags::called;

/// The answer to a call that could not be read, and its operation; `None` where a fault is due.
pub(super) fn answer(document: &[u8], error: &SoapError) -> Option<(&'static OperationInfo, Response)> {
    let SoapError::Decode(error) = error else { return None };
    if !matches!(error.kind, DecodeErrorKind::BadValue { .. } | DecodeErrorKind::MaskedSecret) {
        return None;
    }
    let row = row(called(document)?.element.name)?;
    let is_id = error.path.rsplit('/').next() == Some("DevID");
    let result = if is_id { McuDeviceOpResult::UNKNOWN_DEVICE } else { McuDeviceOpResult::OTHER };
    let response = twin::response(row.operation, json!({ "Result": result.0 })).ok()?;
    Some((row, response))
}

/// The operation with this root or name, if it has a result for such a case: those about a device do.
fn row(name: &str) -> Option<&'static OperationInfo> {
    let name = name.strip_suffix("Request").or_else(|| name.strip_suffix("Req")).unwrap_or(name);
    let is_called = |row: &&OperationInfo| {
        row.request.root == name || row.soap_operation.is_some_and(|soap| soap.eq_ignore_ascii_case(name))
    };
    let row = OPERATIONS.iter().filter(|row| row.interface == Interface::Client).find(is_called)?;
    let has_result = !matches!(
        row.operation,
        Operation::ClientSms | Operation::ClientLogin | Operation::ClientLogout | Operation::ClientGetDevices
    );
    (has_result && row.section.starts_with("8.")).then_some(row)
}
