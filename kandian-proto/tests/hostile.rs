//! Documents made to cost time or memory. All are refused, or read within the limits.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use kandian_proto::message::device::{AbilityUpRequest, ExceptionNotifyRequest, RebootRequest};
use kandian_proto::xml::Limits;
use kandian_proto::{DecodeErrorKind as Kind, decode, decode_strict, decode_with};
use support::doc;

/// Documents larger than a frame, so that the other limits are reached at all.
const LARGE: Limits = Limits::FRAME.with_document_bytes(64 << 20);

#[test]
fn document_type_definitions_and_entity_bombs() {
    let bomb = "<!DOCTYPE lolz [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;\">]>\
        <REBOOT_REQ><DevID>&b;</DevID></REBOOT_REQ>";
    for text in [
        bomb.to_owned(),
        doc(bomb),
        doc("<REBOOT_REQ><!DOCTYPE x><DevID>81100000001</DevID></REBOOT_REQ>"),
        doc("<!doctype html><REBOOT_REQ/>"),
        doc("<!DOCTYPE x SYSTEM \"file:///etc/passwd\"><REBOOT_REQ><DevID>&x;</DevID></REBOOT_REQ>"),
    ] {
        let error = decode::<RebootRequest>(text.as_bytes()).unwrap_err();
        assert_eq!(error.kind, Kind::Doctype, "{text}");
        assert_eq!(Some(error.offset), text.to_ascii_lowercase().find("<!doctype"), "{text}");
        assert!(decode_strict::<RebootRequest>(text.as_bytes()).is_err());
    }
}

fn limit(error: &Kind) -> usize {
    match error {
        Kind::Limit { limit, .. } => *limit,
        other => panic!("not a limit: {other}"),
    }
}

#[test]
fn nesting() {
    for text in [
        doc(&format!("<REBOOT_REQ>{}", "<a>".repeat(200_000))),
        doc(&format!("<REBOOT_REQ>{}{}</REBOOT_REQ>", "<a>".repeat(200_000), "</a>".repeat(200_000))),
        doc(&format!("<REBOOT_REQ>{}", "< a>".repeat(200_000))),
        doc(&format!("<REBOOT_REQ>{}", "<a b=\"".repeat(200_000))),
    ] {
        let error = decode_with::<RebootRequest>(text.as_bytes(), LARGE).unwrap_err();
        assert!(matches!(error.kind, Kind::Limit { .. } | Kind::Truncated { .. }), "{error}");
    }
    let error = decode_with::<RebootRequest>(doc(&"<a>".repeat(200_000)).as_bytes(), LARGE).unwrap_err();
    assert_eq!(limit(&error.kind), LARGE.depth);
}

#[test]
fn names_texts_lists_and_whole_documents() {
    let name = "a".repeat(1 << 20);
    let error = decode_with::<RebootRequest>(doc(&format!("<{name}/>")).as_bytes(), LARGE).unwrap_err();
    assert_eq!(limit(&error.kind), LARGE.name_bytes);
    assert!(error.to_string().len() < 300, "an error must not carry the attack");

    let text = format!(
        "<EXCEPTION_NOTIFY_REQ><ExceptionDesc>{}</ExceptionDesc></EXCEPTION_NOTIFY_REQ>",
        "x".repeat(1 << 20)
    );
    let error = decode_with::<ExceptionNotifyRequest>(doc(&text).as_bytes(), LARGE).unwrap_err();
    assert_eq!(limit(&error.kind), LARGE.text_bytes);
    assert_eq!(error.path, "EXCEPTION_NOTIFY_REQ/ExceptionDesc");

    let references = format!("<REBOOT_REQ><DevID>{}</DevID></REBOOT_REQ>", "&amp;".repeat(1 << 20));
    let error = decode_with::<RebootRequest>(doc(&references).as_bytes(), LARGE).unwrap_err();
    assert_eq!(limit(&error.kind), LARGE.text_bytes);

    let video = "<Video><StreamType>1</StreamType><FrameSize>1</FrameSize></Video>";
    let flags = "<DevID>81100000001</DevID><ChannelNum>1</ChannelNum><PTZFlag>1</PTZFlag><EStoreFlag>1</EStoreFlag>\
        <LocalStoreFlag>1</LocalStoreFlag><MotionDetectionFlag>1</MotionDetectionFlag><InfraredDetectionFlag>0</InfraredDetectionFlag>\
        <ManualAlarmFlag>1</ManualAlarmFlag><DIDOAlarmFlag>1</DIDOAlarmFlag><DIDONum>2</DIDONum>";
    let list = format!("<ABILITYUP_REQ>{flags}{}</ABILITYUP_REQ>", video.repeat(1_025));
    let error = decode_with::<AbilityUpRequest>(doc(&list).as_bytes(), LARGE).unwrap_err();
    assert_eq!(limit(&error.kind), LARGE.list_entries);
    let list = format!("<ABILITYUP_REQ>{flags}{}</ABILITYUP_REQ>", video.repeat(10_000));
    let error = decode_with::<AbilityUpRequest>(doc(&list).as_bytes(), LARGE).unwrap_err();
    assert_eq!(limit(&error.kind), LARGE.elements);

    let error = decode::<RebootRequest>(&vec![b'<'; 65_536]).unwrap_err();
    assert_eq!(limit(&error.kind), 65_535);
}

/// Every element of the document deviates; only some diagnostics are kept and none repeats the input.
#[test]
fn diagnostics_are_bounded() {
    let text =
        doc(&format!("<REBOOT_REQ><DevID>81100000001</DevID>{}</REBOOT_REQ>", "< x>1</ x>".repeat(5_000)));
    let read = decode::<RebootRequest>(text.as_bytes()).unwrap();
    assert_eq!(read.diagnostics.len(), Limits::FRAME.diagnostics);
    assert!(read.more_diagnostics > 10_000);
    assert!(read.is_repaired());
    assert!(read.diagnostics.iter().all(|d| d.to_string().len() < 300));
}

/// Markup that makes naive readers scan to the end again and again.
#[test]
fn quadratic_traps() {
    for piece in
        ["<a b='", "<!--", "<![CDATA[", "<?", "<!", "</", "< ", "&", "&a", "<a \"", "<a'>", "<\u{4e2d}"]
    {
        let text = doc(&format!("<REBOOT_REQ>{}", piece.repeat(2_000_000 / piece.len())));
        // Whatever the answer, it must come: the harness's time limit is the test.
        let _ = decode_with::<RebootRequest>(text.as_bytes(), LARGE);
    }
}

/// Text of a peer never reaches a log with its control characters or direction overrides.
#[test]
fn errors_and_diagnostics_are_tame() {
    let body =
        "<REBOOT_REQ><DevID>81100000001</DevID><\u{202E}x>1</\u{202E}x><y\u{1b}[31m>2</y></REBOOT_REQ>";
    let read = decode::<RebootRequest>(doc(body).as_bytes());
    let texts: Vec<String> = match read {
        Ok(read) => read.diagnostics.iter().map(ToString::to_string).collect(),
        Err(error) => vec![error.to_string()],
    };
    for text in texts {
        assert!(!text.chars().any(|c| c.is_control() || c == '\u{202E}'), "{text:?}");
    }
}

/// quick-xml passes over a byte order mark behind the declaration without counting it.
#[test]
fn byte_order_marks_in_odd_places() {
    let text = doc("\u{FEFF}<REBOOT_REQ><DevID>81100000001</DevID></REBOOT_REQ>");
    let read = decode::<RebootRequest>(text.as_bytes()).unwrap();
    assert_eq!(read.message.dev_id.as_str(), "81100000001");
    assert!(read.is_repaired());
    assert!(decode_strict::<RebootRequest>(text.as_bytes()).is_err());
    for cut in 0..text.len() {
        let _ = decode::<RebootRequest>(&text.as_bytes()[..cut]);
    }
}
