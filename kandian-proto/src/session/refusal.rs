//! From failures to result codes, and from responses to whether they are refusals.

use core::fmt::Write as _;

use crate::time::Timestamp;
use crate::value::{ResultCode, StoreFormatResult, StoreQueryResult};
use crate::xml::{EncodeError, FieldInfo, FieldWriter, Limits, WriteEntry, WriteGroup, WriteScalar, outline};
use crate::{DevId, Operation, Request, Response};

/// The code for "something is wrong with the request" (E-11).
const UNSPECIFIED: u16 = 255;
/// The code for "the request names a thing that does not exist" (E-11).
const UNKNOWN: u16 = 1;

/// Why a machine refuses a request by itself, before any application sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// DATA cannot be read, or comes at the wrong time.
    BadRequest,
    /// It names a device that is not the one of this link.
    UnknownDevice,
}

impl Refusal {
    /// The one place that maps failures to wire codes. The two operations on storage have tables of their
    /// own, in which 1 is no error of this kind.
    fn code(self, operation: Operation) -> u16 {
        match (operation, self) {
            (Operation::StoreQuery, _) => StoreQueryResult::FAULTY.0,
            (Operation::StoreFormat, _) => StoreFormatResult::FORMAT_FAILED.0,
            (_, Self::UnknownDevice) => UNKNOWN,
            (_, Self::BadRequest) => UNSPECIFIED,
        }
    }
}

/// The response that refuses a request; `None` where the response has no Result (E-10).
///
/// It is made from the table of fields, so that it holds for every operation: `Result`, the id, and the
/// time where the response has one.
pub(crate) fn refuse(
    operation: Operation,
    refusal: Refusal,
    device: DevId,
    time: Option<Timestamp>,
) -> Option<Response> {
    let info = operation.info().response;
    info.fields.iter().find(|field| field.name == "Result")?;
    let mut document = String::new();
    let code = refusal.code(operation);
    let _ = write!(document, "<{0}><Result>{code}</Result><DevID>{device}</DevID>", info.root);
    if let Some(time) = time.filter(|_| info.fields.iter().any(|field| field.name == "Time")) {
        let _ = write!(document, "<Time>{time}</Time>");
    }
    let _ = write!(document, "</{}>", info.root);
    operation.decode_response(document.as_bytes(), Limits::FRAME).ok().map(|read| read.message)
}

/// The code of a response that says no; `None` when it says yes, or cannot say no.
pub(crate) fn code_of_refusal(response: &Response) -> Option<u16> {
    let success = match response.operation() {
        Operation::StoreQuery => StoreQueryResult::OK.0,
        _ => 0,
    };
    let code = Probe::look(|probe| response.write(probe)).code?;
    (code != success).then_some(code)
}

/// The device a request names.
pub(crate) fn device_of(request: &Request) -> Option<DevId> {
    Probe::look(|probe| request.write(probe)).device
}

/// The device that a request names, as far as it can be read; the empty id when not at all.
pub(crate) fn claimed_device(operation: Operation, document: &[u8]) -> DevId {
    let info = operation.info().request;
    let Ok((outline, _)) = outline(document, info.root, info.fields, Limits::FRAME, false) else {
        return DevId::default();
    };
    let text =
        outline.fields.iter().find(|field| field.name == "DevID").and_then(|field| field.text.as_deref());
    text.and_then(|text| DevId::new(text).ok()).unwrap_or_default()
}

/// Looks at two fields of any message.
#[derive(Default)]
struct Probe {
    code: Option<u16>,
    device: Option<DevId>,
}

impl Probe {
    fn look(write: impl FnOnce(&mut dyn FieldWriter) -> Result<(), EncodeError>) -> Self {
        let mut probe = Self::default();
        // What cannot be written has no such field.
        let _ = write(&mut probe);
        probe
    }
}

impl FieldWriter for Probe {
    fn scalar(&mut self, info: &'static FieldInfo, value: &dyn WriteScalar) -> Result<(), EncodeError> {
        match info.name {
            "Result" => self.code = value.integer().and_then(|code| u16::try_from(code).ok()),
            "DevID" => {
                let mut text = String::new();
                // Writing to a String cannot fail; an id that has no canonical form stays none.
                let _ = value.write_text(&mut text);
                self.device = DevId::new(&text).ok();
            }
            _ => {}
        }
        Ok(())
    }

    fn group(&mut self, _: &'static FieldInfo, _: WriteGroup<'_>) -> Result<(), EncodeError> {
        Ok(())
    }

    fn list(&mut self, _: &'static FieldInfo, _: usize, _: WriteEntry<'_>) -> Result<(), EncodeError> {
        Ok(())
    }

    fn path(&self) -> String {
        String::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Profile;
    use crate::command::{Interface, OPERATIONS};

    /// Every refusal is a document of the specification, and is recognised as a refusal. E-10, E-11, E-12.
    #[test]
    fn refusals_of_every_operation() {
        let device: DevId = "81100000001".parse().unwrap();
        let time = Timestamp::new(2014, 3, 18, 10, 30, 0);
        let mut without = Vec::new();
        for row in OPERATIONS.iter().filter(|row| matches!(row.interface, Interface::Frame(_))) {
            for refusal in [Refusal::BadRequest, Refusal::UnknownDevice] {
                let Some(response) = refuse(row.operation, refusal, device, time) else {
                    without.push(row.id);
                    continue;
                };
                let code = code_of_refusal(&response);
                assert_eq!(code, Some(refusal.code(row.operation)), "{}", row.id);
                let document = response.encode(&[], Profile::Spec).unwrap();
                let strict = row.operation.decode_response_strict(&document, Limits::FRAME);
                assert_eq!(strict, Ok(response), "{}", row.id);
            }
        }
        without.dedup();
        assert_eq!(without, ["capability_report", "heartbeat", "picture_notify"]);
    }
}
