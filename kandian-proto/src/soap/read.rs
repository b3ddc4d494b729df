//! Reading calls and answers.

use super::envelope::{Form, Version};
use super::fault::{Fault, FaultCode};
use crate::codec::{finish, read_bytes};
use crate::command::{Interface, OPERATIONS, OperationInfo};
use crate::xml::{
    DecodeError, DecodeErrorKind, DiagnosticKind, Document, Element, FieldInfo, Limits, Mode, Notes, excerpt,
    local_name,
};
use crate::{Decoded, Operation, Request, Response};

/// Spellings of element names that clients use and the specification does not print.
const FIELD_SPELLINGS: &[(&str, &str)] = &[("DevId", "DevID"), ("DeviceId", "DevID")];

/// A call that was understood.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Called {
    /// How it came, and how the answer must go.
    pub form: Form,
    /// The request and what was wrong with it.
    pub read: Decoded<Request>,
}

/// Why an envelope could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SoapError {
    /// The XML or a value in it.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// The peer answered with a fault.
    #[error("the peer answered with a fault: {0}")]
    Fault(Fault),
}

impl SoapError {
    /// The fault to answer with.
    #[must_use]
    pub fn to_fault(&self) -> Fault {
        Fault::new(FaultCode::Sender, self.to_string())
    }
}

/// Reads a call: an envelope of either version, or a bare message.
///
/// # Errors
/// When it is no call of a known operation or a value cannot be read.
pub fn read_request(bytes: &[u8]) -> Result<Called, SoapError> {
    let mut notes = Notes::without_attributes(Mode::Lenient, Limits::CLIENT);
    let mut form = Form::Bare;
    let message = read_bytes(bytes, &mut notes, |document, notes| {
        let (found, call) = payload(document, bytes)?;
        form = found;
        let name = call.local_name();
        let Some(row) = find_call(name) else {
            let kind = DecodeErrorKind::UnknownRoot { found: excerpt(name) };
            return Err(DecodeError::new(kind, "", call.offset()));
        };
        let plain = plain_names(document, call.index, row.request.fields, notes)?;
        Request::read(row.operation, &plain.0, plain.1, notes)
    })?;
    Ok(Called { form, read: finish(message, notes) })
}

/// Reads the answer to a call of `operation`.
///
/// # Errors
/// When it is a fault, or no answer of the operation.
pub fn read_response(operation: Operation, bytes: &[u8]) -> Result<Decoded<Response>, SoapError> {
    let mut notes = Notes::without_attributes(Mode::Lenient, Limits::CLIENT);
    let message = read_bytes(bytes, &mut notes, |document, notes| {
        let (_, answer) = payload(document, bytes)?;
        if answer.local_name() == "Fault" {
            return Ok(Err(fault(answer)));
        }
        let expected = operation.info().response;
        let name = answer.local_name();
        let names = [Some(expected.root), operation.info().soap_operation];
        if !names.iter().flatten().any(|n| is_name_of(name, n, &["", "Response", "Res"])) {
            let kind = DecodeErrorKind::UnexpectedRoot { expected: expected.root, found: excerpt(name) };
            return Err(DecodeError::new(kind, "", answer.offset()));
        }
        let plain = plain_names(document, answer.index, expected.fields, notes)?;
        Response::read(operation, &plain.0, plain.1, notes).map(Ok)
    })?;
    match message {
        Ok(message) => Ok(finish(message, notes)),
        Err(fault) => Err(SoapError::Fault(fault)),
    }
}

/// The element that holds the parameters: the first child of the Body, or the root itself.
fn payload<'d, 'a>(document: &'d Document<'a>, bytes: &[u8]) -> Result<(Form, Element<'d, 'a>), DecodeError> {
    let root = document.root();
    if root.local_name() != "Envelope" {
        return Ok((Form::Bare, root));
    }
    let body = root.children().find(|e| e.local_name() == "Body");
    let Some(call) = body.and_then(|body| body.children().next()) else {
        let kind = DecodeErrorKind::MissingElement { name: "Body" };
        return Err(DecodeError::new(kind, "Envelope", root.offset()));
    };
    Ok((Form::Soap(version(bytes, root.offset())), call))
}

/// The version that the envelope's start tag names. Anything but 1.2 is taken for 1.1.
fn version(bytes: &[u8], envelope: usize) -> Version {
    let tag = bytes.get(envelope..).unwrap_or_default();
    let tag = tag.split(|&b| b == b'>').next().unwrap_or_default();
    let wanted = Version::V12.namespace().as_bytes();
    if tag.windows(wanted.len()).any(|w| w == wanted) { Version::V12 } else { Version::V11 }
}

/// The operation that a Body child calls: by root, or by SOAP operation with or without a suffix.
fn find_call(name: &str) -> Option<&'static OperationInfo> {
    let callable = |row: &&OperationInfo| matches!(row.interface, Interface::Client | Interface::Provision);
    OPERATIONS.iter().filter(callable).find(|row| {
        row.request.root == name
            || row.soap_operation.is_some_and(|op| is_name_of(name, op, &["", "Req", "Request"]))
    })
}

/// Whether `name` is `wanted` with one of the suffixes, in any case.
fn is_name_of(name: &str, wanted: &str, suffixes: &[&str]) -> bool {
    let Some((head, tail)) = name.split_at_checked(wanted.len()) else { return false };
    head.eq_ignore_ascii_case(wanted) && suffixes.iter().any(|s| tail.eq_ignore_ascii_case(s))
}

/// The document with local names only and known spellings, and the element whose children are the
/// parameters: the call itself, or the single element inside it that wraps them.
fn plain_names<'a>(
    document: &Document<'a>,
    call: usize,
    fields: &'static [FieldInfo],
    notes: &mut Notes,
) -> Result<(Document<'a>, usize), DecodeError> {
    let mut plain = document.clone();
    for node in &mut plain.nodes {
        let local = local_name(node.name);
        let known = FIELD_SPELLINGS.iter().find(|(found, _)| *found == local);
        if let Some(&(found, expected)) = known {
            let offset = node.offset;
            let kind = DiagnosticKind::FieldSpelling { expected, found: found.to_owned() };
            notes.note(kind, None, offset, || found.to_owned())?;
        }
        node.name = known.map_or(local, |&(_, expected)| expected);
    }
    let children: Vec<_> = plain.children(call).collect();
    if let [only] = children[..] {
        let all = || fields.iter().flat_map(|f| core::iter::once(f).chain(f.body));
        let known = |index: usize| all().any(|f| f.is_called(plain.nodes[index].name));
        if !known(only) && plain.children(only).any(known) {
            let kind = DiagnosticKind::ParameterWrapper(excerpt(plain.nodes[only].name));
            notes.note(kind, Some(151), plain.nodes[only].offset, || plain.path(only))?;
            return Ok((plain, only));
        }
    }
    Ok((plain, call))
}

/// Reads a fault of either version.
fn fault(element: Element<'_, '_>) -> Fault {
    let inner = |names: &[&str]| element.children().find(|e| names.contains(&e.local_name()));
    let code = inner(&["faultcode", "Code"]);
    let code = code.map(|e| e.children().next().map_or(e.text(), |value| value.text()));
    let reason = inner(&["faultstring", "Reason"]);
    let reason = reason.map(|e| e.children().next().map_or(e.text(), |text| text.text()));
    Fault::new(FaultCode::from_name(code.unwrap_or_default()), reason.unwrap_or_default())
}
