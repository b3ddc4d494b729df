//! Reading DATA and documents as messages.

use kandian_codec::{Command, CommandRange, Side};
use kandian_proto::command::{Interface, OPERATIONS, OperationInfo, side_by_root};
use kandian_proto::soap::{self, SoapError};
use kandian_proto::xml::{Limits, outline};
use kandian_proto::{
    DecodeError, DecodeErrorKind, Decoded, DiagnosticKind, MASK, MessageInfo, Operation, Payload,
    decode_payload, mask_text,
};

use super::note::{Note, Severity};
use super::report::{Content, Reading};

/// A reading and what there is to say about it.
pub(super) type Read = (Reading, Vec<Note>, usize);

/// Reads the DATA of a frame. Who sent it decides between request and response; when nobody knows,
/// the root element does.
pub(super) fn read_data(command: Command, sender: Option<Side>, data: &[u8], show_secrets: bool) -> Read {
    let operation = Operation::of_command(command).map(Operation::info);
    let by_root = side_by_root(command, data);
    let asking = operation.map(OperationInfo::requesting_side);
    let known = sender.or(by_root);
    let Some(side) = known.or(asking) else { return opaque(command, known, data) };
    let info = operation.map(|row| if asking == Some(side) { row.request } else { row.response });
    match decode_payload(command, side, data) {
        Ok(read) if operation.is_none() => {
            drop(read);
            opaque(command, known, data)
        }
        Ok(read) => understood(operation, info, known, read),
        Err(error) => {
            let mut note = Note::from(&error);
            if sender.is_some() && by_root.is_some() && by_root != sender {
                note = note.advice("the root element says that the other side sent this; is --role right?");
            }
            // A root element that nobody read and nobody's role implies is not claimed.
            let named =
                operation.and_then(|row| by_root_name(row, data)).or(info.filter(|_| known.is_some()));
            failed(operation, named, known, note, data, Limits::FRAME, show_secrets)
        }
    }
}

fn opaque(command: Command, sender: Option<Side>, data: &[u8]) -> Read {
    let (erratum, text) = match command.range() {
        CommandRange::Vendor => (69, "the words from 90H on belong to vendors; the message is shown as text"),
        CommandRange::NoSection => (68, "no section of the specification describes this word"),
        _ => (69, "the specification does not define this word"),
    };
    let note = Note::new(Severity::Remark, "undefined_command", 0, text).erratum(erratum);
    let content = Content::Message(Payload::Opaque(kandian_proto::Opaque::new(command, data)));
    (Reading { sender, content, ..Reading::default() }, vec![note], 0)
}

fn understood(
    operation: Option<&'static OperationInfo>,
    info: Option<&'static MessageInfo>,
    sender: Option<Side>,
    read: Decoded<Payload>,
) -> Read {
    let notes = read.diagnostics.iter().map(Note::from).collect();
    let named = |offset| {
        read.diagnostics.iter().any(|d| {
            d.offset == offset && matches!(&d.kind, DiagnosticKind::UnknownElement(name) if name != MASK)
        })
    };
    let doubtful = read.unknown.iter().map(|element| element.offset).filter(|&at| !named(at)).collect();
    let reading = Reading {
        doubtful,
        operation,
        root: info.map(|info| info.root),
        sender,
        content: Content::Message(read.message),
        unknown: read.unknown,
    };
    (reading, notes, read.more_diagnostics)
}

/// The error, and what can be read in spite of it.
fn failed(
    operation: Option<&'static OperationInfo>,
    info: Option<&'static MessageInfo>,
    sender: Option<Side>,
    error: Note,
    bytes: &[u8],
    limits: Limits,
    show_secrets: bool,
) -> Read {
    let mut reading = Reading { operation, root: info.map(|info| info.root), sender, ..Reading::default() };
    let mut notes = vec![error];
    let (root, known) = info.map_or(("", &[][..]), |info| (info.root, info.fields));
    if let Ok((fields, diagnostics)) = outline(bytes, root, known, limits, show_secrets) {
        notes.extend(diagnostics.iter().map(Note::from));
        if !fields.fields.is_empty() {
            reading.content = Content::Outline(fields);
        }
    }
    (reading, notes, 0)
}

/// The message of an operation that the root element names.
fn by_root_name(row: &OperationInfo, bytes: &[u8]) -> Option<&'static MessageInfo> {
    let name = Names::of(bytes).message?;
    [row.request, row.response].into_iter().find(|info| info.root == name)
}

/// Reads a document that came without a frame. Its root element, or the first element in the Body of
/// its envelope, says which message it is.
pub(super) fn read_document(bytes: &[u8], show_secrets: bool) -> Read {
    let names = Names::of(bytes);
    let Some(name) = names.message else {
        let error = DecodeError::new(DecodeErrorKind::NoElement, "", 0);
        return failed(None, None, None, Note::from(&error), bytes, Limits::CLIENT, show_secrets);
    };
    let rows: Vec<_> =
        OPERATIONS.iter().filter(|row| row.request.root == name || row.response.root == name).collect();
    let remark = (rows.len() > 1).then(|| choose(&rows, bytes));
    let row = remark.as_ref().map(|(row, _)| *row).or(rows.first().copied());
    let is_request = row.is_none_or(|row| row.request.root == name);
    let (reading, mut notes, more) = match row {
        Some(row) if !names.envelope && !is_soap(row) => bare(row, is_request, bytes, show_secrets),
        Some(row) if !is_request => answer(row, bytes, show_secrets),
        row => call(row, name, bytes, show_secrets),
    };
    notes.extend(remark.map(|(_, note)| note));
    (reading, notes, more)
}

/// Whether a document is one of the protocol, by its root element or the first element in the Body of
/// its envelope.
pub(super) fn is_known(bytes: &[u8]) -> bool {
    let Some(name) = Names::of(bytes).message else { return false };
    let is_call = |operation: &str| {
        let tail = name.split_at_checked(operation.len());
        tail.is_some_and(|(head, tail)| {
            head.eq_ignore_ascii_case(operation)
                && ["", "Req", "Request", "Res", "Response"].iter().any(|t| tail.eq_ignore_ascii_case(t))
        })
    };
    OPERATIONS.iter().any(|row| {
        row.request.root == name || row.response.root == name || row.soap_operation.is_some_and(is_call)
    })
}

fn is_soap(row: &OperationInfo) -> bool {
    matches!(row.interface, Interface::Client | Interface::Provision)
}

/// Chapter 11 uses roots of chapter 7 again (E-08). Only frames carry DevID.
fn choose(rows: &[&'static OperationInfo], bytes: &[u8]) -> (&'static OperationInfo, Note) {
    let has_device = tags(bytes).any(|tag| local(tag) == "DevID");
    let in_frame = |row: &&&OperationInfo| matches!(row.interface, Interface::Frame(_)) == has_device;
    let row = rows.iter().find(in_frame).or(rows.first()).copied().unwrap_or(&OPERATIONS[0]);
    let others: Vec<_> = rows
        .iter()
        .filter(|other| other.section != row.section)
        .map(|row| format!("§{}", row.section))
        .collect();
    let because = if has_device { "DevID is present" } else { "DevID is absent" };
    let text = format!(
        "read as §{}, because {because}; {} has the same root element",
        row.section,
        others.join(", ")
    );
    (row, Note::new(Severity::Remark, "shared_root", 0, text).erratum(8))
}

fn bare(row: &'static OperationInfo, is_request: bool, bytes: &[u8], show_secrets: bool) -> Read {
    let operation = row.operation;
    let (info, read) = if is_request {
        let read = operation.decode_request(bytes, Limits::CLIENT);
        (row.request, read.map(|read| read.map(Payload::Request)))
    } else {
        let read = operation.decode_response(bytes, Limits::CLIENT);
        (row.response, read.map(|read| read.map(Payload::Response)))
    };
    match read {
        Ok(read) => understood(Some(row), Some(info), None, read),
        Err(error) => {
            failed(Some(row), Some(info), None, Note::from(&error), bytes, Limits::CLIENT, show_secrets)
        }
    }
}

/// A SOAP call, or a bare message of the same interfaces.
fn call(row: Option<&'static OperationInfo>, name: &str, bytes: &[u8], show_secrets: bool) -> Read {
    match soap::read_request(bytes) {
        Ok(called) => {
            let row = called.read.message.operation().info();
            understood(Some(row), Some(row.request), None, called.read.map(Payload::Request))
        }
        Err(error) => {
            let by_answer = OPERATIONS.iter().find(|row| {
                let names = |op: &str| {
                    ["Response", "Res"].iter().any(|tail| name.eq_ignore_ascii_case(&format!("{op}{tail}")))
                };
                row.soap_operation.is_some_and(names)
            });
            match by_answer {
                Some(row) => answer(row, bytes, show_secrets),
                None if name == "Fault" => fault(bytes, show_secrets),
                None => soap_failed(row, row.map(|row| row.request), &error, bytes, show_secrets),
            }
        }
    }
}

/// A SOAP answer.
fn answer(row: &'static OperationInfo, bytes: &[u8], show_secrets: bool) -> Read {
    match soap::read_response(row.operation, bytes) {
        Ok(read) => understood(Some(row), Some(row.response), None, read.map(Payload::Response)),
        Err(error) => soap_failed(Some(row), Some(row.response), &error, bytes, show_secrets),
    }
}

/// A SOAP fault belongs to no operation; any row makes the reader recognise it.
fn fault(bytes: &[u8], show_secrets: bool) -> Read {
    let soap_row = OPERATIONS.iter().find(|row| is_soap(row)).unwrap_or(&OPERATIONS[0]);
    match soap::read_response(soap_row.operation, bytes) {
        Err(error) => soap_failed(None, None, &error, bytes, show_secrets),
        Ok(read) => understood(None, None, None, read.map(Payload::Response)),
    }
}

fn soap_failed(
    row: Option<&'static OperationInfo>,
    info: Option<&'static MessageInfo>,
    error: &SoapError,
    bytes: &[u8],
    show_secrets: bool,
) -> Read {
    let note = match error {
        SoapError::Decode(error) => Note::from(error),
        other => {
            let text = other.to_string();
            let text = if show_secrets { text } else { mask_text(&text).into_owned() };
            Note::new(Severity::Error, "soap_fault", 0, text)
        }
    };
    failed(row, info, None, note, bytes, Limits::CLIENT, show_secrets)
}

/// The names that decide what a document is, found without reading it properly: what cannot be read
/// properly must still be named.
pub(super) struct Names<'a> {
    pub(super) envelope: bool,
    pub(super) message: Option<&'a str>,
}

impl<'a> Names<'a> {
    pub(super) fn of(bytes: &'a [u8]) -> Self {
        let mut names = tags(bytes).map(local);
        let root = names.next();
        if root != Some("Envelope") {
            return Self { envelope: false, message: root };
        }
        let message = names.find(|&name| name == "Body").and_then(|_| names.next());
        Self { envelope: true, message: message.or(root) }
    }
}

/// Names in start tags, with their prefixes; white space after `<` is the specification's own habit
/// (E-02).
fn tags(bytes: &[u8]) -> impl Iterator<Item = &str> {
    let pieces = bytes.split(|&b| b == b'<').skip(1).map(<[u8]>::trim_ascii_start);
    let names = pieces
        .filter(|piece| !piece.starts_with(b"?") && !piece.starts_with(b"!") && !piece.starts_with(b"/"));
    let ends = |b: &u8| *b == b'>' || *b == b'/' || b.is_ascii_whitespace();
    names
        .filter_map(move |tag| std::str::from_utf8(tag.split(ends).next()?).ok())
        .filter(|name| !name.is_empty())
}

fn local(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> (bool, Option<&str>) {
        let names = Names::of(text.as_bytes());
        (names.envelope, names.message)
    }

    #[test]
    fn what_a_document_is() {
        assert_eq!(
            names("<?xml version='1.0'?><!-- c -->< REBOOT_REQ><A/></ REBOOT_REQ>"),
            (false, Some("REBOOT_REQ"))
        );
        assert_eq!(
            names("<s:Envelope x='y'><s:Header/><s:Body>\n<n:Login/></s:Body></s:Envelope>"),
            (true, Some("Login"))
        );
        assert_eq!(names("<Envelope></Envelope>"), (true, Some("Envelope")));
        assert_eq!(names("no markup"), (false, None));
        assert_eq!(names("<"), (false, None));
    }
}
