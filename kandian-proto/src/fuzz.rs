//! Laws that hold for every input, as functions that panic where one is broken. Called with the
//! inputs of the fuzzer and its stored corpus.
//!
//! In inputs for [`decode_message`], [`roundtrip`] and [`strict_vs_lenient`] the first byte chooses the
//! message: [`kind_byte`]. The rest is the document. [`soap`] takes its operation the same way.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a panic is how a broken law is reported")]

mod http;
mod rtsp;
mod session;

use kandian_codec::{Command, Side};

pub use http::{http, http_byte};
pub use rtsp::{depacketise, rtsp_byte, rtsp_client, rtsp_server};
pub use session::{device_ops, pair, platform_ops};

use crate::command::{Interface, OPERATIONS, side_by_root};
use crate::json::{self, Reveal};
use crate::soap::{Fault, FaultCode, Form, SoapError, Version};
use crate::xml::{
    DecodeErrorKind, Document, Element, Limits, Mode, Notes, Source, UnknownElement, outline, parse_plain,
    parse_recovering, parse_well_formed,
};
use crate::{
    DecodeError, Decoded, Diagnostic, DiagnosticKind, EncodeError, Erratum, MASK, MessageInfo, Operation,
    Payload, Profile, Request, Response, decode_payload,
};

/// Longest text of one diagnostic: a path of the deepest nesting, and excerpts.
const DIAGNOSTIC_BYTES: usize = 8 << 10;

/// The first byte of an input that is about a message of `operation`.
#[must_use]
pub fn kind_byte(operation: Operation, is_request: bool) -> u8 {
    // 69 operations make 138 kinds.
    (operation as u8) << 1 | u8::from(is_request)
}

/// Lenient reading of arbitrary bytes as any message.
pub fn decode_message(data: &[u8]) {
    let Some((kind, document)) = Kind::choose(data) else { return };
    match kind.decode(document) {
        Ok(read) => {
            assert_bounded(document, &read, kind.limits());
            for profile in Profile::ALL {
                let plain = read.message.encode(&[], *profile);
                let extended = read.message.encode(&read.unknown, *profile);
                if let (Ok(plain), Ok(extended)) = (&plain, &extended) {
                    assert!(plain.len() <= extended.len());
                }
            }
            if let Ok(strict) = kind.decode_strict(document) {
                assert_eq!(strict, read.message);
                assert!(!read.is_repaired(), "{:?}", read.diagnostics);
            }
        }
        Err(error) => {
            assert_error_bounded(document, &error);
            assert!(kind.decode_strict(document).is_err(), "strict reading took what lenient refused");
        }
    }
    outlines(kind, document);
    payloads(data);
}

/// What can be read can be written and read again, and means the same.
pub fn roundtrip(data: &[u8]) {
    let Some((kind, document)) = Kind::choose(data) else { return };
    let Ok(read) = kind.decode(document) else { return };
    let Ok(written) = read.message.encode(&[], Profile::Spec) else { return };

    let again = kind.decode(&written).unwrap_or_else(|e| panic!("{e}: {}", show(&written)));
    if !lost_in_writing(&read.diagnostics) {
        assert_eq!(again.message, read.message, "{}", show(&written));
    }
    assert_eq!(again.message.encode(&[], Profile::Spec).as_deref(), Ok(written.as_slice()));
    assert_eq!(again.unknown, []);
    for diagnostic in &again.diagnostics {
        assert!(is_of_another_party(diagnostic), "{diagnostic} in {}", show(&written));
    }
    let strict = kind.decode_strict(&written);
    assert_eq!(strict.is_ok(), !again.is_repaired(), "{}", show(&written));

    with_unknown(kind, &read, &again.message);
    if let Ok(legacy) = again.message.encode(&[], Profile::LegacyRecorder) {
        assert_eq!(kind.decode(&legacy).unwrap().message, again.message, "{}", show(&legacy));
    }
    if let Ok(message) = strict {
        assert_eq!(message, again.message);
        json_twin(kind, &message);
    }
}

/// The two ways into the tree, and the two ways of reading a message.
pub fn strict_vs_lenient(data: &[u8]) {
    let Some((kind, document)) = Kind::choose(data) else { return };
    trees(document);
    match (kind.decode_strict(document), kind.decode(document)) {
        (Ok(strict), Ok(lenient)) => {
            assert_eq!(strict, lenient.message);
            assert!(!lenient.is_repaired(), "{:?}", lenient.diagnostics);
        }
        (Err(error), Ok(lenient)) => {
            assert!(lenient.is_repaired(), "strict reading refused a document without repairs: {error}");
            if let DecodeErrorKind::NotStrict(why) = &error.kind {
                assert!(why.is_repair());
                assert_eq!(why.offset, error.offset);
            }
        }
        (Ok(_), Err(error)) => panic!("lenient reading refused what strict reading took: {error}"),
        (Err(_), Err(_)) => {}
    }
}

/// Envelopes of any content, and what is written for them.
pub fn soap(data: &[u8]) {
    let Some((kind, document)) = Kind::choose(data) else { return };
    match crate::soap::read_request(document) {
        Ok(called) => {
            assert_bounded(document, &called.read, Limits::CLIENT);
            if !lost_in_writing(&called.read.diagnostics) {
                request_again(called.form, &called.read.message);
            }
        }
        Err(error) => soap_error(document, &error),
    }
    match crate::soap::read_response(kind.operation, document) {
        Ok(read) => {
            assert_bounded(document, &read, Limits::CLIENT);
            if !lost_in_writing(&read.diagnostics) {
                for form in FORMS {
                    response_again(form, &read.message);
                }
            }
        }
        Err(error) => soap_error(document, &error),
    }
    // Messages that came some other way.
    let Ok(read) = kind.decode(document) else { return };
    match &read.message {
        _ if lost_in_writing(&read.diagnostics) => {}
        Any::Request(m) => FORMS.iter().for_each(|&form| request_again(form, m)),
        Any::Response(m) => FORMS.iter().for_each(|&form| response_again(form, m)),
    }
}

const FORMS: [Form; 3] = [Form::Bare, Form::Soap(Version::V11), Form::Soap(Version::V12)];

/// Which message an input is about.
#[derive(Clone, Copy)]
struct Kind {
    operation: Operation,
    is_request: bool,
}

#[derive(Debug, PartialEq)]
enum Any {
    Request(Request),
    Response(Response),
}

impl Any {
    fn encode(&self, unknown: &[UnknownElement], profile: Profile) -> Result<Vec<u8>, EncodeError> {
        match self {
            Self::Request(m) => m.encode(unknown, profile),
            Self::Response(m) => m.encode(unknown, profile),
        }
    }

    fn to_json(&self, reveal: bool) -> serde_json::Value {
        let value = match (self, reveal) {
            (Self::Request(m), true) => serde_json::to_value(Reveal(m)),
            (Self::Response(m), true) => serde_json::to_value(Reveal(m)),
            (Self::Request(m), false) => serde_json::to_value(m),
            (Self::Response(m), false) => serde_json::to_value(m),
        };
        value.unwrap()
    }
}

impl Kind {
    fn choose(data: &[u8]) -> Option<(Self, &[u8])> {
        let (&first, document) = data.split_first()?;
        let row = OPERATIONS.get(usize::from(first >> 1))?;
        Some((Self { operation: row.operation, is_request: first & 1 == 1 }, document))
    }

    fn info(self) -> &'static MessageInfo {
        let row = self.operation.info();
        if self.is_request { row.request } else { row.response }
    }

    fn limits(self) -> Limits {
        match self.operation.info().interface {
            Interface::Client => Limits::CLIENT,
            _ => Limits::FRAME,
        }
    }

    fn decode(self, document: &[u8]) -> Result<Decoded<Any>, DecodeError> {
        let limits = self.limits();
        if self.is_request {
            self.operation.decode_request(document, limits).map(|read| read.map(Any::Request))
        } else {
            self.operation.decode_response(document, limits).map(|read| read.map(Any::Response))
        }
    }

    fn decode_strict(self, document: &[u8]) -> Result<Any, DecodeError> {
        let limits = self.limits();
        if self.is_request {
            self.operation.decode_request_strict(document, limits).map(Any::Request)
        } else {
            self.operation.decode_response_strict(document, limits).map(Any::Response)
        }
    }

    fn read_json(self, value: &serde_json::Value) -> Result<Any, serde_json::Error> {
        if self.is_request {
            json::request(self.operation, value).map(Any::Request)
        } else {
            json::response(self.operation, value).map(Any::Response)
        }
    }
}

fn show(document: &[u8]) -> String {
    String::from_utf8_lossy(document).into_owned()
}

/// Offsets lie within the input, and an input of defects does not cost a multiple of its size.
fn assert_bounded<T>(document: &[u8], read: &Decoded<T>, limits: Limits) {
    assert!(read.diagnostics.len() <= limits.diagnostics);
    assert!(read.more_diagnostics == 0 || read.diagnostics.len() == limits.diagnostics);
    assert!(read.diagnostics.iter().all(|d| d.offset <= document.len()));
    assert!(read.unknown.iter().all(|u| u.offset <= document.len()));
    for diagnostic in &read.diagnostics {
        assert!(diagnostic.to_string().len() <= DIAGNOSTIC_BYTES);
    }
}

fn assert_error_bounded(document: &[u8], error: &DecodeError) {
    assert!(error.offset <= document.len(), "{error} in {} bytes", document.len());
    assert!(error.to_string().len() <= DIAGNOSTIC_BYTES);
}

fn outlines(kind: Kind, document: &[u8]) {
    let info = kind.info();
    for show_secrets in [false, true] {
        match outline(document, info.root, info.fields, kind.limits(), show_secrets) {
            Ok((_, diagnostics)) => assert!(diagnostics.iter().all(|d| d.offset <= document.len())),
            Err(error) => assert_error_bounded(document, &error),
        }
    }
}

/// The same bytes as the DATA of a frame, with the first byte as the command word.
fn payloads(data: &[u8]) {
    let Some((&first, document)) = data.split_first() else { return };
    let command = Command(first);
    let _ = side_by_root(command, document);
    for sender in [Side::Device, Side::Platform] {
        match decode_payload(command, sender, document) {
            Ok(read) => {
                assert_bounded(document, &read, Limits::FRAME);
                if let Payload::Opaque(opaque) = &read.message {
                    assert_eq!(opaque.xml, document);
                    let _ = opaque.is_response();
                }
            }
            Err(error) => assert_error_bounded(document, &error),
        }
    }
}

/// Elements that were struck out of the specification are read and never written.
fn lost_in_writing(diagnostics: &[Diagnostic]) -> bool {
    diagnostics.iter().any(|d| matches!(d.kind, DiagnosticKind::Struck(_)))
}

/// What may still be remarked about a document that we wrote: ids and tokens that another party made are
/// written as they came. All else that strict reading refuses is not written.
fn is_of_another_party(diagnostic: &Diagnostic) -> bool {
    match diagnostic.kind {
        DiagnosticKind::Value { .. } => matches!(diagnostic.erratum, Some(Erratum(21 | 91 | 114))),
        DiagnosticKind::OtherPrefix { .. } => true,
        _ => false,
    }
}

/// Elements that the message does not define go back to where they stood.
fn with_unknown(kind: Kind, read: &Decoded<Any>, message: &Any) {
    // What else stood in a level around the entries of a list goes back one level higher, where it may
    // look like such a level itself.
    if read.diagnostics.iter().any(|d| matches!(d.kind, DiagnosticKind::ListWrapper { .. })) {
        return;
    }
    let Ok(written) = message.encode(&read.unknown, Profile::Spec) else { return };
    let again = kind.decode(&written).unwrap_or_else(|e| panic!("{e}: {}", show(&written)));
    assert_eq!(again.message, *message, "{}", show(&written));
    let same = |a: &UnknownElement, b: &UnknownElement| a.parent == b.parent && a.element == b.element;
    assert!(
        again.unknown.len() == read.unknown.len()
            && again.unknown.iter().zip(&read.unknown).all(|(a, b)| same(a, b)),
        "{:?} came back as {:?}",
        read.unknown,
        again.unknown
    );
}

/// A message within the specification, its JSON twin, and back; the mask is never taken for a secret.
fn json_twin(kind: Kind, message: &Any) {
    let revealed = message.to_json(true);
    let text = revealed.to_string();
    assert_eq!(serde_json::from_str::<serde_json::Value>(&text).unwrap(), revealed);
    let root = kind.info().root;
    let fields = revealed.get(root).unwrap_or_else(|| panic!("no {root} in {text}"));
    match kind.read_json(fields) {
        Ok(again) => assert_eq!(again, *message, "{text}"),
        // A secret may happen to be the mask.
        Err(error) => assert!(text.contains(MASK) && error.to_string().contains("mask"), "{error}: {text}"),
    }
    let masked = message.to_json(false);
    let hides = masked != revealed;
    assert_eq!(hides, hides && kind.read_json(&masked[root]).is_err(), "{masked}");
}

/// Whatever the short cut accepts, quick-xml reads into the same tree, and whatever quick-xml accepts,
/// the recovering path.
fn trees(document: &[u8]) {
    let mut prologue = Notes::new(Mode::Lenient, Limits::FRAME);
    let Ok(source) = Source::prepare(document, &mut prologue) else { return };
    let mut notes = Notes::new(Mode::Lenient, Limits::FRAME);
    let well_formed = parse_well_formed(&source, &mut notes);
    if let Some(plain) = parse_plain(&source, Limits::FRAME) {
        let well_formed = well_formed.as_ref().unwrap_or_else(|| panic!("only the short cut took it"));
        assert_eq!(notes.diagnostics, []);
        assert_same_tree(&plain, well_formed);
    }
    let Some(well_formed) = well_formed else { return };
    assert_eq!(notes.repairs, 0);
    let mut recovering = Notes::new(Mode::Lenient, Limits::FRAME);
    let recovered = parse_recovering(&source, &mut recovering).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(recovering.repairs, 0, "{:?}", recovering.diagnostics);
    assert_eq!(recovering.diagnostics, notes.diagnostics);
    assert_same_tree(&well_formed, &recovered);
}

fn assert_same_tree(a: &Document<'_>, b: &Document<'_>) {
    assert_eq!(a.nodes.len(), b.nodes.len());
    assert_same_element(a.root(), b.root());
}

fn assert_same_element(a: Element<'_, '_>, b: Element<'_, '_>) {
    assert_eq!(a.name(), b.name());
    assert_eq!(a.offset(), b.offset());
    assert_eq!(a.text(), b.text());
    assert_eq!(a.children().count(), b.children().count());
    a.children().zip(b.children()).for_each(|(a, b)| assert_same_element(a, b));
}

fn soap_error(document: &[u8], error: &SoapError) {
    if let SoapError::Decode(error) = error {
        assert_error_bounded(document, error);
    }
    let fault = match error {
        SoapError::Fault(fault) => fault.clone(),
        _ => error.to_fault(),
    };
    for version in [Version::V11, Version::V12] {
        let written = fault.write(version);
        let read = crate::soap::read_response(Operation::ClientLogin, &written);
        let Err(SoapError::Fault(again)) = read else { panic!("{read:?}: {}", show(&written)) };
        assert_same_fault(&fault, &again);
    }
}

/// The reason is a sentence for people: white space at its ends and characters that XML does not
/// allow are not kept.
fn assert_same_fault(sent: &Fault, read: &Fault) {
    let code: FaultCode = sent.code;
    assert_eq!(read.code, code);
    let plain = |text: &str| text.split_whitespace().collect::<String>();
    assert_eq!(plain(&read.reason), plain(&sent.reason));
}

fn request_again(form: Form, request: &Request) {
    let callable = matches!(request.operation().info().interface, Interface::Client | Interface::Provision);
    let Ok(written) = crate::soap::write_request(form, request, Profile::Spec) else { return };
    let again = crate::soap::read_request(&written);
    if !callable {
        assert!(again.is_err());
        return;
    }
    let again = again.unwrap_or_else(|e| panic!("{e}: {}", show(&written)));
    assert_eq!(again.form, form);
    assert_eq!(again.read.message, *request, "{}", show(&written));
    for diagnostic in &again.read.diagnostics {
        assert!(is_of_another_party(diagnostic), "{diagnostic} in {}", show(&written));
    }
}

fn response_again(form: Form, response: &Response) {
    let Ok(written) = crate::soap::write_response(form, response, Profile::Spec) else { return };
    let again = crate::soap::read_response(response.operation(), &written)
        .unwrap_or_else(|e| panic!("{e}: {}", show(&written)));
    assert_eq!(again.message, *response, "{}", show(&written));
    for diagnostic in &again.diagnostics {
        assert!(is_of_another_party(diagnostic), "{diagnostic} in {}", show(&written));
    }
}
